"""Quotes that are scans with words beneath: the scan's own, or those of a quote at other prices."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pymupdf
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Sharpness of a scan in dots an inch, and by how many degrees it lies askew.
SCANS = ((100, 0.0), (150, 0.3), (200, 0.0))
_QUALITY = 75


def scan(data: bytes, dpi: int, askew: float) -> bytes:
    """Give a JPEG of the first page as a scanner makes it."""
    with pymupdf.open(stream=data) as document:
        drawn = document[0].get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    sheet = Image.frombytes("L", (drawn.width, drawn.height), drawn.samples)
    turned = sheet.rotate(askew, fillcolor=255, resample=Image.Resampling.BICUBIC)
    stream = BytesIO()
    turned.save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()


def beneath(picture: bytes, said: bytes, *, covered: bool = False) -> bytes:
    """Lay the words of a PDF's first page under a scan: not drawn, or drawn and `covered`."""
    with pymupdf.open(stream=said) as document, pymupdf.open() as file:
        words = document[0]
        page = file.new_page(width=words.rect.width, height=words.rect.height)
        if not covered:
            page.insert_image(page.rect, stream=picture)
        for span in _spans(words):
            _lay(page, span, mode=0 if covered else 3)
        if covered:
            page.insert_image(page.rect, stream=picture)
        return bytes(file.tobytes())


def _lay(page: pymupdf.Page, span: dict[str, Any], *, mode: int) -> None:
    """Write a span in another font, stretched to its width, as programs lay what they read."""
    font = "helv" if span["text"].isascii() else "china-s"
    wide = pymupdf.get_text_length(span["text"], fontname=font, fontsize=span["size"])
    left, _, right, _ = span["bbox"]
    start = pymupdf.Point(span["origin"])
    stretched = pymupdf.Matrix((right - left) / wide if wide else 1.0, 1.0)
    page.insert_text(
        start,
        span["text"],
        fontname=font,
        fontsize=span["size"],
        render_mode=mode,
        morph=(start, stretched),
    )


def _spans(page: pymupdf.Page) -> Sequence[dict[str, Any]]:
    blocks = page.get_text("dict")["blocks"]
    return [span for block in blocks for line in block.get("lines", ()) for span in line["spans"]]
