"""Pages of Chinese business prose with the text that stands on them, from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pymupdf
from PIL import Image, ImageDraw, ImageFont

_NOTO = Path("/usr/share/fonts/opentype/noto")
_SIMPLIFIED = 2  # the face of the collection
SIZE = (1654, 2339)  # A4 at 200 dpi
_MARGIN = 150

_WHO = (
    "采购方",
    "供应商",
    "项目组",
    "财务部",
    "监理单位",
    "实施团队",
    "质量部门",
    "总工程师",
    "法务部",
)
_WHEN = ["验收合格后", "合同签订之日起", "收到发票后", "试运行期间", "质保期届满时", "设备到货后"]
_WHAT = (
    "应当在{n}个工作日内支付合同总价的{p}%，即人民币{m}元整",
    "须向对方提交第{n}版实施方案及培训记录，逾期按日计收{p}‰违约金",
    "完成了服务器迁移、接口联调与压力测试，平均响应时间为{n}毫秒",
    "同意将投资回收期由{n}个月调整为{p}个月，其余条款保持不变",
    "确认本报价单（编号QT-{n}-{p}）有效期为{p}天，含税金额{m}元",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what is seen, and each line that stands there."""

    pixels: np.ndarray
    lines: tuple[str, ...]


def fonts_are_there() -> bool:
    return (_NOTO / "NotoSansCJK-Regular.ttc").exists()


def clean(seed: int) -> Page:
    """Sans at 36 pixels, black on white."""
    return _page(seed, _noto("NotoSansCJK-Regular.ttc", 36), 60)


def noisy(seed: int) -> Page:
    """Serif at 34 pixels, half a degree askew, grey, grainy, blurred, saved as a small JPEG."""
    page = _page(seed, _noto("NotoSerifCJK-Regular.ttc", 34), 60)
    chance = np.random.default_rng(seed)
    image = Image.fromarray(page.pixels).rotate(
        float(chance.uniform(-0.5, 0.5)), Image.Resampling.BICUBIC, fillcolor="white"
    )
    ink = np.asarray(image, np.float32) * 0.8 + 40
    ink += chance.normal(0, 12, ink.shape[:2])[:, :, None]
    stream = BytesIO()
    Image.fromarray(ink.clip(0, 255).astype(np.uint8)).resize(
        (SIZE[0] * 3 // 4, SIZE[1] * 3 // 4), Image.Resampling.BILINEAR
    ).save(stream, "JPEG", quality=60)
    return Page(np.asarray(Image.open(stream).convert("RGB")), page.lines)


def small(seed: int) -> Page:
    """Droid Sans Fallback, of which WenQuanYi Micro Hei is made, at 24 pixels."""
    return _page(seed, ImageFont.truetype(BytesIO(pymupdf.Font("china-s").buffer), 24), 44)


def _noto(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_NOTO / name, size, index=_SIMPLIFIED)


def _page(seed: int, font: ImageFont.FreeTypeFont, step: int) -> Page:
    chance = random.Random(seed)  # noqa: S311 - test pages
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    lines = []
    for top in range(_MARGIN, SIZE[1] - _MARGIN, step):
        text = _sentence(chance)
        while font.getlength(text) > SIZE[0] - 2 * _MARGIN:
            text = text[:-1]
        pen.text((_MARGIN, top), text, font=font, fill="black")
        lines.append(text)
    return Page(np.asarray(image), tuple(lines))


def _sentence(chance: random.Random) -> str:
    name = "".join(_common(chance) for _ in range(chance.randint(2, 6)))
    what = chance.choice(_WHAT).format(
        n=chance.randint(2, 999), p=chance.randint(2, 60), m=f"{chance.randint(1000, 9999999):,}"
    )
    return f"{name}公司{chance.choice(_WHO)}{chance.choice(_WHEN)}，{what}。"


def _common(chance: random.Random) -> str:
    """Give one of the 3,755 commonest characters (GB 2312, level 1)."""
    row, cell = chance.randint(0xB0, 0xD6), chance.randint(0xA1, 0xFE)
    return bytes((row, cell)).decode("gb2312")
