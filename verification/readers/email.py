"""The dated headers of a mail, by the standard library; bodies and attachments stay unread."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

#: Headers longer than this are not from a mail program; the rest is not read.
HEADER_BYTES = 1024 * 1024
#: No honest header that is read here is longer; decoding a longer one takes seconds.
LINE_CHARS = 8_192
#: RFC 5321, 6.3: more than a hundred Received lines are a loop.
MOST_HOPS = 100

# A codec is a file that is read at its first use, and the sandbox opens no file.
codecs.lookup("gb18030")

_BY = re.compile(r"\bby\s+([^\s;()]{1,255})", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class MailError(ValueError):
    """Bytes whose headers cannot be read as a mail's; says why."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received line: `index` 0 is the last server; `by` is the server that wrote it."""

    index: int
    by: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeaders:
    """Headers as written; `dates` in the order of the file (more than one is against RFC 5322)."""

    dates: tuple[str, ...]
    sender: str
    mailer: str
    hops: tuple[Hop, ...]


def read_headers(data: bytes) -> MailHeaders:
    """Read the outer headers. Raises MailError."""
    end = _BLANK_LINE.search(data[: HEADER_BYTES + 4])
    head = data[: end.end() if end else HEADER_BYTES]
    try:
        message = BytesHeaderParser(policy=compat32).parsebytes(head)
        return _read(message)
    except Exception as error:
        raise MailError(f"{type(error).__name__}: {error}") from error


def _read(message: Message) -> MailHeaders:
    received = _values(message, "Received")[:MOST_HOPS]
    return MailHeaders(
        dates=tuple(_values(message, "Date")[:MOST_HOPS]),
        sender=_decoded(next(iter(_values(message, "From")), "")),
        mailer=next(iter(_values(message, "X-Mailer") + _values(message, "User-Agent")), ""),
        hops=tuple(_hop(index, line) for index, line in enumerate(received)),
    )


def _values(message: Message, name: str) -> list[str]:
    wanted = name.lower()
    raw = (value for field, value in message.raw_items() if field.lower() == wanted)
    return [" ".join(_text(value[:LINE_CHARS]).split()) for value in raw]


def _text(value: str) -> str:
    """Read bytes that are no ASCII: UTF-8 (RFC 6532), else what Chinese programs write."""
    written = value.encode("ascii", "surrogateescape")
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", "replace")


def _decoded(value: str) -> str:
    """Read encoded words (RFC 2047); what cannot be decoded is given as it stands."""
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError, OSError):
        return value


def _hop(index: int, line: str) -> Hop:
    # RFC 5321, 4.4: the date stands after the last semicolon.
    before, semicolon, date = line.rpartition(";")
    by = _BY.search(before if semicolon else line)
    return Hop(index, by[1].lower().rstrip(".") if by else "", date.strip() if semicolon else "")
