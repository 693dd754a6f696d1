"""Small real files of every type, made by libraries where they write the type, else by hand."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from email.message import EmailMessage

import openpyxl
from PIL import Image

_OPEN = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    "docx": ("word/document.xml", f"{_OPEN}wordprocessingml.document.main+xml"),
    "dotx": ("word/document.xml", f"{_OPEN}wordprocessingml.template.main+xml"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{_OPEN}spreadsheetml.sheet.main+xml"),
    "xltx": ("xl/workbook.xml", f"{_OPEN}spreadsheetml.template.main+xml"),
    "xlsm": ("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "xlsb": ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
    "pptx": ("ppt/presentation.xml", f"{_OPEN}presentationml.presentation.main+xml"),
    "ppsx": ("ppt/presentation.xml", f"{_OPEN}presentationml.slideshow.main+xml"),
    "potx": ("ppt/presentation.xml", f"{_OPEN}presentationml.template.main+xml"),
    "pptm": (
        "ppt/presentation.xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    ),
}
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    b"xref\n0 3\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n"
)


def zipped(parts: dict[str, bytes | str], *, stored: bool = False) -> bytes:
    """Write a ZIP archive; parts in their order."""
    packed = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def office(name: str, extra: dict[str, bytes | str] | None = None) -> bytes:
    """Write an Office package whose main part has the content type of that format."""
    part, content_type = MAIN_PARTS[name]
    types = (
        '<?xml version="1.0"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}" Target="{part}"/></Relationships>'
    )
    parts: dict[str, bytes | str] = {"[Content_Types].xml": types, "_rels/.rels": relations}
    return zipped(parts | {part: "<x/>"} | (extra or {}))


def workbook() -> bytes:
    """Write a workbook with openpyxl."""
    saved = io.BytesIO()
    book = openpyxl.Workbook()
    book.save(saved)
    return saved.getvalue()


def open_document(media_type: str) -> bytes:
    return zipped({"mimetype": media_type, "content.xml": "<x/>"}, stored=True)


def ofd() -> bytes:
    return zipped({"OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"/>'})


def picture(kind: str) -> bytes:
    """Write a picture with Pillow."""
    saved = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(saved, kind)
    return saved.getvalue()


def sound() -> bytes:
    saved = io.BytesIO()
    with wave.open(saved, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return saved.getvalue()


def box(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def film(major: bytes, *others: bytes) -> bytes:
    """Write the boxes of ISO/IEC 14496-12 that every player looks for."""
    brands = major + bytes(4) + b"".join(others or (major,))
    return box(b"ftyp", brands) + box(b"moov", box(b"mvhd", bytes(100))) + box(b"mdat", bytes(8))


def frames(count: int = 3) -> bytes:
    """Write silent frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * count


def matroska(kind: bytes) -> bytes:
    document = b"\x42\x82" + bytes([0x80 | len(kind)]) + kind
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(document)]) + document


def mail(**headers: str) -> bytes:
    """Write a mail with the standard library."""
    message = EmailMessage()
    usual = {"From": "Li Wei <li.wei@kunde.example>", "To": "sales@firma.example"}
    for name, value in (usual | {"Subject": "技术评估"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content("您好")
    return message.as_bytes()


def saved_page() -> bytes:
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/\r\n"
        b"Subject: Example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\tboundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\nContent-Location: https://example.com/\r\n\r\n"
        b"<html></html>\r\n--b--\r\n"
    )


_SECTOR = 512
_FREE, _END, _FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """Write a compound file (MS-CFB, version 3): header, directory, streams, one FAT sector.

    Streams are filled to 4,096 bytes, from which on they need no mini stream; at most 14 fit.
    """
    entries = [_entry("Root Entry", 5, child=1, start=_END)]
    fat = [_FAT_SECTOR]
    body = b""
    directory_sectors = (len(streams) + 4) // 4
    fat += [*range(2, directory_sectors + 1), _END]
    for number, (name, content) in enumerate(streams.items(), start=1):
        filled = content.ljust(4096, b"\0")
        filled += bytes(-len(filled) % _SECTOR)
        right = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, right=right, start=len(fat), size=len(filled)))
        sectors = len(filled) // _SECTOR
        fat += [*range(len(fat) + 1, len(fat) + sectors), _END]
        body += filled
    directory = b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff")
    return _header() + table + directory + body


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096)
    head += struct.pack("<IIII", _END, 0, _END, 0)
    return head + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(
    name: str, kind: int, *, start: int, size: int = 0, child: int = _FREE, right: int = _FREE
) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    fields = struct.pack("<HBBIII", len(letters), kind, 1, _FREE, right, child)
    return letters.ljust(64, b"\0") + fields + bytes(16 + 4 + 16) + struct.pack("<IQ", start, size)


def sample_of(name: str) -> bytes:
    """Give a small file of that format."""
    return SAMPLES[name]


SAMPLES: dict[str, bytes] = {
    "pdf": PDF,
    "ofd": ofd(),
    **{name: office(name) for name in MAIN_PARTS},
    "odt": open_document("application/vnd.oasis.opendocument.text"),
    "ods": open_document("application/vnd.oasis.opendocument.spreadsheet"),
    "odp": open_document("application/vnd.oasis.opendocument.presentation"),
    "epub": open_document("application/epub+zip"),
    "zip": zipped({"a.txt": "a", "b/c.txt": "c"}),
    "doc": compound({"WordDocument": b"\xec\xa5\xc1\x00"}),
    "xls": compound({"Workbook": b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)}),
    "ppt": compound({"PowerPoint Document": b"", "Current User": b""}),
    "msg": compound({"__properties_version1.0": b"", "__substg1.0_0037001F": b""}),
    "ooxml": compound({"EncryptedPackage": bytes(64), "EncryptionInfo": b"\x04\x00\x04\x00"}),
    "wps": compound({"WordDocument": b"\xec\xa5", "\x01CompObj": b"\x12\0\0\0KWPS.Document.9\0"}),
    "et": compound({"Workbook": b"\x09\x08", "\x01CompObj": b"\x0f\0\0\0KET.Workbook.9\0"}),
    "dps": compound(
        {"PowerPoint Document": b"", "\x01CompObj": b"\x14\0\0\0KWPP.Presentation.9\0"}
    ),
    "eml": mail(),
    "mht": saved_page(),
    "html": b"<!DOCTYPE html>\n<html><body>a</body></html>",
    "svg": b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "xml": b'<?xml version="1.0"?>\n<order><line/></order>',
    "rtf": rb"{\rtf1\ansi a}",
    "csv": "客户,金额,日期\n甲,10,2026-01-02\n乙,20,2026-01-03\n".encode(),
    "txt": "会议纪要\n今天讨论了报价。\n".encode(),
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "tif": picture("TIFF"),
    "bmp": picture("BMP"),
    "heic": film(b"heic", b"mif1", b"heic"),
    "avif": film(b"avif", b"mif1", b"miaf"),
    "mp4": film(b"isom", b"isom", b"avc1", b"mp41"),
    "mov": film(b"qt  "),
    "3gp": film(b"3gp4", b"isom", b"3gp4"),
    "m4a": film(b"M4A ", b"M4A ", b"mp42"),
    "wav": sound(),
    "mp3": frames(),
    "webm": matroska(b"webm"),
    "mkv": matroska(b"matroska"),
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(20),
    "gz": b"\x1f\x8b\x08\x00" + bytes(14),
    "exe": b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0",
}
