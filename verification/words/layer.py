"""What a PDF's text layer says held against what its pages show, within bounds of cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers import rapidocr
from verification.readers.pymupdf_layer import sheets
from verification.words.laid import Laid, compare, has_words
from verification.words.lettered import Glyphs, read_drawn, wants

if TYPE_CHECKING:
    from verification.words.pages import Words
    from verification.words.places import Place

#: Pages whose layer is looked at, and pages with words under a picture that are read for it.
MOST_PAGES, MOST_PICTURES = 20, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of it; pages count from 1."""

    places: tuple[Place, ...] = ()
    #: Pages on which glyphs or words were left that nobody looked at.
    left: tuple[int, ...] = ()
    #: There was something to be read, and nothing to read it with.
    unread: bool = False


def compared(data: bytes, words: Words) -> Compared:
    """Compare the layer of each page. Raises what MuPDF raises, and LimitExceeded."""
    glyphs, laid = Glyphs(), Laid()
    drawn: list[Place] = []
    left: list[int] = []
    pictures = 0
    can_read = rapidocr.available()
    for sheet in sheets(data, MOST_PAGES):
        under = has_words(sheet)
        if not can_read and (under or wants(sheet, glyphs)):
            return Compared(unread=True)
        try:
            drawn += read_drawn(sheet, glyphs)
            if under and pictures < MOST_PICTURES:
                compare(sheet, words, laid)
        except rapidocr.CannotRead:
            return Compared(unread=True)
        pictures += under
        if (under and pictures > MOST_PICTURES) or (glyphs.left <= 0 and wants(sheet, glyphs)):
            left.append(sheet.number)
    more = range(MOST_PAGES + 1, words.count() + 1)
    # Two figures of one number are one place.
    return Compared(places=tuple(dict.fromkeys((*drawn, *laid.told()))), left=(*left, *more))
