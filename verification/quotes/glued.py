"""Figures of several columns that stand so near to one another that they were read as one cell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from verification.printed import Row
from verification.quotes.amounts import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.printed import Cell

#: With its two decimals: 1 234.50 is one figure.
_FIGURE = re.compile(r"[¥$€£]?-?\d[\d,]*\.\d{2}")
_SEVERAL = re.compile(rf"(?:{_FIGURE.pattern}\s*){{2,}}")


def apart(row: Row, heads: Sequence[Cell]) -> Row:
    """Set figures apart where as many heads of columns stand above them."""
    return Row(tuple(part for cell in row.cells for part in _parts(cell, heads)))


def is_glued(cell: Cell) -> bool:
    """Say whether several figures stand in one cell."""
    return _SEVERAL.fullmatch(fold(cell.text)) is not None


def _parts(cell: Cell, heads: Sequence[Cell]) -> list[Cell]:
    words = fold(cell.text)
    figures = list(_FIGURE.finditer(words)) if is_glued(cell) else []
    if not figures or sum(not head.gap(cell) for head in heads) != len(figures):
        return [cell]
    left, top, right, bottom = cell.box
    width = (right - left) / len(words)
    return [
        replace(
            cell,
            text=one[0],
            box=(left + one.start() * width, top, left + one.end() * width, bottom),
        )
        for one in figures
    ]
