"""Pages straightened with OpenCV: scaled, turned, and a photographed sheet made flat.

OpenCV decodes nothing here: pixels come from `verification.pages`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    #: From pixels to pixels, three rows of three.
    Matrix = NDArray[np.float64]

# A confined child may start no thread.
cv2.setNumThreads(1)

#: Sheets and lines are looked for in a picture whose longer side is this.
_SMALL = 640
#: Share of the picture that a sheet covers.
LEAST_SHARE, MOST_SHARE = 0.25, 0.97
_CORNERS = 4
#: Grey levels by which a sheet must stand out from what it lies on.
_STANDS_OUT = 18.0
_SURE_EDGES = 0.85
#: Share of the shape that is inside its four corners, and of the four corners that is shape.
_FILLED = 0.94
#: Corners nearer to an upright rectangle than this share of the side need nothing.
_UPRIGHT = 0.012
#: Angles in degrees.
_MOST_SKEW, _LEAST_SKEW = 6.0, 0.3
_MOST_POINTS = 20_000
_LEAST_POINTS = 600
#: Grey levels in which the paper of a blank page may differ, by its shade; and in which a dot of it
#: may differ from the paper around it, by its grain.
_SHADE, _GRAIN = 40, 10
#: Lines spread over the page: what stands in one place tells no angle.
_SPREAD = 0.12
#: By how much the rows must part better at the angle than at none, and than beside it.
_BETTER, _SHARPER = 1.12, 1.25


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Give the picture in another size."""
    smaller = width < pixels.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), dtype=np.uint8)


def grey_of(colour: Pixels) -> Pixels:
    """Give the brightness of each pixel."""
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def moved(colour: Pixels, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    """Give what is seen through `matrix` in a picture of width and height `size`, on white."""
    white = (255, 255, 255)
    return np.asarray(
        cv2.warpPerspective(
            colour, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
            borderValue=white,
        ),
        dtype=np.uint8,
    )  # fmt: skip


def onto(corners: Matrix, width: float, height: float) -> Matrix:
    """Give the matrix that takes four corners (from top left, clockwise) to an upright sheet."""
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(matrix, dtype=np.float64)


def small(pixels: Pixels) -> tuple[Any, float]:
    """Give the picture in the size that sheets and lines are looked for in, and its scale."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), scale


def is_blank(grey: Pixels) -> bool:
    """Say whether nothing stands on the page: paper alone, with its shade and grain.

    Where it is in doubt (the dark rim of a scan, a fold) the page is not blank.
    """
    reduced, _ = small(grey)
    reduced = cv2.GaussianBlur(reduced, (3, 3), 0)
    if int(reduced.max()) - int(reduced.min()) > _SHADE:
        return False
    around = np.ones((31, 31), np.uint8)
    darker = cv2.morphologyEx(reduced, cv2.MORPH_BLACKHAT, around)
    lighter = cv2.morphologyEx(reduced, cv2.MORPH_TOPHAT, around)
    return max(int(darker.max()), int(lighter.max())) <= _GRAIN


def sheet(grey: Pixels) -> Matrix | None:
    """Find the corners of a sheet that lies askew on something darker; None unless it is sure.

    From top left, clockwise, in pixels of `grey`.
    """
    reduced, scale = small(grey)
    calm = cv2.GaussianBlur(reduced, (5, 5), 0)
    _, bright = cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    side = max(3, max(reduced.shape) // 40) | 1
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    largest = cv2.convexHull(max(outlines, key=cv2.contourArea))
    corners = cv2.approxPolyDP(largest, 0.02 * cv2.arcLength(largest, True), True)  # noqa: FBT003 - OpenCV takes them by place
    if len(corners) != _CORNERS or not cv2.isContourConvex(corners):
        return None
    ordered = _clockwise(np.asarray(corners, dtype=np.float64).reshape(4, 2))
    if not _is_sheet(ordered, bright, calm):
        return None
    return ordered / scale


def _clockwise(corners: Matrix) -> Matrix:
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(angles)]
    first = int(np.argmin(ordered.sum(axis=1)))
    return np.asarray(np.roll(ordered, -first, axis=0), dtype=np.float64)


def _is_sheet(corners: Matrix, bright: Any, calm: Any) -> bool:
    height, width = calm.shape
    shape = np.zeros_like(calm)
    cv2.fillConvexPoly(shape, corners.round().astype(np.int32), 255)
    inside = shape > 0
    share = float(inside.mean())
    if not LEAST_SHARE <= share <= MOST_SHARE or _is_upright(corners):
        return False
    filled = float((bright[inside] > 0).mean())
    outside = float((bright[~inside] > 0).mean())
    if filled < _FILLED or outside > (1 - _FILLED) * 2:
        return False
    inner = (corners > 1).all() and (corners < np.array([width - 2, height - 2])).all()
    edges = [stands_out(calm, corners[i], corners[(i + 1) % 4]) for i in range(_CORNERS)]
    return bool(inner) and min(edges) >= _SURE_EDGES and _is_square_enough(corners)


def _is_upright(corners: Matrix) -> bool:
    low, high = corners.min(axis=0), corners.max(axis=0)
    upright = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    off = float(np.abs(corners - upright).max())
    return off < _UPRIGHT * float((high - low).max())


def _is_square_enough(corners: Matrix) -> bool:
    """Say whether no corner is so sharp that it cannot be a sheet seen from before it."""
    ways = np.roll(corners, -1, axis=0) - corners
    ways /= np.linalg.norm(ways, axis=1, keepdims=True) + 1e-9
    cosines = np.abs((ways * np.roll(ways, 1, axis=0)).sum(axis=1))
    return float(cosines.max()) < 0.5  # noqa: PLR2004 - 60 to 120 degrees


def stands_out(calm: Any, start: Any, end: Any) -> float:
    """Give the share of an edge along which the inside is brighter than the outside."""
    way = (end - start) / (np.linalg.norm(end - start) + 1e-9)
    inwards = np.array([-way[1], way[0]])
    along = start + np.linspace(0.06, 0.94, 60)[:, None] * (end - start)
    height, width = calm.shape
    values = []
    for offset in (7.0, -7.0):
        at = (along + offset * inwards).round().astype(int)
        at[:, 0] = at[:, 0].clip(0, width - 1)
        at[:, 1] = at[:, 1].clip(0, height - 1)
        values.append(calm[at[:, 1], at[:, 0]].astype(np.float64))
    return float((values[0] - values[1] > _STANDS_OUT).mean())


def skew(grey: Pixels) -> float | None:
    """Give the angle in degrees by which lines of text fall to the right; None unless sure."""
    reduced, _ = small(grey)
    ink = cv2.adaptiveThreshold(
        reduced, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15
    )
    rows, columns = np.nonzero(ink)
    if len(rows) < _LEAST_POINTS or columns.std() < _SPREAD * ink.shape[1]:
        return None
    step = max(1, len(rows) // _MOST_POINTS)
    rows, columns = rows[::step].astype(np.float64), columns[::step].astype(np.float64)
    coarse = np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, 0.5)
    scores = np.array([_parting(rows, columns, angle) for angle in coarse])
    best = float(coarse[int(scores.argmax())])
    fine = np.arange(best - 0.5, best + 0.51, 0.1)
    finer = np.array([_parting(rows, columns, angle) for angle in fine])
    angle, score = float(fine[int(finer.argmax())]), float(finer.max())
    beside = float(np.median(scores))
    straight = _parting(rows, columns, 0.0)
    sure = score > _BETTER * straight and score > _SHARPER * beside
    return angle if sure and _LEAST_SKEW <= abs(angle) < _MOST_SKEW else None


def _parting(rows: Any, columns: Any, angle: float) -> float:
    """Tell how well ink and gaps part into rows at this angle."""
    slope = np.tan(np.radians(angle))
    at = rows - columns * slope
    counts = np.bincount((at - at.min()).astype(np.int64)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())


@cache
def warm() -> None:
    """Run all of it once: OpenCV loads parts of itself on first use."""
    page = np.full((300, 200, 3), 255, np.uint8)
    page[20:280:12, 20:180] = 0
    grey = grey_of(scaled(page, 100, 150))
    skew(grey)
    sheet(grey)
    corners = np.array([[0, 0], [9, 0], [9, 9], [0, 9]], np.float64)
    moved(page, onto(corners, 5, 5), (5, 5))
