"""Parts that several kinds of rule share: conditions with their scope, dedupe, durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.facts import Period
from rules.kinds import Dedupe
from rules.language.common_keys import read_scope
from rules.language.conditions import find_field, read_condition, without
from rules.language.contradictions import check_condition
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.conditions import Condition
    from rules.language.common_keys import Common
    from rules.language.context import Context
    from rules.language.tree import Node

#: Words of a dedupe key that are no fields.
SUBJECT, PERIOD = "subject", "period"
_PERIODS = {
    Period.DAY: ("day", "date", "日", "日期"),
    Period.WEEK: ("week", "周"),
    Period.MONTH: ("month", "月", "月份"),
    Period.MOMENT: ("moment", "time", "时间"),
    Period.NONE: (),
}
EPISODES = ("until_clear", "never")


class RuleParts:
    """Reads the parts of one rule; each method gives None after it has noted a problem."""

    def __init__(self, context: Context, parts: dict[str, Node], common: Common) -> None:
        self._context = context
        self._reader = context.reader
        self._parts = parts
        self._common = common
        #: The scope that a condition gave, and whether the rule itself did.
        self.scope = common.scope
        self._scope_line = parts["scope"].place.line if "scope" in parts else None

    def condition(self, key: str) -> Condition | None:
        """Read a condition; a scope inside it is the scope of the rule."""
        if key not in self._parts:
            return None
        node, scope = without(self._parts[key], "scope")
        if scope is not None:
            self._take_scope(scope)
        written = read_condition(self._reader, node, self._common.vocabulary)
        check_condition(self._reader.findings, written, self._parts[key].place)
        return written.condition

    def _take_scope(self, node: Node) -> None:
        scope = read_scope(self._context, node, self._common.vocabulary.kind)
        if scope is None:
            return
        if self._scope_line is not None and scope is not self.scope:
            message = Text(
                zh=f"第 {self._scope_line} 行写了另一个范围。一条规则只有一个范围。",
                en=f"Line {self._scope_line} gives another scope. A rule has one scope.",
            )
            self._reader.findings.add("SCOPE", node.place, message, expected=self.scope)
            return
        self.scope, self._scope_line = scope, node.place.line

    def dedupe(self, *, until_clear: bool) -> Dedupe | None:
        """Read what makes two firings one; `until_clear` is the default of the kind of rule."""
        if "dedupe" not in self._parts:
            return Dedupe(until_clear=until_clear)
        parts = self._reader.fields(self._parts["dedupe"], optional=("key", "episode"))
        words = self._reader.sequence(parts["key"]) or () if "key" in parts else None
        key = None if words is None else tuple(self._key(node) for node in words)
        episode = self._reader.word(parts["episode"], EPISODES) if "episode" in parts else None
        if episode is not None:
            until_clear = episode == EPISODES[0]
        if key is None:
            return Dedupe(until_clear=until_clear)
        known = tuple(dict.fromkeys(one for one in key if one is not None))
        return Dedupe(key=known, until_clear=until_clear) if known and None not in key else None

    def _key(self, node: Node) -> str | None:
        scalar = self._reader.scalar(node)
        if scalar is None:
            return None
        kind = self._common.vocabulary.kind
        field = self._common.vocabulary.field(scalar.text)
        word = normal(scalar.text).lower()
        if field is not None:
            return field.name
        if word in {SUBJECT, "对象", normal(kind.subject.zh), normal(kind.subject.en).lower()}:
            return SUBJECT
        if word in {PERIOD, "周期", *_PERIODS[kind.period]}:
            return PERIOD
        # It complains: there is no such field.
        find_field(self._reader, scalar, self._common.vocabulary)
        return None

    def inhibited_by(self, rule: str) -> tuple[str, ...]:
        """Read the ids; whether there are such rules is asked when all are known.

        `rule` is the id under which this is noted.
        """
        nodes = (
            self._reader.sequence(self._parts["inhibited_by"]) or ()
            if "inhibited_by" in self._parts
            else ()
        )
        scalars = [one for one in map(self._reader.scalar, nodes) if one is not None]
        self._context.inhibitors.setdefault(rule, []).extend(scalars)
        return tuple(dict.fromkeys(normal(one.text) for one in scalars))
