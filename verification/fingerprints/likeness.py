"""Whether two aligned pages are one document: what differs where one lies on the other.

Points alone do not say: two forms of one template share most of theirs. So the small picture of
the earlier page is laid on that of the later one, and cell by cell the ink is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from verification.fingerprints.alignment import align, moved, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.alignment import Alignment
    from verification.fingerprints.pages import Opened

Kind = Literal["same", "same_but_changed", "same_template", "different"]
Box = tuple[float, float, float, float]

#: Pixels of the small picture a cell is wide and high, and by how much it may be shifted.
CELL, SLACK = 12, 1
#: A cell with a standard deviation of less has no ink (grey levels).
_INK = 7.0
#: Correlation under which a cell with ink on both sides shows something else.
_ALIKE = 0.55
#: Share of the cells with ink on both sides that may show something else in one document.
_MOST_REPLACED = 0.012
#: Text that was replaced is a run of cells, one beside the other, that are less alike than the rest
#: of the two pages is: by so many deviations (1.48 times the median distance), and than this.
_RUN, _MOST_IN_RUNS = 3, 6
_FARTHER, _NOT_ALIKE = 3.5, 0.85
_DEVIATION, _LEAST_DEVIATION = 1.48, 0.01
#: Share of the cells that ink was added to or taken from, at most.
_MOST_ADDED = 0.35
_FEWEST_CELLS = 12
#: What went may be so much of what came (or the reverse) where one was laid over the other.
_ONE_SIDED = 0.3
#: Pairs of points that must agree before anything is compared.
_FEWEST_PAIRS = 10
#: Places in which one document may differ: a stamp, a signature, a note. A form that was filled in
#: anew differs in more.
MOST_REGIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    kind: Kind
    #: Pairs of points that agree.
    pairs: int = 0
    #: Share of the cells with ink on both sides that show something else, 0..1.
    replaced: float = 1.0
    #: Share of all cells with ink where only one side has it, 0..1.
    added: float = 1.0
    #: Changed places on the later page, and the same on the earlier one, in each page's units.
    here: tuple[Box, ...] = ()
    there: tuple[Box, ...] = ()


DIFFERENT = Likeness(kind="different")


def compare(later: Opened, earlier: Opened) -> Likeness:
    """Hold a page against an earlier one."""
    alignment = align(later, earlier)
    if alignment is None or alignment.pairs < _FEWEST_PAIRS:
        return DIFFERENT
    laid, covered = _laid(later, earlier, alignment)
    both, alone, unlike, in_runs = _cells(later.small.astype(np.float32), laid, covered)
    compared = int(both.sum())
    if compared < _FEWEST_CELLS:
        return DIFFERENT
    replaced = float(unlike.sum() / compared)
    added = float(alone.sum() / max(1, compared + alone.sum()))
    if replaced > _MOST_REPLACED or added > _MOST_ADDED or in_runs >= _MOST_IN_RUNS:
        return Likeness(kind="same_template", pairs=alignment.pairs, replaced=replaced, added=added)
    regions = _regions(unlike | alone)
    return Likeness(
        kind="same_but_changed" if regions else "same",
        pairs=alignment.pairs,
        replaced=replaced,
        added=added,
        here=tuple(_scaled(box, later) for box in regions),
        there=tuple(_projected(box, alignment, earlier) for box in regions),
    )


def _laid(
    later: Opened, earlier: Opened, alignment: Alignment
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Draw the earlier picture as it lies on the later one, and where it covers it."""
    height, width = later.small.shape
    x, y = spread(alignment.projection, width, height)
    source = earlier.small.astype(np.float32)
    most = (source.shape[1] - 1.001, source.shape[0] - 1.001)
    covered = (x >= 0) & (x <= most[0]) & (y >= 0) & (y <= most[1])
    x, y = x.clip(0, most[0]), y.clip(0, most[1])
    left, top = x.astype(np.int32), y.astype(np.int32)
    dx, dy = x - left, y - top
    upper = source[top, left] * (1 - dx) + source[top, left + 1] * dx
    lower = source[top + 1, left] * (1 - dx) + source[top + 1, left + 1] * dx
    return upper * (1 - dy) + lower * dy, covered


def _cells(
    one: NDArray[np.float32], other: NDArray[np.float32], covered: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_], int]:
    """Say of each cell: ink on both sides; on one side only; on both, and unlike.

    Then how many cells lie in runs that are less alike than the rest is.
    """
    here = _tiles(one)
    whole = _tiles(covered.astype(np.float32)).min((2, 3)) > 0
    centred = np.ascontiguousarray(here - here.mean((2, 3), keepdims=True))
    best = np.full(here.shape[:2], -1.0, np.float32)
    for dy in range(-SLACK, SLACK + 1):
        for dx in range(-SLACK, SLACK + 1):
            there = _tiles(np.roll(other, (dy, dx), (0, 1)))
            best = np.maximum(best, _correlation(centred, there))
    ink = (
        here.std((2, 3)) / max(_contrast(one), 1.0),
        _tiles(other).std((2, 3)) / max(_contrast(other), 1.0),
    )
    strong = [part > 1.0 for part in ink]
    weak = [part < 1.0 / 3 for part in ink]
    both = whole & strong[0] & strong[1]
    alone = whole & ((strong[0] & weak[1]) | (strong[1] & weak[0]))
    overlaid = _one_sided(here, _tiles(other), both & (best > _NOT_ALIKE))
    unlike = both & (best < _ALIKE)
    in_runs = _in_runs(both & ~overlaid & (best < _usual(best[both])))
    return both, alone | (unlike & overlaid), unlike & ~overlaid, in_runs


def _usual(alike: NDArray[np.float32]) -> float:
    """Give the correlation under which a cell is less alike than the two pages are."""
    if not alike.size:
        return -1.0
    middle = float(np.median(alike))
    spread = _DEVIATION * float(np.median(np.abs(alike - middle))) + _LEAST_DEVIATION
    return min(_NOT_ALIKE, middle - _FARTHER * spread)


def _in_runs(cells: NDArray[np.bool_]) -> int:
    """Count the cells that lie in a row of `_RUN` or more."""
    sides = np.pad(cells.astype(np.int8), ((0, 0), (1, 1)))
    change = np.diff(sides, axis=1)
    starts, ends = np.argwhere(change == 1), np.argwhere(change == -1)
    lengths = ends[:, 1] - starts[:, 1]
    return int(lengths[lengths >= _RUN].sum())


def _one_sided(
    here: NDArray[np.float32], there: NDArray[np.float32], alike: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say where ink only came or only went: a stamp covers text, other text replaces it.

    Ink is measured against the paper beside it, and in the measure of cells that are `alike`:
    a photo in half light has less of it everywhere.
    """
    paper = [part.max((2, 3), keepdims=True) for part in (here, there)]
    dark = [
        (most - part) / np.maximum(most, 1.0)
        for most, part in zip(paper, (here, there), strict=True)
    ]
    amounts = [part.sum((2, 3))[alike] for part in dark]
    ratio = float(np.median(amounts[0] / np.maximum(amounts[1], 1e-6))) if alike.any() else 1.0
    gain = dark[0] - ratio * dark[1]
    came, went = np.maximum(gain, 0).sum((2, 3)), np.maximum(-gain, 0).sum((2, 3))
    return np.asarray(np.minimum(came, went) < _ONE_SIDED * np.maximum(came, went))


def _contrast(picture: NDArray[np.float32]) -> float:
    """Give the deviation over which a cell counts as inked: of a faint copy less."""
    spread = np.sort(_tiles(picture).std((2, 3)).ravel())
    return max(_INK, 0.35 * float(spread[int(0.9 * (len(spread) - 1))]))


def _tiles(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = picture.shape[0] // CELL, picture.shape[1] // CELL
    cut = picture[: rows * CELL, : columns * CELL]
    return cut.reshape(rows, CELL, columns, CELL).swapaxes(1, 2)


def _correlation(here: NDArray[np.float32], there: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the correlation of each cell; `here` has a mean of 0 in each."""
    together = np.einsum("rcyx,rcyx->rc", here, there)
    squares = np.einsum("rcyx,rcyx->rc", there, there)
    sums = np.einsum("rcyx->rc", there)
    spread_there = np.maximum(squares - sums * sums / CELL**2, 0.0)
    scale = np.sqrt(np.einsum("rcyx,rcyx->rc", here, here) * spread_there)
    return np.asarray(together / np.maximum(scale, 1e-3))


def _regions(changed: NDArray[np.bool_]) -> list[Box]:
    """Give boxes around changed cells that touch; one cell by itself is noise."""
    left = {(int(row), int(column)) for row, column in np.argwhere(changed)}
    found: list[Box] = []
    while left:
        group, edge = [], [left.pop()]
        while edge:
            row, column = edge.pop()
            group.append((row, column))
            near = {(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            edge += sorted(near)
        if len(group) > 1:
            rows, columns = zip(*group, strict=True)
            corners = (min(columns), min(rows), max(columns) + 1, max(rows) + 1)
            found.append(tuple(float(CELL * one) for one in corners))  # type: ignore[arg-type] # four
    return sorted(found)


def _scaled(box: Box, page: Opened) -> Box:
    """Take a box from pixels of the small picture to the page's own units."""
    height, width = page.small.shape
    across, down = page.size[0] / width, page.size[1] / height
    x0, y0, x1, y1 = box
    return (x0 * across, y0 * down, min(x1, width) * across, min(y1, height) * down)


def _projected(box: Box, alignment: Alignment, earlier: Opened) -> Box:
    x0, y0, x1, y1 = box
    corners = moved(alignment.projection, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
    height, width = earlier.small.shape
    low, high = corners.min(0).clip(0, [width, height]), corners.max(0).clip(0, [width, height])
    return _scaled((*low.tolist(), *high.tolist()), earlier)
