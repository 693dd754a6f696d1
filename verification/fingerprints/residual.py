"""What differs where one page lies on another: the lie made exact, light and sharpness made alike.

Each picture becomes ink, 0 for paper to 1 for black. What differs in a window as large as a letter
counts where it is more than the noise of both and a large part of what is written there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.fingerprints.alignment import spread
from verification.fingerprints.bending import (
    bent,
    blurred,
    edge_of,
    edges,
    fineness,
    gain,
    sampled,
    shifted,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.alignment import Alignment
    from verification.fingerprints.bending import Bend, Edges

    Field = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Matrix = NDArray[np.float64]

#: Paper is the light of a field of so many pixels (more on a finer picture): the lightest tenth.
_FIELD, _LIGHTEST = 20, 0.9
#: Pixels a window is wide and high (`_summed` adds as many): one letter of small print on a page
#: whose longer side has 900 pixels.
_WINDOW = 7
#: Blurs tried on the sharper picture: passes of a small mean.
_MOST_BLUR = 4
#: Every which pixel is looked at for that, and by how much less must differ for one blur more.
_EVERY, _NO_BETTER = 3, 1e-4
#: Ink of a window that is bare paper.
_HARDLY_ANY = 0.06
#: Ink of a window (mean square over that of noise) that is looked at.
_FAINTEST = 0.0012
_OVER_NOISE = 6.0
#: Noise of a clean drawing: the rounding of 256 levels and of the interpolation.
_LEAST_NOISE = 0.00006
#: Share of the ink that differs where something else is written, and how often the usual share.
_OTHER, _TIMES_USUAL, _MOST_OTHER = 0.2, 6.0, 0.6
#: Of the windows so many lie no worse than usual; counted are those in which ink begins or ends, by
#: the share of its square that varies: what is one tone always lies well.
_USUAL, _EDGED = 0.75, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """Maps as high and wide as the later picture."""

    #: What is looked at: ink on one side at least, and both pages there.
    inked: Mask
    #: Where something else is written.
    differs: Mask
    #: Ink that came and that went, each 0..1.
    came: Field
    went: Field
    #: The earlier page is there too.
    covered: Mask
    #: Share of the ink that differs, 0..1, where a quarter of the windows lie worse in which ink
    #: begins or ends.
    usual: float
    #: Mean square of what differs on bare paper, 0..1.
    noise: float
    #: By how much each place is moved before it is projected onto the earlier page.
    bend: Bend


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page made ready for others to be laid on it."""

    ink: Field
    edges: tuple[Edges, ...]
    #: The ink, blurred once and more and more.
    blurs: tuple[Field, ...]


def sheet(picture: NDArray[np.uint8]) -> Sheet:
    """Do what is done once, whatever number of pages is held against this one."""
    ink = _ink(picture)
    blurs = [blurred(ink)]
    for _ in range(_MOST_BLUR):
        blurs.append(blurred(blurs[-1]))
    return Sheet(ink=ink, edges=edges(ink), blurs=tuple(blurs))


def residual(later: Sheet, earlier: NDArray[np.uint8], alignment: Alignment) -> Residual:
    """Hold the earlier picture against the later one, as `alignment` lays it."""
    there = _ink(earlier)
    bend = bent(later.edges, there, alignment, later.ink.shape)
    laid, covered = _laid(there, alignment.projection, bend, later.ink.shape)
    here, laid = _alike(later.blurs, blurred(laid), covered)
    apart = here - laid
    differing = _mean(apart * apart)
    noise = _noise(differing, covered & (_mean(np.maximum(here, laid)) < _HARDLY_ANY))
    one, other = _mean(here * here), _mean(laid * laid)
    written = np.maximum(one, other)
    inked = covered & (written > max(_FAINTEST, _OVER_NOISE * noise))
    share = np.clip(differing - noise, 0, None) / np.maximum(one + other, 1e-6)
    edged = np.maximum(one - _mean(here) ** 2, other - _mean(laid) ** 2) > _EDGED * written
    usual = _usual(share[inked & edged])
    bound = min(_MOST_OTHER, _OTHER + _TIMES_USUAL * usual)
    return Residual(
        inked=inked,
        differs=inked & (share > bound) & (differing > _OVER_NOISE * noise),
        came=np.maximum(apart, 0),
        went=np.maximum(-apart, 0),
        covered=covered,
        usual=usual,
        noise=noise,
        bend=bend,
    )


def _usual(shares: Field) -> float:
    return float(np.quantile(shares, _USUAL)) if len(shares) else 1.0


def _ink(picture: NDArray[np.uint8]) -> Field:
    """Give the ink: what is darker than the paper around it, 0..1."""
    height, width = picture.shape
    field = round(_FIELD * fineness(picture.shape))
    down = np.linspace(0, height, max(1, height // field) + 1).round().astype(int)
    across = np.linspace(0, width, max(1, width // field) + 1).round().astype(int)
    paper = _between(_widest(_light(picture, down, across)), height, width)
    return np.asarray(np.clip(1 - picture / np.maximum(paper, 1), 0, 1), np.float32)


def _light(picture: NDArray[np.uint8], down: NDArray[np.int_], across: NDArray[np.int_]) -> Field:
    """Give the light of each field; those of one size at once."""
    light = np.empty((len(down) - 1, len(across) - 1), np.float32)
    heights, widths = np.diff(down), np.diff(across)
    for high in np.unique(heights):
        rows = np.flatnonzero(heights == high)
        for wide in np.unique(widths):
            columns = np.flatnonzero(widths == wide)
            y = (down[rows][:, None] + np.arange(high)).ravel()
            x = (across[columns][:, None] + np.arange(wide)).ravel()
            fields = picture[y][:, x].reshape(len(rows), high, len(columns), wide)
            values = fields.transpose(0, 2, 1, 3).reshape(len(rows), len(columns), high * wide)
            place = int(_LIGHTEST * (high * wide - 1))
            light[np.ix_(rows, columns)] = np.partition(values, place, axis=2)[:, :, place]
    return light


def _widest(light: Field) -> Field:
    """Take the lightest of each field and its neighbours: a field may be all ink."""
    padded = np.pad(light, 1, mode="edge")
    around = [
        padded[row : row + light.shape[0], column : column + light.shape[1]]
        for row in range(3)
        for column in range(3)
    ]
    return np.asarray(np.median(np.sort(np.stack(around), axis=0)[4:], axis=0), np.float32)


def _between(light: Field, height: int, width: int) -> Field:
    """Enlarge by straight lines between the middles of fields."""
    top, below, dy = _weights(light.shape[0], height)
    left, right, dx = _weights(light.shape[1], width)
    high = light[top] + (light[below] - light[top]) * dy[:, None]
    return np.asarray(high[:, left] + (high[:, right] - high[:, left]) * dx, np.float32)


def _weights(few: int, many: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Field]:
    """Give for each pixel the fields before and behind it, and how near it is to the latter."""
    places = ((np.arange(many) + 0.5) * few / many - 0.5).clip(0, few - 1)
    first = places.astype(np.intp)
    return first, np.minimum(first + 1, few - 1), np.asarray(places - first, np.float32)


def _laid(
    source: Field, projection: Matrix, bend: Bend, shape: tuple[int, ...]
) -> tuple[Field, Mask]:
    """Draw a picture as it lies on one of that shape, and where it covers it."""
    across = np.arange(shape[1], dtype=np.float32) + np.float32(0.5)
    down = np.arange(shape[0], dtype=np.float32)[:, None] + np.float32(0.5)
    x, y = shifted(bend, across, down, shape)
    edge = edge_of(shape)
    laid, covered = sampled(source, *spread(projection, x, y), edge=edge)
    covered[:edge], covered[-edge:], covered[:, :edge], covered[:, -edge:] = (False,) * 4
    return laid, covered


def _alike(blurs: tuple[Field, ...], laid: Field, covered: Mask) -> tuple[Field, Field]:
    """Blur the sharper of the two as the other is, and give both the stronger one's ink."""
    looked_at = np.flatnonzero(covered)[::_EVERY]
    best = _Pair.of(blurs[0], laid, looked_at)
    for softer in blurs[1:]:
        tried = _Pair.of(softer, laid, looked_at)
        if tried.missed >= best.missed - _NO_BETTER:
            break
        best = tried
    if best.here is blurs[0]:
        softer = laid
        for _ in range(_MOST_BLUR):
            softer = blurred(softer)
            tried = _Pair.of(blurs[0], softer, looked_at)
            if tried.missed >= best.missed - _NO_BETTER:
                break
            best = tried
    one, other = best.here, best.laid * np.float32(best.factor)
    scale = np.float32(1 / max(1.0, float(one.max()), float(other.max())))
    return one * scale, other * scale


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    here: Field
    laid: Field
    factor: float
    #: What differs, by the ink there is.
    missed: float

    @classmethod
    def of(cls, here: Field, laid: Field, looked_at: NDArray[np.intp]) -> _Pair:
        mine, theirs = here.take(looked_at), laid.take(looked_at)
        factor = gain(mine, theirs)
        missed = float(np.abs(mine - np.float32(factor) * theirs).mean()) if len(mine) else 0.0
        missed /= max(float(mine.mean()), 1e-6) if len(mine) else 1.0
        return cls(here=here, laid=laid, factor=factor, missed=missed)


def _noise(differing: Field, paper: Mask) -> float:
    """Give the mean square of noise on paper, of both together."""
    if int(paper.sum()) < _WINDOW**3:
        return _LEAST_NOISE
    return max(_LEAST_NOISE, float(np.median(differing[paper])))


def _mean(field: Field) -> Field:
    """Give the mean of the window around each pixel."""
    half = _WINDOW // 2
    sums = _summed(_summed(np.pad(field, half, mode="edge")).T).T
    return np.asarray(sums / np.float32(_WINDOW**2), np.float32)


def _summed(field: Field) -> Field:
    """Give sums of seven rows: of four, of two and of one."""
    two = field[:-1] + field[1:]
    four = two[:-2] + two[2:]
    return np.asarray(four[:-3] + two[4:-1] + field[6:], np.float32)
