"""Points of a page that look alike however it is turned, scaled or copied (SIFT), with OpenCV.

OpenCV sees grey arrays only; it never decodes a file.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bytes of one description.
DESCRIPTION_BYTES = 32
_CONTRAST = 0.03
_BLUR = 0.8
#: Fields across and down; each gives its strongest point in turn, so that a cut edge takes few.
_ACROSS, _DOWN = 4, 5
#: Parts of SIFT's 128 that are held against each other, one pair a bit.
_STEPS = np.arange(DESCRIPTION_BYTES * 8)
_ONE = _STEPS * 41 % 128
_OTHER = (_ONE + 1 + _STEPS * 71 % 127) % 128
#: In a mirror the rows of SIFT's 4 x 4 fields change places, and its 8 directions turn about.
_MIRRORED = np.arange(128).reshape(4, 4, 8)[::-1][:, :, (-np.arange(8)) % 8].ravel()
#: In a negative each direction is turned about, and with it the field that is seen upright by it.
_NEGATIVE = np.arange(128).reshape(4, 4, 8)[::-1, ::-1].ravel()


def points(
    grey: NDArray[np.uint8], most: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Give at most `most` places (x, y) and 32 bytes that describe each; strong ones first.

    They are sought, and told, in a copy whose longer side has `side` pixels, a little blurred:
    sizes and sharpness of copies differ. A bit says which of two parts of a SIFT description is
    larger; so light and contrast change nothing, and descriptions are compared as bits.
    """
    places, described = _found(grey, most, side)
    return places, _bits(described)


def points_both_ways(
    grey: NDArray[np.uint8], most: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Give the same, and what would describe each point in a mirror."""
    places, described = _found(grey, most, side)
    return places, _bits(described), _bits(described[:, _MIRRORED])


def points_all_ways(
    grey: NDArray[np.uint8], most: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Give the same, and what would describe each point in a negative."""
    places, described = _found(grey, most, side)
    ways = (_bits(described), _bits(described[:, _MIRRORED]), _bits(described[:, _NEGATIVE]))
    return places, *ways


def _bits(described: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.packbits(described[:, _ONE] > described[:, _OTHER], axis=1)


def _found(
    grey: NDArray[np.uint8], most: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    scale = side / max(grey.shape)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    fitted = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=kind), (0, 0), _BLUR)
    found, described = _sift(most).detectAndCompute(fitted, None)
    if not found:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    places = np.array([one.pt for one in found], np.float32)
    order = _in_turns(places / size, np.array([one.response for one in found]))[:most]
    return places[order], np.asarray(described, np.float32)[order]


def _in_turns(places: NDArray[np.float32], strength: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order points: the strongest of each field, then the second of each, and so on."""
    column, row = (places * (_ACROSS, _DOWN)).astype(int).clip(0, (_ACROSS - 1, _DOWN - 1)).T
    field = row * _ACROSS + column
    order = np.lexsort((-strength, field))
    starts = np.searchsorted(field[order], np.arange(_ACROSS * _DOWN))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - starts[field[order]]
    return np.lexsort((-strength, rank))


@cache
def _sift(most: int) -> cv2.SIFT:
    cv2.setNumThreads(1)  # a confined child may start no thread
    return cv2.SIFT.create(nfeatures=most, contrastThreshold=_CONTRAST)
