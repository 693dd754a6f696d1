"""What OR there is, multiplied out: a condition as an OR of conjunctions of comparisons."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

from rules.conditions import Clause, Condition, Join, Operator
from rules.form import Comparison, Conjunction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: What one row may come to; both keep a row well inside what the C engine was measured with.
MOST_ALTERNATIVES = 50
MOST_COMPARISONS = 50

Alternatives = tuple[Conjunction, ...]
#: Field → the words that it is compared with, in the order of their numbers.
Words = dict[str, tuple[str, ...]]
#: That of which nothing holds: its negation is the comparison itself.
NEGATED: Mapping[Operator, Operator] = {
    Operator.EQUAL: Operator.OTHER,
    Operator.OTHER: Operator.EQUAL,
    Operator.BELOW: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.BELOW,
    Operator.ABOVE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.ABOVE,
}


class TooWide(Exception):
    """A rule whose OR parts multiply to more than an engine takes; says which."""


class Expansion:
    """Multiplies out what one rule asks. Each method raises TooWide."""

    def __init__(self, rule: str, words: Words) -> None:
        self._rule = rule
        self._words = words

    def condition(self, part: Condition | Clause, *, negated: bool = False) -> Alternatives:
        """Give the OR of conjunctions; `not` is pushed down to the clauses."""
        if isinstance(part, Clause):
            return self._negated(part) if negated else self.clause(part)
        if part.join is Join.NOT:
            negated = not negated
        parts = [self.condition(one, negated=negated) for one in part.parts]
        # None of the parts holds: NOT is an ANY that is turned round.
        conjoined = (part.join is Join.ALL) != negated
        if len(parts) == 1:
            return parts[0]
        return self.all(parts) if conjoined else self.any(parts)

    def all(self, parts: Sequence[Alternatives]) -> Alternatives:
        """Join by AND; the size is known before anything is built."""
        size = 1
        for part in parts:
            size *= len(part)
        length = sum(max(len(conjunction) for conjunction in part) for part in parts)
        if size > MOST_ALTERNATIVES or length > MOST_COMPARISONS:
            raise TooWide(self._rule)
        if size == 1:
            return (_joined(part[0] for part in parts),)
        return tuple(dict.fromkeys(_joined(one) for one in product(*parts)))

    def any(self, parts: Sequence[Alternatives]) -> Alternatives:
        """Join by OR."""
        joined = tuple(dict.fromkeys(chain.from_iterable(parts)))
        if len(joined) > MOST_ALTERNATIVES:
            raise TooWide(self._rule)
        return joined

    def clause(self, clause: Clause) -> Alternatives:
        """Give the OR of conjunctions that a clause stands for."""
        if clause.operator is not Operator.IN:
            return ((self._comparison(clause, clause.operator, clause.operands[0]),),)
        if clause.field.name in self._words:
            return self.any(
                [((self._comparison(clause, Operator.EQUAL, word),),) for word in clause.operands]
            )
        low, high = clause.operands
        return (
            (
                self._comparison(clause, Operator.AT_LEAST, low),
                self._comparison(clause, Operator.AT_MOST, high),
            ),
        )

    def _negated(self, clause: Clause) -> Alternatives:
        if clause.operator is not Operator.IN:
            operator = NEGATED[clause.operator]
            return ((self._comparison(clause, operator, clause.operands[0]),),)
        if clause.field.name in self._words:
            return (
                tuple(self._comparison(clause, Operator.OTHER, word) for word in clause.operands),
            )
        low, high = clause.operands
        return (
            (self._comparison(clause, Operator.BELOW, low),),
            (self._comparison(clause, Operator.ABOVE, high),),
        )

    def _comparison(self, clause: Clause, operator: Operator, operand: float | str) -> Comparison:
        name = clause.field.name
        value = self._words[name].index(operand) + 1 if isinstance(operand, str) else operand
        return Comparison(field=name, operator=operator, value=value)


def _joined(conjunctions: Iterable[Conjunction]) -> Conjunction:
    """Join by AND, each comparison once."""
    joined = tuple(chain.from_iterable(conjunctions))
    # Columns are told apart faster than comparisons are.
    if len({comparison.field for comparison in joined}) == len(joined):
        return joined
    return tuple(dict.fromkeys(joined))
