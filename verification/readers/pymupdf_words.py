"""The text that a PDF holds as text, by lines, and only what somebody sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pymupdf

from verification.readers.pymupdf import PdfError, open_pdf
from verification.readers.pymupdf_unseen import key_of, unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits
    from verification.pages.picture import Box
    from verification.readers.pymupdf_unseen import Key

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
            if sheet.rotation:
                sheet.remove_rotation()  # letters stand as they are seen then
            return tuple(_lines(sheet))
    except (PdfError, MemoryError) as error:
        if isinstance(error, MemoryError):
            raise
        return ()
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on broken pages
        return ()


def _lines(page: pymupdf.Page) -> Iterator[tuple[str, Box]]:
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    hidden = unseen(page, scanned=False)
    for block in page.get_text("rawdict", flags=flags).get("blocks", ()):
        for line in block.get("lines", ()):
            letters = [one for one in _painted(line) if _key(one) not in hidden]
            text = "".join(one["c"] for one in letters).strip()
            if not text:
                continue
            area = pymupdf.Rect()
            for one in letters:
                area |= pymupdf.Rect(one["bbox"])
            yield text, (float(area.x0), float(area.y0), float(area.x1), float(area.y1))


def _painted(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for span in line["spans"]:
        if span.get("char_flags", _PAINTED) & _PAINTED:
            yield from span["chars"]


def _key(letter: dict[str, Any]) -> Key:
    return key_of(str(letter["c"]), letter["origin"])
