"""Mail by the grammar of its header (RFC 5322, 2.2), and web archives (RFC 2557) told from mail."""

from __future__ import annotations

import re

from verification.identify.pieces import Piece

#: How far a header is read; real ones with many hops stay far below.
HEADER_BYTES = 64 * 1024
_MOST_LINES = 1000
#: Without these it is no mail header; one field over and over for as far as we read is.
_FEWEST_KNOWN = 2
#: One line that follows no grammar is forgiven before so many known ones, or ends them.
_KNOWN_TO_FORGIVE = 4
_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]{0,8}:(.*)", re.DOTALL)
#: The line that a mailbox puts before each mail (RFC 4155); two of them are no single mail.
_MAILBOX = re.compile(rb"^>?From ", re.MULTILINE)
_KNOWN = frozenset(
    b"from to cc bcc sender reply-to subject date message-id received return-path mime-version"
    b" delivered-to in-reply-to references content-type content-transfer-encoding x-mailer"
    b" user-agent dkim-signature authentication-results x-originating-ip list-unsubscribe"
    b" x-priority thread-topic thread-index x-ms-exchange-organization-authas importance"
    b" disposition-notification-to resent-from resent-date content-language arc-seal"
    b" arc-message-signature x-received received-spf x-spam-status x-mimeole content-disposition"
    b" auto-submitted apparently-to errors-to newsgroups organization".split()
)
#: Fields that no other text has in this form.
_TELLING = (
    (
        frozenset({b"from", b"sender", b"return-path", b"resent-from"}),
        re.compile(rb"@|<[^<>]{1,998}>|=\?"),
    ),
    (frozenset({b"message-id"}), re.compile(rb"<[^<>]{1,998}>")),
    (frozenset({b"received"}), re.compile(rb"\b(?:by|from|with)\b")),
    (frozenset({b"mime-version"}), re.compile(rb"[0-9]\.[0-9]")),
    (frozenset({b"delivered-to", b"to", b"reply-to"}), re.compile(rb"\S@\S")),
    (frozenset({b"dkim-signature"}), re.compile(rb"\bd=")),
)
#: Apple's Mail puts the length of the mail before it, on a line of its own.
_LENGTH = re.compile(rb"\d{1,10}[ \t]{0,20}\r?\n")
_SNAPSHOT = b"snapshot-content-location"
_SAVED_BY = re.compile(
    rb'"?<?\s*saved by|"?<?\s*\xe7\x94\xb1.{0,80}\xe4\xbf\x9d\xe5\xad\x98', re.IGNORECASE
)
_DELIVERY = frozenset({b"received", b"delivered-to", b"return-path", b"to", b"message-id"})
_LOCATION = re.compile(rb"^content-location:", re.IGNORECASE | re.MULTILINE)


def find_mail(data: bytes) -> Piece | None:
    """Recognise a mail or a web archive by its header."""
    head = data[:HEADER_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    length = _LENGTH.match(head)
    head = head[length.end() :] if length else head
    if _MAILBOX.match(head) and len(_MAILBOX.findall(head)) > 1:
        return None
    lines = head.splitlines()[:_MOST_LINES]
    ended = len(data) <= HEADER_BYTES or any(not line.strip() for line in lines)
    # The last line of a header that goes on is cut off somewhere.
    fields = _read_fields(lines if ended else lines[:-1])
    if fields is None or not _is_mail(fields, _FEWEST_KNOWN if ended else 1):
        return None
    name = "mht" if _is_archive(fields, head) else "eml"
    return Piece(format=name, start=0, end=len(data))


def _read_fields(lines: list[bytes]) -> dict[bytes, bytes] | None:
    """Read the header, the first field of each name; None where it follows no grammar."""
    fields: dict[bytes, bytes] = {}
    name: bytes | None = None
    odd = 0
    for number, line in enumerate(lines):
        if not line.strip():
            break
        if line[:1] in {b" ", b"\t"}:
            if name is None:
                return None
            fields[name] += line
            continue
        found = _FIELD.fullmatch(line)
        if found is not None:
            name = found.group(1).lower()
            name = b"" if name in fields else name
            fields[name] = found.group(2)
        elif number or not _MAILBOX.match(line):
            odd += 1
            if name is not None:
                break
    known = len(_KNOWN & fields.keys())
    return fields if odd == 0 or (odd == 1 and known >= _KNOWN_TO_FORGIVE) else None


def _is_mail(fields: dict[bytes, bytes], fewest: int) -> bool:
    if len(_KNOWN & fields.keys()) < fewest:
        return False
    return any(
        pattern.search(fields.get(name, b"")) for names, pattern in _TELLING for name in names
    )


def _is_archive(fields: dict[bytes, bytes], head: bytes) -> bool:
    """A saved page is multipart/related, says who saved it or where from, and went nowhere."""
    if not fields.get(b"content-type", b"").strip().lower().startswith(b"multipart/related"):
        return False
    if _SNAPSHOT in fields or _SAVED_BY.match(fields.get(b"from", b"").strip()):
        return True
    return _DELIVERY.isdisjoint(fields) and _LOCATION.search(head) is not None
