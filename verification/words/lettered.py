"""Letters that are drawn, and whether each glyph looks like what its font says that it means.

A font that lies does so wherever its glyph stands: of every glyph one place is read, and a line
only where that did not come out as the font says, where `ActualText` puts signs in, or where a
figure looks otherwise than it does elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.readers import rapidocr
from verification.words.agreement import align, differences, fold, key_of, share_agreed
from verification.words.alike import CAPITALS, DECIDING_SIGNS
from verification.words.places import figures, place
from verification.words.second import SecondLook
from verification.words.specimens import agreeing, is_apart, is_odd, look, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from verification.readers.pymupdf_layer import Kind, Letter, Line, Sheet
    from verification.words.agreement import Pair
    from verification.words.places import Place

#: Lines that are read of one file, and how often a glyph is tried that was not read as it should.
MOST_LINES, _MOST_TRIED = 90, 3
#: Of a font whose meaning was guessed so much must agree: else the guess was wrong.
_GUESSED_WELL = 0.7
#: Of a line so much must be Latin or Chinese: the recogniser knows no other script.
_KNOWN_SCRIPT = 0.7


@dataclass(slots=True)
class Glyphs:
    """What is known of the glyphs of one file."""

    known: set[Kind] = field(default_factory=set)
    tried: Counter[Kind] = field(default_factory=Counter)
    #: What figures and deciding signs looked like where they were read.
    looks: dict[Kind, NDArray[np.float32]] = field(default_factory=dict)
    #: Lines, and strips of single glyphs, that may still be read.
    left: int = MOST_LINES

    def is_open(self, letter: Letter) -> bool:
        """Say whether what the letter looks like is still to be seen."""
        if letter.sign.isspace():
            return False
        if letter.kind is None:
            return True
        return letter.kind not in self.known and self.tried[letter.kind] < _MOST_TRIED

    def weight(self, line: Line) -> int:
        """Give how much a line would tell; what decides counts most."""
        fresh = {
            (letter.kind, letter.sign): 20 if decides(letter.sign) else 1
            for letter in line.letters
            if self.is_open(letter)
        }
        return sum(fresh.values())

    def learn(self, line: Line, pairs: Sequence[Pair]) -> None:
        wrong = {pair.said.at for pair in pairs if pair.said is not None and not pair.agrees}
        for at, letter in enumerate(line.letters):
            if letter.kind is None:
                continue
            if at in wrong:
                self.tried[letter.kind] += 1
            else:
                self.known.add(letter.kind)


def decides(sign: str) -> bool:
    """Say whether a sign is a figure, or one that turns a decision."""
    return any(
        one.sign.isdecimal() or one.sign in CAPITALS or one.sign in DECIDING_SIGNS
        for one in fold(sign, loose=False)
    )


def wants(sheet: Sheet, glyphs: Glyphs) -> bool:
    """Say whether a page has figures or deciding signs of which no glyph was seen yet."""
    return any(
        glyphs.is_open(letter) and decides(letter.sign)
        for line in _legible(sheet)
        for letter in line.letters
    )


def _legible(sheet: Sheet) -> list[Line]:
    return [line for line in sheet.drawn if not line.tangled and is_readable(line)]


def read_drawn(sheet: Sheet, glyphs: Glyphs) -> Iterator[Place]:
    """Read of a page what was not seen yet, until all was or none is left. Raises CannotRead."""
    lines = _legible(sheet)
    _read_glyphs(sheet, lines, glyphs)
    weights = {id(line): glyphs.weight(line) for line in lines}
    for line in sorted(lines, key=lambda one: -weights[id(one)]):
        if glyphs.left <= 0:
            return
        if glyphs.weight(line) or _has_odd(sheet, line, glyphs):
            glyphs.left -= 1
            yield from _read(sheet, line, glyphs)


def _read_glyphs(sheet: Sheet, lines: Sequence[Line], glyphs: Glyphs) -> None:
    """Read each glyph that was not seen yet by itself, what decides first."""
    fresh: dict[Kind, tuple[Line, int]] = {}
    for line in lines:
        for at, letter in enumerate(line.letters):
            kind = letter.kind
            if kind is not None and is_apart(letter) and glyphs.is_open(letter):
                fresh.setdefault(kind, (line, at))
    places = sorted(fresh.values(), key=lambda one: _turn(one[0].letters[one[1]]))
    for row in rows_of(sheet, places):
        if glyphs.left <= 0:
            return
        glyphs.left -= 1
        agreed = agreeing(row)
        glyphs.known |= agreed
        for kind in agreed:
            line, at = fresh[kind]
            seen = look(sheet, line.letters[at]) if decides(kind[2]) else None
            if seen is not None:
                glyphs.looks[kind] = seen


def _turn(letter: Letter) -> tuple[bool, bool, str]:
    """Put what decides first, and beside each other what is set in one font and script."""
    font = letter.kind[0] if letter.kind else ""
    return not decides(letter.sign), not letter.sign.isascii(), font


def _has_odd(sheet: Sheet, line: Line, glyphs: Glyphs) -> bool:
    """Say whether a figure of a line looks otherwise than where it was read."""
    return any(
        letter.kind in glyphs.looks and is_odd(look(sheet, letter), glyphs.looks[letter.kind])
        for letter in line.letters
        if letter.kind is not None
    )


def _read(sheet: Sheet, line: Line, glyphs: Glyphs) -> Iterator[Place]:
    strip = sheet.strip(line)
    read = rapidocr.read_line(strip, size="tiny")
    if read is None:
        return
    shown = read[0]
    pairs = align(fold(line.text, loose=True), fold(shown, loose=False))
    glyphs.learn(line, pairs)
    found = differences(line.text, shown, pairs)
    if not found or (_is_guessed(line) and share_agreed(pairs) < _GUESSED_WELL):
        return
    seen = {key_of(shown, one) for one in found}
    again = SecondLook.of([strip])
    pairs = align(fold(line.text, loose=True), fold(again.text, loose=False))
    for one in differences(line.text, again.text, pairs):
        if key_of(again.text, one) in seen and again.is_sure(line.text, one, drawn=True):
            spot = place(sheet.number, line, one, again.text, laid=False)
            # Where a figure is not shown at all, it is blacked out or cut away.
            if one.kind != "figure" or figures(spot.shown):
                yield spot


def _is_guessed(line: Line) -> bool:
    return any(letter.guessed for letter in line.letters)


def is_readable(line: Line) -> bool:
    """Say whether a line is written in a script that the recogniser knows, as far as it matters."""
    signs = [letter.sign for letter in line.letters if not letter.sign.isspace()]
    known = sum(_is_known(sign) for sign in signs)
    return known >= _KNOWN_SCRIPT * len(signs) and any(map(str.isalnum, signs))


def _is_known(sign: str) -> bool:
    folded = [one.sign for one in fold(sign, loose=False)]
    return sign.isascii() or all(one.isascii() or "\u3400" <= one <= "\u9fff" for one in folded)
