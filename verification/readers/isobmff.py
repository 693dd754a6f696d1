"""The boxes of MP4, MOV, 3GP, M4A, HEIC and AVIF (ISO/IEC 14496-12), walked by ourselves.

Libraries hide a header time of zero or give it as 1904; here the raw number is what is returned.
Nothing outside the given bytes is ever believed: every length is cut to the box around it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Seconds from 1904-01-01 (the zero of these files) to 1970-01-01.
SECONDS_1904_TO_1970 = 2_082_844_800
#: More boxes on one level than real files have; what comes after is not read.
MOST_BOXES = 10_000
MOST_MOVIES = 4
#: More extents or items than a picture file needs.
MOST_ENTRIES = 10_000
#: An Exif item larger than this is not metadata any more.
EXIF_BYTES = 4 * 1024 * 1024


#: Name and kind of content of an item.
_NAME_BYTES = 512
#: What tells a private box with XMP in it (XMP part 3, 1.1.3).
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


class BoxError(ValueError):
    """A box that ends before what it must hold; says which."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four letters, where it begins, where its body lies (end excluded)."""

    name: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class HeaderTimes:
    """Creation and modification in seconds since 1904, as written; `path` such as moov/mvhd."""

    path: str
    start: int
    end: int
    created: int
    modified: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Walk the boxes of one level, up to the first that has no possible length."""
    stop = len(data) if end is None else min(end, len(data))
    position = start
    for _ in range(MOST_BOXES):
        if stop - position < 8:  # noqa: PLR2004 - length and name
            return
        size, name = struct.unpack_from(">I4s", data, position)
        body = position + 8
        if size == 1 and stop - position >= 16:  # noqa: PLR2004 - the 64-bit length follows
            size = struct.unpack_from(">Q", data, body)[0]
            body += 8
        elif size == 0:
            size = stop - position
        if size < body - position:
            return
        box = Box(name, position, body, min(position + size, stop))
        yield box
        position = box.end


def find(data: bytes, name: bytes, start: int = 0, end: int | None = None) -> Box | None:
    """Give the first box of that name on one level."""
    return next((box for box in boxes(data, start, end) if box.name == name), None)


def find_uuid(data: bytes, wanted: bytes, start: int = 0, end: int | None = None) -> Box | None:
    """Give the first box of a private kind, told by the sixteen bytes before its content."""
    level = (box for box in boxes(data, start, end) if box.name == b"uuid")
    return next((box for box in level if data.startswith(wanted, box.body)), None)


def movie_times(data: bytes) -> Iterator[HeaderTimes]:
    """Read mvhd, every tkhd and mdhd as they come. Raises BoxError at the first that is cut off."""
    movies = (box for box in boxes(data) if box.name == b"moov")
    # There should be one; of several, players choose differently.
    for number, moov in enumerate(islice(movies, MOST_MOVIES)):
        path = f"moov[{number}]" if number else "moov"
        tracks = 0
        for box in boxes(data, moov.body, moov.end):
            if box.name == b"mvhd":
                yield _header_times(data, box, f"{path}/mvhd")
            elif box.name == b"trak":
                yield from _track_times(data, box, f"{path}/trak[{tracks}]")
                tracks += 1


def exif_item(data: bytes) -> bytes | None:
    """Give the Exif block (a TIFF) of a HEIC or AVIF, None without one. Raises BoxError."""
    return _tiff_of(_item(data, lambda kind, _: kind == b"Exif"))


def xmp_item(data: bytes) -> bytes | None:
    """Give the XMP packet of a HEIC or AVIF, None without one. Raises BoxError."""
    return _item(data, lambda kind, rest: kind == b"mime" and b"application/rdf+xml" in rest)


def _item(data: bytes, wanted: Callable[[bytes, bytes], bool]) -> bytes | None:
    meta = find(data, b"meta")
    if meta is None:
        return None
    # `meta` is a full box: four bytes of version and flags come before its boxes.
    inside = (meta.body + 4, meta.end)
    iinf, iloc = find(data, b"iinf", *inside), find(data, b"iloc", *inside)
    if iinf is None or iloc is None:
        return None
    item = _item_id(data, iinf, wanted)
    if item is None:
        return None
    idat = find(data, b"idat", *inside)
    return _item_bytes(_Fields(data, iloc), item, idat.body if idat else None)


def _track_times(data: bytes, track: Box, path: str) -> Iterator[HeaderTimes]:
    tkhd = find(data, b"tkhd", track.body, track.end)
    if tkhd is not None:
        yield _header_times(data, tkhd, f"{path}/tkhd")
    media = find(data, b"mdia", track.body, track.end)
    mdhd = find(data, b"mdhd", media.body, media.end) if media else None
    if mdhd is not None:
        yield _header_times(data, mdhd, f"{path}/mdia/mdhd")


def _header_times(data: bytes, box: Box, path: str) -> HeaderTimes:
    fields = _Fields(data, box)
    wide = fields.number(1) == 1
    fields.number(3)
    size = 8 if wide else 4
    return HeaderTimes(path, box.start, box.end, fields.number(size), fields.number(size))


def _item_id(data: bytes, iinf: Box, wanted: Callable[[bytes, bytes], bool]) -> int | None:
    fields = _Fields(data, iinf)
    wide = fields.number(1) > 0
    fields.number(3)
    fields.number(4 if wide else 2)
    for box in boxes(data, fields.position, iinf.end):
        entry = _Fields(data, box)
        version = entry.number(1)
        entry.number(3)
        if box.name != b"infe" or version < 2:  # noqa: PLR2004 - item types came with version 2
            continue
        item = entry.number(2 if version == 2 else 4)  # noqa: PLR2004 - ids grew in version 3
        entry.number(2)
        kind = entry.take(4)
        if wanted(kind, data[entry.position : min(box.end, entry.position + _NAME_BYTES)]):
            return item
    return None


def _item_bytes(iloc: _Fields, wanted: int, idat: int | None) -> bytes | None:
    version = iloc.number(1)
    iloc.number(3)
    sizes = iloc.number(2)
    offset_size, length_size, base_size = sizes >> 12 & 15, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    id_size = 4 if version > 1 else 2
    for _ in range(min(iloc.number(id_size), MOST_ENTRIES)):
        item = iloc.number(id_size)
        method = iloc.number(2) & 15 if version else 0
        iloc.number(2)
        base = iloc.number(base_size)
        extents: list[tuple[int, int]] = []
        for _ in range(min(iloc.number(2), MOST_ENTRIES)):
            iloc.number(index_size)
            extents.append((base + iloc.number(offset_size), iloc.number(length_size)))
        if item == wanted:
            return _joined(iloc.data, extents, method, idat)
    return None


def _joined(
    data: bytes, extents: list[tuple[int, int]], method: int, idat: int | None
) -> bytes | None:
    """Put an item together; `method` 0 counts from the file's start, 1 from the idat body."""
    if method == 1 and idat is None:
        raise BoxError("iloc: the item lies in an idat box that is not there")
    if method > 1:
        return None
    shift = (idat or 0) if method else 0
    block = bytearray()
    for start, length in extents:
        # Length 0 stands for the rest of the file.
        stop = start + shift + (length or EXIF_BYTES)
        block += data[start + shift : min(stop, start + shift + EXIF_BYTES - len(block))]
    return bytes(block)


def _tiff_of(item: bytes | None) -> bytes | None:
    """Skip what stands before the TIFF (ISO/IEC 23008-12, A.2.1: its distance, four bytes)."""
    if item is None:
        return None
    if len(item) < 12:  # noqa: PLR2004 - distance and the smallest TIFF
        raise BoxError("Exif: the item is cut off")
    skip = 4 + struct.unpack_from(">I", item)[0]
    for start in (skip, item.find(b"Exif\0\0") + 6):
        if item[start : start + 2] in {b"II", b"MM"}:
            return item[start:]
    raise BoxError("Exif: the item holds no TIFF block")


class _Fields:
    """Numbers read one after the other from the body of one box, never past its end."""

    def __init__(self, data: bytes, box: Box) -> None:
        self.data = data
        self.position = box.body
        self._box = box

    def take(self, size: int) -> bytes:
        end = self.position + size
        if end > self._box.end:
            name = self._box.name.decode("ascii", "replace")
            raise BoxError(f"{name}: the box at byte {self._box.start} is cut off")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def number(self, size: int) -> int:
        """Read a big-endian number; size 0 is a field that is not there and gives 0."""
        return int.from_bytes(self.take(size), "big")
