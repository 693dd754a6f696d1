"""The dates of an IPTC block (IIM 4.2): records of a number, a kind and a length."""

from __future__ import annotations

import struct
from dataclasses import dataclass

#: More records than a picture agency writes.
_MOST_RECORDS = 10_000
_MARK = 0x1C
_APPLICATION = 2
_CREATED, _CREATED_TIME, _DIGITIZED, _DIGITIZED_TIME = 55, 60, 62, 63
_PROGRAM, _BY_LINE = 65, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class IptcFields:
    """Dates as ``CCYYMMDDHHMMSS±HHMM`` or less, names as written; empty where not there."""

    created: str
    digitized: str
    program: str
    author: str


def read_iptc(block: bytes) -> IptcFields:
    """Read what the block holds up to the first thing that is no record."""
    found: dict[int, str] = {}
    position = 0
    for _ in range(_MOST_RECORDS):
        if position + 5 > len(block) or block[position] != _MARK:
            break
        record, kind, length = struct.unpack_from(">BBH", block, position + 1)
        body = block[position + 5 : position + 5 + length]
        if record == _APPLICATION:
            found.setdefault(kind, body.decode("utf-8", "replace").strip("\0 "))
        position += 5 + length
    return IptcFields(
        created=_joined(found.get(_CREATED, ""), found.get(_CREATED_TIME, "")),
        digitized=_joined(found.get(_DIGITIZED, ""), found.get(_DIGITIZED_TIME, "")),
        program=found.get(_PROGRAM, ""),
        author=found.get(_BY_LINE, ""),
    )


def _joined(day: str, time: str) -> str:
    """Put both together; a month or day of zeros was not known (IIM 4.2, 2:55)."""
    day = day.replace("-", "")
    if day.endswith("00") and day.strip("0"):
        return day[:6].removesuffix("00")
    return day + time.replace(":", "") if day else ""
