"""Words as they stand on paper: rows of cells, each with its place, whatever they were read from.

A cell is what a reader would take for one thing: a label, a figure, a stretch of a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from verification.values import Evidence

#: Where the words come from: written as text, or recognised in a picture, which errs.
Origin = Literal["text", "ocr"]

#: A quote or a letter is shorter than this; what follows is terms and catalogues.
MOST_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Words next to one another. `box` is x0, y0, x1, y1; y grows downwards."""

    text: str
    page: int
    box: tuple[float, float, float, float]
    where: Evidence
    #: Height of the letters in points; 0 where the source does not say.
    size: float = 0.0

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    def gap(self, other: Cell) -> float:
        """Give how far apart two cells stand from side to side; 0 where one is above the other."""
        return max(0.0, self.box[0] - other.box[2], other.box[0] - self.box[2])


@dataclass(frozen=True, slots=True)
class Row:
    """Cells at one height, from left to right; never empty."""

    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        return "  ".join(cell.text for cell in self.cells)

    @property
    def page(self) -> int:
        return self.cells[0].page

    @property
    def middle(self) -> float:
        return sum(cell.middle for cell in self.cells) / len(self.cells)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words beneath a scan of which its picture shows others; `shown` is empty: nothing is read."""

    cell: Cell
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """All that is written in a file, from top to bottom."""

    rows: tuple[Row, ...]
    origin: Origin
    #: Names of the fonts without their subset tags, sorted; empty where none are named.
    fonts: tuple[str, ...] = ()
    #: Width and height of the first page in points; None where there are no pages.
    page_size: tuple[int, int] | None = None
    #: Where a layer says something else than the scan above it; the rows have what the scan shows.
    doubts: tuple[Doubt, ...] = ()


def rows_of(cells: list[Cell]) -> tuple[Row, ...]:
    """Put cells of a page into rows: what overlaps by half its height stands at one height."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda one: (one.page, one.middle, one.box[0])):
        if rows and _level(rows[-1][-1], cell):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return tuple(Row(tuple(sorted(row, key=lambda cell: cell.box[0]))) for row in rows)


def _level(one: Cell, other: Cell) -> bool:
    if one.page != other.page:
        return False
    low = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    shared = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return shared > low / 2
