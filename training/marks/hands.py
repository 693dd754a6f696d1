"""Writing by hand made from the letters of a font: bent, thinned to its bones, drawn with a pen.

A font repeats itself to the dot and a hand does not: letters are slanted, squeezed and shifted
by what the seed says, and the pen has a width and a pressure of its own. `Mask` is as in `ink`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks.ink import tight

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from training.marks.ink import Mask

#: Letters are set so large before they are bent.
_SET = 90
#: No writing is taller than so many pixels, whatever its width.
_TALLEST = 260


def written(
    rng: Generator, text: str, face: cv2.FontFace, width: int, *, wild: float = 1.0
) -> Mask:
    """Write a line `width` pixels wide; `wild` from 0, a careful hand, to 1, a signature."""
    strip = _set(rng, text, face, wild)
    if not strip.any():
        return np.zeros((8, 8), np.float32)
    plain = tight(strip.astype(np.float32) / np.float32(255))
    high = plain.shape[0] * width / plain.shape[1] * rng.uniform(0.75, 1.0 + 0.5 * wild)
    fitted = cv2.resize(plain, (max(12, width), int(np.clip(high, 12, _TALLEST))))
    bones = thinned(bent(rng, np.asarray(fitted, np.float32), wild) > 0.5)
    if rng.random() < 0.35 * wild:
        _flourish(rng, bones)
    return tight(inked(rng, bones))


def _set(rng: Generator, text: str, face: cv2.FontFace, wild: float) -> NDArray[np.uint8]:
    """Set letters close together, the first of each word larger the wilder the hand."""
    strip = np.zeros((4 * _SET, int((len(text) + 3) * _SET * 1.2)), np.uint8)
    large = int(_SET * (1 + 0.7 * wild * rng.random()))
    gap = rng.uniform(0.04, 0.35)
    x = _SET // 2
    for word in text.split():
        for part, size in ((word[:1], large), (word[1:], _SET)):
            if part:
                x = cv2.putText(strip, part, (x, 2 * _SET), (255,), face, size, 400)[0][0]
                x -= int(_SET * 0.15 * wild * rng.random())
        x += int(gap * _SET)
    return strip


def bent(rng: Generator, plain: Mask, wild: float) -> Mask:
    """Slant, wave and flatten: each pixel of the result is looked up where it came from."""
    tall, wide = plain.shape
    slant = rng.uniform(-0.15, 0.5) * (0.3 + 0.7 * wild)
    rise = rng.normal(0, 0.04)
    edge_x, edge_y = int(abs(slant) * tall) + 12, int(0.3 * tall + abs(rise) * wide) + 8
    y, x = np.mgrid[-edge_y : tall + edge_y, -edge_x : wide + edge_x].astype(np.float32)
    base = tall * 0.75
    y = y + np.float32(rise) * x
    far = (x / wide).clip(0, 1)
    flat = 1 - np.float32(wild * rng.uniform(0, 0.6)) * (far - 0.15).clip(0, 1)
    from_y = base + (y - base) / flat
    from_x = x + np.float32(slant) * (y - base)
    letters = max(2, int(wide / tall * rng.uniform(1.0, 3.0)))
    waves = [
        cv2.resize(rough.astype(np.float32), x.shape[::-1], interpolation=cv2.INTER_CUBIC)
        for rough in rng.normal(0, 0.06 * (0.4 + wild) * tall, (2, 3, letters))
    ]
    bent = cv2.remap(plain, from_x + waves[0], from_y + waves[1], cv2.INTER_LINEAR)
    return np.asarray(bent, np.float32)


def thinned(ink: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Thin ink to lines one pixel wide, by the rules of Zhang and Suen."""
    now = np.pad(ink, 1).astype(np.uint8)
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            # Neighbours from the one above, clockwise.
            n = [
                now[:-2, 1:-1], now[:-2, 2:], now[1:-1, 2:], now[2:, 2:],
                now[2:, 1:-1], now[2:, :-2], now[1:-1, :-2], now[:-2, :-2],
            ]  # fmt: skip
            count = sum(n[1:], n[0])
            turns = sum(((n[i] == 0) & (n[(i + 1) % 8] == 1)).astype(np.uint8) for i in range(8))
            one = (n[0] & n[2] & n[4]) if first else (n[0] & n[2] & n[6])
            two = (n[2] & n[4] & n[6]) if first else (n[0] & n[4] & n[6])
            gone = (now[1:-1, 1:-1] == 1) & (count >= 2) & (count <= 6) & (turns == 1)
            gone &= (one == 0) & (two == 0)
            if gone.any():
                now[1:-1, 1:-1][gone] = 0
                changed = True
    return np.asarray(now[1:-1, 1:-1] * np.uint8(255))


def _flourish(rng: Generator, bones: NDArray[np.uint8]) -> None:
    """Draw one more stroke: under the name, or through it, or out of it."""
    tall, wide = bones.shape
    y = tall * rng.uniform(0.45, 0.9)
    start, stop = sorted(rng.uniform(0, 1, 2) * wide)
    t = np.linspace(0, 1, 24)
    bow = np.sin(np.pi * t) * rng.normal(0, 0.2) * tall
    dots = np.stack([start + (stop - start) * t, y + bow + rng.normal(0, 0.1) * tall * t], axis=1)
    cv2.polylines(bones, [dots.astype(np.int32)], False, 255, 1)  # noqa: FBT003 - OpenCV's own order


def inked(rng: Generator, bones: NDArray[np.uint8]) -> Mask:
    """Draw along bones with a pen whose nib lies aslant and whose pressure comes and goes."""
    pen = float(rng.choice([rng.uniform(1.6, 3.2), rng.uniform(2.5, 6.5)]))
    angle = rng.uniform(0, 180)
    bones = np.pad(bones, int(pen) + 2)
    light, heavy = (
        cv2.dilate(bones, _nib(size, size * rng.uniform(0.4, 1.0), angle))
        for size in (pen, pen * rng.uniform(1.0, 1.9))
    )
    shape = bones.shape[::-1]
    rough = rng.random((3, max(3, shape[0] // 40))).astype(np.float32)
    press = np.asarray(cv2.resize(rough, shape, interpolation=cv2.INTER_CUBIC), np.float32)
    drawn = np.where(press > rng.uniform(0.3, 0.8), heavy, light).astype(np.float32) / 255
    if rng.random() < 0.2:
        grain = rng.random((bones.shape[0] // 3 + 1, bones.shape[1] // 3 + 1)).astype(np.float32)
        gaps = cv2.resize(grain, shape) > rng.uniform(0.2, 0.45)
        drawn = drawn * gaps.astype(np.float32)
    return np.asarray(drawn, np.float32)


def _nib(long: float, short: float, angle: float) -> NDArray[np.uint8]:
    reach = int(np.ceil(long / 2)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    turn = np.deg2rad(angle)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    inside = (along / max(long / 2, 0.5)) ** 2 + (across / max(short / 2, 0.5)) ** 2 <= 1
    return np.asarray(inside, np.uint8)
