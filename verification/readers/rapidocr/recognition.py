"""A level strip turned into characters: connectionist temporal classification, best path."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.readers.rapidocr.models import Pair

_HEIGHT = 48
#: Widths in pixels; the net was trained on strips of at least the first. A longer line is squeezed.
_LEAST_WIDTH, _MOST_WIDTH = 320, 3_200
#: Widths are rounded up to this, so that few shapes occur.
_STEP = 32
#: So likely a space must be at one step between two characters. Chosen on every other receipt of
#: SROIE, from the first; 0.02 to 0.1 come out alike.
_SPACE = 0.07
_FIGURE = frozenset("0123456789.,")


def recognise(strip: NDArray[np.uint8], pair: Pair) -> tuple[str, float]:
    """Give the text of one line (RGB) and the mean likelihood of its characters."""
    likely = likelihoods(strip, pair)
    text, sure = spelt(likely, pair.characters)
    if not sure:
        return "", 0.0
    return spaced(text, likely), sum(sure) / len(sure)


def likelihoods(strip: NDArray[np.uint8], pair: Pair) -> NDArray[np.float32]:
    """Give how likely each character is at each step along a line (RGB)."""
    likely: NDArray[np.float32] = pair.recogniser.run(_prepare(strip))[0]
    return likely


def spelt(likely: NDArray[np.float32], characters: Sequence[str]) -> tuple[str, tuple[float, ...]]:
    """Give the likeliest characters, one for each stretch of the same, and how likely each is."""
    best = likely.argmax(1)
    steps = _steps(best)
    text = "".join(characters[index] for index in best[steps])
    return text, tuple(float(one) for one in likely.max(1)[steps])


def spaced(text: str, likely: NDArray[np.float32]) -> str:
    """Put spaces back, where the net holds one possible between two signs of words.

    `text` is what `spelt` made of `likely`. The net is trained mostly on Chinese, where no word
    ends with a space: it rarely holds one likelier than nothing, also where one stands.
    """
    steps = _steps(likely.argmax(1))
    spaces = likely[:, -1]
    out = text[:1]
    for (one, sign), (before, after) in zip(pairwise(text), pairwise(steps), strict=True):
        between = spaces[before + 1 : after]
        if between.size and between.max() > _SPACE and not _is_one(one, sign):
            out += " "
        out += sign
    return out


def _is_one(one: str, sign: str) -> bool:
    """Say whether no space is put between two signs: beside Chinese, and within a figure.

    Figures are set wide; an amount or a number that falls apart is worse than two that touch.
    """
    figure = one in _FIGURE and sign in _FIGURE
    return figure or _is_wide(one) or _is_wide(sign)


def _is_wide(sign: str) -> bool:
    """Say whether spaces do not stand beside it: Chinese, full-width, or itself a space."""
    return sign.isspace() or unicodedata.east_asian_width(sign) in "WF"


def _steps(best: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give where each stretch of one sign that is no blank begins."""
    keep = best != 0
    keep[1:] &= best[1:] != best[:-1]
    return np.nonzero(keep)[0]


def _prepare(strip: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = strip.shape[:2]
    wide = min(_MOST_WIDTH, max(1, round(width * _HEIGHT / height)))
    flags = cv2.INTER_AREA if height > 2 * _HEIGHT else cv2.INTER_LINEAR
    small = cv2.resize(strip, (wide, _HEIGHT), interpolation=flags)
    padded = max(_LEAST_WIDTH, -(-wide // _STEP) * _STEP)
    tensor = np.zeros((1, 3, _HEIGHT, padded), np.float32)
    tensor[0, :, :, :wide] = (small[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    return tensor
