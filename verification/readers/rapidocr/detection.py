"""Lines found on a page: differentiable binarisation (Liao et al. 2020), and what follows it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from verification.limits import LimitExceeded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.readers.rapidocr.models import Net

    Pixels = NDArray[np.uint8]
    #: Top left, top right, bottom right, bottom left: x and y of each.
    Corners = NDArray[np.float32]

#: A confined child may start no thread.
cv2.setNumThreads(1)

#: Sides as the net sees them, in pixels: no smaller, no larger.
_LEAST_SIDE, _MOST_SIDE = 320, 1600
_STEP = 32
#: More likely text than this belongs to a line; a line is kept whose mean is above the second.
_TEXT, _LINE = 0.3, 0.5
_LEAST_HEIGHT = 3
#: The net sees the core of a line; this brings back its edges.
_UNCLIP = 1.6
MOST_LINES = 1_000


def find_lines(page: Pixels, net: Net) -> list[Corners]:
    """Give the corners of each line in pixels of `page` (RGB). Raises LimitExceeded."""
    height, width = page.shape[:2]
    likely = net.run(_prepare(page))[0, 0]
    mask = cv2.dilate((likely > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    if len(outlines) > MOST_LINES:
        raise LimitExceeded("ocr_lines", seen=len(outlines), allowed=MOST_LINES)
    scale = np.array([width / likely.shape[1], height / likely.shape[0]], np.float32)
    found = (_line(np.asarray(outline), likely) for outline in outlines)
    edge = np.array([width, height], np.float32)
    return [np.clip(line * scale, 0, edge) for line in found if line is not None]


def _prepare(page: Pixels) -> NDArray[np.float32]:
    height, width = page.shape[:2]
    longer, shorter = max(height, width), min(height, width)
    zoom = min(max(1.0, _LEAST_SIDE / shorter), _MOST_SIDE / longer)
    sides = tuple(max(_STEP, round(side * zoom / _STEP) * _STEP) for side in (width, height))
    small = cv2.resize(page, sides, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
    tensor = small[:, :, ::-1].astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(tensor.transpose(2, 0, 1)[None])


def _line(outline: NDArray[np.int32], likely: NDArray[np.float32]) -> Corners | None:
    centre, (width, height), angle = cv2.minAreaRect(outline)
    if min(width, height) < _LEAST_HEIGHT:
        return None
    if _mean(likely, cv2.boxPoints((centre, (width, height), angle))) < _LINE:
        return None
    more = 2 * width * height * _UNCLIP / (2 * (width + height))
    return _in_order(cv2.boxPoints((centre, (width + more, height + more), angle)))


def _mean(likely: NDArray[np.float32], corners: NDArray[Any]) -> float:
    height, width = likely.shape
    left, top = np.clip(np.floor(corners.min(0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(likely[top : bottom + 1, left : right + 1], mask)[0])


def _in_order(corners: NDArray[Any]) -> Corners:
    """Turn the corners of a rectangle so that the first is top left, going clockwise."""
    middle = corners.mean(0)
    around = np.array([math.atan2(y, x) for x, y in corners - middle])
    ordered = corners[np.argsort(around)]  # from the left edge over the top
    start = int(np.argmin(ordered.sum(1)))
    return np.roll(ordered, -start, axis=0).astype(np.float32)


def cut_out(page: Pixels, corners: Corners) -> Pixels:
    """Give a line as a level strip; one that is higher than wide is turned a quarter left."""
    top_left, top_right, _, bottom_left = corners
    width = max(1, round(float(np.linalg.norm(top_right - top_left))))
    height = max(1, round(float(np.linalg.norm(bottom_left - top_left))))
    goal = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners, goal)
    strip = cv2.warpPerspective(
        page, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.rot90(strip) if is_upright(corners) else strip, np.uint8)


def is_upright(corners: Corners) -> bool:
    """Say whether a line runs from top to bottom rather than from left to right."""
    top_left, top_right, _, bottom_left = corners
    across = float(np.linalg.norm(top_right - top_left))
    return float(np.linalg.norm(bottom_left - top_left)) >= 1.5 * max(1.0, across)
