"""A level strip turned into characters: connectionist temporal classification, best path."""

from __future__ import annotations

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


def recognise(strip: NDArray[np.uint8], pair: Pair) -> tuple[str, float]:
    """Give the text of one line (RGB) and the mean likelihood of its characters."""
    text, sure = spelt(likelihoods(strip, pair), pair.characters)
    return text, sum(sure) / len(sure) if sure else 0.0


def likelihoods(strip: NDArray[np.uint8], pair: Pair) -> NDArray[np.float32]:
    """Give how likely each character is at each step along a line (RGB)."""
    likely: NDArray[np.float32] = pair.recogniser.run(_prepare(strip))[0]
    return likely


def spelt(likely: NDArray[np.float32], characters: Sequence[str]) -> tuple[str, tuple[float, ...]]:
    """Give the likeliest characters, one for each stretch of the same, and how likely each is."""
    best = likely.argmax(1)
    keep = best != 0
    keep[1:] &= best[1:] != best[:-1]
    text = "".join(characters[index] for index in best[keep])
    return text, tuple(float(one) for one in likely.max(1)[keep])


def _prepare(strip: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = strip.shape[:2]
    wide = min(_MOST_WIDTH, max(1, round(width * _HEIGHT / height)))
    flags = cv2.INTER_AREA if height > 2 * _HEIGHT else cv2.INTER_LINEAR
    small = cv2.resize(strip, (wide, _HEIGHT), interpolation=flags)
    padded = max(_LEAST_WIDTH, -(-wide // _STEP) * _STEP)
    tensor = np.zeros((1, 3, _HEIGHT, padded), np.float32)
    tensor[0, :, :, :wide] = (small[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    return tensor
