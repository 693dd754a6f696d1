"""Formats known by fixed bytes at a fixed place, and those that open from a file's middle."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import islice
from typing import TYPE_CHECKING

from verification.identify.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Place, bytes, format.
_FIXED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07\x00", "rar"),
    (0, b"Rar!\x1a\x07\x01\x00", "rar"),
    (0, b"\x1f\x8b\x08", "gz"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"8BPS\x00\x01", "psd"),
    (0, b"fLaC\x00\x00\x00\x22", "flac"),
    (0, b"fLaC\x80\x00\x00\x22", "flac"),
    (0, b"OggS\x00", "ogg"),
    (0, b"#!AMR", "amr"),
    (0, b"\x7fELF", "elf"),
    (0, b"\x00\x00\x01\x00", "ico"),
    # Word for Windows 1 and 2, for DOS and for the Macintosh, from before compound files.
    (0, b"\x9b\xa5\x21\x00", "doc"),
    (0, b"\xdb\xa5\x2d\x00", "doc"),
    (0, b"\x31\xbe\x00\x00\x00\xab", "doc"),
    (0, b"\xfe\x37\x00\x1c", "doc"),
    (0, b"\xfe\x37\x00\x23", "doc"),
    # PowerPoint 2 and 3, likewise.
    (0, b"\xed\xde\xad\x0b", "ppt"),
    (0, b"\x0b\xad\xde\xed", "ppt"),
    # Raw pictures that are no TIFF, or one with a mark of its own.
    (0, b"FUJIFILMCCD-RAW ", "raf"),
    (0, b"FOVb", "x3f"),
    (0, b"IIRO\x08\x00\x00\x00", "orf"),
    (0, b"IIRS\x08\x00\x00\x00", "orf"),
    (0, b"MMOR\x00\x00\x00\x08", "orf"),
    (0, b"IIU\x00", "rw2"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "asf"),
)
#: Places so far in that another format has room to begin: DICOM PS3.10, 7.1; ECMA-119, 8.1.2.
_FAR_MARKS = ((128, b"DICM", "dcm"), (32_769, b"CD001", "iso"))
#: A BOF record of Excel 2 to 4, which wrote the bare stream (MS-XLS, 2.4.21).
_BARE_BOFS = frozenset({b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08"})
_BOF_SIZES = frozenset({4, 6, 8, 16})
_SHEET_KINDS = frozenset({0x0005, 0x0010, 0x0020, 0x0040, 0x0100})
#: Not the form of the header that early PDFs have (ISO 32000-1, annex H.3, note 13).
_POSTSCRIPT = re.compile(rb"%!PS-Adobe-(?!\d\.\d PDF-)")
_BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")
#: Unpackers look for their archive behind a program stub of up to this size.
SEARCH_BYTES = 1024 * 1024
_BEHIND = re.compile(rb"Rar!\x1a\x07(?:\x00|\x01\x00)|7z\xbc\xaf\x27\x1c\x00[\x00-\x04]")
#: Of so many marks one is true, or none is.
_MOST_MARKS = 20
_TAR_HEADER = 512
#: A browser that is told text/html runs these wherever they stand.
_ACTIVE = re.compile(rb"<(?:html|script|!doctype html|\?php|body|iframe)[\s>]", re.IGNORECASE)


def find_fixed(data: bytes) -> Piece | None:
    """Recognise a format by the bytes at its one legal place."""
    name = next((name for place, mark, name in _FIXED if data.startswith(mark, place)), None)
    if name == "ico" and not _plausible_icon(data):
        name = None
    if name is None:
        name = _by_head(data)
    return None if name is None else Piece(format=name, start=0, end=_end(data, name))


def find_behind(data: bytes, start: int) -> Piece | None:
    """Find a RAR or 7z archive that was put behind another file, which unpackers open."""
    found = _BEHIND.search(data, start, start + SEARCH_BYTES)
    if found is None:
        return None
    name = "rar" if found.group().startswith(b"Rar") else "7z"
    return Piece(format=name, start=found.start(), end=len(data))


def find_inside(data: bytes) -> Piece | None:
    """Find a RAR or 7z archive in the first bytes of a file that has room for one.

    In the middle of other data the mark may be chance, so the header behind it must be true.
    """
    for found in islice(_BEHIND.finditer(data, 1, SEARCH_BYTES), _MOST_MARKS):
        start = found.start()
        name = "rar" if found.group().startswith(b"Rar") else "7z"
        if (_is_rar if name == "rar" else _is_seven_zip)(data, start):
            return Piece(format=name, start=start, end=len(data))
    return None


def _is_rar(data: bytes, start: int) -> bool:
    """Check the sum of the first header, of either form (RAR 5.0, and technote of RAR 4)."""
    if data[start + 6] == 1:
        head = start + 8
        size = data[head + 4] if head + 4 < len(data) else 0
        body = data[head + 4 : head + 5 + size]
        told: bytes = data[head : head + 4]
        return 0 < size < 128 and struct.pack("<I", zlib.crc32(body)) == told  # noqa: PLR2004 - a size of one byte
    head = start + 7
    body = data[head + 2 : head + 13]
    told = data[head : head + 2]
    return body[:1] == b"\x73" and struct.pack("<I", zlib.crc32(body))[:2] == told


def _is_seven_zip(data: bytes, start: int) -> bool:
    """Check the sum of the start header (7zFormat.txt)."""
    told: bytes = data[start + 8 : start + 12]
    return struct.pack("<I", zlib.crc32(data[start + 12 : start + 32])) == told


def find_far(data: bytes) -> Iterator[Piece]:
    """Find the formats whose mark is so far in that another one may stand before it."""
    for place, mark, name in _FAR_MARKS:
        if data.startswith(mark, place):
            yield Piece(format=name, start=0, end=len(data))
    if data.startswith(b"ustar", 257) and _is_tar(data[:_TAR_HEADER]):
        yield Piece(format="tar", start=0, end=len(data))


def _is_tar(head: bytes) -> bool:
    """Check the header's sum, its own eight digits counted as spaces (POSIX.1-1988, 10.1.1)."""
    told = head[148:156].strip(b" \0")
    summed = sum(head[:148]) + 8 * ord(" ") + sum(head[156:])
    return re.fullmatch(rb"[0-7]{1,7}", told) is not None and int(told, 8) == summed


def find_active(data: bytes, start: int, end: int) -> Piece | None:
    """Find HTML or script in bytes where the main format has no place for it."""
    found = _ACTIVE.search(data, start, end)
    return None if found is None else Piece(format="html", start=found.start(), end=end)


def _by_head(data: bytes) -> str | None:
    if _is_program(data):
        return "exe"
    if _BZIP2.match(data):
        return "bz2"
    if _POSTSCRIPT.match(data):
        return "ps"
    return "xls" if _is_bare_sheet(data) else None


def _is_program(data: bytes) -> bool:
    if not data.startswith(b"MZ") or len(data) < 64:  # noqa: PLR2004 - the DOS header
        return False
    place: int = struct.unpack_from("<I", data, 60)[0]
    return data[place : place + 2] in {b"PE", b"NE", b"LE"}


def _is_bare_sheet(data: bytes) -> bool:
    if data[:2] not in _BARE_BOFS or len(data) < 12:  # noqa: PLR2004 - the shortest BOF and a record
        return False
    size, _, kind = struct.unpack_from("<HHH", data, 2)
    return size in _BOF_SIZES and kind in _SHEET_KINDS


def _plausible_icon(data: bytes) -> bool:
    """An icon has pictures, and the first of them lies behind the list of pictures."""
    if len(data) < 22:  # noqa: PLR2004 - header and one entry
        return False
    count: int = struct.unpack_from("<H", data, 4)[0]
    place: int = struct.unpack_from("<I", data, 18)[0]
    return 0 < count < 256 and 6 + 16 * count <= place < len(data)  # noqa: PLR2004 - sizes of the list


def _end(data: bytes, name: str) -> int:
    """7z says where it ends (7zFormat.txt, signature header); the others do not."""
    if name != "7z" or len(data) < 32:  # noqa: PLR2004 - signature header
        return len(data)
    offset: int = struct.unpack_from("<Q", data, 12)[0]
    size: int = struct.unpack_from("<Q", data, 20)[0]
    return min(len(data), 32 + offset + size)
