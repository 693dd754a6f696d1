"""Words of each page, read once, when they are first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from verification.limits import LimitExceeded, Limits
from verification.pages import drawing
from verification.pages.picture import CannotRender, Wanted
from verification.pages.raster import Pages, Raster
from verification.readers import pymupdf_words, rapidocr
from verification.readers.pymupdf import is_pdf
from verification.values import Line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.pages.picture import Box
    from verification.readers.rapidocr import Size as ModelSize
    from verification.words.silence import Silence

#: Pages are drawn so fine, pictures as fine as they are.
_DPI, _POINTS = 200, 72
_LEAST_SIDE = 64
#: A region that is read again is drawn with so much around it, as a share of its height.
_MARGIN = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A page as it is drawn: RGB, and how many units of the page one pixel is, across and down."""

    pixels: NDArray[np.uint8] = field(repr=False)
    scale: tuple[float, float]

    def cut(self, box: Box) -> NDArray[np.uint8]:
        """Give what stands in a box, which is in units of the page; it may be empty."""
        left, right = (max(0, round(edge / self.scale[0])) for edge in box[::2])
        top, bottom = (max(0, round(edge / self.scale[1])) for edge in box[1::2])
        return np.ascontiguousarray(self.pixels[top:bottom, left:right])


class Words:
    """The lines of the pages of one file. Not to be shared between threads."""

    def __init__(self, data: bytes, limits: Limits, sheets: Pages | None = None) -> None:
        """Read `data`; `sheets` are its pages where others look at them too."""
        self._data = data
        self._limits = limits
        self._sheets = sheets or Pages(data, limits)
        self._read: dict[int, tuple[Line, ...]] = {}
        self._drawn: dict[int, tuple[Line, ...]] = {}
        self._silent: dict[int, Silence] = {}
        self._seen = 0

    def of(self, page: int) -> tuple[Line, ...]:
        """Give the lines of a page (from 1) in reading order; none: see `silence`.

        Text that the file holds as text is taken as it is, else the page is read by the tiny
        models. Raises LimitExceeded over a cap, nothing for bad bytes.
        """
        if page not in self._read:
            self._read[page] = self._look(page)
        return self._read[page]

    def drawn(self, page: int) -> tuple[Line, ...]:
        """Give the lines that the tiny models read off a page, whatever the file says is there.

        Raises LimitExceeded over a cap, nothing for bad bytes.
        """
        if page not in self._drawn:
            self._drawn[page] = self._ocr(page, clip=None, size="tiny")
        return self._drawn[page]

    def silence(self, page: int) -> Silence | None:
        """Say why `of` gave no line; None where it gave some."""
        if self.of(page):
            return None
        return self._silent.get(page, "nothing_read")

    def reread(self, page: int, box: Box) -> tuple[Line, ...]:
        """Read a part of a page again, larger and with the small models: what decides something.

        `box` is in the units of `Line.box`. Raises LimitExceeded over a cap.
        """
        height = box[3] - box[1]
        wide = height * _MARGIN
        clip = (box[0] - wide, box[1] - wide, box[2] + wide, box[3] + wide)
        return self._ocr(page, clip=clip, size="small")

    def picture(self, page: int) -> Picture | None:
        """Draw a page, so fine that its words can be read; None where it cannot be drawn."""
        try:
            return Picture(*self._draw(page, self._area(page, None), None))
        except CannotRender:
            return None

    def all(self, most: int) -> tuple[Line, ...]:
        """Give the lines of all pages, no more than `most`; raises as `of` does."""
        lines: list[Line] = []
        for page in range(1, self.count() + 1):
            lines += self.of(page)
            if len(lines) >= most:
                break
        return tuple(lines[:most])

    def count(self) -> int:
        """Count the pages that may be asked for."""
        return len(self._sheets.sizes)

    def _look(self, page: int) -> tuple[Line, ...]:
        if is_pdf(self._data) and (lines := pymupdf_words.lines(self._data, page, self._limits)):
            return tuple(
                Line(page=page, text=text, box=box, confidence=1.0, source="text_layer")
                for text, box in lines
            )
        return self.drawn(page)

    def _ocr(self, page: int, *, clip: Box | None, size: ModelSize) -> tuple[Line, ...]:
        if not rapidocr.available():
            self._silent[page] = "no_ocr"
            return ()
        if clip is None:
            self._seen += 1
            if self._seen > self._limits.ocr_pages:
                raise LimitExceeded("ocr_pages", seen=self._seen, allowed=self._limits.ocr_pages)
        try:
            sheet = self._sheet(page) if clip is None else None
            if sheet is not None:
                return tuple(
                    _found(word, sheet) for word in rapidocr.read_page(sheet.colour, size=size)
                )
            area = self._area(page, clip)
            pixels, scale = self._draw(page, area, clip)
            words = rapidocr.read_page(pixels, size=size)
        except CannotRender:
            self._silent[page] = "not_drawn"
            return ()
        except rapidocr.CannotRead:
            self._silent[page] = "no_ocr"
            return ()
        except MemoryError as error:
            most = self._limits.ocr_address_bytes
            raise LimitExceeded("ocr_address_bytes", seen="more", allowed=most) from error
        return tuple(_placed(word, page, area, scale) for word in words)

    def _sheet(self, page: int) -> Raster | None:
        """Give the page as other checks see it; None where letters would be lost on it."""
        sheet = self._sheets.at(page)
        if sheet is None or sheet.units == "points" or sheet.was_askew:
            return sheet
        # A screenshot or a plan may have more pixels than an A4 sheet, and letters as small.
        return sheet if sheet.colour.size >= 3 * sheet.size[0] * sheet.size[1] else None

    def _area(self, page: int, clip: Box | None) -> Box:
        if not 1 <= page <= len(self._sheets.sizes):
            raise CannotRender("no_such_page")
        width, height = self._sheets.sizes[page - 1]
        if clip is None:
            clip = (0.0, 0.0, width, height)
        area = (max(0.0, clip[0]), max(0.0, clip[1]), min(width, clip[2]), min(height, clip[3]))
        if area[2] <= area[0] or area[3] <= area[1]:
            raise CannotRender("nothing_to_show")
        return area

    def _draw(
        self, page: int, area: Box, clip: Box | None
    ) -> tuple[NDArray[np.uint8], tuple[float, float]]:
        """Give RGB and how many units of the page one pixel is, across and down."""
        longer = max(area[2] - area[0], area[3] - area[1])
        zoom = _DPI / _POINTS if self._sheets.units == "points" else 1.0
        side = min(self._limits.render_side_px, max(_LEAST_SIDE, round(longer * zoom)))
        wanted = Wanted(
            page=page, max_side=side, clip=None if clip is None else area, limits=self._limits
        )
        drawn = drawing.render(self._data, wanted)
        pixels = np.frombuffer(drawn.rgb, np.uint8).reshape(drawn.height, drawn.width, 3)
        return pixels, ((area[2] - area[0]) / drawn.width, (area[3] - area[1]) / drawn.height)


def _found(word: rapidocr.Word, sheet: Raster) -> Line:
    box = sheet.to_file(word.box)
    return Line(page=sheet.page, text=word.text, box=box, confidence=word.confidence, source="ocr")


def _placed(word: rapidocr.Word, page: int, area: Box, scale: tuple[float, float]) -> Line:
    left, top, right, bottom = word.box
    across, down = scale
    box = (
        area[0] + left * across,
        area[1] + top * down,
        area[0] + right * across,
        area[1] + bottom * down,
    )
    return Line(page=page, text=word.text, box=box, confidence=word.confidence, source="ocr")


#: Of a file that has no pages.
NO_WORDS = Words(b"", Limits())
