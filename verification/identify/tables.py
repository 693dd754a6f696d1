"""Tables in text (RFC 4180 and its kin): told from prose, lists and code by what the cells hold."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import dropwhile

DELIMITERS = ",;"
_LINES = 200
#: From so many lines on one in twenty may be of another width.
_MANY_LINES = 20
#: Longer cells are sentences.
_CELL_CHARS = 200
#: A number, date, time, percentage, amount, or number in hexadecimal.
_VALUE = re.compile(
    r"[(+-]?\s{0,2}[$€£¥]?\s{0,2}(?:\d[\d\s.,:/'eE+-]{0,40}|\.\d+|0[xX][0-9A-Fa-f]+)\s{0,2}[%)A-Z]{0,3}",
    re.ASCII,
)
#: A name of a column: no sentence, no code.
_HEADING = re.compile(r"[^.!?;{}()=<>。！？]{1,60}")
#: Beginnings of other things: JSON, markup, a path.
_NO_TABLE = "{[</"
_FEWEST_WIDE = 3
_FEWEST_ROWS = 5


def is_table(text: str, sampled: int) -> bool:
    """Say whether lines hold cells; `sampled` characters on, the last line may be cut off."""
    whole = text if len(text) < sampled else text[: text.rfind("\n") + 1]
    lines = [line for line in whole.splitlines()[:_LINES] if line.strip()]
    lines = list(dropwhile(lambda line: line.startswith("#"), lines))
    if len(lines) < 2 or lines[0].lstrip()[0] in _NO_TABLE:  # noqa: PLR2004 - a head and one row
        return False
    return any(_holds_cells(lines, delimiter) for delimiter in DELIMITERS)


def _holds_cells(lines: list[str], delimiter: str) -> bool:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False
    rows = [row for row in rows if not (len(row) == 1 and row[0].startswith("#"))]
    if len(rows) < 2:  # noqa: PLR2004 - one line is a sentence
        return False
    return _is_regular(rows) or _has_value_columns(rows) or _has_headings(rows)


def _is_regular(rows: list[list[str]]) -> bool:
    """All rows are of one width."""
    width, usual = Counter(len(row) for row in rows).most_common(1)[0]
    if width < 2:  # noqa: PLR2004 - one column is a list
        return False
    odd = len(rows) - usual
    if odd * 20 > len(rows) if len(rows) >= _MANY_LINES else odd:
        return False
    return _looks_kept([row for row in rows if len(row) == width], width)


def _looks_kept(rows: list[list[str]], width: int) -> bool:
    """Tell cells from prose and code: short, and rarely with a space after the delimiter."""
    cells = [cell for row in rows for cell in row]
    inner = [cell for row in rows for cell in row[1:]]
    trailing = all(not row[-1].strip() for row in rows)
    if trailing or max(map(len, cells)) > _CELL_CHARS * 5:
        return False
    if sum(cell.startswith(" ") for cell in inner) * 2 > len(inner):
        # A space after the comma is how people write sentences: then the cells must be values.
        return len(rows) > 2 and sum(map(_is_value, inner)) * 2 > len(inner)  # noqa: PLR2004 - a head and one row
    if width == 2 and len(rows) < 3:  # noqa: PLR2004 - a comma a line is prose
        return False
    return sum(map(len, cells)) <= _CELL_CHARS * len(cells)


def _has_value_columns(rows: list[list[str]]) -> bool:
    """Two columns and more hold values in every row, though a text at the end has commas in it."""
    width = min(map(len, rows))
    if width < _FEWEST_WIDE or len(rows) < _FEWEST_ROWS:
        return False
    body = rows[1:]
    columns = ([row[place] for row in body] for place in range(width))
    return sum(all(map(_is_value, column)) for column in columns) > 1


def _has_headings(rows: list[list[str]]) -> bool:
    """The first row names as many columns as any has, and half of the cells hold values."""
    head, body = rows[0], rows[1:]
    names = {cell.strip().lower() for cell in head}
    if len(head) < _FEWEST_WIDE or len(names) < len(head) or len(body) < _FEWEST_ROWS:
        return False
    if not all(_HEADING.fullmatch(cell) and not _is_value(cell) for cell in head):
        return False
    fits = all(2 * len(row) >= len(head) >= len(row) for row in body)
    cells = [cell for row in body for cell in row if cell.strip()]
    return fits and sum(map(_is_value, cells)) * 2 > len(cells)


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell.strip()) is not None
