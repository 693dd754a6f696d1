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


@dataclass(frozen=True, slots=True)
class Below:
    """The page without what is drawn over it; inside the boxes only its own ink counts."""

    content: Drawing
    boxes: list[Box]


def is_covered(old: Drawing, new: Drawing, box: Box, below: Below | None = None) -> bool:
    """Tell whether a good part of the ink in a box is gone."""
    if old.size != new.size or (below is not None and below.content.size != old.size):
        return False
    x0, y0, x1, y1 = old.in_dots(box)
    ink = gone = 0
    for y in range(y0, y1):
        loose = _loose(below, y, x0, x1)
        rows = zip(old.row(y, x0, x1), loose, new.row(y, x0, x1), strict=True)
        for dot, drawn_over, now in rows:
            if dot < DARK and not drawn_over:
                ink += 1
                gone += now > LIGHT
    return gone >= MIN_GONE and gone > ink * HIDDEN_SHARE


def _loose(below: Below | None, y: int, x0: int, x1: int) -> list[bool]:
    """Tell of each dot of a row whether its ink, if any, may go: it is none of the page itself."""
    if below is None:
        return [False] * (x1 - x0)
    boxes = [below.content.in_dots(box) for box in below.boxes]
    spans = [(left, right) for left, top, right, bottom in boxes if top <= y < bottom]
    own = below.content.row(y, x0, x1)
    return [
        dot >= DARK and any(left <= x < right for left, right in spans)
        for x, dot in enumerate(own, start=x0)
    ]
