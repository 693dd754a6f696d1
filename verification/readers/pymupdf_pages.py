"""PDF pages to pixels with PyMuPDF, and nothing but PDF: it never sees Office files or SVG."""

from __future__ import annotations

from functools import cache
from math import isfinite

import pymupdf

from verification.limits import LimitExceeded, Limits
from verification.pages.picture import UNDRAWABLE, CannotRender, Picture, Size, Wanted
from verification.readers.pymupdf import PdfEncrypted, PdfError, open_pdf

#: Larger than this nothing more is to be seen: 600 dots an inch.
_MOST_ZOOM = 600 / 72


def sizes(data: bytes, limits: Limits) -> tuple[Size, ...]:
    """Give the size of each page in points, turned as it is shown, up to the cap on pages."""
    with _open(data) as document:
        shown = min(document.page_count, limits.pdf_pages)
        return tuple(_size(document, number) for number in range(shown))


def _size(document: pymupdf.Document, number: int) -> Size:
    """Measure one page; a page that is broken does not take the others with it."""
    try:
        area = document[number].rect
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on broken pages
        return UNDRAWABLE
    drawable = isfinite(area.width) and isfinite(area.height) and not area.is_empty
    return (float(area.width), float(area.height)) if drawable else UNDRAWABLE


def render(data: bytes, wanted: Wanted) -> Picture:
    """Draw a page with its annotations and form fields."""
    most = wanted.limits.pdf_pages
    with _open(data) as document:
        if not 1 <= wanted.page <= document.page_count:
            raise CannotRender("no_such_page")
        if wanted.page > most:
            raise LimitExceeded("pdf_pages", seen=wanted.page, allowed=most)
        return _draw(document[wanted.page - 1], wanted)


def _open(data: bytes) -> pymupdf.Document:
    try:
        return open_pdf(data)
    except PdfEncrypted as error:
        raise CannotRender("encrypted") from error
    except PdfError as error:
        raise CannotRender("format") from error


def _draw(page: pymupdf.Page, wanted: Wanted) -> Picture:
    area = page.rect
    if wanted.clip is not None:
        area &= pymupdf.Rect(*wanted.clip)
    longer = max(area.width, area.height)
    if not (isfinite(longer) and area.width > 0 and area.height > 0):
        raise CannotRender("nothing_to_show")
    side = min(wanted.max_side, wanted.limits.render_side_px)
    # One pixel to spare: the edges are rounded outwards.
    zoom = min(_MOST_ZOOM, max(1, side - 1) / longer)
    pixels = page.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), clip=area, colorspace=pymupdf.csRGB, alpha=False
    )
    if not 0 < pixels.width <= side or not 0 < pixels.height <= side:
        raise CannotRender("nothing_to_show")
    return Picture(width=pixels.width, height=pixels.height, rgb=bytes(pixels.samples_mv))


@cache
def cjk_font() -> bytes:
    """Give the font with Latin and Chinese that MuPDF carries (Droid Sans Fallback)."""
    return bytes(pymupdf.Font("china-s").buffer)


def sample() -> bytes:
    """Give a page in Latin and Chinese: MuPDF loads fonts and colour tables on first use."""
    with pymupdf.open() as document:
        page = document.new_page(width=100, height=100)
        page.insert_text((10, 30), "Aa", fontname="helv")
        page.insert_text((10, 60), "章", fontname="china-s")
        return bytes(document.tobytes())
