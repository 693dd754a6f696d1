"""What merged cells cover: filled cells that nobody sees."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.readers.workbook.values import Sheet

#: Cells are looked at so often, in all merged ones of a sheet.
_MOST_COVERED = 1_000_000


def covered(sheet: Sheet) -> frozenset[tuple[int, int]]:
    """Give the filled cells over which another one is merged.

    A book in which merged cells overlap is opened by no program.
    """
    columns: dict[int, list[int]] = {}
    for row, column in sorted(sheet.cells):
        columns.setdefault(row, []).append(column)
    rows, found, left = list(columns), set[tuple[int, int]](), _MOST_COVERED
    for top, first, bottom, last in sheet.merged:
        for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
            filled = columns[row]
            inside = filled[bisect_left(filled, first) : bisect_right(filled, last)]
            found.update((row, column) for column in inside if (row, column) != (top, first))
            left -= len(inside) + 1
            if left < 0:
                return frozenset(found)
    return frozenset(found)
