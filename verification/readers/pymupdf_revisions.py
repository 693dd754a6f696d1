"""A revision of a PDF as a tolerant viewer shows it: pages, words, dots.

MuPDF repairs what strict readers skip, as most viewers do, so it sees the change that an
incremental saving attack hides from a parser.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pymupdf
from pymupdf import mupdf

from verification.readers.dots import PER_INCH, POINTS_PER_INCH, Drawing
from verification.readers.pymupdf import open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.readers.dots import Box

    Word = tuple[Box, str]

#: Objects beyond this number are not compared one by one; every page is drawn instead.
MAX_OBJECTS = 20_000
#: Starts where no digit stands before: long strings of digits are met only once.
_REFERENCE = re.compile(r"(?<![0-9A-Za-z])(\d{1,8}) \d{1,5} R\b")
_AS_WORDS = pymupdf.TEXTFLAGS_WORDS
_KIDS = re.compile(r"/Kids ?\[[^\]]*\]")


class View:
    """One revision, drawn page by page and kept until closed."""

    def __init__(self, data: bytes) -> None:
        """Open `data`. Raises what `open_pdf` raises."""
        self._document: Any = open_pdf(data)
        self._drawn: dict[tuple[int, bool], Drawing] = {}
        self._sources: dict[int, tuple[str, bytes]] = {}
        self._words: dict[int, list[Word]] = {}

    @property
    def pages(self) -> int:
        return int(self._document.page_count)

    @property
    def objects(self) -> int:
        return int(self._document.xref_length())

    @property
    def repaired(self) -> bool:
        return bool(self._document.is_repaired)

    def words(self, page: int) -> list[Word]:
        """Give the words of a page and where they stand on it as it is drawn, turned or not."""
        if page not in self._words:
            drawn = self._document[page].this
            text = mupdf.FzStextPage(mupdf.fz_bound_page(drawn))
            device = mupdf.fz_new_stext_device(text, mupdf.FzStextOptions(_AS_WORDS))
            mupdf.fz_run_page(drawn, device, mupdf.FzMatrix(), mupdf.FzCookie())
            mupdf.fz_close_device(device)
            self._words[page] = _words_of(text)
        return self._words[page]

    def words_in(self, page: int, numbers: frozenset[int]) -> list[Word]:
        """Give what the fields with these object numbers say, cut by the field's edge or not."""
        found: list[Word] = []
        drawn = self._document[page]
        widget = mupdf.pdf_first_widget(mupdf.pdf_page_from_fz_page(drawn.this))
        for _ in range(MAX_OBJECTS):
            if not widget.m_internal or not numbers:
                break
            if mupdf.pdf_to_num(mupdf.pdf_annot_obj(widget)) in numbers:
                found += _words_of(mupdf.FzStextPage(widget, mupdf.FzStextOptions(_AS_WORDS)))
            widget = mupdf.pdf_next_widget(widget)
        return found

    def draw(self, page: int, *, annotations: bool = True) -> Drawing:
        """Draw a page, counted from 0, with its annotations and fields or without."""
        key = (page, annotations)
        if key not in self._drawn:
            scale = PER_INCH / POINTS_PER_INCH
            pixels = self._document[page].get_pixmap(
                matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, annots=annotations
            )
            self._drawn[key] = Drawing(pixels.width, pixels.height, bytes(pixels.samples_mv))
        return self._drawn[key]

    def source(self, number: int) -> tuple[str, bytes]:
        """Give object `number` as written, stream included."""
        if number not in self._sources:
            stream = self._document.xref_stream_raw(number) or b""
            self._sources[number] = (self._document.xref_object(number, compressed=True), stream)
        return self._sources[number]

    def page_number(self, page: int) -> int:
        return int(self._document.page_xref(page))

    def places(self, numbers: Iterable[int]) -> dict[int, tuple[int, Box]]:
        """Give page and box of the widgets and annotations with these object numbers."""
        wanted, found = set(numbers), {}
        for index in range(min(self.pages, MAX_OBJECTS)) if wanted else ():
            page = self._document[index]
            for number, *_ in page.annot_xrefs():
                if number in wanted:
                    found[number] = (index + 1, _box_of(page, self._rectangle(page, number)))
            if len(found) == len(wanted):
                break
        return found

    def _rectangle(self, page: Any, number: int) -> Any:
        kind, value = self._document.xref_get_key(number, "Rect")
        numbers = [float(part) for part in value.strip("[]").split()] if kind == "array" else []
        if len(numbers) != len(pymupdf.Rect()):
            return pymupdf.Rect()
        return pymupdf.Rect(numbers) * page.transformation_matrix * page.rotation_matrix

    @cached_property
    def closure(self) -> dict[int, frozenset[int]]:
        """Give, for each page, the numbers of all objects that it draws on."""
        return {page: frozenset(self._reach(self.page_number(page))) for page in range(self.pages)}

    def _reach(self, number: int) -> set[int]:
        seen: set[int] = set()
        stack = [number]
        while stack:
            current = stack.pop()
            if current in seen or not 0 < current < self.objects:
                continue
            seen.add(current)
            if current == number or current not in self._page_numbers:
                # Up the page tree for what is inherited, but not down again to other pages.
                text = _KIDS.sub("", self.source(current)[0])
                stack += [int(found) for found in _REFERENCE.findall(text)]
        return seen

    def may_differ(self, after: View, page: int) -> bool:
        """Tell whether anything that the page draws on was written anew in `after`."""
        if after.objects > MAX_OBJECTS or self.page_number(page) != after.page_number(page):
            return True
        reached = after.closure[page]
        return reached != self.closure[page] or any(
            self.source(number) != after.source(number) for number in reached
        )

    @cached_property
    def _page_numbers(self) -> frozenset[int]:
        return frozenset(self.page_number(page) for page in range(self.pages))

    def close(self) -> None:
        self._document.close()


def _words_of(text: Any) -> list[Word]:
    entries = pymupdf.TextPage(text).extractWORDS()
    return [((x0, y0, x1, y1), str(word)) for x0, y0, x1, y1, word, *_ in entries]


def _box_of(page: Any, rectangle: Any) -> Box:
    """Give a box of finite numbers within the page."""
    clipped = (rectangle.normalize() & page.rect) if not rectangle.is_empty else pymupdf.Rect()
    return (clipped.x0, clipped.y0, clipped.x1, clipped.y1)


def warm() -> None:
    """Draw and read one empty page, so that nothing is opened or imported later."""
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "countermark 1")
    data = document.tobytes()
    document.close()
    view = View(data)
    view.words(0)
    view.draw(0)
    view.close()
