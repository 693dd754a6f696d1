"""PDF by header, objects and end; a header may stand anywhere in the first 1,024 bytes."""

from __future__ import annotations

import re

from verification.identify.pieces import Piece

#: ISO 32000-1, annex H.3, note 13.
HEADER_WITHIN = 1024
_HEADER = re.compile(rb"%PDF-|%!PS-Adobe-\d\.\d PDF-\d")
_OBJECT = re.compile(rb"\d[ \t\r\n]{1,8}obj\b")
_BEGUN = re.compile(rb"\d{1,10}[ \t\r\n]{1,8}\d{1,5}[ \t\r\n]{1,8}obj\b")
_ENCRYPT = re.compile(rb"/Encrypt[ \t\r\n]*(?:\d{1,10}[ \t\r\n]+\d{1,5}[ \t\r\n]+R|<<)")
_END = b"%%EOF"
_LINE_ENDS = b"\r\n \t\0"


def find_pdf(data: bytes) -> Piece | None:
    """Find a PDF. Its end is behind the last %%EOF and what white space follows."""
    found = _HEADER.search(data, 0, HEADER_WITHIN + 8)
    if found is None or found.start() >= HEADER_WITHIN:
        return None
    start = found.start()
    # At the very beginning the header alone decides; further on it may be a mention in a text.
    ended = any(mark in data for mark in (b"xref", b"endobj", _END))
    if start and not (ended and _OBJECT.search(data, start)):
        return None
    end, whole = _end(data)
    return Piece(format="pdf", start=start, end=end, encrypted=_is_encrypted(data), whole=whole)


def _end(data: bytes) -> tuple[int, bool]:
    """Give the end, and whether an end mark stands there."""
    place = data.rfind(_END)
    if place < 0:
        return len(data), False
    end = place + len(_END)
    while end < len(data) and data[end] in _LINE_ENDS:
        end += 1
    # An update that was begun and has no end of its own: the rest of it is missing.
    return (len(data), False) if _BEGUN.match(data, end) else (end, True)


def _is_encrypted(data: bytes) -> bool:
    return b"/Encrypt" in data and _ENCRYPT.search(data) is not None
