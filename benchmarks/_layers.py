"""Scans with what OCR read laid beneath them: honest, with the errors that OCR makes, or edited."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
from PIL import Image

from verification.readers import rapidocr

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from verification.readers.rapidocr import Size, Word

#: What OCR makes of signs in good light and in bad, each as likely as the other.
CONFUSED = {
    "0": "O8", "1": "lI7", "2": "Z7", "3": "8", "4": "9", "5": "S6", "6": "8b", "7": "1", "8": "B3",
    "9": "g4", "O": "0", "l": "1I", "I": "l1", "S": "5", "B": "8", "Z": "2", "e": "c", "c": "e",
    "n": "u", "h": "b", "o": "0", "a": "o", "未": "末", "日": "曰", "己": "已", "人": "入",
    "土": "士", "大": "太", "千": "干", "元": "无", ".": ",", ",": ".", "-": "~", ":": ";",
}  # fmt: skip
_LOST, _APART = 0.2, 0.1
_FIGURE = re.compile(r"\d[\d.,]{2,}")


@dataclass(frozen=True, slots=True)
class Laid:
    """A line of a layer: `box` is in pixels of the scan."""

    text: str
    box: tuple[float, float, float, float]


def read(picture: bytes, size: Size) -> tuple[Laid, ...]:
    """Let our own OCR read a scan."""
    pixels = np.asarray(Image.open(BytesIO(picture)).convert("RGB"))
    words: tuple[Word, ...] = rapidocr.read_page(pixels, size=size)
    return tuple(Laid(word.text, word.box) for word in words)


def disturbed(lines: Sequence[Laid], share: float, rng: random.Random) -> tuple[Laid, ...]:
    """Put into a layer the errors that OCR makes, in such a share of its signs."""
    return tuple(
        replace(line, text="".join(_misread(sign, share, rng) for sign in line.text))
        for line in lines
    )


def _misread(sign: str, share: float, rng: random.Random) -> str:
    if sign.isspace() or rng.random() >= share:
        return sign
    how = rng.random()
    if how < _LOST:
        return ""
    if how < _LOST + _APART:
        return sign + " "
    return rng.choice(CONFUSED.get(sign, sign))


def with_other_figure(lines: Sequence[Laid], rng: random.Random) -> tuple[Laid, ...] | None:
    """Change one figure of a number of three or more; None where there is none."""
    places = [
        (at, found.start(), found[0])
        for at, line in enumerate(lines)
        for found in _FIGURE.finditer(line.text)
        if sum(map(str.isdigit, found[0])) >= 3
    ]
    if not places:
        return None
    at, start, number = rng.choice(places)
    digits = [n for n, sign in enumerate(number) if sign.isdigit()]
    n = rng.choice(digits)
    other = rng.choice([one for one in "0123456789" if one != number[n]])
    text = lines[at].text
    text = text[: start + n] + other + text[start + n + 1 :]
    return (*lines[:at], replace(lines[at], text=text), *lines[at + 1 :])


def under(picture: bytes, lines: Sequence[Laid]) -> bytes:
    """Give a PDF of the scan with the lines beneath it, in words that nobody sees."""
    size = pymupdf.Pixmap(picture)
    # A4 or as long as the picture is: points, not pixels.
    less = 595 / size.width
    font = pymupdf.Font("china-s")
    with pymupdf.open() as document:
        page = document.new_page(width=size.width * less, height=size.height * less)
        page.insert_image(page.rect, stream=picture)
        writer = pymupdf.TextWriter(page.rect)
        for line in lines:
            left, top, right, bottom = (edge * less for edge in line.box)
            wide = font.text_length(line.text, 1.0)
            high = max(4.0, min((bottom - top) * 0.85, (right - left) / wide if wide else 10.0))
            writer.append((left, bottom - 0.2 * (bottom - top)), line.text, font, high)
        writer.write_text(page, render_mode=3)
        document.subset_fonts()
        return bytes(document.tobytes(garbage=3, deflate=True))
