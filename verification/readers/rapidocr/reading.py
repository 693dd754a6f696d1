"""A page read line by line, whichever way up it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from verification.readers.rapidocr.detection import cut_out, find_lines, is_upright
from verification.readers.rapidocr.models import load
from verification.readers.rapidocr.recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.readers.rapidocr.detection import Corners
    from verification.readers.rapidocr.models import Pair, Size

#: Less likely than this is no text (rapidocr's own figure).
_LEAST_CONFIDENCE = 0.5
#: So many of the longest lines say whether the page stands on its head, and how sure is sure.
_SAMPLE, _SURE = 4, 0.9
#: A strip with fewer pixels on a side holds nothing to read.
_LEAST_SIDE = 4

#: How far the page must be turned, clockwise in degrees, to be read.
Turn = Literal[0, 90, 180, 270]


@dataclass(frozen=True, slots=True)
class Word:
    """What stands together on one line: `box` is left, top, right, bottom in pixels."""

    text: str
    box: tuple[float, float, float, float]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Strip:
    corners: Corners
    pixels: NDArray[np.uint8]

    @property
    def box(self) -> tuple[float, float, float, float]:
        left, top = self.corners.min(0)
        right, bottom = self.corners.max(0)
        return float(left), float(top), float(right), float(bottom)


def read_page(colour: NDArray[np.uint8], *, size: Size) -> tuple[Word, ...]:
    """Read all text of a page (RGB), in reading order; the page may lie in any quarter turn.

    Raises CannotRead where the extra is not there, LimitExceeded for more lines than pages have.
    """
    if min(colour.shape[:2]) < _LEAST_SIDE:
        return ()
    pair = load(size)
    strips = [_Strip(line, cut_out(colour, line)) for line in find_lines(colour, pair.detector)]
    strips = [strip for strip in strips if min(strip.pixels.shape[:2]) >= _LEAST_SIDE]
    turned = _is_turned(strips)
    flipped = _stands_on_its_head(strips, pair)
    words = []
    for strip in _in_reading_order(strips, turn=_turn(turned=turned, flipped=flipped)):
        pixels = np.rot90(strip.pixels, 2) if flipped else strip.pixels
        text, confidence = recognise(pixels, pair)
        if text.strip() and confidence >= _LEAST_CONFIDENCE:
            words.append(Word(text.strip(), strip.box, confidence))
    return tuple(words)


def read_line(strip: NDArray[np.uint8], *, size: Size) -> tuple[str, float] | None:
    """Read one level line (RGB) that fills its strip; None where nothing is read.

    Raises CannotRead where the extra is not there.
    """
    if min(strip.shape[:2]) < _LEAST_SIDE:
        return None
    text, confidence = recognise(strip, load(size))
    return (text.strip(), confidence) if text.strip() else None


def _is_turned(strips: Sequence[_Strip]) -> bool:
    """Say whether most text runs from top to bottom, by length."""
    lengths = [max(strip.pixels.shape[:2]) for strip in strips]
    upright = sum(
        length for strip, length in zip(strips, lengths, strict=True) if is_upright(strip.corners)
    )
    return bool(upright > sum(lengths) / 2)


def _stands_on_its_head(strips: Sequence[_Strip], pair: Pair) -> bool:
    longest = sorted(strips, key=lambda strip: -strip.pixels.shape[1])[:_SAMPLE]
    right = [recognise(strip.pixels, pair)[1] for strip in longest]
    if not right or sum(right) / len(right) >= _SURE:
        return False
    wrong = [recognise(np.rot90(strip.pixels, 2), pair)[1] for strip in longest]
    return sum(wrong) > sum(right)


def _turn(*, turned: bool, flipped: bool) -> Turn:
    # A line that runs upwards was cut out turned a quarter left: then it stands on its head.
    if turned:
        return 90 if flipped else 270
    return 180 if flipped else 0


def _in_reading_order(strips: Sequence[_Strip], *, turn: Turn) -> list[_Strip]:
    """Sort by rows from the top and within them from the left, as the turned page has them."""
    placed = sorted(
        ((_turned_box(strip.box, turn), index) for index, strip in enumerate(strips)),
        key=lambda one: one[0][1] + one[0][3],
    )
    rows: list[list[tuple[tuple[float, float, float, float], int]]] = []
    for box, index in placed:
        middle = (box[1] + box[3]) / 2
        if (
            rows
            and rows[-1][0][0][1] <= middle <= rows[-1][0][0][3]
            and (box[3] - box[1] < 2 * (rows[-1][0][0][3] - rows[-1][0][0][1]))
        ):
            rows[-1].append((box, index))
        else:
            rows.append([(box, index)])
    return [strips[index] for row in rows for _, index in sorted(row)]


def _turned_box(
    box: tuple[float, float, float, float], turn: Turn
) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return {
        0: box,
        90: (-bottom, left, -top, right),
        180: (-right, -bottom, -left, -top),
        270: (top, -right, bottom, -left),
    }[turn]
