"""How much more than by chance cells vary: of each leaf by itself, shared by a cell, of all.

It is estimated where the median of squares is larger than chance's, which a few causes hardly move:
from what is unexplained in the window itself, and from windows of history where there are some. Of
cells of which half fell the median lies between those and the rest: the lower quartile does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.deviation import Deviation
    from models.rca.lattice import Lattice

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

#: The median and the lower quartile of chi-square with one degree of freedom.
MEDIAN, QUARTILE = 0.4549, 0.1015
#: What spread is estimated from: as many cells, of as much variance, at least.
LEAST_CELLS, LEAF_VARIANCE, CELL_VARIANCE = 8, 2.0, 5.0
LEAST_SPREAD = 2e-4
#: Shocks that all cells share cannot be told from one window: a deviation of .07 is granted.
COMMON_SPREAD = 5e-3
#: The median of many is sought among few, about what one in so many says, give or take.
MANY_TERMS, EACH, SURE = 2048, 61, 1.5
#: That grant weighs as much as so many windows of history.
GRANTED = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """Variance on the logit scale."""

    leaf: float
    shared: float
    common: float = COMMON_SPREAD


UNKNOWN = Spread(0.0, 0.0)


class Layers:
    """The cells that spread is estimated from."""

    def __init__(self, cells: Lattice) -> None:
        self._cells = cells
        layers = [cells.layer(depth) for depth in (1, 2)]
        self._layers = [layer for layer in layers if len(layer) >= LEAST_CELLS]
        #: What was observed last, and it and its doubt in the deepest layer: expectations share it.
        self._row, self._same = np.empty(0), (np.empty(0), np.empty(0))

    def spread(
        self, windows: Sequence[Deviation], *, whole_fell: bool = True, half_fell: bool = False
    ) -> Spread:
        """Give the spread about what all cells shifted by, or about none.

        By the median or, where half of the cells may have fallen, by the lower quartile.
        """
        shifts = [_shift(one) if whole_fell else 0.0 for one in windows]
        pairs = list(zip(windows, shifts, strict=True))
        cells = [self._deepest(one, shift) for one, shift in pairs]
        leaf = _solved(cells, 0.0, half_fell=half_fell)
        shared = LEAST_SPREAD
        for layer in self._layers:
            large = [_large(one, shift, layer) for one, shift in pairs]
            shared = max(shared, _solved(large, leaf, half_fell=half_fell))
        if len(windows) == 1:
            return Spread(leaf, shared)
        return Spread(leaf, shared, _common(windows))

    def _deepest(self, one: Deviation, shift: float) -> _Cells:
        """Give the figures of large cells of the deepest layer, which needs no list of places."""
        if self._row is not one.observed:
            self._row, self._same = one.observed, (self._flat(one.observed), self._flat(one.doubt))
        variance, (observed, doubt) = self._flat(one.variance), self._same
        gap = self._flat(one.mean) - observed
        return _Cells(shift, gap, variance, doubt, variance, variance <= LEAF_VARIANCE)

    def _flat(self, row: Floats) -> Floats:
        return np.asarray(self._cells.view(row, self._cells.deepest).ravel())


@dataclass(frozen=True, slots=True)
class _Cells:
    """Of some cells of one window: the shift of everything, and by cell what spread needs."""

    whole: float
    gap: Floats
    variance: Floats
    doubt: Floats
    clumped: Floats
    #: Which are too small to tell.
    is_small: Bools | None = None


def _shift(one: Deviation) -> float:
    return float((one.mean[-1] - one.observed[-1]) / one.variance[-1])


def _large(one: Deviation, shift: float, places: Places) -> _Cells:
    places = places[one.variance[places] > CELL_VARIANCE]
    variance, doubt, clumped = one.variance[places], one.doubt[places], one.clumped[places]
    return _Cells(shift, one.gap(places), variance, doubt, clumped)


def _solved(windows: Sequence[_Cells], leaf: float, *, half_fell: bool) -> float:
    """Give the extra spread at which the median (or quartile) of the squares is chance's.

    gap / (1 + base + spread·variance) exceeds the median just where the term does spread.
    """
    chance = QUARTILE if half_fell else MEDIAN
    terms = [_terms(one, leaf, chance) for one in windows]
    all_terms = terms[0] if len(terms) == 1 else np.concatenate(terms)
    small = sum(int(np.count_nonzero(one.is_small)) for one in windows if one.is_small is not None)
    if len(all_terms) - small < LEAST_CELLS:
        return 0.0
    found = quarter(all_terms, small) if half_fell else middle(all_terms, small)
    return min(max(found, 0.0), 1.0)


def quarter(terms: Floats, infinite: int = 0) -> float:
    """Give the lower quartile of the finite terms (the term at a quarter); it may order them."""
    place = (len(terms) - infinite) // 4
    terms.partition(place)
    return float(terms[place])


def middle(terms: Floats, infinite: int = 0) -> float:
    """Give the median of the finite terms; it may order them in place."""
    half, is_odd = divmod(len(terms) - infinite, 2)
    near = _near(terms, half) if len(terms) >= MANY_TERMS else None
    if near is not None:
        terms, half = near
    terms.partition(half)
    return float(terms[half] if is_odd else (terms[half] + terms[:half].max()) / 2)


def _near(terms: Floats, rank: int) -> tuple[Floats, int] | None:
    """Give the few terms about one of a rank and its rank among them; None where a guess fails.

    Which values lie about it, a part of all terms tells well enough.
    """
    some = terms[::EACH].copy()
    guess, most = rank * len(some) // len(terms), 2 + int(SURE * sqrt(len(some)))
    if not most <= guess < len(some) - most:
        return None
    some.partition((guess - most, guess + most))
    low, high = some[guess - most], some[guess + most]
    is_over = terms >= low
    below = len(terms) - int(np.count_nonzero(is_over))
    few = terms[is_over & (terms <= high)]
    return (few, rank - below) if below < rank < below + len(few) else None


def _terms(one: _Cells, leaf: float, chance: float) -> Floats:
    # A shift of everything is no spread between cells.
    terms = one.whole * one.variance
    np.subtract(one.gap, terms, out=terms)
    terms *= terms
    terms /= one.variance * one.doubt
    terms /= chance
    terms -= 1
    if leaf:
        terms -= leaf * one.clumped / one.variance
    terms /= one.variance
    if one.is_small is not None:
        np.copyto(terms, np.inf, where=one.is_small)
    return terms


def _common(windows: Sequence[Deviation]) -> float:
    """Give the variance of shifts of everything, drawn towards the usual grant."""
    extra = GRANTED * COMMON_SPREAD
    for one in windows:
        extra += max(_shift(one) ** 2 - float(one.doubt[-1] / one.variance[-1]), 0.0)
    return extra / (GRANTED + len(windows))
