"""Words that lie beneath a scan, held against its picture: people go by that, and so do we.

What OCR laid there knows words and columns better than a second reading does, and somebody may
have laid other figures. It is believed word by word, where the picture says the same.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification.printed import Cell, Doubt, Printed, rows_of
from verification.readers import rapidocr
from verification.values import PageBox
from verification.words.agreement import differences, fold
from verification.words.alike import CAPITALS
from verification.words.laid import aligned, in_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verification.pages.picture import Box
    from verification.values import Line
    from verification.words import Words
    from verification.words.agreement import Pair
    from verification.words.pages import Picture

#: Pages that are recognised: what decides stands on the first ones.
MOST_SCANNED = 3
#: A shorter word may be found anywhere in a row: it is read in its place alone.
_LEAST_SIGNS = 4
#: What is read is a cell's own where it is no more than so much wider.
_SAME_WIDTH = 1.5
#: Words that are read by themselves, of one file: more are not believed; and lines of a page of
#: which the layer has nothing: more are taken as they were read first.
_MOST_ALONE = 60
#: A word is cut out with so much around it, in its height.
_AROUND = 0.15
#: And with so much of its width on both sides, where no other stands.
_WIDER = 0.5
#: Fewer pixels hold nothing to read.
_LEAST_SIDE = 4
#: What the layer says may be so much less likely than what is read, in nats.
_AS_LIKELY = 2.0
#: A line that is read and shares less than this with the layer is not in it, and matters with so
#: many figures.
_IN_LAYER, _LEAST_FIGURES = 0.3, 3
_NUMBER = re.compile(r"\d[\d.,]*")
_DECIMALS = re.compile(r"[.,](\d{1,2})$")


@dataclass(frozen=True, slots=True)
class _Page:
    lines: tuple[Line, ...]
    picture: Picture
    cells: tuple[Cell, ...]


def held_against(printed: Printed, words: Words) -> Printed | None:
    """Give what is printed as the picture has it, and where the layer says something else.

    None where nothing can be recognised. Raises LimitExceeded.
    """
    kept: list[Cell] = []
    doubts: list[Doubt] = []
    left = _MOST_ALONE
    for number in sorted({row.page for row in printed.rows})[:MOST_SCANNED]:
        lines = words.drawn(number)
        picture = words.picture(number)
        if not lines or picture is None:
            continue
        cells = tuple(cell for row in printed.rows if row.page == number for cell in row.cells)
        page = _Page(lines, picture, cells)
        for cell in cells:
            if _says_so(page.lines, cell):
                kept.append(cell)
                continue
            left -= 1
            shown = _alone(page, cell) if left >= 0 else ""
            kept += [replace(cell, text=shown)] if shown else []
            doubts += [Doubt(cell, shown)] if shown != cell.text else []
        kept += _besides(page, number)
    if not kept:
        return None
    return replace(printed, rows=rows_of(kept), doubts=tuple(doubts))


def _says_so(lines: Sequence[Line], cell: Cell) -> bool:
    """Say whether what was read of the page says what a cell does, in the same place."""
    signs = [one for one in fold(cell.text, loose=False) if one.sign.isalnum()]
    if not signs:
        return True
    near = _near(lines, cell)
    if not near or len(signs) < _LEAST_SIGNS:
        return False
    wide = max(one.box[2] for one in near) - min(one.box[0] for one in near)
    if _figures(cell.text) and wide > _SAME_WIDTH * (cell.box[2] - cell.box[0]):
        return False  # the figure of another column would do as well
    return _agrees(cell.text, " ".join(line.text for line in near))


def _near(lines: Sequence[Line], cell: Cell) -> list[Line]:
    """Give the lines that are read where a cell stands, from the left."""
    near = [one for one in lines if in_row(cell.box, _box(one)) and _beside(cell.box, _box(one))]
    return sorted(near, key=lambda one: one.box[0])


def _alone(page: _Page, cell: Cell) -> str:
    """Read a cell in its place: its own text where the picture says so, else what is read."""
    left, top, right, bottom = cell.box
    more = _AROUND * (bottom - top)
    # Letters of a layer are narrower than the scan's, or wider: they stand in a font of its own.
    free = [_free(cell, page.cells, ahead=ahead) for ahead in (False, True)]
    before, behind = (more + min(_WIDER * (right - left), gap / 2) for gap in free)
    lattice = _lattice(page.picture, (left - before, top - more, right + behind, bottom + more))
    if lattice is None:
        return ""
    shown = lattice.words()[0].strip()
    if _agrees(cell.text, shown):
        return cell.text
    as_many = _figures(cell.text) == _figures(shown)
    bare = "".join(cell.text.split())
    return cell.text if as_many and lattice.doubt(bare, ring=False) <= _AS_LIKELY else shown


def _free(cell: Cell, cells: Sequence[Cell], *, ahead: bool) -> float:
    """Give how far it is from a cell to the next of its row, to the right or to the left."""
    gaps = [
        one.box[0] - cell.box[2] if ahead else cell.box[0] - one.box[2]
        for one in cells
        if min(one.box[3], cell.box[3]) > max(one.box[1], cell.box[1])
    ]
    return min((gap for gap in gaps if gap >= 0), default=math.inf)


def _agrees(said: str, shown: str) -> bool:
    """Say whether the picture has every figure as the layer does, and no other word."""
    pairs = aligned(said, shown)
    if not pairs or differences(said, shown, pairs):
        return False
    if any(_is_figure(pair) and not pair.agrees for pair in pairs):
        return False
    places = [pair.shown.at for pair in pairs if pair.shown is not None]
    return not places or _points(said) == _points(shown[min(places) : max(places) + 1])


def _is_figure(pair: Pair) -> bool:
    signs = [one.sign for one in (pair.said, pair.shown) if one is not None]
    return any(sign.isdecimal() or sign in CAPITALS for sign in signs)


def _points(text: str) -> list[int]:
    """Give how many decimals each number has that has a point or comma; spaces count for nothing.

    OCR puts them between figures that are set wide.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    numbers = (found[0].rstrip(".,") for found in _NUMBER.finditer(plain))
    return [
        len(end[1]) if (end := _DECIMALS.search(number)) else 0
        for number in numbers
        if not number.isdecimal()
    ]


def _figures(text: str) -> int:
    return sum(sign.isdecimal() for sign in text)


def _besides(page: _Page, number: int) -> Iterator[Cell]:
    """Give lines with figures that are read where the layer has nothing."""
    left = _MOST_ALONE
    for line in page.lines:
        box = _box(line)
        within = sum(_shared(box, cell.box) for cell in page.cells)
        area = (box[2] - box[0]) * (box[3] - box[1])
        if _figures(line.text) >= _LEAST_FIGURES and within < _IN_LAYER * area:
            more = _AROUND * (box[3] - box[1])
            wider = (box[0] - more, box[1] - more, box[2] + more, box[3] + more)
            left -= 1
            lattice = _lattice(page.picture, wider) if left >= 0 else None
            yield Cell(
                text=lattice.words()[0].strip() if lattice else line.text,
                page=number,
                box=box,
                where=PageBox(page=number, box=box),
                size=box[3] - box[1],
            )


def _lattice(picture: Picture, box: Box) -> rapidocr.Lattice | None:
    """Look at a place with the small models, which read figures better; None: there is nothing."""
    strip = picture.cut(box)
    if min(strip.shape[:2]) < _LEAST_SIDE:
        return None
    try:
        return rapidocr.read_lattice(strip, size="small")
    except rapidocr.CannotRead:
        return None


def _box(line: Line) -> Box:
    return line.box[0], line.box[1], line.box[2], line.box[3]


def _beside(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0])


def _shared(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)
