"""The report on A4 paper, by PyMuPDF's own CJK font; the same report gives the same bytes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pymupdf

from service.causes.plots import WIDTH as PLOT_WIDTH
from service.causes.plots import Label, Line, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.causes.plots import Plot, Shape
    from service.causes.report import Report, Table

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 539.0, 64.0, 786.0
BODY, SMALL, LEADING = 10.0, 8.5, 1.5
#: Stands for a letter that the font has not: rare ideographs, emoji.
LACKING = "□"
#: Joins emoji or chooses how one looks; is nothing by itself.
UNSEEN = "\u200d\ufe0e\ufe0f"
#: Marks that may not begin a line.
CLOSING = "，。；：、）」》！？%,.;:)"
INKS = {
    "ink": (0.11, 0.14, 0.16),
    "quiet": (0.33, 0.38, 0.42),
    "line": (0.85, 0.83, 0.79),
    "good": (0.11, 0.42, 0.26),
    "bad": (0.63, 0.10, 0.23),
    "neutral": (0.51, 0.49, 0.44),
    "accent": (0.08, 0.34, 0.66),
}


@lru_cache(maxsize=1)
def _font() -> Any:
    return pymupdf.Font("china-s")


@lru_cache(maxsize=8192)
def _drawn(letter: str) -> str:
    """Give what the font has: a sign that it lacks must not vanish, one that is none must."""
    if letter in UNSEEN:
        return ""
    if not letter.isprintable():
        return " "
    return letter if _font().has_glyph(ord(letter)) else LACKING


@lru_cache(maxsize=8192)
def _advance(letter: str) -> float:
    return sum(float(_font().glyph_advance(ord(one))) for one in _drawn(letter))


def _width(text: str, size: float) -> float:
    return size * sum(map(_advance, text))


def pdf(told: Report) -> bytes:
    """Give the report as PDF."""
    paper = _Paper()
    paper.lines(told.title, 16.0)
    paper.lines(told.origin, SMALL, "quiet")
    if count := sum(_drawn(one) == LACKING != one for text in _texts(told) for one in text):
        paper.lines(told.lacking.format(count=count), SMALL, "quiet")
    for section in told.sections:
        paper.room(90)
        paper.y += 8
        paper.lines(section.heading, 12.5, "accent")
        for paragraph in section.paragraphs:
            paper.lines(paragraph, BODY)
        if section.table is not None:
            paper.table(section.table)
        for plot in section.plots:
            if plot.shapes:
                paper.plot(plot)
    return paper.bytes()


def _texts(told: Report) -> Iterator[str]:
    """Give all that is lettered."""
    yield told.title
    for section in told.sections:
        yield section.heading
        yield from section.paragraphs
        for row in section.table.rows if section.table else ():
            yield from row
        for plot in section.plots:
            yield from (one.text for one in plot.shapes if isinstance(one, Label))


class _Paper:
    """A document in the making; `y` is where the next line goes."""

    def __init__(self) -> None:
        self._document: Any = pymupdf.open()
        self._page: Any = None
        #: What is to be written on this page, by ink: each is one object of the PDF.
        self._writers: dict[str, Any] = {}
        self.y = TOP
        self._turn()

    def room(self, height: float) -> None:
        """Begin a new page where so much does not fit on this one."""
        if self.y + height > BOTTOM:
            self._turn()

    def lines(self, text: str, size: float, ink: str = "ink") -> None:
        for line in _wrapped(text, RIGHT - LEFT, size):
            self.room(size * LEADING)
            self._write(LEFT, self.y + size, line, size=size, ink=ink)
            self.y += size * LEADING
        self.y += 3

    def table(self, table: Table) -> None:
        self._row(table.head, table.shares, "quiet")
        for row in table.rows:
            if self.y + self._height(row, table.shares) > BOTTOM:
                self._turn()
                self._row(table.head, table.shares, "quiet")
            self._row(row, table.shares, "ink")
        self.y += 8

    def plot(self, plot: Plot) -> None:
        scale = (RIGHT - LEFT) / PLOT_WIDTH
        self.room(plot.height * scale + 24)
        self._write(LEFT, self.y + BODY, plot.title, size=BODY, ink="quiet")
        self.y += BODY * LEADING
        for shape in plot.shapes:
            self._shape(shape, scale)
        self.y += plot.height * scale + 8

    def bytes(self) -> bytes:
        self._put_down()
        pages = len(self._document)
        for number, page in enumerate(self._document, 1):
            self._page = page
            self._write(RIGHT - 40, HEIGHT - 28, f"{number} / {pages}", size=SMALL, ink="quiet")
            self._put_down()
        self._document.subset_fonts()
        return bytes(self._document.tobytes(garbage=3, deflate=True, no_new_id=True))

    def _height(self, cells: Sequence[str], shares: Sequence[float]) -> float:
        columns = zip(cells, shares, strict=True)
        most = max(len(_lines(cell, share)) for cell, share in columns)
        return most * SMALL * LEADING + 5

    def _row(self, cells: Sequence[str], shares: Sequence[float], ink: str) -> None:
        height, left = self._height(cells, shares), LEFT
        self.room(height)
        for cell, share in zip(cells, shares, strict=True):
            for place, line in enumerate(_lines(cell, share)):
                y = self.y + SMALL * (1 + place * LEADING)
                self._write(left, y, line, size=SMALL, ink=ink)
            left += (RIGHT - LEFT) * share
        self.y += height
        self._page.draw_line((LEFT, self.y - 2), (RIGHT, self.y - 2), color=INKS["line"], width=0.5)

    def _shape(self, one: Shape, scale: float) -> None:
        colour = INKS[one.ink]
        if isinstance(one, Rect):
            x, y = LEFT + one.x * scale, self.y + one.y * scale
            box = pymupdf.Rect(x, y, x + one.width * scale, y + one.height * scale)
            self._page.draw_rect(box, color=None, fill=colour, fill_opacity=one.strength)
        elif isinstance(one, Line):
            points = [(LEFT + x * scale, self.y + y * scale) for x, y in one.points]
            if len(points) > 1:
                dashes = "[4 3] 0" if one.dashed else None
                self._page.draw_polyline(points, color=colour, width=1.2, dashes=dashes)
        else:
            self._label(one, scale)

    def _label(self, one: Label, scale: float) -> None:
        size = one.size * scale
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[one.anchor] * _width(one.text, size)
        x, y = LEFT + one.x * scale - shift, self.y + one.y * scale
        self._write(x, y, one.text, size=size, ink=one.ink)

    def _write(self, x: float, y: float, text: str, *, size: float, ink: str) -> None:
        if ink not in self._writers:
            self._writers[ink] = pymupdf.TextWriter(self._page.rect, color=INKS[ink])
        drawn = "".join(map(_drawn, text))
        self._writers[ink].append((x, y), drawn, font=_font(), fontsize=size)

    def _put_down(self) -> None:
        """Write what waits onto this page, above all that was drawn."""
        for writer in self._writers.values():
            writer.write_text(self._page)
        self._writers.clear()

    def _turn(self) -> None:
        self._put_down()
        self._page = self._document.new_page(width=WIDTH, height=HEIGHT)
        self.y = TOP


@lru_cache(maxsize=256)
def _lines(cell: str, share: float) -> tuple[str, ...]:
    """Give a cell's lines in a column that takes such a share of the width."""
    return tuple(_wrapped(cell, (RIGHT - LEFT) * share - 10, SMALL))


def _wrapped(text: str, width: float, size: float) -> Iterator[str]:
    """Break lines between any two letters of Chinese, and Latin words whole where they fit."""
    line = ""
    for word in _words(text):
        if line and _width(line + word, size) > width and word not in CLOSING:
            yield line.rstrip()
            line = ""
        line += word.lstrip() if not line else word
        while _width(line, size) > width and len(line) > 1:
            cut = max(1, int(len(line) * width / _width(line, size)))
            if line[cut:] in CLOSING:
                break
            yield line[:cut]
            line = line[cut:]
    yield line


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if letter.isascii() and not letter.isspace():
            word += letter
            continue
        if word:
            yield word
        word = ""
        yield letter
    if word:
        yield word
