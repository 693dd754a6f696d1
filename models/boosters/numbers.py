"""Numbers of a booster's text, read as strictly as LightGBM writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from models.boosters.faults import BoosterRefused, Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INTEGER = r"-?(?:0|[1-9][0-9]{0,9})"
_REAL = r"-?(?:0|[1-9][0-9]{0,20})(?:\.[0-9]{1,20})?(?:e[+-][0-9]{2,3})?"
_INTEGERS = re.compile(rf"{_INTEGER}(?: {_INTEGER})*", re.ASCII)
_REALS = re.compile(rf"{_REAL}(?: {_REAL})*", re.ASCII)
_WITH_INFINITY = re.compile(rf"(?:{_REAL}|inf)(?: (?:{_REAL}|inf))*", re.ASCII)
_INT32 = 2**31 - 1
UINT32 = 2**32 - 1


def integers(
    written: str, place: Place, *, count: int, least: int, most: int = _INT32
) -> NDArray[np.int64]:
    """Give `count` whole numbers within bounds. Raises BoosterRefused."""
    words = _split(written, _INTEGERS, count, place)
    values = np.array([int(one) for one in words], dtype=np.int64)
    _bounded(values, least, most, place=place)
    return values


def reals(
    written: str, place: Place, *, count: int, least: float, most: float
) -> NDArray[np.float64]:
    """Give `count` numbers within bounds, finite unless `most` is infinite.

    Raises BoosterRefused.
    """
    words = _split(written, _WITH_INFINITY if most == np.inf else _REALS, count, place)
    values = np.array([float(one) for one in words], dtype=np.float64)
    _bounded(values, least, most, place=place)
    return values


def integer(written: str, place: Place, *, least: int, most: int = _INT32) -> int:
    """Give one whole number."""
    return int(integers(written, place, count=1, least=least, most=most)[0])


def _split(written: str, form: re.Pattern[str], count: int, place: Place) -> list[str]:
    if not written and count == 0:
        return []
    if not form.fullmatch(written):
        raise BoosterRefused("form", place, seen=repr(written), expected="numbers and blanks")
    words = written.split(" ")
    if len(words) != count:
        raise BoosterRefused("length", place, seen=len(words), expected=count)
    return words


def _bounded(
    values: NDArray[np.int64] | NDArray[np.float64],
    least: float,
    most: float,
    *,
    place: Place,
) -> None:
    # Infinity would be outside; NaN cannot be written with the digits that were let through.
    outside = np.flatnonzero((values < least) | (values > most))
    if outside.size:
        seen = f"{values[outside[0]]} at place {outside[0]}"
        raise BoosterRefused("range", place, seen=seen, expected=f"{least}..{most}")
