"""What draws a page: operators that the standard knows (ISO 32000-2, annex A), and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from verification.readers.pdf_readings.scan import Fault, Scan, Thing, drawn_numbers, unpacked
from verification.readers.pdf_readings.tokens import TOKEN, Name, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATORS = frozenset(
    b"b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k"
    b" l m M MP n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W"
    b" W* y ' \" true false null".split()
)
_NUMBER = re.compile(rb"[+-]*\d*\.?\d*(?:-\d*)?\Z")
_SHOWS = re.compile(rb"(?:\(.*\)|\]|>)\s*(?:Tj|TJ|'|\")|\bre\s+f\b|\bDo\b")
_DRAWS = re.compile(rb"(?<![A-Za-z])(?:Tj|TJ|'|\"|Do|f\*?|F|S|s|B\*?|b\*?|sh|EI)(?![A-Za-z])")
_IMAGE_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?=[\x00\t\n\x0c\r ])")
_KEYS = frozenset({b"Length", b"Filter", b"DecodeParms"})
_LOWER = frozenset(key.lower() for key in _KEYS)
#: So much of all contents together is read.
MOST_CONTENT = 512 * 1024
_FILTERS = frozenset(
    b"ASCIIHexDecode AHx ASCII85Decode A85 LZWDecode LZW FlateDecode Fl RunLengthDecode RL"
    b" CCITTFaxDecode CCF JBIG2Decode DCTDecode DCT JPXDecode Crypt".split()
)


def judge_content(seen: Scan) -> Iterator[Fault]:
    """Read what the pages draw, as far as it is plain or deflated."""
    secret = any(table.trailer and table.trailer.get(b"Encrypt") for table in seen.tables)
    secret = secret or any(thing.dictionary.get(b"Encrypt") for thing in seen.things)
    left = MOST_CONTENT
    for thing in _contents(seen):
        filters = thing.dictionary.get(b"Filter")
        names = filters if isinstance(filters, list) else [filters]
        for name in names:
            if isinstance(name, Name) and name.value not in _FILTERS:
                yield Fault("operators", thing.start, thing.end, _shown(name.value))
        for key in thing.dictionary.entries:
            if key not in _KEYS and key.lower() in _LOWER:
                yield Fault("key", thing.start, thing.end, _shown(key))
        stated = thing.dictionary.get(b"Length")
        is_length = isinstance(stated, Reference) or (type(stated) is int and stated >= 0)
        if not is_length or (not secret and _lengths_differ(seen.data, thing)):
            yield Fault("length", thing.start, thing.end, f"{thing.number} 0 obj")
        content = None if secret or left <= 0 else unpacked(seen.data, thing, left)
        if content is not None:
            left -= len(content)
            yield from _operators(thing, content)


def _contents(seen: Scan) -> list[Thing]:
    """Give the streams that pages draw."""
    numbers = drawn_numbers(seen)
    return [one for one in seen.things if one.number in numbers and one.stream is not None]


def _lengths_differ(data: bytes, thing: Thing) -> bool:
    """Tell whether a stream draws other things by its length than by the word that ends it."""
    stated, by_word = thing.ends
    if thing.stream is None or stated is None or stated == by_word:
        return False
    begin = thing.stream[0]
    between = data[min(stated, by_word) : max(stated, by_word)]
    if not between.strip(b"\0\t\n\f\r "):
        return False
    if thing.dictionary.get(b"Filter") is None:
        return _DRAWS.search(between) is not None
    two = [
        unpacked(data, replace(thing, stream=(begin, end)), MOST_CONTENT)
        for end in thing.ends
        if end
    ]
    return two[0] != two[1]


def _operators(thing: Thing, content: bytes) -> Iterator[Fault]:
    position, lenient = 0, 0
    while found := TOKEN.match(content, position):
        position, word, kind = found.end(), found[0], found.lastgroup
        if kind == "comment" and _SHOWS.search(word[:2_000]):
            yield Fault("commented", thing.start, thing.end, _shown(word))
        elif kind == "space" and b"\0" in word:
            yield Fault("operators", thing.start, thing.end, "\\0")
        elif word == b"ID":
            ended = _IMAGE_END.search(content, position)
            position = ended.end() if ended else len(content)
        elif word in {b"BX", b"EX"}:
            lenient += 1 if word == b"BX" else -1
        elif kind == "word" and not lenient and not _is_known(word):
            yield Fault("operators", thing.start, thing.end, _shown(word))
            return


def _is_known(word: bytes) -> bool:
    return word in _OPERATORS or _NUMBER.match(word) is not None


def _shown(word: bytes) -> str:
    return word[:40].decode("latin-1")
