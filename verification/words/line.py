"""A line of text on a page, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from verification.pages.picture import Box  # noqa: TC001 - a public field's type

#: Why nothing is known of a page's words: the extra `ocr` is not installed, the file has no such
#: page or none that we draw, or nothing stands there that we can read.
Silence = Literal["no_ocr", "not_drawn", "nothing_read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What stands together on one line of a page."""

    text: str
    #: Left, top, right, bottom in the units of evidence: points of a PDF or OFD page from top
    #: left, pixels of the original for a picture.
    box: Box
    #: 0..1; text that the file holds as text has 1.
    confidence: float
    source: Literal["text_layer", "ocr"]
