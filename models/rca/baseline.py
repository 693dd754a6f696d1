"""What each leaf was expected to convert: a shrunken logit model of history.

Main effects and pairs of dimensions, each drawn towards none by a ridge, then the leaf itself by
empirical Bayes. Expected counts are summed from leaves, so a change of mix alone explains itself.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PASSES = 3
#: Inverse prior variances of a main effect and of a pair's, on the logit scale.
MAIN_RIDGE, PAIR_RIDGE = 1.0, 12.0
#: Pairs are left out beyond this: 40 dimensions have 780.
MOST_PAIRED = 8
LEAST_VARIANCE = 1e-6


def expit(logit: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-logit))


def baseline(codes: Ints, sizes: tuple[int, ...], entered: Floats, converted: Floats) -> Floats:
    """Give the logit of each leaf's expected rate."""
    total, won = entered.sum(), converted.sum()
    logit = np.full(len(codes), np.log((won + 0.5) / (total - won + 0.5)))
    blocks = [(codes[:, one], sizes[one], MAIN_RIDGE) for one in range(len(sizes))]
    for _ in range(PASSES):
        for places, size, ridge in blocks:
            logit += _step(logit, (places, size, ridge), entered, converted)
    if 1 < len(sizes) <= MOST_PAIRED:
        for one, other in combinations(range(len(sizes)), 2):
            places = codes[:, one] * sizes[other] + codes[:, other]
            block = (places, sizes[one] * sizes[other], PAIR_RIDGE)
            logit += _step(logit, block, entered, converted)
    return logit + _leaf_step(logit, entered, converted)


def _step(
    logit: Floats, block: tuple[Ints, int, float], entered: Floats, converted: Floats
) -> Floats:
    places, size, ridge = block
    rate = expit(logit)
    expected = entered * rate
    gap = np.bincount(places, converted - expected, size)
    weight = np.bincount(places, expected * (1 - rate), size) + ridge
    return np.asarray(np.clip(gap / weight, -2.0, 2.0)[places])


def _leaf_step(logit: Floats, entered: Floats, converted: Floats) -> Floats:
    rate = expit(logit)
    gap = converted - entered * rate
    variance = entered * rate * (1 - rate)
    squares = float((variance**2).sum())
    if not squares:
        return np.zeros_like(logit)
    spread = max(float((gap**2 - variance).sum()) / squares, LEAST_VARIANCE)
    return np.asarray(np.clip(gap / (variance + 1 / spread), -2.0, 2.0))
