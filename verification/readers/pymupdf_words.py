"""The text that a PDF holds as text, by lines, and only what is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pymupdf

from verification.readers.pymupdf import PdfError, open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits
    from verification.pages.picture import Box

#: `char_flags` of a span: its letters are filled, or their outlines drawn (MuPDF 1.25 on).
_FILLED, _STROKED = 16, 32
#: Scanners put what they read under the picture as text that is not painted. That is what a
#: machine read, or what somebody wants a machine to read, and not what stands on the page.
_PAINTED = _FILLED | _STROKED


def lines(data: bytes, page: int, limits: Limits) -> tuple[tuple[str, Box], ...]:
    """Give each line of a page (from 1) and its box in points; none for broken bytes."""
    try:
        with open_pdf(data) as document:
            if not 1 <= page <= min(document.page_count, limits.pdf_pages):
                return ()
            sheet = document[page - 1]
            found = sheet.get_text(
                "dict", flags=pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES
            )
            return tuple(_lines(found, sheet.rotation_matrix))
    except (PdfError, MemoryError) as error:
        if isinstance(error, MemoryError):
            raise
        return ()
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on broken pages
        return ()


def _lines(found: dict[str, Any], turn: pymupdf.Matrix) -> Iterator[tuple[str, Box]]:
    for block in found.get("blocks", ()):
        for line in block.get("lines", ()):
            spans = [span for span in line["spans"] if span.get("char_flags", _PAINTED) & _PAINTED]
            text = "".join(span["text"] for span in spans).strip()
            if not text:
                continue
            area = pymupdf.Rect()
            for span in spans:
                area |= pymupdf.Rect(span["bbox"])
            area = area * turn
            yield text, (float(area.x0), float(area.y0), float(area.x1), float(area.y1))
