"""How a sheet is bent: the smooth shifts after which what is drawn on two pages lies exactly.

A sheet in a photo is not flat, and no projection lays it so. Each shift, across and down, is a
polynomial of the place on the page, fitted to the edges of what is drawn (Gauss-Newton).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verification.fingerprints.alignment import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Matrix = NDArray[np.float64]
    #: Shift across and shift down, a factor for each term.
    Bend = NDArray[np.float64]

#: Pixels of the edge that are left out, where paper and table meet.
EDGE = 10
#: For each round: passes of blur, and terms of the polynomial (6: second degree, 10: third).
_ROUNDS = ((8, 6), (8, 6), (8, 10), (8, 10), (3, 10), (3, 10), (1, 10), (1, 10), (1, 10))
_TERMS, _MOST_USED, _FEWEST_USED = 10, 15_000, 400
#: Ink a pixel by which an edge is known; medians of what differs that still agree; steadiness of
#: the fit; pixels a round may shift by.
_SLOPE, _OUTLIERS, _RIDGE, _MOST_SHIFT = 0.02, 2.5, 0.02, 3.0


def bent(here: Field, there: Field, projection: Matrix) -> Bend:
    """Find the shifts: inked pixels that do not agree are left apart in each round."""
    bend = np.zeros((2, _TERMS))
    before = -1
    for passes, terms in _ROUNDS:
        if passes != before:
            ours, source = blurred(here, passes), blurred(there, passes)
            rows, columns, slopes = _edges(ours)
            before = passes
            if len(rows) < _FEWEST_USED:
                return bend
            seen = ours[rows, columns]
            ground = _terms(rows, columns, here.shape)
        x, y = shifted(bend, columns + 0.5, rows + 0.5, here.shape)
        laid, covered = sampled(source, *spread(projection, x, y), edge=EDGE)
        if int(covered.sum()) < _FEWEST_USED:
            return bend
        wrong = seen - gain(seen[covered], laid[covered]) * laid
        miss = np.abs(wrong)
        good = covered & (miss <= _OUTLIERS * np.median(miss[covered]) + _SLOPE / 2)
        table = np.concatenate([slopes[0] * ground[:terms], slopes[1] * ground[:terms]])[:, good]
        square = table @ table.T + _RIDGE * np.eye(len(table))
        found = np.linalg.solve(square, table @ wrong[good]).reshape(2, terms)
        bend[:, :terms] += found.clip(-_MOST_SHIFT, _MOST_SHIFT)
    return bend


def shifted(
    bend: Bend,
    across: NDArray[np.floating],
    down: NDArray[np.floating],
    shape: tuple[int, ...],
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Give places (pixels, middles at .5) moved by the shifts there."""
    if not bend.any():
        return across, down
    u, v = across * 2 / shape[1] - 1, down * 2 / shape[0] - 1
    moves = [
        a[0] + u * (a[1] + u * (a[3] + u * a[6] + v * a[7]))
        + v * (a[2] + u * a[4] + v * (a[5] + u * a[8] + v * a[9]))
        for a in bend
    ]  # fmt: skip
    return across + moves[0], down + moves[1]


def sampled(source: Field, x: Field, y: Field, *, edge: int) -> tuple[Field, Mask]:
    """Read a picture between its pixels, and say which places lie well inside it."""
    most = (source.shape[1] - 1.001, source.shape[0] - 1.001)
    inside = (x >= edge) & (x <= most[0] - edge) & (y >= edge) & (y <= most[1] - edge)
    x, y = x.clip(0, most[0]), y.clip(0, most[1])
    left, top = x.astype(np.int32), y.astype(np.int32)
    dx, dy = x - left, y - top
    at = top * source.shape[1] + left
    flat = source.ravel()
    upper = flat[at] * (1 - dx) + flat[at + 1] * dx
    at = at + source.shape[1]
    lower = flat[at] * (1 - dx) + flat[at + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy, np.float32), inside


def gain(one: Field, other: Field) -> float:
    """Give by how much fainter or stronger ink is on the one side."""
    return float((one * other).sum() / max(float((other * other).sum()), 1e-6))


def blurred(field: Field, passes: int = 1) -> Field:
    """Blur by 1, 2, 1 across and down, so many times."""
    for _ in range(passes):
        padded = np.pad(field, 1, mode="edge")
        across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
        field = np.asarray((across[:-2] + 2 * across[1:-1] + across[2:]) / 16, np.float32)
    return field


def _edges(
    ours: Field,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Give rows, columns and the slopes across and down (2, n) of pixels at edges."""
    down, across = (np.asarray(slope, np.float32) for slope in np.gradient(ours))
    steep = np.abs(down) + np.abs(across) > _SLOPE
    steep[:EDGE], steep[-EDGE:], steep[:, :EDGE], steep[:, -EDGE:] = (False,) * 4
    rows, columns = np.nonzero(steep)
    step = max(1, len(rows) // _MOST_USED)
    rows, columns = rows[::step], columns[::step]
    return rows, columns, np.stack([across[rows, columns], down[rows, columns]])


def _terms(
    rows: NDArray[np.intp], columns: NDArray[np.intp], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Give the products of x and y up to the third degree, each in -1..1."""
    x, y = (columns + 0.5) * 2 / shape[1] - 1, (rows + 0.5) * 2 / shape[0] - 1
    low = [np.ones_like(x), x, y, x * x, x * y, y * y]
    return np.stack([*low, x * x * x, x * x * y, x * y * y, y * y * y])
