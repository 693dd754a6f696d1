"""Points of a page that look alike however it is turned, scaled or copied (ORB), with OpenCV.

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
_LEVELS, _SCALE, _FAST_THRESHOLD = 8, 1.2, 10
_BLUR = 1.2


def points(
    grey: NDArray[np.uint8], most: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Give at most `most` places (x, y), strongest first, and 32 bytes that describe each.

    They are sought, and told, in a copy whose longer side has `side` pixels, a little blurred:
    sizes and sharpness of copies differ.
    """
    scale = side / max(grey.shape)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    fitted = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=kind), (0, 0), _BLUR)
    found, described = _orb(most).detectAndCompute(fitted, None)
    if not found:
        return np.zeros((0, 2), np.float32), np.zeros((0, DESCRIPTION_BYTES), np.uint8)
    order = sorted(range(len(found)), key=lambda index: -found[index].response)[:most]
    places = np.array([found[index].pt for index in order], np.float32)
    return places, np.asarray(described, np.uint8)[order]


@cache
def _orb(most: int) -> cv2.ORB:
    cv2.setNumThreads(1)  # a confined child may start no thread
    return cv2.ORB.create(
        nfeatures=most, scaleFactor=_SCALE, nlevels=_LEVELS, fastThreshold=_FAST_THRESHOLD
    )
