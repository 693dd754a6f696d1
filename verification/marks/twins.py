"""Which of several cuttings show the very same ink: nobody signs twice alike to the dot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Box = tuple[float, float, float, float]

#: Cuttings are compared at this size at most.
_WIDE, _TALL = 512, 256
#: From this correlation on two cuttings are one picture. Two signatures of one hand stay far below.
ALIKE = 0.93
#: Less ink than this says nothing.
_LEAST_INK = 40.0
_MOST = 24


class Twins:
    """Cuttings of pages, and which of them are the same."""

    def __init__(self) -> None:
        self._cut: list[NDArray[np.float32]] = []
        self._places: list[tuple[int, Box]] = []

    def add(self, grey: NDArray[np.uint8], box: Box, page: int = 1) -> None:
        """Take what lies in `box`, in pixels of the page; the first few are compared."""
        self._places.append((page, box))
        if len(self._cut) < _MOST:
            self._cut.append(_cutting(grey, box))
        else:
            self._cut.append(np.zeros((0, 0), np.float32))

    def same(self) -> frozenset[int]:
        """Give the numbers, from 0, of the cuttings that have a twin."""
        seen: set[int] = set()
        for i, one in enumerate(self._cut):
            for j in range(i):
                # Two boxes over one place hold the same ink, which says nothing.
                if _apart(self._places[i], self._places[j]) and alike(self._cut[j], one) >= ALIKE:
                    seen |= {i, j}
        return frozenset(seen)


def _apart(one: tuple[int, Box], other: tuple[int, Box]) -> bool:
    (page, a), (other_page, b) = one, other
    return page != other_page or a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def _cutting(grey: NDArray[np.uint8], box: Box) -> NDArray[np.float32]:
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in box)
    part = grey[y0:y1, x0:x1].astype(np.float32)
    part = part[: _TALL * 2, : _WIDE * 2]
    if part.size == 0:
        return part
    ink = (np.median(part) - part).clip(0, None)
    return np.asarray(ink / max(float(ink.max()), 32.0), np.float32)


def alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Give the best correlation of the ink of two cuttings over all shifts."""
    if min(one.size, other.size) == 0:
        return 0.0
    if min(float(one.sum()), float(other.sum())) < _LEAST_INK:
        return 0.0
    tall = _power(one.shape[0] + other.shape[0])
    wide = _power(one.shape[1] + other.shape[1])
    product = np.fft.rfft2(one, (tall, wide)) * np.conj(np.fft.rfft2(other, (tall, wide)))
    best = float(np.fft.irfft2(product, (tall, wide)).max())
    return best / float(np.linalg.norm(one) * np.linalg.norm(other) + 1e-9)


def _power(least: int) -> int:
    return 1 << (least - 1).bit_length()
