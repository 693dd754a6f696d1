"""More files with known times: blocks of metadata put into the containers that carry them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pymupdf
from PIL import Image, PngImagePlugin

from tests.verification.dated import ORIGINAL, box, exif_bytes
from tests.verification.typed import compound, picture, sound, zipped

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax'
    b'-ns#"><r:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" xmlns:m="http://ns.adobe.'
    b'com/xap/1.0/" p:DateCreated="2026-11-20T10:00:00+08:00" m:CreateDate="2026-11-22"/>'
    b"</r:RDF></x:xmpmeta>"
)
UUID_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
UUID_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
#: FILETIME of 2026-11-20 02:00:00 UTC.
TICKS = (1_795_140_000 + 11_644_473_600) * 10_000_000


def tiff(when: str = "2026:11:20 10:00:00") -> bytes:
    """Give a TIFF block with DateTimeOriginal."""
    return exif_bytes({}, {ORIGINAL: when})[6:]


def iptc(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack(">BBBH", 0x1C, 2, kind, len(b)) + b for kind, b in records)


def resources(number: int, body: bytes) -> bytes:
    padded = body + bytes(len(body) % 2)
    return b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(body)) + padded


def jpeg_with(marker: int, body: bytes) -> bytes:
    """Put one more segment into a JPEG."""
    plain = picture("JPEG")
    return plain[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + plain[2:]


def jpeg_with_iptc(*records: tuple[int, bytes]) -> bytes:
    return jpeg_with(0xED, b"Photoshop 3.0\0" + resources(1028, iptc(*records)))


def png_with(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_itxt(key.replace("__", ":").replace("_", " "), text)
    stream = io.BytesIO()
    Image.new("L", (4, 4)).save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


def png_with_chunk(name: bytes, body: bytes) -> bytes:
    plain = picture("PNG")
    chunk = struct.pack(">I", len(body)) + name + body
    return plain[:33] + chunk + struct.pack(">I", zlib.crc32(name + body)) + plain[33:]


def gif_with_xmp() -> bytes:
    plain = picture("GIF")
    place = 13 + (3 << ((plain[10] & 7) + 1))
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return plain[:place] + b"\x21\xff\x0bXMP DataXMP" + XMP + trailer + plain[place:]


def webp_with_xmp() -> bytes:
    plain = picture("WEBP")
    chunk = b"XMP " + struct.pack("<I", len(XMP)) + XMP + bytes(len(XMP) % 2)
    return plain[:4] + struct.pack("<I", len(plain) - 8 + len(chunk)) + plain[8:] + chunk


def tif_with(**fields: bytes) -> bytes:
    numbers = {"xmp": 700, "iptc": 33723}
    stream = io.BytesIO()
    given = {numbers[name]: body for name, body in fields.items()}
    Image.new("L", (4, 4)).save(stream, "TIFF", tiffinfo=given)
    return stream.getvalue()


def heic_with_xmp() -> bytes:
    """A picture file whose one item is the packet; see ISO/IEC 14496-12, 8.11.3 and 8.11.6."""
    entry = box(
        b"infe", b"\2\0\0\0" + struct.pack(">HH4s", 1, 0, b"mime") + b"\0application/rdf+xml\0"
    )
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", 1) + entry)

    def whole(place: int) -> bytes:
        item = struct.pack(">HHHII", 1, 0, 1, place, len(XMP))
        iloc = box(b"iloc", bytes(4) + b"\x44\x00" + struct.pack(">H", 1) + item)
        meta = box(b"meta", bytes(4) + iinf + iloc)
        return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", XMP)

    return whole(whole(0).index(XMP))


def cr3() -> bytes:
    canon = box(b"uuid", UUID_CANON + box(b"CMT1", tiff("2026:11:19 08:00:00")))
    return box(b"ftyp", b"crx \0\0\0\1crx isom") + box(b"moov", canon)


def raf() -> bytes:
    inner = jpeg_with(0xE1, b"Exif\0\0" + tiff())
    head = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0")
    return head + struct.pack(">II", 92, len(inner)) + inner


def orf() -> bytes:
    """Olympus writes another version into the header of a TIFF."""
    block = tiff()
    return (b"IIRO" if block.startswith(b"II") else b"MMOR") + block[4:]


def jp2() -> bytes:
    mark = box(b"jP  ", b"\r\n\x87\n")
    exif = box(b"uuid", b"JpgTiffExif->JP2" + tiff())
    return mark + exif + box(b"uuid", UUID_XMP + XMP)


def film_with(*, user: bytes = b"", meta: bytes = b"", behind: bytes = b"") -> bytes:
    """Write a film with boxes in user data, in the film header's meta, and behind all."""
    inside = box(b"mvhd", bytes(100))
    inside += box(b"udta", user) if user else b""
    inside += box(b"meta", meta) if meta else b""
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", inside) + behind


def day(text: bytes) -> bytes:
    return box(b"\xa9day", struct.pack(">HH", len(text), 0x55C4) + text)


def apple_keys(key: bytes, value: bytes) -> bytes:
    keys = box(b"keys", bytes(4) + struct.pack(">I", 1) + box(b"mdta", key))
    data = box(b"data", struct.pack(">II", 1, 0) + value)
    item = struct.pack(">II", 8 + len(data), 1) + data
    return box(b"hdlr", bytes(24)) + keys + box(b"ilst", item)


def riff_with(kind: bytes, chunk: bytes, body: bytes) -> bytes:
    padded = struct.pack("<4sI", chunk, len(body)) + body + bytes(len(body) % 2)
    if kind == b"WAVE":
        whole = sound()[12:] + padded
    else:
        whole = struct.pack("<4sI4s", b"LIST", len(padded) + 4, b"hdrl") + padded
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + kind + whole


def matroska_with(nanoseconds: int) -> bytes:
    date = b"\x44\x61\x88" + struct.pack(">q", nanoseconds)
    info = b"\x15\x49\xa9\x66" + bytes([0x80 | len(date)]) + date
    head = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"
    # A segment that is written as it is recorded has no size.
    return head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + info


def pdf_saved_twice(first: str, second: str) -> bytes:
    """Write a PDF, then change its date in an incremental update (ISO 32000-1, 7.5.6)."""
    document = pymupdf.open()
    document.new_page()
    document.set_metadata({"modDate": first})
    base = bytes(document.tobytes())
    with pymupdf.open(stream=base, filetype="pdf") as saved:
        size, root = saved.xref_length(), saved.pdf_catalog()
    before = int(base[base.rindex(b"startxref") + 9 :].split()[0])
    body = base + f"\n{size} 0 obj\n<</ModDate({second})>>\nendobj\n".encode()
    table = f"xref\n{size} 1\n{len(base) + 1:010} 00000 n \n"
    trailer = f"trailer\n<</Size {size + 1}/Root {root} 0 R/Info {size} 0 R/Prev {before}>>\n"
    return body + f"{table}{trailer}startxref\n{len(body)}\n%%EOF\n".encode()


def zipped_at(*extras: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, extra in enumerate(extras):
            info = zipfile.ZipInfo(f"{number}.xml", (2026, 11, 20 + number, 9, 0, 0))
            info.extra = extra
            archive.writestr(info, "<x/>")
    return stream.getvalue()


def open_document(meta: str) -> bytes:
    head = (
        '<o:m xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:d="http://purl.org/'
        'dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">'
    )
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "meta.xml": f"{head}{meta}</o:m>"}
    )


def summary(*properties: tuple[int, int]) -> bytes:
    """Write a property set of FILETIMEs (MS-OLEPS 2.21): number and ticks."""
    body = b"".join(struct.pack("<IQ", 0x40, ticks) for _, ticks in properties)
    first = 8 + 8 * len(properties)
    index = b"".join(
        struct.pack("<II", number, first + 12 * place)
        for place, (number, _) in enumerate(properties)
    )
    section = struct.pack("<II", first + len(body), len(properties)) + index + body
    head = struct.pack("<HHI16xI", 0xFFFE, 0, 0x20006, 1)
    return (
        head + bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9") + struct.pack("<I", 48) + section
    )


def word(*properties: tuple[int, int]) -> bytes:
    streams = {"WordDocument": b"\xec\xa5\xc1\x00", "\x05SummaryInformation": summary(*properties)}
    return compound(streams)
