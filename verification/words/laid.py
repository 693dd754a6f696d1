"""Words that nobody sees, held against the picture that is seen in their place.

OCR lays what it read under a scan, and it misreads. A layer that errs often may err in a figure,
too: there only what OCR does not mistake is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.words.agreement import align, fold, stretches
from verification.words.alike import CAPITALS
from verification.words.lettered import is_readable
from verification.words.places import place
from verification.words.second import SecondLook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.pages.picture import Box
    from verification.readers.pymupdf_layer import Line, Sheet
    from verification.values import Line as Read
    from verification.words.agreement import Difference, Pair
    from verification.words.pages import Words
    from verification.words.places import Place

    #: Where something else is said, what is shown there, and whether it may be told.
    _Key = tuple[tuple[int, int], str, bool]

#: A page with more lines that nobody sees is read whole; of fewer each is read by itself.
_FEW = 6
#: Lines that are read a second time, of one file: with figures that differ, and with other signs.
_MOST_AGAIN, _MOST_OTHERS = 12, 10
#: Lines are in one row that share so much of the lower one's height.
_SAME_ROW = 0.45
#: Lines are the same line where so much agrees; a short one may be another word altogether.
_SAME_LINE, _SHORT = 0.5, 6
#: Around a line that is read by itself, in its height.
_AROUND = 0.4
#: Shorter figures may be those of another place.
_LEAST_FIGURES = 3
#: A layer is sound where no more than this is wrong with it besides, in stretches of signs.
_SOUND = 1


@dataclass(slots=True)
class Laid:
    """What was found so far in one file."""

    found: list[tuple[Place, bool]] = field(default_factory=list)
    #: Stretches of signs that OCR may have misread, and two readings agree that they are wrong.
    slips: int = 0
    again: int = _MOST_AGAIN
    others: int = _MOST_OTHERS

    def told(self) -> tuple[Place, ...]:
        """Give what no OCR makes, and of a layer that is sound otherwise the rest."""
        slight = sum(is_slight for _, is_slight in self.found)
        sound = self.slips + slight <= _SOUND
        return tuple(place for place, is_slight in self.found if sound or not is_slight)


def has_words(sheet: Sheet) -> bool:
    """Say whether words are laid where something is seen; nothing is read for that."""
    return any(_is_laid(sheet, line) for line in sheet.laid)


def _is_laid(sheet: Sheet, line: Line) -> bool:
    return is_readable(line) and not sheet.is_bare(line.box)


def compare(sheet: Sheet, words: Words, laid: Laid) -> None:
    """Hold the unseen words of a page against its picture. Raises LimitExceeded, CannotRead."""
    lines = [line for line in sheet.laid if _is_laid(sheet, line)]
    whole = words.drawn(sheet.number) if len(lines) > _FEW else None
    doubtful = []
    for line in lines:
        read = whole if whole is not None else words.reread(sheet.number, _around(line))
        row = _beside(line, read)
        pairs = _aligned(line, _joined(row)) if row else ()
        if row and _is_same_line(pairs) and not all(pair.agrees for pair in pairs):
            seen = stretches(line.text, _joined(row), pairs)
            doubtful.append((line, row, seen))
    # What may be told first; of the rest a few, which say how sound the layer is.
    doubtful.sort(key=lambda one: not any(it.kind for it in one[2]))
    for line, row, seen in doubtful:
        _look_again(sheet, laid, (line, row), {_key(_joined(row), one) for one in seen})


def _look_again(
    sheet: Sheet, laid: Laid, where: tuple[Line, Sequence[Read]], seen: set[_Key]
) -> None:
    line, row = where
    matters = any(key[2] for key in seen)
    if (laid.again if matters else laid.others) <= 0:
        return
    laid.again -= matters
    laid.others -= not matters
    again = SecondLook.of([sheet.cut(one.box) for one in row])
    for one in stretches(line.text, again.text, _aligned(line, again.text)):
        if _key(again.text, one) not in seen:
            continue
        if one.kind is not None and again.is_sure(line.text, one):
            spot = place(sheet.number, line, one, again.text, laid=True)
            laid.found += [(spot, one.slight)] if _is_long(spot) else []
        else:
            laid.slips += 1


def _is_long(spot: Place) -> bool:
    """Say whether enough figures stand there that the place is the same on both sides."""
    return spot.kind != "figure" or min(map(_figures, (spot.said, spot.shown))) >= _LEAST_FIGURES


def _figures(text: str) -> int:
    return sum(sign.isdecimal() or sign in CAPITALS for sign in text)


def _key(shown: str, one: Difference) -> _Key:
    signs = "".join(sign.sign for sign in fold(shown[slice(*one.shown)], loose=False))
    return one.said, signs, one.kind is not None


def _around(line: Line) -> Box:
    left, top, right, bottom = line.box
    more = _AROUND * (bottom - top)
    return left - more, top - more, right + more, bottom + more


def _beside(line: Line, read: Sequence[Read]) -> list[Read]:
    """Give what was read in the row of a line, from the left; the likeliest row of several."""
    rows: list[list[Read]] = []
    for one in sorted(read, key=lambda it: it.box[1] + it.box[3]):
        if not _in_row(line.box, one.box):
            continue
        if rows and _in_row(rows[-1][0].box, one.box):
            rows[-1].append(one)
        else:
            rows.append([one])
    ordered = [sorted(row, key=lambda it: it.box[0]) for row in rows]
    return max(ordered, key=lambda row: _likeness(line, _joined(row)), default=[])


def _joined(row: Sequence[Read]) -> str:
    return " ".join(one.text for one in row)


def _in_row(one: Box, other: Box) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    lower = min(one[3] - one[1], other[3] - other[1])
    apart = max(one[0], other[0]) - min(one[2], other[2])
    return shared >= _SAME_ROW * lower and apart < lower


def _likeness(line: Line, text: str) -> int:
    return sum(pair.agrees for pair in _aligned(line, text))


def _aligned(line: Line, shown: str) -> tuple[Pair, ...]:
    """Lay a line beside a row that may go on before and behind it.

    Figures that go on where the line ends are kept: they belong to the figure that stands there.
    """
    pairs = align(fold(line.text, loose=True), fold(shown, loose=False))
    inside = [at for at, pair in enumerate(pairs) if pair.said is not None]
    if not inside:
        return ()
    start, end = inside[0], inside[-1] + 1
    while start > 0 and _goes_on(shown, pairs[start - 1], pairs[start]):
        start -= 1
    while end < len(pairs) and _goes_on(shown, pairs[end - 1], pairs[end]):
        end += 1
    return pairs[start:end]


def _goes_on(shown: str, one: Pair, other: Pair) -> bool:
    """Say whether two signs that are shown belong to one figure."""
    if one.shown is None or other.shown is None:
        return False
    between = shown[one.shown.at + 1 : other.shown.at]
    both = one.shown.sign.isdecimal() and other.shown.sign.isdecimal()
    return both and len(between) <= 1 and not between.isspace()


def _is_same_line(pairs: Sequence[Pair]) -> bool:
    agreed = sum(pair.agrees for pair in pairs)
    return len(pairs) <= _SHORT or agreed >= _SAME_LINE * len(pairs)
