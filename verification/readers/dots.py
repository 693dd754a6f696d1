"""Drawn pages as grey dots: where two of them differ, and where ink has vanished."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
#: In dots: x0, y0 (included) to x1, y1 (excluded).
Dots = tuple[int, int, int, int]

#: Enough to see a changed letter, little enough to draw a page in some milliseconds.
PER_INCH = 50
POINTS_PER_INCH = 72
#: Grey steps (of 255) by which a dot must differ: less is rounding.
NOTICEABLE = 24
#: So many dots must differ; fewer are the edges of letters.
MIN_DOTS = 3
DARK, LIGHT = 128, 200
#: Where more of the ink than this is gone, something was covered; a seal hides less.
HIDDEN_SHARE = 0.05
#: So many dark dots: a single letter of ten points.
MIN_GONE = 6


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page at `PER_INCH`: one byte of grey a dot, row by row, 0 black to 255 white."""

    width: int
    height: int
    grey: bytes

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    def in_dots(self, box: Box) -> Dots:
        """Turn points into dots, one dot wider on each side for what the drawing smears."""
        x0, y0, x1, y1 = (edge * PER_INCH / POINTS_PER_INCH for edge in box)
        return (
            max(0, int(x0) - 1),
            max(0, int(y0) - 1),
            min(self.width, int(x1) + 2),
            min(self.height, int(y1) + 2),
        )

    def row(self, y: int, x0: int, x1: int) -> bytes:
        return self.grey[y * self.width + x0 : y * self.width + x1]


def in_points(dots: Dots) -> Box:
    x0, y0, x1, y1 = (edge * POINTS_PER_INCH / PER_INCH for edge in dots)
    return (x0, y0, x1, y1)


def differences(old: Drawing, new: Drawing, permitted: list[Box]) -> Box | None:
    """Give the smallest box around all dots that differ outside the permitted boxes, in points."""
    if old.size != new.size:
        return in_points((0, 0, *new.size))
    if old.grey == new.grey:
        return None
    allowed = [old.in_dots(box) for box in permitted]
    dots: list[tuple[int, int]] = []
    for y in range(old.height):
        row, line = old.row(y, 0, old.width), new.row(y, 0, old.width)
        if row == line:
            continue
        spans = [(x0, x1) for x0, y0, x1, y1 in allowed if y0 <= y < y1]
        dots += [
            (x, y)
            for x, (a, b) in enumerate(zip(row, line, strict=True))
            if abs(a - b) > NOTICEABLE and not any(x0 <= x < x1 for x0, x1 in spans)
        ]
    if len(dots) < MIN_DOTS:
        return None
    columns, rows = [x for x, _ in dots], [y for _, y in dots]
    return in_points((min(columns), min(rows), max(columns) + 1, max(rows) + 1))


def is_covered(old: Drawing, new: Drawing, box: Box, *, content: Drawing | None = None) -> bool:
    """Tell whether a good part of the ink in a box is gone.

    With `content`, the page without what is drawn over it, only ink of the page itself counts.
    """
    if old.size != new.size or (content is not None and content.size != old.size):
        return False
    x0, y0, x1, y1 = old.in_dots(box)
    ink = gone = 0
    for y in range(y0, y1):
        below = old.row(y, x0, x1) if content is None else content.row(y, x0, x1)
        rows = zip(old.row(y, x0, x1), below, new.row(y, x0, x1), strict=True)
        for dot, own, now in rows:
            if dot < DARK and own < DARK:
                ink += 1
                gone += now > LIGHT
    return gone >= MIN_GONE and gone > ink * HIDDEN_SHARE
