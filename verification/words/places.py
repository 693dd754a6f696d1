"""Where a text layer says something else than the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.words.agreement import Kind, widened
from verification.words.alike import CAPITALS

if TYPE_CHECKING:
    from verification.pages.picture import Box
    from verification.readers.pymupdf_layer import Line
    from verification.words.agreement import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Words of a layer and what is seen in their place; `box` is in points."""

    page: int
    box: Box
    said: str
    shown: str
    kind: Kind | None
    #: It was laid under or over a picture, and nobody sees it.
    laid: bool


def place(page: int, line: Line, one: Difference, shown: str, *, laid: bool) -> Place:
    """Tell of a difference by whole words."""
    start, end = widened(line.text, one.said)
    first, last = widened(shown, one.shown)
    boxes = [letter.box for letter in line.letters[start:end]] or [line.box]
    around = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return Place(
        page=page,
        box=around,
        said=line.text[start:end],
        shown=shown[first:last],
        kind=one.kind,
        laid=laid,
    )


def figures(text: str) -> int:
    """Count the figures of a text, those in words too."""
    return sum(sign.isdecimal() or sign in CAPITALS for sign in text)
