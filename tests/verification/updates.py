"""Incremental updates written by hand, well-formed or not: the tool of those who attack a PDF."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What the forged page says.
FORGED = b"q\nBT\n1 0 0 1 40 240 Tm\n/helv 16 Tf (Price: 1) Tj\nET\nQ\n"
_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj(.*?)endobj", re.DOTALL)
_RANGE = re.compile(rb"/ByteRange\s*\[([^\]]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How an update is written; the default is as the standard asks."""

    table: bool = True
    trailer: bool = True
    startxref: int | None = None
    end: bytes = b"%%EOF\n"
    lead: bytes = b""
    previous: bool = True
    root: int | None = None
    more: bytes = b""


GOOD = Shape()


def update(pdf: bytes, objects: dict[int, bytes], shape: Shape = GOOD) -> bytes:
    """Append new versions of objects, in the given shape."""
    body, offsets = pdf + shape.lead, {}
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return finish(pdf, body, offsets, shape)


def finish(pdf: bytes, body: bytes, offsets: dict[int, int], shape: Shape = GOOD) -> bytes:
    """Write the table, trailer and end behind `body`, which begins with `pdf`."""
    start = len(body)
    if shape.table:
        lines = [b"%d 1\n%010d 00000 n \n" % entry for entry in sorted(offsets.items())]
        body += b"xref\n" + (b"".join(lines) or b"0 0\n")
    if shape.trailer:
        previous = b"/Prev %d" % last_table(pdf) if shape.previous else b""
        root = shape.root or root_number(pdf)
        size = max([900, *offsets]) + 1
        body += b"trailer\n<</Size %d/Root %d 0 R%s%s>>\n" % (size, root, previous, shape.more)
    at = start if shape.startxref is None else shape.startxref
    return body + (b"startxref\n%d\n" % at if at >= 0 else b"") + shape.end


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """Give the body of a stream object."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), extra, content)


def last_table(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"startxref") :].split()[1])


def root_number(pdf: bytes) -> int:
    return int(pdf[pdf.rindex(b"/Root") :].split()[1])


def body_of(pdf: bytes, number: int) -> bytes:
    """Give the newest version of an object, without its head and end."""
    return [match[2] for match in _OBJECT.finditer(pdf) if int(match[1]) == number][-1].strip()


def number_of(pdf: bytes, mark: bytes) -> int:
    """Give the number of the last object whose body holds `mark`."""
    return [int(match[1]) for match in _OBJECT.finditer(pdf) if mark in match[2]][-1]


def signature_number(pdf: bytes) -> int:
    return number_of(pdf, b"/ByteRange")


def byte_range(pdf: bytes) -> tuple[int, ...]:
    """Give the range of the last signature."""
    return tuple(int(word) for word in _RANGE.findall(pdf)[-1].split())


def replaced_range(pdf: bytes, value: bytes) -> bytes:
    """Write another range over the one of the last signature, in place."""
    match = list(_RANGE.finditer(pdf))[-1]
    room = len(match[0]) + len(pdf[match.end() :]) - len(pdf[match.end() :].lstrip(b" "))
    text = (b"/ByteRange " + value if value else b"").ljust(room)
    assert len(text) == room, "there is not that much room"
    return pdf[: match.start()] + text + pdf[match.start() + room :]


def dictionary(pdf: bytes) -> bytes:
    """Give the dictionary of the last signature."""
    return body_of(pdf, signature_number(pdf))


def rewritten(pdf: bytes, content: bytes) -> bytes:
    """Append an update with another dictionary for the last signature."""
    return update(pdf, {signature_number(pdf): content})
