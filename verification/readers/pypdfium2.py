"""PDF pages as PDFium draws them, the engine of Chrome: a second witness beside MuPDF.

Each repairs a broken file in its own way, so a change that one of them overlooks the other may
show. The raw binding alone is used: its parent package would start the library with the fonts of
the machine, which the sandbox does not let it open.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import pypdfium2_raw as pdfium

from verification.readers.dots import PER_INCH, POINTS_PER_INCH, Drawing

#: Larger pages are not drawn: at fifty dots an inch this is two metres.
MAX_SIDE = 4_000
_WHITE = 0xFFFFFFFF


class CannotOpen(Exception):
    """PDFium does not take these bytes for a PDF, or wants a password."""


class Pages:
    """A file opened with PDFium until it is closed."""

    def __init__(self, data: bytes) -> None:
        """Open `data`. Raises CannotOpen."""
        _start()
        # PDFium reads from these bytes as long as the document is open.
        self._data = data
        self._drawn: dict[tuple[int, bool], Drawing | None] = {}
        self._document: Any = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._document:
            raise CannotOpen
        # Form fields are drawn by what fills them in, not with the page.
        self._info = pdfium.FPDF_FORMFILLINFO(version=2)
        self._form: Any = pdfium.FPDFDOC_InitFormFillEnvironment(self._document, self._info)
        if self._form:
            pdfium.FPDF_SetFormFieldHighlightAlpha(self._form, 0)

    @property
    def count(self) -> int:
        return int(pdfium.FPDF_GetPageCount(self._document))

    def draw(self, page: int, *, annotations: bool = True) -> Drawing | None:
        """Draw one page, counted from 0, with its annotations and fields or without.

        None where that is not possible.
        """
        key = (page, annotations)
        if key not in self._drawn:
            self._drawn[key] = self._draw(page, annotations=annotations)
        return self._drawn[key]

    def _draw(self, page: int, *, annotations: bool) -> Drawing | None:
        opened = pdfium.FPDF_LoadPage(self._document, page)
        if not opened:
            return None
        try:
            scale = PER_INCH / POINTS_PER_INCH
            width = round(pdfium.FPDF_GetPageWidthF(opened) * scale)
            height = round(pdfium.FPDF_GetPageHeightF(opened) * scale)
            if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
                return None
            return self._paint(opened, (width, height), annotations=annotations)
        finally:
            pdfium.FPDF_ClosePage(opened)

    def _paint(self, page: Any, size: tuple[int, int], *, annotations: bool) -> Drawing:
        width, height = size
        grey = ctypes.create_string_buffer(width * height)
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, grey, width)
        place = (0, 0, width, height)
        flags = pdfium.FPDF_GRAYSCALE | (pdfium.FPDF_ANNOT if annotations else 0)
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, *place, _WHITE)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, *place, 0, flags)
            if self._form and annotations:
                pdfium.FPDF_FFLDraw(self._form, bitmap, page, *place, 0, flags)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return Drawing(width, height, grey.raw)

    def close(self) -> None:
        if self._form:
            pdfium.FPDFDOC_ExitFormFillEnvironment(self._form)
        pdfium.FPDF_CloseDocument(self._document)


@cache
def _start() -> None:
    """Start the library once, with no font but those within it and the file."""
    paths = (ctypes.POINTER(ctypes.c_char) * 1)()
    config = pdfium.FPDF_LIBRARY_CONFIG(2, paths, None, 0)
    pdfium.FPDF_InitLibraryWithConfig(config)
