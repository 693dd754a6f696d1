"""`kind: warning`: enters when `when` holds, stays until `until` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.conditions import Condition, Join
from rules.kinds import WarningRule
from rules.language import common_keys
from rules.language.actions import read_actions
from rules.language.common_keys import read_common
from rules.language.decision_table import TableRow, read_table, rows_as_rules
from rules.language.field import read_seconds
from rules.language.rule_parts import RuleParts
from rules.language.tree import Mapping
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.context import Context
    from rules.language.reading import Reader
    from rules.language.tree import Node

REQUIRED = (*common_keys.REQUIRED, "when", "level")
OPTIONAL = (
    *common_keys.OPTIONAL, "until", "inhibited_by", "dedupe", "repeat", "do", "then", "table",
)  # fmt: skip
#: What the rows of a table say for themselves.
_OF_ROWS = ("when", "level")
_NO_LEVEL = "-"


def read_warning(context: Context, node: Node) -> tuple[WarningRule, ...]:
    """Read one warning, or one for each row of its table; nothing after problems were noted."""
    parts = _parts(context.reader, node)
    common = read_common(context, parts)
    level = common_keys.read_level(context.reader, parts["level"]) if "level" in parts else None
    repeat = read_seconds(context.reader, parts["repeat"]) if "repeat" in parts else None
    do = read_actions(context, parts["do"]) if "do" in parts else ()
    then = read_actions(context, parts["then"]) if "then" in parts else ()
    if common is None:
        return ()
    read = RuleParts(context, parts, common)
    when, until = read.condition("when"), read.condition("until")
    rows = read_table(context, parts["table"], common.vocabulary) if "table" in parts else ()
    inhibited_by = read.inhibited_by(f"{common.id}.1" if "table" in parts else common.id)
    dedupe = read.dedupe(until_clear=True)
    if dedupe is None or ("table" not in parts and (when is None or level is None)):
        return ()
    rule = WarningRule(
        **common.keys | {"scope": read.scope},
        when=when or _NOTHING,
        until=until,
        level=level or _NO_LEVEL,
        inhibited_by=inhibited_by,
        dedupe=dedupe,
        repeat=repeat,
        do=do,
        then=then,
    )
    if "table" not in parts:
        return (rule,)
    _check_levels(context.reader, rule, rows)
    return rows_as_rules(rule, rows, when)


#: Stands in until the rows of a table bring their conditions.
_NOTHING = Condition(join=Join.ALL, parts=())


def _parts(reader: Reader, node: Node) -> dict[str, Node]:
    keys = {key.text for key, _ in node.pairs} if isinstance(node, Mapping) else set()
    if "table" not in keys:
        return reader.fields(node, required=REQUIRED, optional=OPTIONAL)
    return reader.fields(
        node, required=(*common_keys.REQUIRED, "table"), optional=(*OPTIONAL, *_OF_ROWS)
    )


def _check_levels(reader: Reader, rule: WarningRule, rows: tuple[TableRow, ...]) -> None:
    """Complain about rows that have no level, neither of their own nor of the rule."""
    for row in rows:
        if row.level is None and rule.level == _NO_LEVEL:
            message = Text(
                zh="这一行没有级别：请在 level 列里写，或在规则里写 level。",
                en="This row has no level: write it in the column level, or in the rule.",
            )
            reader.findings.add("TABLE", row.node.place, message, expected="level")
