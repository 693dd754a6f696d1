"""Which facts of a subject stand in a window: by number of period, never by counting facts.

Histories are ascending and have a period once. Of periods, a window counts only where none is
missing; of moments, it is half open (the moment `length` seconds ago is no longer in it) and one
value is enough.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Protocol

from rules.facts import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

MICROSECONDS_A_SECOND = 1_000_000


class Windows(Protocol):
    """How windows of a kind of fact are cut."""

    def window(self, periods: Sequence[int], last: int, length: int) -> slice | None:
        """Give the window of `length` that ends with the fact at `last`; None: it has gaps."""

    def before(self, periods: Sequence[int], last: int, length: int) -> slice | None:
        """Give the window of `length` that ends just before the fact at `last`."""

    def values(self, values: list[float | None]) -> list[float] | None:
        """Give what is there to sum up; None: not enough."""

    def back(self, length: int) -> int:
        """Say how far before its last fact a window of `length` begins, in numbers of periods."""

    def number(self, length: int) -> int:
        """Give a length in numbers of periods."""


class Periods:
    """Days, weeks or months."""

    def window(self, periods: Sequence[int], last: int, length: int) -> slice | None:
        first = last - length + 1
        if first < 0 or periods[last] - periods[first] != length - 1:
            return None
        return slice(first, last + 1)

    def before(self, periods: Sequence[int], last: int, length: int) -> slice | None:
        if last == 0 or periods[last] - periods[last - 1] != 1:
            return None
        return self.window(periods, last - 1, length)

    def values(self, values: list[float | None]) -> list[float] | None:
        return None if None in values else values  # type: ignore[return-value]  # no None in it

    def back(self, length: int) -> int:
        return length - 1

    def number(self, length: int) -> int:
        return length


class Moments:
    """Times; a length is in seconds."""

    def window(self, periods: Sequence[int], last: int, length: int) -> slice | None:
        return slice(bisect_right(periods, periods[last] - self.number(length)), last + 1)

    def before(self, periods: Sequence[int], last: int, length: int) -> slice | None:
        return slice(bisect_left(periods, periods[last] - self.number(length)), last)

    def values(self, values: list[float | None]) -> list[float] | None:
        return [value for value in values if value is not None] or None

    def back(self, length: int) -> int:
        return self.number(length) - 1

    def number(self, length: int) -> int:
        return length * MICROSECONDS_A_SECOND


def windows_of(period: Period) -> Windows:
    """Give the way for a kind of fact; a snapshot is a moment."""
    return Moments() if period in {Period.NONE, Period.MOMENT} else Periods()
