"""What a rule asks of facts: clauses, each an interval or a set, joined by all, any and not.

A clause on a field that the fact does not have is false, and so is its negation: silence proves
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.facts import Field, Window


class Operator(StrEnum):
    EQUAL = "="
    OTHER = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    #: A closed interval of numbers or a set of words; lowered to the ones above.
    IN = "in"


class Aggregate(StrEnum):
    """How a feature sums up the facts of one subject, up to the one that is looked at.

    Of each period the fact known last counts; facts of later periods do not exist. A feature is
    absent where the fact that is looked at lacks the field, with one exception: sums, means,
    least and most of moments, which are made of those facts in the window that have it. It is
    absent too where the field is older than its `max_age`, and where a result is not finite or a
    sum of whole numbers exceeds 2^53 - 1. Figures are rounded to some 14 digits, so that the mean
    of 80 % and 90 % is 85 %; whole numbers stay exact and whole.
    """

    #: In how many periods running, the last one being this, the test held; counted up to the
    #: length of the window. A missing period and an absent value end it. Only of periods.
    RUN = "run"
    #: Of the values in the window; absent unless every period of it has one (of moments: one).
    MEAN = "mean"
    SUM = "sum"
    LEAST = "min"
    MOST = "max"
    #: This value less the one of `length` periods ago; absent where either is. What lies between
    #: the two may be missing. Only of periods.
    CHANGE = "change"
    #: This value over the mean of the window that ends just before it; absent where that is 0 or
    #: is not known.
    RELATIVE = "relative"
    #: Hours from the last fact whose value differed from the one before it to the moment of
    #: asking, never below 0. The window is a duration in seconds, back from the moment of asking:
    #: nobody looks further than to the last fact before it, so a value that did not change since
    #: gives the hours from that one, which are more than the window. The first fact ever counts
    #: as a change. Facts are compared with the fact before, gaps between periods or not; absent
    #: where, within the window, a fact before lacks the field: it may have changed there.
    UNCHANGED = "unchanged"
    #: Hours from the time that the field holds to the moment of asking; below 0 for a time to come.
    AGE = "age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A number that is computed from facts before any engine sees them.

    In rows and encoded facts it is a column like any field, called by its id.
    """

    #: Such as ``attainment#run[<0.8]`` or ``attainment#mean[4 week]``; equal ids, equal features.
    id: str
    field: Field
    aggregate: Aggregate
    #: In periods of the kind, or seconds where it has none; for RUN how far it counts; for
    #: UNCHANGED seconds, whatever the kind. None only for AGE.
    window: Window | None = None
    #: Only for RUN: what must hold in each period, asked of the field itself.
    test: Clause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One line of a rule: a field and what is asked of it."""

    #: For a feature: a field of the feature's id, type and label.
    field: Field
    operator: Operator
    #: One operand; for IN two ends of an interval, or one or more words.
    operands: tuple[float | str, ...]
    #: The operands as the file writes them, normalised.
    threshold: str
    feature: Feature | None = None


class Join(StrEnum):
    ALL = "all"
    ANY = "any"
    #: None of the parts holds, and every field that decides it is there.
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Clauses and conditions, joined; never empty."""

    join: Join
    parts: tuple[Clause | Condition, ...]

    def clauses(self) -> tuple[Clause, ...]:
        """Give all clauses anywhere in it, in the order of the file."""
        return tuple(
            clause
            for part in self.parts
            for clause in (part.clauses() if isinstance(part, Condition) else (part,))
        )
