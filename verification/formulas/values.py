"""What a cell can hold, and how Excel turns one kind into another.

Numbers are float, a blank is None, an error value is a Fault.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Fault:
    """An error value, as it is written: ``#DIV/0!``."""

    code: str


Scalar: TypeAlias = float | str | bool | Fault | None


@dataclass(frozen=True, slots=True)
class Area:
    """Cells in rows; what lies outside `rows` and inside height and width is blank."""

    rows: Sequence[Sequence[Scalar]]
    height: int
    width: int
    #: Where it stands on its sheet (row, column from 0); None: it was computed.
    at: tuple[int, int] | None = None

    def get(self, row: int, column: int) -> Scalar:
        """Give a cell; a blank where nothing was ever written."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def cells(self) -> Iterator[Scalar]:
        """Give what was written, row by row."""
        for row in self.rows:
            yield from row

    def spread(self, row: int, column: int) -> Scalar:
        """Give a cell of an area that is repeated along the side in which it is one cell long."""
        row, column = (0 if self.height == 1 else row), (0 if self.width == 1 else column)
        inside = row < self.height and column < self.width
        return self.get(row, column) if inside else NOT_AVAILABLE


Value: TypeAlias = Scalar | Area

DIVISION, NOT_A_VALUE, NOT_A_NUMBER = Fault("#DIV/0!"), Fault("#VALUE!"), Fault("#NUM!")
NOT_AVAILABLE, NO_REFERENCE, NO_NAME = Fault("#N/A"), Fault("#REF!"), Fault("#NAME?")


class Faulty(Exception):
    """An error value on its way up through a formula."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class NotComputed(Exception):
    """Something that is not worked out here; `reason` names it: a function, a kind of reference."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(%?)\s*")
_DIGIT = re.compile(r"\d")
#: Signs that every language sorts alike; hyphens and brackets are none.
_SORTED_ALIKE = re.compile(r"[a-z0-9 ]*")


def read_number(text: str) -> float | None:
    """Read a text as Excel does everywhere; None where it is none.

    Raises NotComputed for what one locale reads as a number or a date and another does not.
    """
    found = _NUMBER.fullmatch(text)
    if found is not None:
        return float(found[1]) / (100 if found[2] else 1)
    if _DIGIT.search(text) and len(text) < 40:  # noqa: PLR2004 - longer ones are sentences
        raise NotComputed("a text in place of a number")
    return None


def number(value: Scalar) -> float:
    """Give a number: blanks are 0, truths 1. Raises Faulty."""
    if isinstance(value, Fault):
        raise Faulty(value)
    if isinstance(value, str):
        read = read_number(value)
        if read is None:
            raise Faulty(NOT_A_VALUE)
        return read
    return 0.0 if value is None else float(value)


def text(value: Scalar) -> str:
    """Give a text as concatenation writes it. Raises Faulty."""
    if isinstance(value, Fault):
        raise Faulty(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value != 0 and not 1e-4 <= abs(value) < 1e11:  # noqa: PLR2004 - beyond: exponents
            if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004
                return str(int(value))
            raise NotComputed("a very large or small number as text")
        return f"{value + 0.0:.15g}"
    return value or ""


def truth(value: Scalar) -> bool:
    """Give a truth value. Raises Faulty."""
    if isinstance(value, str):
        if value.upper() in {"TRUE", "FALSE"}:
            return value.upper() == "TRUE"
        raise Faulty(NOT_A_VALUE)
    return number(value) != 0


def rounded(value: float) -> float:
    """Give the 15 digits by which Excel compares."""
    return float(f"{value:.15g}")


def certain(one: Scalar, other: Scalar) -> None:
    """Raise NotComputed where searches may find two numbers alike or not: by 15 digits, or all."""
    are_two = isinstance(one, float) and isinstance(other, float) and one != other
    if are_two and rounded(number(one)) == rounded(number(other)):
        raise NotComputed("numbers alike to 15 digits")


def rank(value: Scalar) -> int:
    """Numbers come before texts, texts before truths."""
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0


def order(left: Scalar, right: Scalar) -> int:
    """Compare two values as Excel sorts: negative, 0 or positive. Raises Faulty."""
    for one in (left, right):
        if isinstance(one, Fault):
            raise Faulty(one)
    left = _like(right) if left is None else left
    right = _like(left) if right is None else right
    if rank(left) != rank(right):
        return rank(left) - rank(right)
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.lower(), right.lower()
        if a != b and not _SORTED_ALIKE.fullmatch(a + b):
            return 2 if a > b else -2
        return (a > b) - (a < b)
    x, y = rounded(number(left)), rounded(number(right))
    return (x > y) - (x < y)


def _like(other: Scalar) -> Scalar:
    if isinstance(other, bool):
        return False
    return "" if isinstance(other, str) else 0.0


_Came = TypeVar("_Came", bound=Value)


def within_range(function: Callable[..., _Came], *values: object) -> _Came:
    """Call a function; what no number can hold is an error that other functions may catch."""
    try:
        came = function(*values)
    except (OverflowError, ValueError) as error:
        raise Faulty(NOT_A_NUMBER) from error
    if isinstance(came, float) and not math.isfinite(came):
        raise Faulty(NOT_A_NUMBER)
    return came


def each(function: Callable[..., Scalar], values: Sequence[Value]) -> Value:
    """Apply a function of single values; to areas cell by cell, their errors staying errors."""
    areas = [one for one in values if isinstance(one, Area)]
    if not areas:
        return within_range(function, *values)
    height, width = max(one.height for one in areas), max(one.width for one in areas)
    most = 200_000
    if height * width > most:
        raise NotComputed("an array of that size")

    def at(row: int, column: int) -> Scalar:
        single = [one.spread(row, column) if isinstance(one, Area) else one for one in values]
        try:
            return within_range(function, *single)
        except Faulty as error:
            return error.fault

    rows = [[at(row, column) for column in range(width)] for row in range(height)]
    return Area(rows, height, width)
