"""What each leaf was expected to convert: a shrunken logit model of history.

Main effects and pairs of dimensions, each drawn towards none by a ridge, then the leaf itself by
empirical Bayes. Expected counts are summed from leaves, so a change of mix alone explains itself.
"""

from __future__ import annotations

from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from models.rca.cuboids import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.lattice import Blocks

    Floats = NDArray[np.float64]

PASSES = 3
#: Inverse prior variances of a main effect and of a pair's, on the logit scale.
MAIN_RIDGE, PAIR_RIDGE = 1.0, 12.0
#: Pairs are left out beyond this: 40 dimensions have 780. So are those with a table this large.
MOST_PAIRED, MOST_PAIRS = 8, 1 << 20
#: Of so many leaves, all passes but the last look at one in EACH.
MANY_LEAVES, EACH = 1 << 18, 8
LEAST_VARIANCE = 1e-6
#: No effect moves a logit further at once.
MOST_STEP = 2.0


def expit(logit: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-logit))


def baseline(
    codes: NDArray[np.int64], sizes: tuple[int, ...], entered: Floats, converted: Floats
) -> Floats:
    """Give the logit of each leaf's expected rate; codes are leaves × dimensions."""
    return fitted(Columns.of(codes, sizes), sizes, entered, converted)


def fitted(cells: Blocks, sizes: tuple[int, ...], entered: Floats, converted: Floats) -> Floats:
    """Give the logit of each leaf's expected rate; counts and it in the layout of `cells`."""
    total, won = float(entered.sum()), float(converted.sum())
    odds = np.full(cells.shape, (won + 0.5) / (total - won + 0.5))
    model = _Model(cells, entered, converted)
    singles: list[tuple[int, ...]] = [(one,) for one in range(len(sizes))]
    few = cells.thinned(EACH) if entered.size > MANY_LEAVES else None
    if few is not None:
        part = _Model(few, entered[::EACH].copy(), converted[::EACH].copy())
        effects = part.fit(odds[::EACH].copy(), singles, PASSES - 1)
        for own, at in cells.parts():
            for one, effect in zip(singles, effects, strict=True):
                odds[at] *= own.back(one, effect)
    model.fit(odds, singles, PASSES if few is None else 1)
    for pair in combinations(range(len(sizes)), 2):
        if len(sizes) <= MOST_PAIRED and prod(sizes[one] for one in pair) <= MOST_PAIRS:
            model.step(odds, pair, PAIR_RIDGE)
    return model.leaf_step(odds)


class _Model:
    """Effects are multiplied into odds in place; one scratch array serves all steps."""

    def __init__(self, cells: Blocks, entered: Floats, converted: Floats) -> None:
        self._cells, self._whole = cells, [(cells, slice(None))]
        # A part and its scratch stay in the cache from one line of a step to the next.
        self._parts = cells.parts() if entered.size > MANY_LEAVES // EACH else self._whole
        self._entered, self._converted = entered, converted
        self._scratch = np.empty((2, *entered.shape))
        self._came: dict[tuple[int, ...], Floats] = {}

    def fit(self, odds: Floats, singles: list[tuple[int, ...]], passes: int) -> list[Floats]:
        """Give the effects of each dimension's values, as factors of the odds."""
        effects = [np.ones(1)] * len(singles)
        for _ in range(passes):
            for place, one in enumerate(singles):
                effects[place] = effects[place] * self.step(odds, one, MAIN_RIDGE)
        return effects

    def step(self, odds: Floats, dimensions: tuple[int, ...], ridge: float) -> Floats:
        first, *others = self._parts if len(dimensions) == 1 else self._whole
        owed = self._owed(first, odds, dimensions)
        for part in others:
            owed += self._owed(part, odds, dimensions)
        if dimensions not in self._came:
            self._came[dimensions] = self._cells.by(dimensions, self._converted[None])[0]
        gap = self._came[dimensions] - owed[0]
        step = gap / (owed[0] - owed[1] + ridge)
        effect = np.exp(np.minimum(np.maximum(step, -MOST_STEP), MOST_STEP))
        for cells, at in (first, *others):
            odds[at] *= cells.back(dimensions, effect)
        return np.asarray(effect)

    def _owed(
        self, part: tuple[Blocks, slice], odds: Floats, dimensions: tuple[int, ...]
    ) -> Floats:
        """Give what a part should convert by some dimensions, and that times its rate."""
        cells, at = part
        odds = odds[at]
        figures = self._scratch[:, : len(odds)]
        expected, rate = figures
        np.add(odds, 1.0, out=rate)
        np.divide(odds, rate, out=rate)
        np.multiply(self._entered[at], rate, out=expected)
        np.multiply(expected, rate, out=rate)
        return cells.by(dimensions, figures)

    def leaf_step(self, odds: Floats) -> Floats:
        rate = odds / (1.0 + odds)
        expected = self._entered * rate
        gap = self._converted - expected
        variance = expected * (1 - rate)
        squares = float((variance**2).sum())
        logit = np.log(odds)
        if not squares:
            return np.asarray(logit)
        spread = max(float((gap**2 - variance).sum()) / squares, LEAST_VARIANCE)
        return np.asarray(logit + np.clip(gap / (variance + 1 / spread), -MOST_STEP, MOST_STEP))
