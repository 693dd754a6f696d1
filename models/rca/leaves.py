"""The leaves of a table: their counts, what each should convert, what shifts of them explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.spread import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.spread import Spread

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

#: Least shift (logit, first order) that is told: a fall of about five points from one half.
LEAST_FALL = 0.2
#: A fall is seldom the same in all parts of its cell.
UNEVEN = 0.25


@dataclass(frozen=True, slots=True)
class Leaves:
    """Counts of every leaf and the logit of its expected rate, in the lattice's layout."""

    entered_before: Floats
    converted_before: Floats
    entered: Floats
    converted: Floats
    logit: Floats
    #: Entered and converted of windows that history is made of, or of some of them.
    windows: tuple[tuple[Floats, Floats], ...] = ()
    #: Variance that rounding adds to what a leaf converts.
    rounding: float = 0.0
    #: Rates come from a forecast, all the same; there is no history.
    is_forecast: bool = False
    #: Spread that is known beforehand.
    usual: Spread = UNKNOWN
    #: Least shift (logit, first order) that is told.
    least_fall: float = LEAST_FALL
    #: By what share of a cell's shift those of its parts may differ; 0: they fall alike.
    uneven: float = UNEVEN


def figures(leaves: Leaves, entered: Floats, rate: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the mean of each leaf, its variance, and that squared."""
    mean = entered * rate
    variance = mean * (1 - rate)
    if leaves.rounding:
        variance += leaves.rounding * (entered > 0)
    return mean, variance, variance * variance


def gained(leaves: Leaves, places: Places, logit: Floats) -> float:
    """Give the log-likelihood that other logits at some places bring."""
    old = leaves.logit.ravel()[places]
    entered, converted = (one.ravel()[places] for one in (leaves.entered, leaves.converted))
    gain = converted * (logit - old)
    # No product of vectors: it would wake the threads of BLAS.
    gain -= entered * (_softplus(logit) - _softplus(old))
    return float(gain.sum())


def _softplus(logit: Floats) -> Floats:
    return np.asarray(np.log1p(np.exp(logit)))
