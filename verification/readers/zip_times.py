"""When a member of a ZIP archive was last written (APPNOTE.TXT 4.4.6, 4.5.5, 4.6.1 and 4.5.7).

The directory has local time in steps of two seconds; extra fields may have UTC.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.readers.zip_directory import Member

#: Extended timestamp (Info-ZIP) and NTFS.
_EXTENDED, _NTFS = 0x5455, 0x000A
_HAS_MODIFIED, _NTFS_TIMES = 1, 1
#: FILETIME counts tenths of a microsecond from 1601.
_SECONDS_1601_TO_1970 = 11_644_473_600
_TICKS = 10_000_000


def written_utc(member: Member) -> int | None:
    """Give seconds since 1970 in UTC from an extra field; None where there is none."""
    for kind, body in _fields(member.extra):
        if kind == _EXTENDED and len(body) >= 5 and body[0] & _HAS_MODIFIED:  # noqa: PLR2004 - flags, time
            return int(struct.unpack_from("<i", body, 1)[0])
        if kind == _NTFS:
            # Four bytes stand before the attributes, which are fields themselves.
            times = dict(_fields(body[4:])).get(_NTFS_TIMES, b"")
            if len(times) >= 8:  # noqa: PLR2004 - one FILETIME
                ticks: int = struct.unpack_from("<Q", times)[0]
                return ticks // _TICKS - _SECONDS_1601_TO_1970
    return None


def written_local(member: Member) -> str:
    """Give the directory's own time in the way of EXIF, zone unknown."""
    date, time = member.dos_date, member.dos_time
    return (
        f"{(date >> 9) + 1980:04}:{date >> 5 & 15:02}:{date & 31:02} "
        f"{time >> 11:02}:{time >> 5 & 63:02}:{(time & 31) * 2:02}"
    )


def _fields(extra: bytes) -> list[tuple[int, bytes]]:
    found, position = [], 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        found.append((kind, extra[position + 4 : position + 4 + size]))
        position += 4 + size
    return found
