"""Header fields with their exact bytes (RFC 5322, 2.2), parameters (RFC 2231), words (RFC 2047)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: No honest field that is looked into is longer; decoding a longer one takes seconds.
MOST_FIELD_BYTES = 16_384
#: More fields than any route of servers writes; what comes after is not looked at.
MOST_FIELDS = 2_000
#: The blank line that ends a header must come before this.
MOST_HEADER_BYTES = 1024 * 1024

_CAP = f"{MOST_FIELDS} fields, {MOST_HEADER_BYTES} B"
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
#: Some programs end a line at a carriage return by itself.
_LONE_RETURN = re.compile(rb"\r(?!\r*\n)[^\r\n]")
_TOKEN = re.compile(r"[^\s()<>@,;:\\\"/\[\]?=]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `start` to `end` are its bytes in the file, line end included."""

    name: str
    #: What follows the colon, folded as written, without the last line end.
    raw: bytes
    start: int
    end: int

    @property
    def text(self) -> str:
        """The value on one line; bytes above ASCII as UTF-8, else as Latin-1."""
        value = b" ".join(self.raw[:MOST_FIELD_BYTES].split(b"\n")).replace(b"\r", b"")
        try:
            return value.decode("utf-8").strip()
        except UnicodeDecodeError:
            return value.decode("latin-1").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The fields of one entity, in the order of the file."""

    fields: tuple[Field, ...]
    #: Where the body begins.
    end: int
    #: What was seen of a cap, and the cap; None where all was read.
    over: tuple[str, str] | None = None
    #: Lines that are neither fields nor their continuation, or that hold the end of a line.
    strays: int = 0

    def all(self, name: str) -> list[Field]:
        return [field for field in self.fields if field.name == name]

    def first(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def text(self, name: str) -> str:
        found = self.first(name)
        return found.text if found else ""


def read_header(data: bytes, start: int, end: int) -> Header:
    """Read the header that begins at `start`; it ends with a blank line or at `end`."""
    fields: list[Field] = []
    position, strays = start, 0
    over: tuple[str, str] | None = None
    while position < end:
        stop = _line_end(data, position, end)
        line = data[position:stop]
        if not line.strip(b"\r\n"):
            position = stop
            break
        while data[stop : stop + 1] in {b" ", b"\t"} and stop < end:
            stop = _line_end(data, stop, end)
        if len(fields) >= MOST_FIELDS or stop - start > MOST_HEADER_BYTES:
            over = (f"> {len(fields)} fields, {stop - start} B", _CAP)
            position = _body_start(data, position, end)
            break
        found = _NAME.match(data, position, stop)
        strays += found is None or _LONE_RETURN.search(data, position, stop) is not None
        if found is not None:
            name = found[1].decode("ascii").lower()
            raw = data[found.end() : stop].rstrip(b"\r\n")
            fields.append(Field(name, raw, position, stop))
        position = stop
    return Header(fields=tuple(fields), end=position, over=over, strays=strays)


def _line_end(data: bytes, start: int, end: int) -> int:
    found = data.find(b"\n", start, end)
    return end if found < 0 else found + 1


def _body_start(data: bytes, start: int, end: int) -> int:
    found = re.compile(rb"\n\r?\n").search(data, start, end)
    return found.end() if found else end


def decoded(value: str) -> str:
    """Read encoded words; what cannot be decoded is given as it stands."""
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError, OSError):
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """A media type in lower case with its parameters; `doubled` names parameters given twice."""

    name: str
    parameters: Mapping[str, str]
    doubled: frozenset[str] = frozenset()


def read_content_type(value: str, default: str = "text/plain") -> ContentType:
    """Read a Content-Type or Content-Disposition; what is no type at all counts as the default."""
    head, _, rest = _without_comments(value).partition(";")
    name = "".join(head.split()).lower() or default
    parameters, doubled = read_parameters(rest)
    return ContentType(name=name, parameters=parameters, doubled=doubled)


def read_parameters(text: str) -> tuple[dict[str, str], frozenset[str]]:
    """Read ``name=value; name="value"``; RFC 2231 pieces are put together and decoded."""
    pieces: dict[str, str] = {}
    doubled: set[str] = set()
    for part in _split_parameters(text):
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        if name in pieces:
            doubled.add(name)
            continue
        pieces[name] = _unquoted(value.strip())
    return _joined(pieces, doubled), frozenset(doubled)


def _joined(pieces: dict[str, str], doubled: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pieces.items():
        base = name.partition("*")[0]
        if base == name:
            doubled |= {base} & found.keys()
            found[name] = value
        elif base not in found:
            sections = sorted(
                (key for key in pieces if key.startswith(f"{base}*")), key=_section_number
            )
            found[base] = "".join(_section(key, pieces[key]) for key in sections)
            doubled |= {base} & pieces.keys()
    return found


def _section_number(key: str) -> int:
    number = key.partition("*")[2].rstrip("*")
    return int(number) if number.isdigit() and len(number) < 6 else 0  # noqa: PLR2004 - no parameter has more sections


def _section(key: str, value: str) -> str:
    if not key.endswith("*"):
        return value
    charset, mark, rest = value.partition("'")
    encoded = rest.partition("'")[2] if mark else value
    try:
        return unquote_to_bytes(encoded).decode(charset if mark and charset else "utf-8", "replace")
    except LookupError:
        return encoded


def _split_parameters(text: str) -> list[str]:
    """Split at semicolons outside of quotes."""
    parts: list[str] = []
    current: list[str] = []
    quoted = escaped = False
    for character in text[:MOST_FIELD_BYTES]:
        if character == ";" and not quoted:
            parts.append("".join(current))
            current = []
            continue
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = character == "\\" and quoted and not escaped
        current.append(character)
    return [*parts, "".join(current)]


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        inner = value[1:].removesuffix('"')
        return re.sub(r"\\(.)", r"\1", inner)
    found = _TOKEN.match(value)
    # A boundary without quotes may hold characters that no token has; mailers take them.
    return value.split(maxsplit=1)[0] if value and found is not None else value.strip()


def _without_comments(text: str) -> str:
    """Drop ``(comments)`` outside of quotes (RFC 5322, 3.2.2)."""
    if "(" not in text:
        return text
    kept: list[str] = []
    depth, quoted = 0, False
    for character in text[:MOST_FIELD_BYTES]:
        if character == '"' and not depth:
            quoted = not quoted
        if character == "(" and not quoted:
            depth += 1
        if not depth:
            kept.append(character)
        if character == ")" and depth and not quoted:
            depth -= 1
    return "".join(kept)


def one_line(values: Sequence[str]) -> str:
    """Join values for a sentence: printable, one line, short."""
    text = " ".join("、".join(values).split())
    return "".join(character for character in text if character.isprintable())[:200]
