"""Functions of single values: numbers, dates, texts."""

from __future__ import annotations

import calendar
import math
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import TYPE_CHECKING

from verification.formulas.values import (
    DIVISION,
    NOT_A_NUMBER,
    NOT_A_VALUE,
    Faulty,
    NotComputed,
    Scalar,
    number,
    rounded,
    text,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DIGITS = 300
#: Before 1 March 1900 Excel counts a day that never was.
_FIRST_SURE = 61
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_MONTHS = 12
_CENTURY = 1900
_LAST_SERIAL = 2_958_465
#: Signs beyond it are two to Excel.
_BASIC = 0xFFFF


def power(base: float, exponent: float) -> float:
    """Raise to a power as Excel does. Raises Faulty."""
    if base == 0 and exponent <= 0:
        raise Faulty(NOT_A_NUMBER if exponent == 0 else DIVISION)
    if base < 0 and not exponent.is_integer():
        root = 1 / exponent
        if abs(root - round(root)) < 1e-6 and round(root) % 2:  # noqa: PLR2004
            raise NotComputed("an odd root of a negative number")
        raise Faulty(NOT_A_NUMBER)
    return math.pow(base, exponent)


def _round(mode: str) -> Callable[[Scalar, Scalar], Scalar]:
    def rounds(value: Scalar, digits: Scalar = 0.0) -> Scalar:
        places = int(number(digits))
        exact = number(value)
        if abs(places) > _DIGITS:
            return exact if places > 0 else 0.0
        told = _quantized(Decimal(f"{exact:.15g}"), places, mode)
        # At a border Excel looks at 15 digits for ROUND; for its sisters that is not sure.
        if mode != ROUND_HALF_UP and told != _quantized(Decimal(exact), places, mode):
            raise NotComputed("rounding at a border")
        return told

    return rounds


def _quantized(value: Decimal, places: int, mode: str) -> float:
    scaled = value.scaleb(places)
    if not scaled.is_finite() or abs(scaled) > Decimal(10) ** 20:
        return float(value)
    return float(scaled.quantize(Decimal(1), rounding=mode).scaleb(-places))


def _whole(value: Scalar) -> Scalar:
    exact = number(value)
    if math.floor(exact) != math.floor(rounded(exact)):
        raise NotComputed("rounding at a border")
    return float(math.floor(exact))


def _modulo(value: Scalar, divisor: Scalar) -> Scalar:
    above, below = number(value), number(divisor)
    if below == 0:
        raise Faulty(DIVISION)
    rest = above % below
    share = rest / below
    if not (above.is_integer() and below.is_integer()) and min(share, 1 - share) < 1e-9:  # noqa: PLR2004
        raise NotComputed("a remainder at a border")
    return rest


def _logarithm(value: Scalar, base: Scalar = 10.0) -> Scalar:
    given, to = number(value), number(base)
    if given <= 0 or to <= 0:
        raise Faulty(NOT_A_NUMBER)
    if to == 1:
        raise Faulty(DIVISION)
    return math.log10(given) if to == 10 else math.log(given) / math.log(to)  # noqa: PLR2004


def _root(value: Scalar) -> Scalar:
    if number(value) < 0:
        raise Faulty(NOT_A_NUMBER)
    return math.sqrt(number(value))


def serial_of(day: date, *, date1904: bool) -> float:
    """Give the number of a day. Raises NotComputed where Excel's calendar is wrong."""
    found = (day - (_EPOCH_1904 if date1904 else _EPOCH)).days
    if found < (0 if date1904 else _FIRST_SURE):
        raise NotComputed("a date before March 1900")
    return float(found)


def day_of(value: Scalar, *, date1904: bool) -> date:
    """Give the day of a number. Raises Faulty and NotComputed."""
    serial = math.floor(number(value))
    if serial < 0 or serial > _LAST_SERIAL:
        raise Faulty(NOT_A_NUMBER)
    if not date1904 and serial < _FIRST_SURE:
        raise NotComputed("a date before March 1900")
    return (_EPOCH_1904 if date1904 else _EPOCH) + timedelta(days=serial)


def _date(year: Scalar, month: Scalar, day: Scalar, *, date1904: bool) -> Scalar:
    years, months, days = (math.floor(number(one)) for one in (year, month, day))
    if years < _CENTURY:
        years += _CENTURY
    years, months = years + (months - 1) // _MONTHS, (months - 1) % _MONTHS
    if not _CENTURY <= years <= 9999 or abs(days) > _LAST_SERIAL:  # noqa: PLR2004
        raise Faulty(NOT_A_NUMBER)
    return serial_of(date(years, months + 1, 1) + timedelta(days=days - 1), date1904=date1904)


def _months_later(end: bool) -> Callable[..., Scalar]:  # noqa: FBT001
    def later(start: Scalar, months: Scalar, *, date1904: bool) -> Scalar:
        day = day_of(start, date1904=date1904)
        total = day.year * _MONTHS + day.month - 1 + int(number(months))
        year, month = total // _MONTHS, total % _MONTHS + 1
        last = calendar.monthrange(year, month)[1]
        return serial_of(date(year, month, last if end else min(day.day, last)), date1904=date1904)

    return later


def _part(name: str) -> Callable[..., Scalar]:
    return lambda value, *, date1904: float(getattr(day_of(value, date1904=date1904), name))


def _cut(value: Scalar) -> str:
    """Give a text that may be cut. Raises NotComputed where Excel counts two for one sign."""
    whole = text(value)
    if any(ord(sign) > _BASIC for sign in whole):
        raise NotComputed("a sign that counts as two")
    return whole


def _cased(change: Callable[[str], str]) -> Callable[[Scalar], Scalar]:
    def cased(value: Scalar) -> Scalar:
        whole = text(value)
        found = change(whole)
        if len(found) != len(whole):
            raise NotComputed("a letter that becomes two")
        return found

    return cased


def _left(value: Scalar, count: Scalar = 1.0) -> Scalar:
    return _cut(value)[: _length(count)]


def _right(value: Scalar, count: Scalar = 1.0) -> Scalar:
    whole = _cut(value)
    return whole[max(0, len(whole) - _length(count)) :]


def _middle(value: Scalar, start: Scalar, count: Scalar) -> Scalar:
    first = _length(start)
    if first < 1:
        raise Faulty(NOT_A_VALUE)
    return _cut(value)[first - 1 : first - 1 + _length(count)]


def _length(count: Scalar) -> int:
    if number(count) < 0:
        raise Faulty(NOT_A_VALUE)
    return int(number(count))


def _concatenated(*values: Scalar) -> Scalar:
    return "".join(map(text, values))


TABLE: Mapping[str, tuple[int, int, Callable[..., Scalar]]] = {
    "ROUND": (2, 2, _round(ROUND_HALF_UP)),
    "ROUNDUP": (2, 2, _round(ROUND_UP)),
    "ROUNDDOWN": (2, 2, _round(ROUND_DOWN)),
    "TRUNC": (1, 2, _round(ROUND_DOWN)),
    "ABS": (1, 1, lambda value: abs(number(value))),
    "SIGN": (1, 1, lambda value: float((number(value) > 0) - (number(value) < 0))),
    "INT": (1, 1, _whole),
    "MOD": (2, 2, _modulo),
    "POWER": (2, 2, lambda base, exponent: power(number(base), number(exponent))),
    "SQRT": (1, 1, _root),
    "EXP": (1, 1, lambda value: math.exp(number(value))),
    "LN": (1, 1, lambda value: _logarithm(value, math.e)),
    "LOG": (1, 2, _logarithm),
    "LOG10": (1, 1, _logarithm),
    "PI": (0, 0, lambda: math.pi),
    "NOT": (1, 1, lambda value: not truth(value)),
    "DATE": (3, 3, _date),
    "YEAR": (1, 1, _part("year")),
    "MONTH": (1, 1, _part("month")),
    "DAY": (1, 1, _part("day")),
    "EDATE": (2, 2, _months_later(end=False)),
    "EOMONTH": (2, 2, _months_later(end=True)),
    "CONCATENATE": (1, 255, _concatenated),
    "LEFT": (1, 2, _left),
    "RIGHT": (1, 2, _right),
    "MID": (3, 3, _middle),
    "LEN": (1, 1, lambda value: float(len(text(value).encode("utf-16-le")) // 2)),
    "TRIM": (1, 1, lambda value: " ".join(part for part in text(value).split(" ") if part)),
    "UPPER": (1, 1, _cased(str.upper)),
    "LOWER": (1, 1, _cased(str.lower)),
}
#: Those to which it matters from which year days are counted.
DATED = frozenset({"DATE", "YEAR", "MONTH", "DAY", "EDATE", "EOMONTH"})
#: Those that take no arrays.
SINGLE_DAYS = frozenset({"EDATE", "EOMONTH"})
