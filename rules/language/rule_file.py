"""A whole rule file: schema, facts, rules, and what only shows when all are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RuleFileError
from rules.form import RuleSet, rule_set
from rules.language.declarations import read_kinds
from rules.language.gate_rule import read_gate
from rules.language.lowering import MOST_ALTERNATIVES, MOST_COMPARISONS, TooWide, lower
from rules.language.problems import Findings, Place, Problem, Severity
from rules.language.reading import Reader
from rules.language.tree import Mapping, Scalar, grow, open_source
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.facts import FactKind
    from rules.kinds import Gate
    from rules.language.declarations import Vocabulary
    from rules.language.tree import Node

SCHEMA = "countermark/v1"

#: A kind of rule and what reads it; a new kind is a new module and a new line here.
RULE_KINDS: dict[str, Callable[[Reader, Node, dict[str, Vocabulary]], Gate | None]] = {
    "gate": read_gate,
}


def check(text: str | bytes, path: str) -> tuple[Problem, ...]:
    """Give every problem of a file, from top to bottom; `path` is only what messages call it.

    Only problems of severity `error` keep a file from being loaded.
    """
    findings = open_source(text, path)
    _read(findings)
    return findings.problems


def load_rule_set(text: str | bytes, path: str) -> RuleSet:
    """Read a file that has no errors. Raises RuleFileError with all of its problems otherwise."""
    findings = open_source(text, path)
    loaded = _read(findings)
    if loaded is None:
        raise refused(findings)
    return loaded


def refused(findings: Findings) -> RuleFileError:
    """Say that a file was refused, and for what first."""
    path, problems = findings.source.file, findings.problems
    first = problems[0]
    where = f"{path}:{first.line}:{first.column}"
    message = Text(
        zh=f"{path} 有 {len(problems)} 处问题，第一处在 {where}：{first.message.zh}",
        en=f"{path}: {len(problems)} problem(s), the first at {where}: {first.message.en}",
    )
    return RuleFileError(message, problems)


def read_root(reader: Reader, schema: str, *keys: str) -> dict[str, Node]:
    """Read the top of a file: its schema and the keys that it must have."""
    root = grow(reader.findings)
    if root is None or (isinstance(root, Scalar) and root.empty):
        if not reader.findings:
            message = Text(zh="文件是空的。", en="The file is empty.")
            reader.findings.add("EMPTY", Place(1, 1), message, expected=f"schema: {schema}")
        return {}
    parts = reader.fields(root, required=("schema", *keys))
    if "schema" in parts:
        reader.word(parts["schema"], (schema,))
    return parts


def _read(findings: Findings) -> RuleSet | None:
    reader = Reader(findings)
    parts = read_root(reader, SCHEMA, "facts", "rules")
    if "facts" not in parts or "rules" not in parts:
        return None
    kinds = read_kinds(reader, parts["facts"])
    gates = _Rules(reader, kinds).read(parts["rules"])
    if findings:
        return None
    _note_unused(findings, parts["facts"], gates)
    declared = tuple(vocabulary.kind for vocabulary in kinds.values())
    sections = tuple(lower(kind, _on(kind, gates)) for kind in declared if _on(kind, gates))
    return rule_set(declared, gates, sections)


def _note_unused(findings: Findings, node: Node, gates: tuple[Gate, ...]) -> None:
    used = {gate.on for gate in gates}
    for key, _ in node.pairs if isinstance(node, Mapping) else ():
        if normal(key.text) not in used:
            message = Text(
                zh=f"没有规则用到事实类型“{key.text}”。",
                en=f"No rule looks at the kind of fact '{key.text}'.",
            )
            findings.add("UNUSED", key.place, message, seen=key.text, severity=Severity.WARNING)


def _on(kind: FactKind, gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    return tuple(gate for gate in gates if gate.on == kind.name)


class _Rules:
    """Reads the list of rules."""

    def __init__(self, reader: Reader, kinds: dict[str, Vocabulary]) -> None:
        self._reader = reader
        self._kinds = kinds
        self._ids: dict[str, int] = {}

    def read(self, node: Node) -> tuple[Gate, ...]:
        entries = self._reader.sequence(node) or ()
        read = [self._rule(entry) for entry in entries]
        return tuple(rule for rule in read if rule is not None)

    def _rule(self, node: Node) -> Gate | None:
        mapping = self._reader.mapping(node)
        if mapping is None:
            return None
        parts = {key.text: value for key, value in mapping.pairs}
        self._note_id(parts)
        if "kind" not in parts:
            # Without its kind nobody knows which keys a rule may have.
            self._reader.missing("kind", mapping.place)
            return None
        kind = self._reader.word(parts["kind"], RULE_KINDS)
        rule = RULE_KINDS[kind](self._reader, node, self._kinds) if kind else None
        if rule is not None:
            self._fit(rule, parts["id"].place)
        return rule

    def _note_id(self, parts: dict[str, Node]) -> None:
        written = parts.get("id")
        if not isinstance(written, Scalar):
            return
        rule_id = normal(written.text)
        if rule_id in self._ids:
            self._reader.duplicate("DUPLICATE_ID", written, self._ids[rule_id])
        self._ids.setdefault(rule_id, written.place.line)

    def _fit(self, rule: Gate, place: Place) -> None:
        """Complain here, with a place, about a rule that no executor would take."""
        try:
            lower(self._kinds[rule.on].kind, (rule,))
        except TooWide:
            message = Text(
                zh=f"规则“{rule.id}”展开后超过 {MOST_ALTERNATIVES} 种组合或 {MOST_COMPARISONS} 个"
                "条件。请拆成几条规则。",
                en=f"Rule '{rule.id}' multiplies to more than {MOST_ALTERNATIVES} combinations or "
                f"{MOST_COMPARISONS} conditions. Split it into several rules.",
            )
            self._reader.findings.add("TOO_WIDE", place, message, seen=rule.id)
