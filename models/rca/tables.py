"""Sums of leaf figures by a key, two figures at a time.

What such a sum waits for is the cell in memory, so one complex number, which is two figures, takes
little longer than one float; and whole counts go several in one float while their sums have room.
Each sum is what its figure alone would give, bit by bit: leaves are added in the same order, and
sums of whole counts are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

T = TypeVar("T", np.float64, np.complex128)

#: From so many leaves on, counts that share a float save more than it takes to part them.
MANY_LEAVES = 1 << 16
#: Leaves whose figures stay in the cache while they are worked with.
PART = 1 << 16
#: Bits of a float that count one by one.
BITS = 53


class Figures:
    """Figures of the same leaves; `table` sums each by a key."""

    def __init__(self, figures: Sequence[Floats]) -> None:
        self._figures = figures
        self._lay(packed(figures) if len(figures[0]) >= MANY_LEAVES else None)

    def _lay(self, whole: Packed | None) -> None:
        self._whole, among = whole, whole.places if whole else ()
        self._alone = [place for place in range(len(self._figures)) if place not in among]
        rows = [self._figures[place] for place in self._alone]
        if whole:
            rows.append(whole.row(self._figures))
        self._odd = rows.pop() if len(rows) % 2 else None
        self._pairs = np.empty((len(rows) // 2, len(self._figures[0])), dtype=np.complex128)
        halves = (self._pairs.real, self._pairs.imag)
        for place, row in enumerate(rows):
            halves[place % 2][place // 2] = row

    def table(self, key: NDArray[np.integer], cells: int) -> Floats:
        """Give figures × cells; leaf i is of the cell key[i]."""
        rows = [row for pair in _sums(key, self._pairs, cells) for row in (pair.real, pair.imag)]
        if self._odd is not None:
            rows.extend(_sums(key, self._odd[None], cells))
        places = list(self._alone)
        if self._whole:
            apart = self._whole.apart(rows.pop())
            if apart is None:
                self._lay(None)
                return self.table(key, cells)
            places.extend(self._whole.places)
            rows.extend(apart)
        table = np.empty((len(places), cells))
        for place, row in zip(places, rows, strict=True):
            table[place] = row
        return table


def _sums(key: NDArray[np.integer], rows: NDArray[T], cells: int) -> NDArray[T]:
    sums = np.zeros((len(rows), cells), dtype=rows.dtype)
    for first in range(0, len(key), PART):
        part = slice(first, first + PART)
        places = key[part].astype(np.intp)
        for own, row in zip(sums, rows, strict=True):
            np.add.at(own, places, row[part])
    return sums


@dataclass(frozen=True, slots=True)
class Packed:
    """Whole counts side by side in one float; the first has the lowest bits."""

    #: Which of the figures they are.
    places: tuple[int, ...]
    totals: tuple[int, ...]
    #: The first bit of each, and the first of none.
    bits: tuple[int, ...]

    def row(self, figures: Sequence[Floats]) -> Floats:
        row = figures[self.places[0]].copy()
        for place, bit in zip(self.places[1:], self.bits[1:], strict=False):
            row += figures[place] * float(1 << bit)
        return row

    def apart(self, sums: Floats) -> list[Floats] | None:
        """Give the sums of each; None where one ran over into the next, so that a total is off."""
        if sums.max(initial=0.0) >= 1 << BITS:
            return None
        whole, rows = sums.astype(np.int64), []
        for total, (first, end) in zip(self.totals, pairwise(self.bits), strict=True):
            row = whole >> first & (1 << end - first) - 1
            if int(row.sum()) != total:
                return None
            rows.append(row.astype(np.float64))
        return rows


def packed(figures: Sequence[Floats]) -> Packed | None:
    """Tell which figures are whole counts, and the bits of each; None where less than two are.

    Cells hold a part of the leaves each, so their sums may have fewer bits than the totals.
    """
    whole = {place: float(one.sum()) for place, one in enumerate(figures) if _is_whole(one)}
    places = tuple(place for place, total in whole.items() if total < 1 << BITS)
    totals = tuple(int(whole[place]) for place in places)
    widths = [total.bit_length() for total in totals]
    spare = -(-max(sum(widths) - BITS, 0) // max(len(widths), 1))
    widths = [max(width - spare, 1) for width in widths]
    if len(places) < 2 or sum(widths) > BITS:  # noqa: PLR2004 - one has no other
        return None
    return Packed(places, totals, (*accumulate(widths[:-1], initial=0), BITS))


def _is_whole(figure: Floats) -> bool:
    parts = (figure[first : first + PART] for first in range(0, len(figure), PART))
    return all(bool((one == np.rint(one)).all()) for one in parts) and figure.min() >= 0
