"""Names set in a font where one signs: Kai, Song, Hei, brush and script faces. No signatures.

A letter of a font stands straight on its line, and comes again the same to the dot; that is what
tells it from a hand (`hands`), which is made of the same kind of letters, bent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks import words
from training.marks.ink import tight

if TYPE_CHECKING:
    from numpy.random import Generator

    from training.marks.ink import Mask

#: Spaces, of half a letter, between the two letters of a short name, as forms set them.
_WIDE = "  "
#: Degrees by which a name that was pasted or stamped stands askew.
_ASKEW = 1.5


def hanzi(rng: Generator) -> str:
    """Make up a Chinese name of two to four characters, or take one that people signed with."""
    if rng.random() < 0.2:
        return words.SIGNED[int(rng.integers(len(words.SIGNED)))]
    surname = words.SURNAMES[int(rng.integers(len(words.SURNAMES)))]
    if rng.random() < 0.06:
        surname = words.DOUBLE_SURNAMES[int(rng.integers(len(words.DOUBLE_SURNAMES)))]
    chosen = rng.integers(len(words.GIVEN), size=int(rng.choice([1, 2], p=[0.4, 0.6])))
    text = surname + "".join(words.GIVEN[int(i)] for i in chosen)
    return _WIDE.join(text) if len(text) == 2 and rng.random() < 0.25 else text


def straight(rng: Generator, text: str, face: cv2.FontFace, size: int) -> Mask:
    """Set `text` on a straight line, `size` pixels to the letter: bold or askew now and then."""
    strip = np.zeros((3 * size, int((len(text) + 2) * size * 1.3)), np.uint8)
    cv2.putText(strip, text, (size // 2, 2 * size), (255,), face, size, 400)
    if rng.random() < 0.25:
        heavy = max(2, round(size * rng.uniform(0.02, 0.05)))
        strip = np.asarray(cv2.dilate(strip, np.ones((heavy, heavy), np.uint8)))
    if rng.random() < 0.3:
        middle = strip.shape[1] / 2, strip.shape[0] / 2
        turn = cv2.getRotationMatrix2D(middle, float(rng.normal(0, _ASKEW)), 1.0)
        strip = np.asarray(cv2.warpAffine(strip, turn, strip.shape[::-1]))
    return tight(strip.astype(np.float32) / np.float32(255))
