"""How good chances and distributions are: the figures that gates and model cards print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BINS = 15
#: Of the pinball loss of a value distribution.
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.97, 0.99)
#: Where coverage is judged.
COVERED = (0.5, 0.75, 0.9, 0.97)
#: Half of a 95 % interval, in standard errors.
Z95 = 1.959964
_LEAST = 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float


def losses(won: NDArray[np.bool_], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the log-loss of each row, in nats."""
    sure = np.clip(chance, _LEAST, 1 - _LEAST)
    return np.where(won, -np.log(sure), -np.log1p(-sure))


def log_loss(won: NDArray[np.bool_], chance: NDArray[np.float64]) -> float:
    return float(losses(won, chance).mean())


def interval(gains: NDArray[np.float64]) -> Interval:
    """Give the mean of paired differences and its 95 % interval."""
    mean = float(gains.mean())
    half = Z95 * float(gains.std(ddof=1)) / gains.size**0.5 if gains.size > 1 else float("inf")
    return Interval(mean=mean, low=mean - half, high=mean + half)


def ece(won: NDArray[np.bool_], chance: NDArray[np.float64]) -> float:
    """Give the expected calibration error over `BINS` bins of equal width, 0..1."""
    bins = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    wins = np.bincount(bins, weights=won, minlength=BINS)
    expected = np.bincount(bins, weights=chance, minlength=BINS)
    return float(np.abs(wins - expected).sum() / won.size)


def auc(won: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Give the chance that a win scores above a loss, ties by half; 0.5 where one is missing."""
    wins = int(won.sum())
    if wins in {0, won.size}:
        return 0.5
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    total = float(ranks[place][won].sum())
    return (total - wins * (wins + 1) / 2) / (wins * (won.size - wins))


def pinball(value: NDArray[np.float64], quantiles: Sequence[NDArray[np.float64]]) -> float:
    """Give the mean pinball loss of `QUANTILES`, in the unit of the values."""
    total = 0.0
    for share, quantile in zip(QUANTILES, quantiles, strict=True):
        gap = value - quantile
        total += float(np.maximum(share * gap, (share - 1) * gap).mean())
    return total / len(QUANTILES)


def coverage_error(below: NDArray[np.float64]) -> float:
    """Give the largest distance of coverage and promise; `below` is F(v | x) of what came."""
    return max(abs(float((below <= share).mean()) - share) for share in COVERED)
