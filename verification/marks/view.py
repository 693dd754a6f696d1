"""A page as the network sees it: darkness, shrunk to one area whatever the page's resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Side of the square that has the area of every view.
SIDE = 640
#: Sides of a view are multiples of this.
STEP = 32


def view_of(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Shrink a grey page to darkness 0..1; paper of any even tone becomes about 0."""
    tall, wide = grey.shape
    scale = SIDE / (tall * wide) ** 0.5
    high = min(max(STEP, round(tall * scale / STEP) * STEP), 4 * SIDE)
    across = min(max(STEP, round(wide * scale / STEP) * STEP), 4 * SIDE)
    dark = 1.0 - _shrunk(_shrunk(grey, high).T, across).T / np.float32(255)
    return np.ascontiguousarray(dark, dtype=np.float32)


def _shrunk(rows: NDArray[np.generic], count: int) -> NDArray[np.float32]:
    """Average rows into `count` rows, each over exactly the band of rows it stands for."""
    total = np.zeros((rows.shape[0] + 1, rows.shape[1]), np.float32)
    np.cumsum(rows, axis=0, dtype=np.float32, out=total[1:])
    edges = np.linspace(0, rows.shape[0], count + 1)
    whole = np.minimum(edges.astype(int), rows.shape[0] - 1)
    part = (edges - whole).astype(np.float32)[:, None]
    at = total[whole] + part * (total[whole + 1] - total[whole])
    shrunk: NDArray[np.float32] = np.diff(at, axis=0) / np.float32(rows.shape[0] / count)
    return shrunk
