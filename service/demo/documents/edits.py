"""What people do to a finished PDF with an editor: another figure, words painted over, a signature.

Dates and names in the metadata stay as they were: the hand that does this leaves no name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf

from service.demo.documents.paper import font

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.demo.documents.paper import Place

#: Typed names lean in no hand's way.
PEN_BLUE = (0.09, 0.15, 0.42)
PASTED_DPI = 150
#: Of `apply_redactions`: lines and areas stay.
KEEP_LINES = 0


def _edited(data: bytes, edit: Callable[[pymupdf.Document], None]) -> bytes:
    with pymupdf.open(stream=data) as document:
        edit(document)
        edited: bytes = document.tobytes(garbage=3, deflate=True, no_new_id=True)
    return edited


def other_figure(data: bytes, number: str, figure: str) -> bytes:
    """Take the first figure out of `number` and set another one in its place, in another font.

    Raises ValueError where the number does not stand in the document.
    """

    def edit(document: pymupdf.Document) -> None:
        page, box = _find(document, number)
        first, foot = _first_letter(page, box)
        middle = pymupdf.Rect(first.x0 + 0.5, foot - 4, first.x1 - 0.5, foot - 2)
        page.add_redact_annot(middle)
        page.apply_redactions(graphics=KEEP_LINES)
        page.insert_text((first.x0, foot), figure, fontname="tibo", fontsize=9.5)

    return _edited(data, edit)


def painted_over(data: bytes, words: str, instead: str) -> bytes:
    """Lay white over the words and write others on it. Raises ValueError where there are none."""

    def edit(document: pymupdf.Document) -> None:
        page, box = _find(document, words)
        page.draw_rect(box, color=None, fill=(1, 1, 1))
        writer = pymupdf.TextWriter(page.rect)
        writer.append((box.x0, box.y1 - box.height * 0.25), instead, font=font(), fontsize=10.5)
        writer.write_text(page)

    return _edited(data, edit)


def _find(document: pymupdf.Document, words: str) -> tuple[pymupdf.Page, pymupdf.Rect]:
    for number in range(document.page_count):
        page = document[number]
        if boxes := page.search_for(words):
            return page, boxes[-1]
    raise ValueError(f"{words!r} stands nowhere")


def _first_letter(page: pymupdf.Page, box: pymupdf.Rect) -> tuple[pymupdf.Rect, float]:
    """Give the box of the first letter within a box, and the height of its foot."""
    letters = [
        (pymupdf.Rect(char["bbox"]), float(char["origin"][1]))
        for block in page.get_text("rawdict", clip=box)["blocks"]
        for line in block.get("lines", ())
        for span in line["spans"]
        for char in span["chars"]
    ]
    return min(letters, key=lambda letter: letter[0].x0)


def typed_name(data: bytes, place: Place, name: str) -> bytes:
    """Type a name where somebody must sign."""

    def edit(document: pymupdf.Document) -> None:
        page = document[place.page]
        writer = pymupdf.TextWriter(page.rect)
        writer.append((place.left + 8, place.top + 40), name, font=font(), fontsize=22)
        writer.write_text(page, color=PEN_BLUE)

    return _edited(data, edit)


def pasted_signature(data: bytes, place: Place, face: bytes) -> bytes:
    """Paste a picture of a signature where somebody must sign."""

    def edit(document: pymupdf.Document) -> None:
        with pymupdf.open(stream=face) as source:
            picture = source[0].get_pixmap(dpi=PASTED_DPI).tobytes("png")
        box = pymupdf.Rect(place.left, place.top, place.right, place.bottom)
        document[place.page].insert_image(box, stream=picture)

    return _edited(data, edit)
