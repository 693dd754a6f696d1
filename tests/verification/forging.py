"""Attacks on signed PDFs, made for the tests at run time."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pymupdf
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, SimpleBoxLayoutRule
from pyhanko.stamp import TextStampStyle

from tests.verification.signing import by_mupdf, written

_MOVED = b"/ByteRange [0 0000000000 0000000000 0000000000]"
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]")


def covering() -> TextStampStyle:
    """Give the looks of a sneaky signature: an opaque box that says something else."""
    box = RawContent(b"1 1 1 rg 0 0 220 30 re f", box=BoxConstraints(220, 30))
    layout = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN)
    return TextStampStyle(
        stamp_text="Price: 1", background=box, background_opacity=1, background_layout=layout
    )


def flipped(pdf: bytes, position: int) -> bytes:
    """Change one byte."""
    changed = bytearray(pdf)
    changed[position] ^= 0x01
    return bytes(changed)


def with_other_content(pdf: bytes) -> bytes:
    """Incremental saving: append an update that replaces what the page says."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page: Any = writer.root["/Pages"]["/Kids"][0]
    contents = page.raw_get("/Contents")
    reference = contents.raw_get(0) if hasattr(contents, "raw_get") else contents
    stream = reference.get_object()
    stream._data = b"BT /helv 16 Tf 40 200 Td (Price: 1) Tj ET"  # noqa: SLF001 - an attack
    stream._encoded_data = None  # noqa: SLF001 - an attack
    stream.pop("/Filter", None)
    writer.mark_update(reference)
    return written(writer)


def with_hidden_update(pdf: bytes) -> bytes:
    """Append new objects and a broken table: strict readers skip them, viewers repair them."""
    number = _content_number(pdf)
    text = b"BT /helv 16 Tf 40 200 Td (Price: 1) Tj ET"
    update = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        len(text),
        text,
    )
    previous = pdf[pdf.rindex(b"startxref") :].split()[1]
    return pdf + update + b"xref broken\ntrailer\n<<>>\nstartxref\n" + previous + b"\n%%EOF\n"


def with_garbage(pdf: bytes) -> bytes:
    """Append bytes that are no update at all."""
    return pdf + b"\n% nothing to see here\n" + b"A" * 200


def with_annotation(pdf: bytes) -> bytes:
    """Evil annotation: cover the price with a white box that says something else."""

    def cover(page: Any) -> None:
        page.add_freetext_annot(
            pymupdf.Rect(30, 40, 220, 70), "Price: 1", fontsize=16, fill_color=(1, 1, 1)
        )

    return by_mupdf(pdf, cover)


def with_page(pdf: bytes) -> bytes:
    """Append a page."""

    def add(page: Any) -> None:
        page.parent.new_page().insert_text((50, 50), "Annex: everything is free")

    return by_mupdf(pdf, add)


def with_other_font(pdf: bytes) -> bytes:
    """Shadow replace: give the font another encoding, so that digits read differently."""
    encoding = "<</Type/Encoding/Differences[49/nine 48/eight]>>"

    def swap(page: Any) -> None:
        font = next(entry[0] for entry in page.get_fonts())
        page.parent.xref_set_key(font, "Encoding", encoding)

    return by_mupdf(pdf, swap)


def with_other_reason(pdf: bytes) -> bytes:
    """Spoof the signature dictionary: rewrite the reason for signing."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    reference = writer.root["/AcroForm"]["/Fields"][0].raw_get("/V")
    dictionary = reference.get_object()
    old = dictionary["/Contents"]
    start = pdf.rindex(b"/Reason", 0, pdf.rindex(b"%%EOF"))
    assert old is not None
    body = pdf[pdf.rindex(b" obj", 0, start) + 4 : pdf.index(b"endobj", start)]
    number = reference.reference.idnum
    changed = body.replace(b"Approved", b"Rejected")
    return append_object(pdf, number, changed.strip())


def append_object(pdf: bytes, number: int, body: bytes) -> bytes:
    """Append a well-formed update that writes object `number` anew."""
    tail = pdf[pdf.rindex(b"startxref") :].split()[1]
    root = pdf[pdf.rindex(b"/Root") :].split()[1]
    written = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return (
        pdf
        + written
        + b"xref\n%d 1\n%010d 00000 n \n" % (number, len(pdf))
        + b"trailer\n<</Size 999 /Root %s 0 R /Prev %s>>\n" % (root, tail)
        + b"startxref\n%d\n%%%%EOF\n" % (len(pdf) + len(written))
    )


def wrapped(pdf: bytes) -> bytes:
    """Signature wrapping: move the second signed part away, and put a document in between.

    The signed bytes stay what they were; a second signature dictionary says where they went,
    and a forged table stands where the old startxref points.
    """
    match = _RANGE.search(pdf)
    assert match is not None
    length, second = int(match[2]), int(match[3])
    first, value, rest = pdf[:length], pdf[length:second], pdf[second:]
    table = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    start = pdf.rindex(b" obj", 0, length)
    number, other = int(pdf[:start].split()[-2]), _content_number(pdf)
    dictionary = pdf[start + 4 : pdf.index(b"endobj", second)].replace(match[0], _MOVED)
    copied = b"%d 0 obj\n%sendobj\n" % (number, dictionary)
    forged = b"BT /helv 16 Tf 40 200 Td (Price: 1) Tj ET"
    extra = b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (
        other,
        len(forged),
        forged,
    )
    trailer = pdf[pdf.rindex(b"trailer") : pdf.rindex(b"startxref")]
    entries = {**_table(pdf[table:]), number: 0, other: 0}
    begin = table + len(_write_table(entries)) + len(trailer)
    end = begin + len(copied) + len(extra)
    moved = {key: at + end - second if at > second else at for key, at in entries.items()}
    moved |= {number: begin, other: begin + len(copied)}
    copied = copied.replace(_MOVED, b"/ByteRange [0 %010d %010d %010d]" % (length, end, len(rest)))
    lead = value + b"\n" * (table - second)
    return first + lead + _write_table(moved) + trailer + copied + extra + rest


def _table(text: bytes) -> dict[int, int]:
    """Read a cross-reference table: object numbers and offsets."""
    lines = text[: text.index(b"trailer")].splitlines()[1:]
    offsets: dict[int, int] = {}
    number = 0
    for line in lines:
        words = line.split()
        if len(words) == 2:
            number = int(words[0])
        elif words:
            if words[2] == b"n":
                offsets[number] = int(words[0])
            number += 1
    return offsets


def _write_table(offsets: dict[int, int]) -> bytes:
    lines = [b"%d 1\n%010d 00000 n \n" % entry for entry in sorted(offsets.items())]
    return b"xref\n" + b"".join(lines)


def _content_number(pdf: bytes) -> int:
    document = pymupdf.open(stream=pdf, filetype="pdf")
    number = int(document[0].get_contents()[0])
    document.close()
    return number


def with_loose_object(pdf: bytes) -> bytes:
    """Append an honest update with an object in it that its table does not know."""
    loose = b"%d 0 obj\n<</Length 9>>stream\n0 0 9 9 re\nendstream\nendobj\n" % _content_number(pdf)
    return append_object(pdf + loose, 900, b"<</Type/Nothing>>")


def with_overlay(pdf: bytes) -> bytes:
    """Prepare a shadow attack on an unsigned file: a white box hides the first line."""

    def hide(page: Any) -> None:
        page.draw_rect(pymupdf.Rect(30, 40, 220, 70), color=(1, 1, 1), fill=(1, 1, 1))
        page.insert_text((40, 60), "Price: 1", fontsize=16)

    return by_mupdf(pdf, hide)


def without_overlay(pdf: bytes) -> bytes:
    """Take the box away after signing."""

    def reveal(page: Any) -> None:
        first = page.get_contents()[0]
        page.parent.xref_set_key(page.xref, "Contents", f"[{first} 0 R]")

    return by_mupdf(pdf, reveal)
