"""How much more than by chance cells vary: of each leaf by itself, shared by a cell, of all.

It is estimated where the median of squares is larger than chance's, which a few causes hardly move:
from what is unexplained in the window itself, and from windows of history where there are some.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.lattice import Lattice

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

#: The median of chi-square with one degree of freedom.
MEDIAN = 0.4549
#: What spread is estimated from: as many cells, of as much variance, at least.
LEAST_CELLS, LEAF_VARIANCE, CELL_VARIANCE = 8, 2.0, 5.0
LEAST_SPREAD = 2e-4
#: Shocks that all cells share cannot be told from one window: a deviation of .07 is granted.
COMMON_SPREAD = 5e-3
#: That grant weighs as much as so many windows of history.
GRANTED = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """Variance on the logit scale."""

    leaf: float
    shared: float
    common: float = COMMON_SPREAD


UNKNOWN = Spread(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Deviation:
    """Of one window, by cell: expected less observed, and what chance alone would give."""

    gap: Floats
    variance: Floats
    #: Sums of the leaves' variances, each squared.
    clumped: Floats
    #: What history's own chance multiplies the variance by.
    doubt: Floats


class Layers:
    """The cells that spread is estimated from."""

    def __init__(self, cells: Lattice) -> None:
        layers = [np.flatnonzero(cells.depth == depth) for depth in (1, 2)]
        self._layers = [layer for layer in layers if len(layer) >= LEAST_CELLS]
        self._deepest = np.flatnonzero(cells.depth == cells.depth.max())

    def spread(self, windows: Sequence[Deviation]) -> Spread:
        deepest = [_large(one, self._deepest, LEAF_VARIANCE) for one in windows]
        leaf = _solved(windows, deepest, 0.0)
        shared = LEAST_SPREAD
        for layer in self._layers:
            large = [_large(one, layer, CELL_VARIANCE) for one in windows]
            shared = max(shared, _solved(windows, large, leaf))
        if len(windows) == 1:
            return Spread(leaf, shared)
        return Spread(leaf, shared, _common(windows))


def _large(one: Deviation, places: Places, least: float) -> Places:
    return places[one.variance[places] > least]


def _solved(windows: Sequence[Deviation], places: Sequence[Places], leaf: float) -> float:
    """Give the extra spread at which the median of the squares is chance's.

    gap / (1 + base + spread·variance) exceeds the median just where the term does spread.
    """
    if sum(map(len, places)) < LEAST_CELLS:
        return 0.0
    terms = [_terms(one, chosen, leaf) for one, chosen in zip(windows, places, strict=True)]
    return min(max(_median(terms[0] if len(terms) == 1 else np.concatenate(terms)), 0.0), 1.0)


def _median(terms: Floats) -> float:
    """Give numpy's median of finite terms; it orders them in place."""
    half, is_odd = divmod(len(terms), 2)
    terms.partition(half)
    return float(terms[half] if is_odd else (terms[half] + terms[:half].max()) / 2)


def _terms(one: Deviation, places: Places, leaf: float) -> Floats:
    variance = one.variance[places]
    # A shift of everything is no spread between cells.
    gap = one.gap[places] - float(one.gap[-1] / one.variance[-1]) * variance
    gap *= gap
    gap /= variance * one.doubt[places]
    base = leaf * one.clumped[places] / variance if leaf else 0.0
    return np.asarray((gap / MEDIAN - 1 - base) / variance)


def _common(windows: Sequence[Deviation]) -> float:
    """Give the variance of shifts of everything, drawn towards the usual grant."""
    extra = GRANTED * COMMON_SPREAD
    for one in windows:
        shift = float(one.gap[-1] / one.variance[-1])
        extra += max(shift**2 - float(one.doubt[-1] / one.variance[-1]), 0.0)
    return extra / (GRANTED + len(windows))
