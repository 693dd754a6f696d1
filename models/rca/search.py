"""Which cells fell: a penalised search over the lattice, with what was found explained away.

Rounds: 1. spread beyond chance is estimated from what is unexplained; 2. the cell with the largest
penalised likelihood ratio that passes the gate is taken; 3. where its own children do not share one
shift, the search descends into it; 4. all shifts found so far are fitted anew, together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.baseline import expit
from models.rca.lattice import ANY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.lattice import Lattice

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

MOST_CAUSES = 8
#: Nats beyond the family-wise penalty.
MARGIN = 2.0
#: Nats that each dimension more has to bring: causes are seldom deep.
DEEPER = 0.5
#: Least shift (logit, first order) that is told: a fall of about five points from one half.
LEAST_FALL = 0.2
#: Shocks that all cells share cannot be told from one window: a deviation of .07 is granted.
COMMON_SPREAD = 5e-3
#: The median of chi-square with one degree of freedom.
MEDIAN = 0.4549
#: Historical variance at which a cell's own history counts half against the model's.
HISTORY_HALF = 20.0
TINY, TINY_VARIANCE = 1e-9, 1e-6
#: The place of the cell of all.
WHOLE = -1
#: What spread is estimated from: as many cells, of as much variance, at least.
LEAST_CELLS, LEAF_VARIANCE, CELL_VARIANCE = 8, 2.0, 5.0
LEAST_SPREAD = 2e-4
#: Several causes look like spread until all are found; on the way no more is believed.
FORWARD_SPREAD = 5e-3
FIT_PASSES = 4
#: Children whose shift differs by less than this share of their cell's do not tear it.
TORN = 0.25
MOST_NESTED = 2


@dataclass(frozen=True, slots=True)
class Leaves:
    """Codes and counts of every leaf, and the logit of its expected rate."""

    codes: Ints
    entered_before: Floats
    converted_before: Floats
    entered: Floats
    converted: Floats
    logit: Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """Variance on the logit scale: of each leaf by itself, and shared by a cell."""

    leaf: float
    shared: float


@dataclass(frozen=True, slots=True)
class Scan:
    """Every cell's evidence of a fall (positive) or a rise (negative), in nats."""

    observed: Floats
    expected: Floats
    plain: Floats
    gated: Floats
    variance: Floats
    #: Variance of observed less expected, over-dispersion and history's doubt included.
    uncertainty: Floats
    spread: Spread


@dataclass(frozen=True, slots=True)
class Found:
    cell: int
    shift: float


class Search:
    """The state of one search: nothing outlives it."""

    def __init__(self, leaves: Leaves, cells: Lattice) -> None:
        self._leaves, self.cells = leaves, cells
        # A dimension of one value says nothing: its cell is the one above it.
        is_idle = (cells.coords != ANY) & (cells.coords.max(axis=0) <= 0)
        gate = cells.penalty + MARGIN + DEEPER * cells.depth
        self.gate = np.where(is_idle.any(axis=1), np.inf, gate)
        rate = expit(leaves.logit)
        before = leaves.entered_before * rate
        sums = cells.sums(
            np.stack(
                [
                    leaves.entered,
                    leaves.converted,
                    leaves.entered_before,
                    leaves.converted_before - before,
                    before * (1 - rate),
                ]
            )
        )
        self._entered, self._converted, entered_before = sums[0], sums[1], sums[2]
        #: How far a cell's own history lies from the model's word for it.
        self._level = sums[3] / (sums[4] + HISTORY_HALF)
        self._doubt = 1 + self._entered / np.maximum(entered_before, TINY)
        self.found: tuple[Found, ...] = ()

    def members(self, cell: int) -> Bools:
        """Tell which leaves lie in a cell."""
        coords = self.cells.coords[cell]
        inside = np.ones(len(self._leaves.codes), dtype=np.bool_)
        for dimension in np.flatnonzero(coords != ANY):
            inside &= self._leaves.codes[:, dimension] == coords[dimension]
        return inside

    def run(self) -> Scan:
        """Find causes one after another, then keep those that stand beside all others."""
        while len(self.found) < MOST_CAUSES:
            cell = self._next(self.scan(self.found, most=FORWARD_SPREAD))
            if cell is None:
                break
            self.found = self.fit((*(one.cell for one in self.found), cell))
            if self.cells.depth[cell] == 0:
                break
        return self._kept()

    def _kept(self) -> Scan:
        """Drop the weakest cause until each passes the gate with all others explained."""
        while True:
            last = self.scan(self.found)
            if not self.found:
                return last
            margins = [self._margin(one, last.spread) for one in self.found]
            weakest = int(np.argmin(margins))
            if margins[weakest] > 0:
                return last
            left = tuple(one.cell for one in self.found)
            self.found = self.fit(left[:weakest] + left[weakest + 1 :])

    def _margin(self, one: Found, spread: Spread) -> float:
        scan = self.without(one, spread)
        return float(scan.gated[one.cell] - self.gate[one.cell])

    def without(self, one: Found, spread: Spread) -> Scan:
        """Hold every cell against what is expected with all causes but one explained."""
        others = tuple(other.cell for other in self.found if other is not one)
        return self.scan(self.fit(others), spread)

    def fit(self, cells: tuple[int, ...]) -> tuple[Found, ...]:
        """Fit the shifts of some cells together; where they overlap, shifts add up."""
        shifts = dict.fromkeys(cells, 0.0)
        logit = self._leaves.logit.copy()
        inside = {cell: np.flatnonzero(self.members(cell)) for cell in cells}
        for _ in range(FIT_PASSES if len(cells) > 1 else 2 * FIT_PASSES):
            for cell in cells:
                members = inside[cell]
                rate = expit(logit[members])
                expected = self._leaves.entered[members] * rate
                gap = self._converted[cell] - expected.sum()
                step = float(np.clip(gap / ((expected * (1 - rate)).sum() + 0.5), -1.5, 1.5))
                shifts[cell] += step
                logit[members] += step
        return tuple(Found(cell, shift) for cell, shift in shifts.items())

    def explained(self, found: tuple[Found, ...]) -> Floats:
        """Give the logit of each leaf with the shifts of what was found."""
        logit = self._leaves.logit.copy()
        for one in found:
            logit[self.members(one.cell)] += one.shift
        return logit

    def scan(
        self, found: tuple[Found, ...], spread: Spread | None = None, most: float = 1.0
    ) -> Scan:
        """Hold every cell against what is expected once `found` is explained."""
        rate = expit(self.explained(found))
        leaves = self._leaves.entered * rate
        once = leaves * (1 - rate)
        mean, variance, squares = self.cells.sums(np.stack([leaves, once, once**2]))
        most_won = np.maximum(self._entered - TINY, TINY)
        expected = np.clip(mean + variance * self._level, TINY, most_won)
        variance = np.maximum(variance, TINY)
        clumped = squares / variance
        if spread is None:
            spread = self._spread(expected, variance, clumped)
        spread = Spread(spread.leaf, min(spread.shared, most))
        over = 1 + spread.leaf * clumped + spread.shared * variance
        over[WHOLE] += COMMON_SPREAD * variance[WHOLE]
        plain = self._evidence(expected, variance)
        uncertainty = variance * self._doubt * over
        gated = plain / over
        return Scan(self._converted, expected, plain, gated, variance, uncertainty, spread)

    def _evidence(self, expected: Floats, variance: Floats) -> Floats:
        entered, observed = self._entered, self._converted
        lost = entered - observed
        unlikely = np.maximum(entered - expected, TINY)
        nats = observed * np.log(np.maximum(observed, TINY) / expected)
        nats += lost * np.log(np.maximum(lost, TINY) / unlikely)
        # The rates inside a cell differ, so its variance is smaller than its mean rate says.
        even = expected * unlikely / np.maximum(entered, TINY)
        plain = nats * even / variance / self._doubt
        plain = np.where(variance > TINY_VARIANCE, plain, 0.0)
        return np.asarray(plain * np.sign(expected - observed), dtype=np.float64)

    def _spread(self, expected: Floats, variance: Floats, clumped: Floats) -> Spread:
        gap = self._converted - expected
        # A shift of everything is no spread between cells.
        gap = gap - gap[WHOLE] / variance[WHOLE] * variance
        gap = gap**2 / (variance * self._doubt)
        deepest = self.cells.depth == self.cells.depth.max()
        leaf = _solve(gap, variance, np.zeros_like(variance), deepest & (variance > LEAF_VARIANCE))
        layers = [(self.cells.depth == depth) & (variance > CELL_VARIANCE) for depth in (1, 2)]
        shared = max(_solve(gap, variance, leaf * clumped, layer) for layer in layers)
        return Spread(leaf, max(shared, LEAST_SPREAD))

    def _next(self, scan: Scan) -> int | None:
        fall = (scan.expected - scan.observed) / np.maximum(scan.variance, TINY)
        allowed = (scan.gated > self.gate) & (fall > LEAST_FALL)
        if self.found:
            allowed &= self.cells.depth > 0
            allowed[[one.cell for one in self.found]] = False
        within = allowed
        best: int | None = None
        while within.any():
            order = np.where(within, self._worth(scan), -np.inf)
            best = int(np.argmax(order))
            torn = self._torn(best)
            if torn is None:
                return best
            within = allowed & torn
        return best

    def _worth(self, scan: Scan) -> Floats:
        return scan.plain - self.cells.penalty

    def _below(self, cell: int) -> Bools:
        """Tell which cells lie strictly inside another."""
        coords = self.cells.coords[cell]
        fixed = np.flatnonzero(coords != ANY)
        inside = self.cells.depth > len(fixed)
        for dimension in fixed:
            inside &= self.cells.coords[:, dimension] == coords[dimension]
        return inside

    def _torn(self, cell: int) -> Bools | None:
        """Give the cells inside `cell` if they do not share its shift, else None."""
        inside = self._below(cell)
        cells = (*(one.cell for one in self.found), cell)
        for _ in range(MOST_NESTED + 1):
            found = self.fit(cells)
            left = self.scan(found, most=FORWARD_SPREAD)
            shift = -next(one.shift for one in found if one.cell == cell)
            apart = (left.expected - left.observed) / np.maximum(left.variance, TINY)
            apart = np.where(inside & (np.abs(left.gated) > self.gate), apart, 0.0)
            if shift < LEAST_FALL:
                return inside
            # A child that fell further may be a cause of its own; one that fell less may not.
            deeper = np.where(apart > TORN * shift, left.plain, 0.0)
            deeper[list(cells)] = 0.0
            if not deeper.any():
                return inside if (apart < -TORN * shift).any() else None
            cells = (*cells, int(np.argmax(deeper)))
        return inside


def _solve(gap: Floats, variance: Floats, base: Floats, chosen: Bools) -> float:
    """Give the extra spread at which the median of the squares is chance's.

    gap / (1 + base + spread·variance) exceeds the median just where the term below exceeds spread.
    """
    if np.count_nonzero(chosen) < LEAST_CELLS:
        return 0.0
    gap, variance, base = gap[chosen], variance[chosen], base[chosen]
    return float(np.clip(np.median((gap / MEDIAN - 1 - base) / variance), 0.0, 1.0))
