"""How far counts of cells lie from what was expected: in nats, and on the logit scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

TINY = 1e-9


def nats(counts: tuple[Floats, Floats], mean: Floats, variance: Floats) -> Floats:
    """Give the binomial log-likelihood ratio of counts entered and observed; 0 or more."""
    entered, observed = counts
    lost = entered - observed
    unlikely = np.maximum(entered - mean, TINY)
    nats = observed * np.log(np.maximum(observed, TINY) / mean)
    nats += lost * np.log(np.maximum(lost, TINY) / unlikely)
    # The rates inside a cell differ, so its variance is smaller than its mean rate says.
    even = mean * unlikely / np.maximum(entered, TINY)
    return np.asarray(nats * even / variance)


def rise(entered: Floats, observed: Floats, mean: Floats) -> Floats:
    """Give how far observed rates are over the expected, on the logit scale.

    Near a rate of one, shares of it say little.
    """
    return _log_odds(observed, entered) - _log_odds(mean, entered)


def _log_odds(converted: Floats, entered: Floats) -> Floats:
    return np.asarray(np.log((converted + 0.5) / (entered - converted + 0.5)))


def is_among(places: Places, few: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which places are one of a few."""
    return np.asarray((places[:, None] == np.array(few, dtype=np.intp)).any(axis=1))
