"""Which cells fell: a penalised search over the lattice, with what was found explained away.

Rounds: 1. spread beyond chance is estimated from what is unexplained; 2. the cell with the largest
penalised likelihood ratio that passes the gate is taken; 3. where its own children do not share one
shift, the search descends into it; 4. all shifts found so far are fitted anew, together.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from models.rca.expectations import Expectations
from models.rca.findings import Scan
from models.rca.lattice import ANY
from models.rca.nats import is_among, nats, rise
from models.rca.spread import Layers, Spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.findings import Expected, Found
    from models.rca.lattice import Lattice
    from models.rca.leaves import Leaves

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Places = NDArray[np.intp]

MOST_CAUSES = 8
#: Nats beyond the family-wise penalty.
MARGIN = 2.0
#: Nats that each dimension more has to bring: causes are seldom deep.
DEEPER = 0.5
TINY_VARIANCE = 1e-6
#: Where nothing is found though all together lost so much (logit), spread is taken about none.
LEAST_LOSS = 0.1
#: Cells are told instead of everything where at least this share of all lies outside of them.
LEAST_REST = 0.25
#: The place of the cell of all.
WHOLE = -1
#: Several causes look like spread until all are found; on the way no more is believed.
FORWARD_SPREAD = 5e-3
#: Children tear a cell whose shift differs by this share of its own; of uneven falls, is less.
TORN = 0.25
#: A cause costs as large a share of the largest's as the variance of leaves, at most this.
MOST_SMALL = 0.2
MOST_NESTED = 4
#: Times that pieces are put together.
MOST_MERGED = 4


class Search:
    """The state of one search: nothing outlives it."""

    def __init__(self, leaves: Leaves, cells: Lattice) -> None:
        self._leaves, self.cells = leaves, cells
        # A dimension of one value says nothing: its cell is the one above it.
        self.gate = cells.gate(MARGIN, DEEPER)
        self._table = table = Expectations(leaves, cells, self.gate)
        self.entered, self.observed, self.doubt = table.entered, table.observed, table.doubt
        self.fit, self.expected = table.fit, table.expected
        self._layers = Layers(cells)
        self._historic = self._layers.spread(table.history) if table.history else leaves.usual
        self.found: tuple[Found, ...] = ()
        self._spreads: dict[tuple[Found, ...], Spread] = {}
        self._last: Scan | None = None
        #: Whether spread is that about a shift of everything, and holds where half of all fell.
        self._whole_fell_too, self._half_fell = True, False

    def run(self) -> Scan:
        """Find causes one after another, then keep those that stand beside all others."""
        last = self._run()
        whole = np.array([len(self.gate) - 1])
        fall = last.expected.gap(whole) / last.expected.variance[whole]
        if not self.found and fall[0] >= LEAST_LOSS:
            return self._about_none(last)
        if self.found and self.found[0].cell == whole[0] and not self._leaves.is_forecast:
            return self._half(last)
        return last

    def _about_none(self, last: Scan) -> Scan:
        """Seek once more what was not found though all together lost.

        Where many of few cells fell, about what all did they look like spread, each and every;
        where half of them did, about none the median lies between those and the rest.
        """
        for half_fell in (False,) if self._leaves.is_forecast else (False, True):
            self._begin(whole_fell=False, half_fell=half_fell)
            again = self._run()
            if self.found:
                return again
        return last

    def _half(self, last: Scan) -> Scan:
        """Tell cells instead of a fall of everything where history says that the rest did not move.

        They explain the leaves for less, and a good part of all lies outside of them.
        """
        whole = self.found
        self._begin(whole_fell=False, half_fell=True)
        again = self._run()
        if self.found and self.found[0].cell != whole[0].cell and self._is_rest_still():
            return again
        self._begin(whole_fell=True, half_fell=False)
        self.found = whole
        return last

    def _begin(self, *, whole_fell: bool, half_fell: bool) -> None:
        """Take spread so from here on; nothing is found yet."""
        self._whole_fell_too, self._half_fell = whole_fell, half_fell
        self.found, self._spreads = (), {}

    def _is_rest_still(self) -> bool:
        """Tell whether what no cause holds is a good part of all, and did not fall."""
        gap, variance = self._table.outside(self.found)
        share = variance / float(self.expected(()).variance[WHOLE])
        return share >= LEAST_REST and gap < LEAST_LOSS * variance

    def _run(self) -> Scan:
        self._forward()
        for _ in range(MOST_MERGED):
            # Pieces of one cell take the places of causes that are not found yet.
            if len(self.found) < 2 or not self._merge():  # noqa: PLR2004 - one has no pieces
                break
            self._forward()
        last = self._standing()
        place = len(self.gate) - 1
        cells = self.found
        if not cells or cells[0].cell == place or not self._whole_fell():
            return last
        whole = self.fit((place,))
        if whole[0].shift > -self._leaves.least_fall or self.worth(whole) < self.worth(cells):
            return last
        # Several cells that fell like everything did are the fall of everything, told worse.
        self.found = whole
        rest = self.scan(whole)
        if self._margin(whole[0], rest.spread) > 0:
            return rest
        self.found = cells
        return last

    def _whole_fell(self) -> bool:
        first, whole = self.expected(()), np.array([len(self.gate) - 1])
        over = self.over(first, self._spread((), first, 1.0), whole)
        return bool((self.evidence(first, whole) / over > self.gate[whole]).all())

    def _forward(self) -> None:
        while len(self.found) < MOST_CAUSES:
            cell = self._next(self.scan(self.found, most=FORWARD_SPREAD))
            if cell is None:
                return
            self.found = self.fit((*(one.cell for one in self.found), cell))
            if self.cells.depth[cell] == 0:
                return

    def _merge(self) -> bool:
        """Tell the cell that found ones are pieces of, where it is worth more or all of it fell."""
        cells = np.array([one.cell for one in self.found], dtype=np.intp)
        codes = self.cells.codes(cells)
        shared = [np.where(one == two, one, ANY) for one, two in combinations(codes, 2)]
        wider = sorted({tuple(map(int, one)) for one in shared if (one != ANY).any()})
        best, most = self.found, self.worth(self.found)
        for place in (int(self.cells.places(np.array([one]))[0]) for one in wider):
            is_piece = self.cells.below(place, cells)
            if is_piece.sum() < 2:  # noqa: PLR2004 - one piece is no reason to widen
                continue
            left = [int(one) for one in cells[~is_piece] if one != place]
            merged = self.fit((*left, place))
            worth = self.worth(merged)
            if self._leaves.uneven and not self._is_torn(place, left):
                worth = max(worth, np.nextafter(most, np.inf))
            if worth > most:
                best, most = merged, worth
        before, self.found = self.found, best
        return best is not before

    def worth(self, found: tuple[Found, ...]) -> float:
        """Give the log-likelihood that shifts of some cells bring, less what each has to."""
        gain = self._table.gained(found)
        return float(gain - self.gate[[one.cell for one in found]].sum())

    def _standing(self) -> Scan:
        """Drop the weakest cause until each passes the gate with all others explained."""
        while True:
            last = self.scan(self.found)
            if not self.found:
                return last
            margins = [self._margin(one, last.spread) for one in self.found]
            if self._leaves.uneven and min(margins) > 0:
                margins = self._shares(last.spread)
            weakest = int(np.argmin(margins))
            if margins[weakest] > 0:
                return last
            left = tuple(one.cell for one in self.found)
            self.found = self.fit(left[:weakest] + left[weakest + 1 :])

    def _margin(self, one: Found, spread: Spread) -> float:
        expected, place = self.without(one), np.array([one.cell])
        over = self.over(expected, spread, place)
        return float((self.evidence(expected, place) / over - self.gate[place])[0])

    def _shares(self, spread: Spread) -> list[float]:
        """Give how far each cause's shortfall is over the share of the largest that is noise."""
        short = [float(self.without(one).gap(np.array([one.cell]))[0]) for one in self.found]
        least = min(spread.leaf, MOST_SMALL) * max(short)
        return [own - least for own in short]

    def without(self, one: Found) -> Expected:
        """Give what is expected with all causes but one explained."""
        return self.expected(self.fit(tuple(two.cell for two in self.found if two is not one)))

    def scan(self, found: tuple[Found, ...], most: float = 1.0) -> Scan:
        """Hold every cell against what is expected once `found` is explained."""
        expected = self.expected(found)
        spread = self._spread(found, expected, most)
        last = self._last
        if last is not None and last.expected is expected and last.spread == spread:
            return last
        over = self.over(expected, spread, expected.hot)
        is_hot = expected.bound(expected.hot) > self.gate[expected.hot] * over
        hot = expected.hot[is_hot]
        plain = self.evidence(expected, hot)
        self._last = Scan(expected, spread, hot, plain, plain / over[is_hot])
        return self._last

    def _spread(self, found: tuple[Found, ...], expected: Expected, most: float) -> Spread:
        if found not in self._spreads:
            if not self._whole_fell_too:
                left = tuple(one for one in found if self.cells.depth[one.cell])
                expected = self.expected(left)
            told = self._layers.spread(
                [expected], whole_fell=self._whole_fell_too, half_fell=self._half_fell
            )
            self._spreads[found] = told
        own, usual = self._spreads[found], self._historic
        shared = max(min(own.shared, most), usual.shared)
        return Spread(max(own.leaf, usual.leaf), shared, usual.common)

    def over(self, expected: Expected, spread: Spread, places: Places) -> Floats:
        """Give how many times the variance of chance some cells have."""
        variance = expected.variance[places]
        whole = len(self.gate) - 1
        shared = spread.shared + spread.common * (places == whole)
        over = 1 + spread.leaf * expected.clumped[places] / variance + shared * variance
        for one in expected.found if self._leaves.uneven else ():
            # Where all of it fell unevenly, cells fell: it must not hide them.
            apart = (self._leaves.uneven * one.shift) ** 2 * (one.cell != whole)
            over += apart * variance * self.cells.below(one.cell, places)
        return np.asarray(over)

    def uncertainty(self, expected: Expected, spread: Spread, place: int) -> float:
        """Variance of observed less expected, over-dispersion and history's doubt included."""
        over = self.over(expected, spread, np.array([place % len(self.gate)]))
        return float(expected.variance[place] * self.doubt[place] * over[0])

    def evidence(self, expected: Expected, places: Places) -> Floats:
        """Give the evidence at some cells, before it is divided for spread."""
        entered, observed = self.entered[places], self.observed[places]
        mean, variance = expected.mean[places], expected.variance[places]
        plain = nats((entered, observed), mean, variance) / self.doubt[places]
        plain = np.where(variance > TINY_VARIANCE, plain, 0.0)
        return np.asarray(plain * np.sign(expected.gap(places)), dtype=np.float64)

    def _next(self, scan: Scan) -> int | None:
        hot = scan.hot
        fall = scan.expected.gap(hot) / scan.expected.variance[hot]
        is_allowed = (scan.gated > self.gate[hot]) & (fall > self._leaves.least_fall)
        if self.found or self._half_fell:
            is_allowed &= self.cells.depth[hot] > 0
            is_allowed &= ~is_among(hot, [one.cell for one in self.found])
        allowed = hot[is_allowed]
        worth = (scan.plain - self.cells.penalty[hot])[is_allowed]
        within, best = np.ones(len(allowed), dtype=np.bool_), None
        while within.any():
            best = int(allowed[np.argmax(np.where(within, worth, -np.inf))])
            if not self._is_torn(best, [one.cell for one in self.found]):
                return best
            within = self.cells.below(best, allowed)
        return best

    def _is_torn(self, cell: int, others: Sequence[int]) -> bool:
        """Tell whether the cells inside `cell` do not share its shift, other causes explained."""
        cells = (*others, cell)
        for _ in range(MOST_NESTED + 1):
            found = self.fit(cells)
            left = self.scan(found, most=FORWARD_SPREAD)
            shift = -next(one.shift for one in found if one.cell == cell)
            inside = np.flatnonzero(np.abs(left.gated) > self.gate[left.hot])
            inside = inside[self.cells.below(cell, left.hot[inside])]
            hot = left.hot[inside]
            apart = left.expected.gap(hot) / left.expected.variance[hot]
            if shift < self._leaves.least_fall:
                return True
            # A child that fell further may be a cause of its own; one that fell less may not.
            is_deeper = (apart > TORN * shift) & ~is_among(hot, cells)
            deeper = np.where(is_deeper, left.plain[inside], 0.0)
            if not deeper.any():
                is_less = bool((apart < -TORN * shift).any())
                return self._is_spared(cell, shift, left) if self._leaves.uneven else is_less
            cells = (*cells, int(hot[np.argmax(deeper)]))
        return True

    def _is_spared(self, cell: int, shift: float, left: Scan) -> bool:
        """Tell whether a cell inside `cell` hardly fell, though the rest did by `shift`."""
        expected = left.expected
        inside = expected.hot[expected.gap(expected.hot) < 0]
        inside = inside[self.cells.below(cell, inside)]
        # Uneven falls are what is asked about, so they are no excuse here.
        over = self.over(replace(expected, found=()), left.spread, inside)
        inside = inside[-self.evidence(expected, inside) > self.gate[inside] * over]
        counts = self.entered[inside], self.observed[inside], expected.mean[inside]
        return bool((rise(*counts) > (1 - TORN) * shift).any())
