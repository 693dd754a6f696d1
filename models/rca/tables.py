"""Sums of leaf figures by a key, two figures at a time.

What such a sum waits for is the cell in memory, so one complex number, which is two figures, takes
little longer than one float; and whole counts go several in one float while their sums have room.
Each sum is what its figure alone would give, bit by bit: leaves are added in the same order, and
sums of whole counts are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

#: From so many leaves on, counts that share a float save more than it takes to part them.
MANY_LEAVES = 1 << 16
#: Leaves whose keys stay in the cache while their figures are added.
PART = 1 << 15
#: Bits of a float that count one by one.
BITS = 53
#: Leaves that are looked at before all are.
FEW = 256


class Figures:
    """Figures of the same leaves; `table` sums each by a key."""

    def __init__(self, figures: Sequence[Floats]) -> None:
        self._figures = figures
        self._packed = packed(figures) if len(figures[0]) >= MANY_LEAVES else None
        among = self._packed.places if self._packed else ()
        self._alone = [place for place in range(len(figures)) if place not in among]
        rows = [figures[place] for place in self._alone]
        if self._packed:
            rows.append(self._packed.row(figures))
        self._odd = rows.pop() if len(rows) % 2 else None
        self._pairs = np.empty((len(rows) // 2, len(figures[0])), dtype=np.complex128)
        parts = (self._pairs.real, self._pairs.imag)
        for place, row in enumerate(rows):
            parts[place % 2][place // 2] = row

    def table(self, key: NDArray[np.integer], cells: int) -> Floats:
        """Give figures × cells; leaf i is of the cell key[i]."""
        pairs = _summed(key, self._pairs, cells)
        rows = [row for pair in pairs for row in (pair.real, pair.imag)]
        if self._odd is not None:
            rows.extend(_summed(key, [self._odd], cells))
        table = np.empty((len(self._figures), cells))
        for place, row in zip(self._alone, rows, strict=False):
            table[place] = row
        if self._packed:
            places = self._packed.places
            apart = self._packed.apart(rows[-1])
            if apart is None:
                apart = _summed(key, [self._figures[place] for place in places], cells)
            for place, row in zip(places, apart, strict=True):
                table[place] = row
        return table


def _summed(key, rows, cells):
    sums = np.zeros((len(rows), cells), dtype=rows[0].dtype if len(rows) else np.float64)
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
    places = tuple(place for place, one in enumerate(figures) if _is_whole(one))
    totals = tuple(int(figures[place].sum()) for place in places)
    if len(places) < 2 or max(totals) >= 1 << BITS:  # noqa: PLR2004 - one has no other
        return None
    widths = [total.bit_length() for total in totals]
    spare = -(-max(sum(widths) - BITS, 0) // len(widths))
    widths = [max(width - spare, 1) for width in widths]
    return Packed(places, totals, (*accumulate(widths[:-1], initial=0), BITS))


def _is_whole(figure: Floats) -> bool:
    few = figure[:FEW]
    return all(bool((one == np.rint(one)).all()) for one in (few, figure)) and figure.min() >= 0
