"""Pages with one round or oval seal whose ring states a name, drawn from a seed in many ways."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.verification import stamped

_CITIES = (
    "北京", "上海", "天津", "重庆", "广州", "深圳", "杭州", "南京", "苏州", "武汉", "成都",
    "西安", "长沙", "青岛", "大连", "宁波", "厦门", "合肥", "福州", "济南", "郑州", "昆明",
    "贵阳", "南昌", "太原", "石家庄", "哈尔滨", "呼和浩特", "乌鲁木齐", "湖北", "广东", "江苏",
    "浙江", "山东", "四川", "安徽", "福建", "云南",
)  # fmt: skip
_BRANDS = (
    "华信天平荣创远景蓝海东方汇智恒通金鼎瑞丰嘉禾启明锐捷博远众诚德润凯旋鸿运盛泰永兴长城龙腾飞翔"
    "星辰云帆海纳百川君安正大新联科达康宁美源亿佳宏图百灵卓越晨曦铭扬尚品优朗维高迪"
)
_TRADES = (
    "科技", "信息技术", "软件", "网络科技", "机电设备", "自动化工程", "医疗器械", "生物医药",
    "教育咨询", "文化传媒", "建筑工程", "装饰设计", "电子商务", "物流", "国际贸易", "新能源",
    "环保科技", "食品", "农业开发", "汽车服务", "仪器仪表", "精密制造", "化工", "纺织",
    "咨询管理",
)  # fmt: skip
_FORMS = ("有限公司", "有限公司", "股份有限公司", "有限责任公司", "集团有限公司")
_OFFICES = ("市场监督管理局", "人民医院", "第一中学", "机械厂", "职业技术学院", "委员会", "研究院")
_USES = ("合同专用章", "财务专用章", "发票专用章", "业务专用章", "公章", "人事专用章")
_FONTS = tuple(
    Path("/usr/share/fonts/opentype/noto") / name
    for name in (
        "NotoSerifCJK-Regular.ttc",
        "NotoSerifCJK-Bold.ttc",
        "NotoSansCJK-Regular.ttc",
        "NotoSansCJK-Bold.ttc",
    )
)
#: Drawn so many times finer than it is pressed.
_FINE = 2
LOOKS: tuple[stamped.Look, ...] = ("plain", "scan", "jpeg", "photo", "faint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringed:
    """A page, the name in the ring of its seal, and what was done to it."""

    page: stamped.Stamped
    name: str
    #: Half of the seal's longer side in pixels of the picture.
    radius: float
    is_oval: bool
    #: Black words run through the ring.
    is_over_printed: bool


@cache
def _fonts() -> tuple[Path, ...]:
    return tuple(path for path in _FONTS if path.is_file())


@lru_cache(maxsize=64)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def name_of(chance: random.Random) -> str:
    """Give a name of 6 to 20 characters, seven of eight times a company's."""
    brand = "".join(chance.sample(_BRANDS, chance.choice((2, 2, 2, 3, 4))))
    if chance.random() < 1 / 8:
        return chance.choice(_CITIES) + "市" * (chance.random() < 0.5) + chance.choice(_OFFICES)
    return chance.choice(_CITIES) + brand + chance.choice(_TRADES) + chance.choice(_FORMS)


def _other_brand(name: str, chance: random.Random, count: int) -> str | None:
    """Change the first characters of a company's brand, which stands behind its city."""
    at = len(_city(name))
    if name[at] not in _BRANDS:
        return None
    others = [letter for letter in _BRANDS if letter not in name]
    return name[:at] + "".join(chance.sample(others, count)) + name[at + count :]


def _other_city(name: str, chance: random.Random) -> str:
    others = [one for one in _CITIES if one != _city(name)]
    return chance.choice(others) + name[len(_city(name)) :]


def _other_trade(name: str, chance: random.Random) -> str | None:
    trade = next((one for one in _TRADES if one in name), None)
    others = [one for one in _TRADES if one != trade]
    return None if trade is None else name.replace(trade, chance.choice(others))


def _city(name: str) -> str:
    return next(one for one in _CITIES if name.startswith(one))


def rivals(name: str, seed: int) -> dict[str, str]:
    """Give names of other companies that are much like this one, by what tells them from it."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    found = {
        "one character of its brand other": _other_brand(name, chance, 1),
        "two characters of its brand": _other_brand(name, chance, 2),
        "the same name in another city": _other_city(name, chance),
        "the same name in another trade": _other_trade(name, chance),
    }
    return {what: rival for what, rival in found.items() if rival is not None}


def page(seed: int, look: stamped.Look, *, name: str | None = None) -> Ringed:
    """Draw a letter with one seal, half of them with black words through the ring."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    image = stamped.letter(chance)
    drawn = name_of(chance)
    name = name or drawn
    is_oval = chance.random() < 0.25
    ink = (chance.randint(170, 225), chance.randint(10, 60), chance.randint(20, 70))
    seal = _seal(name, chance, ink, is_oval=is_oval)
    seal = seal.rotate(chance.uniform(-40, 40), Image.Resampling.BICUBIC, expand=True)
    x, y = chance.randint(200, stamped.WIDTH - 560), chance.randint(900, stamped.HEIGHT - 480)
    is_over_printed = chance.random() < 0.5
    if not is_over_printed:
        ImageDraw.Draw(image).rectangle(
            (x - 10, y - 10, x + seal.width + 10, y + seal.height + 10), fill="white"
        )
    strength = chance.uniform(0.32, 0.45) if look == "faint" else chance.uniform(0.7, 1.0)
    stamped.press(image, seal, (x, y), strength)
    worn = stamped.worn(image, look, chance)
    shrunk = 0.75 if look == "jpeg" else 1.0
    return Ringed(
        page=stamped.Stamped(image=worn, boxes=(), names=(name,)),
        name=name,
        radius=max(seal.size) / 2 * shrunk,
        is_oval=is_oval,
        is_over_printed=is_over_printed,
    )


def _seal(
    name: str, chance: random.Random, ink: tuple[int, int, int], *, is_oval: bool
) -> Image.Image:
    radius = round(150 / 25.4 * chance.uniform(19, 22.5))
    r = radius * _FINE
    colour = (*ink, 255)
    tile = Image.new("RGBA", (2 * r + 8, 2 * r + 8))
    pen = ImageDraw.Draw(tile)
    middle = r + 4
    width = round(r * chance.uniform(0.03, 0.075))
    pen.ellipse((4, 4, 2 * r + 4, 2 * r + 4), outline=colour, width=width)
    if chance.random() < 0.25:
        inset = 4 + width + r * 0.03
        pen.ellipse((inset, inset, 2 * middle - inset, 2 * middle - inset), outline=colour, width=2)
    font = chance.choice(_fonts())
    top = 1 - width / r - chance.uniform(0.04, 0.09)
    tall = chance.uniform(0.2, 0.3)
    _write(tile, name, (font, colour), (top - tall / 2, tall, _span(name, chance), 0.0))
    if not is_oval and chance.random() < 0.85:
        pen.polygon(stamped.star(middle, middle, r * chance.uniform(0.25, 0.32)), fill=colour)
    if chance.random() < 0.5 or is_oval:
        size = round(r * 0.17)
        where = (middle, middle + (0.02 if is_oval else 0.48) * r)
        pen.text(where, chance.choice(_USES), font=_font(font, size), fill=colour, anchor="mm")
    if chance.random() < 0.5:
        number = "".join(chance.choice("0123456789") for _ in range(13))
        _write(tile, number, (font, colour), (top - 0.06, 0.1, -70.0, 180.0))
    flat = chance.uniform(0.64, 0.76) if is_oval else chance.uniform(0.97, 1.0)
    return tile.resize((2 * radius, round(2 * radius * flat)), Image.Resampling.LANCZOS)


def _span(name: str, chance: random.Random) -> float:
    most = chance.uniform(215, 275)
    return min(most, (len(name) - 1) * chance.uniform(21, 28))


def _write(
    tile: Image.Image,
    text: str,
    pen: tuple[Path, tuple[int, ...]],
    place: tuple[float, float, float, float],
) -> None:
    """Write along a ring; `place`: its radius, height of letters, degrees it spans, and where."""
    font, colour = pen
    ring, tall, span, around = place
    r = tile.width / 2 - 4
    pitch = math.radians(abs(span)) / max(1, len(text) - 1) * ring * r
    size = round(tall * r)
    wide = min(size, round(pitch * 0.92))
    for index, letter in enumerate(text):
        turn = around - span / 2 + span * index / max(1, len(text) - 1)
        glyph = Image.new("RGBA", (2 * size, 2 * size))
        ImageDraw.Draw(glyph).text(
            (size, size), letter, font=_font(font, size), fill=colour, anchor="mm"
        )
        glyph = glyph.resize((max(2, 2 * wide), 2 * size), Image.Resampling.LANCZOS)
        side = 3 * size
        square = Image.new("RGBA", (side, side))
        square.alpha_composite(glyph, ((side - glyph.width) // 2, (side - glyph.height) // 2))
        lean = -turn if not around else -(turn - 180)
        square = square.rotate(lean, Image.Resampling.BICUBIC)
        x = tile.width / 2 + ring * r * math.sin(math.radians(turn)) - side / 2
        y = tile.height / 2 - ring * r * math.cos(math.radians(turn)) - side / 2
        tile.alpha_composite(square, (round(x), round(y)))
