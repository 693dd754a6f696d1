"""The nearest change of a fact that would flip a condition.

Fewest fields first, then the smallest change in relation to each field's range. What is found is
tried with the clauses themselves, so it always flips the condition; it is a figure that people
would write (46 days, 79 %), not the closest float.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice, product
from math import ceil, floor, inf, isfinite, nextafter
from typing import TYPE_CHECKING

from rules import sentences
from rules.clauses import clause_holds
from rules.conditions import Aggregate, Condition, Join
from rules.facts import LARGEST_WHOLE, FieldType
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.conditions import Clause
    from rules.facts import Field

    #: A clause, and whether it is to hold.
    Literal = tuple[Clause, bool]
    Value = float | str | bool

#: Ways to fulfil a condition that are looked at; the checker allows 50 conjunctions.
MOST_WAYS = 1_000
#: How often a step is made ten times finer before the very next float is taken.
FINER = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field, what the fact has and what would do."""

    field: str
    label: Text
    #: None: the fact does not say.
    seen: Value | None
    to: Value
    #: ``Stock is 46 instead of 45``.
    sentence: Text


def change(
    condition: Condition, fact: Mapping[str, object], *, wanted: bool = True
) -> tuple[FieldChange, ...] | None:
    """Give the changes that make the condition true (or false); None: there are none.

    Features are taken for figures of their own: what is told of a run is its length.
    """
    best: tuple[tuple[int, float], tuple[FieldChange, ...]] | None = None
    for way in islice(_ways(condition, wanted=wanted), MOST_WAYS):
        found = _way(way, fact)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1]


def _ways(part: Clause | Condition, *, wanted: bool) -> Iterator[tuple[Literal, ...]]:
    """Give all conjunctions of clauses that make it so."""
    if not isinstance(part, Condition):
        yield ((part, wanted),)
        return
    inner = wanted is not (part.join is Join.NOT)
    below = [_ways(one, wanted=inner) for one in part.parts]
    # NOT is an ANY of which the opposite is wanted.
    if (part.join is Join.ALL) is inner:
        for chosen in product(*(tuple(islice(one, MOST_WAYS)) for one in below)):
            yield tuple(chain.from_iterable(chosen))
    else:
        yield from chain.from_iterable(below)


def _way(
    way: tuple[Literal, ...], fact: Mapping[str, object]
) -> tuple[tuple[int, float], tuple[FieldChange, ...]] | None:
    asked: dict[str, list[Literal]] = {}
    for clause, wanted in way:
        asked.setdefault(clause.field.name, []).append((clause, wanted))
    changes: list[FieldChange] = []
    cost = 0.0
    for name, literals in asked.items():
        seen = fact.get(name)
        if _fulfils(seen, literals):
            continue
        to = _nearest(literals, seen)
        if to is None:
            return None
        changes.append(_change(literals[0][0], seen, to))
        cost += _cost(literals, seen, to)
    return (len(changes), cost), tuple(changes)


def _fulfils(value: object, literals: Sequence[Literal]) -> bool:
    return value is not None and all(
        clause_holds(clause, value) is wanted for clause, wanted in literals
    )


def _nearest(literals: Sequence[Literal], seen: object) -> Value | None:
    """Give the nearest value that fulfils them all, of the first round that has one."""
    field = literals[0][0].field
    start = float(seen) if isinstance(seen, int | float) else None
    for values in _rounds(field, literals):
        fitting = [value for value in values if _allowed(field, value, literals)]
        if fitting and start is not None:
            return min(fitting, key=lambda value: abs(float(value) - start))
        if fitting:
            return fitting[0]
    return None


def _allowed(field: Field, value: Value, literals: Sequence[Literal]) -> bool:
    if field.type is FieldType.NUMBER or field.type is FieldType.COUNT:
        low, high = _ends(field)
        if not (isinstance(value, int | float) and isfinite(value) and low <= value <= high):
            return False
    return _fulfils(value, literals)


def _ends(field: Field) -> tuple[float, float]:
    whole = field.type is FieldType.COUNT
    low = (0 if whole else -inf) if field.minimum is None else field.minimum
    high = (LARGEST_WHOLE if whole else inf) if field.maximum is None else field.maximum
    return low, high


def _rounds(field: Field, literals: Sequence[Literal]) -> Iterator[Sequence[Value]]:
    """Give candidates, better ones to be read first."""
    operands = [operand for clause, _ in literals for operand in clause.operands]
    figures = [operand for operand in operands if isinstance(operand, int | float)]
    match field.type:
        case FieldType.FLAG:
            yield [True, False]
        case FieldType.CHOICE:
            yield [*(word for word in operands if isinstance(word, str))]
            yield [choice.word for choice in field.choices]
        case FieldType.TEXT:
            yield [word for word in operands if isinstance(word, str)]
            yield [f"其他{number or ''}" for number in range(len(operands) + 1)]
        case FieldType.COUNT:
            near = [value for one in figures for value in (floor(one), ceil(one))]
            ends = [int(end) for end in _ends(field)]
            yield [value for one in near for value in (one, one + 1, one - 1)] + ends
        case _:
            yield from _figures(field, figures, _step(literals))


def _figures(field: Field, figures: list[float], step: Decimal) -> Iterator[Sequence[Value]]:
    exact = [Decimal(repr(float(one))) for one in figures]
    ends: list[Value] = [end for end in _ends(field) if isfinite(end)]
    for finer in range(FINER):
        by = step.scaleb(-finer)
        yield [
            *(float(one) for one in figures),
            *(float(one + sign * by) for one in exact for sign in (1, -1)),
            *ends,
        ]
    yield [nextafter(float(one), end) for one in figures for end in (inf, -inf)]
    # Between two thresholds that are nearer to each other than any step.
    yield [(one + other) / 2 for one in figures for other in figures]


def _step(literals: Sequence[Literal]) -> Decimal:
    """Give one in the last place of the threshold as it is written, 1 % of the range at most."""
    clause = literals[0][0]
    operand = clause.operands[0]
    exponent = Decimal(repr(float(operand))).normalize().as_tuple().exponent
    place = exponent if isinstance(exponent, int) else 0
    places = [min(place, 0)]
    if clause.threshold.rstrip("]").endswith("%"):
        places.append(-2)
    low, high = _ends(clause.field)
    if isfinite(low) and isfinite(high) and high > low:
        places.append(Decimal(repr(float(high - low))).adjusted() - 2)
    return Decimal(1).scaleb(min(places))


def _cost(literals: Sequence[Literal], seen: object, to: Value) -> float:
    if isinstance(to, str | bool) or not isinstance(seen, int | float):
        return 1.0
    field = literals[0][0].field
    low, high = _ends(field)
    span = high - low
    if field.type is FieldType.COUNT or not isfinite(span) or span <= 0:
        figures = [one for clause, _ in literals for one in clause.operands]
        span = max(1.0, abs(seen), *(abs(one) for one in figures if isinstance(one, int | float)))
    return min(1.0, abs(to - seen) / span)


def _change(clause: Clause, seen: object, to: Value) -> FieldChange:
    known = seen if isinstance(seen, int | float | str) else None
    return FieldChange(
        field=clause.field.name,
        label=clause.field.label,
        seen=known,
        to=to,
        sentence=_sentence(clause, known, to),
    )


def _sentence(clause: Clause, seen: Value | None, to: Value) -> Text:
    label, would = clause.field.label, sentences.said(clause, to)
    if seen is None:
        return Text(
            zh=f"{label.zh}有数据且为{would.zh}", en=f"{label.en} were known and {would.en}"
        )
    was = sentences.said(clause, seen)
    run = clause.feature is not None and clause.feature.aggregate is Aggregate.RUN
    if run and isinstance(to, int) and isinstance(seen, int) and to > seen:
        more = to - seen
        return Text(
            zh=f"{label.zh}再多 {more} 期（现在{was.zh} 期）",
            en=f"{label.en} went on for {more} more (now {was.en})",
        )
    return Text(
        zh=f"{label.zh}为{would.zh}（现在为{was.zh}）",
        en=f"{label.en} were {would.en} instead of {was.en}",
    )
