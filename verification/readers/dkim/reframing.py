"""Fields that say how a text is read: who may not change the text may change these, if unsigned.

Many domains do not sign them, so each is asked for only where the mail, read by what they say,
leaves out words that were signed, or is not what they say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.mime import shown
from verification.readers.mime.decode import DecodeError, from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.mime.parts import Mail

#: What many programs write before the first part.
_NOTICE = b"This is a multi-part message in MIME format."
_TYPE, _ENCODING = "content-type", "content-transfer-encoding"
#: What may stand before the first element of a page.
_BLANK = b" \t\r\n\xef\xbb\xbf"


def decisive_fields(mail: Mail) -> frozenset[str]:
    """Name the fields of the header by which other words may be shown than were signed."""
    return frozenset(_decisive(mail))


def _decisive(mail: Mail) -> Iterator[str]:
    root = mail.root
    if _has_words_beside(mail):
        yield _TYPE
    if root.type == "multipart/alternative" and shown.look_into(mail, root).different:
        # Parts that were shown one beneath the other are alternatives to who is told so.
        yield _TYPE
    if root.children:
        return
    body = mail.body(root)
    if root.encoding == "base64":
        try:
            body = from_base64(body)
        except DecodeError:
            # A text with something in it that can be taken for base64.
            yield _ENCODING
    if root.type == "text/html" and not body.lstrip(_BLANK).startswith(b"<"):
        # A text with a mark in it behind which a browser shows nothing.
        yield _TYPE


def _has_words_beside(mail: Mail) -> bool:
    spans = (mail.root.preamble, mail.root.epilogue)
    return any(mail.data[start:end].replace(_NOTICE, b"").strip() for start, end in spans)
