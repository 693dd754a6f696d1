"""`NAME.cases.yaml` beside a rule file: facts, and what the rules must say of them.

An entry with `gate` asks one gate about one fact; an entry with `given` plays facts over time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.facts import FieldType
from rules.language.case_table import Tables
from rules.language.comparators import read_value
from rules.language.declarations import vocabulary_of
from rules.language.expectations import Expectations
from rules.language.gate_rule import OPEN, find_field
from rules.language.numbers import Trouble
from rules.language.reading import Reader
from rules.language.root import read_root, refused
from rules.language.scenario import Scenario
from rules.language.tree import Mapping, Scalar, open_source
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.form import RuleSet
    from rules.kinds import Gate
    from rules.language.declarations import Vocabulary
    from rules.language.problems import Findings, Problem
    from rules.language.tree import Node

CASES_SCHEMA = "countermark-cases/v1"
REQUIRED = ("case", "gate", "fact", "state")
OVER_TIME = ("case", "given", "expect")

#: Field names and values; a value is of the type that the field declares.
Values = tuple[tuple[str, float | str | bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of the table: a fact, a gate, and what that gate must say."""

    name: str
    gate: str
    fact: Values
    state: str
    #: Items, in the order of the gate.
    missing: tuple[str, ...]


AnyCase = Case | Scenario


def check_cases(rule_set: RuleSet, text: str | bytes, path: str) -> tuple[Problem, ...]:
    """Give every problem of a case file that belongs to this rule set."""
    findings = open_source(text, path)
    _Cases(rule_set, findings).read()
    return findings.problems


def load_cases(rule_set: RuleSet, text: str | bytes, path: str) -> tuple[AnyCase, ...]:
    """Read a case file. Raises RuleFileError with all of its problems."""
    findings = open_source(text, path)
    cases = _Cases(rule_set, findings).read()
    if findings:
        raise refused(findings)
    return cases


class _Cases:
    """Reads one file of cases."""

    def __init__(self, rule_set: RuleSet, findings: Findings) -> None:
        self._reader = Reader(findings)
        self._gates = {gate.id: gate for gate in rule_set.gates}
        self._kinds = {kind.name: vocabulary_of(kind) for kind in rule_set.kinds}
        self._tables = Tables(self._reader, self._kinds)
        self._expectations = Expectations(self._reader, rule_set)
        self._names: dict[str, int] = {}

    def read(self) -> tuple[AnyCase, ...]:
        parts = read_root(self._reader, CASES_SCHEMA, "cases")
        nodes = self._reader.sequence(parts["cases"]) or () if "cases" in parts else ()
        read = [
            self._over_time(node) if _has(node, "given", "expect") else self._case(node)
            for node in nodes
        ]
        return tuple(case for case in read if case is not None)

    def _over_time(self, node: Node) -> Scenario | None:
        parts = self._reader.fields(node, required=OVER_TIME)
        name = self._name(parts["case"]) if "case" in parts else None
        facts = self._tables.read(parts["given"]) if "given" in parts else ()
        subjects = frozenset(fact.subject for fact in facts)
        expected = self._expectations.read(parts["expect"], subjects) if "expect" in parts else ()
        if name is None or not facts or not expected:
            return None
        return Scenario(name=name, facts=facts, expectations=expected)

    def _case(self, node: Node) -> Case | None:
        parts = self._reader.fields(node, required=REQUIRED, optional=("missing",))
        if not set(REQUIRED) <= parts.keys():
            return None
        name = self._name(parts["case"])
        gate_id = self._reader.word(parts["gate"], self._gates)
        if gate_id is None:
            return None
        gate = self._gates[gate_id]
        fact = self._fact(parts["fact"], self._kinds[gate.on])
        state = self._reader.word(parts["state"], (OPEN, gate.locked_as))
        missing = self._missing(parts, gate)
        if name is None or state is None:
            return None
        if (state == OPEN) == bool(missing):
            self._contradiction(parts["state"], state)
        return Case(name=name, gate=gate_id, fact=fact, state=state, missing=missing)

    def _name(self, node: Node) -> str | None:
        name = self._reader.text(node)
        if name is not None and name in self._names:
            self._reader.duplicate("DUPLICATE_CASE", Scalar(name, node.place), self._names[name])
        if name is not None:
            self._names.setdefault(name, node.place.line)
        return name

    def _fact(self, node: Node, vocabulary: Vocabulary) -> Values:
        mapping = self._reader.mapping(node)
        values: dict[str, float | str | bool] = {}
        for key, written in mapping.pairs if mapping else ():
            field = find_field(self._reader, key, vocabulary)
            scalar = self._reader.scalar(written)
            if field is None or scalar is None:
                continue
            value = read_value(normal(scalar.text), field)
            if isinstance(value, Trouble):
                self._reader.trouble(value, scalar.place)
            elif field.name in values:
                self._reader.duplicate("DUPLICATE_FIELD", key, key.place.line)
            else:
                values[field.name] = bool(value) if field.type is FieldType.FLAG else value
        return tuple(values.items())

    def _missing(self, parts: dict[str, Node], gate: Gate) -> tuple[str, ...]:
        nodes = self._reader.sequence(parts["missing"]) or () if "missing" in parts else ()
        items = [item.item for item in gate.require]
        named = {self._reader.word(node, items) for node in nodes}
        return tuple(item for item in items if item in named)

    def _contradiction(self, node: Node, state: str) -> None:
        message = Text(
            zh=f"状态是“{state}”：锁住时要在 missing 里写出缺少的项，打开时不能写。",
            en=f"The state is '{state}': a locked gate misses something, an open one nothing.",
        )
        self._reader.findings.add("STATE", node.place, message, expected="missing: […]", seen=state)


def _has(node: Node, *keys: str) -> bool:
    """Tell whether a mapping has one of these keys."""
    return isinstance(node, Mapping) and any(key.text in keys for key, _ in node.pairs)
