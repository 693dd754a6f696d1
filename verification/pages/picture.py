"""What is asked of the renderer, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from verification.limits import Limits

#: Left, top, right, bottom.
Box = tuple[float, float, float, float]

#: Width and height, in the units of a Box.
Size = tuple[float, float]
#: The size of a page that exists and cannot be drawn.
UNDRAWABLE: Size = (0.0, 0.0)

BYTES_PER_PIXEL = 3

Reason = Literal["format", "encrypted", "no_such_page", "nothing_to_show", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a file, how large."""

    #: From 1; frames of a picture count as pages.
    page: int = 1
    #: Neither width nor height comes out larger, in pixels.
    max_side: int
    #: Only this part: points from top left for a PDF, pixels of the original for a picture.
    clip: Box | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Raw pixels, three bytes each, row by row from top left."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


class CannotRender(Exception):
    """There is nothing that we draw; the file may be perfectly good."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
