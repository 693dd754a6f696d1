"""A4 paper written from top to bottom by PyMuPDF, with its Chinese font embedded as a subset.

Bytes are the same for the same content: no fresh file identifier, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pymupdf

from service.demo.documents.brief import DISCLAIMER
from service.demo.documents.properties import Properties, pdf_date, xmp_packet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A4 in points, and where the text stands on it.
WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT = 62.0, 533.0
TOP, BOTTOM = 118.0, 772.0

BODY_SIZE = 10.5
LEADING = 1.65
CELL_PADDING = 5.0
ROW_HEIGHT = 22.0
#: Marks that may not begin a line.
CLOSING = "，。；：、）」》！？%,.;:)"

Colour = tuple[float, float, float]
INK: Colour = (0.13, 0.14, 0.17)
GREY: Colour = (0.45, 0.47, 0.50)
RULE: Colour = (0.78, 0.80, 0.83)
TINT: Colour = (0.95, 0.96, 0.97)


@lru_cache(maxsize=1)
def font() -> Any:
    """PyMuPDF's own CJK font (Droid Sans Fallback): no font of the machine is needed."""
    return pymupdf.Font("china-s")


@lru_cache(maxsize=8192)
def _advance(letter: str) -> float:
    return float(font().glyph_advance(ord(letter)))


def text_width(text: str, size: float) -> float:
    return size * sum(map(_advance, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    name: str
    #: Address and mail, in one line.
    line: str
    accent: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a header; `shares` divide the width, numbers stand right in `right` columns."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A box on a page, in points from the top left; `page` counts from 0."""

    page: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def pdf_box(self) -> tuple[int, int, int, int]:
        """Give the box as the PDF file itself counts: from the bottom left."""
        return (
            round(self.left),
            round(HEIGHT - self.bottom),
            round(self.right),
            round(HEIGHT - self.top),
        )


class Paper:
    """A document in the making; `y` is where the next line goes."""

    def __init__(self, letterhead: Letterhead) -> None:
        self.letterhead = letterhead
        self.document = pymupdf.open()
        self.y = TOP
        self._turn()

    def title(self, text: str, *, number: str) -> None:
        width = text_width(text, 19)
        self.write((WIDTH - width) / 2, text, size=19)
        self.y += 30
        self.write(RIGHT - text_width(number, 9), number, size=9, colour=GREY)
        self.y += 20

    def heading(self, text: str) -> None:
        self._need(160)  # never a heading alone at the foot of a page
        self.y += 12
        self.page.draw_rect(
            pymupdf.Rect(LEFT, self.y - 10, LEFT + 3, self.y + 3),
            color=None,
            fill=self.letterhead.accent,
        )
        self.write(LEFT + 10, text, size=12.5, colour=self.letterhead.accent)
        self.y += 20

    def paragraph(self, text: str, *, indent: bool = True) -> None:
        first = "\u3000\u3000" if indent else ""
        for line in wrap(first + text, RIGHT - LEFT, BODY_SIZE):
            self._need(BODY_SIZE * LEADING)
            self.write(LEFT, line, size=BODY_SIZE)
            self.y += BODY_SIZE * LEADING
        self.y += 4

    def fields(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write labelled values, one a line."""
        for label, value in rows:
            self._need(18)
            self.write(LEFT, label, size=BODY_SIZE, colour=GREY)
            self.write(LEFT + 96, value, size=BODY_SIZE)
            self.y += 18
        self.y += 4

    def table(self, table: Table) -> None:
        whole = RIGHT - LEFT
        edges = [LEFT]
        for share in table.shares:
            edges.append(edges[-1] + whole * share / sum(table.shares))
        self._row(table, edges, table.header, head=True)
        for row in table.rows:
            self._row(table, edges, row, head=False)
        self.y += 16

    def reserve(self, width: float, height: float, *, note: str) -> Place:
        """Keep a place free at the right for a signature, with a note above it."""
        self._need(height + 30)
        self.y += 10
        self.write(RIGHT - width, note, size=BODY_SIZE, colour=GREY)
        self.y += 8
        place = Place(
            page=len(self.document) - 1,
            left=RIGHT - width,
            top=self.y,
            right=RIGHT,
            bottom=self.y + height,
        )
        self.y += height + 14
        return place

    def write(self, x: float, text: str, *, size: float, colour: Colour = INK) -> None:
        """Write one line whose base line is at `y`."""
        writer = self._writers.setdefault(colour, pymupdf.TextWriter(self.page.rect))
        writer.append((x, self.y), text, font=font(), fontsize=size)

    def save(self, properties: Properties) -> bytes:
        """Close the document and give its bytes."""
        self._flush()
        data = bytes_of(self.document, properties)
        self.document.close()
        return data

    def _row(self, table: Table, edges: Sequence[float], row: Sequence[str], *, head: bool) -> None:
        cells = [
            list(wrap(text, right - left - 2 * CELL_PADDING, 9.5))
            for text, left, right in zip(row, edges, edges[1:], strict=False)
        ]
        height = ROW_HEIGHT + 14 * (max(map(len, cells)) - 1)
        self._need(height)
        top = self.y
        box = pymupdf.Rect(edges[0], top, edges[-1], top + height)
        self.page.draw_rect(box, color=RULE, fill=TINT if head else None, width=0.6)
        for column, lines in enumerate(cells):
            left, right = edges[column], edges[column + 1]
            self.page.draw_line((right, top), (right, top + height), color=RULE, width=0.6)
            for number, line in enumerate(lines):
                self.y = top + 15 + 14 * number
                free = right - left - 2 * CELL_PADDING - text_width(line, 9.5)
                shift = free if column in table.right else 0.0
                self.write(left + CELL_PADDING + shift, line, size=9.5)
        self.y = top + height

    def _need(self, height: float) -> None:
        if self.y + height > BOTTOM:
            self._turn()

    def _turn(self) -> None:
        """Begin a page: letterhead above, disclaimer and number below."""
        if len(self.document):
            self._flush()
        self.page = self.document.new_page(width=WIDTH, height=HEIGHT)
        self._writers: dict[Colour, Any] = {}
        head = self.letterhead
        self.page.draw_rect(pymupdf.Rect(LEFT, 44, LEFT + 26, 70), color=None, fill=head.accent)
        self.y = 63
        self.write(LEFT + 5, head.name[0], size=16, colour=(1, 1, 1))
        self.y = 56
        self.write(LEFT + 36, head.name, size=13, colour=head.accent)
        self.y = 70
        self.write(LEFT + 36, head.line, size=8, colour=GREY)
        self.page.draw_line((LEFT, 80), (RIGHT, 80), color=head.accent, width=1.2)
        self.y = 806
        self.write(LEFT, DISCLAIMER, size=7.5, colour=GREY)
        self.write(RIGHT - 20, f"- {len(self.document)} -", size=7.5, colour=GREY)
        self.y = TOP

    def _flush(self) -> None:
        for colour, writer in self._writers.items():
            writer.write_text(self.page, color=colour)


def wrap(text: str, width: float, size: float) -> Iterator[str]:
    """Break a paragraph into lines; a closing mark may hang over rather than begin a line."""
    line = ""
    used = 0.0
    for letter in text:
        step = _advance(letter) * size
        if line and used + step > width and letter not in CLOSING:
            yield line
            line, used = "", 0.0
        line += letter
        used += step
    yield line


def bytes_of(document: pymupdf.Document, properties: Properties) -> bytes:
    """Give the file of a document: the fonts that it needs, and its properties told twice."""
    document.subset_fonts()
    document.set_metadata(
        {
            "title": properties.title,
            "author": properties.author,
            "creator": properties.creator,
            "producer": properties.producer,
            "creationDate": pdf_date(properties.created),
            "modDate": pdf_date(properties.modified),
        }
    )
    document.set_xml_metadata(xmp_packet(properties))
    return bytes(document.tobytes(garbage=3, deflate=True, no_new_id=True))
