"""The blocks of metadata in pictures (EXIF, XMP, IPTC), found by walking the containers ourselves.

No pixel is decoded, and nothing outside the given bytes is believed.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification.readers import isobmff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_OF_SCAN = 0xDA
_END_OF_IMAGE, _APP1, _APP11, _APP13 = 0xD9, 0xE1, 0xEB, 0xED
#: A marker that ends compressed data: neither a stuffed byte, a restart nor fill.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_TIFF_MARKS = (b"II*\0", b"MM\0*")
#: A picture has one, or two where a program put its own before a camera's.
_MOST_BLOCKS = 16
_EXIF_NAME, _PHOTOSHOP = b"Exif\0\0", b"Photoshop 3.0\0"
_XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
#: Numbers of Photoshop's image resources.
_PSD_IPTC, _PSD_EXIF, _PSD_XMP = 1028, 1058, 1060
_JPEG2000_EXIF = b"JpgTiffExif->JP2"
_UUID_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
#: Canon's box in the film header of a CR3, which holds TIFF blocks.
_UUID_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
#: Content Credentials (C2PA 2.1, A.3 and A.4): where their manifest store lies.
_UUID_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
#: Of a text in a PNG that is packed; metadata are smaller.
_TEXT_BYTES = 4 * 1024 * 1024
#: More segments or chunks than a picture has: each costs us time, none tells more.
MOST_SEGMENTS = 100_000


class BlockError(ValueError):
    """A picture whose blocks cannot be walked; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """What a picture carries, as written; empty where it has none."""

    #: TIFF blocks: one, several that tell different fields (CR3), or twins that may contradict.
    exif: tuple[bytes, ...] = ()
    #: Packets: one, or several, of which programs read the one or the other.
    xmp: tuple[bytes, ...] = ()
    iptc: bytes = b""
    #: PNG: key and text.
    texts: tuple[tuple[str, str], ...] = ()
    #: PNG's tIME (last change, UTC), each that is there, as EXIF writes dates.
    changed: tuple[str, ...] = ()
    #: The manifest store of Content Credentials.
    credentials: bytes = b""


def read_blocks(data: bytes, file_format: str | None) -> Blocks:
    """Find the blocks. Raises BlockError, and BoxError for pictures made of boxes."""
    walk = _WALKS.get(file_format or "", _tiff)
    try:
        return walk(data)
    except struct.error as error:
        raise BlockError(f"{file_format}: cut off ({error})") from error


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Walk JPEG segments: marker, and where what it holds begins and ends (ITU-T T.81, B.1)."""
    position = 2
    for _ in range(MOST_SEGMENTS):
        found = _NEXT_MARKER.search(data, position)
        if found is None:
            return
        marker, start = data[found.start() + 1], found.end()
        if marker == _END_OF_IMAGE or start + 2 > len(data):
            return
        length = int.from_bytes(data[start : start + 2], "big")
        yield marker, start + 2, start + length
        position = start + max(length, 2)
    raise BlockError(f"more than {MOST_SEGMENTS} segments")


def _jpeg(data: bytes) -> Blocks:
    found = Blocks()
    resources = bytearray()
    for marker, start, end in segments(data):
        if marker == _APP1 and data.startswith(_EXIF_NAME, start):
            found = _with_exif(found, data[start + len(_EXIF_NAME) : end])
        elif marker == _APP1 and data.startswith(_XMP_NAME, start):
            found = _with_xmp(found, data[start + len(_XMP_NAME) : end])
        elif marker == _APP13 and data.startswith(_PHOTOSHOP, start):
            resources += data[start + len(_PHOTOSHOP) : end]
        elif marker == _APP11 and data[start + 12 : start + 16] == b"jumb":
            found = replace(found, credentials=found.credentials + data[start + 8 : end])
    return replace(found, iptc=_resource(bytes(resources), _PSD_IPTC))


def _with_exif(found: Blocks, block: bytes) -> Blocks:
    """Keep a further block beside the first: of two, programs read the one or the other.

    A first block that goes on in the next segment has no header there.
    """
    if found.exif and not block.startswith(_TIFF_MARKS):
        return found
    return replace(found, exif=(*found.exif, block)[:_MOST_BLOCKS])


def _with_xmp(found: Blocks, packet: bytes) -> Blocks:
    packets = dict.fromkeys((*found.xmp, packet))
    return replace(found, xmp=tuple(one for one in packets if one)[:_MOST_BLOCKS])


def _png(data: bytes) -> Blocks:
    found = Blocks()
    texts: list[tuple[str, str]] = []
    for name, body in _png_chunks(data):
        if name == b"eXIf":
            found = _with_exif(found, body)
        elif name == b"tIME" and len(body) >= 7:  # noqa: PLR2004 - year and five numbers
            numbers = struct.unpack_from(">HBBBBB", body)
            told = "{:04}:{:02}:{:02} {:02}:{:02}:{:02}".format(*numbers)
            changed = tuple(dict.fromkeys((*found.changed, told)))
            found = replace(found, changed=changed[:_MOST_BLOCKS])
        elif name == b"caBX":
            found = replace(found, credentials=body)
        elif name in {b"tEXt", b"zTXt", b"iTXt"}:
            texts += _png_text(name, body)
    for key, text in texts:
        if key == "XML:com.adobe.xmp":
            found = _with_xmp(found, text.encode("utf-8", "replace"))
    return replace(found, texts=tuple(texts))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    wanted = {b"eXIf", b"tIME", b"tEXt", b"zTXt", b"iTXt", b"caBX"}
    for _ in range(MOST_SEGMENTS):
        if position + 8 > len(data):
            return
        length, name = struct.unpack_from(">I4s", data, position)
        # A chunk's data is copied only when it is small enough to be metadata.
        yield name, data[position + 8 : position + 8 + length] if name in wanted else b""
        position += 12 + length
    raise BlockError(f"more than {MOST_SEGMENTS} chunks")


def _png_text(kind: bytes, body: bytes) -> list[tuple[str, str]]:
    """Read a key and its text (PNG, 11.3.3); nothing for one that does not unpack."""
    key, _, rest = body.partition(b"\0")
    packed = kind == b"zTXt"
    if kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    elif packed:
        rest = rest[1:]
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, _TEXT_BYTES)
        except zlib.error:
            return []
    encoding = "utf-8" if kind == b"iTXt" else "latin-1"
    return [(key.decode("latin-1"), rest.decode(encoding, "replace"))]


def _gif(data: bytes) -> Blocks:
    """XMP lies in an application block, as it is, up to a trailer that ends in zeros."""
    mark = b"\x21\xff\x0bXMP DataXMP"
    start = data.find(mark)
    if start < 0:
        return Blocks()
    end = data.find(b"\x01\xff\xfe", start, start + _TEXT_BYTES)
    return Blocks(xmp=(data[start + len(mark) : end],) if end > 0 else ())


def _webp(data: bytes) -> Blocks:
    position, found = 12, Blocks()
    for _ in range(MOST_SEGMENTS):
        if position + 8 > len(data):
            return found
        name, length = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if name == b"EXIF":
            block = data[body : body + length].removeprefix(_EXIF_NAME)
            found = _with_exif(found, block) if block else found
        elif name == b"XMP ":
            found = _with_xmp(found, data[body : body + length])
        elif name == b"C2PA":
            found = replace(found, credentials=data[body : body + length])
        position = body + length + length % 2
    raise BlockError(f"more than {MOST_SEGMENTS} chunks")


def _psd(data: bytes) -> Blocks:
    """Walk what lies behind the header and the colour data: image resources, all of them."""
    start = 30 + struct.unpack_from(">I", data, 26)[0]
    end = start + 4 + struct.unpack_from(">I", data, start)[0]
    if end > len(data):
        raise BlockError("image resources: cut off")
    resources = data[start + 4 : end]
    exif = _resource(resources, _PSD_EXIF)
    return Blocks(
        exif=(exif,) if exif else (),
        xmp=_one(_resource(resources, _PSD_XMP)),
        iptc=_resource(resources, _PSD_IPTC),
    )


def _resource(resources: bytes, wanted: int) -> bytes:
    """Give one of Photoshop's image resources, empty where it is not there."""
    position = 0
    for _ in range(MOST_SEGMENTS):
        if position + 12 > len(resources):
            return b""
        # The name is a counted text of even length, its count included.
        kind, name = struct.unpack_from(">HB", resources, position + 4)
        body = position + 6 + (name + 2) // 2 * 2
        length: int = struct.unpack_from(">I", resources, body)[0]
        if kind == wanted:
            return resources[body + 4 : body + 4 + length]
        position = body + 4 + length + length % 2
    raise BlockError(f"more than {MOST_SEGMENTS} image resources")


def iptc_in_resources(resources: bytes) -> bytes:
    """Give the IPTC block among image resources, as TIFF keeps them in a field of its own."""
    try:
        return _resource(resources, _PSD_IPTC)
    except (struct.error, BlockError):
        return b""


def _tiff(data: bytes) -> Blocks:
    """The file is the block, from its first byte; some makers put a mark of their own there."""
    if data[:4] in {b"IIRO", b"IIRS", b"IIU\0"}:
        return Blocks(exif=(b"II*\0" + data[4:],))
    return Blocks(exif=(b"MM\0*" + data[4:] if data[:4] == b"MMOR" else data,))


def _raf(data: bytes) -> Blocks:
    """Fujifilm puts a JPEG with all metadata before its raw data; the header says where."""
    start, length = struct.unpack_from(">II", data, 84)
    return _jpeg(data[start : start + length])


def _heif(data: bytes) -> Blocks:
    exif = isobmff.exif_item(data)
    credentials = _uuid(data, _UUID_C2PA)
    return Blocks(
        exif=(exif,) if exif else (), xmp=_one(isobmff.xmp_item(data)), credentials=credentials
    )


def _jpeg2000(data: bytes) -> Blocks:
    exif = _uuid(data, _JPEG2000_EXIF)
    return Blocks(
        exif=(exif.removeprefix(_EXIF_NAME),) if exif else (),
        xmp=_one(_uuid(data, isobmff.XMP_UUID)),
        iptc=_uuid(data, _UUID_IPTC),
    )


def _jxl(data: bytes) -> Blocks:
    exif, xmp = isobmff.find(data, b"Exif"), isobmff.find(data, b"xml ")
    return Blocks(
        # The distance to the TIFF header comes first, as in HEIF.
        exif=(data[exif.body + 4 : exif.end],) if exif else (),
        xmp=(data[xmp.body : xmp.end],) if xmp else (),
    )


def _cr3(data: bytes) -> Blocks:
    moov = isobmff.find(data, b"moov")
    inside = (moov.body, moov.end) if moov else (0, 0)
    canon = isobmff.find_uuid(data, _UUID_CANON, *inside)
    blocks = () if canon is None else isobmff.boxes(data, canon.body + 16, canon.end)
    names = {b"CMT1", b"CMT2", b"CMT4"}
    return Blocks(
        exif=tuple(data[box.body : box.end] for box in blocks if box.name in names),
        xmp=_one(_uuid(data, isobmff.XMP_UUID)),
    )


def _uuid(data: bytes, wanted: bytes) -> bytes:
    box = isobmff.find_uuid(data, wanted)
    return b"" if box is None else data[box.body + 16 : box.end]


def _one(packet: bytes | None) -> tuple[bytes, ...]:
    return (packet,) if packet else ()


def _none(_: bytes) -> Blocks:
    return Blocks()


_WALKS: dict[str, Callable[[bytes], Blocks]] = {
    "jpg": _jpeg,
    "png": _png,
    "gif": _gif,
    "webp": _webp,
    "psd": _psd,
    "bmp": _none,
    "raf": _raf,
    "heic": _heif,
    "avif": _heif,
    "jp2": _jpeg2000,
    "jxl": _jxl,
    "cr3": _cr3,
}
