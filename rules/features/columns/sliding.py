"""Windows over all rows at once: where each begins, and what the values in it come to.

Rows are ascending by subject and period. A window never counts rows to find its ends: it asks for
numbers of periods, and it ends where its subject does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.facts import Period
from rules.features.windows import MICROSECONDS_A_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rules.features.columns.table import Numbers, Truth, Whole


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """One window a row: places of its first and its last row, both in it."""

    first: Whole
    last: Whole
    #: No period of it is missing; of moments, always.
    whole: Truth
    #: Periods of each window; None: of moments, as many as there are.
    length: int | None

    #: How many rows before its own a window ends: 0 or 1.
    behind: int = 0

    def count(self, present: Truth) -> Whole:
        """Count the values in each window, whole or not."""
        counts = np.zeros(len(present) + 1, dtype=np.int64)
        np.cumsum(present, out=counts[1:])
        found: Whole = counts[np.maximum(self.last + 1, self.first)] - counts[self.first]
        return found

    def enough(self, present: Truth) -> Truth:
        """Say where there is enough to sum up: a value in each period, or of moments one."""
        count = self.count(present)
        found: Truth = self.whole & ((count > 0) if self.length is None else count == self.length)
        return found


class Rows:
    """The rows of a table, and the windows that end with each or just before it."""

    def __init__(self, period: Period, subjects: NDArray[np.integer], periods: Whole) -> None:
        self.size = len(periods)
        self.periods = periods
        self.places = np.arange(self.size, dtype=np.int64)
        self.of_moments = period in {Period.NONE, Period.MOMENT}
        begins = np.ones(self.size, dtype=np.bool_)
        begins[1:] = subjects[1:] != subjects[:-1]
        #: Whether a row is its subject's first, and where that one is.
        self.begins = begins
        self.start = latest(begins, self.places)
        #: Whether the row before is of the same subject and the period before.
        self.follows = ~begins
        self.follows[1:] &= periods[1:] - periods[:-1] == 1

    def single(self) -> Span:
        """Give windows of the row itself."""
        whole = np.ones(self.size, dtype=np.bool_)
        return Span(first=self.places, last=self.places, whole=whole, length=1)

    def window(self, length: int, *, behind: int = 0) -> Span:
        """Give the windows of a length that end with each row, or just before it."""
        last = self.places - behind
        if self.of_moments:
            wanted = self.periods - length * MICROSECONDS_A_SECOND + 1 - behind
            first = first_from(self.periods, wanted, self.start, self.places)
            whole = np.ones(self.size, dtype=np.bool_)
            return Span(first=first, last=last, whole=whole, length=None, behind=behind)
        first = last - length + 1
        inside = np.maximum(first, 0)
        distance = self.periods - self.periods[inside]
        whole = (first >= self.start) & (distance == self.places - first)
        return Span(first=inside, last=last, whole=whole, length=length, behind=behind)

    def at_distance(self, length: int) -> tuple[Whole, Truth]:
        """Give the row of the period `length` before each, and whether there is one."""
        wanted = self.periods - length
        place = np.maximum(self.places - length, self.start)
        # Without gaps it stands there; a gap moves it nearer.
        moved = np.flatnonzero(self.periods[place] < wanted)
        place[moved] = first_from(self.periods, wanted[moved], place[moved], moved)
        found: Truth = self.periods[place] == wanted
        return place, found


def first_from(keys: Whole, wanted: Whole, low: Whole, high: Whole) -> Whole:
    """Give the first places in [low, high) whose key is `wanted` or more, else `high`.

    Keys ascend between `low` and `high`. All rows halve their search together.
    """
    low, high = low.copy(), high.copy()
    for _ in range(int(np.max(high - low, initial=0)).bit_length()):
        middle = (low + high) >> 1
        # A row that has found its place may stand behind the last key.
        less = keys[np.minimum(middle, len(keys) - 1)] < wanted
        searching = low < high
        low = np.where(less & searching, middle + 1, low)
        high = np.where(less, high, middle)
    return low


def latest(marked: Truth, places: Whole) -> Whole:
    """Give for each row the last marked one up to it; the first row is marked."""
    found: Whole = np.maximum.accumulate(np.where(marked, places, 0))
    return found


def totals(values: Numbers, span: Span) -> tuple[Numbers, Numbers]:
    """Give sums, oldest value first, and sums of magnitudes; absent values are 0."""
    found = _total(values, span)
    negative = bool((values < 0).any())
    return found, _total(np.abs(values), span) if negative else found


def _total(values: Numbers, span: Span) -> Numbers:
    if span.length is not None:
        return _total_of_periods(values, span, span.length)
    found = np.zeros(len(values), dtype=np.float64)
    place = span.first.copy()
    adding = np.flatnonzero(place <= span.last)
    while len(adding):
        found[adding] += values[place[adding]]
        place[adding] += 1
        adding = adding[place[adding] <= span.last[adding]]
    return found


def _total_of_periods(values: Numbers, span: Span, length: int) -> Numbers:
    """Windows of one length that are whole are slices beside one another."""
    found = np.zeros(len(values), dtype=np.float64)
    skipped = length - 1 + span.behind
    size = len(values) - skipped
    for offset in range(length if size > 0 else 0):
        found[skipped:] += values[offset : offset + size]
    return found


def extremes(values: Numbers, span: Span, pick: Callable[[Numbers, Numbers], Numbers]) -> Numbers:
    """Give the least or the greatest of each window; `pick` is np.minimum or np.maximum."""
    found = values.copy()
    size = np.maximum(span.last - span.first + 1, 1)
    largest = int(np.max(size, initial=1))
    # Any window is two overlapping ones of a power of two.
    width, level = 1, values.copy()
    while True:
        now = np.flatnonzero((size >= width) & (size < 2 * width))
        found[now] = pick(level[span.first[now]], level[span.last[now] - width + 1])
        if 2 * width > largest:
            return found
        level[:-width] = pick(level[:-width], level[width:])
        width *= 2
