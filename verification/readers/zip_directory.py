"""The directory of a ZIP archive; without one, the local headers in their order."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass, replace
from stat import S_ISLNK
from typing import TYPE_CHECKING

from verification.limits import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_MARK, _ENTRY_MARK, LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END = struct.Struct("<4sHHHHIIH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
#: The end record and its longest comment.
TAIL_BYTES = _END.size + 0xFFFF
ENCRYPTED, SIZES_FOLLOW, _UTF8 = 0x0001, 0x0008, 0x0800
NO_SIZE, _NO_COUNT = 0xFFFFFFFF, 0xFFFF
_UNIX = 3
_UNICODE_PATH = 0x7075
_NAME_ENCODINGS = ("ascii", "gb18030", "latin-1")
# A codec is a file that is read at its first use, and the sandbox opens no file.
for _encoding in _NAME_ENCODINGS:
    codecs.lookup(_encoding)
#: Reads of the end record that are tried; more only help who wants to waste our time.
_MOST_ENDS = 8


class ZipError(ValueError):
    """A member that cannot be unpacked; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry as the directory describes it; `header` is its local header's place in the file."""

    name: str
    header: int
    method: int
    flags: int
    crc: int
    packed: int
    unpacked: int
    #: POSIX mode, 0 where the archive was not written on Unix.
    mode: int = 0
    #: When it was last written, as MS-DOS keeps it: local time, zone unknown, 0 where unset.
    dos_date: int = 0
    dos_time: int = 0
    #: Extra fields of the directory entry, or of the own header where there is no directory.
    extra: bytes = b""

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & ENCRYPTED)

    @property
    def other_name(self) -> str | None:
        """Another name that stands beside a plain one (APPNOTE, 4.6.9); some programs go by it."""
        for kind, body in _fields(self.extra):
            # Of a name that is not ASCII it is the lawful spelling.
            if kind == _UNICODE_PATH and self.name.isascii() and body[5:].isascii():
                name = body[5:].decode("ascii")
                return name if name != self.name else None
        return None

    @property
    def folder(self) -> bool:
        return self.name.endswith("/")

    @property
    def link(self) -> bool:
        """A symbolic link: its content is a path that unpacking follows."""
        return S_ISLNK(self.mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Members and the bytes between which they lie; see `Archive` for the flags."""

    members: tuple[Member, ...]
    start: int
    end: int
    complete: bool
    absolute: bool
    closed: bool
    counted: bool = True
    listed_at: int = 0


def read_directory(data: bytes, most: int) -> Directory | None:
    """Read the directory; None where there is no archive. Raises LimitExceeded over `most`."""
    headed = data.startswith(LOCAL_MARK)
    for end in _ends(data):
        found = _from_end(data, end, most)
        # Of an archive that was cut off, the last end record is that of an archive inside it.
        if found is not None and not (headed and found.start and not found.closed):
            return found
    return read_headers(data, most) if headed else None


def _ends(data: bytes) -> Iterator[int]:
    first = max(0, len(data) - TAIL_BYTES)
    stop = len(data)
    for _ in range(_MOST_ENDS):
        stop = data.rfind(_END_MARK, first, stop)
        if stop < 0:
            return
        if stop + _END.size <= len(data):
            yield stop
        stop += 3  # rfind takes whole marks only: the next one begins before this one


def _from_end(data: bytes, end: int, most: int) -> Directory | None:
    _, _, _, _, count, size, offset, comment = _END.unpack_from(data, end)
    after = end
    wide = _wide_end(data, end) if count == _NO_COUNT or NO_SIZE in {size, offset} else None
    if wide is not None:
        count, size, offset, after = wide
    if count == 0 and size == 0:
        empty = end + _END.size + comment == len(data)
        return _directory(data, (), end, comment, shift=0, first=end) if empty else None
    # The directory ends where the end record begins; where that is untrue, it says where it is.
    start = next(
        (at for at in (after - size, offset) if at >= 0 and data[at : at + 4] == _ENTRY_MARK), None
    )
    if start is None:
        return None
    shift = start - offset
    members = tuple(_entries(data, start, max(shift, 0), most))
    # Offsets may count from the file's start although bytes were put before the archive.
    first = min((member.header for member in members), default=start)
    found = _directory(data, members, end, comment, shift=shift, first=first)
    counted = (len(members) - count) & _NO_COUNT == 0
    return replace(found, counted=counted, listed_at=start)


def _directory(
    data: bytes, members: tuple[Member, ...], end: int, comment: int, *, shift: int, first: int
) -> Directory:
    stop = end + _END.size + comment
    return Directory(
        members=members,
        start=max(0, min(first, end)),
        end=min(stop, len(data)),
        complete=True,
        absolute=shift == 0 and first > 0,
        closed=stop == len(data),
    )


def _wide_end(data: bytes, end: int) -> tuple[int, int, int, int] | None:
    place = end - _END64_LOCATOR.size
    if place < 0 or data[place : place + 4] != b"PK\x06\x07":
        return None
    # The locator's offset counts from the archive's start; the record stands right before it.
    place -= _END64.size
    if place < 0 or data[place : place + 4] != b"PK\x06\x06":
        return None
    fields = _END64.unpack_from(data, place)
    return fields[7], fields[8], fields[9], place


def _entries(data: bytes, start: int, shift: int, most: int) -> Iterator[Member]:
    position = start
    count = 0
    while data[position : position + 4] == _ENTRY_MARK and position + _ENTRY.size <= len(data):
        count += 1
        if count > most:
            raise LimitExceeded("zip_entries", seen=f"more than {most}", allowed=most)
        member, position = _entry(data, position, shift)
        yield member


def _entry(data: bytes, position: int, shift: int) -> tuple[Member, int]:
    fields = _ENTRY.unpack_from(data, position)
    flags, method, crc, packed, unpacked = fields[3], fields[4], *fields[7:10]
    name_size, extra_size, comment_size, attributes, header = *fields[10:13], *fields[15:17]
    name_start = position + _ENTRY.size
    extra_start = name_start + name_size
    extra = data[extra_start : extra_start + extra_size]
    if NO_SIZE in {packed, unpacked, header}:
        unpacked, packed, header = _wide_sizes(extra, unpacked, packed, header)
    member = Member(
        name=decode_name(data[name_start:extra_start], flags),
        header=header + shift,
        method=method,
        flags=flags,
        crc=crc,
        packed=packed,
        unpacked=unpacked,
        mode=attributes >> 16 if fields[1] >> 8 == _UNIX else 0,
        dos_time=fields[5],
        dos_date=fields[6],
        extra=extra,
    )
    return member, extra_start + extra_size + comment_size


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        yield kind, extra[position + 4 : position + 4 + size]
        position += 4 + size


def _wide_sizes(extra: bytes, *narrow: int) -> tuple[int, int, int]:
    """Read the ZIP64 extra field, which holds those of the three numbers that did not fit."""
    field = next((body for kind, body in _fields(extra) if kind == 1), b"")
    wide = [int.from_bytes(field[at : at + 8], "little") for at in range(0, len(field), 8)]
    values = [wide.pop(0) if number == NO_SIZE and wide else number for number in narrow]
    return values[0], values[1], values[2]


def read_headers(data: bytes, most: int) -> Directory:
    """Walk a cut-off archive from its beginning, header by header. Raises LimitExceeded."""
    members: list[Member] = []
    position = 0
    while data[position : position + 4] == LOCAL_MARK and position + _LOCAL.size <= len(data):
        if len(members) == most:
            raise LimitExceeded("zip_entries", seen=f"more than {most}", allowed=most)
        fields = _LOCAL.unpack_from(data, position)
        flags, method, crc, packed, unpacked, name_size, extra_size = *fields[2:4], *fields[6:11]
        name_start = position + _LOCAL.size
        start = name_start + name_size + extra_size
        if flags & SIZES_FOLLOW and not packed:
            following = data.find(b"PK\x03\x04", start)
            packed = (len(data) if following < 0 else following) - start
        name = decode_name(data[name_start : name_start + name_size], flags)
        members.append(
            Member(
                name=name,
                header=position,
                method=method,
                flags=flags,
                crc=crc,
                packed=packed,
                unpacked=unpacked,
                dos_time=fields[4],
                dos_date=fields[5],
                extra=data[name_start + name_size : start],
            )
        )
        position = start + packed
    return Directory(
        members=tuple(members),
        start=0,
        end=len(data),
        complete=False,
        absolute=False,
        closed=False,
    )


def decode_name(raw: bytes, flags: int) -> str:
    if flags & _UTF8:
        return raw.decode("utf-8", "replace")
    # Without the flag it should be code page 437; Chinese Windows writes GBK all the same.
    for encoding in _NAME_ENCODINGS[:-1]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(_NAME_ENCODINGS[-1])
