"""A photographed sheet that is bowed: its four edges found as curves, and all of it made flat.

The surface between the edges is a Coons patch (Coons 1967): right for paper that is bent one way,
which is all that paper does without a crease.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from verification.readers.opencv_pages import LEAST_SHARE, MOST_SHARE, onto, small, stands_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    #: Rows of x and y.
    Points = NDArray[np.float64]

#: Points that describe an edge.
_ALONG = 33
#: How far an edge is from the line between its ends, as a share of it: flat below, torn above.
_LEAST_BOW, _MOST_BOW = 0.008, 0.2
#: How far an edge may be from a curve of the fourth degree, as a share of its length.
_ROUGH = 0.006
_DEGREE = 4
#: Share of an edge along which the sheet stands out, and of the sheet that is bright.
_SURE_EDGE, _FILLED = 0.85, 0.94


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bent:
    """The edges of a bowed sheet, each from left to right or from top to bottom.

    They are told as seen straight from before: its corners at (0, 0), (1, 0), (1, 1), (0, 1).
    """

    top: Points = field(repr=False)
    right: Points = field(repr=False)
    bottom: Points = field(repr=False)
    left: Points = field(repr=False)
    #: From there to pixels of the photograph, in homogeneous coordinates.
    away: Points = field(repr=False)
    #: Width and height of the sheet once it is flat, in pixels of the photograph.
    size: tuple[float, float]

    def at(self, shares: Points) -> Points:
        """Give where points of the flat sheet lie, told as shares of its width and height."""
        u, v = shares[:, :1], shares[:, 1:]
        top, bottom = _on(self.top, u), _on(self.bottom, u)
        left, right = _on(self.left, v), _on(self.right, v)
        flat = (1 - v) * ((1 - u) * self.top[0] + u * self.top[-1])
        flat = flat + v * ((1 - u) * self.bottom[0] + u * self.bottom[-1])
        return _through(self.away, (1 - v) * top + v * bottom + (1 - u) * left + u * right - flat)

    def lie(self, steps: int) -> NDArray[np.float64]:
        """Give where so many places across and down lie, from corner to corner: x and y each."""
        grid = np.linspace(0, 1, steps)
        across, down = np.meshgrid(grid, grid)
        there = self.at(np.stack([across.ravel(), down.ravel()], axis=1))
        return there.reshape(steps, steps, 2)

    def flattened(self, colour: Pixels, width: int, height: int) -> Pixels:
        """Give the sheet as if it lay flat, in a picture of that size."""
        # The patch is smooth: worked out on a grid and filled in between.
        there = self.lie(2 * _ALONG).astype(np.float32)
        between = _between(width, height, len(there))
        maps = [cv2.remap(there[:, :, axis], *between, cv2.INTER_LINEAR) for axis in (0, 1)]
        return np.asarray(cv2.remap(colour, maps[0], maps[1], cv2.INTER_LINEAR), np.uint8)


def _between(width: int, height: int, steps: int) -> tuple[Any, Any]:
    """Give for each pixel where on a grid of so many steps it lies."""
    x = (np.arange(width) + 0.5) / width * (steps - 1)
    y = (np.arange(height) + 0.5) / height * (steps - 1)
    across, down = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    return across, down


def bent(grey: Pixels) -> Bent | None:
    """Find a bowed sheet that lies whole on something darker; None unless it is sure."""
    reduced, scale = small(grey)
    calm = cv2.GaussianBlur(reduced, (5, 5), 0)
    _, bright = cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    side = max(3, max(calm.shape) // 40) | 1
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    if not _may_be_sheet(outline, bright):
        return None
    edges = _edges(np.asarray(outline, np.float64).reshape(-1, 2))
    if edges is None or not all(_is_edge(calm, one) for one in edges):
        return None
    return _seen_from_before([one / scale for one in edges])


def _seen_from_before(edges: list[Points]) -> Bent:
    # The outline runs clockwise: the lower and the left edge are turned round.
    top, right, bottom, left = edges[0], edges[1], edges[2][::-1], edges[3][::-1]
    corners = np.array([top[0], top[-1], bottom[-1], bottom[0]])
    before = onto(corners, 1.0, 1.0)
    level = [_even(_through(before, one)) for one in (top, right, bottom, left)]
    return Bent(
        top=level[0],
        right=level[1],
        bottom=level[2],
        left=level[3],
        away=np.asarray(np.linalg.inv(before), np.float64),
        size=(max(_length(top), _length(bottom)), max(_length(left), _length(right))),
    )


def _through(matrix: Points, points: Points) -> Points:
    there = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    return np.asarray(there[:, :2] / there[:, 2:], np.float64)


def _may_be_sheet(outline: Any, bright: Any) -> bool:
    high, wide = bright.shape
    x, y, w, h = cv2.boundingRect(outline)
    if x < 1 or y < 1 or x + w > wide - 1 or y + h > high - 1:
        return False
    if not LEAST_SHARE <= cv2.contourArea(outline) / (wide * high) <= MOST_SHARE:
        return False
    inside = np.zeros_like(bright)
    cv2.drawContours(inside, [outline], -1, 255, -1)
    filled = float((bright[inside > 0] > 0).mean())
    return filled >= _FILLED and float((bright[inside == 0] > 0).mean()) <= 2 * (1 - _FILLED)


def _edges(outline: Points) -> list[Points] | None:
    """Cut an outline at its corners, clockwise from the top; None for no bowed sheet."""
    x, y = outline.T
    corners = [int((x + y).argmin()), int((x - y).argmax()), int((x + y).argmax())]
    corners.append(int((x - y).argmin()))
    if cv2.contourArea(outline.astype(np.float32), oriented=True) < 0:
        outline, corners = outline[::-1], [len(outline) - 1 - one for one in corners]
    edges, bows = [], []
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        count = (there - here) % len(outline)
        if count < _ALONG:
            return None
        smooth = _smooth(outline[(here + np.arange(count + 1)) % len(outline)])
        if smooth is None:
            return None
        edges.append(smooth[0])
        bows.append(smooth[1])
    return edges if _LEAST_BOW <= max(bows) <= _MOST_BOW else None


def _smooth(piece: Points) -> tuple[Points, float] | None:
    """Draw an edge as a curve, with its greatest distance from the line between its ends."""
    start, way = piece[0], piece[-1] - piece[0]
    length = float(np.linalg.norm(way))
    if length < _ALONG:
        return None
    way /= length
    across = np.array([-way[1], way[0]])
    along, off = (piece - start) @ way / length, (piece - start) @ across / length
    curve = np.polynomial.Polynomial.fit(along, off, _DEGREE)
    if float(np.quantile(np.abs(curve(along) - off), 0.98)) > _ROUGH:
        return None
    # By length along the curve, not by the line: bent paper is seen foreshortened.
    fine = np.linspace(0, 1, 8 * _ALONG)
    drawn = start + length * (fine[:, None] * way + curve(fine)[:, None] * across)
    return _even(drawn), float(np.abs(curve(fine)).max())


def _even(drawn: Points) -> Points:
    steps = np.linalg.norm(np.diff(drawn, axis=0), axis=1)
    gone = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, gone[-1], _ALONG)
    return np.stack([np.interp(at, gone, drawn[:, axis]) for axis in (0, 1)], axis=1)


def _is_edge(calm: Pixels, edge: Points) -> bool:
    """Say whether the sheet is brighter than what lies outside, piece by piece."""
    places = np.linspace(0, len(edge) - 1, 5).round().astype(int)
    pieces = [stands_out(calm, edge[here], edge[there]) for here, there in pairwise(places)]
    return float(np.mean(pieces)) >= _SURE_EDGE


def _on(edge: Points, share: Any) -> Points:
    place = np.clip(share[:, 0], 0, 1) * (len(edge) - 1)
    steps = np.arange(len(edge))
    return np.stack([np.interp(place, steps, edge[:, axis]) for axis in (0, 1)], axis=1)


def _length(edge: Points) -> float:
    return float(np.linalg.norm(np.diff(edge, axis=0), axis=1).sum())


@cache
def warm() -> None:
    """Run all of it once: OpenCV loads parts of itself on first use."""
    photo = np.full((300, 240), 40, np.uint8)
    edge = [(x, round(30 + 0.004 * (x - 120) ** 2)) for x in range(20, 221, 4)]
    cv2.fillPoly(photo, [np.array([*edge, (220, 270), (20, 270)], np.int32)], [230])
    found = bent(photo)
    if found is not None:
        found.flattened(photo, 20, 20)
