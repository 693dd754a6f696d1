"""Bodies out of their transfer encodings (RFC 2045, 6); what is damaged is told, never guessed."""

from __future__ import annotations

import binascii
import quopri
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.readers.mime.parts import Mail, Part

_OUTSIDE = re.compile(rb"[^A-Za-z0-9+/=]")


class DecodeError(ValueError):
    """A body that does not come out of its encoding; says why."""


def decode(mail: Mail, part: Part) -> bytes:
    """Give the bytes of a body. Raises DecodeError."""
    body = mail.body(part)
    encoding = part.encoding
    if encoding == "base64":
        return from_base64(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding in {"", "7bit", "8bit", "binary"}:
        return body
    raise DecodeError(f"unknown transfer encoding {encoding[:40]}")


def from_base64(body: bytes) -> bytes:
    """Decode base64; line ends between are no fault, a cut or a foreign character is."""
    packed = b"".join(body.split())
    if _OUTSIDE.search(packed):
        raise DecodeError("characters outside of base64")
    bare = packed.rstrip(b"=")
    if b"=" in bare:
        raise DecodeError("padding in the middle of base64")
    if len(packed) % 4 or len(packed) - len(bare) > 2:  # noqa: PLR2004 - RFC 4648, 4
        raise DecodeError("base64 that is cut off")
    try:
        return binascii.a2b_base64(packed)
    except binascii.Error as error:
        raise DecodeError(str(error)) from error


def text_of(mail: Mail, part: Part, most_bytes: int) -> str:
    """Give the text of a part, damaged or not: what a reader would be shown of it."""
    try:
        raw = decode(mail, part)
    except DecodeError:
        raw = mail.body(part)
    charset = part.content_type.parameters.get("charset", "utf-8")
    try:
        return raw[:most_bytes].decode(charset, "replace")
    except (LookupError, ValueError):
        return raw[:most_bytes].decode("utf-8", "replace")
