"""A PDF from its first byte to its last, as a reader sees it that trusts no table.

Such a reader, and one that follows the cross-references, must come to the same file.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from verification.limits import MIB
from verification.readers.pdf_readings.tokens import (
    Dictionary,
    Name,
    Reference,
    Value,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal[
    "commented",
    "contents",
    "frame",
    "header",
    "key",
    "length",
    "nested",
    "operators",
    "pageless",
    "pages",
    "portfolio",
    "start",
    "stray",
    "table",
    "twice",
    "unlisted",
    "update",
    "xfa",
]

_S = rb"[\x00\t\n\x0c\r ]"
HEAD = re.compile(
    rb"(?P<number>\d{1,10})"
    + _S
    + rb"{1,4}(?P<generation>\d{1,5})"
    + _S
    + rb"{1,4}obj(?![A-Za-z0-9])"
)
_TOP = re.compile(
    _S
    + rb"++|(?P<comment>%%EOF(?=\d)|%[^\r\n]*+)|(?P<head>"
    + HEAD.pattern
    + rb")|(?P<xref>xref(?![A-Za-z]))|(?P<trailer>trailer(?![A-Za-z]))"
    rb"|(?P<start>startxref" + _S + rb"{1,8}+(?P<place>\d{1,12}))|(?P<stray>[^\x00\t\n\x0c\r %]++)"
)
_ROWS = re.compile(rb"(\d{10}) (\d{5}) ([A-Za-z])")
_SECTION = re.compile(
    _S
    + rb"*+(?:(\d{1,10})"
    + _S
    + rb"++(\d{1,10})"
    + _S
    + rb"++(?=\d{10} )|(\d{1,10}) 0(?=[\r\n]))"
)
_EOL = re.compile(rb" *(?:\r\n|\n|\r)")
#: What ends a stream: white space, its word.
_END = re.compile(_S + rb"{0,8}endstream")
_CLOSE = re.compile(_S + rb"*+endobj(?![A-Za-z0-9])")
#: So many objects and bytes of objects are read; what is beyond was never looked at.
MOST_OBJECTS, MOST_BYTES = 20_000, MIB
MOST_TABLES = 600
#: A stream of objects is unpacked up to this.
MOST_UNPACKED = 4 * MIB


@dataclass(frozen=True, slots=True)
class Fault:
    """A place of which the standard allows one reading, and programs know another."""

    kind: Kind
    start: int
    end: int
    #: The word it is about: a key, an operator, a number; may be empty.
    about: str = ""


@dataclass(slots=True)
class Thing:
    """An object as it is written."""

    number: int
    start: int
    value: Value
    #: The bytes of its stream by its length; None without one.
    stream: tuple[int, int] | None = None
    #: Where it ends by its length, or nowhere sensible, and where by the word that ends it.
    ends: tuple[int | None, int] = (None, 0)
    #: Where it ends.
    end: int = 0
    #: It lay in a stream of objects: no table of its own, no stream.
    packed: bool = False

    @property
    def dictionary(self) -> Dictionary:
        return self.value if isinstance(self.value, Dictionary) else Dictionary(self.start)


@dataclass(frozen=True, slots=True)
class Table:
    """A cross-reference table as it is written, and its trailer."""

    start: int
    #: Number, offset, generation, letter.
    rows: tuple[tuple[int, int, int, str], ...]
    #: So many rows were announced that are not there.
    missing: int
    #: None: there is none behind it.
    trailer: Dictionary | None


@dataclass(slots=True)
class Scan:
    """Everything that was met, in the order of the bytes."""

    data: bytes
    things: list[Thing] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    stray: list[tuple[int, int]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: Not all of it was read.
    cut: bool = False

    def is_full(self) -> bool:
        small = len(self.tables) + len(self.starts)
        return (
            small > MOST_TABLES
            or max(len(self.things), len(self.comments), len(self.stray)) > MOST_OBJECTS
        )

    @property
    def header(self) -> int:
        """Where the file says that it is a PDF; offsets may count from there."""
        return max(0, self.data.find(b"%PDF-", 0, 1024))

    def last(self, number: int) -> Thing | None:
        return self._by_number().get(number)

    _known: dict[int, Thing] = field(default_factory=dict)

    def _by_number(self) -> dict[int, Thing]:
        if not self._known:
            self._known = {thing.number: thing for thing in self.things}
        return self._known

    def number_at(self, value: Value) -> int | None:
        """Give a number, direct or by reference."""
        if isinstance(value, Reference):
            thing = self.last(value.number)
            value = thing.value if thing else None
        return value if type(value) is int else None


def scan(data: bytes) -> Scan:
    """Read the whole file once."""
    done, lengths = Scan(data), _Lengths(data)
    position = spent = 0
    while found := _TOP.match(data, position):
        position = found.end()
        if found["head"]:
            position = _object(done, found, lengths)
            stream = done.things[-1].stream
            spent += position - found.start() - (stream[1] - stream[0] if stream else 0)
        else:
            position = _between(done, found)
        if spent > MOST_BYTES or done.is_full():
            done.cut = True
            break
    _unpack(done)
    return done


def _between(done: Scan, found: re.Match[bytes]) -> int:
    """Take what stands between objects; give where it ends."""
    if found["xref"]:
        return _table(done, found.start(), found.end())
    if found["trailer"]:
        return _trailer(done, found.end())
    if found["comment"]:
        done.comments.append(found.span())
    elif found["start"]:
        done.starts.append((found.start(), int(found["place"])))
    elif found["stray"]:
        done.stray.append(found.span())
    return found.end()


class _Lengths:
    """Lengths that stand in objects of their own, looked up before all objects are known."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._known: dict[int, int] | None = None
        #: No further stream has a word that ends it.
        self.ended = False

    def find(self, number: int) -> int | None:
        if self._known is None:
            pattern = re.compile(HEAD.pattern + _S + rb"++(\d{1,10})" + _S + rb"++endobj")
            self._known = {int(one[1]): int(one[3]) for one in pattern.finditer(self._data)}
        return self._known.get(number)


def _object(done: Scan, head: re.Match[bytes], lengths: _Lengths) -> int:
    data = done.data
    parsed = parse(data, head.end(), min(len(data), head.end() + MOST_BYTES))
    done.comments += parsed.comments
    thing = Thing(int(head["number"]), head.start(), parsed.values[0] if parsed.values else None)
    done.things.append(thing)
    for dictionary in parsed.dictionaries:
        _judge_keys(done, dictionary)
    if not parsed.ended_by and parsed.end < len(data):
        done.cut = True
        return parsed.end
    if len(parsed.values) > 1:
        done.faults.append(Fault("frame", head.start(), parsed.end, f"{thing.number} 0 obj"))
    end = parsed.end + len(parsed.ended_by)
    if parsed.ended_by == b"stream":
        end = _stream(done, thing, end, lengths)
    elif parsed.ended_by == b"obj":
        # Its number and generation belong to the next object.
        end = _back_to_head(data, parsed.end)
        done.faults.append(Fault("frame", head.start(), end, f"{thing.number} 0 obj"))
    elif parsed.ended_by != b"endobj":
        end = parsed.end
        done.faults.append(Fault("frame", head.start(), end, f"{thing.number} 0 obj"))
    elif data[end : end + 1].isalnum():
        done.faults.append(Fault("frame", head.start(), end + 1, f"{thing.number} 0 obj"))
    thing.end = end
    return max(end, head.end())


def _back_to_head(data: bytes, at: int) -> int:
    found = [one.start() for one in HEAD.finditer(data, max(0, at - 24), at + 4)]
    return found[-1] if found else at


def _judge_keys(done: Scan, dictionary: Dictionary) -> None:
    for key in dictionary.twice:
        done.faults.append(Fault("twice", dictionary.start, dictionary.start + 2, _shown(key)))


def _shown(word: bytes) -> str:
    return word[:40].decode("latin-1")


def _stream(done: Scan, thing: Thing, start: int, lengths: _Lengths) -> int:
    """Find where a stream begins and ends, by its length and by the word that ends it."""
    data = done.data
    line = _EOL.match(data, start)
    begin = line.end() if line else start
    if line is None:
        done.faults.append(Fault("start", thing.start, start + 4, f"{thing.number} 0 obj"))
    stated = thing.dictionary.get(b"Length")
    length = lengths.find(stated.number) if isinstance(stated, Reference) else stated
    by_word = -1 if lengths.ended else data.find(b"endstream", begin)
    if by_word < 0:
        lengths.ended = True
        done.faults.append(Fault("frame", thing.start, len(data), f"{thing.number} 0 obj"))
        by_word = len(data)
    stated_end = begin + length if type(length) is int and length >= 0 else None
    thing.ends = (stated_end, by_word)
    after = None if stated_end is None else _END.match(data, stated_end)
    if after is not None and stated_end is not None:
        thing.stream, by_word = (begin, stated_end), after.end() - len(b"endstream")
    else:
        thing.stream = (begin, by_word)
    after_word = by_word + len(b"endstream")
    closed = _CLOSE.match(data, after_word)
    if closed is None:
        done.faults.append(Fault("frame", thing.start, after_word, f"{thing.number} 0 obj"))
        return min(after_word, len(data))
    return closed.end()


def _table(done: Scan, start: int, position: int) -> int:
    data, rows, missing = done.data, [], 0
    while section := _SECTION.match(data, position):
        first, count = int(section[1] or 0), int(section[2] or 0)
        position = section.end()
        for number in range(first, first + min(count, MOST_OBJECTS)):
            row = _ROWS.match(data, position)
            if row is None:
                missing += first + count - number
                break
            rows.append((number, int(row[1]), int(row[2]), row[3].decode("latin-1")))
            position = row.end()
            while data[position : position + 1] in {b" ", b"\r", b"\n"} and position < len(data):
                position += 1
    done.tables.append(Table(start, tuple(rows), missing, None))
    return position


def _trailer(done: Scan, position: int) -> int:
    parsed = parse(done.data, position, min(len(done.data), position + MOST_BYTES))
    done.comments += parsed.comments
    for dictionary in parsed.dictionaries:
        _judge_keys(done, dictionary)
    if done.tables and done.tables[-1].trailer is None:
        table = done.tables[-1]
        done.tables[-1] = replace(table, trailer=parsed.dictionary)
    return parsed.end


def _unpack(done: Scan) -> None:
    """Add the objects that lie in streams of objects (7.5.7)."""
    left = MOST_UNPACKED
    for thing in list(done.things):
        if thing.dictionary.get(b"Type") != Name(b"ObjStm") or thing.stream is None:
            continue
        content = unpacked(done.data, thing, left)
        left -= len(content or b"")
        if content is not None:
            done.things += _packed(done, thing, content)
        if left <= 0:
            done.cut = True
            break


def _packed(done: Scan, thing: Thing, content: bytes) -> Iterator[Thing]:
    first = thing.dictionary.get(b"First")
    if type(first) is not int or first < 0:
        return
    numbers = [value for value in parse(content, 0, first).values if type(value) is int]
    pairs = sorted(zip(numbers[1::2], numbers[::2], strict=False))[:MOST_OBJECTS]
    ends = [*(offset for offset, _ in pairs[1:]), len(content)]
    for (offset, number), end in zip(pairs, ends, strict=True):
        if offset < 0:
            continue
        parsed = parse(content, first + offset, first + end)
        for dictionary in parsed.dictionaries:
            for key in dictionary.twice:
                done.faults.append(Fault("twice", thing.start, thing.end, _shown(key)))
        value = parsed.values[0] if parsed.values else None
        yield Thing(number, thing.start, value, end=thing.end, packed=True)


def unpacked(data: bytes, thing: Thing, most: int) -> bytes | None:
    """Give what a stream holds where it is plain or deflated; None for other filters."""
    if thing.stream is None:
        return None
    raw = data[thing.stream[0] : thing.stream[1]]
    filters = thing.dictionary.get(b"Filter")
    if isinstance(filters, list) and len(filters) == 1:
        filters = filters[0]
    if filters is None or filters == []:
        return raw[:most]
    if filters not in (Name(b"FlateDecode"), Name(b"Fl")) or thing.dictionary.get(b"DecodeParms"):
        return None
    try:
        return zlib.decompressobj().decompress(raw, max(1, most))
    except zlib.error:
        return None


def drawn_numbers(seen: Scan) -> frozenset[int]:
    """Give the numbers of pages, their tree, their contents and the forms that they may draw."""
    found: set[int] = set()
    for thing in seen.things:
        kind, dictionary = thing.dictionary.get(b"Type"), thing.dictionary
        if kind in (Name(b"Page"), Name(b"Pages"), Name(b"Catalog")):
            found.add(thing.number)
        if dictionary.get(b"Subtype") == Name(b"Form"):
            found.add(thing.number)
        contents = dictionary.get(b"Contents") if kind == Name(b"Page") else None
        if isinstance(contents, Reference):
            listed = seen.last(contents.number)
            found.add(contents.number)
            contents = listed.value if listed else None
        parts = contents if isinstance(contents, list) else []
        found |= {part.number for part in parts if isinstance(part, Reference)}
    return frozenset(found)
