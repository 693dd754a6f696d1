"""What a search holds cells against, and what it finds of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.deviation import Deviation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.spread import Spread

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Found:
    cell: int
    shift: float


@dataclass(frozen=True, slots=True)
class Expected(Deviation):
    """What each cell should convert with some shifts explained, whatever the spread is."""

    #: Cells whose evidence may pass the gate if there is no spread at all.
    hot: Places
    #: What is explained.
    found: tuple[Found, ...]

    def bound(self, places: Places) -> Floats:
        """Give what no cell's evidence exceeds: n·KL(p, q) is at most n (p - q)² / q (1 - q)."""
        gap = self.gap(places)
        return np.asarray(gap * gap / self.variance[places] / self.doubt[places])


@dataclass(frozen=True, slots=True)
class Scan:
    """Evidence of a fall (positive) or a rise (negative), in nats, at the cells in `hot`.

    No other cell's passes its gate.
    """

    expected: Expected
    spread: Spread
    hot: Places
    plain: Floats
    gated: Floats
