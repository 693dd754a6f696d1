"""Attacks on how a file is saved: incremental saving, signature wrapping, universal forgery.

Mladenov, Mainka, Meyer zu Selhausen, Grothe, Schwenk: 1 Trillion Dollar Refund, CCS 2019.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from tests.verification import forging as forge
from tests.verification import updates as write
from tests.verification.updates import FORGED, Shape, stream, update

if TYPE_CHECKING:
    from collections.abc import Callable

#: The object that the page of `signing.plain` draws its first line from.
LINE = 6
#: That page, with what it draws from left open.
PAGE = b"<</Type/Page/MediaBox[0 0 300 300]/Rotate 0/Resources 3 0 R/Parent 2 0 R/Contents %s>>"
_FORGED = stream(FORGED)


def _plainly(shape: Shape) -> Callable[[bytes], bytes]:
    return lambda pdf: update(pdf, {LINE: _FORGED}, shape)


def in_a_stream(pdf: bytes) -> bytes:
    """Put the forged page into an object stream, listed by a cross-reference stream."""
    page = PAGE % b"[901 0 R 7 0 R]"
    inner = zlib.compress(b"4 0 " + page)
    body, places = pdf, {}
    for number, content in (
        (901, _FORGED),
        (902, stream(inner, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")),
    ):
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows = [(2, 902, 0), (1, places[901], 0), (1, places[902], 0), (1, len(body), 0)]
    table = b"".join(bytes([kind]) + at.to_bytes(4, "big") + b"\0" for kind, at, _ in rows)
    extra = b"/Type/XRef/W[1 4 1]/Index[4 1 901 3]/Size 999/Root %d 0 R/Prev %d" % (
        write.root_number(pdf),
        write.last_table(pdf),
    )
    start = len(body)
    body += b"903 0 obj\n" + stream(table, extra) + b"\nendobj\n"
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def hybrid(pdf: bytes) -> bytes:
    """Hide the forged content in the cross-reference stream that only some readers follow."""
    body = pdf
    at = len(body)
    body += b"%d 0 obj\n%s\nendobj\n" % (LINE, _FORGED)
    table = b"\1" + at.to_bytes(4, "big") + b"\0"
    extra = b"/Type/XRef/W[1 4 1]/Index[%d 1]/Size 999/Root %d 0 R" % (LINE, write.root_number(pdf))
    place = len(body)
    body += b"903 0 obj\n" + stream(table, extra) + b"\nendobj\n"
    return write.finish(pdf, body, {903: place}, Shape(more=b"/XRefStm %d" % place))


def with_copied_signature(shape: Shape) -> Callable[[bytes], bytes]:
    """Forge the content, and bring a copy of the signature along in the update."""

    def attack(pdf: bytes) -> bytes:
        number = write.signature_number(pdf)
        return update(pdf, {LINE: _FORGED, number: write.dictionary(pdf)}, shape)

    return attack


def with_copied_field(pdf: bytes) -> bytes:
    """Forge the content, and point the field at a copy of the signature under a new number."""
    field = write.number_of(pdf, b"/FT /Sig")
    content = write.body_of(pdf, field)
    old = b"/V %d 0 R" % write.signature_number(pdf)
    assert old in content
    moved = content.replace(old, b"/V 950 0 R")
    return update(pdf, {LINE: _FORGED, field: moved, 950: write.dictionary(pdf)})


def with_other_root(pdf: bytes) -> bytes:
    """Name another catalogue in the trailer, with pages of its own."""
    form = re.search(rb"/AcroForm (\d+ 0 R)", write.body_of(pdf, write.root_number(pdf)))
    link = b"/AcroForm " + form[1] if form else b""
    page = PAGE % b"912 0 R"
    objects = {
        910: b"<</Type/Catalog/Pages 911 0 R%s>>" % link,
        911: b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        912: _FORGED,
        4: page.replace(b"/Parent 2 0 R", b"/Parent 911 0 R"),
    }
    return update(pdf, objects, Shape(root=910))


def with_split_heads(pdf: bytes) -> bytes:
    """Write the loose object so that a search for its head goes past it."""
    loose = b"%d%%x\n0%%y\nobj\n%s\nendobj\n" % (LINE, _FORGED)
    return update(pdf + loose, {900: b"<</Type/Nothing>>"})


def with_nul_heads(pdf: bytes) -> bytes:
    """Write the loose object with NUL for white space."""
    loose = b"%d\0000\0obj\n%s\nendobj\n" % (LINE, _FORGED)
    return update(pdf + loose, {900: b"<</Type/Nothing>>"})


SAVING: dict[str, Callable[[bytes], bytes]] = {
    "body, table and trailer": _plainly(Shape()),
    "body and trailer, no table": _plainly(Shape(table=False)),
    "body alone": _plainly(Shape(table=False, trailer=False, startxref=-1, end=b"")),
    "body and end of file": _plainly(Shape(table=False, trailer=False, startxref=-1)),
    "table without trailer": _plainly(Shape(trailer=False)),
    "table broken": forge.with_hidden_update,
    "startxref 0": _plainly(Shape(table=False, trailer=False, startxref=0)),
    "no startxref": _plainly(Shape(startxref=-1)),
    "no link to the table before": _plainly(Shape(previous=False)),
    "no end of file": _plainly(Shape(end=b"")),
    "garbage before the update": _plainly(Shape(lead=b"\n%x\n" + b"A" * 99 + b"\n")),
    "object and cross-reference streams": in_a_stream,
    "hybrid table": hybrid,
    "copied signature": with_copied_signature(Shape()),
    "copied signature, no table": with_copied_signature(Shape(table=False)),
    "copied signature, body alone": with_copied_signature(
        Shape(table=False, trailer=False, startxref=-1, end=b"")
    ),
    "copied signature, its field moved": with_copied_field,
    "another catalogue": with_other_root,
    "an object in no table": forge.with_loose_object,
    "a loose object, its head split by comments": with_split_heads,
    "a loose object, NUL for blanks": with_nul_heads,
    "a page more": forge.with_page,
}


# Signature wrapping


def _wrapped(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Wrap, then rewrite the moved dictionary within the room that it has."""

    def attack(pdf: bytes) -> bytes:
        moved = forge.wrapped(pdf)
        start = moved.rindex(b"/ByteRange")
        return moved[:start] + change(moved[start:])

    return attack


def wider_gap(pdf: bytes) -> bytes:
    """Leave more out of the range than the value, with objects in the gap."""
    _, length, second, rest = write.byte_range(pdf)
    extra = b">/X<" + b"%d 0 obj\n%s\nendobj\n" % (LINE, _FORGED)
    changed = write.replaced_range(pdf, b"[0 %d %d %d]" % (length, second + len(extra), rest))
    return changed[: second - 1] + extra + changed[second - 1 :]


def padded(pdf: bytes) -> bytes:
    """Wrap a file whose value was made longer by zeros that nobody signed."""
    _, length, second, rest = write.byte_range(pdf)
    changed = write.replaced_range(pdf, b"[0 %d %d %d]" % (length, second + 64, rest))
    return changed[: second - 1] + b"0" * 64 + changed[second - 1 :]


def second_contents(pdf: bytes) -> bytes:
    """Give the dictionary a second value, which readers that take the last one believe."""
    return write.rewritten(pdf, write.dictionary(pdf)[:-2] + b"/Contents<00>>>")


def second_range(pdf: bytes) -> bytes:
    """Give the dictionary a second range."""
    whole = write.dictionary(pdf)
    end = len(pdf) + len(whole)
    return write.rewritten(pdf, whole[:-2] + b"/ByteRange[0 9 %d 9]>>" % end)


def first_part_only(pdf: bytes) -> bytes:
    """Sign nothing but the beginning."""
    _, length, second, _ = write.byte_range(pdf)
    return write.replaced_range(pdf, b"[0 %d %d 0]" % (length, second))


def from_one(pdf: bytes) -> bytes:
    """Leave out the first byte."""
    _, length, second, rest = write.byte_range(pdf)
    return write.replaced_range(pdf, b"[1 %d %d %d]" % (length - 1, second, rest))


def overlapping(pdf: bytes) -> bytes:
    _, length, second, rest = write.byte_range(pdf)
    shift = second - length + 9
    return write.replaced_range(pdf, b"[0 %d %d %d]" % (length, second - shift, rest + shift))


WRAPPING: dict[str, Callable[[bytes], bytes]] = {
    "second part moved": forge.wrapped,
    "moved, dictionary in blanks": _wrapped(lambda rest: rest),
    "value padded": padded,
    "objects in the gap": wider_gap,
    "a second value": second_contents,
    "a second range": second_range,
    "beginning alone": first_part_only,
    "first byte left out": from_one,
    "parts overlap": overlapping,
}


# Universal signature forgery


def _range(value: bytes) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """Forge the content and write `value` over the range: in place, and by an update."""

    def in_place(pdf: bytes) -> bytes:
        return write.replaced_range(update(pdf, {LINE: _FORGED}), value)

    def by_update(pdf: bytes) -> bytes:
        old = write.dictionary(pdf)
        new = re.sub(rb"/ByteRange\s*\[[^\]]*\]", b"/ByteRange " + value if value else b"", old)
        return update(pdf, {LINE: _FORGED, write.signature_number(pdf): new})

    return in_place, by_update


def _contents(value: bytes) -> Callable[[bytes], bytes]:
    """Forge the content and give the signature another value, by an update."""

    def attack(pdf: bytes) -> bytes:
        old = write.dictionary(pdf)
        new = re.sub(rb"/Contents\s*<[^>]*>", b"/Contents " + value if value else b"", old)
        return update(pdf, {LINE: _FORGED, write.signature_number(pdf): new})

    return attack


_RANGES: dict[str, bytes] = {
    "absent": b"",
    "null": b"null",
    "empty": b"[]",
    "zeros": b"[0 0 0 0]",
    "negative": b"[0 -1 -1 9]",
    "beyond the file": b"[0 9 99999999 9]",
    "beyond 64 bits": b"[0 9 18446744073709551616 9]",
    "floats": b"[0.0 9.5 20.0 9.0]",
    "three numbers": b"[0 9 20]",
    "six numbers": b"[0 9 20 9 30 9]",
    "strings": b"[(0)(9)(20)(9)]",
    "names": b"[/a /b /c /d]",
    "a number": b"42",
}
_VALUES: dict[str, bytes] = {
    "absent": b"",
    "null": b"null",
    "empty": b"<>",
    "zero": b"<00>",
    "zeros": b"<" + b"0" * 500 + b">",
    "a number": b"0",
    "a name": b"/X",
    "a dictionary": b"<</A 1>>",
}
FORGERY: dict[str, Callable[[bytes], bytes]] = {
    **{f"range in place: {name}": _range(value)[0] for name, value in _RANGES.items()},
    **{f"range by update: {name}": _range(value)[1] for name, value in _RANGES.items()},
    **{f"value by update: {name}": _contents(value) for name, value in _VALUES.items()},
    "dictionary null": lambda pdf: update(
        pdf, {LINE: _FORGED, write.signature_number(pdf): b"null"}
    ),
    "dictionary empty": lambda pdf: update(
        pdf, {LINE: _FORGED, write.signature_number(pdf): b"<<>>"}
    ),
}
