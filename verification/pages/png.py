"""PNG out of raw pixels, in the process that serves it (ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.pages.picture import Picture

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _TRUE_COLOUR = 8, 2
#: Pages are mostly white: higher levels cost three times as much for a tenth less.
_LEVEL = 4
_NO_FILTER = b"\0"


def encode(picture: Picture) -> bytes:
    """Give `picture` as a PNG file without any metadata."""
    row = 3 * picture.width
    lines = b"".join(
        _NO_FILTER + picture.rgb[start : start + row] for start in range(0, len(picture.rgb), row)
    )
    header = struct.pack(
        ">IIBBBBB", picture.width, picture.height, _EIGHT_BITS, _TRUE_COLOUR, 0, 0, 0
    )
    return (
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(lines, _LEVEL))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
