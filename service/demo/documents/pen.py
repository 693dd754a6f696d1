"""A name written with a pen: strokes that run into one another, thicker where the hand is slow.

No font and no person's signature is behind it: each name has strokes of its own, drawn by chance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    Point = tuple[float, float]

#: Drawn so much larger first, for smooth edges.
FINER = 3
#: Dots along the way from one turn of the pen to the next.
STEPS = 24
#: Of a letter as high as 1: how wide it is, and how far the writing leans.
LETTER_WIDTH = (0.62, 0.95)
LEAN = (0.05, 0.42)
#: Turns of the pen in one letter.
TURNS = (5, 9)
#: How often a letter runs on from the one before, has a bar through it, and the last one a sweep.
RUN_ON, BARRED, SWEPT = 0.6, 0.7, 0.6
#: Thickness of the pen as a share of the letters' height.
NIB = (0.022, 0.042)


def written(letters: int, height: int, rng: random.Random) -> Image.Image:
    """Give the ink (255) of a name of so many letters, `height` pixels high, on nothing (0)."""
    high = height * FINER
    strokes, lean = _strokes(letters, rng), rng.uniform(*LEAN)
    placed = [[(x + lean * (1 - y), y) for x, y in stroke] for stroke in strokes]
    wide = max(x for stroke in placed for x, _ in stroke)
    ink = Image.new("L", (int((wide + 0.3) * high), int(1.5 * high)))
    draw, nib = ImageDraw.Draw(ink), rng.uniform(*NIB) * high
    for stroke in placed:
        dots = [
            ((x + 0.12) * high, (y + 0.2) * high, nib * thick) for (x, y), thick in _run(stroke)
        ]
        for (x, y, thick), then in zip(dots, [*dots[1:], dots[-1]], strict=True):
            draw.line([(x, y), then[:2]], fill=255, width=max(1, round(thick)))
            draw.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=255)
    tight = ink.crop(ink.getbbox())
    size = (max(1, tight.width // FINER), max(1, tight.height // FINER))
    return tight.resize(size, Image.Resampling.LANCZOS)


def _strokes(letters: int, rng: random.Random) -> list[list[Point]]:
    """Give the turns of the pen; letters that run on share a stroke, and one may end in a sweep."""
    strokes: list[list[Point]] = []
    left = 0.0
    for number in range(letters):
        width = rng.uniform(*LETTER_WIDTH) * (1.25 if number == 0 else 1.0)
        turns = list(_letter(left, width, rng))
        if strokes and rng.random() < RUN_ON:
            strokes[-1] += turns
        else:
            strokes.append(turns)
        if rng.random() < BARRED:  # a bar through the letter
            y = rng.uniform(0.2, 0.7)
            strokes.append([(left, y + rng.uniform(-0.1, 0.1)), (left + width, y)])
            strokes.append(turns[-1:])
        left += width * rng.uniform(0.75, 1.0)
    if rng.random() < SWEPT:
        last = strokes[-1]
        x, y = last[-1]
        last += [(x + 0.3, y + rng.uniform(-0.1, 0.25)), (x + rng.uniform(0.5, 1.2), y - 0.15)]
    return [stroke for stroke in strokes if len(stroke) > 1]


def _letter(left: float, width: float, rng: random.Random) -> Iterator[Point]:
    """Let the pen go up and down, and mostly to the right."""
    count = rng.randint(*TURNS)
    for turn in range(count):
        x = left + width * (turn + rng.uniform(-0.9, 0.9)) / (count - 1)
        upper = turn % 2 == 0
        yield x, rng.uniform(0.0, 0.45) if upper else rng.uniform(0.5, 1.0)


def _run(turns: Sequence[Point]) -> Iterator[tuple[Point, float]]:
    """Give dots along a smooth line through the turns (Catmull and Rom), and how thick each is."""
    held = [turns[0], *turns, turns[-1]]
    for before, start, stop, after in zip(held, held[1:], held[2:], held[3:], strict=False):
        way = math.dist(start, stop)
        for step in range(STEPS):
            t = step / STEPS
            point = tuple(
                _between(a, b, c, d, t)
                for a, b, c, d in zip(before, start, stop, after, strict=True)
            )
            # Quick in the middle of a long way, slow where it turns.
            yield (point[0], point[1]), 1.35 - 0.7 * math.sin(math.pi * t) * min(1.0, 1.4 * way)


def _between(a: float, b: float, c: float, d: float, t: float) -> float:  # noqa: PLR0917 - as it is written
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
