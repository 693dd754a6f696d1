"""Pages with seals, and pages with red things that are none, drawn from a seed."""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = tuple(
    Path(root) / name
    for root in ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/wqy")
    for name in ("NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc")
)
WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
_MM = 150 / 25.4
_NAMES = ("上海", "北京", "湖北", "广东", "江苏", "成都", "青岛")
_MIDDLES = ("华信", "天平", "荣创", "远景", "蓝海", "东方汇智", "恒通")
_TRADES = ("科技", "机电设备", "软件", "医疗器械", "教育咨询", "自动化")
_WORDS = "关于本项目的实施方案与报价经双方协商一致同意按照合同约定执行并在验收后支付款项"
Kind = Literal["round", "oval", "square"]
Look = Literal["plain", "faint", "scan", "jpeg", "photo", "black_and_white"]
RED = (200, 24, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A page and what was drawn on it: boxes in pixels of the picture; a photo has none."""

    image: Image.Image
    boxes: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]

    def jpeg(self, quality: int = 88) -> bytes:
        out = io.BytesIO()
        self.image.save(out, "JPEG", quality=quality)
        return out.getvalue()


@cache
def font(size: int) -> ImageFont.FreeTypeFont | None:
    path = next((one for one in FONTS if one.is_file()), None)
    return ImageFont.truetype(path, size) if path else None


def _font(size: int) -> ImageFont.FreeTypeFont:
    found = font(size)
    assert found is not None
    return found


def company(chance: random.Random) -> str:
    parts = (_NAMES, _MIDDLES, _TRADES)
    return "".join(chance.choice(part) for part in parts) + "有限公司"


def _glyph(letter: str, size: int, ink: tuple[int, ...]) -> Image.Image:
    tile = Image.new("RGBA", (size * 2, size * 2))
    ImageDraw.Draw(tile).text((size, size), letter, font=_font(size), fill=ink, anchor="mm")
    return tile


def seal(
    kind: Kind, name: str, chance: random.Random, ink: tuple[int, int, int] = RED
) -> Image.Image:
    """Draw one seal on nothing, at 150 dots an inch."""
    if kind == "square":
        return _square(name, chance, ink)
    radius = round(_MM * chance.uniform(19, 22))
    flat = 1.0 if kind == "round" else chance.uniform(0.62, 0.75)
    fine = 2
    r = radius * fine
    tile = Image.new("RGBA", (2 * r + 8, 2 * r + 8))
    pen = ImageDraw.Draw(tile)
    colour = (*ink, 255)
    pen.ellipse(
        (4, 4, 2 * r + 4, 2 * r + 4), outline=colour, width=round(r * chance.uniform(0.03, 0.06))
    )
    if chance.random() < 0.4:
        inset = 4 + r * 0.1
        pen.ellipse((inset, inset, 2 * r + 8 - inset, 2 * r + 8 - inset), outline=colour, width=2)
    _write_ring(tile, name, r, colour)
    if kind == "round":
        pen.polygon(star(r + 4, r + 4, r * 0.3), fill=colour)
    if chance.random() < 0.6 or kind == "oval":
        words = chance.choice(("合同专用章", "财务专用章", "发票专用章"))
        where = (r + 4, r + 4 + (0.52 * r if kind == "round" else 0.1 * r))
        pen.text(where, words, font=_font(round(r * 0.17)), fill=colour, anchor="mm")
    size_out = (2 * radius, round(2 * radius * flat))
    return tile.resize(size_out, Image.Resampling.LANCZOS)


def _write_ring(tile: Image.Image, name: str, r: int, colour: tuple[int, ...]) -> None:
    size = round(r * min(0.3, 2.6 / len(name)))
    span = min(290, len(name) * 24)
    for place, letter in enumerate(name):
        angle = math.radians(-span / 2 + span * place / (len(name) - 1))
        turned = _glyph(letter, size, colour).rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        at = (r + 4 + 0.73 * r * math.sin(angle), r + 4 - 0.73 * r * math.cos(angle))
        tile.alpha_composite(
            turned, (round(at[0] - turned.width / 2), round(at[1] - turned.height / 2))
        )


def _square(name: str, chance: random.Random, ink: tuple[int, int, int]) -> Image.Image:
    side = round(_MM * chance.uniform(18, 26))
    tile = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(tile)
    pen.rectangle((1, 1, side - 2, side - 2), outline=(*ink, 255), width=max(3, side // 22))
    letters = (name[2:5] + "印")[:4]
    size = round(side * 0.4)
    for place, letter in enumerate(letters):
        at = (side * (0.71 - 0.42 * (place // 2)), side * (0.29 + 0.42 * (place % 2)))
        pen.text(at, letter, font=_font(size), fill=(*ink, 255), anchor="mm")
    return tile


def star(x: float, y: float, r: float) -> list[tuple[float, float]]:
    """Give the corners of a star with one point up."""
    return [
        (
            x + (r if i % 2 == 0 else r * 0.38) * math.sin(i * math.pi / 5),
            y - (r if i % 2 == 0 else r * 0.38) * math.cos(i * math.pi / 5),
        )
        for i in range(10)
    ]


def letter(chance: random.Random) -> Image.Image:
    """Draw a letter, with a table in half of them."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    pen.text((WIDTH / 2, 150), "关于项目实施的确认函", font=_font(44), fill="black", anchor="mm")
    for row in range(240, HEIGHT - 140, 46):
        words = "".join(chance.choice(_WORDS) for _ in range(chance.randint(14, 38)))
        pen.text((120, row), words, font=_font(26), fill=(20, 20, 20))
    if chance.random() < 0.5:
        top = chance.randint(300, 700)
        pen.rectangle((120, top, WIDTH - 120, top + 300), fill="white", outline="black", width=2)
        for row in range(top, top + 301, 60):
            pen.line((120, row, WIDTH - 120, row), fill="black", width=2)
        for column in range(120, WIDTH - 119, 200):
            pen.line((column, top, column, top + 300), fill="black", width=2)
    return image


def press(image: Image.Image, stamp: Image.Image, at: tuple[int, int], strength: float) -> None:
    """Press a seal: ink lets through what is printed under it."""
    layer = np.full((image.height, image.width, 3), 255.0)
    alpha = np.asarray(stamp, np.float64)[:, :, 3:] / 255 * strength
    colour = np.asarray(stamp, np.float64)[:, :, :3]
    x, y = at
    layer[y : y + stamp.height, x : x + stamp.width] = 255 - (255 - colour) * alpha
    mixed = np.asarray(image, np.float64) * layer / 255
    image.paste(Image.fromarray(mixed.astype(np.uint8)))


def page(
    seed: int, kind: Kind = "round", look: Look = "plain", *, overlap: bool = False
) -> Stamped:
    """Draw a letter with one seal, or two that overlap."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    image = letter(chance)
    boxes: list[tuple[float, ...]] = []
    names = []
    x, y = chance.randint(200, WIDTH - 560), chance.randint(900, HEIGHT - 480)
    strength = chance.uniform(0.28, 0.42) if look == "faint" else chance.uniform(0.75, 1.0)
    for _ in range(1 + overlap):
        name = company(chance)
        ink = (chance.randint(175, 225), chance.randint(10, 50), chance.randint(20, 60))
        stamp = seal(kind, name, chance, ink)
        stamp = stamp.rotate(chance.uniform(-25, 25), Image.Resampling.BICUBIC, expand=True)
        press(image, stamp, (x, y), strength)
        boxes.append((float(x), float(y), float(x + stamp.width), float(y + stamp.height)))
        names.append(name)
        x += round(stamp.width * chance.uniform(0.55, 0.8))
        y += chance.randint(-30, 30)
    moved = look == "photo"
    if look == "jpeg":
        boxes = [tuple(edge * 0.75 for edge in box) for box in boxes]
    return Stamped(
        image=worn(image, look, chance), boxes=() if moved else tuple(boxes), names=tuple(names)
    )


def worn(image: Image.Image, look: Look, chance: random.Random) -> Image.Image:
    """Send a page through what pages go through."""
    if look == "black_and_white":
        return image.convert("L").convert("RGB")
    if look in {"plain", "faint"}:
        return image
    noise = np.random.default_rng(chance.randint(0, 1 << 30))
    if look == "jpeg":
        out = io.BytesIO()
        image.resize((WIDTH * 3 // 4, HEIGHT * 3 // 4)).save(out, "JPEG", quality=45)
        return Image.open(io.BytesIO(out.getvalue())).convert("RGB")
    grain = noise.normal(0, 7, (image.height, image.width, 1))
    if look == "scan":
        soft = image.filter(ImageFilter.GaussianBlur(1.0))
        return Image.fromarray((np.asarray(soft) * 0.97 + grain).clip(0, 255).astype(np.uint8))
    slope = np.linspace(chance.uniform(0.5, 0.8), 1.0, image.width)[None, :, None]
    tint = np.array([chance.uniform(0.85, 1), 0.93, chance.uniform(0.75, 0.95)])
    lit = Image.fromarray((np.asarray(image) * slope * tint + grain).clip(0, 255).astype(np.uint8))
    angle = chance.uniform(-6, 6)
    table = Image.new("RGB", (image.width + 320, image.height + 320), (52, 44, 40))
    turned = lit.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    mask = Image.new("L", lit.size, 255).rotate(angle, expand=True)
    table.paste(
        turned, ((table.width - turned.width) // 2, (table.height - turned.height) // 2), mask
    )
    return table


def negative(seed: int) -> Image.Image:
    """Draw a letter with red things that are no seals."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    image = letter(chance)
    pen = ImageDraw.Draw(image)
    x, y = chance.randint(150, 800), chance.randint(900, 1400)
    draw = (_logo, _emblem, _red_words, _paid, _red_table, _bars)[seed % 6]
    draw(pen, x, y, chance)
    look: Look = chance.choice(("plain", "scan", "jpeg", "photo"))
    return worn(image, look, chance)


def _logo(pen: ImageDraw.ImageDraw, x: int, y: int, chance: random.Random) -> None:
    r = chance.randint(40, 90)
    pen.ellipse((x, 40, x + 2 * r, 40 + 2 * r), fill=RED)
    pen.text((x + r, 40 + r), "华信", font=_font(r // 2), fill="white", anchor="mm")
    pen.text((x, y), "HUAXIN", font=_font(60), fill=RED)


def _emblem(pen: ImageDraw.ImageDraw, x: int, _: int, chance: random.Random) -> None:
    r = chance.randint(60, 100)
    pen.ellipse(
        (x, 30, x + 2 * r, 30 + 2 * r), fill=(215, 30, 30), outline=(230, 190, 40), width=14
    )
    for i, scale in enumerate((0.3, 0.1, 0.1, 0.1)):
        at = (x + r + (i - 1.5) * r * 0.35, 30 + r * (0.6 + 0.1 * (i % 2)))
        pen.polygon(star(at[0], at[1], r * scale), fill=(240, 200, 40))
    pen.rectangle((x + r * 0.4, 30 + r * 1.3, x + r * 1.6, 30 + r * 1.5), fill=(240, 200, 40))


def _red_words(pen: ImageDraw.ImageDraw, x: int, y: int, chance: random.Random) -> None:
    pen.text((WIDTH / 2, 60), "某某市人民政府文件", font=_font(70), fill=RED, anchor="mm")
    pen.line((100, 200, WIDTH - 100, 200), fill=RED, width=5)
    for row in range(4):
        words = "".join(chance.choice(_WORDS) for _ in range(12))
        pen.text((x - 80, y + 50 * row), words, font=_font(36), fill=RED)


def _paid(pen: ImageDraw.ImageDraw, x: int, y: int, chance: random.Random) -> None:
    words = chance.choice(("PAID", "已付讫", "作废", "RECEIVED"))
    pen.rounded_rectangle((x, y, x + 300, y + 120), 16, outline=RED, width=8)
    pen.text((x + 150, y + 60), words, font=_font(60), fill=RED, anchor="mm")


def _red_table(pen: ImageDraw.ImageDraw, x: int, y: int, chance: random.Random) -> None:
    cell = chance.randint(60, 120)
    for row in range(5):
        for column in range(4):
            box = (
                x + column * cell,
                y - 100 + row * 60,
                x + (column + 1) * cell,
                y - 40 + row * 60,
            )
            pen.rectangle(box, outline=RED, width=3)
            pen.text(
                (box[0] + 8, box[1] + 10), str(chance.randint(1, 99)), font=_font(28), fill=RED
            )


def _bars(pen: ImageDraw.ImageDraw, x: int, y: int, chance: random.Random) -> None:
    for i in range(7):
        pen.rectangle((x + 40 * i, y - chance.randint(20, 200), x + 40 * i + 30, y), fill=RED)
    pen.pieslice((x, y + 20, x + 240, y + 260), 0, chance.randint(120, 330), fill=RED)
    pen.ellipse((x + 300, y + 40, x + 480, y + 220), outline=RED, width=6)
