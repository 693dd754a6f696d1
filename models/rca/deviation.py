"""By how much cells differ from what was expected of them in one window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Deviation:
    """Of one window, by cell: what was expected and observed, and what chance alone would give."""

    mean: Floats
    variance: Floats
    #: Sums of the leaves' variances, each squared.
    clumped: Floats
    observed: Floats
    #: What history's own chance multiplies the variance by.
    doubt: Floats

    def gap(self, places: Places) -> Floats:
        """Give how much less than expected was observed."""
        return np.asarray(self.mean[places] - self.observed[places])
