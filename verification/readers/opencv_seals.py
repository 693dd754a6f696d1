"""Rings and frames in red ink, found with OpenCV; what a seal is, `verification.marks` decides.

A shape is proposed by fitting ellipses to stretches of an outline, so that two seals that overlap,
or a line of text that touches one, do not hide it; it is judged by what lies on its rim.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Mask = NDArray[np.uint8]
    Points = NDArray[np.float64]

Axes = tuple[float, float, float, float, float]

#: Half axes in pixels of the picture that is searched: an A4 sheet is 1170 high.
LEAST_RADIUS, _MOST_RADIUS = 30.0, 190.0
_LEAST_FRAME, _MOST_FRAME = 26.0, 88.0
#: Radii of black copies: nearly all seals of companies measure 38 to 45 mm.
_LEAST_CIRCLE, _MOST_CIRCLE = 45.0, 110.0
_MOST_PIECES = 30
#: Stretches of an outline that ellipses are fitted to: how many starts, and their lengths.
_STARTS, _LENGTHS = 20, (0.34, 0.55, 0.95)
_RIM_POINTS = 120
#: A line through a frame: it is the cell of a table, or several.
_RULED = 0.95
#: So much of each side of a frame is inked.
_FRAMED = 0.7
#: The shorter axis as a share of the longer one.
_FLATTEST = 0.52
#: Rims that share so much of themselves are one.
_SAME = 0.45
#: So much of the rim of a seal that stands alone is inked.
_WHOLE = 0.88


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A ring or a square frame: middle, half axes and the angle of the first one in degrees."""

    kind: Literal["ring", "frame"]
    x: float
    y: float
    a: float
    b: float
    angle: float
    #: Share of the rim that is inked.
    covered: float
    #: Share of ink in the band around it.
    around: float
    #: Share of ink inside.
    filled: float
    #: Share of ink in the zone where the name stands, and how often ink begins along it.
    text: float
    strokes: float

    @property
    def axes(self) -> Axes:
        """Give middle, half axes and angle."""
        return self.x, self.y, self.a, self.b, self.angle

    def box(self) -> tuple[float, float, float, float]:
        """Give the upright box about it."""
        turn = np.radians(self.angle)
        if self.kind == "frame":
            across = abs(self.a * np.cos(turn)) + abs(self.b * np.sin(turn))
            down = abs(self.a * np.sin(turn)) + abs(self.b * np.cos(turn))
        else:
            across = float(np.hypot(self.a * np.cos(turn), self.b * np.sin(turn)))
            down = float(np.hypot(self.a * np.sin(turn), self.b * np.cos(turn)))
        return self.x - across, self.y - down, self.x + across, self.y + down


def paper(pixels: Pixels) -> Pixels:
    """Give what the paper about each pixel looks like, in colour or grey."""
    height, width = pixels.shape[:2]
    small = cv2.resize(
        pixels, (max(1, width // 16), max(1, height // 16)), interpolation=cv2.INTER_AREA
    )
    smooth = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (0, 0), 3)
    return np.asarray(np.maximum(cv2.resize(smooth, (width, height)), 40), dtype=np.uint8)


def redness(colour: Pixels) -> Pixels:
    """Give how red each pixel is, 0 to 255, whatever the colour and brightness of the paper."""
    red, green, blue = cv2.split(cv2.divide(colour, paper(colour), scale=220))
    other = cv2.max(green, blue)
    much = cv2.subtract(red, other)
    # Orange, gold and magenta lean to one of the other two.
    lean = cv2.absdiff(green, blue)
    much[cv2.compare(lean, cv2.addWeighted(much, 0.85, much, 0, 10), cv2.CMP_GT) > 0] = 0
    return np.asarray(much, dtype=np.uint8)


def darkness(grey: Pixels) -> Pixels:
    """Give how much darker than the paper about it each pixel is, 0 to 255."""
    return np.asarray(255 - cv2.divide(grey, paper(grey), scale=255), dtype=np.uint8)


def shapes(ink: Pixels, least: int, gap: int) -> list[Shape]:
    """Find rings and square frames where `ink` is at least `least`; gaps up to `gap` are closed."""
    mask = np.asarray((ink >= least).astype(np.uint8))
    if not mask.any():
        return []
    closed = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap)))
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [one for one in outlines if _is_large(one)]
    large.sort(key=cv2.contourArea, reverse=True)
    found: list[Shape] = []
    for outline in large[:_MOST_PIECES]:
        found += _in_piece(outline, mask, distance, gap / 2)
    return found


def circles(ink: Pixels, least: int) -> list[Shape]:
    """Find round rings also where text of the same colour runs through them."""
    mask = np.asarray((ink >= least).astype(np.uint8))
    distance = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 3)
    calm = cv2.GaussianBlur(ink, (5, 5), 0)
    seen = cv2.HoughCircles(
        calm, cv2.HOUGH_GRADIENT, 2, 40, param1=160, param2=90,
        minRadius=round(_LEAST_CIRCLE), maxRadius=round(_MOST_CIRCLE),
    )  # fmt: skip
    found: list[Shape] = []
    for x, y, r in [] if seen is None else np.asarray(seen, np.float64).reshape(-1, 3)[:12]:
        better = _refined((float(x), float(y), float(r), float(r), 0.0), mask, distance)
        if not any(_alike(better.axes, other) for other in found):
            found.append(better)
    return found


def _is_large(outline: Any) -> bool:
    _, _, width, height = cv2.boundingRect(outline)
    return bool(min(width, height) >= 2 * LEAST_RADIUS * 0.6)


def _in_piece(outline: Any, mask: Mask, distance: Any, grown: float) -> list[Shape]:
    points = outline.reshape(-1, 2).astype(np.float64)
    hull = _along(cv2.convexHull(outline).reshape(-1, 2).astype(np.float64), 200)
    found: list[Shape] = []
    frame = _frame(outline, mask, distance, grown)
    if frame is not None:
        return [frame]
    whole = _fitted(hull.astype(np.float32), grown)
    if whole is not None and _covered(whole, distance) > _WHOLE:
        better = _refined(whole, mask, distance)
        if better.covered > _WHOLE and better.around < 0.1:  # noqa: PLR2004 - nothing else is there
            return [better]
    proposals = [*_ellipses(_along(points, 240), grown), *_ellipses(hull, grown)]
    scored = sorted(
        ((_covered(one, distance), one) for one in proposals), key=lambda pair: -pair[0]
    )
    for covered, one in scored[:24]:
        if covered < 0.4:  # noqa: PLR2004 - less is chance
            break
        if any(_alike(one, other) for other in found):
            continue
        better = _refined(one, mask, distance)
        if not any(_alike(better.axes, other) for other in found):
            found.append(better)
    return found


def _along(points: Points, count: int) -> Points:
    """Give `count` points at even steps along a closed line."""
    closed = np.vstack([points, points[:1]])
    steps = np.hypot(*np.diff(closed, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, at[-1], count, endpoint=False)
    return np.column_stack([np.interp(wanted, at, closed[:, i]) for i in (0, 1)])


def _ellipses(points: Points, grown: float) -> list[Axes]:
    """Fit ellipses to stretches of a line that runs `grown` pixels outside of the ink."""
    found: list[Axes] = []
    twice = np.vstack([points, points]).astype(np.float32)
    for length in _LENGTHS:
        size = int(len(points) * length)
        for start in range(0, len(points), len(points) // _STARTS):
            axes = _fitted(twice[start : start + size], grown)
            if axes is not None:
                found.append(axes)
    return found


def _fitted(points: Any, grown: float) -> Axes | None:
    try:
        (x, y), (first, second), angle = cv2.fitEllipse(points)
    except cv2.error:
        return None
    a, b = first / 2 - grown, second / 2 - grown
    sound = np.isfinite([x, y, a, b, angle]).all()
    if not sound or min(a, b) < LEAST_RADIUS * 0.7 or max(a, b) < LEAST_RADIUS:
        return None
    if max(a, b) > _MOST_RADIUS or min(a, b) < _FLATTEST * max(a, b):
        return None
    return float(x), float(y), float(a), float(b), float(angle)


def rim(axes: Axes, share: float, count: int = _RIM_POINTS) -> Points:
    """Give points at `share` of the half axes, clockwise from the first axis."""
    x, y, a, b, angle = axes
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u, v = share * a * np.cos(turns), share * b * np.sin(turns)
    return np.column_stack([x + u * cosine - v * sine, y + u * sine + v * cosine])


def _at(picture: Any, points: Points) -> Any:
    """Read a picture at points; outside of it is 0."""
    at = points.round().astype(int)
    height, width = picture.shape[:2]
    inside = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < width) & (at[:, 1] < height)
    values = picture[at[:, 1].clip(0, height - 1), at[:, 0].clip(0, width - 1)]
    return np.where(inside, values, 0)


def _covered(axes: Axes, distance: Any) -> float:
    off = _at(distance + 1, rim(axes, 1.0))
    near = max(1.5, 0.03 * min(axes[2], axes[3]))
    return float(((off > 0) & (off - 1 <= near)).mean())


def _alike(one: Axes, other: Shape | Axes) -> bool:
    x, y, a, b, _ = other.axes if isinstance(other, Shape) else other
    near = float(np.hypot(one[0] - x, one[1] - y))
    size, other_size = max(one[2], one[3]), max(a, b)
    inside = near + min(size, other_size) < 1.15 * max(size, other_size)
    return inside or near < _SAME * max(size, other_size)


def _refined(axes: Axes, mask: Mask, distance: Any) -> Shape:
    """Fit once more to the outermost ink near the rim, and measure what is there."""
    best, most = axes, _covered(axes, distance)
    for reach in (0.12, 0.07):
        points = _outermost(best, mask, reach)
        again = _fitted(points.astype(np.float32), 0.0) if len(points) > _RIM_POINTS / 4 else None
        covered = _covered(again, distance) if again is not None else 0.0
        if again is not None and covered >= most:
            best, most = again, covered
    return _measured(best, mask, most)


def _outermost(axes: Axes, mask: Mask, reach: float) -> Points:
    shares = np.arange(1 + reach, 1 - reach, -0.01)
    rims = np.stack([rim(axes, float(share)) for share in shares])
    inked = _at(mask, rims.reshape(-1, 2)).reshape(rims.shape[:2]) > 0
    hit = inked.any(axis=0)
    first = inked.argmax(axis=0)
    return np.asarray(rims[first[hit], np.nonzero(hit)[0]], dtype=np.float64)


def _measured(axes: Axes, mask: Mask, covered: float) -> Shape:
    def zone(low: float, high: float) -> Any:
        shares = np.arange(low, high, 0.025)
        return np.stack([_at(mask, rim(axes, float(s), 240)) > 0 for s in shares])

    name = zone(0.62, 0.88)
    starts = (name & ~np.roll(name, 1, axis=1)).sum(axis=1)
    inside = np.concatenate([zone(0.05, 0.3), zone(0.3, 0.62), name], axis=0)
    weights = np.concatenate(
        [np.arange(0.05, 0.3, 0.025), np.arange(0.3, 0.62, 0.025), np.arange(0.62, 0.88, 0.025)]
    )
    filled = float((inside.mean(axis=1) * weights).sum() / weights.sum())
    x, y, a, b, angle = axes
    return Shape(
        kind="ring", x=x, y=y, a=a, b=b, angle=angle, covered=covered,
        around=float(zone(1.09, 1.22).mean()), filled=filled,
        text=float(name.mean()), strokes=float(np.median(starts)),
    )  # fmt: skip


def _frame(outline: Any, mask: Mask, distance: Any, grown: float) -> Shape | None:
    """See whether a piece is one square frame with something in it."""
    (x, y), (width, height), angle = cv2.minAreaRect(outline)
    a, b = width / 2 - grown, height / 2 - grown
    if min(a, b) < _LEAST_FRAME or max(a, b) > _MOST_FRAME or min(a, b) < 0.74 * max(a, b):
        return None
    turn = np.radians(angle)
    ways = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    steps = np.linspace(-1, 1, 41)
    middle = np.array([x, y])

    def line(u: Any, v: Any) -> Points:
        return np.asarray(middle + np.outer(u * a, ways[0]) + np.outer(v * b, ways[1]))

    ones = np.ones_like(steps)
    sides = [line(steps, -ones), line(steps, ones), line(-ones, steps), line(ones, steps)]
    near = max(2.0, 0.07 * min(a, b))
    covered = min(
        float(((_at(distance + 1, s) > 0) & (_at(distance, s) <= near)).mean()) for s in sides
    )
    rows = np.stack(
        [_at(mask, line(steps * 0.8, ones * v)) > 0 for v in np.linspace(-0.75, 0.75, 31)]
    )
    starts = (rows[:, 1:] & ~rows[:, :-1]).sum(axis=1)
    columns = np.stack(
        [_at(mask, line(ones * u, steps * 0.8)) > 0 for u in np.linspace(-0.75, 0.75, 31)]
    )
    if covered < _FRAMED or max(rows.mean(axis=1).max(), columns.mean(axis=1).max()) > _RULED:
        return None
    return Shape(
        kind="frame", x=x, y=y, a=a, b=b, angle=angle, covered=covered, around=0.0,
        filled=float(rows.mean()), text=float(rows.mean()), strokes=float(np.median(starts)),
    )  # fmt: skip


@cache
def warm() -> None:
    """Run all of it once: OpenCV loads parts of itself on first use."""
    page = np.full((200, 200, 3), 255, np.uint8)
    cv2.ellipse(page, (100, 100), (60, 60), 0, 0, 360, (200, 20, 20), 4)
    ink = redness(page)
    darkness(page[:, :, 0])
    circles(ink, 30)
    shapes(ink, 30, 3)
