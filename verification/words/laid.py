"""Words that nobody sees, held against the picture that is seen in their place.

OCR lays what it read under a scan, and it misreads. A layer that errs often may err in a figure,
too: there only what OCR does not mistake is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from verification.words.agreement import align, differences, fold, key_of, stretches
from verification.words.lettered import is_readable
from verification.words.places import figures, place
from verification.words.second import SecondLook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.pages.picture import Box
    from verification.readers.pymupdf_layer import Line, Sheet
    from verification.values import Line as Read
    from verification.words.agreement import Difference, Key, Pair
    from verification.words.pages import Words
    from verification.words.places import Place


#: A page with more lines that nobody sees is read whole; of fewer each is read by itself.
_FEW = 6
#: Lines that are read a second time, of one file: with figures that differ, and with other signs.
_MOST_AGAIN, _MOST_OTHERS = 12, 24
#: Lines of fewer signs may be found anywhere in a row.
_LEAST_SIGNS = 3
#: Lines are in one row that share so much of the lower one's height.
_SAME_ROW = 0.45
#: Lines are the same line where so much agrees; a short one may be another word altogether.
_SAME_LINE, _SHORT = 0.5, 6
#: Pieces of a row overlap by no more than this, in their height.
_TWICE = 0.35
#: And stands in the same place: so much of both is shared.
_SAME_PLACE = 0.7
#: Around a line that is read by itself, in its height, and around one that is read a third time.
_AROUND, _MORE = 0.4, 0.12
#: So many signs beside a difference hold it in its place.
_HELD = 2
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
    enough = len(fold(line.text, loose=False)) >= _LEAST_SIGNS
    return enough and is_readable(line) and not sheet.is_bare(line.box)


def compare(sheet: Sheet, words: Words, laid: Laid) -> None:
    """Hold the unseen words of a page against its picture. Raises LimitExceeded, CannotRead."""
    lines = [line for line in sheet.laid if _is_laid(sheet, line)]
    whole = words.drawn(sheet.number) if len(lines) > _FEW else None
    doubtful = []
    for line in lines:
        read = (
            whole if whole is not None else words.reread(sheet.number, _around(line.box, _AROUND))
        )
        row = _beside(line, read)
        pairs = aligned(line.text, _joined(row)) if row else ()
        if row and _is_same_line(line, row, pairs) and not all(one.is_exact for one in pairs):
            doubtful.append((line, row, pairs))
    # What may be told first; only where something is, how sound the layer is besides.
    doubtful.sort(key=lambda one: not _matters(*one))
    for line, row, pairs in doubtful:
        if _matters(line, row, pairs) or any(slight for _, slight in laid.found):
            _look_again(sheet, laid, line, (row, pairs))


def _matters(line: Line, row: Sequence[Read], pairs: Sequence[Pair]) -> bool:
    return bool(differences(line.text, _joined(row), pairs))


def _look_again(
    sheet: Sheet, laid: Laid, line: Line, first: tuple[Sequence[Read], Sequence[Pair]]
) -> None:
    row, pairs = first
    shown = _joined(row)
    seen = {key_of(shown, one) for one in stretches(line.text, shown, pairs)}
    matters = _matters(line, row, pairs)
    if (laid.again if matters else laid.others) <= 0:
        return
    laid.again -= matters
    laid.others -= not matters
    second = SecondLook.of([sheet.cut(one.box) for one in row])
    again = aligned(line.text, second.text)
    near = _near(pairs)
    laid.slips += sum(second.sees(at) for said, at in _near(again).items() if said in near)
    for one in stretches(line.text, second.text, again):
        twice = key_of(second.text, one) in seen
        if not twice and not any(_meet(one.said, said) for said, _ in seen):
            continue
        # What was read one way and now another must be all the surer.
        spot = place(sheet.number, line, one, second.text, laid=True)
        if not (twice or _is_held(spot, one)):
            continue
        if second.is_sure(line.text, one, alone=not twice) and _is_telling(spot, one):
            if _stays(sheet, line, row, key_of(second.text, one)):
                laid.found.append((spot, one.slight or one.kind == "word"))
        # Where nothing is shown, something lies on it.
        elif twice and one.shown[0] < one.shown[1]:
            laid.slips += second.is_fair(one)


def _stays(sheet: Sheet, line: Line, row: Sequence[Read], wanted: Key) -> bool:
    """Say whether the same is read where the line is cut out with more around it."""
    wider = SecondLook.of([sheet.cut(_around(one.box, _MORE)) for one in row])
    return any(
        key_of(wider.text, one) == wanted and wider.is_sure(line.text, one)
        for one in stretches(line.text, wider.text, aligned(line.text, wider.text))
    )


def _is_telling(spot: Place, one: Difference) -> bool:
    """Say whether a difference matters and cannot be that of another place."""
    if spot.kind == "figure":
        return min(map(figures, (spot.said, spot.shown))) >= _LEAST_FIGURES
    return spot.kind is not None and (spot.kind == "word" or one.other_word)


def _is_held(spot: Place, one: Difference) -> bool:
    """Say whether enough of a word agrees that it is the same place."""
    return len(spot.said) - (one.said[1] - one.said[0]) >= _HELD


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _near(pairs: Sequence[Pair]) -> dict[int, int]:
    """Give where one sign is said and, there, where another is shown that is drawn alike."""
    return {
        pair.said.at: pair.shown.at
        for pair in pairs
        if pair.said and pair.shown and pair.agrees and not pair.is_exact
    }


def _around(box: Box, share: float) -> Box:
    left, top, right, bottom = box
    more = share * (bottom - top)
    return left - more, top - more, right + more, bottom + more


def _beside(line: Line, read: Sequence[Read]) -> list[Read]:
    """Give what was read in the row of a line, from the left; the likeliest row of several."""
    rows: list[list[Read]] = []
    for one in sorted(read, key=lambda it: it.box[1] + it.box[3]):
        if not in_row(line.box, one.box):
            continue
        if rows and in_row(rows[-1][0].box, one.box):
            rows[-1].append(one)
        else:
            rows.append([one])
    ordered = [sorted(row, key=lambda it: it.box[0]) for row in rows]
    return max(ordered, key=lambda row: _likeness(line, _joined(row)), default=[])


def _joined(row: Sequence[Read]) -> str:
    return " ".join(one.text for one in row)


def in_row(one: Box, other: Box) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    lower = min(one[3] - one[1], other[3] - other[1])
    apart = max(one[0], other[0]) - min(one[2], other[2])
    return shared >= _SAME_ROW * lower and apart < lower


def _likeness(line: Line, text: str) -> int:
    return sum(pair.agrees for pair in aligned(line.text, text))


def aligned(said: str, shown: str) -> tuple[Pair, ...]:
    """Lay a line beside a row that may go on before and behind it.

    Figures that go on where the line ends are kept: they belong to the figure that stands there.
    """
    pairs = align(fold(said, loose=True), fold(shown, loose=False), within=True)
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


def _is_same_line(line: Line, row: Sequence[Read], pairs: Sequence[Pair]) -> bool:
    """Say whether a row is the line, and not its neighbour; a short one may say all else.

    One that was found in pieces which overlap, as where a seal lies on it, says things twice.
    """
    if any(
        one.box[2] - two.box[0] > _TWICE * (two.box[3] - two.box[1]) for one, two in pairwise(row)
    ):
        return False
    if sum(pair.agrees for pair in pairs) >= _SAME_LINE * len(pairs):
        return True
    return len(pairs) <= _SHORT and len(row) == 1 and _same_place(line.box, row[0].box)


def _same_place(one: Box, other: Box) -> bool:
    shared = min(one[2], other[2]) - max(one[0], other[0])
    return shared >= _SAME_PLACE * max(one[2] - one[0], other[2] - other[0])
