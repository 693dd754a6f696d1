"""The ring of a seal laid out as level lines, dark on white, for whoever reads text from pixels.

Of three pictures of the ink none is always the best. How red a pixel is leaves out black text over
the seal, but JPEG keeps colour coarsely and thin strokes drown. What green light shows keeps them;
black text is taken out where it has no colour about it, and pieces of it stay. Where those pieces
are painted over with what is about them, strokes that ran under the text are whole again, or gone.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from verification.readers.opencv_seals import Shape, paper, redness, rim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from verification.readers.opencv_seals import Axes

    Pixels = NDArray[np.uint8]

_HEIGHT = 48
#: Where the name stands, as shares of the half axes: small letters at the rim, and tall ones.
_ZONES = ((0.94, 0.56), (0.9, 0.48))
#: What is cut out of the page is larger than the seal by so many pixels, to see the paper about it.
_AROUND = 40
#: Ink is black where its colour, over so many pixels about it, is nothing of its darkness; from
#: this share on it is all red.
_ABOUT, _RED = 1.5, 0.08
#: So dark in red light is no red ink, of 255.
_DARK = (110.0, 150.0)
#: What is painted over is darker in red light than this, and less coloured than this share.
_COVERING, _COLOURLESS = 100.0, 0.35


def strips(colour: Pixels, shape: Shape, scale: float) -> Iterator[Pixels]:
    """Lay the ring out, one way after another; `colour` is finer than the shape by `scale`.

    Each line begins in the widest gap of its ring.
    """
    x, y, a, b, angle = shape.axes
    left, top, right, bottom = (round(edge * scale) for edge in shape.box())
    left, top = max(0, left - _AROUND), max(0, top - _AROUND)
    cut = np.ascontiguousarray(colour[top : bottom + _AROUND, left : right + _AROUND])
    if not cut.size:
        return
    axes = (x * scale - left, y * scale - top, a * scale, b * scale, angle)
    for ink in (redness(cut), *_in_green(cut)):
        for zone in _ZONES:
            yield _on_white(_from_gap(_unwrapped(ink, axes, zone)))


def _in_green(colour: Pixels) -> tuple[Pixels, Pixels]:
    """Give how dark red ink is in green light, 0 to 255: without black text, and painted over."""
    red, green, _ = cv2.split(255 - cv2.divide(colour, paper(colour), scale=255).astype(np.float32))
    coloured = cv2.GaussianBlur(green - red, (0, 0), _ABOUT)
    dark = cv2.GaussianBlur(green, (0, 0), _ABOUT)
    kept = _rising(coloured / (dark + 8), 0.0, _RED) * (1 - _rising(red, *_DARK))
    ink = np.clip(green * kept, 0, 255).astype(np.uint8)
    covered = ((red > _COVERING) & (coloured < _COLOURLESS * green)).astype(np.uint8)
    covered = np.asarray(cv2.dilate(covered, np.ones((3, 3), np.uint8)))
    return ink, np.asarray(cv2.inpaint(ink, covered, 3, cv2.INPAINT_TELEA), dtype=np.uint8)


def _rising(values: Any, low: float, high: float) -> Any:
    """Give 0 up to `low`, 1 from `high` on, and a smooth way between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def _unwrapped(ink: Pixels, axes: Axes, zone: tuple[float, float]) -> Pixels:
    outer, inner = zone
    short, long = sorted(axes[2:4])
    about = 2 * np.pi * (outer + inner) / 2 * (1 + short / long) / 2
    length = int(about * _HEIGHT / (outer - inner))
    shares = np.linspace(outer, inner, _HEIGHT)
    grid = np.stack([rim(axes, float(share), length) for share in shares]).astype(np.float32)
    strip = cv2.remap(ink, grid[:, :, 0], grid[:, :, 1], cv2.INTER_LINEAR)
    return np.asarray(strip, dtype=np.uint8)


def _from_gap(strip: Pixels) -> Pixels:
    """Let the line begin in the middle of the widest stretch that holds least ink."""
    inked = strip[6:-6].astype(np.float64).mean(axis=0)
    width = max(3, len(inked) // 9)
    wide = np.concatenate([inked, inked[:width]])
    sums = np.convolve(wide, np.ones(width), "valid")[: len(inked)]
    return np.roll(strip, -int((sums.argmin() + width // 2) % len(inked)), axis=1)


def _on_white(strip: Pixels) -> Pixels:
    top = max(40.0, float(np.percentile(strip, 97)))
    return np.asarray(255 - np.clip(strip * (255 / top), 0, 255), dtype=np.uint8)


@cache
def warm() -> None:
    """Run all of it once: OpenCV loads parts of itself on first use."""
    shape = Shape(
        kind="ring", x=60, y=60, a=40, b=40, angle=0, covered=1, around=0, filled=0.2,
        text=0.2, strokes=9,
    )  # fmt: skip
    for _ in strips(np.full((120, 120, 3), 200, np.uint8), shape, 1.0):
        pass
