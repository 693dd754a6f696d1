"""Content Credentials (C2PA) that a file carries: which program says that it made them.

Told and not verified: their signatures are a matter of its own.
"""

from __future__ import annotations

_KEY = b"claim_generator"
#: Kind of a CBOR text (RFC 8949, 3.1), and how its length is written.
_TEXT, _ONE_BYTE, _TWO_BYTES = 3, 24, 25
_UNNAMED = "C2PA"


def claim_generator(store: bytes) -> str:
    """Give the program that a manifest names, ``C2PA`` where it names none in the plain form."""
    place = store.find(_KEY)
    # `claim_generator_info` is another key, its value a map.
    text = "" if place < 0 else _text(store, place + len(_KEY))
    return text or _UNNAMED


def _text(store: bytes, position: int) -> str:
    head = store[position] if position < len(store) else 0
    size, start = head & 31, position + 1
    if head >> 5 != _TEXT or size > _TWO_BYTES:
        return ""
    if size >= _ONE_BYTE:
        width = 1 if size == _ONE_BYTE else 2
        size = int.from_bytes(store[start : start + width], "big")
        start += width
    return store[start : start + size].decode("utf-8", "replace")
