"""Digits, and what is none, as a threshold cuts them out of frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.clock.faces import PIXEL_FACES, face, pixel_face
from verification.films.digits import OTHER, SLASH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_SYSTEM = Path("/usr/share/fonts/opentype/noto")
_CHINESE_FACES = (_SYSTEM / "NotoSansCJK-Regular.ttc", _SYSTEM / "NotoSansCJK-Bold.ttc")
_HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_PLAIN)
_CHINESE = "年月日时分秒星期一二三四五六上下午时间日期"
#: Letters that nobody takes for a digit.
_LETTERS = "ACEFGHJKLMNPRTUVWXYabcdefhjkmnprtuvwxy#%&+=<>"
_LIT = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd",
    "6": "afgedc", "7": "abc", "8": "abcdefg", "9": "abcdfg",
}  # fmt: skip

#: Share of pieces that are of a face of pixels, and of these the share that is no digit.
_PIXELLED, _NONE_OF_PIXELS = 0.08, 0.3


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drawn:
    """A piece as it was cut out, and its class."""

    grey: Pixels
    ink: Pixels
    answer: int


def drawn(random: np.random.Generator, faces: Sequence[Path]) -> Drawn | None:
    """Draw one piece; None where the threshold left nothing of it."""
    pixelled = [one for one in faces if one.name in PIXEL_FACES]
    faces = [one for one in faces if one.name not in PIXEL_FACES]
    if pixelled and random.random() < _PIXELLED:
        return _in_pixels(random, pixelled)
    kind = random.random()
    if kind < 0.66:
        answer = int(random.integers(10))
        mask = _shape(random, str(answer), faces)
    elif kind < 0.72:
        answer, mask = SLASH, _typeset(random, "/", faces)
    else:
        answer, mask = OTHER, _none(random, faces)
    high = int(random.integers(11, 44))
    scale = high / mask.shape[0]
    wide = max(2, round(mask.shape[1] * scale * random.uniform(0.85, 1.15)))
    mask = np.asarray(cv2.resize(mask, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    return _cut(_spoiled(random, _leaned(random, np.pad(mask, 6))), random, answer)


def _in_pixels(random: np.random.Generator, faces: Sequence[Path]) -> Drawn | None:
    """Draw a digit or a letter of a face of pixels, once to three times as large."""
    answer, text = int(random.integers(10)), ""
    if random.random() < _NONE_OF_PIXELS:
        answer, text = OTHER, str(random.choice(list(_LETTERS)))
    chosen = pixel_face(faces[int(random.integers(len(faces)))])
    image = Image.new("L", (24, 24))
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    pen.text((4, 2), text or str(answer), 255, font=chosen)
    mask = np.array(image)
    x, y, w, h = cv2.boundingRect(mask)
    times = int(random.choice([1, 1, 2, 3]))
    mask = np.kron(mask[y : y + h, x : x + w], np.ones((times, times), np.uint8))
    return _cut(_spoiled(random, np.pad(mask, 6)), random, answer)


def _shape(random: np.random.Generator, digit: str, faces: Sequence[Path]) -> Pixels:
    kind = random.random()
    if kind < 0.1:
        return _segments(random, _LIT[digit])
    return _hershey(random, digit) if kind < 0.22 else _typeset(random, digit, faces)


def _none(random: np.random.Generator, faces: Sequence[Path]) -> Pixels:
    kind = random.random()
    if kind < 0.3:
        return _typeset(random, str(random.choice(list(_LETTERS))), faces)
    if kind < 0.55:
        letter = _typeset(random, str(random.choice(list(_CHINESE))), _CHINESE_FACES)
        return _part(random, letter) if random.random() < 0.5 else letter
    if kind < 0.65:
        return _typeset(random, "".join(str(one) for one in random.integers(0, 10, 2)), faces)
    if kind < 0.72:
        return _part(random, _shape(random, str(random.integers(10)), faces))
    soft = cv2.GaussianBlur(random.normal(0, 1, (60, 44)), (0, 0), float(random.uniform(2, 9)))
    return np.where(soft > np.percentile(soft, random.uniform(40, 80)), 255, 0).astype(np.uint8)


def _part(random: np.random.Generator, mask: Pixels) -> Pixels:
    """Cut a third or more of it away."""
    high, wide = mask.shape
    if random.random() < 0.5:
        cut = int(high * random.uniform(0.4, 0.6))
        return mask[:cut] if random.random() < 0.5 else mask[cut:]
    cut = max(1, int(wide * random.uniform(0.4, 0.6)))
    return mask[:, :cut] if random.random() < 0.5 else mask[:, cut:]


def _typeset(random: np.random.Generator, text: str, faces: Sequence[Path]) -> Pixels:
    chosen = face(faces[int(random.integers(len(faces)))])
    left, top, right, bottom = chosen.getbbox(text)
    image = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(image).text((1 - left, 1 - top), text, 255, font=chosen)
    return np.array(image)


def _hershey(random: np.random.Generator, text: str) -> Pixels:
    mask = np.zeros((90, 90), np.uint8)
    face = _HERSHEY[int(random.integers(len(_HERSHEY)))]
    thick = int(random.integers(1, 8))
    cv2.putText(
        mask, text, (12, 70), face, 2.2 if face != _HERSHEY[2] else 4.5, 255, thick, cv2.LINE_AA
    )
    x, y, w, h = cv2.boundingRect(mask)
    return mask[y : y + h, x : x + w]


def _segments(random: np.random.Generator, lit: str) -> Pixels:
    h = 64
    w, t = int(h * random.uniform(0.42, 0.65)), int(h * random.uniform(0.08, 0.18))
    gap = int(random.integers(0, 3))
    bars = {
        "a": (gap, 0, w - gap, t), "g": (gap, (h - t) // 2, w - gap, (h + t) // 2),
        "d": (gap, h - t, w - gap, h), "f": (0, gap, t, h // 2 - gap),
        "b": (w - t, gap, w, h // 2 - gap), "e": (0, h // 2 + gap, t, h - gap),
        "c": (w - t, h // 2 + gap, w, h - gap),
    }  # fmt: skip
    mask = np.zeros((h, w), np.uint8)
    for bar in lit:
        x0, y0, x1, y1 = bars[bar]
        mask[y0:y1, x0:x1] = 255
    return mask


def _leaned(random: np.random.Generator, mask: Pixels) -> Pixels:
    lean = random.normal(0, 0.07)
    move = np.array([[1, -lean, lean * mask.shape[0] / 2], [0, 1, 0]], np.float32)
    return np.asarray(cv2.warpAffine(mask, move, (mask.shape[1], mask.shape[0])), np.uint8)


def _spoiled(random: np.random.Generator, mask: Pixels) -> Pixels:
    """Put it on a background; blur it and code it as films do."""
    if random.random() < 0.25:
        mask = np.asarray(cv2.dilate(mask, np.ones((2, 2), np.uint8)), np.uint8)
    ink = mask.astype(np.float32) / 255
    back = random.uniform(0, 130)
    rough = cv2.GaussianBlur(random.normal(0, 1, mask.shape), (0, 0), float(random.uniform(1, 6)))
    ground = back + rough / (rough.std() + 1e-6) * random.uniform(0, 35)
    if random.random() < 0.3:  # an outline, or a shadow to one side
        move = int(random.integers(0, 3))
        around = cv2.dilate(np.roll(mask, (move, move), (0, 1)), np.ones((3, 3), np.uint8)) / 255.0
        ground = ground * (1 - around) + random.uniform(0, 40) * around
    grey = ground * (1 - ink) + random.uniform(max(back + 70, 170), 255) * ink
    grey = cv2.GaussianBlur(grey, (0, 0), float(random.uniform(0.2, 1.0)))
    grey = np.clip(grey + random.normal(0, random.uniform(0, 6), mask.shape), 0, 255)
    quality = int(random.integers(30, 96))
    coded = cv2.imencode(".jpg", grey.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _cut(grey: Pixels, random: np.random.Generator, answer: int) -> Drawn | None:
    """Cut the largest piece out, by a threshold between ground and ink."""
    middle = grey[3:-3, 3:-3]
    low, top = float(np.percentile(middle, 15)), float(np.percentile(middle, 98))
    edge = low + (top - low) * random.uniform(0.34, 0.78)
    found = cv2.morphologyEx(
        (grey > edge).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found)
    if count < 2:
        return None
    best = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, w, h = (int(one) for one in stats[best, :4])
    if h < 8 or w < 2:
        return None
    piece = (labels[y : y + h, x : x + w] == best).astype(np.uint8)
    return Drawn(grey=grey[y : y + h, x : x + w], ink=piece, answer=answer)
