"""One sheet and the strings that all sheets share, element by element."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from verification.formulas.functions.single import serial_of
from verification.formulas.grid import Formula
from verification.formulas.parser import cell_name, reference
from verification.formulas.values import Fault, NotComputed
from verification.limits import LimitExceeded
from verification.readers.workbook.values import Ambiguous, Cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.formulas.values import Scalar
    from verification.limits import Limits

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMNS, _ROWS = 16_384, 1_048_576
_ON = frozenset({"1", "true"})
#: Longer ones are repeated merges and hidden columns of a hostile file.
_MOST_BOXES = 20_000
_MOST_FILTERS = 200
#: Looks at cells that array formulas may cover, on one sheet.
_MOST_SPREAD = 2_000_000
_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
#: Nothing can be read in lower rows (points) and in narrower columns (widths of a figure).
_LOWEST, _NARROWEST = 3.0, 0.5


class Strings:
    """Shared strings (18.4): runs of one item are joined, phonetic hints left out."""

    def __init__(self, most: int) -> None:
        self.items: list[str] = []
        self._most = most
        self._runs: list[str] = []
        self._hint = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - a listener
        if name == "si":
            self._runs = []
        self._hint = self._hint or name == "rPh"

    def end(self, name: str, text: str) -> None:
        if name == "t" and not self._hint:
            self._runs.append(text)
        elif name == "rPh":
            self._hint = False
        elif name == "si":
            self.items.append(unescaped("".join(self._runs)))
            if len(self.items) > self._most:
                raise LimitExceeded("workbook_cells", seen=len(self.items), allowed=self._most)


class Count:
    """How many cells were read in all sheets together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._seen = 0

    def one_more(self) -> None:
        self._seen += 1
        if self._seen > self.limits.workbook_cells:
            raise LimitExceeded(
                "workbook_cells", seen=self._seen, allowed=self.limits.workbook_cells
            )


class Filters:
    """Collects the rows that automatic filters may hide, of a sheet or of one of its tables."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "autoFilter" and len(self.rows) < _MOST_FILTERS:
            found = boxes(attributes.get("ref", ""))
            self.rows += [(top, bottom) for top, _left, bottom, _right in found[:1]]

    def end(self, name: str, text: str) -> None:
        """Nothing ends that matters here."""


class SheetListener:
    """Collects a sheet's cells (18.3.1) and what is hidden on it."""

    def __init__(self, strings: list[str], count: Count, *, date1904: bool) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        #: Number formats that conditions of newer programs put in (`x14:dxf`).
        self.conditional: list[str] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.margins: list[str] = []
        self.filters = Filters()
        self._strings, self._count, self._date1904 = strings, count, date1904
        self._row, self._column = -1, -1
        self._is_low = self._is_narrow = self._is_placed = False
        #: First and last of the columns of which the sheet says something.
        self._told_columns: list[tuple[int, int]] = []
        self._places: set[tuple[int, int]] = set()
        self._kind, self._text, self._saved = "n", "", False
        self._style = 0
        self._inline: list[str] = []
        self._formula: dict[str, str] | None = None
        self._formula_text = ""
        self._shared: dict[str, Formula] = {}
        self._arrays: list[tuple[tuple[int, int, int, int], Formula]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            if self._formula is not None:
                raise Ambiguous("a cell has two formulas")
            self._formula = attributes
        elif name == "col":
            self._hide_columns(attributes)
        elif name == "sheetFormatPr":
            self._hide_all(attributes)
        elif name == "mergeCell" and len(self.merged) < _MOST_BOXES:
            self.merged += boxes(attributes.get("ref", ""))
        else:
            self.filters.start(name, attributes)

    def end(self, name: str, text: str) -> None:
        if name == "v":
            if self._saved:
                raise Ambiguous("a cell has two values")
            self._text, self._saved = text, True
        elif name == "f":
            self._formula_text = text
        elif name == "t":
            self._inline.append(text)
        elif name == "c":
            self._finish()
        elif name.endswith(("Header", "Footer")) and text:
            self.margins.append(text)

    def spread_arrays(self) -> None:
        """Let every cell of an array formula know it: only its first carries the text."""
        left = _MOST_SPREAD
        for box, formula in self._arrays:
            inside = _inside(box, self.cells)
            left -= min(_area(box), len(self.cells)) + 1
            if left < 0:
                raise Ambiguous("more array formulas than are read")
            for place in inside:
                old = self.cells[place]
                if old.formula not in {None, formula}:
                    raise Ambiguous(f"the cell {cell_name(*place)} has two formulas")
                self.cells[place] = replace(old, formula=formula)

    def aside(self, name: str, attributes: dict[str, str]) -> None:
        """Take note of what is not the sheet's own: formats in its list of extensions."""
        if name == "numFmt" and len(self.conditional) < _MOST_FILTERS:
            self.conditional.append(attributes.get("formatCode", "")[:_MOST_FILTERS])

    def _begin_row(self, attributes: dict[str, str]) -> None:
        told = attributes.get("r")
        if told is not None and not (told.isdecimal() and len(told) < 8):  # noqa: PLR2004
            raise Ambiguous(f"a row has the number {told[:20]}")
        self._row = self._row + 1 if told is None else int(told) - 1
        self._is_placed = told is not None
        self._column = -1
        height = attributes.get("ht")
        is_low = self._is_low if height is None else _is_below(_LOWEST, height)
        if attributes.get("hidden") in _ON or is_low:
            self.hidden_rows.add(self._row)

    def _hide_all(self, attributes: dict[str, str]) -> None:
        """Heed how high and wide all are of which nothing else is said."""
        own = attributes.get("customHeight") in _ON
        self._is_low = own and _is_below(_LOWEST, attributes.get("defaultRowHeight"))
        self._is_narrow = _is_below(_NARROWEST, attributes.get("defaultColWidth"))

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        hidden = attributes.get("hidden") in _ON or _is_below(_NARROWEST, attributes.get("width"))
        ends = attributes.get("min", ""), attributes.get("max", "")
        if not all(end.isdecimal() for end in ends) or len(self._told_columns) >= _COLUMNS:
            return
        told = int(ends[0]) - 1, int(ends[1]) - 1
        self._told_columns.append(told)
        if hidden:
            self.hidden_columns.append(told)

    def hide_untold_columns(self) -> None:
        """Hide those of which nothing is said, where they have no width by default."""
        if not self._is_narrow:
            return
        after = 0
        for first, last in sorted(self._told_columns):
            if first > after:
                self.hidden_columns.append((after, first - 1))
            after = max(after, last + 1)
        self.hidden_columns.append((after, _COLUMNS - 1))

    def _begin(self, attributes: dict[str, str]) -> None:
        self._count.one_more()
        told = attributes.get("r")
        if told is None:
            self._column, self._is_placed = self._column + 1, True
        else:
            self._column = self._own_column(told)
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "")
        self._style = int(style) if style.isdecimal() and len(style) < 6 else 0  # noqa: PLR2004
        self._text, self._saved, self._inline = "", False, []
        self._formula, self._formula_text = None, ""

    def _place_row(self, row: int) -> None:
        """Let the first cell of a row without a number say which it is."""
        if self._row in self.hidden_rows and row != self._row:
            self.hidden_rows.discard(self._row)
            self.hidden_rows.add(row)
        self._row, self._is_placed = row, True

    def _own_column(self, told: str) -> int:
        found = _PLACE.fullmatch(told)
        row, column = _place(found[1], found[2]) if found else (-1, -1)
        if found is not None and not self._is_placed:
            self._place_row(row)
        if found is None or row != self._row:
            raise Ambiguous(f"a cell of row {self._row + 1} has the name {told[:20]}")
        return column

    def _finish(self) -> None:
        inside = 0 <= self._row < _ROWS and 0 <= self._column < _COLUMNS
        if not inside:
            return
        place = (self._row, self._column)
        if place in self._places:
            raise Ambiguous(f"the cell {cell_name(*place)} is there twice")
        self._places.add(place)
        value = self._value()
        formula, odd = self._read_formula()
        # A program that computes nothing leaves an empty result behind; a text may be empty.
        saved = self._saved and (bool(self._text) or self._kind == "str")
        if value is not None or formula is not None or odd is not None:
            self.cells[self._row, self._column] = Cell(value, formula, saved, odd, self._style)

    def _value(self) -> Scalar:
        text = self._text
        if self._kind == "inlineStr":
            return unescaped("".join(self._inline))
        if not self._saved or (not text and self._kind != "str"):
            return None
        read = _KINDS.get(self._kind)
        if read is not None:
            return read(text)
        if self._kind == "s":
            inside = text.isdecimal() and len(text) < 8 and int(text) < len(self._strings)  # noqa: PLR2004
            return self._strings[int(text)] if inside else Fault("#REF!")
        return _day(text, date1904=self._date1904) if self._kind == "d" else _number(text)

    def _read_formula(self) -> tuple[Formula | None, str | None]:
        if self._formula is None:
            return None, None
        text, kind = self._formula_text, self._formula.get("t", "normal")
        limit = self._count.limits.formula_chars
        if len(text) > limit:
            raise LimitExceeded("formula_chars", seen=len(text), allowed=limit)
        made = Formula(text, (self._row, self._column))
        if kind == "shared":
            index = self._formula.get("si", "")
            if text:
                self._shared[index] = made
            found = self._shared.get(index)
            return found, None if found else "shared formula without a text"
        if kind == "dataTable":
            return None, "data table"
        if kind == "array":
            return self._array(text), None
        return (made, None) if text else (None, "formula without a text")

    def _array(self, text: str) -> Formula:
        assert self._formula is not None  # noqa: S101 - asked before
        row, column = self._row, self._column
        found = boxes(self._formula.get("ref", ""))
        box = found[0] if found else (row, column, row, column)
        formula = Formula(text, (row, column), box)
        if box != (row, column, row, column):
            self._arrays.append((box, formula))
        return formula


def _place(letters: str, digits: str) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


def _area(box: tuple[int, int, int, int]) -> int:
    top, left, bottom, right = box
    return (bottom - top + 1) * (right - left + 1)


def _inside(
    box: tuple[int, int, int, int], cells: dict[tuple[int, int], Cell]
) -> list[tuple[int, int]]:
    """Give the cells in a box, by the shorter way."""
    top, left, bottom, right = box
    if _area(box) > len(cells):
        return [one for one in cells if top <= one[0] <= bottom and left <= one[1] <= right]
    places = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    return [place for place in places if place in cells]


def boxes(text: str) -> list[tuple[int, int, int, int]]:
    """Read ``A1:B2``, several parted by spaces; what is none is left out."""
    found = []
    for part in text.split():
        try:
            ref = reference(part)
        except NotComputed:
            continue
        found.append((ref.top.index, ref.left.index, ref.bottom.index, ref.right.index))
    return found


def unescaped(text: str) -> str:
    """Read the characters that XML cannot carry (18.18.96, ST_Xstring)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - half characters


def _is_below(least: float, size: str | None) -> bool:
    try:
        return size is not None and float(size) < least
    except ValueError:
        return False


def _number(text: str) -> Scalar:
    if _NUMBER.fullmatch(text) is None:
        return text
    found = float(text)
    return found if math.isfinite(found) else text


def _day(text: str, *, date1904: bool) -> Scalar:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return text
        seconds = at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
        return serial_of(at.date(), date1904=date1904) + seconds / 86_400
    except (ValueError, NotComputed):
        return text


_KINDS: dict[str, Callable[[str], Scalar]] = {
    "str": unescaped,
    "b": lambda text: text.strip() in _ON,
    "e": lambda text: Fault(text.strip()),
}
