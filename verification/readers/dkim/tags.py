"""Tag lists and canonical forms of DKIM (RFC 6376, 3.2 and 3.4), all linear in their input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from verification.readers.mime.fields import Field

Form = Literal["simple", "relaxed"]

#: A signature or key record longer than this is not one.
MOST_TAG_BYTES = 16_384
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BLANKS = re.compile(rb"[ \t]+")
_LONE_LINE_END = re.compile(rb"(?<!\r)\n")
_OWN_VALUE = re.compile(rb"(\A|;)([ \t\r\n]*b[ \t\r\n]*=)[^;]*")


class TagError(ValueError):
    """A list of tags that follows no grammar, or lacks what it must have; says why."""


def read_tags(value: bytes | str) -> dict[str, str]:
    """Read ``a=b; c=d``. Raises TagError; a tag given twice spoils the list (RFC 6376, 3.2)."""
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    if len(text) > MOST_TAG_BYTES:
        raise TagError(f"{len(text)} characters")
    tags: dict[str, str] = {}
    for piece in text.split(";"):
        if not piece.strip():
            continue
        name, equals, content = piece.partition("=")
        name = name.strip()
        if not equals or _NAME.fullmatch(name) is None:
            raise TagError("a piece that is no tag")
        if name in tags:
            raise TagError(f"{name}= twice")
        tags[name] = content.strip()
    return tags


def packed(text: str) -> str:
    """Take the white space out of a folded value."""
    return "".join(text.split())


def to_crlf(data: bytes) -> bytes:
    """Give the line ends that were signed; a file saved elsewhere may have lost them."""
    return _LONE_LINE_END.sub(b"\r\n", data)


def canonical_body(body: bytes, form: Form) -> bytes:
    """RFC 6376, 3.4.3 and 3.4.4; `body` with CRLF."""
    if form == "relaxed":
        lines = body.split(b"\r\n")
        body = b"\r\n".join(_BLANKS.sub(b" ", line).rstrip(b" ") for line in lines)
    end = len(body)
    while body[end - 2 : end] == b"\r\n":
        end -= 2
    if not end:
        return b"" if form == "relaxed" else b"\r\n"
    return body[:end] + b"\r\n"


def canonical_field(data: bytes, field: Field, form: Form) -> bytes:
    """RFC 6376, 3.4.1 and 3.4.2: one field with its line end."""
    written = to_crlf(data[field.start : field.end])
    if not written.endswith(b"\r\n"):
        written += b"\r\n"
    if form == "simple":
        return written
    name, _, value = written.partition(b":")
    unfolded = value.replace(b"\r\n", b"")
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", unfolded).strip(b" ") + b"\r\n"


def without_value(data: bytes, field: Field, form: Form) -> bytes:
    """Give a signature's own field with an empty b= and without its line end (RFC 6376, 3.7)."""
    written = to_crlf(data[field.start : field.end])
    name, colon, value = written.partition(b":")
    emptied = name + colon + _OWN_VALUE.sub(rb"\1\2", value, count=1)
    if form == "relaxed":
        unfolded = emptied.partition(b":")[2].replace(b"\r\n", b"")
        emptied = name.strip().lower() + b":" + _BLANKS.sub(b" ", unfolded).strip(b" ")
    return emptied.removesuffix(b"\r\n")
