"""The words of PDF syntax (ISO 32000-2, 7.2 and 7.3), read strictly and without following anything.

Nothing is repaired: what a lenient reader would guess at is left in place as `Odd`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

#: White space is also the zero byte, in the standard; to some readers it is not.
_SPACE = rb"[\x00\t\n\x0c\r ]"
TOKEN = re.compile(
    rb"(?P<space>" + _SPACE + rb"++)"
    rb"|(?P<comment>%[^\r\n]*+)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)"
    rb"|(?P<text>\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\))*+\))"
    rb"|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*+>)"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]++)"
    rb"|(?P<stray>.)",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)\Z")
#: No number is longer; in two million digits and a letter the pattern would look for minutes.
_LONGEST_NUMBER = 40
_ATOMS = frozenset({b"true", b"false", b"null"})
#: At these words an object ends, whether it should or not.
ENDS = frozenset({b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"startxref"})
MOST_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Reference:
    number: int
    generation: int


@dataclass(frozen=True, slots=True)
class Name:
    value: bytes


@dataclass(frozen=True, slots=True)
class Text:
    """A string as it is written."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Odd:
    """A word that is no value, where a value must stand."""

    word: bytes
    start: int


Value: TypeAlias = (
    "Reference | Name | Text | Odd | int | float | bool | Dictionary | list[Value] | None"
)


@dataclass(slots=True)
class Dictionary:
    """Entries in the order written; of a key that is there twice, the last."""

    start: int
    entries: dict[bytes, Value] = field(default_factory=dict)
    #: Keys that are there again with another value.
    twice: list[bytes] = field(default_factory=list)
    #: It holds something that is no pair of name and value.
    broken: bool = False

    def get(self, key: bytes) -> Value:
        return self.entries.get(key)


@dataclass(slots=True)
class Parsed:
    """The values that stand one after another, up to a word that ends them."""

    values: list[Value]
    #: Where the ending word stands, and which it is; empty at the end of the bytes.
    end: int
    ended_by: bytes
    comments: list[tuple[int, int]]
    dictionaries: list[Dictionary]

    @property
    def dictionary(self) -> Dictionary | None:
        """Give the one value, where it is a dictionary."""
        first = self.values[0] if self.values else None
        return first if isinstance(first, Dictionary) else None


def parse(data: bytes, start: int, end: int) -> Parsed:
    """Read values from `start` until an ending word, the head of another object, or `end`."""
    done = Parsed([], end, b"", [], [])
    stack: list[tuple[int, bytes, list[Value]]] = [(start, b"", done.values)]
    for kind, at, word in _significant(data, start, end, done.comments):
        if kind == "word" and word in ENDS:
            done.end, done.ended_by = at, word
            break
        if kind == "word" and word == b"obj" and len(stack) == 1:
            done.end, done.ended_by = at, word
            break
        if kind == "open" and len(stack) < MOST_DEPTH:
            stack.append((at, word, []))
        elif kind == "close" and len(stack) > 1:
            opened, mark, values = stack.pop()
            stack[-1][2].append(_closed(opened, mark, values, done))
        else:
            _add(stack[-1][2], kind, word, at)
    return done


def _significant(
    data: bytes, start: int, end: int, comments: list[tuple[int, int]]
) -> Iterator[tuple[str, int, bytes]]:
    for found in TOKEN.finditer(data, start, end):
        kind = found.lastgroup or "stray"
        if kind == "comment":
            comments.append(found.span())
        elif kind != "space":
            yield kind, found.start(), found[0]


def _closed(start: int, mark: bytes, values: list[Value], done: Parsed) -> Value:
    if mark == b"[":
        return values
    dictionary = Dictionary(start)
    keys, rest = values[::2], values[1::2]
    dictionary.broken = len(keys) != len(rest)
    for key, value in zip(keys, rest, strict=False):
        if not isinstance(key, Name):
            dictionary.broken = True
            continue
        known = dictionary.entries
        if key.value in known and repr(known[key.value]) != repr(value):
            dictionary.twice.append(key.value)
        known[key.value] = value
    done.dictionaries.append(dictionary)
    return dictionary


def _add(values: list[Value], kind: str, word: bytes, at: int) -> None:
    if kind == "name":
        values.append(Name(_ESCAPED.sub(lambda two: bytes([int(two[1], 16)]), word[1:])))
    elif kind in {"text", "hex"}:
        values.append(Text(word))
    elif len(word) <= _LONGEST_NUMBER and _NUMBER.match(word):
        values.append(float(word) if b"." in word else int(word))
    elif word == b"R" and (pair := values[-2:]) and _is_pair(pair):
        del values[-2:]
        values.append(Reference(*pair))  # type: ignore[arg-type] # two whole numbers, as was seen
    elif word in _ATOMS:
        values.append({b"true": True, b"false": False}.get(word))
    else:
        values.append(Odd(word, at))


def _is_pair(values: list[Value]) -> bool:
    return [type(value) for value in values] == [int, int]
