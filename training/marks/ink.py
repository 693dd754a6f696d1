"""Writing by hand, drawn from a seed: Latin and Chinese signatures, words, ticks.

A mask is `float32`, 0 is paper and 1 is ink, cut tight around the ink.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Mask = NDArray[np.float32]
    Points = list[tuple[float, float]]

#: Control points of the strokes of a letter: x in letter widths, y in x-heights, up is positive.
_LETTERS: tuple[Points, ...] = (
    [(0.0, 0.0), (0.25, 1.0), (0.5, 0.1), (0.75, 1.0), (1.0, 0.0)],
    [(0.1, 0.5), (0.4, 1.0), (0.55, 0.0), (0.9, 0.05)],
    [(0.3, 0.9), (0.0, 0.5), (0.25, 0.0), (0.6, 0.5), (0.4, 0.95), (0.9, 0.6)],
    [(0.3, 0.6), (0.45, 1.0), (0.1, 0.8), (0.2, 0.0), (0.8, 0.2)],
    [(0.4, 1.6), (0.5, 2.4), (0.25, 2.2), (0.2, 0.3), (0.6, 0.0)],
    [(0.5, 0.9), (0.1, 0.4), (0.5, 0.2), (0.5, -1.0), (0.15, -1.3), (0.2, -0.4), (0.9, 0.4)],
    [(0.3, 1.0), (0.25, 1.9), (0.3, 0.1), (0.7, 0.1)],
    [(0.0, 0.3), (0.5, 0.45), (1.2, 0.2)],
    [(0.0, 0.2), (0.3, 0.6), (0.5, 0.1), (0.9, 0.5), (1.2, 0.1)],
)
_CAPITALS: tuple[Points, ...] = (
    [(0.2, 2.2), (0.1, 0.0), (0.2, 2.4), (1.0, 2.3), (0.9, 1.2), (0.3, 1.2), (1.2, 0.0)],
    [(1.1, 2.2), (0.5, 2.6), (0.0, 1.2), (0.5, 0.0), (1.3, 0.5)],
    [(0.0, 0.2), (0.5, 2.6), (0.9, 0.0), (0.7, 1.0), (0.1, 0.9), (1.2, 0.8)],
    [(0.9, 2.4), (0.2, 2.0), (0.9, 1.0), (0.4, -0.1), (-0.3, 0.5), (0.6, 0.4), (1.3, 0.2)],
    [(0.0, 2.0), (0.4, 2.6), (0.3, 0.0), (1.0, 2.5), (1.0, 0.0), (1.6, 2.4), (1.6, 0.2)],
    [(0.2, 1.8), (0.9, 2.6), (0.6, -1.0), (0.0, -1.2), (0.2, -0.2), (1.4, 0.7)],
    [(0.1, 2.4), (0.0, 0.0), (0.1, 1.2), (0.8, 1.3), (0.9, 2.5), (0.85, 0.0), (1.4, 0.2)],
)


def _smooth(points: Points, steps: int = 7) -> NDArray[np.float64]:
    """Lay a Catmull-Rom curve through the points."""
    knots = np.asarray([points[0], *points, points[-1]], dtype=np.float64)
    before, here, there, after = knots[:-3], knots[1:-2], knots[2:-1], knots[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * here
        + (there - before) * t
        + (2 * before - 5 * here + 4 * there - after) * t**2
        + (3 * here - before - 3 * there + after) * t**3
    )
    return np.concatenate([curve.transpose(1, 0, 2).reshape(-1, 2), knots[-1:]])


def _word(rng: Generator, length: int, hasty: float) -> tuple[list[Points], float]:
    """Give the strokes of a capital and `length` letters, and how far they run."""
    capital = _CAPITALS[rng.integers(len(_CAPITALS))]
    grow, shake = rng.uniform(0.7, 1.4), 0.06 + 0.2 * hasty
    line: Points = [(x * grow, y * grow) for x, y in capital]
    strokes: list[Points] = []
    x = line[-1][0]
    if rng.random() < 0.3:
        strokes.append(line)
        line = []
    for i in range(length):
        wide = rng.uniform(0.6, 1.2)
        low = max(0.15, 1 - hasty * rng.uniform(0, 1) * i / max(length - 1, 1))
        letter = _LETTERS[rng.integers(len(_LETTERS))]
        line += [(x + px * wide, py * low) for px, py in letter]
        x += wide * rng.uniform(0.75, 1.0)
        if line and rng.random() < 0.12:
            strokes.append(line)
            line = []
        if rng.random() < 0.15:
            strokes.append([(x - 0.6, 1.6), (x - 0.5 + rng.uniform(0, 0.8), 1.6 + shake)])
    if line:
        strokes.append(line)
    shaken = [
        [(px + rng.normal(0, shake), py + rng.normal(0, shake)) for px, py in stroke]
        for stroke in strokes
    ]
    return shaken, x


def _flourish(rng: Generator, end: float) -> list[Points]:
    kind = rng.random()
    if kind < 0.2:
        return [[(end, 0.1), (end + rng.uniform(0.5, 3), rng.uniform(-0.3, 0.8))]]
    if kind < 0.32:
        back = end * rng.uniform(0.0, 0.6)
        return [[(end, 0.2), (end + 0.6, -0.4), (back, -0.9), (end * 0.9, -1.1)]]
    if kind < 0.4:
        return [[(end * 0.2, 2.2), (end, rng.uniform(1.4, 2.6))]]
    return []


def latin(rng: Generator, width: int) -> Mask:
    """Draw a signature as a European hand would, `width` pixels wide."""
    hasty = rng.uniform(0, 1)
    strokes: list[Points] = []
    x = 0.0
    for length in rng.integers(0, 8, size=rng.integers(1, 4)):
        word, run = _word(rng, int(length) + (x == 0.0), hasty)
        strokes += [[(px + x, py) for px, py in stroke] for stroke in word]
        x += run + rng.uniform(-0.3, 0.9)
    strokes += _flourish(rng, x)
    return _drawn(rng, strokes, width, rng.uniform(1.0, 2.3))


def _hanzi(rng: Generator) -> list[Points]:
    """Give strokes that fill a square as those of a character do, some of them joined."""
    strokes: list[Points] = []
    for _ in range(rng.integers(4, 11)):
        x, y = rng.uniform(0.05, 0.75, 2)
        kind = rng.integers(5)
        if kind == 0:
            stroke = [(x * 0.4, y), (x * 0.4 + rng.uniform(0.3, 0.7), y + 0.06)]
        elif kind == 1:
            stroke = [(x, 1 - y * 0.4), (x + 0.02, y * 0.4)]
        elif kind == 2:
            stroke = [(x + 0.2, y + 0.2), (x + 0.1, y), (x - 0.15, y - 0.2)]
        elif kind == 3:
            stroke = [(x, y), (x + 0.1, y - 0.1)]
        else:
            stroke = [(x * 0.5, y), (x * 0.5 + 0.4, y + 0.04), (x * 0.5 + 0.38, y - 0.4)]
        if strokes and rng.random() < 0.3:
            strokes[-1] = [*strokes[-1], *stroke]
        else:
            strokes.append(stroke)
    return strokes


def chinese(rng: Generator, width: int) -> Mask:
    """Draw two to four characters that stand for a Chinese name."""
    strokes: list[Points] = []
    x = 0.0
    for _ in range(rng.integers(2, 5)):
        tall, wide = rng.uniform(0.8, 1.4), rng.uniform(0.7, 1.2)
        lift = rng.normal(0, 0.12)
        strokes += [
            [
                (x + px * wide + rng.normal(0, 0.03), py * tall + lift + rng.normal(0, 0.03))
                for px, py in stroke
            ]
            for stroke in _hanzi(rng)
        ]
        x += wide * rng.uniform(0.75, 1.2)
    return _drawn(rng, strokes, width)


def _drawn(rng: Generator, strokes: list[Points], width: int, stretch: float = 1.0) -> Mask:
    """Slant, turn and draw strokes with a pen whose width follows its way."""
    curves = [_smooth(stroke) for stroke in strokes]
    slant, turn = rng.uniform(-0.1, 0.7), rng.normal(0, 0.06)
    shear = np.array([[1.0, 0.0], [slant, 1.0]]) * [stretch * rng.uniform(0.8, 1.3), -1.0]
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    curves = [curve @ shear @ spin for curve in curves]
    every = np.concatenate(curves)
    left, wide = every.min(axis=0), np.ptp(every, axis=0)
    fine = 2 * width / max(wide[0], wide[1] * 1.5, 1e-3)
    pen = rng.uniform(2.5, 9.0) * (width / 300) ** 0.4
    edge = int(pen * 1.5) + 2
    size = (wide * fine).astype(int) + 2 * edge
    canvas = np.zeros((size[1], size[0]), np.uint8)
    pressure = rng.uniform(0, 0.6)
    for curve in curves:
        dots = ((curve - left) * fine + edge).astype(int)
        for start, stop in pairwise(dots):
            down = (stop[1] - start[1]) / (np.hypot(*(stop - start)) + 1e-6)
            thick = max(1, round(pen * (1 + pressure * down)))
            cv2.line(canvas, start.tolist(), stop.tolist(), 255, thick)
    small = cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return tight(np.asarray(small, np.float32) / np.float32(255))


def tight(mask: Mask) -> Mask:
    """Cut a mask to its ink."""
    rows, columns = np.flatnonzero(mask.max(1) > 0.3), np.flatnonzero(mask.max(0) > 0.3)
    if not rows.size:
        return mask
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def note(rng: Generator, width: int) -> Mask:
    """Write one to four lines of small handwriting: a remark, no signature."""
    lines = []
    for _ in range(rng.integers(1, 5)):
        strokes: list[Points] = []
        x = 0.0
        for length in rng.integers(1, 7, size=rng.integers(2, 5)):
            word, run = _word(rng, int(length), 0.2)
            strokes += [[(px + x, py * 0.8) for px, py in stroke] for stroke in word]
            x += run + 0.9
        lines.append(_drawn(rng, strokes, int(width * rng.uniform(0.6, 1))))
    tall, wide = sum(line.shape[0] for line in lines), max(line.shape[1] for line in lines)
    page = np.zeros((tall, wide), np.float32)
    y = 0
    for line in lines:
        page[y : y + line.shape[0], : line.shape[1]] = line
        y += line.shape[0]
    return page


def tick(rng: Generator, width: int) -> Mask:
    """Draw a tick, a ring, a cross or a stroke of the pen: no signature."""
    shapes: tuple[list[Points], ...] = (
        [[(0, 0.5), (0.3, 0), (1, 1.4)]],
        [[(0.5, 1), (0, 0.5), (0.5, 0), (1, 0.5), (0.5, 1.05), (0.3, 0.9)]],
        [[(0, 0), (1, 1)], [(0, 1), (1, 0)]],
        [[(0, 0), (0.5, 0.1), (2, 0.0)]],
        [[(0, 0), (0.2, 1.5), (0.1, 3)]],
    )
    return _drawn(rng, shapes[rng.integers(len(shapes))], width)
