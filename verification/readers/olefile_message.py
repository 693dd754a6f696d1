"""Outlook's .msg (MS-OXMSG): sender, times, header, text, attachments, the signed mail in it."""

from __future__ import annotations

import binascii
import io
import re
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import olefile

from verification.limits import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits

_CLASS, _SUBJECT, _HEADER, _BODY = "001A", "0037", "007D", "1000"
#: Name, type and value of the address, address: of who sent it, and of whom Outlook shows
#: as "From" before that one where both are stored (MS-OXOMSG, 2.2.1.48 to 2.2.1.57).
_SENDER = ("0C1A", "0C1E", "0C1F", "5D01")
_SHOWN_FROM = ("0042", "0064", "0065", "5D02")
_SENT, _RECEIVED, _CODEPAGE = 0x0039, 0x0E06, 0x3FFD
_ATTACHED_DATA, _LONG_NAME, _SHORT_NAME = "3701", "3707", "3704"
_TIME_TYPE, _LONG_TYPE = 0x0040, 0x0003
#: The properties of the message itself follow this many bytes (MS-OXMSG, 2.4.1.1).
_TOP_HEADER = 32
_ENTRY = struct.Struct("<IIQ")
_ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{8}")
_SIGNED_CLASS = "ipm.note.smime"
_MULTIPART = "ipm.note.smime.multipartsigned"
#: Outlook keeps the MIME header of the signed mail with the attachment, not with the message.
_OWN_FIELD = re.compile(rb"(?i)(?:content-[a-z-]+|mime-version)[ \t]*:")
_DEFAULT_CODEPAGE = 1252


class MessageError(ValueError):
    """A compound file that holds no message; says why."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Name and bytes of one attachment; empty for one that cannot hold a signed mail."""

    stream: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookMessage:
    """A message as Outlook shows it. Times are as stored (UTC without zone), None where unset."""

    message_class: str
    subject: str
    sender_name: str
    #: An SMTP address; None where only an Exchange name is stored.
    shown_sender: str | None
    #: Everybody whom Outlook may show as the sender: name and address, one of them may be empty.
    shown: tuple[tuple[str, str], ...]
    sent: datetime | None
    received: datetime | None
    header: str
    body: str
    attachments: tuple[Attachment, ...]
    #: The signed mail that the message carries with its header put back, else header and text.
    mail: bytes
    #: Where the signed mail lies; None where the message carries none.
    signed_stream: str | None


def read_message(data: bytes, limits: Limits) -> OutlookMessage:
    """Read a message. Raises MessageError, and LimitExceeded for too many attachments."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _Reader(ole, limits).read()
    except LimitExceeded:
        raise
    except Exception as error:
        raise MessageError(f"{type(error).__name__}: {error}") from error


class _Reader:
    def __init__(self, ole: olefile.OleFileIO[str], limits: Limits) -> None:
        self.ole = ole
        self.limits = limits
        if not ole.exists("__properties_version1.0"):
            raise MessageError("no properties")
        self.fixed = dict(self._fixed(ole.openstream("__properties_version1.0").read()))
        page = self.fixed.get((_CODEPAGE, _LONG_TYPE), _DEFAULT_CODEPAGE) & 0xFFFFFFFF
        self.charset = {65001: "utf-8", 936: "gb18030", 950: "big5"}.get(page, f"cp{page}")

    def read(self) -> OutlookMessage:
        kind = self.text(_CLASS).strip().lower()
        attachments = tuple(self._attachments(whole=kind.startswith(_SIGNED_CLASS)))
        signed = self._signed(kind, attachments)
        header, body = self.text(_HEADER), self.text(_BODY)
        sender = self.address()
        fields = _fields_of(header) if header.strip() else self._written(sender)
        payload = _payload(kind, signed) if signed else b"\r\n" + body.encode("utf-8", "replace")
        return OutlookMessage(
            message_class=kind,
            subject=self.text(_SUBJECT),
            sender_name=self.text(_SENDER[0]),
            shown_sender=sender,
            shown=tuple(self.shown()),
            sent=self.time(_SENT),
            received=self.time(_RECEIVED),
            header=header,
            body=body,
            attachments=attachments,
            mail=fields + payload,
            signed_stream=signed.stream if signed else None,
        )

    def text(self, name: str, folder: str = "") -> str:
        return next(self.texts(name, folder), "")

    def texts(self, name: str, folder: str = "") -> Iterator[str]:
        """Give a text in each form in which it is stored: one that is written twice may differ."""
        for kind, charset in (("001F", "utf-16-le"), ("001E", self.charset)):
            path = f"{folder}/__substg1.0_{name}{kind}" if folder else f"__substg1.0_{name}{kind}"
            if not self.ole.exists(path):
                continue
            raw = self.ole.openstream(path).read()
            try:
                yield raw.decode(charset, "replace").rstrip("\0")
            except LookupError:
                yield raw.decode("latin-1").rstrip("\0")

    def time(self, name: int) -> datetime | None:
        ticks = self.fixed.get((name, _TIME_TYPE), 0)
        try:
            return datetime(1601, 1, 1) + timedelta(microseconds=ticks // 10) if ticks else None  # noqa: DTZ001 - FILETIME is UTC; the claim says so
        except OverflowError:
            return None

    def address(self) -> str | None:
        return next(filter(None, self._addresses(_SENDER)), None)

    def shown(self) -> Iterator[tuple[str, str]]:
        for properties in (_SENDER, _SHOWN_FROM):
            names = [one.strip() for one in self.texts(properties[0])]
            yield from (("", address) for address in self._addresses(properties) if address)
            yield from ((name, "") for name in names if name)

    def _addresses(self, properties: tuple[str, ...]) -> Iterator[str]:
        """Give the SMTP addresses that are stored of one person."""
        _, kind, written, smtp = properties
        found = [one.strip() for one in self.texts(smtp)]
        if not any(found) and self.text(kind).strip().upper() in {"SMTP", ""}:
            found = [one.strip() for one in self.texts(written)]
        yield from (one for one in found if "@" in one)

    def _fixed(self, stream: bytes) -> Iterator[tuple[tuple[int, int], int]]:
        whole = len(stream) - (len(stream) - _TOP_HEADER) % _ENTRY.size
        for tag, _, value in _ENTRY.iter_unpack(stream[_TOP_HEADER:whole]):
            yield (tag >> 16, tag & 0xFFFF), value

    def _attachments(self, *, whole: bool) -> Iterator[Attachment]:
        """Give every attachment; bytes only of those that may hold a signed mail."""
        folders = sorted({path[0] for path in self.ole.listdir() if _ATTACHMENT.fullmatch(path[0])})
        if len(folders) > self.limits.mail_parts:
            raise LimitExceeded("mail_parts", seen=len(folders), allowed=self.limits.mail_parts)
        for folder in folders:
            stream = f"{folder}/__substg1.0_{_ATTACHED_DATA}0102"
            there = whole and self.ole.get_type(stream) == olefile.STGTY_STREAM
            data = self.ole.openstream(stream).read() if there else b""
            name = self.text(_LONG_NAME, folder) or self.text(_SHORT_NAME, folder)
            yield Attachment(stream, name, data)

    def _signed(self, kind: str, attachments: tuple[Attachment, ...]) -> Attachment | None:
        if not kind.startswith(_SIGNED_CLASS):
            return None
        named = [one for one in attachments if one.name.lower() == "smime.p7m"]
        return next(iter([*named, *attachments]), None)

    def _written(self, sender: str | None) -> bytes:
        """Put a header together from what Outlook shows; of a mail that was never sent, mostly."""
        name = re.sub(r"[\"\\\r\n\0]", " ", self.text(_SENDER[0])).strip()
        lines = [f"Subject: {_line(self.text(_SUBJECT))}"]
        if sender:
            lines.append(f'From: "{name}" <{_line(sender)}>' if name else f"From: {_line(sender)}")
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _line(text: str) -> str:
    return " ".join(text.split())


def _fields_of(header: str) -> bytes:
    """Give the stored header without what describes a body: the attachment brings that along."""
    kept: list[bytes] = []
    dropping = False
    for line in re.split(rb"\r?\n", header.encode("utf-8", "replace")):
        if not line.strip():
            continue
        if line[:1] not in {b" ", b"\t"}:
            dropping = _OWN_FIELD.match(line) is not None or b":" not in line
        if not dropping:
            kept.append(line + b"\r\n")
    return b"".join(kept)


def _payload(kind: str, signed: Attachment) -> bytes:
    """Give the signed mail's own header and body, as it was before Outlook took it in."""
    if kind.startswith(_MULTIPART) or signed.data[:200].lstrip().lower().startswith(b"content-"):
        return signed.data
    packed = binascii.b2a_base64(signed.data, newline=False)
    lines = b"\r\n".join(packed[at : at + 76] for at in range(0, len(packed), 76))
    return (
        b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + lines + b"\r\n"
    )
