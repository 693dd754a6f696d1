"""What a search holds cells against, and what it finds of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.rca.spread import Spread

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Found:
    cell: int
    shift: float


@dataclass(frozen=True, slots=True)
class Expected:
    """What each cell should convert with some shifts explained, whatever the spread is."""

    mean: Floats
    variance: Floats
    #: Sums of the leaves' variances, each squared.
    clumped: Floats
    #: Mean less observed.
    gap: Floats
    #: No cell's evidence is more: n·KL(p, q) is at most n (p - q)² / q (1 - q).
    bound: Floats
    #: Cells whose evidence may pass the gate if there is no spread at all.
    hot: Places
    #: What is explained.
    found: tuple[Found, ...] = ()


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
