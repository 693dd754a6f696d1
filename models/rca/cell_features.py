"""Cells that may be a cause, the most evident first, and what tells one from its neighbours.

A cell that fell drags its parents and children with it. The features say how far each falls alone:
whether what its parents hold beside it fell as well, whether all of its children did, and how much
is left to explain once its own fall is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.lattice import ANY
from models.rca.localise import named, searched
from models.rca.search import WHOLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.case import FunnelCase
    from models.rca.findings import Expected
    from models.rca.localise import Cell
    from models.rca.search import Search

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

MOST = 60
FEATURES = (
    "evidence",
    "evidence_to_best",
    "gated",
    "gain_to_best",
    "rank",
    "penalty",
    "depth",
    "deals",
    "share",
    "lift",
    "shortfall",
    "shift",
    "expected_rate",
    "observed_rate",
    "parent_evidence",
    "beside_most",
    "beside_least",
    "beside_z",
    "child_evidence",
    "child_shortfall",
    "children_fell",
    "children_fell_least",
    "children_apart",
    "children",
    "left_most",
    "left_sum",
    "left_fell",
    "left_rose",
    "lost_share",
    "twins",
    "alone",
)
#: A child that fell by half of its cell's shift fell as well.
ALIKE = 0.5
#: Nats (of the log of the evidence) that it costs a cell if its parents fell as far beside it.
BESIDE = 0.5
#: A cell with less than so many conversions' variance says nothing.
LEAST_VARIANCE = 0.5
#: What is left is looked for in cells of so many dimensions.
SHALLOW = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    cell: Cell
    #: In the order of FEATURES.
    features: tuple[float, ...]


def candidates(case: FunnelCase, most: int = MOST) -> tuple[Candidate, ...]:
    """Give the cells with the most evidence of a fall; there may be none."""
    search = searched(case)
    scan = search.scan(())
    expected, spread = scan.expected, scan.spread
    is_told = ~search.cells.is_idle & (search.cells.depth > 0)
    places = np.flatnonzero((expected.mean > search.observed) & is_told)
    evidence = search.evidence(expected, places)
    order = np.argsort(-evidence, kind="stable")[:most]
    places, evidence = places[order], evidence[order]
    if not len(places):
        return ()
    gated = evidence / search.over(expected, spread, places)
    gain = np.array([search.worth(search.fit((int(one),))) + search.gate[one] for one in places])
    tests = _Neighbours(search, expected)
    rows = []
    for at, place in enumerate(map(int, places)):
        to_best = float(evidence[at] / max(evidence[0], 1e-9))
        gained = float(gain[at] / max(gain.max(), 1e-9))
        beside, twins = tests.beside(place), search.entered[places] == search.entered[place]
        alone = float(np.log(max(to_best, 1e-9))) - BESIDE * max(beside[1], 0.0)
        first = float(evidence[at]), to_best, float(gated[at]), gained, at / most
        last = float(twins.sum()), alone
        left = tests.left(place)
        rows.append((*first, *tests.own(place), *beside, *tests.within(place), *left, *last))
    cells = [named((case.dimensions, case.values), search.cells, int(place)) for place in places]
    return tuple(Candidate(cell, row) for cell, row in zip(cells, rows, strict=True))


def ranked(case: FunnelCase, most: int = MOST) -> tuple[Cell, ...]:
    """Give cells that may be a cause, likeliest first: much evidence, and nothing fell beside."""
    found = sorted(candidates(case, most), key=lambda one: -one.features[-1])
    return tuple(one.cell for one in found)


class _Neighbours:
    """A cell against what its parents hold beside it, and against its children."""

    def __init__(self, search: Search, expected: Expected) -> None:
        self._search, self._expected = search, expected
        self._gap, self._variance = expected.mean - search.observed, expected.variance
        codes = search.cells.codes(np.flatnonzero(search.cells.depth == 1))
        #: By dimension, how many values it has.
        self._sizes = (codes != ANY).sum(axis=0)
        self._single = np.flatnonzero(search.cells.depth == 1)
        self._shallow = np.flatnonzero(search.cells.depth <= SHALLOW)
        singles = np.abs(search.evidence(expected, self._single))
        #: Evidence there is to explain: of the best cell, of all values of one dimension.
        self._best = max(float(search.evidence(expected, self._shallow).max()), 1e-9)
        self._total = max(float(singles.sum()), 1e-9)

    def own(self, place: int) -> tuple[float, ...]:
        search, gap, variance = self._search, self._gap, self._variance
        entered = max(float(search.entered[place]), 1.0)
        share = entered / max(float(search.entered[WHOLE]), 1.0)
        lost = float(gap[place]) / max(abs(float(gap[WHOLE])), 1.0)
        return (
            float(search.cells.penalty[place]),
            float(search.cells.depth[place]),
            float(np.log(entered)),
            share,
            lost / share,
            lost,
            float(gap[place] / variance[place]),
            float(self._expected.mean[place]) / entered,
            float(search.observed[place]) / entered,
        )

    def beside(self, place: int) -> tuple[float, ...]:
        codes = self._search.cells.codes(np.array([place]))[0]
        fixed = np.flatnonzero(codes != ANY)
        above = np.repeat(codes[None], len(fixed), axis=0)
        above[np.arange(len(fixed)), fixed] = ANY
        parents = self._search.cells.places(above)
        evidence = self._search.evidence(self._expected, parents)
        own = self._search.evidence(self._expected, np.array([place]))[0]
        gap = self._gap[parents] - self._gap[place]
        variance = np.maximum(self._variance[parents] - self._variance[place], 1e-9)
        alike = gap / variance / max(self._shift(place), 1e-9)
        is_there = variance > LEAST_VARIANCE
        alike = np.where(is_there, np.clip(alike, -3, 3), 0.0)
        z = np.where(is_there, gap / np.sqrt(variance), 0.0)
        return (
            float(evidence.max() / max(own, 1e-9)),
            float(alike.max()),
            float(alike.min()),
            float(z.max()),
        )

    def within(self, place: int) -> tuple[float, ...]:
        cells = self._search.cells
        codes = cells.codes(np.array([place]))[0]
        groups = [self._children(codes, int(one)) for one in np.flatnonzero(codes == ANY)]
        groups = [group for group in groups if len(group) > 1]
        if not groups:
            return (0.0, 0.0, 1.0, 1.0, 0.0, 0.0)
        shift, own = self._shift(place), self._search.evidence(self._expected, np.array([place]))
        fell, apart, best, lost = [], [], 0.0, 0.0
        for group in groups:
            gap, variance = self._gap[group], self._variance[group]
            alike = variance[gap / variance > ALIKE * shift].sum() / variance.sum()
            fell.append(float(alike))
            apart.append(float(((gap - shift * variance) ** 2 / variance).mean()))
            best = max(best, float(self._search.evidence(self._expected, group).max()))
            lost = max(lost, float(gap.max()))
        own_gap = max(float(self._gap[place]), 1e-9)
        ratios = best / max(float(own[0]), 1e-9), lost / own_gap
        return (*ratios, max(fell), min(fell), max(apart), float(sum(map(len, groups))))

    def left(self, place: int) -> tuple[float, ...]:
        """Give what evidence there is once the cell's own shift is explained."""
        search = self._search
        rest = search.expected(search.fit((place,)))
        singles = np.abs(search.evidence(rest, self._single))
        shallow = search.evidence(rest, self._shallow)
        lost = search.entered - search.observed
        return (
            float(singles.max()) / self._best,
            float(singles.sum()) / self._total,
            float(shallow.max()) / self._best,
            float(-shallow.min()) / self._best,
            float(lost[place] / max(float(lost[WHOLE]), 1.0)),
        )

    def _children(self, codes: NDArray[np.int64], dimension: int) -> Places:
        below = np.repeat(codes[None], self._sizes[dimension], axis=0)
        below[:, dimension] = np.arange(len(below))
        places = self._search.cells.places(below)
        return places[self._variance[places] > LEAST_VARIANCE]

    def _shift(self, place: int) -> float:
        return float(self._gap[place] / self._variance[place])
