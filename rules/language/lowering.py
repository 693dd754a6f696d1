"""From checked rules to rows: what OR there is is multiplied out here, once for all executors."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

from rules.conditions import Operator
from rules.facts import Column, FieldType
from rules.form import Comparison, Conjunction, Row, Section
from rules.kinds import Needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.conditions import Clause
    from rules.facts import FactKind
    from rules.kinds import Gate, GateItem

#: What one row may come to; both keep a row well inside what the C engine was measured with.
MOST_ALTERNATIVES = 50
MOST_COMPARISONS = 50

Alternatives = tuple[Conjunction, ...]


class TooWide(Exception):
    """A rule whose OR parts multiply to more than an engine takes; says how many."""


def lower(kind: FactKind, gates: Sequence[Gate]) -> Section:
    """Give the rows of all gates that look at this kind of fact, in the order of the file."""
    words = _words(gates)
    lowered = [row for gate in gates for row in _Gate(gate, words).rows()]
    used = {
        comparison.field
        for row in lowered
        for conjunction in row.alternatives
        for comparison in conjunction
    }
    columns = tuple(
        Column(field=field.name, type=field.type, words=words.get(field.name, ()))
        for field in kind.fields
        if field.name in used
    )
    return Section(kind=kind, columns=columns, rows=tuple(lowered))


def _clauses(gates: Iterable[Gate]) -> Iterable[Clause]:
    for gate in gates:
        yield from gate.when
        yield from chain.from_iterable(item.clauses for item in gate.require)


def _words(gates: Sequence[Gate]) -> dict[str, tuple[str, ...]]:
    """Number the words: declared ones in their order, free text as the rules mention it."""
    words: dict[str, dict[str, None]] = {}
    for clause in _clauses(gates):
        field = clause.field
        if field.type is FieldType.CHOICE:
            words[field.name] = dict.fromkeys(choice.word for choice in field.choices)
        elif field.type is FieldType.TEXT:
            words.setdefault(field.name, {}).update(
                dict.fromkeys(str(operand) for operand in clause.operands)
            )
    return {name: tuple(numbered) for name, numbered in words.items()}


class _Gate:
    """Lowers one gate."""

    def __init__(self, gate: Gate, words: dict[str, tuple[str, ...]]) -> None:
        self._gate = gate
        self._words = words

    def rows(self) -> tuple[Row, ...]:
        """Give `asked`, a `met` for each clause, `unlock`. Raises TooWide."""
        gate = self._gate
        asked = self._all([self._clause(clause) for clause in gate.when])
        met = [
            Row(
                id=gate.met(item, clause),
                alternatives=self._all([asked, self._clause(clause)]),
            )
            for item in gate.require
            for clause in item.clauses
        ]
        unlock = self._all([asked, *(self._item(item) for item in gate.require)])
        return (
            Row(id=gate.asked, alternatives=asked),
            *met,
            Row(id=gate.unlock, alternatives=unlock),
        )

    def _item(self, item: GateItem) -> Alternatives:
        parts = [self._clause(clause) for clause in item.clauses]
        return self._all(parts) if item.needs is Needs.ALL else tuple(chain(*parts))

    def _all(self, parts: list[Alternatives]) -> Alternatives:
        """Multiply out; the size is known before anything is built."""
        size = 1
        for part in parts:
            size *= len(part)
        length = sum(max(len(conjunction) for conjunction in part) for part in parts)
        if size > MOST_ALTERNATIVES or length > MOST_COMPARISONS:
            raise TooWide(self._gate.id)
        return tuple(
            tuple(dict.fromkeys(chain.from_iterable(chosen))) for chosen in product(*parts)
        )

    def _clause(self, clause: Clause) -> Alternatives:
        """Give the OR of conjunctions that a clause stands for."""
        if clause.operator is not Operator.IN:
            return ((self._comparison(clause, clause.operator, clause.operands[0]),),)
        if clause.field.name in self._words:
            return tuple(
                (self._comparison(clause, Operator.EQUAL, word),) for word in clause.operands
            )
        low, high = clause.operands
        return (
            (
                self._comparison(clause, Operator.AT_LEAST, low),
                self._comparison(clause, Operator.AT_MOST, high),
            ),
        )

    def _comparison(self, clause: Clause, operator: Operator, operand: float | str) -> Comparison:
        name = clause.field.name
        value = self._words[name].index(operand) + 1 if isinstance(operand, str) else operand
        return Comparison(field=name, operator=operator, value=value)
