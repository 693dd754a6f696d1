"""Sheets that are printed, signed by hand and scanned: a coloured picture, with its words beneath.

Office scanners lay the words that they read under the picture, as text that nobody sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pymupdf
from PIL import Image

from service.demo.documents.paper import bytes_of, font

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from service.demo.documents.paper import Place
    from service.demo.documents.properties import Properties

DPI, POINTS, QUALITY = 150, 72, 80
#: Points: how high the letters of a signature are, and how far it lies from the corner.
HIGH, FREE = (30, 44), (4, 16)
#: Degrees by which a sheet lies askew on the glass, and grey levels by which paper is uneven.
ASKEW, GRAIN = 0.5, 6
INKS = ((24, 38, 108), (20, 20, 24), (38, 58, 140))
#: Text that is there and not drawn (ISO 32000-1, 9.3.6).
UNSEEN = 3
#: The direction of a line that runs from left to right: letters of a seal run around.
LEVEL = (1.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A name by hand: where, in how many letters, and what its strokes are drawn by."""

    place: Place
    letters: int
    hand: random.Random
    #: Gives the ink: of so many letters, so many pixels high.
    strokes: Callable[[int, int, random.Random], Image.Image]


def scanned(
    data: bytes, properties: Properties, names: Sequence[Written], rng: random.Random
) -> bytes:
    """Give the PDF that a scanner makes of a printed one after people signed it."""
    with pymupdf.open(stream=data) as printed, pymupdf.open() as scan:
        for page in printed:
            drawn = page.get_pixmap(dpi=DPI)
            sheet = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.samples)
            _sign(sheet, [one for one in names if one.place.page == page.number])
            new = scan.new_page(width=page.rect.width, height=page.rect.height)
            new.insert_image(new.rect, stream=_on_glass(sheet, rng))
            _lay_words(page, new)
        return bytes_of(scan, properties)


def _sign(sheet: Image.Image, names: Sequence[Written]) -> None:
    for one in names:
        _write(sheet, one)


def _write(sheet: Image.Image, one: Written) -> None:
    scale = DPI / POINTS
    high = one.hand.uniform(*HIGH)
    ink = one.strokes(one.letters, round(high * scale), one.hand)
    most = round((one.place.right - one.place.left) * scale)
    if ink.width > most:
        ink = ink.resize((most, round(ink.height * most / ink.width)))
    left = round((one.place.left + one.hand.uniform(*FREE)) * scale)
    top = round((one.place.top + one.hand.uniform(*FREE)) * scale)
    sheet.paste(one.hand.choice(INKS), (left, top), ink)


def _on_glass(sheet: Image.Image, rng: random.Random) -> bytes:
    """Let the sheet lie askew, and its paper be uneven."""
    turned = sheet.rotate(
        rng.uniform(-ASKEW, ASKEW), fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC
    )
    size = turned.size
    noise = Image.frombytes("L", size, rng.randbytes(size[0] * size[1]))
    uneven = noise.point([255 - GRAIN + level * GRAIN // 255 for level in range(256)])
    paper = Image.merge("RGB", (uneven,) * 3)
    stream = BytesIO()
    Image.composite(turned, paper, turned.convert("L").point(_is_ink)).save(
        stream, "JPEG", quality=QUALITY, dpi=(DPI, DPI)
    )
    return stream.getvalue()


def _is_ink(level: int) -> int:
    return 255 if level < 255 - GRAIN else 0


def _lay_words(page: pymupdf.Page, new: pymupdf.Page) -> None:
    writer = pymupdf.TextWriter(new.rect)
    blocks = page.get_text("dict")["blocks"]
    lines = [line for block in blocks for line in block.get("lines", ()) if line["dir"] == LEVEL]
    for span in (span for line in lines for span in line["spans"] if span["text"].strip()):
        writer.append(span["origin"], span["text"], font=font(), fontsize=span["size"])
    writer.write_text(new, render_mode=UNSEEN)
