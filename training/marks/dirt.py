"""What copiers and folders leave on a page: specks in clumps, black edges, punched holes, staples.

None of it is a stroke of a pen, though a clump may be as large and as dark as a signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.marks.pages import Scribe

    Floats = NDArray[np.float64]


def specks(scribe: Scribe) -> None:
    """Scatter the specks of a dirty glass: in clumps, or thicker towards one edge."""
    rng = scribe.rng
    for _ in range(int(rng.choice([1, 2, 5], p=[0.5, 0.3, 0.2]))):
        count = int(np.exp(rng.uniform(np.log(12), np.log(1200))))
        blots(scribe, _clump(scribe, count) if rng.random() < 0.55 else _fringe(scribe, count))


def _clump(scribe: Scribe, count: int) -> Floats:
    """Give places around one, mostly wider than tall, sometimes aslant."""
    rng = scribe.rng
    middle = rng.uniform(0, 1, 2) * [WIDTH, scribe.tall]
    if rng.random() < 0.4:
        middle[1] = scribe.tall - rng.uniform(10, 160)
    spread = np.array([rng.uniform(25, 190), rng.uniform(6, 70)])
    if rng.random() < 0.2:
        spread = spread[::-1]
    turn = rng.normal(0, 0.25)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(middle + (rng.normal(0, 1, (count, 2)) * spread) @ spin)


def _fringe(scribe: Scribe, count: int) -> Floats:
    """Give places along an edge, the foot more often than the others."""
    rng = scribe.rng
    side = int(rng.choice(4, p=[0.15, 0.2, 0.45, 0.2]))
    long = WIDTH if side in {0, 2} else scribe.tall
    start, stop = sorted(rng.uniform(0, long, 2)) if rng.random() < 0.4 else (0, long)
    along, deep = rng.uniform(start, stop, count), rng.exponential(rng.uniform(10, 90), count)
    if side in {2, 1}:
        deep = (scribe.tall if side == 2 else WIDTH) - deep
    return np.stack((along, deep) if side in {0, 2} else (deep, along), axis=1)


def blots(scribe: Scribe, places: Floats) -> None:
    """Draw a speck at each place; a few are hairs."""
    rng, sheet = scribe.rng, scribe.page.sheet
    usual, differ = rng.uniform(0.8, 3.5), rng.uniform(0.2, 0.8)
    sizes = (usual * np.exp(rng.normal(0, differ, (len(places), 2)))).clip(0.6, 16)
    angles, hairy = rng.uniform(0, 180, len(places)), rng.choice([0.0, 0.03, 0.15])
    dark = float(rng.uniform(0.35, 1))
    for place, size, angle in zip(places.astype(int), sizes, angles, strict=True):
        at = place.tolist()
        if rng.random() < hairy:
            far = (place + rng.normal(0, 4 * size.max(), 2)).astype(int)
            cv2.line(sheet, at, far.tolist(), dark, 1)
        else:
            axes = np.maximum(1, np.round(size)).astype(int)
            if axes.max() == 1:
                cv2.line(sheet, at, at, dark, 1)
            else:
                cv2.ellipse(sheet, at, axes.tolist(), float(angle), 0, 360, dark, -1)


def grain(scribe: Scribe) -> None:
    """Strew dots as an old drum does: a tone thicker here and there, a smudge, a dirty foot."""
    rng, shape = scribe.rng, scribe.page.sheet.shape
    size = int(rng.integers(1, 4))
    tall, wide = shape[0] // size + 1, shape[1] // size + 1
    y, x = np.linspace(0, 1, tall)[:, None], np.linspace(0, 1, wide)[None]
    kind = rng.random()
    if kind < 0.45:
        reach = rng.uniform(0.01, 0.05), rng.uniform(0.02, 0.15)
        middle = (
            rng.uniform(0, 1) if rng.random() < 0.5 else rng.uniform(0.85, 1),
            rng.uniform(0, 1),
        )
        thick = np.exp(-(((y - middle[0]) / reach[0]) ** 2) - ((x - middle[1]) / reach[1]) ** 2)
    elif kind < 0.7:
        thick = (y + 0 * x) ** rng.uniform(3, 40)
    else:
        rough = rng.random(rng.integers(2, 14, 2)).astype(np.float32)
        soft = np.asarray(cv2.resize(rough, (wide, tall), interpolation=cv2.INTER_LINEAR))
        thick = soft.astype(np.float64) ** rng.uniform(1, 6)
    dots = rng.random((tall, wide)) < thick * np.exp(rng.uniform(np.log(0.005), np.log(0.5)))
    laid = dots.repeat(size, axis=0).repeat(size, axis=1)[: shape[0], : shape[1]]
    dark = laid * np.float32(rng.uniform(0.4, 1))
    np.maximum(scribe.page.sheet, dark, out=scribe.page.sheet)


def edges(scribe: Scribe) -> None:
    """Blacken what the scanner saw beside a page that lay askew, or a corner folded over."""
    rng = scribe.rng
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, scribe.tall], [0, scribe.tall]], np.float64)
    dark = float(rng.uniform(0.4, 1))
    for side in range(4):
        here, there = corners[side], corners[(side + 1) % 4]
        along = (there - here) / np.linalg.norm(there - here)
        inward = np.array([-along[1], along[0]])
        if rng.random() < 0.4:
            first, last = rng.exponential(rng.uniform(6, 60), 2)
            shape = np.array([here, there, there + inward * last, here + inward * first])
            _filled(scribe, shape, dark)
        if rng.random() < 0.15:
            shape = np.array(
                [here, here + along * rng.uniform(30, 260), here + inward * rng.uniform(30, 260)]
            )
            _filled(scribe, shape, dark)


def _filled(scribe: Scribe, shape: Floats, dark: float) -> None:
    """Fill a shape whose rim is rough, as the toner of a black area is."""
    rng = scribe.rng
    cover = np.zeros(scribe.page.sheet.shape, np.uint8)
    cv2.fillPoly(cover, [shape.astype(np.int32)], 255)
    if rng.random() < 0.6:
        rough = rng.random((scribe.tall // 4 + 1, WIDTH // 4)).astype(np.float32)
        grain = np.asarray(cv2.resize(rough, (WIDTH, scribe.tall)), np.float32)
        soft = cv2.blur(cover, (9, 9)).astype(np.float32) / 255
        black = soft > grain * 0.9 + 0.05
    else:
        black = cover > 0
    np.maximum(scribe.page.sheet, black * np.float32(dark), out=scribe.page.sheet)


def punched(scribe: Scribe) -> None:
    """Punch two to four holes along the left or the top edge: black, in outline, or a crescent."""
    rng, sheet = scribe.rng, scribe.page.sheet
    count, radius = int(rng.choice([2, 2, 3, 4])), int(rng.integers(9, 24))
    step, deep = rng.uniform(150, 420), rng.uniform(18, 90)
    left = rng.random() < 0.7
    middle = (scribe.tall if left else WIDTH) * rng.uniform(0.4, 0.6)
    look = int(rng.integers(3))
    for i in range(count):
        along = middle + (i - (count - 1) / 2) * step
        centre = np.array([deep, along] if left else [along, deep]) + rng.normal(0, 2, 2)
        at = centre.astype(int).tolist()
        cv2.circle(sheet, at, radius, 1.0, int(rng.integers(1, 4)) if look == 1 else -1)
        if look == 2:
            off = (centre + rng.normal(0, radius / 3, 2)).astype(int).tolist()
            cv2.circle(sheet, off, max(2, int(radius * 0.9)), 0.0, -1)


def staple(scribe: Scribe) -> None:
    """Leave a staple, or the holes and the dent of one, near a corner."""
    rng = scribe.rng
    at = np.array([rng.uniform(15, 170), rng.uniform(15, 170)])
    if rng.random() < 0.3:
        at[0] = WIDTH - at[0]
    turn, long = rng.uniform(0, np.pi), rng.uniform(25, 75)
    far = at + long * np.array([np.cos(turn), np.sin(turn)])
    thick = int(rng.integers(1, 6))
    one, other = at.astype(int).tolist(), far.astype(int).tolist()
    if rng.random() < 0.6:
        cv2.line(scribe.page.sheet, one, other, 1.0, thick)
    for end in (one, other):
        cv2.circle(scribe.page.sheet, end, thick + 1, 1.0, -1)
