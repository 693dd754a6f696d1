"""What differs where one page lies on another: the lie made exact, light and sharpness made alike.

Each picture becomes ink, 0 for paper to 1 for black. What differs in a window as large as a letter
counts where it is more than the noise of both and a large part of what is written there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.fingerprints.alignment import spread
from verification.fingerprints.bending import EDGE, bent, blurred, gain, sampled, shifted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from verification.fingerprints.bending import Bend

    Field = NDArray[np.float32]
    Mask = NDArray[np.bool_]
    Matrix = NDArray[np.float64]

#: Paper is the light of a field of so many pixels: the lightest tenth of it.
_FIELD, _LIGHTEST = 20, 0.9
#: Pixels a window is wide and high: one letter of a page whose longer side has 600 pixels.
_WINDOW = 7
#: Blurs tried on the sharper picture: passes of a small mean.
_MOST_BLUR = 4
#: Ink of a window (mean square over that of noise) that is looked at.
_FAINTEST = 0.0012
_OVER_NOISE = 6.0
#: Noise of a clean drawing: the rounding of 256 levels and of the interpolation.
_LEAST_NOISE = 0.00006
#: Share of the ink that differs where something else is written, and how often the usual share.
_OTHER, _TIMES_USUAL, _MOST_OTHER = 0.2, 6.0, 0.6
#: Of the windows so many lie no worse than usual.
_USUAL = 0.75


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
    #: Share of the ink that differs, 0..1, where a quarter of the windows lie worse.
    usual: float
    #: Mean square of what differs on bare paper, 0..1.
    noise: float


def residual(later: NDArray[np.uint8], earlier: NDArray[np.uint8], projection: Matrix) -> Residual:
    """Hold the earlier picture against the later one, as `projection` lays it."""
    here, there = _ink(later), _ink(earlier)
    bend = bent(here, there, projection)
    laid, covered = _laid(there, projection, bend, here.shape)
    here, laid = _alike(blurred(here), blurred(laid), covered)
    came, went = np.maximum(here - laid, 0), np.maximum(laid - here, 0)
    noise = _noise(here, laid, covered)
    one, other = _mean(here * here), _mean(laid * laid)
    differing = _mean((here - laid) ** 2)
    written = np.maximum(one, other)
    inked = covered & (written > max(_FAINTEST, _OVER_NOISE * noise))
    share = np.clip(differing - noise, 0, None) / np.maximum(one + other, 1e-6)
    usual = float(np.quantile(share[inked], _USUAL)) if inked.any() else 1.0
    bound = min(_MOST_OTHER, _OTHER + _TIMES_USUAL * usual)
    differs = inked & (share > bound) & (differing > _OVER_NOISE * noise)
    return Residual(
        inked=inked,
        differs=differs,
        came=came,
        went=went,
        covered=covered,
        usual=usual,
        noise=noise,
    )


def _ink(picture: NDArray[np.uint8]) -> Field:
    """Give the ink: what is darker than the paper around it, 0..1."""
    height, width = picture.shape
    rows, columns = max(1, height // _FIELD), max(1, width // _FIELD)
    down = np.linspace(0, height, rows + 1).round().astype(int)
    across = np.linspace(0, width, columns + 1).round().astype(int)
    light = np.array(
        [
            [
                _light(picture[down[row] : down[row + 1], across[column] : across[column + 1]])
                for column in range(columns)
            ]
            for row in range(rows)
        ],
        np.float32,
    )
    paper = _between(_widest(light), height, width)
    return np.asarray(np.clip(1 - picture / np.maximum(paper, 1.0), 0, 1), np.float32)


def _light(field: NDArray[np.uint8]) -> float:
    values = np.sort(field, axis=None)
    return float(values[int(_LIGHTEST * (values.size - 1))])


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
    rows = (np.arange(height) + 0.5) * light.shape[0] / height - 0.5
    columns = (np.arange(width) + 0.5) * light.shape[1] / width - 0.5
    y, x = rows.clip(0, light.shape[0] - 1), columns.clip(0, light.shape[1] - 1)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    below = np.minimum(top + 1, light.shape[0] - 1)
    right = np.minimum(left + 1, light.shape[1] - 1)
    dy, dx = (y - top)[:, None], (x - left)[None, :]
    upper = light[np.ix_(top, left)] * (1 - dx) + light[np.ix_(top, right)] * dx
    lower = light[np.ix_(below, left)] * (1 - dx) + light[np.ix_(below, right)] * dx
    return np.asarray(upper * (1 - dy) + lower * dy, np.float32)


def _laid(
    source: Field, projection: Matrix, bend: Bend, shape: tuple[int, ...]
) -> tuple[Field, Mask]:
    """Draw a picture as it lies on one of that shape, and where it covers it."""
    across, down = np.arange(shape[1]) + 0.5, np.arange(shape[0])[:, None] + 0.5
    x, y = shifted(bend, across, down, shape)
    laid, covered = sampled(source, *spread(projection, x, y), edge=EDGE)
    covered[:EDGE], covered[-EDGE:], covered[:, :EDGE], covered[:, -EDGE:] = (False,) * 4
    return laid, covered


def _alike(here: Field, laid: Field, covered: Mask) -> tuple[Field, Field]:
    """Blur the sharper of the two as the other is, and give both the stronger one's ink."""
    one, other, least = here, laid, float("inf")
    for mine, theirs in _blurs(here, laid):
        factor = gain(mine[covered], theirs[covered])
        missed = float(np.abs(mine - factor * theirs)[covered].mean())
        missed /= max(float(mine[covered].mean()), 1e-6)
        if missed < least - 1e-4:
            one, other, least = mine, np.asarray(factor * theirs, np.float32), missed
    scale = 1 / max(1.0, float(max(one.max(), other.max())))
    return one * scale, other * scale


def _blurs(here: Field, laid: Field) -> Iterator[tuple[Field, Field]]:
    """Give both as they are, then the one blurred more and more, then the other."""
    yield here, laid
    softer = here
    for _ in range(_MOST_BLUR):
        softer = blurred(softer)
        yield softer, laid
    softer = laid
    for _ in range(_MOST_BLUR):
        softer = blurred(softer)
        yield here, softer


def _noise(here: Field, laid: Field, covered: Mask) -> float:
    """Give the mean square of noise on paper, of both together."""
    differing = _mean((here - laid) ** 2)
    paper = covered & (_mean(np.maximum(here, laid)) < 0.06)  # noqa: PLR2004 - hardly any ink
    if int(paper.sum()) < _WINDOW**3:
        return _LEAST_NOISE
    return max(_LEAST_NOISE, float(np.median(differing[paper])))


def _mean(field: Field) -> Field:
    """Give the mean of the window around each pixel."""
    half = _WINDOW // 2
    sums = np.pad(field, ((half + 1, half), (half + 1, half)), mode="edge").astype(np.float64)
    sums = sums.cumsum(0).cumsum(1)
    whole = sums[_WINDOW:, _WINDOW:] - sums[:-_WINDOW, _WINDOW:]
    whole += sums[:-_WINDOW, :-_WINDOW] - sums[_WINDOW:, :-_WINDOW]
    return np.asarray(whole / _WINDOW**2, np.float32)
