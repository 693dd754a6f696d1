"""Whether two aligned photographs are one: light and dark go alike nearly everywhere.

A photograph of a place has no paper, by which `residual` tells what is written. So windows of
it are correlated: of the same photograph, however it was copied, nearly all go alike; of another
one of the same place those do not where something else stands, or which lie elsewhere by parallax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from verification.fingerprints.alignment import spread
from verification.fingerprints.bending import begun, blurred, sampled, shifted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.alignment import Alignment

    Field = NDArray[np.float32]
    Grey = NDArray[np.uint8]
    Mask = NDArray[np.bool_]
    Box = tuple[float, float, float, float]

Shown = Literal["place", "print", "light on dark"]

#: Pixels of a field whose lightest place would be paper, with the fields around it; how much darker
#: paper may be.
_FIELD, _NEARLY = 20, 0.93
#: Share of what agrees that is paper on a page at least, photographed in bad light, and on a page
#: as a negative: the dark of a photograph is as even as paper.
_LEAST_PAPER, _LEAST_DARK = 0.3, 0.45
#: Half of a page that is written light on dark, and of what agrees, is no lighter, of 255.
_DARK = 100
#: Pixels of a window, and from one to the next.
_WINDOW, _STEP = 15, 5
#: Spread of the light in a window, as a share of the light, that noise does not make; light that
#: counts at least, of 255.
_TEXTURED, _LEAST_LIGHT = 0.04, 20.0
#: Windows with texture that say anything.
_FEWEST_WINDOWS = 200
#: Correlation of windows that go alike.
_ALIKE = 0.7
#: Share of a window that both show.
_WHOLLY = 0.999
#: Passes of blur by which sharpness is made alike.
_BLUR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What goes alike of the part that both show."""

    #: Share of the windows with texture that go alike, 0..1; 0 where too few have any.
    share: float
    #: Windows that do not, a row of them for each row.
    differ: Mask

    @staticmethod
    def box(row: int, column: int) -> Box:
        """Give the place of a window in pixels of the later picture."""
        x, y = float(_STEP * column), float(_STEP * row)
        return x, y, x + _WINDOW, y + _WINDOW


def shown(one: Grey, other: Grey, alignment: Alignment) -> Shown:
    """Say what two pictures show where they agree; places only where that is sure."""
    parts = (
        _around(one, alignment.here[alignment.agree]),
        _around(other, alignment.there[alignment.agree]),
    )
    if all(_paper(part) < _LEAST_PAPER and _paper(255 - part) < _LEAST_DARK for part in parts):
        return "place"
    is_dark = all(np.median(part) < _DARK for part in (one, other, *parts))
    return "light on dark" if is_dark else "print"


def agreement(later: Grey, earlier: Grey, alignment: Alignment) -> Agreement:
    """Correlate windows of the two where `alignment` lays the earlier on the later one."""
    across = np.arange(later.shape[1], dtype=np.float32) + np.float32(0.5)
    down = np.arange(later.shape[0], dtype=np.float32)[:, None] + np.float32(0.5)
    x, y = shifted(begun(alignment, later.shape), across, down, later.shape)
    there = blurred(earlier.astype(np.float32), _BLUR)
    laid, covered = sampled(there, *spread(alignment.projection, x, y), edge=1)
    here = blurred(later.astype(np.float32), _BLUR)
    one, other = _window_means(here), _window_means(laid)
    varied = _window_means(here * here) - one * one, _window_means(laid * laid) - other * other
    together = _window_means(here * laid) - one * other
    textured = _window_means(covered.astype(np.float32)) > _WHOLLY
    textured &= _textured(one, varied[0]) | _textured(other, varied[1])
    alike = together > _ALIKE * np.sqrt(np.maximum(varied[0] * varied[1], 0))
    if int(textured.sum()) < _FEWEST_WINDOWS:
        return Agreement(share=0, differ=textured)
    return Agreement(share=float(alike[textured].mean()), differ=textured & ~alike)


def _textured(light: Field, variance: Field) -> Mask:
    return variance > (_TEXTURED * np.maximum(light, _LEAST_LIGHT)) ** 2


def _around(picture: Grey, places: NDArray[np.float64]) -> Grey:
    (left, top), (right, bottom) = places.min(0).astype(int).clip(0), places.max(0).astype(int) + 1
    return picture[top:bottom, left:right]


def _paper(picture: Grey) -> float:
    """Give the share of a picture that is nearly as light as the lightest place around it, 0..1."""
    rows, columns = (length // _FIELD for length in picture.shape)
    if min(rows, columns) < 1:
        return 1.0
    light = blurred(picture[: rows * _FIELD, : columns * _FIELD].astype(np.float32))
    fields = light.reshape(rows, _FIELD, columns, _FIELD)
    padded = np.pad(fields.max((1, 3)), 1, mode="edge")
    lightest = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).max((2, 3))
    return float((fields >= _NEARLY * lightest[:, None, :, None]).mean())


def _window_means(field: Field) -> Field:
    """Give the mean of each window, one in `_STEP` across and down."""
    sums = np.zeros((field.shape[0] + 1, field.shape[1] + 1))
    sums[1:, 1:] = field.cumsum(0, dtype=np.float64).cumsum(1)
    high = sums[_WINDOW:] - sums[:-_WINDOW]
    wide = high[::_STEP, _WINDOW:] - high[::_STEP, :-_WINDOW]
    return np.asarray(wide[:, ::_STEP] / _WINDOW**2, np.float32)
