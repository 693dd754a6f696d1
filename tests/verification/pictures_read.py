"""Pictures of PDFs that are read or drawn in two ways, and of one that was changed once signed.

For docs/checks/pdf-appearance.md and pdf-signature.md. Files are those of `masking` and of
`attacks_showing`; each is judged first, and one that is not judged as its picture says ends the
program. `tests.verification.pictures` takes them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pymupdf
import pypdfium2  # type: ignore[import-untyped] # as it ships
from PIL import Image, ImageDraw, ImageFont

from tests.verification import signing as made
from tests.verification.attacks_showing import SHADOWS
from tests.verification.masking import MASKED, lettered
from tests.verification.test_pdf_appearance import appearance
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
TOLD = "a length over two ends"
SLIP = "no end of object"
SUM, DISGUISED = "Total 12345.70", {"5": "8"}
SCALE, TOP, HIGH, NAME = 1.6, 40, 230, 22


def take() -> None:
    """Take all."""
    uncovered_after_signing()
    _two("hit", MASKED[TOLD](), is_told=True)
    _two("false-alarm", MASKED[SLIP](), is_told=True)
    lying = lettered(SUM, DISGUISED)
    _must("miss", lying, is_told=False)
    words = pymupdf.open(stream=lying, filetype="pdf")[0].get_text().strip()
    _keep("miss", [("MuPDF draws", _mupdf(lying))], f"its text, copied: {words}")


def uncovered_after_signing() -> None:
    """Show what was signed, and what is shown since what lay over it was taken away."""
    data = SHADOWS["hide: overlay taken away"]()
    # What is signed ends where the second stretch of bytes does.
    stretches = re.findall(rb"/ByteRange ?\[ ?\d+ \d+ (\d+) (\d+)", data)
    if len(stretches) != 1:
        sys.exit(f"signed-hit: {len(stretches)} signatures")
    signed = data[: sum(map(int, stretches[0]))]
    terms = Terms(at=made.NOW, policy=load(), requirement=Requirement())
    for version, is_told in ((signed, False), (data, True)):
        given = Submission(data=version, name="a.pdf", received_at=made.NOW)
        seen = [one for one in verify(given, terms).checks if one.id == "pdf.signature.changes"]
        if any(one.status is Status.FAILED for one in seen) != is_told:
            sys.exit("signed-hit: the file is not judged as its picture says")
    shown = [("as it was signed", _mupdf(signed)), ("as it is shown now", _mupdf(data))]
    _keep("hit", shown, "", of="signed")


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


def _keep(
    name: str, drawn: list[tuple[str, Image.Image]], said: str, *, of: str = "masked"
) -> None:
    wide = max(page.width for _title, page in drawn)
    strips = [(title, page.crop((0, TOP, wide, TOP + HIGH))) for title, page in drawn]
    out = Image.new("L", (wide, len(strips) * (NAME + HIGH) + (NAME if said else 0)), 225)
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(14)
    for number, (title, strip) in enumerate(strips):
        top = number * (NAME + HIGH)
        pen.text((8, top + 2), title, fill=60, font=font)
        out.paste(strip, (0, top + NAME))
    if said:
        pen.text((8, out.height - NAME + 2), said, fill=60, font=font)
    out.quantize(8).save(PICTURES / f"{of}-{name}.png", optimize=True)


if __name__ == "__main__":
    take()
