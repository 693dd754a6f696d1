"""Glyphs of a page cut out, each once, and set side by side: cheaper to read than their lines.

Only what is read as the font says is settled by that; whatever comes out otherwise is left for its
line, where OCR has the words to go by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers import rapidocr
from verification.readers.opencv_glyphs import evenly, look_of, side_by_side
from verification.words.agreement import align, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from verification.pages.picture import Box
    from verification.readers.pymupdf_layer import Kind, Letter, Line, Sheet

#: Pixels of a strip: of wider ones the recogniser is slower by the pixel.
_WIDEST = 960
#: What is cut out goes above and below the foot by so much, in the size of the letters, and beside
#: it where a blank follows, or where the line ends.
_ABOVE, _BELOW, _BLANK, _END = 1.0, 0.32, 0.35, 0.12
#: Two places of one figure are at least so alike (99 of 100 are, on the demo company's PDFs); two
#: figures of one font were 0.66 at most.
_SAME = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Specimen:
    """One glyph as it stands in one place."""

    kind: Kind
    picture: NDArray[np.uint8]


def rows_of(sheet: Sheet, letters: Iterable[tuple[Line, int]]) -> Iterator[list[Specimen]]:
    """Cut letters out of a page, and give them by strips."""
    row: list[Specimen] = []
    wide = 0
    for line, at in letters:
        kind = line.letters[at].kind
        picture = evenly(sheet.grey(_room(line, at)))
        if kind is None or picture is None:
            continue
        if row and wide + picture.shape[1] > _WIDEST:
            yield row
            row, wide = [], 0
        row.append(Specimen(kind, picture))
        wide += picture.shape[1]
    if row:
        yield row


def agreeing(row: Sequence[Specimen]) -> set[Kind]:
    """Read a strip; give the glyphs that look like what they mean. Raises CannotRead."""
    read = rapidocr.read_line(side_by_side([one.picture for one in row]), size="tiny")
    if read is None:
        return set()
    said = [one.kind[2] for one in row]
    wrong = _wrong(said, read[0])
    return {one.kind for at, one in enumerate(row) if at not in wrong}


def _wrong(said: Sequence[str], shown: str) -> set[int]:
    """Name the places where something else is shown, and those beside what is put in."""
    starts = [at for at, sign in enumerate(said) for _ in sign]
    pairs = align(fold("".join(said), loose=True), fold(shown, loose=False))
    wrong: set[int] = set()
    before = 0
    put_in = False
    for pair in pairs:
        if pair.said is None:
            put_in = True
            continue
        at = starts[pair.said.at]
        if put_in:
            wrong.update(range(before, at + 1))
        if not pair.agrees:
            wrong.add(at)
        before, put_in = at, False
    return wrong | set(range(before, len(said))) if put_in else wrong


def is_apart(letter: Letter) -> bool:
    """Say whether a letter has a glyph of its own, in a place of its own."""
    return letter.kind is not None and letter.kind[1] >= 0 and letter.box[2] > letter.box[0]


def look(sheet: Sheet, letter: Letter) -> NDArray[np.float32] | None:
    """Give what a letter looks like, to be held against others; None where nothing is seen."""
    left, _, right, _ = letter.box
    size = letter.size
    return look_of(
        sheet.grey((left, letter.foot - _ABOVE * size, right, letter.foot + _BELOW * size))
    )


def is_odd(one: NDArray[np.float32] | None, other: NDArray[np.float32]) -> bool:
    """Say whether a glyph looks otherwise in one place than it did in another."""
    return one is None or float(one @ other) < _SAME


def _room(line: Line, at: int) -> Box:
    """Give the place of a letter, with the blanks beside it: something may stand there."""
    letter = line.letters[at]
    size = letter.size
    left = letter.box[0] - _beside(line.letters[at - 1] if at else None, size)
    following = line.letters[at + 1] if at + 1 < len(line.letters) else None
    right = letter.box[2] + _beside(following, size)
    return left, letter.foot - _ABOVE * size, right, letter.foot + _BELOW * size


def _beside(other: Letter | None, size: float) -> float:
    if other is None:
        return _END * size
    return min(_BLANK * size, other.box[2] - other.box[0]) if other.sign.isspace() else 0.0
