"""The date in Matroska and WebM: DateUTC of the segment's Info (RFC 9559, 5.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEGMENT, _INFO, _DATE, _MUXER, _WRITER = 0x18538067, 0x1549A966, 0x4461, 0x4D80, 0x5741
#: Seconds from 1970 to 2001, the zero of this clock, which counts in nanoseconds.
_SECONDS_1970_TO_2001 = 978_307_200
_BILLION = 1_000_000_000
#: Info stands among the first elements of a segment, before its clusters.
_MOST_ELEMENTS = 1000
_TEXT_BYTES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentInfo:
    """When the segment was written, and by what; `start` and `end` of the date in the file."""

    #: Seconds since 1970 in UTC; None where it is not said.
    written: int | None = None
    start: int = 0
    end: int = 0
    program: str = ""


def segment_info(data: bytes) -> SegmentInfo:
    """Read the Info element; an empty one where there is none."""
    for kind, start, end in elements(data, 0, len(data)):
        if kind != _SEGMENT:
            continue
        for inner, first, last in elements(data, start, end):
            if inner == _INFO:
                return _info(data, first, last)
    return SegmentInfo()


def _info(data: bytes, start: int, end: int) -> SegmentInfo:
    fields = {kind: (first, last) for kind, first, last in elements(data, start, end)}
    writer = fields.get(_WRITER) or fields.get(_MUXER) or (0, 0)
    program = data[writer[0] : min(writer[1], writer[0] + _TEXT_BYTES)]
    first, last = fields.get(_DATE, (0, 0))
    count = int.from_bytes(data[first:last], "big", signed=True) if last - first == 8 else None  # noqa: PLR2004 - nanoseconds in eight bytes
    return SegmentInfo(
        written=None if count is None else _SECONDS_1970_TO_2001 + count // _BILLION,
        start=first,
        end=last,
        program=program.decode("utf-8", "replace").strip("\0 "),
    )


def elements(
    data: bytes, position: int, end: int, *, most: int = _MOST_ELEMENTS
) -> Iterator[tuple[int, int, int]]:
    """Walk one level (RFC 8794): number, and where the content begins and ends."""
    for _ in range(most):
        kind, body = _number(data, position, keep_mark=True)
        size, start = _number(data, body, keep_mark=False)
        if kind is None or size is None or start >= end:
            return
        # All ones: the size is unknown, the element goes on to the end of what holds it.
        unknown = size == (1 << 7 * (start - body)) - 1
        stop = end if unknown else min(start + size, end)
        yield kind, start, stop
        position = stop


def is_cut_off(data: bytes) -> bool:
    """Say whether an element of the first level goes on behind the end of the file."""
    position = 0
    for _ in range(_MOST_ELEMENTS):
        kind, body = _number(data, position, keep_mark=True)
        size, start = _number(data, body, keep_mark=False)
        if kind is None or size is None or size == (1 << 7 * (start - body)) - 1:
            return False
        position = start + size
        if position > len(data):
            return True
    return False


def _number(data: bytes, position: int, *, keep_mark: bool) -> tuple[int | None, int]:
    first = data[position] if position < len(data) else 0
    width = 9 - first.bit_length()
    if not first or position + width > len(data):
        return None, position
    value = int.from_bytes(data[position : position + width], "big")
    return (value if keep_mark else value & ((1 << 7 * width) - 1)), position + width
