"""How a sheet is bent: the smooth shifts after which what is drawn on two pages lies exactly.

A sheet in a photo is not flat, and no projection lays it so. Each shift, across and down, is a
polynomial of the place on the page: begun with pairs of alike points, of which a projection agrees
with those of a part only, and fitted to the edges of what is drawn (Gauss-Newton).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.fingerprints.alignment import CLOSE, ROUGH, moved, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.alignment import Alignment

    Field = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Matrix = NDArray[np.float64]
    Shape = tuple[int, ...]
    #: Shift across and shift down, a factor for each term.
    Bend = NDArray[np.float64]

#: Longer side of a picture, in pixels, for which lengths are given here; a finer one is measured
#: by longer ones.
_USUAL_SIDE = 600
#: Pixels of the edge that are left out, where paper and table meet.
_EDGE = 10
#: Places of the page that are looked at, and the fewest that say anything. With half as many a
#: photo of a form that was filled in anew was told (1 of 30), with twice as many no less is.
_MOST_USED, _FEWEST_USED = 8_000, 400
_TERMS = 10
#: Ink a pixel by which an edge is known; medians of what differs that still agree; steadiness of
#: the fit; pixels a round may shift by.
_SLOPE, _OUTLIERS, _RIDGE, _MOST_SHIFT = 0.02, 2.5, 0.02, 3.0
#: Terms of each round in which a bend is begun.
_BEGUN = (3, 6, 6, 6, 10, 10)


@dataclass(frozen=True, slots=True)
class _Look:
    """How the pages are looked at in some rounds, coarsely first."""

    #: Pixels that are taken together, and passes of blur after that.
    scale: int
    passes: int
    #: For each round, terms of the polynomial (6: second degree, 10: third).
    rounds: tuple[int, ...]
    #: A round that shifts by less is the last of the look, in pixels.
    enough: float


_LOOKS = (
    _Look(2, 2, (6, 6, 10, 10), 0.1),
    _Look(1, 3, (10, 10), 0.05),
    _Look(1, 1, (10, 10, 10), 0.02),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What a page is laid by at one look: pixels where ink begins or ends."""

    #: Places in pixels of the small picture, x and y.
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    #: The ink there, and how it changes times each term: across, then down (20, n).
    seen: Field
    slopes: Field


def fineness(shape: Shape) -> float:
    """Say how much longer lengths in pixels are on a picture of that size."""
    return max(1.0, max(shape) / _USUAL_SIDE)


def edge_of(shape: Shape) -> int:
    """Give how many pixels of the edge are left out."""
    return round(_EDGE * fineness(shape))


def edges(ink: Field) -> tuple[Edges, ...]:
    """Prepare a page for each look: once, whatever number of others is laid on it."""
    return tuple(_edges(_looked_at(ink, look), look, ink.shape) for look in _LOOKS)


def begun(alignment: Alignment, shape: Shape) -> Bend:
    """Begin with the pairs of points: those beside the ones that agree already, then on and on.

    Edges of what is drawn find a shift of a few pixels, and lines of text are further apart on a
    sheet that is bent.
    """
    none = np.zeros((2, _TERMS))
    back = np.asarray(np.linalg.inv(alignment.projection), np.float64)
    wanted = moved(back, alignment.there) - alignment.here
    x, y = np.asarray(alignment.here.T, np.float32)
    ground = _terms(*_scaled(x, y, shape))
    bend = none
    for terms in _BEGUN:
        near = _misses(wanted, ground, bend) < ROUGH
        table = ground[:terms, near]
        square = table @ table.T + _RIDGE * np.eye(terms)
        bend = np.zeros((2, _TERMS))
        bend[:, :terms] = np.linalg.solve(square, table @ wanted[near]).T
    agree, before = ((_misses(wanted, ground, one) < CLOSE).sum() for one in (bend, none))
    return bend if agree > before else none


def _misses(wanted: Matrix, ground: Field, bend: Bend) -> Matrix:
    return np.asarray(np.linalg.norm(wanted - (bend @ ground).T, axis=1))


def bent(here: tuple[Edges, ...], there: Field, alignment: Alignment, shape: Shape) -> Bend:
    """Find the shifts: inked pixels that do not agree are left apart in each round."""
    bend, projection = begun(alignment, shape), alignment.projection
    for look, ours in zip(_LOOKS, here, strict=True):
        if len(ours.seen) < _FEWEST_USED:
            return bend
        source = _looked_at(there, look)
        for terms in look.rounds:
            found = _round(ours, source, _Lie(look.scale, projection, bend, shape), terms)
            if found is None:
                return bend
            bend[:, :terms] += found
            if float(np.abs(found).sum(1).max()) < look.enough:
                break
    return bend


@dataclass(frozen=True, slots=True)
class _Lie:
    """How two pages lie so far."""

    scale: int
    projection: Matrix
    bend: Bend
    shape: Shape


def _round(ours: Edges, source: Field, lie: _Lie, terms: int) -> NDArray[np.float64] | None:
    """Give what the shifts must be more; None where too little of the pages lies there."""
    x, y = spread(lie.projection, *shifted(lie.bend, ours.x, ours.y, lie.shape))
    if lie.scale > 1:
        half, scale = np.float32(0.5), np.float32(lie.scale)
        x, y = (x + half) / scale - half, (y + half) / scale - half
    laid, covered = sampled(source, x, y, edge=edge_of(lie.shape) // lie.scale)
    if int(covered.sum()) < _FEWEST_USED:
        return None
    wrong = ours.seen - gain(ours.seen[covered], laid[covered]) * laid
    miss = np.abs(wrong)
    good = covered & (miss <= _OUTLIERS * np.median(miss[covered]) + _SLOPE / 2)
    kept = [*range(terms), *range(_TERMS, _TERMS + terms)]
    table = ours.slopes[kept][:, good].astype(np.float64)
    square = table @ table.T + _RIDGE * np.eye(len(table))
    found = np.linalg.solve(square, table @ wrong[good]).reshape(2, terms)
    most = _MOST_SHIFT * fineness(lie.shape)
    return np.asarray(found.clip(-most, most))


def shifted(bend: Bend, across: Field, down: Field, shape: Shape) -> tuple[Field, Field]:
    """Give places (pixels, middles at .5) moved by the shifts there."""
    if not bend.any():
        return across, down
    u, v = _scaled(across, down, shape)
    # By powers of v: across a whole page all but three products are of one row.
    moves = [
        ((a[9] * v + (a[5] + u * a[8])) * v + (a[2] + u * (a[4] + u * a[7]))) * v
        + (a[0] + u * (a[1] + u * (a[3] + u * a[6])))
        for a in bend.tolist()
    ]
    return across + moves[0], down + moves[1]


def _scaled(across: Field, down: Field, shape: Shape) -> tuple[Field, Field]:
    """Take places to -1..1."""
    wide, high = np.float32(2 / shape[1]), np.float32(2 / shape[0])
    return across * wide - np.float32(1), down * high - np.float32(1)


def sampled(source: Field, x: Field, y: Field, *, edge: int) -> tuple[Field, Mask]:
    """Read a picture between its pixels, and say which places lie well inside it."""
    most = (source.shape[1] - 1.001, source.shape[0] - 1.001)
    inside = (x >= edge) & (x <= most[0] - edge) & (y >= edge) & (y <= most[1] - edge)
    x, y = x.clip(0, most[0]), y.clip(0, most[1])
    left, top = x.astype(np.intp), y.astype(np.intp)
    dx, dy = (x - left).astype(np.float32), (y - top).astype(np.float32)
    at = top * source.shape[1] + left
    flat = source.ravel()
    first = flat.take(at)
    upper = first + (flat.take(at + 1) - first) * dx
    at += source.shape[1]
    first = flat.take(at)
    lower = first + (flat.take(at + 1) - first) * dx
    return np.asarray(upper + (lower - upper) * dy, np.float32), inside


def gain(one: Field, other: Field) -> float:
    """Give by how much fainter or stronger ink is on the one side."""
    return float((one * other).sum() / max(float((other * other).sum()), 1e-6))


def blurred(field: Field, passes: int = 1) -> Field:
    """Blur by 1, 2, 1 across and down, so many times."""
    for _ in range(passes):
        field = _smoothed(_smoothed(field).T).T
    return field


def _smoothed(field: Field) -> Field:
    """Blur down; in float32 and in place, for this is done more often than anything else."""
    out = field * np.float32(0.5)
    quarter = field * np.float32(0.25)
    out[1:] += quarter[:-1]
    out[:-1] += quarter[1:]
    out[0] += quarter[0]
    out[-1] += quarter[-1]
    return out


def _looked_at(ink: Field, look: _Look) -> Field:
    if look.scale > 1:
        rows, columns = (length // look.scale for length in ink.shape)
        cut = ink[: rows * look.scale, : columns * look.scale]
        blocks = cut.reshape(rows, look.scale, -1)
        ink = np.asarray(
            blocks.sum(1).reshape(rows, columns, look.scale).sum(2) / np.float32(look.scale**2),
            np.float32,
        )
    return blurred(ink, look.passes)


def _edges(ours: Field, look: _Look, shape: Shape) -> Edges:
    scale = np.float32(look.scale)
    down, across = (np.asarray(slope, np.float32) / scale for slope in np.gradient(ours))
    steep = np.abs(down) + np.abs(across) > _SLOPE / look.scale
    edge = edge_of(shape) // look.scale
    steep[:edge], steep[-edge:], steep[:, :edge], steep[:, -edge:] = (False,) * 4
    rows, columns = np.nonzero(steep)
    step = -(-len(rows) // _MOST_USED) or 1
    rows, columns = rows[::step], columns[::step]
    x, y = ((place.astype(np.float32) + np.float32(0.5)) * scale for place in (columns, rows))
    ground = _terms(*_scaled(x, y, shape))
    slopes = np.concatenate([across[rows, columns] * ground, down[rows, columns] * ground])
    return Edges(x=x, y=y, seen=ours[rows, columns], slopes=slopes)


def _terms(x: Field, y: Field) -> Field:
    """Give the products of x and y up to the third degree, each in -1..1."""
    low = [np.ones_like(x), x, y, x * x, x * y, y * y]
    return np.stack([*low, x * x * x, x * x * y, x * y * y, y * y * y])
