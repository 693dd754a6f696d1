"""Error levels: by how much a picture changes, place by place, when it is saved as JPEG anew.

Pillow encodes and decodes our own bytes here; what was uploaded is decoded elsewhere.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.pages.picture import Box

    Pixels = NDArray[np.uint8]
    Reals = NDArray[np.float32]

_QUALITY = 90
_CELL = 16
#: Grey levels (standard deviation) from which a cell holds ink: bare paper tells nothing.
_INK = 10.0
_LEAST_CELLS = 24
#: Added to the contrast, so that faint cells weigh little.
_FAINT = 4.0
_LEAST_SPREAD = 0.05
#: Of the cells around and the cell itself, those that hold ink.
_LEAST_INKED = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """The place that stands out most, in pixels, and by how many spreads of the page's cells."""

    box: Box
    stands_out: float


def outlying(grey: Pixels) -> Spot | None:
    """Give the place whose level is farthest from the page's own; None for a page without ink."""
    rows, columns = grey.shape[0] // _CELL, grey.shape[1] // _CELL
    if rows < 3 or columns < 3:  # noqa: PLR2004 - a place is three cells by three
        return None
    original = grey[: rows * _CELL, : columns * _CELL]
    level = _cells(np.abs(original.astype(np.float32) - _saved_anew(original)))
    contrast = np.sqrt(np.maximum(_cells(_squared(original)) - _cells(original) ** 2, 0))
    ink = contrast > _INK
    if int(ink.sum()) < _LEAST_CELLS:
        return None
    ratio = np.log((level + 0.1) / (contrast + _FAINT))
    middle = float(np.median(ratio[ink]))
    spread = max(_LEAST_SPREAD, 1.4826 * float(np.median(np.abs(ratio[ink] - middle))))
    away = np.where(ink, (ratio - middle) / spread, 0)
    around, inked = _threes(away), _threes(ink.astype(np.float32))
    mean = np.where(inked >= _LEAST_INKED, np.abs(around) / np.maximum(inked, 1), 0)
    row, column = (int(at) for at in np.unravel_index(int(mean.argmax()), mean.shape))
    x, y, side = column * _CELL, row * _CELL, 3 * _CELL
    return Spot((float(x), float(y), float(x + side), float(y + side)), float(mean[row, column]))


def _saved_anew(grey: Pixels) -> Reals:
    held = io.BytesIO()
    Image.fromarray(grey).save(held, "JPEG", quality=_QUALITY)
    return np.asarray(Image.open(held), np.float32)


def _squared(grey: Pixels) -> Reals:
    return grey.astype(np.float32) ** 2


def _cells(of: NDArray[np.uint8] | Reals) -> Reals:
    rows, columns = of.shape[0] // _CELL, of.shape[1] // _CELL
    cells = of.astype(np.float32).reshape(rows, _CELL, columns, _CELL).mean(axis=(1, 3))
    return np.asarray(cells, np.float32)


def _threes(of: Reals) -> Reals:
    """Add up each cell and its neighbours; the edge has none."""
    rows, columns = of.shape
    return np.asarray(
        sum(of[y : rows - 2 + y, x : columns - 2 + x] for y in range(3) for x in range(3)),
        np.float32,
    )


def warm() -> None:
    """Load the encoder now: the sandbox lets nothing be opened later."""
    outlying(np.random.default_rng(0).integers(0, 255, (160, 160), np.uint8))
