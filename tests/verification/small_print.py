"""Pages in small print, and photographs of places, that are copied as `papers` are.

Sheets and texts are of a template: what is filled in follows from a second number.
"""

from __future__ import annotations

import io
import random
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
from PIL import Image, ImageDraw, ImageFont

from tests.verification.papers import WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A4 at 150 dots an inch, on which 9 points are 19 pixels.
A4 = (1240, 1754)
FACES = ("helv", "tiro", "cour", "china-s")
FIGURES = ("{:,.2f}", "{:.1f} %", "{:,.0f}", "{:.3f}")
#: A photograph by a phone, made smaller.
PHOTOGRAPH = (1200, 900)


def sheet(template: int, filled: int) -> Image.Image:
    """Draw a table of figures, upright or across, with rules or without."""
    fixed, own = random.Random(template), random.Random(template * 100_003 + filled)  # noqa: S311
    size = A4 if template % 3 else A4[::-1]
    font = _font(FACES[template % len(FACES)], fixed.choice((17, 19, 21)))
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    words = _words(template)
    draw.text((100, 110), " ".join(fixed.choices(words, k=3)), font=font, fill=0)
    draw.text((600, 110), f"{own.choice(words)} {own.randint(1000, 99999)}", font=font, fill=0)
    high, columns = round(font.size * 1.7), fixed.randint(5, 8)
    rows = fixed.randint((size[1] - 400) // high // 2, (size[1] - 400) // high)
    edges = np.linspace(100, size[0] - 100, columns + 1)
    kinds = [fixed.choice(FIGURES) for _ in edges]
    if fixed.random() < 0.7:
        for row in range(rows + 1):
            draw.line((100, 200 + row * high, size[0] - 100, 200 + row * high), fill=60)
        for edge in edges:
            draw.line((edge, 200, edge, 200 + rows * high), fill=60)
    for row in range(rows):
        for column, edge in enumerate(edges[:-1]):
            is_label = row == 0 or column == 0
            said = fixed.choice(words) if is_label else kinds[column].format(own.uniform(1, 9999))
            draw.text((edge + 5, 203 + row * high), said, font=font, fill=0)
    return page.convert("RGB")


def text(template: int, filled: int) -> Image.Image:
    """Draw a page of text in which nine words, dates or figures are filled in."""
    fixed, own = random.Random(template), random.Random(template * 100_003 + filled)  # noqa: S311
    font = _font(FACES[template % len(FACES)], fixed.choice((18, 19, 20)))
    page = Image.new("L", A4, 255)
    draw, places = ImageDraw.Draw(page), set(fixed.sample(range(45), 9))
    words = _words(template)
    for row, y in enumerate(range(120, A4[1] - 120, round(font.size * 1.7))):
        said = " ".join(fixed.choices(words, k=14))
        day = f"2026-{own.randint(10, 12)}-{own.randint(10, 28)}"
        value = own.choice((f"{own.randint(1000, 999999):,}", day, own.choice(words)))
        draw.text((110, y), f"{said[:30]} {value if row in places else ''}", font=font, fill=0)
        draw.text((520, y), said[30:80], font=font, fill=0)
    return page.convert("RGB")


def place(number: int) -> Image.Image:
    """Draw light and dark as photographs of places have them: the amplitude falls as 1/f."""
    width, height = PHOTOGRAPH
    light = np.fft.irfft2(_noise(number) / _frequencies() ** 1.2, (height, width))
    scaled = 128 + 55 * (light - light.mean()) / light.std()
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8)).convert("RGB")


def taken_again(picture: Image.Image, number: int, strays: float = 12) -> Image.Image:
    """Draw a place from a step aside: what is nearer strays further, most by some `strays`."""
    width, height = picture.size
    depth = np.random.default_rng(number).normal(0, strays, (9, 9)).astype(np.float32)
    shift = np.asarray(Image.fromarray(depth).resize(picture.size, Image.Resampling.BICUBIC))
    across = (np.arange(width) + shift).round().astype(int).clip(0, width - 1)
    seen = np.asarray(picture)[np.arange(height)[:, None], across]
    noise = np.random.default_rng(number + 1).normal(0, 3, seen.shape)
    return Image.fromarray((seen * 0.95 + noise).clip(0, 255).astype(np.uint8))


def _noise(number: int) -> NDArray[np.complex128]:
    width, height = PHOTOGRAPH
    chance = np.random.default_rng(number)
    return np.asarray(np.fft.rfft2(chance.normal(size=(height, width))))


@cache
def _frequencies() -> NDArray[np.float64]:
    width, height = PHOTOGRAPH
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)
    return np.asarray(np.maximum(np.hypot(down, across), 1 / width))


def _words(template: int) -> tuple[str, ...]:
    """Give the words that the template's face has signs for."""
    is_chinese = FACES[template % len(FACES)] == "china-s"
    return tuple(one for one in WORDS if is_chinese or one.isascii())


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(bytes(pymupdf.Font(face).buffer)), size)
