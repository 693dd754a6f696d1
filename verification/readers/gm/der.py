"""ASN.1 in DER and BER (ITU-T X.690): elements that keep the bytes that were signed.

Nothing is decoded before it is asked for, and nothing recurses by itself but the search for the end
of an indefinite length, which is capped: a file cannot make this slow or deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTF8, PRINTABLE, TELETEX, IA5, UTC_TIME, GENERALIZED_TIME = 0x0C, 0x13, 0x14, 0x16, 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
UNIVERSAL_STRING, BMP = 0x1C, 0x1E

_CONSTRUCTED, _LONG_TAG, _CONTEXT = 0x20, 0x1F, 0xA0
_INDEFINITE = 0x80
_LENGTH_BYTES = 4
#: No certificate or seal comes near these; they keep hostile files from costing time.
MOST_CHILDREN = 20_000
MOST_DEPTH = 16
MOST_INTEGER_BYTES = 1_024
MOST_OID_BYTES = 64
_ENCODINGS = {BMP: "utf-16-be", UNIVERSAL_STRING: "utf-32-be"}
_TIME = re.compile(
    rb"(?P<year>\d{2}|\d{4})(?P<rest>\d{8}(?:\d{2})?)(?:[.,]\d+)?(?P<zone>Z|[+-]\d{4})?"
)
#: UTCTime: years from 50 on are of the last century (RFC 5280, 4.1.2.5.1).
_CENTURY = 50


class DerError(ValueError):
    """Bytes that are not the ASN.1 that was expected; says what was seen, and where."""


@dataclass(frozen=True, slots=True)
class Element:
    """A tag and the bytes `start` to `end` of `data` that it stands for."""

    data: bytes
    tag: int
    start: int
    body: int
    body_end: int
    end: int

    @property
    def raw(self) -> bytes:
        """Tag, length and content, as written."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        return self.data[self.body : self.body_end]

    def children(self) -> tuple[Element, ...]:
        """Give what a constructed element is made of. Raises DerError."""
        if not self.tag & _CONSTRUCTED:
            raise self.error("a constructed element")
        found: list[Element] = []
        at = self.body
        while at < self.body_end:
            found.append(_element(self.data, at, self.body_end, depth=0))
            at = found[-1].end
            if len(found) > MOST_CHILDREN:
                raise DerError(f"more than {MOST_CHILDREN} elements in one")
        return tuple(found)

    def sequence(self, least: int = 0) -> tuple[Element, ...]:
        """Give the members of a SEQUENCE that has `least` of them or more. Raises DerError."""
        if self.tag != SEQUENCE:
            raise self.error("a SEQUENCE")
        members = self.children()
        if len(members) < least:
            raise DerError(f"a SEQUENCE of {len(members)} at byte {self.start}, expected {least}")
        return members

    def is_context(self, number: int) -> bool:
        """Tell whether this is the constructed context tag [number]."""
        return self.tag == _CONTEXT | number

    def integer(self) -> int:
        """Give an INTEGER. Raises DerError."""
        content = self.primitive(INTEGER, "an INTEGER")
        if not 0 < len(content) <= MOST_INTEGER_BYTES:
            raise self.error(f"an INTEGER of 1 to {MOST_INTEGER_BYTES} bytes")
        return int.from_bytes(content, signed=True)

    def oid(self) -> str:
        """Give an OBJECT IDENTIFIER with its dots. Raises DerError."""
        content = self.primitive(OID, "an OBJECT IDENTIFIER")
        if not content or len(content) > MOST_OID_BYTES or content[-1] & 0x80:
            raise self.error("a whole OBJECT IDENTIFIER")
        numbers: list[int] = []
        number = 0
        for byte in content:
            number = number << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(number)
                number = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))

    def octets(self) -> bytes:
        """Give an OCTET STRING, put together where BER has cut it. Raises DerError."""
        if self.tag == OCTETS | _CONSTRUCTED:
            return b"".join(part.primitive(OCTETS, "a piece") for part in self.children())
        return self.primitive(OCTETS, "an OCTET STRING")

    def bits(self) -> bytes:
        """Give the bytes of a BIT STRING, however many of its last bits are unused."""
        content = self.primitive(BITS, "a BIT STRING")
        if not content or content[0] > 7:  # noqa: PLR2004 - a byte has no more bits to leave unused
            raise self.error("a BIT STRING with its count of unused bits")
        return content[1:]

    def boolean(self) -> bool:
        """Give a BOOLEAN. Raises DerError."""
        return any(self.primitive(BOOLEAN, "a BOOLEAN"))

    def text(self) -> str:
        """Give any character string; what is wrongly encoded shows as such."""
        if self.tag & _CONSTRUCTED:
            raise self.error("a character string")
        encoding = _ENCODINGS.get(self.tag)
        if encoding:
            return self.content.decode(encoding, "replace")
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            # Older Chinese authorities write GBK into strings of any type.
            return self.content.decode("gb18030", "replace")

    def time(self) -> datetime:
        """Give a UTCTime or GeneralizedTime, aware; without a zone it is UTC. Raises DerError."""
        if self.tag not in {UTC_TIME, GENERALIZED_TIME}:
            raise self.error("a time")
        return read_time(self.content)

    def primitive(self, tag: int, what: str) -> bytes:
        """Give the content of an element of that tag. Raises DerError: `what` was expected."""
        if self.tag != tag:
            raise self.error(what)
        return self.content

    def error(self, expected: str) -> DerError:
        return DerError(f"tag 0x{self.tag:02x} at byte {self.start}, expected {expected}")


def read(data: bytes) -> Element:
    """Read one element that fills `data`; zeros may follow, as programs leave room. DerError."""
    element = _element(data, 0, len(data), depth=0)
    if data[element.end :].strip(b"\0"):
        raise DerError(f"{len(data) - element.end} bytes follow the ASN.1")
    return element


def wrap(content: bytes) -> bytes:
    """Put DER members into a SEQUENCE."""
    size = len(content)
    if size < _INDEFINITE:
        return bytes([SEQUENCE, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([SEQUENCE, _INDEFINITE | len(length)]) + length + content


def read_time(text: bytes) -> datetime:
    """Read YYMMDDhhmm[ss] or YYYYMMDDhhmm[ss] with a zone; none is UTC. Raises DerError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise DerError(f"{text[:20]!r} is no time")
    year, rest = found["year"].decode(), found["rest"].decode().ljust(10, "0")
    if len(year) == 2:  # noqa: PLR2004 - digits
        year = ("19" if int(year) >= _CENTURY else "20") + year
    parts = [int(rest[at : at + 2]) for at in range(0, 10, 2)]
    try:
        zone = _zone((found["zone"] or b"Z").decode())
        return datetime(int(year), *parts, tzinfo=zone).astimezone(UTC)  # type: ignore[misc,arg-type]  # five numbers
    except (ValueError, OverflowError) as error:
        raise DerError(f"{text[:20]!r} is no time: {error}") from error


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-offset if text[0] == "-" else offset)


def _element(data: bytes, start: int, limit: int, *, depth: int) -> Element:
    if start + 2 > limit:
        raise DerError(f"cut off at byte {start}")
    tag, length = data[start], data[start + 1]
    if tag & _LONG_TAG == _LONG_TAG:
        raise DerError(f"a tag of several bytes at byte {start}; none is known here")
    body = start + 2
    if length == _INDEFINITE:
        return _indefinite(data, start, limit, depth=depth)
    if length > _INDEFINITE:
        count = length - _INDEFINITE
        if count > _LENGTH_BYTES or body + count > limit:
            raise DerError(f"a length of {count} bytes at byte {start + 1}")
        length = int.from_bytes(data[body : body + count])
        body += count
    if body + length > limit:
        raise DerError(f"{length} bytes promised at byte {start}, {max(0, limit - body)} are there")
    return Element(data, tag, start, body, body + length, body + length)


def _indefinite(data: bytes, start: int, limit: int, *, depth: int) -> Element:
    """Read until the end-of-contents octets (X.690, 8.1.3.6)."""
    if not data[start] & _CONSTRUCTED or depth >= MOST_DEPTH:
        raise DerError(f"an indefinite length at byte {start} that is not allowed there")
    at = start + 2
    for _ in range(MOST_CHILDREN):
        if data[at : at + 2] == b"\0\0" and at + 2 <= limit:
            return Element(data, data[start], start, start + 2, at, at + 2)
        at = _element(data, at, limit, depth=depth + 1).end
    raise DerError(f"more than {MOST_CHILDREN} elements in one")
