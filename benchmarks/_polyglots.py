"""Files that are two formats at once, put together after the formats' own rules (as mitra does).

A guest stands behind its host (stack), in a block that the host's readers skip (parasite), or where
the host has room at a place of its choice (cavity). Every guest opens by itself: see `opens`.
"""

from __future__ import annotations

import io
import struct
import tarfile
import wave
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
import pymupdf
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Polyglot:
    """A file and the formats that are legally present in it."""

    name: str
    data: bytes
    formats: frozenset[str]


def polyglots() -> Iterator[Polyglot]:
    """Give every pair that the formats allow."""
    for host, data in HOSTS.items():
        for guest, content in STACKED.items():
            yield _pair(f"{host} + {guest} behind it", data + content, host, guest)
    for host, hold in PARASITES.items():
        for guest, content in HELD.items():
            yield _pair(f"{host} with {guest} inside it", hold(content), host, guest)
    for guest in ("jpg", "png", "gif", "wav"):
        absolute = _absolute(HOSTS[guest])
        yield _pair(f"zip behind {guest}, offsets of the file", absolute, guest, "zip")
    yield _pair("tar whose first name begins a PDF", _pdf_tar(), "pdf", "tar")
    yield _pair("zip with a stored PDF in front", _zip([("a", PDF)]), "zip", "pdf")
    yield _pair("html before a PDF", b"<html><!--\n" + PDF, "pdf", "html")
    yield _pair("html before a ZIP", b"<html><!--\n" + ZIP, "zip", "html")
    yield _pair("program text before a ZIP", b"<?php echo 1; ?>" + ZIP, "zip", "html")


def _pair(name: str, data: bytes, host: str, guest: str) -> Polyglot:
    return Polyglot(name=name, data=data, formats=frozenset({host, guest}))


def opens(data: bytes, kind: str) -> bool:
    """Say whether an ordinary reader of that format opens the bytes; true where none is at hand."""
    if kind in {"zip", "xlsx"}:
        return zipfile.is_zipfile(io.BytesIO(data))
    if kind == "pdf":
        with pymupdf.open(stream=data, filetype="pdf") as document:
            return len(document) == 1
    if kind in {"jpg", "png", "gif", "bmp", "webp", "tif"}:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            seen = str(image.format).lower()[:3]
        return seen == {"jpg": "jpe", "webp": "web"}.get(kind, kind)
    if kind == "wav":
        with wave.open(io.BytesIO(data)) as sound:
            return bool(sound.getnframes())
    if kind == "tar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return bool(archive.getnames())
    return True


def _zip(parts: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def _absolute(front: bytes) -> bytes:
    stream = io.BytesIO(front)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("a.txt", "a")
    return stream.getvalue()


def _pdf() -> bytes:
    document = pymupdf.open()
    document.new_page()
    return bytes(document.tobytes())


def _workbook() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def _picture(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(stream, kind, **options)
    return stream.getvalue()


def _sound() -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(800))
    return stream.getvalue()


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def _rar() -> bytes:
    """RAR 5: mark, main header, end header (RAR 5.0 archive format, rarlab.com)."""

    def header(body: bytes) -> bytes:
        sized = bytes([len(body)]) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized

    return b"Rar!\x1a\x07\x01\x00" + header(b"\x01\x00\x00") + header(b"\x05\x00\x00")


def _seven_zip() -> bytes:
    """7z without files: the signature header alone (7zFormat.txt)."""
    start = struct.pack("<QQI", 0, 0, 0)
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start


def _compound() -> bytes:
    """The smallest doc: header, FAT, directory, one stream of 4,096 bytes (MS-CFB)."""
    free = 0xFFFFFFFF

    def entry(name: str, kind: int, *, child: int = free, start: int, size: int) -> bytes:
        letters = (name + "\0").encode("utf-16-le")
        fields = struct.pack("<HBBIII", len(letters), kind, 1, free, free, child)
        return letters.ljust(64, b"\0") + fields + bytes(36) + struct.pack("<IQ", start, size)

    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096)
    head += struct.pack("<IIII109I", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<10I", 0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE)
    folder = entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)
    folder += entry("WordDocument", 2, start=2, size=4096)
    text = b"\xec\xa5\xc1\x00".ljust(4096, b"\0")
    return head + fat.ljust(512, b"\xff") + folder.ljust(512, b"\0") + text


def _pdf_tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo("%PDF-1.4")
        info.size = len(PDF)
        archive.addfile(info, io.BytesIO(PDF))
    return stream.getvalue()


PDF, ZIP = _pdf(), _zip([("a.txt", b"a")])
_JPEG, _PNG, _GIF = _picture("JPEG"), _picture("PNG"), _picture("GIF")
_WAV, _WEBP, _BMP = _sound(), _picture("WEBP", lossless=True), _picture("BMP")
_FTYP = _box(b"ftyp", b"isom\0\0\2\0isommp41")
_MOOV = _box(b"moov", _box(b"mvhd", bytes(100))) + _box(b"mdat", bytes(8))
_FRAMES = (b"\xff\xfb\x90\x00" + bytes(413)) * 4
_FLAC = b"\x00\x00\x00\x22" + bytes(34)
_MATROSKA = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"

HOSTS: dict[str, bytes] = {
    "jpg": _JPEG,
    "png": _PNG,
    "gif": _GIF,
    "bmp": _BMP,
    "webp": _WEBP,
    "tif": _picture("TIFF"),
    "wav": _WAV,
    "mp4": _FTYP + _MOOV,
    "mp3": _FRAMES,
    "pdf": PDF,
    "doc": _compound(),
    "webm": _MATROSKA + bytes(20),
}
STACKED: dict[str, bytes] = {
    "zip": ZIP,
    "xlsx": _workbook(),
    "rar": _rar(),
    "7z": _seven_zip(),
}
HELD: dict[str, bytes] = {
    "pdf": PDF,
    "rar": _rar(),
    "html": b"<script>alert(document.domain)</script>",
}


def _png_with(guest: bytes) -> bytes:
    chunk = struct.pack(">I", len(guest)) + b"prIv" + guest
    return _PNG[:33] + chunk + struct.pack(">I", zlib.crc32(b"prIv" + guest)) + _PNG[33:]


def _jpeg_with(guest: bytes) -> bytes:
    return _JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(guest) + 2) + guest + _JPEG[2:]


def _gif_with(guest: bytes) -> bytes:
    """The application block comes right behind the palette; the first bytes are one sub-block."""
    place = 13 + (3 << ((_GIF[10] & 7) + 1) if _GIF[10] & 0x80 else 0)
    blocks = b"".join(
        bytes([len(guest[at : at + 255])]) + guest[at : at + 255]
        for at in range(0, len(guest), 255)
    )
    return _GIF[:place] + b"\x21\xfe" + blocks + b"\0" + _GIF[place:]


def _riff_with(whole: bytes) -> Callable[[bytes], bytes]:
    def hold(guest: bytes) -> bytes:
        padded = guest + bytes(len(guest) % 2)
        chunk = b"JUNK" + struct.pack("<I", len(guest)) + padded
        size = struct.pack("<I", len(whole) - 8 + len(chunk))
        # WebP wants its picture first, sound files do not mind.
        parts = (whole[12:], chunk) if whole[8:12] == b"WEBP" else (chunk, whole[12:])
        return whole[:4] + size + whole[8:12] + b"".join(parts)

    return hold


def _bmp_with(guest: bytes) -> bytes:
    size, pixels = len(_BMP) + len(guest), struct.unpack_from("<I", _BMP, 10)[0]
    head = _BMP[:2] + struct.pack("<IIi", size, 0, pixels + len(guest))
    return head + _BMP[14:pixels] + guest + _BMP[pixels:]


def _tif_with(guest: bytes) -> bytes:
    """Behind the header there is room: the directory may stand anywhere."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(stream, "TIFF", tiffinfo={270: guest.decode("latin-1")})
    return stream.getvalue()


def _mp3_with(guest: bytes) -> bytes:
    frame = b"PRIV" + _syncsafe(len(guest) + 2) + b"\0\0a\0" + guest
    return b"ID3\x04\0\0" + _syncsafe(len(frame)) + frame + _FRAMES


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _flac_with(guest: bytes) -> bytes:
    padding = b"\x81" + len(guest).to_bytes(3, "big") + guest
    return b"fLaC" + _FLAC + padding


PARASITES: dict[str, Callable[[bytes], bytes]] = {
    "jpg": _jpeg_with,
    "png": _png_with,
    "gif": _gif_with,
    "bmp": _bmp_with,
    "wav": _riff_with(_WAV),
    "webp": _riff_with(_WEBP),
    "mp4": lambda guest: _FTYP + _box(b"free", guest) + _MOOV,
    "mp3": _mp3_with,
    "flac": _flac_with,
}
