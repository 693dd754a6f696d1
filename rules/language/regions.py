"""Can a condition be fulfilled at all? Exact: each clause is an interval or a set of one column.

A box holds, for each column, the values that the clauses so far have left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor, inf
from typing import TYPE_CHECKING

from rules.conditions import Aggregate, Clause, Condition, Join, Operator
from rules.facts import FieldType
from rules.language.alternatives import NEGATED
from rules.language.feature_names import range_of_feature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.facts import Field

#: Beyond it nobody is accused of anything.
MOST_STEPS = 20_000
MOST_CLAUSES = 200
_NUMERIC = {FieldType.COUNT, FieldType.NUMBER}


@dataclass(frozen=True, slots=True)
class Span:
    """Figures from low to high, less some."""

    low: float = -inf
    high: float = inf
    low_open: bool = False
    high_open: bool = False
    out: frozenset[float] = frozenset()
    whole: bool = False

    def above(self, value: float, *, open_: bool) -> Span:
        if self.whole:
            value, open_ = (floor(value) + 1 if open_ else ceil(value)), False
        if (value, open_) > (self.low, self.low_open):
            return replace(self, low=value, low_open=open_)
        return self

    def below(self, value: float, *, open_: bool) -> Span:
        if self.whole:
            value, open_ = (ceil(value) - 1 if open_ else floor(value)), False
        if (-value, open_) > (-self.high, self.high_open):
            return replace(self, high=value, high_open=open_)
        return self

    @property
    def empty(self) -> bool:
        low, high = self.low, self.high
        if self.whole and self.out and high - low <= len(self.out):
            return all(low + step in self.out for step in range(int(high - low) + 1))
        if low == high:
            return self.low_open or self.high_open or low in self.out
        return low > high


@dataclass(frozen=True, slots=True)
class Words:
    """The words that are left, all but some where any text may be."""

    left: frozenset[float | str] | None = None
    out: frozenset[float | str] = frozenset()

    @property
    def empty(self) -> bool:
        return self.left is not None and not self.left - self.out


Left = Span | Words
#: Column → what is left of it.
Box = dict[str, Left]
#: Told of the clause that left nothing, and the box before it.
Told = Callable[[Clause], None]


def possible(condition: Condition | Clause, *, told: Told | None = None) -> bool:
    """Say whether facts with all fields can fulfil it; True where it is too large to be sure."""
    if isinstance(condition, Condition) and len(condition.clauses()) > MOST_CLAUSES:
        return True
    return _Search(told).reach(((condition, False),), {})


def always(condition: Condition) -> bool:
    """Say whether every fact with all fields fulfils it."""
    return not possible(Condition(join=Join.NOT, parts=(condition,)))


class _Search:
    def __init__(self, told: Told | None) -> None:
        self._told = told
        self._steps = 0

    def reach(self, parts: tuple[tuple[Clause | Condition, bool], ...], box: Box) -> bool:
        """Say whether some values of the box fulfil all parts; a part may be negated."""
        self._steps += 1
        if not parts or self._steps > MOST_STEPS:
            return True
        (first, negated), rest = parts[0], parts[1:]
        if isinstance(first, Clause):
            return any(
                self.reach(rest, left) for left in self._narrowed(box, first, negated=negated)
            )
        inner = negated != (first.join is Join.NOT)
        held = tuple((part, inner) for part in first.parts)
        if (first.join is Join.ALL) != inner:
            return self.reach(held + rest, box)
        return any(self.reach((one, *rest), box) for one in held)

    def _narrowed(self, box: Box, clause: Clause, *, negated: bool) -> list[Box]:
        boxes = [
            _with(box, clause, operator, operands)
            for operator, operands in _asked(clause, negated=negated)
        ]
        test = clause.feature.test if clause.feature else None
        if test is not None and not negated:
            # A run holds today as well.
            boxes = [_with(one, test, *asked) for one in boxes for asked in _asked(test)]
        full = [one for one in boxes if not any(left.empty for left in one.values())]
        if not full and self._told is not None:
            self._told(clause)
        return full


def _asked(
    clause: Clause, *, negated: bool = False
) -> list[tuple[Operator, tuple[float | str, ...]]]:
    operator, operands = clause.operator, clause.operands
    if not negated:
        return [(operator, operands)]
    if operator is not Operator.IN:
        return [(NEGATED[operator], operands)]
    if clause.field.type in _NUMERIC:
        return [(Operator.BELOW, operands[:1]), (Operator.ABOVE, operands[1:])]
    return [(Operator.OTHER, operands)]


def _with(box: Box, clause: Clause, operator: Operator, operands: tuple[float | str, ...]) -> Box:
    """Give the box, narrowed by one comparison."""
    name = clause.field.name
    left = box.get(name) or _whole(clause)
    if isinstance(left, Words):
        named = frozenset(operands)
        if operator is Operator.OTHER:
            narrowed: Left = replace(left, out=left.out | named)
        else:
            narrowed = replace(left, left=named if left.left is None else left.left & named)
    else:
        narrowed = _SPANS[operator](left, [float(one) for one in operands])
    return {**box, name: narrowed}


_SPANS: Mapping[Operator, Callable[[Span, list[float]], Span]] = {
    Operator.EQUAL: lambda left, to: left.above(to[0], open_=False).below(to[0], open_=False),
    Operator.OTHER: lambda left, to: replace(left, out=left.out | {to[0]}),
    Operator.BELOW: lambda left, to: left.below(to[0], open_=True),
    Operator.AT_MOST: lambda left, to: left.below(to[0], open_=False),
    Operator.ABOVE: lambda left, to: left.above(to[0], open_=True),
    Operator.AT_LEAST: lambda left, to: left.above(to[0], open_=False),
    Operator.IN: lambda left, to: left.above(to[0], open_=False).below(to[1], open_=False),
}


def _whole(clause: Clause) -> Left:
    """Give all values that a column may have."""
    field: Field = clause.field
    if field.type is FieldType.CHOICE:
        return Words(frozenset(choice.word for choice in field.choices))
    if field.type is FieldType.FLAG:
        return Words(frozenset({0, 1}))
    if field.type is FieldType.TEXT:
        return Words()
    if clause.feature is not None:
        low, high = range_of_feature(clause.feature)
        return Span(low, high, whole=clause.feature.aggregate is Aggregate.RUN)
    low = -inf if field.minimum is None else field.minimum
    high = inf if field.maximum is None else field.maximum
    return Span(low, high, whole=field.type is FieldType.COUNT)
