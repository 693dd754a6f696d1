"""Pages as people hand them in: forms of one template, and copies made in ten ways."""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from verification.fingerprints.pages import MOST_POINTS, SEEN_SIDE, Opened, opened, packed
from verification.readers import opencv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Copy = Callable[[Image.Image], Image.Image]

_FONT = bytes(pymupdf.Font("china-s").buffer)
WORDS = tuple(
    re.findall(
        r"\w+",
        "the supplier shall deliver goods within thirty days of order and invoice net amount "
        "agreed project acceptance report customer system test result signed approval budget 验收 "
        "项目 报告 合同 金额 甲方 乙方 交付 测试 结果 批准 预算",
    )
)


def form(template: int, filled: int) -> Image.Image:
    """Draw a form: labels and text follow from the template alone, what is filled in does not."""
    fixed = random.Random(template)  # noqa: S311 - a plan, not a secret
    own = random.Random(template * 100_003 + filled)  # noqa: S311 - the same
    page = Image.new("RGB", (1000, 1414), "white")
    draw, y = ImageDraw.Draw(page), 80
    draw.text((100, y), " ".join(fixed.choices(WORDS, k=4)), font=_font(34), fill=0)
    for _ in range(fixed.randint(5, 9)):
        y += 44
        draw.text((100, y + 40), fixed.choice(WORDS) + ":", font=_font(22), fill=0)
        value = " ".join(own.choices(WORDS, k=3)) + f" {own.randint(1000, 99999)}"
        draw.text((330, y + 40), value, font=_font(22), fill=0)
    for _ in range(fixed.randint(10, 22)):
        y += 32
        draw.text((100, y + 100), " ".join(fixed.choices(WORDS, k=9)), font=_font(19), fill=0)
    return page


def report(template: int, customer: int) -> Image.Image:
    """Draw a report that is nearly all template: a name and a table of figures are filled in."""
    fixed = random.Random(template)  # noqa: S311 - a plan, not a secret
    own = random.Random(template * 100_003 + customer)  # noqa: S311 - the same
    page = Image.new("RGB", (1000, 1414), "white")
    draw = ImageDraw.Draw(page)
    draw.text((100, 60), " ".join(fixed.choices(WORDS, k=4)), font=_font(34), fill=0)
    draw.text((100, 130), fixed.choice(WORDS) + ":", font=_font(22), fill=0)
    draw.text((330, 130), " ".join(own.sample(WORDS, k=2)), font=_font(22), fill=0)
    for row in range(26):
        text = " ".join(fixed.choices(WORDS, k=9))
        draw.text((100, 180 + 32 * row), text, font=_font(19), fill=0)
    for row in range(5):
        for column in range(3):
            place = (100 + 280 * column, 1050 + 44 * row)
            draw.text(place, f"{own.randint(100, 999)} ms", font=_font(19), fill=0)
    return page


def written(lines: int, size: int, per_line: int) -> Image.Image:
    """Draw a page with so many lines of so many words."""
    chosen = random.Random(5)  # noqa: S311 - a plan, not a secret
    page = Image.new("RGB", (1000, 1000), "white")
    for row in range(lines):
        text = " ".join(chosen.choices(WORDS, k=per_line))
        ImageDraw.Draw(page).text((40, 30 + 25 * row * size // 24), text, font=_font(size), fill=0)
    return page


def renamed(template: int, customer: int) -> Image.Image:
    """Draw the report again with another customer's name on it, and not one figure changed."""
    page, other = report(template, customer), report(template, customer + 1)
    name = (325, 125, 1000, 165)
    page.paste(other.crop(name), name[:2])
    return page


def fingerprint(page: Image.Image) -> Opened | None:
    """Give what is kept of a picture, as arrays; None where it is as good as blank."""
    grey = np.asarray(page.convert("L"))
    found = opencv.points_all_ways(grey, MOST_POINTS, SEEN_SIDE)
    kept = packed(1, (float(page.width), float(page.height)), grey, found)
    return None if kept is None else opened(kept)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(_FONT), size)


def _cropped(page: Image.Image) -> Image.Image:
    width, height = page.size
    edges = (0.05 * width, 0.05 * height, 0.95 * width, 0.95 * height)
    return page.crop(tuple(round(edge) for edge in edges))  # type: ignore[arg-type] # four edges


def _turned(page: Image.Image) -> Image.Image:
    return page.rotate(2, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)


def _recompressed(page: Image.Image, quality: int = 40) -> Image.Image:
    stream = io.BytesIO()
    page.convert("RGB").save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def _stamped(page: Image.Image) -> Image.Image:
    stamped = page.convert("RGB")
    draw = ImageDraw.Draw(stamped, "RGBA")
    radius, x, y = page.width * 0.11, page.width * 0.62, page.height * 0.7
    box = (x - radius, y - radius, x + radius, y + radius)
    draw.ellipse(box, outline=(210, 20, 20, 220), width=max(3, round(radius * 0.09)))
    draw.regular_polygon((x, y, radius * 0.35), 5, fill=(210, 20, 20, 220))
    return stamped


def _photographed(page: Image.Image) -> Image.Image:
    """Lay a print on a table: perspective, uneven light, blur, noise, JPEG."""
    chance = random.Random(page.width * page.height)  # noqa: S311 - a plan, not a secret
    width, height = round(page.width * 1.15), round(page.height * 1.15)
    table = Image.new("RGB", (width, height), (120, 100, 80))
    table.paste(page.convert("RGB"), (round(0.07 * page.width), round(0.07 * page.height)))
    corners = [
        edge
        for x, y in ((0, 0), (0, height), (width, height), (width, 0))
        for edge in (
            x + chance.uniform(-0.04, 0.04) * width,
            y + chance.uniform(-0.04, 0.04) * height,
        )
    ]
    seen = table.transform(
        table.size, Image.Transform.QUAD, corners, resample=Image.Resampling.BICUBIC
    )
    blurred = seen.filter(ImageFilter.GaussianBlur(max(page.size) / 1200))
    light = (
        np.linspace(0.6, 1.05, width)[None, :, None] * np.linspace(1, 0.85, height)[:, None, None]
    )
    noise = np.random.default_rng(1).normal(0, 5, (height, width, 3))
    lit = (np.asarray(blurred) * light + noise).clip(0, 255).astype(np.uint8)
    return _recompressed(Image.fromarray(lit), 70)


#: Page re-ordering is one more: pages are compared one by one, whatever their number.
COPIES: Mapping[str, Copy] = {
    "cropped by 5 %": _cropped,
    "turned by 2°": _turned,
    "turned by 90°": lambda page: page.rotate(90, expand=True),
    "recompressed": _recompressed,
    "rescaled": lambda page: page.resize((round(page.width * 0.6), round(page.height * 0.6))),
    "photo of a print": _photographed,
    "grey": lambda page: page.convert("L"),
    "stamp added": _stamped,
    "mirrored": ImageOps.mirror,
    "negative": lambda page: ImageOps.invert(page.convert("RGB")),
}
