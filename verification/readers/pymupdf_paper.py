"""Our own HTML to PDF with PyMuPDF; nothing that a file brought along but its words and pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pymupdf

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARGIN = 42
#: A report that needs more pages is a mistake of ours.
_MOST_PAGES = 500


def draw(html: str, style: str, pictures: Mapping[str, bytes]) -> bytes:
    """Lay HTML out on A4; `pictures` are PNGs by the name in ``img src``.

    The same input gives the same bytes: no clock, no random identifier. Raises ValueError for
    what does not fit on 500 pages.
    """
    archive = pymupdf.Archive()
    for name, content in pictures.items():
        archive.add(content, name)
    story = pymupdf.Story(html=html, user_css=style, archive=archive)
    stream = io.BytesIO()
    writer = pymupdf.DocumentWriter(stream)
    page = pymupdf.paper_rect("a4")
    inside = pymupdf.Rect(_MARGIN, _MARGIN, page.x1 - _MARGIN, page.y1 - _MARGIN)
    for _ in range(_MOST_PAGES):
        device = writer.begin_page(page)
        more, _filled = story.place(inside)
        story.draw(device)
        writer.end_page()
        if not more:
            writer.close()
            return _settled(stream.getvalue())
    raise ValueError(f"more than {_MOST_PAGES} pages")


def _settled(pdf: bytes) -> bytes:
    """Write the file anew without what changes from run to run."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        document.subset_fonts()
        document.set_metadata({})
        data: bytes = document.tobytes(garbage=3, deflate=True, no_new_id=True)
    return data
