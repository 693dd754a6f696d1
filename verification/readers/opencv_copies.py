"""The same pixels twice in one picture: places that match, and how equal they are.

Points that look alike are joined by one shift, turn and scale, the copy is laid on the original to
a fraction of a pixel, and the pixels are compared: two prints of one letter differ by more than
two saved copies of one scan do. OpenCV decodes nothing here: pixels come from `verification.pages`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.pages.picture import Box

    Pixels = NDArray[np.uint8]
    Greys = NDArray[np.float32]
    Reals = NDArray[np.float64]
    Numbers = NDArray[np.intp]

# A confined child may start no thread.
cv2.setNumThreads(1)

_MOST_POINTS = 3_000
_LEAST_CONTRAST = 0.02
#: Descriptors farther apart than this (their length is 512) are other ink.
_MOST_APART = 150.0
#: Nearer than this is the same drawing: of a scan hardly any points are, of a rendered page many.
_SAME = 60.0
_NEIGHBOURS = 3
#: Pixels between a place and its copy.
_LEAST_SHIFT = 20.0
_MOST_SEEDS = 250
_MOST_PAIRS = 3_000
#: Pixels by which a matched point may miss where the copy puts it, and more for each pixel of way.
_MISS, _MISS_MORE = 2.0, 0.06
_LEAST_POINTS = 4
#: Pixels within which matched points belong to one place.
_REACH = 96.0
_CANDIDATES = 4
_LEAST_SCALE, _MOST_SCALE = 0.6, 1.7
#: Pixels around the matched points that are compared too, and in which bare paper is looked for.
_MARGIN, _RIM = 4, 16
_WINDOW, _GRAIN = 9, 5
#: Grey levels (standard deviation) from which a window holds ink.
_INK = 8.0
_WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Two places that show the same thing, in pixels."""

    here: Box
    there: Box
    #: Correlation of the pixels where there is ink: of the worst tenth of windows, and of half.
    worst: float
    middle: float
    #: Windows' worth of ink that was compared.
    ink: float
    #: Grey levels by which bare paper goes up and down there, and how far the copy goes along.
    noise: float
    followed: float
    #: Share of the page's points that are the same as another, outside of both places.
    elsewhere: float = 0.0


def copies(grey: Pixels) -> tuple[Copy, ...]:
    """Give places that look the same, the most equal first."""
    sift = cv2.SIFT.create(nfeatures=_MOST_POINTS, contrastThreshold=_LEAST_CONTRAST)
    keypoints, described = sift.detectAndCompute(grey, None)
    if len(keypoints) < 2 * _LEAST_POINTS:
        return ()
    frames = np.array([(*one.pt, one.size, one.angle) for one in keypoints], np.float64)
    first, second, same = _pairs(frames, np.asarray(described, np.float32))
    here, there = frames[first], frames[second]
    measured = (
        _measured(grey, here[group, :2], there[group, :2]) for group in _groups(here, there)
    )
    found = [
        replace(one, elsewhere=_outside(frames[same], one) / len(frames)) for one in measured if one
    ]
    return tuple(sorted(found, key=lambda one: -one.worst))


def _outside(points: Reals, one: Copy) -> int:
    inside = np.zeros(len(points), dtype=np.bool_)
    for x0, y0, x1, y1 in (one.here, one.there):
        x, y = points[:, 0], points[:, 1]
        inside |= (x0 - _RIM < x) & (x < x1 + _RIM) & (y0 - _RIM < y) & (y < y1 + _RIM)
    return int((~inside).sum())


def _pairs(frames: Reals, described: Greys) -> tuple[Numbers, Numbers, Numbers]:
    """Match points with others that look alike and lie elsewhere, the most alike first.

    Third: the points that are the same as another.
    """
    squares = (described**2).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * described @ described.T
    x, y = frames[:, 0].astype(np.float32), frames[:, 1].astype(np.float32)
    way = np.abs(x[:, None] - x[None, :]) + np.abs(y[:, None] - y[None, :])
    apart[way < _LEAST_SHIFT] = np.inf
    count = min(_NEIGHBOURS, len(frames) - 1)
    second = np.argpartition(apart, count - 1, axis=1)[:, :count].ravel()
    first = np.repeat(np.arange(len(frames)), count)
    distance = apart[first, second]
    kept = np.flatnonzero(distance < _MOST_APART**2)
    kept = kept[np.argsort(distance[kept], kind="stable")][:_MOST_PAIRS]
    same = np.unique(first[distance < _SAME**2])
    return first[kept], second[kept], same


def _groups(here: Reals, there: Reals) -> list[Numbers]:
    """Give sets of pairs that one shift, turn and scale explains, in one place, largest first."""
    sets = [_explained(here, there, seed) for seed in range(min(_MOST_SEEDS, len(here)))]
    groups: list[Numbers] = []
    free = np.ones(len(here), dtype=bool)
    for inside in sorted(sets, key=lambda one: -int(one.sum())):
        left = np.flatnonzero(inside & free)
        if _places(here[left]) >= _LEAST_POINTS:
            free[left] = False
            groups.append(left)
        if len(groups) == _CANDIDATES:
            break
    return groups


def _places(points: Reals) -> int:
    """Count points; one place may have several with other turns."""
    return len({(round(x), round(y)) for x, y in points[:, :2].tolist()})


def _explained(here: Reals, there: Reals, seed: int) -> NDArray[np.bool_]:
    turn = np.radians(there[seed, 3] - here[seed, 3])
    scale = there[seed, 2] / here[seed, 2]
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    offset = here[:, :2] - here[seed, :2]
    x = cosine * offset[:, 0] - sine * offset[:, 1] + there[seed, 0]
    y = sine * offset[:, 0] + cosine * offset[:, 1] + there[seed, 1]
    way = np.hypot(offset[:, 0], offset[:, 1])
    miss = np.hypot(x - there[:, 0], y - there[:, 1])
    # A point tells its turn to some degrees: far ones may miss by more.
    explained = (miss < _MISS + _MISS_MORE * way) & (way < _REACH)
    return np.asarray(explained, dtype=np.bool_)


def _measured(grey: Pixels, here: Reals, there: Reals) -> Copy | None:
    fitted: Any = cv2.estimateAffinePartial2D(
        here, there, method=cv2.RANSAC, ransacReprojThreshold=_MISS, maxIters=500
    )
    matrix, inside = fitted
    # The stubs do not say that there may be none.
    if matrix is None:
        return None
    here = here[inside.ravel().astype(bool)]
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if _places(here) < _LEAST_POINTS or not _LEAST_SCALE < scale < _MOST_SCALE:
        return None
    height, width = grey.shape
    x0, y0 = (max(0, int(low) - _MARGIN) for low in here.min(axis=0))
    x1, y1 = (int(high) + _MARGIN + 2 for high in here.max(axis=0))
    x1, y1 = min(width, x1), min(height, y1)
    if min(x1 - x0, y1 - y0) < _WINDOW + 2:
        return None
    to = np.asarray(matrix, np.float64) @ np.array([[1.0, 0, x0], [0, 1, y0], [0, 0, 1]])
    return _compared(grey, (x0, y0, x1, y1), to)


def _compared(grey: Pixels, box: tuple[int, int, int, int], to: Reals) -> Copy | None:
    x0, y0, x1, y1 = box
    original = grey[y0:y1, x0:x1].astype(np.float32)
    to = _nearer(original, grey, to)
    there = _box_of(original, to)
    if min(there[2], x1) > max(there[0], x0) and min(there[3], y1) > max(there[1], y0):
        return None
    copied = _seen(grey, to, original)
    alike, ink = _alike(original, copied)
    if ink.sum() < _WINDOW:
        return None
    around = grey[max(0, y0 - _RIM) : y1 + _RIM, max(0, x0 - _RIM) : x1 + _RIM]
    return Copy(
        here=(float(x0), float(y0), float(x1), float(y1)),
        there=there,
        worst=float(np.percentile(alike[ink], _WORST)),
        middle=float(np.median(alike[ink])),
        ink=float(ink.sum()) / _WINDOW**2,
        noise=_noise(around.astype(np.float32)),
        followed=_followed(original, copied),
    )


def _box_of(original: Greys, to: Reals) -> Box:
    height, width = original.shape
    rim = np.array([[x, y, 1.0] for x in (0, width) for y in (0, height)]) @ to.T
    (left, top), (right, bottom) = rim.min(axis=0), rim.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _seen(grey: Pixels, to: Reals, like: Greys) -> Greys:
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (like.shape[1], like.shape[0])
    seen = cv2.warpAffine(grey, to, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.float32)


def _nearer(original: Greys, grey: Pixels, to: Reals) -> Reals:
    """Lay the copy on the original to a fraction of a pixel."""
    left, top, right, bottom = _box_of(original, to)
    x0, y0 = max(0, int(left) - _MARGIN), max(0, int(top) - _MARGIN)
    part = grey[y0 : int(bottom) + _MARGIN, x0 : int(right) + _MARGIN].astype(np.float32)
    if min(part.shape) < _WINDOW:
        return to
    local = to.astype(np.float32)
    local[:, 2] -= (x0, y0)
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    nothing: Any = None
    try:
        _, found = cv2.findTransformECC(
            original, part, local, cv2.MOTION_AFFINE, until, nothing, 1
        )  # fmt: skip
    except cv2.error:
        # It found no way down: what the points say stands.
        return to
    better = np.asarray(found, np.float64)
    better[:, 2] += (x0, y0)
    return better


def _mean(of: Greys, window: int) -> Greys:
    return np.asarray(cv2.blur(of, (window, window)), np.float32)


def _alike(one: Greys, other: Greys) -> tuple[Greys, NDArray[np.bool_]]:
    """Correlate window by window; and say where there is ink."""
    a, b = _mean(one, _WINDOW), _mean(other, _WINDOW)
    spread_a, spread_b = _mean(one * one, _WINDOW) - a * a, _mean(other * other, _WINDOW) - b * b
    both = _mean(one * other, _WINDOW) - a * b
    alike = both / np.sqrt(np.maximum(spread_a * spread_b, 1e-6))
    ink = np.maximum(spread_a, spread_b) > _INK**2
    return np.asarray(alike, np.float32), np.asarray(ink, np.bool_)


def _spread(part: Greys) -> Greys:
    mean = _mean(part, _GRAIN)
    squares = _mean(part * part, _GRAIN) - mean * mean
    return np.asarray(np.sqrt(np.maximum(squares, 0)), np.float32)


def _noise(around: Greys) -> float:
    spread = _spread(around)
    bare = spread < _INK
    return float(np.median(spread[bare])) if bare.any() else 0.0


def _followed(original: Greys, copied: Greys) -> float:
    """Correlate the grain of bare paper."""
    bare = _spread(original) < _INK
    one, other = (of[bare] - _mean(of, _GRAIN)[bare] for of in (original, copied))
    if len(one) < _WINDOW:
        return 0.0
    length = float((one * one).sum() * (other * other).sum())
    return float((one * other).sum()) / float(np.sqrt(max(1e-6, length)))


@cache
def warm() -> None:
    """Run all of it once: OpenCV loads parts of itself on first use."""
    grain = np.random.default_rng(0).integers(0, 255, (40, 40), np.uint8)
    page = np.full((100, 160), 200, np.uint8)
    page[30:70, 10:50] = page[30:70, 100:140] = grain
    copies(page)
