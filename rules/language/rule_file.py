"""A whole rule file: schema, facts, rules, and what only shows when all are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.form import AnyRule, RuleSet, rule_set
from rules.language import catalogue as catalogues
from rules.language.award_rule import read_award
from rules.language.breaker_rule import read_breaker
from rules.language.context import Context
from rules.language.declarations import read_kinds
from rules.language.gate_rule import read_gate
from rules.language.lowering import MOST_ALTERNATIVES, MOST_COMPARISONS, TooWide, lower, rows_of
from rules.language.problems import Severity
from rules.language.reading import Reader
from rules.language.references import check_inhibitors, in_order, inhibitors_of
from rules.language.root import read_root, refused
from rules.language.tree import Mapping, Scalar, open_source
from rules.language.warning_rule import read_warning
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Mapping as Map

    from rules.facts import FactKind
    from rules.language.catalogue import Catalogue
    from rules.language.declarations import Vocabulary
    from rules.language.problems import Findings, Place, Problem
    from rules.language.tree import Node
    from rules.registry import Registry

SCHEMA = "countermark/v1"

#: A kind of rule and what reads it; a new kind is a new module and a new line here.
RULE_KINDS: dict[str, Callable[[Context, Node], tuple[AnyRule, ...]]] = {
    "gate": read_gate,
    "warning": read_warning,
    "breaker": read_breaker,
    "award": read_award,
}
#: The words of rules that other files hold → their kinds.
NOTHING_ELSE: Map[str, str] = {}


def check(
    text: str | bytes,
    path: str,
    *,
    catalogue: Catalogue | None = None,
    registry: Registry | None = None,
    others: Map[str, str] = NOTHING_ELSE,
) -> tuple[Problem, ...]:
    """Give every problem of a file, from top to bottom; `path` is only what messages call it.

    Only problems of severity `error` keep a file from being loaded. Without a catalogue the
    shipped one counts; without a registry, names of actions, roles and so on are not looked at.
    `others` are ids of rules in other files, with their kinds, that this one may name.
    """
    file = _open(text, path, catalogue, registry)
    _link([file], others)
    return file.findings.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of one file."""

    problems: tuple[Problem, ...]
    #: How many rules could be read, each row of a decision table for one.
    rules: int


def check_files(
    files: Iterable[tuple[str, str | bytes]],
    *,
    catalogue: Catalogue | None = None,
    registry: Registry | None = None,
) -> tuple[Checked, ...]:
    """Check several files (path, text), whose rules may name one another."""
    opened = [_open(text, path, catalogue, registry) for path, text in files]
    _link(opened, NOTHING_ELSE)
    return tuple(Checked(problems=file.findings.problems, rules=len(file.rules)) for file in opened)


def load_rule_set(
    text: str | bytes,
    path: str,
    *,
    catalogue: Catalogue | None = None,
    registry: Registry | None = None,
    others: Map[str, str] = NOTHING_ELSE,
) -> RuleSet:
    """Read a file that has no errors; the parameters are those of :func:`check`.

    Raises RuleFileError with all of its problems otherwise.
    """
    file = _open(text, path, catalogue, registry)
    _link([file], others)
    if file.findings:
        raise refused(file.findings)
    rules = in_order(file.rules)
    used = {rule.on for rule in rules}
    kinds = tuple(
        vocabulary.kind
        for name, vocabulary in file.kinds.items()
        if name in file.declared or name in used
    )
    sections = tuple(lower(kind, _on(kind, rules)) for kind in kinds if kind.name in used)
    return rule_set(kinds, rules, sections)


def _on(kind: FactKind, rules: tuple[AnyRule, ...]) -> tuple[AnyRule, ...]:
    return tuple(rule for rule in rules if rule.on == kind.name)


@dataclass(slots=True, kw_only=True)
class _File:
    """A file that has been read; its rules are not yet held against one another."""

    findings: Findings
    context: Context
    kinds: dict[str, Vocabulary]
    #: Names of the kinds that the file itself declares.
    declared: frozenset[str]
    rules: tuple[AnyRule, ...] = ()
    #: Every id that is written, right or wrong → the kind of rule.
    ids: Map[str, str]


def _open(
    text: str | bytes, path: str, catalogue: Catalogue | None, registry: Registry | None
) -> _File:
    findings = open_source(text, path)
    reader = Reader(findings)
    parts = read_root(reader, SCHEMA, "rules", optional=("facts",))
    declared = read_kinds(reader, parts["facts"]) if "facts" in parts else {}
    known = (catalogue or catalogues.shipped()).vocabularies()
    if "facts" in parts:
        _refuse_both(findings, parts["facts"], known)
    kinds = {**known, **declared}
    context = Context(reader, kinds, registry)
    read = _Rules(context)
    rules = read.read(parts["rules"]) if "rules" in parts else ()
    if not findings and "facts" in parts:
        _note_unused(findings, parts["facts"], rules)
    return _File(
        findings=findings,
        context=context,
        kinds=kinds,
        declared=frozenset(declared),
        rules=rules,
        ids=read.kinds,
    )


def _link(files: Sequence[_File], others: Map[str, str]) -> None:
    """Hold the rules of all files against one another."""
    known = dict(others)
    edges: dict[str, list[str]] = {}
    homes: dict[str, str] = {}
    for file in files:
        for rule, kind in file.ids.items():
            known.setdefault(rule, kind)
            homes.setdefault(rule, file.findings.source.file)
        for one in file.rules:
            edges.setdefault(one.id, []).extend(inhibitors_of(one))
        for rule, scalars in file.context.inhibitors.items():
            edges.setdefault(rule, []).extend(normal(one.text) for one in scalars)
    for file in files:
        check_inhibitors(file.findings, file.context.inhibitors, known, edges)


def _refuse_both(findings: Findings, node: Node, known: Map[str, Vocabulary]) -> None:
    for key, _ in node.pairs if isinstance(node, Mapping) else ():
        if normal(key.text) in known:
            message = Text(
                zh=f"事实类型“{key.text}”已在指标目录里声明。请删掉这里的声明，或换一个名称。",
                en=f"The kind of fact '{key.text}' is declared in the metrics catalogue. Delete "
                "this declaration or choose another name.",
            )
            findings.add("DUPLICATE_KIND", key.place, message, seen=key.text)


def _note_unused(findings: Findings, node: Node, rules: tuple[AnyRule, ...]) -> None:
    used = {rule.on for rule in rules}
    for key, _ in node.pairs if isinstance(node, Mapping) else ():
        if normal(key.text) not in used:
            message = Text(
                zh=f"没有规则用到事实类型“{key.text}”。",
                en=f"No rule looks at the kind of fact '{key.text}'.",
            )
            findings.add("UNUSED", key.place, message, seen=key.text, severity=Severity.WARNING)


class _Rules:
    """Reads the list of rules."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._reader = context.reader
        self._lines: dict[str, int] = {}
        self.kinds: dict[str, str] = {}

    def read(self, node: Node) -> tuple[AnyRule, ...]:
        entries = self._reader.sequence(node) or ()
        return tuple(rule for entry in entries for rule in self._rule(entry))

    def _rule(self, node: Node) -> tuple[AnyRule, ...]:
        mapping = self._reader.mapping(node)
        if mapping is None:
            return ()
        parts = {key.text: value for key, value in mapping.pairs}
        if "kind" not in parts:
            # Without its kind nobody knows which keys a rule may have.
            self._note_id(parts, "")
            self._reader.missing("kind", mapping.place)
            return ()
        kind = self._reader.word(parts["kind"], RULE_KINDS)
        self._note_id(parts, "table" if kind and "table" in parts else kind or "")
        rules = RULE_KINDS[kind](self._context, node) if kind else ()
        for rule in rules:
            self._note_row(rule, parts["id"])
            self._fit(rule, parts["id"].place)
        return rules

    def _note_row(self, rule: AnyRule, written: Node) -> None:
        """Note the id that a row of a table was given."""
        if rule.id in self._lines and isinstance(written, Scalar) and self._made(rule, written):
            seen = Scalar(rule.id, written.place)
            self._reader.duplicate("DUPLICATE_ID", seen, self._lines[rule.id])
        self._lines.setdefault(rule.id, written.place.line)
        self.kinds.setdefault(rule.id, "warning")

    def _made(self, rule: AnyRule, written: Scalar) -> bool:
        return rule.id != normal(written.text)

    def _note_id(self, parts: dict[str, Node], kind: str) -> None:
        written = parts.get("id")
        if not isinstance(written, Scalar):
            return
        rule_id = normal(written.text)
        if rule_id in self._lines:
            self._reader.duplicate("DUPLICATE_ID", written, self._lines[rule_id])
        self._lines.setdefault(rule_id, written.place.line)
        self.kinds.setdefault(rule_id, kind)

    def _fit(self, rule: AnyRule, place: Place) -> None:
        """Complain here, with a place, about a rule that no executor would take."""
        try:
            rows_of(rule)
        except TooWide:
            message = Text(
                zh=f"规则“{rule.id}”展开后超过 {MOST_ALTERNATIVES} 种组合或 {MOST_COMPARISONS} 个"
                "条件。请拆成几条规则。",
                en=f"Rule '{rule.id}' multiplies to more than {MOST_ALTERNATIVES} combinations or "
                f"{MOST_COMPARISONS} conditions. Split it into several rules.",
            )
            self._reader.findings.add("TOO_WIDE", place, message, seen=rule.id)
