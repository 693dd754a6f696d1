"""ZIP archives read by ourselves: every member, also doubled, lying and cut-off ones, counted.

After APPNOTE.TXT 6.3. The standard library hides what matters here: bytes before the first
record and after the last, two members of one name, headers that contradict the directory.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from verification.limits import MIB, LimitExceeded
from verification.readers.zip_directory import (
    ENCRYPTED,
    LOCAL_MARK,
    NO_SIZE,
    SIZES_FOLLOW,
    Directory,
    Member,
    ZipError,
    decode_name,
    read_directory,
    read_headers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits

__all__ = ["LOCAL_MARK", "Archive", "Member", "ZipError", "open_archive", "open_headers"]

#: Below this an archive harms nobody, however well it was packed.
HARMLESS_BYTES = MIB
#: A part that describes the package is smaller than this.
PART_BYTES = 4 * MIB
_CHUNK = 64 * 1024
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_LZMA_HEADER = struct.Struct("<BBH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive inside `data`: from `start` (first record) to `end` (after the end record)."""

    data: bytes
    members: tuple[Member, ...]
    start: int
    end: int
    #: The directory is there and could be read; else the members come from their own headers.
    complete: bool
    #: Offsets count from the file's first byte although other bytes stand before the archive.
    absolute: bool
    #: The end record's comment ends where the file ends.
    closed: bool
    #: The end record counts as many members as the directory lists.
    counted: bool = True
    #: Where the directory begins.
    listed_at: int = 0

    def find(self, name: str) -> Member | None:
        """Give the member of that name, letters of either case; the last of several."""
        wanted = name.lower()
        return next((m for m in reversed(self.members) if m.name.lower() == wanted), None)

    def read(self, member: Member, most: int = PART_BYTES) -> bytes:
        """Unpack one member. Raises ZipError, also when it is longer than `most` bytes."""
        content = bytearray()
        for chunk in self.chunks(member):
            content += chunk
            if len(content) > most:
                raise ZipError(f"{member.name}: more than {most} bytes")
        return bytes(content)

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Unpack one member in pieces of at most 64 KiB. Raises ZipError."""
        if member.encrypted:
            raise ZipError(f"{member.name}: encrypted")
        start, end = self.content(member)
        packed = memoryview(self.data)[start:end]
        try:
            yield from _unpack(member, packed)
        except ZipError:
            raise
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error) as error:
            raise ZipError(f"{member.name}: {error}") from error

    def content(self, member: Member) -> tuple[int, int]:
        """Give where the packed bytes lie. Raises ZipError where no local header stands."""
        if member.header + _LOCAL.size > len(self.data) or member.header < 0:
            raise ZipError(f"{member.name}: its local header lies outside the file")
        fields = _LOCAL.unpack_from(self.data, member.header)
        if fields[0] != LOCAL_MARK:
            raise ZipError(f"{member.name}: no local header at byte {member.header}")
        start: int = member.header + _LOCAL.size + fields[9] + fields[10]
        if start + member.packed > len(self.data):
            raise ZipError(f"{member.name}: cut off")
        return start, start + member.packed

    def own_sizes(self, member: Member) -> tuple[int, int] | None:
        """Give packed and unpacked size by a member's own header; None where they stand elsewhere.

        Raises ZipError.
        """
        self.content(member)
        fields = _LOCAL.unpack_from(self.data, member.header)
        flags, packed, unpacked = fields[2], fields[7], fields[8]
        return None if flags & SIZES_FOLLOW or NO_SIZE in {packed, unpacked} else (packed, unpacked)

    def own_coding(self, member: Member) -> tuple[int, bool, int | None]:
        """Give method, encryption and checksum by a member's own header; the last may follow it.

        Raises ZipError.
        """
        self.content(member)
        flags, method, _, _, crc = _LOCAL.unpack_from(self.data, member.header)[2:7]
        return method, bool(flags & ENCRYPTED), None if flags & SIZES_FOLLOW else crc

    def own_name(self, member: Member) -> str:
        """Give the name in a member's own header. Raises ZipError."""
        start = member.header + _LOCAL.size
        self.content(member)
        size: int = struct.unpack_from("<H", self.data, member.header + 26)[0]
        return decode_name(self.data[start : start + size], member.flags)


def open_archive(data: bytes, limits: Limits) -> Archive | None:
    """Find the archive that ends the file or begins it; None without one. Raises LimitExceeded."""
    found = read_directory(data, limits.zip_entries)
    return None if found is None else _opened(data, found, limits)


def open_headers(data: bytes, limits: Limits) -> Archive:
    """Open an archive by its members' own headers, whatever the directory says of them.

    Raises LimitExceeded.
    """
    return _opened(data, read_headers(data, limits.zip_entries), limits)


def _opened(data: bytes, found: Directory, limits: Limits) -> Archive:
    archive = Archive(
        data=data,
        members=found.members,
        start=found.start,
        end=found.end,
        complete=found.complete,
        absolute=found.absolute,
        closed=found.closed,
        counted=found.counted,
        listed_at=found.listed_at,
    )
    _check_sizes(archive, limits)
    return archive


def _check_sizes(archive: Archive, limits: Limits) -> None:
    size = len(archive.data)
    # What cannot lie in the file is a lie and not a bomb: unpacking it fails at once.
    real = [member for member in archive.members if member.packed <= size]
    unpacked = sum(member.unpacked for member in real)
    if unpacked > limits.zip_unpacked_bytes:
        raise LimitExceeded("zip_unpacked_bytes", seen=unpacked, allowed=limits.zip_unpacked_bytes)
    # Members may share their packed bytes, so these count no more than the file has.
    packed = max(1, min(size, sum(member.packed for member in real)))
    if unpacked > HARMLESS_BYTES and unpacked // packed > limits.zip_ratio:
        raise LimitExceeded("zip_ratio", seen=unpacked // packed, allowed=limits.zip_ratio)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def _unpack(member: Member, packed: memoryview) -> Iterator[bytes]:
    if member.method == _STORED:
        for start in range(0, len(packed), _CHUNK):
            yield bytes(packed[start : start + _CHUNK])
    elif member.method == _DEFLATED:
        yield from _inflate(packed)
    elif member.method == _BZIP2:
        yield from _decode(bz2.BZ2Decompressor(), packed)
    elif member.method == _LZMA:
        yield from _decode(*_open_lzma(packed))
    else:
        raise ZipError(f"{member.name}: method of compression {member.method} is not known")


def _inflate(packed: memoryview) -> Iterator[bytes]:
    decoder = zlib.decompressobj(-zlib.MAX_WBITS)
    position = 0
    while not decoder.eof:
        pending = decoder.unconsumed_tail
        if not pending:
            pending = bytes(packed[position : position + _CHUNK])
            position += _CHUNK
        chunk = decoder.decompress(pending, _CHUNK)
        if chunk:
            yield chunk
        elif position >= len(packed) and not decoder.unconsumed_tail and not decoder.eof:
            raise EOFError("the packed bytes end too early")


def _decode(decoder: _Decoder, packed: memoryview) -> Iterator[bytes]:
    position = 0
    while not decoder.eof:
        pending = bytes(packed[position : position + _CHUNK])
        position += len(pending)
        chunk = decoder.decompress(pending, _CHUNK)
        if chunk:
            yield chunk
        elif not pending:
            return  # LZMA without an end mark stops here; the length is compared by who asks


def _open_lzma(packed: memoryview) -> tuple[_Decoder, memoryview]:
    _, _, size = _LZMA_HEADER.unpack_from(packed)
    first = _LZMA_HEADER.size
    # The properties of LZMA1: lc, lp, pb packed into one byte, then the size of the dictionary.
    packed_levels, dictionary = struct.unpack("<BI", packed[first : first + 5])
    rest, lc = divmod(packed_levels, 9)
    pb, lp = divmod(rest, 5)
    chain = [
        {
            "id": lzma.FILTER_LZMA1,
            "dict_size": min(dictionary, 64 * MIB),
            "lc": lc,
            "lp": lp,
            "pb": pb,
        }
    ]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain), packed[first + size :]
