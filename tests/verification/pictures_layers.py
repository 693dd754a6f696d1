"""Pictures of scans and of the words that lie beneath them, for docs/checks/hints.md.

Each file is judged first, and one that is not judged as its picture says ends the program.
`tests.verification.pictures` takes them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf
from PIL import Image, ImageDraw, ImageFont

from tests.verification.lying import LINES, beneath, written
from verification.limits import Limits
from verification.words import Words
from verification.words.layer import compared

if TYPE_CHECKING:
    from verification.words.places import Place

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
#: Of the page: from the first line to the last.
CLIP = pymupdf.Rect(50, 72, 400, 232)
SCALE, NAME, RED = 1.6, 22, (200, 20, 20)
#: Lines that are changed, and to what; whether that is told.
TAKEN = {
    "hit": ({4: "含税合计  275,838.00 元"}, True),
    "miss": ({4: "含税合计  37,583,800 元"}, False),
    "false-alarm": ({1: "机架式服务器 R740   4   36,600.00   146,000.00"}, True),
}


def take() -> None:
    """Take all."""
    for name, (changes, is_told) in TAKEN.items():
        said = tuple(changes.get(at, line) for at, line in enumerate(LINES))
        data = beneath(LINES, said)
        places = compared(data, Words(data, Limits())).places
        if bool(places) != is_told:
            sys.exit(f"layer-{name}: the file is not judged as its picture says: {places}")
        _keep(name, _drawn(data), _drawn(bytes(written(said).tobytes())), places)


def _drawn(data: bytes) -> Image.Image:
    with pymupdf.open(stream=data) as document:
        pixels = document[0].get_pixmap(matrix=pymupdf.Matrix(SCALE, SCALE), clip=CLIP)
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def _keep(name: str, page: Image.Image, layer: Image.Image, places: tuple[Place, ...]) -> None:
    pen = ImageDraw.Draw(page)
    for one in places:
        left, top, right, bottom = one.box
        box = ((left - CLIP.x0) * SCALE, (top - CLIP.y0) * SCALE)
        pen.rectangle(
            (*box, (right - CLIP.x0) * SCALE, (bottom - CLIP.y0) * SCALE), outline=RED, width=2
        )
    out = Image.new("RGB", (page.width, 2 * (page.height + NAME)), (225, 225, 225))
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(14)
    for number, (title, part) in enumerate((("the scan", page), ("the words beneath", layer))):
        top = number * (page.height + NAME)
        pen.text((8, top + 2), title, fill=(60, 60, 60), font=font)
        out.paste(part, (0, top + NAME))
    out.quantize(48).save(PICTURES / f"layer-{name}.png", optimize=True)


if __name__ == "__main__":
    take()
