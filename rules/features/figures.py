"""What a value is while features are computed, and how results are rounded.

Online and in columns the same 64-bit operations happen in the same order, so that both give the
same bits: sums from the oldest value to the newest, and :func:`figure` at the end. (The `sum` of
Python 3.12 compensates for what additions lose and is of no use here.)
"""

from __future__ import annotations

from math import floor, frexp, isfinite, log10
from typing import TYPE_CHECKING

from rules.facts import LARGEST_WHOLE, FieldType
from rules.names import normal
from rules.periods import microseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rules.facts import Field

    #: A number, a flag as 0 or 1 and a time in microseconds as a float, a word as text.
    Known = float | str

MICROSECONDS_AN_HOUR = 3_600_000_000.0
#: Figures that are exact whole numbers: sums of them stay exact and are not rounded.
WHOLE = frozenset({FieldType.COUNT, FieldType.FLAG})
NUMERIC = WHOLE | {FieldType.NUMBER}

#: Significant decimal digits that a result keeps, at least one less.
DIGITS = 14
#: The largest power of ten that a float holds exactly.
_EXACT = 22


def _scale(exponent: int) -> tuple[float, float]:
    """Give what numbers of [2^(e-1), 2^e) are multiplied and divided by to have DIGITS digits."""
    places = floor(DIGITS - exponent * log10(2))
    return (10.0**places, 1.0) if places >= 0 else (1.0, 10.0**-places)


#: Binary exponents for which both are exact, some 1e-8 to 1e36; beyond, nothing is rounded.
LEAST_EXPONENT = floor((DIGITS - _EXACT) / log10(2)) + 1
MOST_EXPONENT = floor((DIGITS + _EXACT) / log10(2))
SCALES = tuple(_scale(exponent) for exponent in range(LEAST_EXPONENT, MOST_EXPONENT + 1))


def figure(value: float, magnitude: float) -> float | None:
    """Round to some 14 digits of `magnitude`, the size of what went into the value.

    Otherwise the mean of 80 % and 90 % would be 0.8500000000000001 and not ``<= 85%``. Gives the
    float that the decimal number reads as. None: not finite.
    """
    if not isfinite(value) or not isfinite(magnitude):
        return None
    exponent = frexp(magnitude)[1]
    if not LEAST_EXPONENT <= exponent <= MOST_EXPONENT:
        return value + 0.0
    times, over = SCALES[exponent - LEAST_EXPONENT]
    return round(value * times / over) * over / times + 0.0


def total(values: Iterable[float]) -> tuple[float, float]:
    """Give the sum, oldest first, and the sum of the magnitudes."""
    found = magnitude = 0.0
    for value in values:
        found += value
        magnitude += abs(value)
    return found, magnitude


def settled(value: float, magnitude: float, *, whole: bool) -> float | None:
    """Give a sum or difference as it counts: whole numbers exact up to 2^53, others rounded."""
    if whole:
        return value + 0.0 if magnitude <= LARGEST_WHOLE else None
    return figure(value, magnitude)


def ratio(over: float, under: float) -> float | None:
    """Give a share; None where it is one of nothing."""
    if under == 0:
        return None
    share = over / under
    return figure(share, abs(share))


def in_range(field: Field, value: float) -> bool:
    """Say whether a derived field may hold the value."""
    low, high = field.minimum, field.maximum
    if field.type is FieldType.COUNT and (not value.is_integer() or abs(value) > LARGEST_WHOLE):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _number(value: object) -> float:
    return float(value) + 0.0  # type: ignore[arg-type]  # checked by the encoder before it came here


def _time(value: object) -> float:
    return float(microseconds(value))  # type: ignore[arg-type]  # checked, as above


def _text(value: object) -> str:
    return normal(value)  # type: ignore[arg-type]  # checked, as above


def _word(value: object) -> str:
    return value  # type: ignore[return-value]  # checked, as above


#: How a value that the encoder takes is read.
READ: dict[FieldType, Callable[[object], Known]] = {
    FieldType.COUNT: _number,
    FieldType.NUMBER: _number,
    FieldType.FLAG: _number,
    FieldType.TEXT: _text,
    FieldType.CHOICE: _word,
    FieldType.TIME: _time,
}
