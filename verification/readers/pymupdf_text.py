"""The text layer of a PDF, letter by letter with PyMuPDF, put together into cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pymupdf

from verification.printed import MOST_PAGES, Cell, Printed, rows_of
from verification.readers.pymupdf import open_pdf
from verification.readers.pymupdf_unseen import Key, key_of, laid_and_drawn, unseen
from verification.values import PageBox

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A gap of this many letter heights ends a cell: more than a blank, as between two columns.
_GAP = 0.45
#: A page holds fewer letters than this, unless it was made to keep a reader busy.
_MOST_LETTERS = 30_000


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    box: tuple[float, float, float, float]
    size: float


def read_text(data: bytes) -> Printed:
    """Read what is seen of the first pages. Raises PdfError and what MuPDF raises for broken files.

    Text that is not seen but lies under a scan was laid there by OCR: its `origin` says so.
    """
    cells: list[Cell] = []
    fonts: set[str] = set()
    size = None
    with open_pdf(data) as document:
        pages = [document[number] for number in range(min(document.page_count, MOST_PAGES))]
        for page in pages:
            if page.rotation:
                # MuPDF tells where text stands before a page is turned as its reader sees it.
                page.remove_rotation()
            size = size or (round(page.rect.width), round(page.rect.height))
        scanned = _is_mostly_laid_under(pages)
        for number, page in enumerate(pages, start=1):
            cells += _cells(page, number, fonts, scanned=scanned)
    return Printed(
        rows=rows_of(cells),
        origin="ocr" if scanned else "text",
        fonts=tuple(sorted(fonts)),
        page_size=size,
    )


def _is_mostly_laid_under(pages: list[pymupdf.Page]) -> bool:
    """Say whether most of the letters are not drawn or covered, as OCR lays them under scans."""
    counts = [laid_and_drawn(page) for page in pages]
    return sum(laid for laid, _ in counts) > sum(drawn for _, drawn in counts)


def _cells(page: pymupdf.Page, number: int, fonts: set[str], *, scanned: bool) -> Iterator[Cell]:
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    left = _MOST_LETTERS
    hidden = unseen(page, scanned=scanned)
    for block in page.get_text("rawdict", flags=flags)["blocks"]:
        for line in block.get("lines", ()):
            letters = list(_letters(line, fonts, hidden))[:left]
            left -= len(letters)
            yield from _split(letters, number)


def _letters(line: dict[str, Any], fonts: set[str], hidden: frozenset[Key]) -> Iterator[_Letter]:
    """Give what is seen of a line that runs from left to right; others are stamps and marks."""
    if line["dir"][0] < 0.99:  # noqa: PLR2004 - a cosine: eight degrees
        return
    for span in line["spans"]:
        if span["chars"]:
            fonts.add(str(span["font"]).rpartition("+")[2][:60])
        for char in span["chars"]:
            if key_of(str(char["c"]), char["origin"]) in hidden:
                continue
            left, top, right, bottom = map(float, char["bbox"])
            yield _Letter(str(char["c"]), (left, top, right, bottom), float(span["size"]))


def _split(letters: list[_Letter], number: int) -> Iterator[Cell]:
    group: list[_Letter] = []
    end = 0.0
    for letter in letters:
        if letter.text.isspace():
            continue
        gap = letter.box[0] - end
        if group and (gap > _GAP * letter.size or gap < -4 * letter.size):
            yield _cell(group, number)
            group = []
        elif group and gap > 0.15 * letter.size:
            group.append(_Letter(" ", letter.box, letter.size))
        group.append(letter)
        end = letter.box[2]
    if group:
        yield _cell(group, number)


def _cell(group: list[_Letter], number: int) -> Cell:
    box = (
        min(letter.box[0] for letter in group),
        min(letter.box[1] for letter in group),
        max(letter.box[2] for letter in group),
        max(letter.box[3] for letter in group),
    )
    return Cell(
        text="".join(letter.text for letter in group),
        page=number,
        box=box,
        where=PageBox(page=number, box=box),
        size=max(letter.size for letter in group),
    )
