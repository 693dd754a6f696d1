"""The keys that rules of every kind may have: id, name, on, mode, scope, effective and so on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rules import periods
from rules.kinds import Missing, Mode, Scope
from rules.language.problems import Severity
from rules.language.tree import Mapping
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.facts import FactKind
    from rules.language.context import Context
    from rules.language.declarations import Vocabulary
    from rules.language.problems import Place
    from rules.language.reading import Reader
    from rules.language.tree import Node, Scalar

REQUIRED = ("id", "kind", "on")
OPTIONAL = ("name", "mode", "effective", "owner", "severity", "missing", "scope")
#: What cases call a warning that is not in force; no warning may be called so.
NO_LEVEL = ("none", "无")
_SCOPES = {
    **{one.value: one for one in Scope},
    "各": Scope.EACH, "所有": Scope.EVERY, "每个": Scope.EVERY, "任一": Scope.ANY,
}  # fmt: skip
_SCOPE = re.compile(r"(each|every|any)\b\s*(.*)|(各|所有|每个|任一)\s*(.*)", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What was read; the rule's own keys are added to it."""

    vocabulary: Vocabulary
    id: str
    name: Text
    mode: Mode = Mode.LIVE
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    owner: str | None = None
    severity: str | None = None
    missing: Missing = Missing.HOLD
    scope: Scope = Scope.EACH

    @property
    def keys(self) -> dict[str, Any]:
        """Give the arguments that every class of rule takes."""
        names = (
            "id", "name", "mode", "effective_from", "effective_to", "owner", "severity", "missing",
            "scope",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"on": self.vocabulary.kind.name}


def read_common(
    context: Context, parts: dict[str, Node], *, name: Text | None = None
) -> Common | None:
    """Read the keys; None when the rule cannot be made, after problems have been noted.

    `name` is given where it has been read already.
    """
    read = _Common(context, parts)
    rule_id = context.reader.name(parts["id"]) if "id" in parts else None
    name = name or read.name(rule_id)
    vocabulary = read.vocabulary()
    start, end = read.effective()
    owner, severity = read.text("owner"), read.text("severity")
    if vocabulary is None or rule_id is None or name is None:
        return None
    common = Common(vocabulary=vocabulary, id=rule_id, name=name)
    return replace(
        common,
        mode=Mode(read.word("mode", tuple(Mode)) or Mode.LIVE),
        effective_from=start,
        effective_to=end,
        owner=owner,
        severity=severity,
        missing=Missing(read.word("missing", tuple(Missing)) or Missing.HOLD),
        scope=read.scope(vocabulary.kind) or Scope.EACH,
    )


def read_scope(context: Context, node: Node, kind: FactKind) -> Scope | None:
    """Read `each`, `every region`, `any 大区`: the second word is what the kind is about."""
    scalar = context.reader.scalar(node)
    if scalar is None:
        return None
    found = _SCOPE.fullmatch(normal(scalar.text))
    word, subject = (found[1] or found[3], found[2] or found[4]) if found else (None, None)
    subjects = {normal(kind.subject.zh), normal(kind.subject.en).lower(), "subject", "对象"}
    if word is not None and (not subject or normal(subject).lower() in subjects):
        if _SCOPES[word] is Scope.EVERY and not kind.subjects:
            _refuse_every(context, scalar, kind)
        return _SCOPES[word]
    shown = kind.subject.en
    message = Text(
        zh=f"范围“{scalar.text}”读不懂：可以写 each、every {shown}、any {shown}。",
        en=f"The scope '{scalar.text}' is not known: there are each, every {shown}, any {shown}.",
    )
    expected = f"each, every {shown}, any {shown}"
    context.reader.findings.add("SCOPE", scalar.place, message, expected=expected, seen=scalar.text)
    return None


def _refuse_every(context: Context, scalar: Scalar, kind: FactKind) -> None:
    """Where nobody says which subjects there are, the first one heard of would be every one."""
    message = Text(
        zh=f"“{scalar.text}”要知道一共有哪些对象，而“{kind.label.zh}”没有写 subjects。"
        f"请在 {kind.name} 的声明里加上 subjects: [...]，或改用 each、any。",
        en=f"'{scalar.text}' must know all subjects, and {kind.name} declares no subjects:. "
        f"Add subjects: [...] to its declaration, or write each or any.",
    )
    expected = f"subjects: of {kind.name}"
    context.reader.findings.add(
        "SUBJECTS", scalar.place, message, expected=expected, seen=scalar.text
    )


class _Common:
    def __init__(self, context: Context, parts: dict[str, Node]) -> None:
        self._context = context
        self._reader = context.reader
        self._parts = parts

    def name(self, rule_id: str | None) -> Text | None:
        """Read the label; one language or none will do, with a warning."""
        written = self._parts.get("name")
        if written is None:
            if rule_id is not None:
                message = Text(
                    zh="没有写 name，暂用 id 代替。请写出中英文名称。",
                    en="There is no name; the id stands in for it. Give one in both languages.",
                )
                place = self._parts["id"].place
                self._warn("NO_NAME", place, message)
            return Text(zh=rule_id, en=rule_id) if rule_id else None
        if isinstance(written, Mapping):
            return self._reader.label(written)
        name = self._reader.text(written)
        if name is None:
            return None
        message = Text(
            zh="name 只有一种语言，两种语言都用它。请写成 {zh: …, en: …}。",
            en="The name is in one language and is used for both. Write {zh: …, en: …}.",
        )
        self._warn("ONE_LANGUAGE", written.place, message)
        return Text(zh=name, en=name)

    def _warn(self, code: str, place: Place, message: Text) -> None:
        self._reader.findings.add(
            code, place, message, expected="{zh: …, en: …}", severity=Severity.WARNING
        )

    def vocabulary(self) -> Vocabulary | None:
        """Find the kind of fact."""
        node, kinds = self._parts.get("on"), self._context.kinds
        scalar = self._reader.scalar(node) if node is not None else None
        if scalar is None or normal(scalar.text) in kinds:
            return kinds[normal(scalar.text)] if scalar else None
        self._reader.unknown("UNKNOWN_KIND", scalar, kinds)
        return None

    def text(self, key: str) -> str | None:
        return self._reader.text(self._parts[key]) if key in self._parts else None

    def word(self, key: str, allowed: tuple[str, ...]) -> str | None:
        return self._reader.word(self._parts[key], allowed) if key in self._parts else None

    def scope(self, kind: FactKind) -> Scope | None:
        node = self._parts.get("scope")
        return read_scope(self._context, node, kind) if node is not None else None

    def effective(self) -> tuple[datetime | None, datetime | None]:
        """Read from when and until when a rule counts."""
        if "effective" not in self._parts:
            return None, None
        parts = self._reader.fields(self._parts["effective"], optional=("from", "to"))
        start, end = (self._moment(parts[key]) if key in parts else None for key in ("from", "to"))
        if start is not None and end is not None and start >= end:
            message = Text(
                zh="生效期的结束（to，不含当天）要晚于开始（from）。",
                en="The end of effective (to, itself not included) must be after its start (from).",
            )
            self._reader.findings.add("EFFECTIVE", parts["to"].place, message, expected="to > from")
        return start, end

    def _moment(self, node: Node) -> datetime | None:
        """Read a date, midnight in the business zone, or a time with its zone."""
        scalar = self._reader.scalar(node)
        if scalar is None:
            return None
        written = normal(scalar.text)
        try:
            read = datetime.fromisoformat(written)
        except ValueError:
            read = None
        if read is not None and _DATE.fullmatch(written):
            return read.replace(tzinfo=periods.ZONE)
        if read is not None and read.tzinfo is not None:
            return read
        message = Text(
            zh=f"“{scalar.text}”不是日期，也不是带时区的时间。",
            en=f"'{scalar.text}' is neither a date nor a time with its zone.",
        )
        expected = "2026-01-31, 2026-01-31T08:00:00+08:00"
        self._reader.findings.add(
            "EFFECTIVE", scalar.place, message, expected=expected, seen=scalar.text
        )
        return None


def read_level(reader: Reader, node: Node) -> str | None:
    """Read the level of a warning; what cases call none cannot be one."""
    level = reader.name(node)
    if level is None or level.lower() not in NO_LEVEL:
        return level
    message = Text(
        zh=f"级别不能叫“{level}”：用例里它表示没有级别。请换一个词，例如 yellow。",
        en=f"A level cannot be called '{level}': in a case that says that none is in force. "
        "Choose another word, such as yellow.",
    )
    reader.findings.add("NAME", node.place, message, expected="yellow", seen=level)
    return None
