"""Drawings by hand: rings, boxes, arrows and measures with words beside them, and no signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks import signing, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.marks.pages import Scribe

#: Points to an outline.
_DOTS = 60


def sketch(scribe: Scribe) -> None:
    """Draw a few figures where nobody signed, some with a word beside them."""
    rng = scribe.rng
    pen = int(rng.integers(2, 7))
    face = signing.writer(scribe)
    for _ in range(int(rng.integers(1, 6))):
        wide, tall = int(rng.integers(50, 320)), int(rng.integers(40, 220))
        x, y = int(rng.integers(20, 1240 - wide)), int(rng.integers(60, scribe.tall - tall - 20))
        if any(
            x < b[2] and x + wide > b[0] and y < b[3] and y + tall > b[1]
            for b in scribe.page.signatures
        ):
            continue
        scribe.stamp(_figure(scribe, wide, tall, pen), x, y, float(rng.uniform(0.7, 1)))
        if rng.random() < 0.6:
            text = scribe.one_of(
                (f"{rng.integers(1, 40)} mm", "A", "see fig.", scribe.one_of(words.ENGLISH))
            )
            at = (x + int(rng.integers(0, wide)), y + int(rng.integers(-30, tall + 30)))
            signing.jot(scribe, text, at, int(rng.integers(18, 40)), face=face)


def _figure(scribe: Scribe, wide: int, tall: int, pen: int) -> NDArray[np.float32]:
    """Give one to three outlines within each other, and sometimes an arrow to them."""
    rng = scribe.rng
    mask = np.zeros((tall, wide), np.uint8)
    middle = np.array([wide, tall]) / 2
    for _ in range(int(rng.integers(1, 4))):
        turn = np.linspace(0, 2 * np.pi, _DOTS)
        kind = int(rng.integers(3))
        sides = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        if kind == 1:  # a box
            sides = sides / np.abs(sides).max(axis=1, keepdims=True)
        elif kind == 2:  # a ring with notches
            sides = sides * (1 - 0.25 * (np.sin(turn * rng.integers(3, 7)) > 0.4))[:, None]
        shake = rng.normal(0, 0.02, (_DOTS, 2)).cumsum(axis=0) * 0.4
        reach = (middle - pen) * rng.uniform(0.25, 1)
        _line(mask, middle + sides * reach + shake * reach, pen)
    if rng.random() < 0.5:
        start, tip = rng.uniform(0, 1, (2, 2)) * [wide, tall]
        cv2.arrowedLine(mask, _at(start), _at(tip), (255,), pen, tipLength=0.25)
    return mask.astype(np.float32) / np.float32(255)


def _at(dot: NDArray[np.float64]) -> tuple[int, int]:
    return int(dot[0]), int(dot[1])


def _line(mask: NDArray[np.uint8], dots: NDArray[np.float64], pen: int) -> None:
    cv2.polylines(mask, [dots.astype(np.int32)], False, 255, pen)  # noqa: FBT003 - OpenCV's own order
