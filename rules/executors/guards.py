"""What to ask first: one comparison that, where it fails, settles many conjunctions at once.

Of conjunctions that begin with the same column and direction, the weakest beginning is asked
before all of them, then of each half again: a value that is far from every limit is compared once.
A guard is implied by what it guards, so it changes no answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.conditions import Operator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.form import Comparison, Conjunction

#: So few are asked one after the other.
FEW = 3

#: How constants are sorted so that the weakest comparison comes first.
_SIGN = {Operator.BELOW: -1, Operator.AT_MOST: -1, Operator.ABOVE: 1, Operator.AT_LEAST: 1}
#: What holds of a number that is there where these do not.
_BEYOND = {
    Operator.BELOW: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.ABOVE,
    Operator.ABOVE: Operator.AT_MOST,
    Operator.AT_LEAST: Operator.BELOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A guard and what it guards: either members or further branches."""

    #: None: they are asked as they are.
    guard: Comparison | None
    #: Numbers of conjunctions.
    members: tuple[int, ...] = ()
    branches: tuple[Branch, ...] = ()

    def paths(self) -> Iterator[tuple[int, tuple[Comparison, ...]]]:
        """Give each conjunction's number and its guards, outermost first."""
        own = () if self.guard is None else (self.guard,)
        for member in self.members:
            yield member, own
        for branch in self.branches:
            for member, guards in branch.paths():
                yield member, own + guards


def branches(conjunctions: Sequence[Conjunction]) -> tuple[Branch, ...]:
    """Group conjunctions, none of them empty; each is in exactly one branch."""
    groups: dict[object, list[int]] = {}
    for number, (first, *_) in enumerate(conjunctions):
        key = (first.field, first.operator) if first.operator in _SIGN else first
        groups.setdefault(key, []).append(number)

    return tuple(
        _branch(conjunctions, sorted(group, key=lambda number: _weakness(conjunctions[number][0])))
        for group in groups.values()
    )


def _weakness(first: Comparison) -> tuple[float, bool]:
    """Sort comparisons of one column and direction, the one that holds most often first."""
    strict = first.operator in {Operator.BELOW, Operator.ABOVE}
    return _SIGN.get(first.operator, 0) * first.value, strict


def calm(conjunctions: Sequence[Conjunction]) -> dict[str, Comparison]:
    """Give, by column, what holds only where no conjunction that begins with it can hold.

    Where it holds of all of them, nothing matches. Empty where that cannot be said so shortly:
    where a conjunction begins with = or !=, or two begin with one column in both directions.
    """
    weakest: dict[str, Comparison] = {}
    for first, *_ in conjunctions:
        sign = _SIGN.get(first.operator)
        known = weakest.setdefault(first.field, first)
        if sign is None or _SIGN[known.operator] != sign:
            return {}
        if _weakness(first) < _weakness(known):
            weakest[first.field] = first
    return {name: replace(one, operator=_BEYOND[one.operator]) for name, one in weakest.items()}


def _branch(conjunctions: Sequence[Conjunction], group: list[int]) -> Branch:
    if len(group) <= FEW:
        return Branch(guard=None, members=tuple(group))
    middle = len(group) // 2
    halves = (_branch(conjunctions, half) for half in (group[:middle], group[middle:]))
    return Branch(guard=conjunctions[group[0]][0], branches=tuple(halves))
