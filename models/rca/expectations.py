"""What every cell should convert once shifts of some cells are explained.

A shift changes the cells that share leaves with its own, and those alone are worked out anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.rca.baseline import expit
from models.rca.deviation import Deviation
from models.rca.findings import Expected, Found
from models.rca.leaves import figures, gained
from models.rca.nats import TINY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.rca.cuboids import Region
    from models.rca.lattice import Lattice
    from models.rca.leaves import Leaves

    Floats = NDArray[np.float64]

#: Historical variance at which a cell's own history counts half against the model's.
HISTORY_HALF = 20.0
#: So many windows of history tell its spread; a window may be nearly all of a cell's history.
LEAST_WINDOWS, LEAST_DOUBT = 3, 0.1
FIT_PASSES = 4
#: A step that changes a shift by less changes no figure.
SETTLED = 1e-12
#: Expectations that are kept for the next round.
MOST_KEPT = 6
#: Figures a cell: sums that all expectations share, those of one expectation.
OWN_ROWS, ROWS = 6, 3
VARIANCE, CLUMPED, MEAN = range(3)


class Expectations:
    """Figures of a table's cells; those of the last few sets of shifts are kept."""

    def __init__(self, leaves: Leaves, cells: Lattice, gate: Floats) -> None:
        self._leaves, self._cells, self._gate = leaves, cells, gate
        # One block, so that the allocator keeps it at hand for the next table.
        block = np.empty((OWN_ROWS + (1 + MOST_KEPT) * ROWS, len(cells.depth)))
        self.entered, self.observed = block[0], block[1]
        #: What history's own chance multiplies the variance by.
        self.doubt: Floats = np.broadcast_to(1.0, self.entered.shape)
        #: How far a cell's own history lies from the model's word for it.
        self._level: Floats | None = None
        # All leaves of a forecast have one rate.
        logit = leaves.logit.ravel()[:1] if leaves.is_forecast else leaves.logit
        self._odds, rate = np.broadcast_to(np.exp(logit), cells.shape), expit(logit)
        self._usual = figures(leaves, leaves.entered, rate)
        self.history = [] if leaves.is_forecast else list(self._sum_up(rate, block))
        if leaves.is_forecast:
            self.observed = block[OWN_ROWS - 2]
            cells.sums([leaves.converted, *self._usual], block[OWN_ROWS - 2 :])
            np.divide(block[OWN_ROWS - 1], rate, out=self.entered)
        self._total = block[OWN_ROWS - 1]
        #: The same, but while regions are worked out.
        self._changing = self._total.copy()
        self._base, *self._free = np.split(block[OWN_ROWS:], 1 + MOST_KEPT)
        self._is_hot = np.empty(len(cells.depth), dtype=np.bool_)
        self._none = self._settled(self._base, (slice(None),), ())
        self._kept: dict[tuple[Found, ...], Expected] = {}
        self._fits: dict[tuple[int, ...], tuple[Found, ...]] = {}

    def _sum_up(self, rate: Floats, block: Floats) -> Iterator[Deviation]:
        """Sum up counts and history; give how far windows of history lay from it."""
        leaves, (before, level, known) = self._leaves, block[2:5]
        owed = leaves.entered_before * rate
        rows = [leaves.entered, leaves.converted, leaves.entered_before]
        rows += [leaves.converted_before - owed, owed * (1 - rate)]
        self._cells.sums([*rows, *self._usual], block)
        known += HISTORY_HALF
        level /= known
        self.doubt, self._level = before, level
        if len(leaves.windows) >= LEAST_WINDOWS:
            for entered, converted in leaves.windows:
                yield self._window((entered, converted), rate, before)
        # One and the deals that entered a cell now, to each that had entered before.
        np.maximum(before, TINY, out=before)
        np.divide(self.entered, before, out=before)
        before += 1

    def _window(self, counts: tuple[Floats, Floats], rate: Floats, before: Floats) -> Deviation:
        rows = [*counts, *figures(self._leaves, counts[0], rate)]
        sums = self._cells.sums(rows, np.empty((len(rows), len(before))))
        mean = sums[2] + sums[3] * self._level
        # The window is a part of the history that it is held against.
        doubt = np.clip(1 - sums[0] / np.maximum(before, TINY), LEAST_DOUBT, 1.0)
        return Deviation(mean, np.maximum(sums[3], TINY), sums[4], sums[1], doubt)

    def fit(self, cells: tuple[int, ...]) -> tuple[Found, ...]:
        """Fit the shifts of some cells together; where they overlap, shifts add up."""
        if cells not in self._fits:
            self._fits[cells] = self._fitted(cells)
        return self._fits[cells]

    def _fitted(self, cells: tuple[int, ...]) -> tuple[Found, ...]:
        shifts = dict.fromkeys(cells, 0.0)
        parts = {cell: self._cells.inside(cell) for cell in cells}
        entered = {cell: self._leaves.entered[at].ravel() for cell, at in parts.items()}
        # One cell alone needs no odds but those of its leaves.
        odds = self._odds.copy() if len(cells) > 1 else self._odds
        own = {cell: odds[at].ravel() for cell, at in parts.items()}
        for _ in range(FIT_PASSES if len(cells) > 1 else 2 * FIT_PASSES):
            furthest = 0.0
            for cell, at in parts.items():
                if len(cells) > 1:
                    own[cell] = odds[at].ravel()
                step = _step(own[cell], entered[cell], self.observed[cell])
                own[cell] = own[cell] * np.exp(step)
                if len(cells) > 1:
                    odds[at] = own[cell].reshape(odds[at].shape)
                shifts[cell] += float(step)
                furthest = max(furthest, abs(step))
            if furthest < SETTLED:
                break
        return tuple(Found(cell, shift) for cell, shift in shifts.items())

    def expected(self, found: tuple[Found, ...]) -> Expected:
        """Give what is expected once `found` is explained."""
        if not found:
            return self._none
        kept = self._kept
        if found not in kept:
            if len(kept) == MOST_KEPT:
                del kept[next(iter(kept))]
            # The oldest one's rows come up again just when it has gone.
            self._free.append(self._free.pop(0))
            kept[found] = self._explained(found, self._free[-1])
        return kept[found]

    def _explained(self, found: tuple[Found, ...], rows: Floats) -> Expected:
        view = self._cells.view
        rows[...] = self._base
        regions = []
        for region, added in self._cells.changes(self._parts(found)):
            parts = view(self._changing, region), *view(rows[: CLUMPED + 1], region)
            for part, own in zip(parts, added, strict=True):
                np.add(part, own, out=part)
            regions.append(region)
        explained = self._settled(rows, regions, found)
        for region in regions:
            view(self._changing, region)[...] = view(self._total, region)
        return explained

    def _parts(self, found: tuple[Found, ...]) -> Iterator[tuple[int, list[Floats]]]:
        """Give what changes of the leaves inside each cell found, each leaf told of once."""
        logit, inside = self._leaves.logit, [self._cells.inside(one.cell) for one in found]
        if len(found) > 1:
            logit, is_told = logit.copy(), np.zeros(logit.shape, dtype=np.bool_)
            for one, at in zip(found, inside, strict=True):
                logit[at] += one.shift
        for one, at in zip(found, inside, strict=True):
            own = logit[at] if len(found) > 1 else logit[at] + one.shift
            new = figures(self._leaves, self._leaves.entered[at], expit(own))
            added = [now - usual[at] for now, usual in zip(new, self._usual, strict=True)]
            if len(found) > 1:
                for change in added:
                    change[is_told[at]] = 0.0
                is_told[at] = True
            yield one.cell, added

    def _settled(
        self, rows: Floats, regions: Sequence[Region], found: tuple[Found, ...]
    ) -> Expected:
        """Work out of sums what is expected in some regions, which may overlap."""
        view, is_hot = self._cells.view, self._is_hot.copy() if found else self._is_hot
        for region in regions:
            once, _, mean = view(rows, region)
            new = self._mean(once, region)
            mean[...] = new
            variance = np.maximum(once, TINY)
            once[...] = variance
            new -= view(self.observed, region)
            new *= new
            new /= variance
            if self._level is not None:
                new /= view(self.doubt, region)
            view(is_hot, region)[...] = new > view(self._gate, region)
        variance, clumped, mean = rows
        hot = np.flatnonzero(is_hot)
        return Expected(mean, variance, clumped, self.observed, self.doubt, hot, found)

    def _mean(self, once: Floats, region: Region) -> Floats:
        """Give what a region should convert, in a new array."""
        view = self._cells.view
        if self._level is None:
            return np.asarray(np.maximum(view(self._changing, region), TINY))
        mean = once * view(self._level, region)
        mean += view(self._changing, region)
        # No more can convert than entered; what a forecast entered is many times its mean.
        most = view(self.entered, region) - TINY
        np.minimum(mean, np.maximum(most, TINY, out=most), out=mean)
        return np.asarray(np.maximum(mean, TINY, out=mean))

    def gained(self, found: tuple[Found, ...]) -> float:
        """Give the log-likelihood that shifts of some cells bring."""
        new = self._leaves.logit.copy()
        for one in found:
            new[self._cells.inside(one.cell)] += one.shift
        places = np.flatnonzero(self._holds(found))
        return gained(self._leaves, places, new.ravel()[places])

    def outside(self, found: tuple[Found, ...]) -> tuple[float, float]:
        """Give what the leaves outside of some cells lack, and the variance of what they owe."""
        leaves, is_outside = self._leaves, ~self._holds(found)
        mean, variance, _ = figures(leaves, leaves.entered, expit(leaves.logit))
        gap = mean - leaves.converted
        return float(gap[is_outside].sum()), float(variance[is_outside].sum())

    def _holds(self, found: tuple[Found, ...]) -> NDArray[np.bool_]:
        is_inside = np.zeros(self._odds.shape, dtype=np.bool_)
        for one in found:
            is_inside[self._cells.inside(one.cell)] = True
        return is_inside


def _step(odds: Floats, entered: Floats, observed: float) -> float:
    """Give what to shift some leaves by, so that about as many convert as were observed."""
    rate = odds / (1.0 + odds)
    expected = entered * rate
    total = expected.sum()
    # No product of vectors: it would wake the threads of BLAS.
    weight = total - (expected * rate).sum() + 0.5
    return float(min(max((observed - total) / weight, -1.5), 1.5))
