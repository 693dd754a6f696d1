"""Files that are small on disk and huge, endless or mad inside; made while the tests run.

Each was seen to hurt some library, or is the textbook case of its kind. No bytes of them are kept
in the project: antivirus software would rightly complain.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from PIL import Image

from tests.verification import bombs_pdf
from tests.verification.bombs_pdf import billion_laughs, deflate_repeated

if TYPE_CHECKING:
    from collections.abc import Callable

_MIB = 1 << 20


def jpeg_of_1000_scans() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1_500, 1_500), 20).save(out, "JPEG", progressive=True, quality=5)
    plain = out.getvalue()
    last = plain.rindex(b"\xff\xda")
    length = int.from_bytes(plain[last + 2 : last + 4])
    scan = plain[last : last + 2 + length] + b"\x00" * 60
    return plain[:-2] + scan * 1_000 + b"\xff\xd9"


def _png(side: int, *extra: bytes, rows: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    texts = b"".join(chunk(b"zTXt", content) for content in extra)
    body = chunk(b"IHDR", header) + texts + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png_of_169_megapixels() -> bytes:
    side = 13_000
    return _png(side, rows=deflate_repeated(bytes(1 + 4 * side), side))


def png_of_4_exapixels() -> bytes:
    return _png(0x7FFFFFFF, rows=zlib.compress(bytes(5)))


def png_with_gigabytes_of_text() -> bytes:
    text = b"Comment\0\0" + deflate_repeated(bytes(_MIB), 512)
    return _png(1, text, text, text, rows=zlib.compress(bytes(5)))


def bmp_run_length_of_900_megapixels() -> bytes:
    side = 30_000
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, 0, 0, 0, 256, 0)
    body = header + bytes(4 * 256) + b"\x00\x01"
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + 40 + 4 * 256) + body


def gif_of_100000_frames() -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 2_000, 2_000, 0x80, 0, 0) + bytes(6)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * 100_000 + b"\x3b"


def tiff_in_a_circle() -> bytes:
    def entry(tag: int, value: int) -> bytes:
        return struct.pack("<HHII", tag, 4, 1, value)

    tags = [
        (256, 1),
        (257, 1),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, 1),
        (279, 1),
    ]
    folder = struct.pack("<H", len(tags)) + b"".join(entry(*tag) for tag in tags)
    return b"II*\0" + struct.pack("<I", 8) + folder + struct.pack("<I", 8)


def zip_of_200000_entries() -> bytes:
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    central = (
        b"PK\x01\x02"
        + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
        + b"a"
    )
    folder = central * 200_000
    counted = 200_000 & 0xFFFF
    end = struct.pack("<HHHHIIH", 0, 0, counted, counted, len(folder), len(local), 0)
    return local + folder + b"PK\x05\x06" + end


def package(**parts: bytes) -> bytes:
    """Give a ZIP whose part names are the keywords, `__` for a slash and `_` for a full stop."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def raw_package(name: str, deflated: bytes, size: int) -> bytes:
    """Give a ZIP of one part that is already deflated; the checksum is a lie."""
    encoded = name.encode()
    fields = struct.pack("<HHHHIIIH", 0, 8, 0, 0, 0, len(deflated), size, len(encoded))
    local = b"PK\x03\x04\x14\x00" + fields + b"\0\0" + encoded + deflated
    central = b"PK\x01\x02\x14\x00\x14\x00" + fields + bytes(14) + encoded
    # bytes(14): extra, comment, disk, attributes and place, all zero
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def zip_of_gigabytes() -> bytes:
    body = deflate_repeated(bytes(_MIB), 4_000)[2:-4]
    return raw_package("zeros.bin", body, 4_000 * _MIB)


def zip_within_zip_within_zip() -> bytes:
    inner = package(zeros_bin=bytes(16 * _MIB))
    for _ in range(6):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(16):
                archive.writestr(f"{number}.zip", inner)
        inner = out.getvalue()
    return inner


_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def _office(part: str, kind: str, **parts: bytes) -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    ).encode()
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/officeDocument" Target="{part}"/>'
        '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/'
        'metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
    ).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def docx_of_billion_laughs() -> bytes:
    laughs = b'<?xml version="1.0"?>' + billion_laughs()
    return _office(
        "word/document.xml", _WORD_TYPE, word__document_xml=laughs, docProps__core_xml=laughs
    )


def docx_that_fetches_entities() -> bytes:
    fetch = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">'
        b'<!ENTITY b SYSTEM "http://192.0.2.1/x">]><x>&a;&b;</x>'
    )
    return _office(
        "word/document.xml", _WORD_TYPE, word__document_xml=fetch, docProps__core_xml=fetch
    )


def docx_of_elements_200000_deep() -> bytes:
    deep = b"<a>" * 200_000 + b"</a>" * 200_000
    return _office(
        "word/document.xml", _WORD_TYPE, word__document_xml=deep, docProps__core_xml=deep
    )


def xlsx_of_20_million_rows() -> bytes:
    rows = b"<row><c><v>1</v></c></row>" * 20_000
    out = io.BytesIO(_office("xl/workbook.xml", _SHEET_TYPE, xl__workbook_xml=b"<workbook/>"))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        sheet.write(b"<worksheet><sheetData>")
        for _ in range(1_000):
            sheet.write(rows)
        sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def svg_used_a_billion_times() -> bytes:
    groups = "".join(
        f'<g id="g{level}">{f"""<use href="#g{level - 1}"/>""" * 10}</g>' for level in range(1, 10)
    )
    text = f'<svg xmlns="http://www.w3.org/2000/svg"><g id="g0"><path d="M0 0"/></g>{groups}</svg>'
    return text.encode()


_MAIL_HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def mail_of_200_levels() -> bytes:
    message = _MAIL_HEAD + b"Content-Type: text/plain\r\n\r\nhello\r\n"
    for _ in range(200):
        message = _MAIL_HEAD + b"Content-Type: message/rfc822\r\n\r\n" + message
    return message


def mail_of_5000_multiparts() -> bytes:
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(5_000)
    )
    return _MAIL_HEAD + opened + b"\r\nhello\r\n"


def mail_of_200000_parts() -> bytes:
    head = _MAIL_HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head + b"--b\r\n\r\nx\r\n" * 200_000 + b"--b--\r\n"


def mail_of_500000_received_lines() -> bytes:
    received = b"Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\n" * 500_000
    return received + _MAIL_HEAD + b"\r\nhello\r\n"


def mail_of_one_endless_header() -> bytes:
    return b"From: " + b"(" * 2_000_000 + b"\r\nDate: " + b"a, " * 500_000 + b"\r\n" + _MAIL_HEAD


def movie_of_boxes_in_boxes() -> bytes:
    # Sizes fall by eight a level, so every box holds exactly the next one.
    depth = 50_000
    boxes = b"".join(struct.pack(">I", 8 * (depth - level)) + b"moov" for level in range(depth))
    return struct.pack(">I", 16) + b"ftypisom" + bytes(4) + boxes


def movie_of_a_million_empty_boxes() -> bytes:
    return (
        struct.pack(">I", 16)
        + b"ftypisom"
        + bytes(4)
        + (struct.pack(">I", 8) + b"free") * 1_000_000
    )


def ole_sectors_in_a_circle() -> bytes:
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 1, 1, 0, 0, 0)
    struct.pack_into("<109I", header, 76, *([0] + [0xFFFFFFFF] * 108))
    table = struct.pack("<128I", *([1] * 128))
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0")
    entry = (
        root
        + struct.pack("<HBBIII", 22, 5, 1, 1, 1, 1)
        + bytes(36)
        + struct.pack("<IQ", 1, 1 << 40)
    )
    return bytes(header) + table + entry.ljust(512, b"\0")


BOMBS: tuple[Callable[[], bytes], ...] = (
    bombs_pdf.pdf_four_million_fills,
    bombs_pdf.pdf_form_drawn_a_billion_times,
    bombs_pdf.pdf_form_that_draws_itself,
    bombs_pdf.pdf_gigabyte_of_spaces,
    bombs_pdf.pdf_gigabyte_of_saves,
    bombs_pdf.pdf_deflated_twice,
    bombs_pdf.pdf_picture_of_900_megapixels,
    bombs_pdf.pdf_bitmap_of_4_gigapixels,
    bombs_pdf.pdf_tiny_tiles,
    bombs_pdf.pdf_tiny_dashes,
    bombs_pdf.pdf_page_tree_60000_deep,
    bombs_pdf.pdf_page_tree_in_a_circle,
    bombs_pdf.pdf_page_of_70_metres,
    bombs_pdf.pdf_page_without_end,
    bombs_pdf.pdf_two_billion_pages,
    bombs_pdf.pdf_tables_in_a_circle,
    bombs_pdf.pdf_arrays_100000_deep,
    bombs_pdf.pdf_metadata_of_billion_laughs,
    jpeg_of_1000_scans,
    png_of_169_megapixels,
    png_of_4_exapixels,
    png_with_gigabytes_of_text,
    bmp_run_length_of_900_megapixels,
    gif_of_100000_frames,
    tiff_in_a_circle,
    zip_of_200000_entries,
    zip_of_gigabytes,
    zip_within_zip_within_zip,
    docx_of_billion_laughs,
    docx_that_fetches_entities,
    docx_of_elements_200000_deep,
    xlsx_of_20_million_rows,
    svg_used_a_billion_times,
    mail_of_200_levels,
    mail_of_5000_multiparts,
    mail_of_200000_parts,
    mail_of_500000_received_lines,
    mail_of_one_endless_header,
    movie_of_boxes_in_boxes,
    movie_of_a_million_empty_boxes,
    ole_sectors_in_a_circle,
)
