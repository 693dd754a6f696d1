"""What stands between the parts of a form, found without a pattern made for each form.

werkzeug compiles two regular expressions for every boundary, and every request has a boundary of
its own: that took longer than parsing the form did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from werkzeug.sansio.multipart import MultipartDecoder

if TYPE_CHECKING:
    from re import Pattern

#: What may follow a boundary: two hyphens end the form, a line break begins a part.
TAIL = re.compile(rb"--[^\S\n\r]*(?:\r\n|\n|\r)?|[^\S\n\r]*(?:\r\n|\n|\r)")
BREAKS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Found:
    """As much of a `re.Match` as the decoder asks for; group 1 is what follows the boundary."""

    first: int
    last: int
    tail: bytes

    def start(self) -> int:
        return self.first

    def end(self) -> int:
        return self.last

    def group(self, number: int) -> bytes:
        del number
        return self.tail


@dataclass(frozen=True, slots=True)
class Border:
    """As much of a `re.Pattern` as the decoder asks for."""

    boundary: bytes
    #: Whether a line break must stand before it; only before the first part there may be none.
    after_break: bool

    def search(self, data: bytes | bytearray, place: int = 0) -> Found | None:
        dashed, at = b"--" + self.boundary, place
        while (at := data.find(dashed, at)) >= 0:
            tail = TAIL.match(data, at + len(dashed))
            first = _break_before(data, at, place)
            if tail is not None and (first < at or not self.after_break):
                return Found(first, tail.end(), tail.group())
            at += 1
        return None


class Decoder(MultipartDecoder):
    """werkzeug's decoder of forms."""

    def __init__(self, boundary: bytes, *, max_form_memory_size: int) -> None:
        # Its patterns for this one boundary are compiled once; then ours take their place.
        super().__init__(b"any", max_form_memory_size)
        self.boundary = boundary
        self.preamble_re = cast("Pattern[bytes]", Border(boundary, after_break=False))
        self.boundary_re = cast("Pattern[bytes]", Border(boundary, after_break=True))


def _break_before(data: bytes | bytearray, at: int, place: int) -> int:
    """Give where the line break before `at` begins, not before `place`; `at` without one."""
    if at - 1 < place or data[at - 1] not in BREAKS:
        return at
    if at - 2 >= place and data[at - 2 : at] == BREAKS:
        return at - 2
    return at - 1
