"""Pictures of PDFs that are read or drawn in two ways, for docs/checks/pdf-appearance.md.

Files are those of `masking`; each is judged first, and one that is not judged as its picture says
ends the program. `tests.verification.pictures` takes them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pymupdf
import pypdfium2  # type: ignore[import-untyped] # as it ships
from PIL import Image, ImageDraw, ImageFont

from tests.verification.masking import MASKED, lettered
from tests.verification.test_pdf_appearance import appearance

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
TOLD = "a length over two ends"
SLIP = "no end of object"
SUM, DISGUISED = "Total 12345.70", {"5": "8"}
SCALE, HIGH, NAME = 1.6, 180, 22


def take() -> None:
    """Take all three."""
    _two("hit", MASKED[TOLD](), is_told=True)
    _two("false-alarm", MASKED[SLIP](), is_told=True)
    lying = lettered(SUM, DISGUISED)
    _must("miss", lying, is_told=False)
    words = pymupdf.open(stream=lying, filetype="pdf")[0].get_text().strip()
    _keep("miss", [("MuPDF draws", _mupdf(lying))], f"its text, copied: {words}")


def _two(name: str, data: bytes, *, is_told: bool) -> None:
    """Lay what two programs draw of one file one above the other."""
    _must(name, data, is_told=is_told)
    _keep(name, [("MuPDF draws", _mupdf(data)), ("PDFium draws", _pdfium(data))], "")


def _must(name: str, data: bytes, *, is_told: bool) -> None:
    if any(one.sub_indication for one in appearance(data, hints=True)) != is_told:
        sys.exit(f"masked-{name}: the file is not judged as its picture says")


def _mupdf(data: bytes) -> Image.Image:
    pymupdf.TOOLS.mupdf_display_errors(False)  # noqa: FBT003 - its own form
    page = pymupdf.open(stream=data, filetype="pdf")[0]
    drawn = page.get_pixmap(matrix=pymupdf.Matrix(SCALE, SCALE), colorspace=pymupdf.csGRAY)
    return Image.frombytes("L", (drawn.width, drawn.height), drawn.samples)


def _pdfium(data: bytes) -> Image.Image:
    drawn: Image.Image = pypdfium2.PdfDocument(data)[0].render(scale=SCALE).to_pil()
    return drawn.convert("L")


def _keep(name: str, drawn: list[tuple[str, Image.Image]], said: str) -> None:
    wide = max(page.width for _title, page in drawn)
    strips = [(title, page.crop((0, 90, wide, 90 + HIGH))) for title, page in drawn]
    out = Image.new("L", (wide, len(strips) * (NAME + HIGH) + (NAME if said else 0)), 225)
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(14)
    for number, (title, strip) in enumerate(strips):
        top = number * (NAME + HIGH)
        pen.text((8, top + 2), title, fill=60, font=font)
        out.paste(strip, (0, top + NAME))
    if said:
        pen.text((8, out.height - NAME + 2), said, fill=60, font=font)
    out.quantize(8).save(PICTURES / f"masked-{name}.png", optimize=True)


if __name__ == "__main__":
    take()
