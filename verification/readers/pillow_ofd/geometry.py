"""Matrices and the outlines of paths (GB/T 33190, 9.1: abbreviated data), flattened to points."""

from __future__ import annotations

from itertools import pairwise
from math import acos, atan2, ceil, copysign, cos, hypot, pi, radians, sin, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Point = tuple[float, float]
#: x' = a·x + c·y + e, y' = b·x + d·y + f.
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
#: Straight pieces that stand for a curve.
CURVE_STEPS = 12
MOST_POINTS = 100_000
#: Numbers that follow each letter of a path.
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def then(first: Matrix, second: Matrix) -> Matrix:
    """Give the matrix that does `first`, and `second` after it."""
    a, b, c, d, e, f = first
    return (
        a * second[0] + b * second[2],
        a * second[1] + b * second[3],
        c * second[0] + d * second[2],
        c * second[1] + d * second[3],
        e * second[0] + f * second[2] + second[4],
        e * second[1] + f * second[3] + second[5],
    )


def apply(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def scale_of(matrix: Matrix) -> float:
    """Give how much larger things get, the mean of both directions."""
    return sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))


def angle_of(matrix: Matrix) -> float:
    """Give by how much the first axis is turned, in radians."""
    return atan2(matrix[1], matrix[0])


def inverse(matrix: Matrix) -> Matrix | None:
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    if abs(size) < 1e-12:  # noqa: PLR2004 - flat: there is nothing to be seen
        return None
    return (
        d / size,
        -b / size,
        -c / size,
        a / size,
        (c * f - d * e) / size,
        (b * e - a * f) / size,
    )


def outlines(data: str) -> list[tuple[list[Point], bool]]:
    """Give the pieces of a path: their points, and whether each is closed."""
    pieces: list[tuple[list[Point], bool]] = []
    count = 0
    for letter, numbers in _operations(data):
        if letter in "SM" or not pieces:
            pieces.append(([(numbers[-2], numbers[-1])] if len(numbers) > 1 else [(0, 0)], False))
            continue
        points = pieces[-1][0]
        if letter == "C":
            pieces[-1] = (points, True)
            pieces.append(([points[0]], False))
            continue
        points += _segment(letter, points[-1], numbers)
        count += len(numbers)
        if count > MOST_POINTS:
            break
    return [piece for piece in pieces if len(piece[0]) > 1]


def _operations(data: str) -> Iterator[tuple[str, list[float]]]:
    words = iter(data.replace(",", " ").split())
    for word in words:
        wanted = _ARGUMENTS.get(word)
        if wanted is None:
            continue
        try:
            yield word, [float(next(words)) for _ in range(wanted)]
        except (StopIteration, ValueError):
            return


def _segment(letter: str, start: Point, numbers: list[float]) -> list[Point]:
    end = (numbers[-2], numbers[-1])
    if letter == "A":
        return _arc(start, end, numbers)
    if letter in "QB":
        return _curve([start, *zip(numbers[::2], numbers[1::2], strict=True)])
    return [end]


def _curve(control: list[Point]) -> list[Point]:
    """Flatten a Bézier curve of any degree (de Casteljau)."""
    found: list[Point] = []
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        level = control
        while len(level) > 1:
            level = [
                (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t) for p, q in pairwise(level)
            ]
        found.append(level[0])
    return found


def _arc(start: Point, end: Point, numbers: list[float]) -> list[Point]:
    """Flatten an elliptic arc given by its ends (SVG 1.1, F.6, which OFD follows)."""
    rx, ry, turn, large, sweep = abs(numbers[0]), abs(numbers[1]), *numbers[2:5]
    if not rx or not ry or start == end:
        return [end]
    across, along = cos(radians(turn)), sin(radians(turn))
    half = ((start[0] - end[0]) / 2, (start[1] - end[1]) / 2)
    x, y = across * half[0] + along * half[1], -along * half[0] + across * half[1]
    grow = max(1.0, sqrt((x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    below = (rx * y) ** 2 + (ry * x) ** 2
    factor = sqrt(max(0.0, ((rx * ry) ** 2 - below) / below))
    factor = -factor if bool(large) == bool(sweep) else factor
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    first = atan2((y - cy) / ry, (x - cx) / rx)
    swept = _swept(((x - cx) / rx, (y - cy) / ry), ((-x - cx) / rx, (-y - cy) / ry))
    if bool(sweep) != (swept > 0):
        swept += copysign(2 * pi, 1 if sweep else -1)
    steps = max(2, ceil(abs(swept) / (pi / CURVE_STEPS)))
    found: list[Point] = []
    for step in range(1, steps + 1):
        at = first + swept * step / steps
        px, py = rx * cos(at) + cx, ry * sin(at) + cy
        found.append((across * px - along * py + middle[0], along * px + across * py + middle[1]))
    return found


def _swept(u: Point, v: Point) -> float:
    """Give the angle from one direction to the other."""
    size = hypot(*u) * hypot(*v)
    if not size:
        return 0.0
    turn = acos(max(-1.0, min(1.0, (u[0] * v[0] + u[1] * v[1]) / size)))
    return copysign(turn, u[0] * v[1] - u[1] * v[0])
