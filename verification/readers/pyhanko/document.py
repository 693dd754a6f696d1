"""The signed file: its signature dictionaries, found through the form and in the raw bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus, StandardSecurityHandler
from pyhanko.pdf_utils.misc import PdfError

from verification.readers.pyhanko.objects import (
    Reader,
    all_fields,
    dictionary_of,
    field_entry,
    field_name,
    number_of,
    raw,
    resolve,
    value_of,
)

#: A signature cannot be read without the word ByteRange, except where a name is written with
#: escapes; a forged one may do without it. Everything else need not be parsed at all.
_MAY_BE_SIGNED = re.compile(rb"/ByteRange|/FT\s*/Sig|/[^\s/<>\[\](){}%#]*#[0-9A-Fa-f]{2}")
_RAW_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
#: The object identifier of CMS AuthenticatedData: a code under the file's key, nobody's signature.
_AUTHENTICATED = bytes.fromhex("060b2a864886f70d0109100102")
_LONG_VALUE = re.compile(rb"(/Contents\s*<)([0-9A-Fa-f\s]{400,})>")


class PasswordNeededError(Exception):
    """The file is encrypted and does not open without a password."""


class CertificateNeededError(PasswordNeededError):
    """The file is encrypted for the holders of certificates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A signature as the file presents it, not yet believed."""

    id: str
    #: As written: start, length, start, length …; whether it is lawful is judged later.
    byte_range: tuple[int, ...]
    #: The signature value as the dictionary gives it.
    contents: bytes
    #: Empty when the signature was found in the raw bytes only.
    sub_filter: str
    type: str
    #: None when the signature was found in the raw bytes only.
    dictionary: generic.DictionaryObject | None = None
    field: generic.DictionaryObject | None = None
    document: Reader | None = None

    @property
    def is_time_stamp(self) -> bool:
        # Some writers leave /Type at /Sig for document time-stamps.
        return self.type == "/DocTimeStamp" or self.sub_filter == "/ETSI.RFC3161"

    @property
    def end(self) -> int:
        """Where the signed bytes end; 0 for a range without a sense."""
        return sum(self.byte_range[2:4])


@dataclass(frozen=True, slots=True)
class Document:
    """The opened file, and the signature values that were put aside to open it quickly."""

    reader: Reader
    values: dict[bytes, bytes]


def may_be_signed(data: bytes) -> bool:
    """Tell in a glance whether the file must be parsed."""
    return _MAY_BE_SIGNED.search(data) is not None


def open_document(data: bytes) -> Document:
    """Open with pyHanko. Raises PasswordNeededError, and whatever pyHanko raises.

    pyHanko reads hexadecimal strings character by character, a second for each megabyte. Each
    long signature value is therefore replaced by its own digest, everything staying in place:
    equal values stay equal and different ones different.
    """
    values: dict[bytes, bytes] = {}
    blanks: dict[int, int] = {}

    def put_aside(match: re.Match[bytes]) -> bytes:
        token = sha256(match.group(2)).digest()
        values[token] = _unhex(match.group(2))
        short = match.group(1) + token.hex().encode("ascii") + b">"
        blanks[match.start() + len(short) + 1] = match.end()
        return short.ljust(len(match.group()))

    reader = Reader(_LONG_VALUE.sub(put_aside, data), blanks)
    if reader.encrypted:
        _open_without_password(reader)
    return Document(reader, values)


def _open_without_password(reader: Reader) -> None:
    """Try the empty password, the only one ever tried.

    Its message authentication (ISO/TS 32004) is left alone: whoever can open the file can make it
    anew, and the value that holds it may have been put aside.
    """
    handler = reader.security_handler
    if not isinstance(handler, StandardSecurityHandler):
        raise CertificateNeededError
    try:
        opened = handler.authenticate("", id1=_first_id(reader)).status is not AuthStatus.FAILED
    except Exception as error:
        raise PasswordNeededError from error
    if not opened:
        raise PasswordNeededError


def _first_id(reader: Reader) -> bytes:
    try:
        return bytes(reader.document_id[0])
    except (KeyError, IndexError, PdfError):
        return b""


def find_in_form(document: Document, name: str | None = None) -> list[Found]:
    """Give every filled signature field once, even when two fields share one signature.

    With `name`, only the fields of that name are read: long files hold many signatures.
    """
    found: list[Found] = []
    seen: set[object] = set()
    for key, field in all_fields(dictionary_of(raw(document.reader.root, "/AcroForm"))):
        if field_entry(field, "/FT") != "/Sig" or name not in {None, field_name(field)}:
            continue
        value = raw(field, "/V")
        dictionary = resolve(value)
        number = number_of(value) or ("direct", key)
        if number in seen or not isinstance(dictionary, generic.DictionaryObject):
            continue
        seen.add(number)
        found.append(_present(field, dictionary, document))
    return found


def find_raw(data: bytes, *, any_gap: bool = False) -> list[Found]:
    """Give what looks like a signature in the bytes, whatever the cross-references say.

    `any_gap`: even where what the range leaves out is no signature value.
    """
    found: dict[tuple[int, ...], Found] = {}
    for match in _RAW_RANGE.finditer(data):
        numbers = tuple(int(group) for group in match.groups())
        gap = _HEX.fullmatch(data[numbers[1] : numbers[2]])
        cut = numbers[2] + numbers[3] > len(data)
        if numbers in found or not (gap or cut or any_gap) or numbers[1] == 0:
            continue
        contents = _unhex(gap.group(1)) if gap else b""
        if _AUTHENTICATED in contents[:40]:
            continue
        found[numbers] = Found(
            id=f"ByteRange@{match.start()}",
            byte_range=numbers,
            contents=contents,
            sub_filter="",
            type="/Sig",
        )
    return list(found.values())


def gap_contents(data: bytes, byte_range: tuple[int, ...]) -> bytes | None:
    """Give the hexadecimal string that alone fills the gap; None when something else does."""
    gap = _HEX.fullmatch(data[byte_range[1] : byte_range[2]])
    return _unhex(gap.group(1)) if gap else None


def _unhex(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" if len(packed) % 2 else packed).decode("ascii"))


def _present(
    field: generic.DictionaryObject,
    dictionary: generic.DictionaryObject,
    document: Document,
) -> Found:
    # Never decrypted: the signature value is the one string that encryption leaves alone.
    plain = generic.EncryptedObjAccess.RAW
    written = dictionary.raw_get("/Contents", decrypt=plain) if "/Contents" in dictionary else b""
    contents = getattr(written, "original_bytes", b"")
    return Found(
        id=field_name(field),
        byte_range=_numbers(value_of(dictionary, "/ByteRange")),
        contents=document.values.get(contents, contents),
        sub_filter=str(value_of(dictionary, "/SubFilter") or ""),
        type=str(value_of(dictionary, "/Type") or "/Sig"),
        dictionary=dictionary,
        field=field,
        document=document.reader,
    )


def _numbers(value: Any) -> tuple[int, ...]:
    if not isinstance(value, generic.ArrayObject):
        return ()
    return tuple(int(number) if isinstance(number, int) else -1 for number in value)


def widget_numbers(found: Found) -> frozenset[int]:
    """Give the object numbers of what draws a signature field; none where nothing does."""
    field = found.field
    reference = getattr(field, "container_ref", None)
    if field is None or reference is None:
        return frozenset()
    numbers = {int(reference.idnum)}
    kids = value_of(field, "/Kids")
    for kid in kids if isinstance(kids, generic.ArrayObject) else ():
        numbers.add(int(getattr(kid.get_object().container_ref, "idnum", 0)))
    return frozenset(numbers)
