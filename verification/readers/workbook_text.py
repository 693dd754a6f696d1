"""The words and figures of a workbook as a person sees them: cells of visible sheets, in rows.

A figure is written as its number format shows it, a day as a day. Columns stand side by side and
sheets one below the other, so that whoever reads cells by their places can read these too.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from verification.formulas.functions.single import day_of
from verification.formulas.parser import cell_name
from verification.formulas.values import Fault, Faulty, NotComputed
from verification.printed import Cell, Printed, Row
from verification.readers.workbook.reading import read
from verification.readers.workbook_formats import DAY_LETTERS, section
from verification.readers.workbook_merged import covered
from verification.values import PackagePart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.formulas.values import Scalar
    from verification.limits import Limits
    from verification.readers.workbook.values import Book, Sheet

#: A quote has fewer rows; what follows is no quote.
_MOST_ROWS, _MOST_COLUMNS = 2_000, 100
_COLUMN, _HEIGHT = 100.0, 20.0
_DAY = re.compile(r"[yd]|m.*[yd]", re.IGNORECASE)
_DAY_WORDS = re.compile("[年月日]")
#: How accountants write nothing.
_DASHES = frozenset("-–—")
_THOUSANDS = re.compile(r",(?=,*(?:\.|%|$))")
#: Fractions and powers of ten: the value is told as it is.
_OTHER_FIGURES = re.compile(r"[?#0] ?/|E[+-]", re.IGNORECASE)
#: More figures than a format, or a binary number, can mean.
_MOST_DECIMALS = 15


def read_workbook(data: bytes, limits: Limits) -> Printed:
    """Read what is seen of a book. Raises BookError and LimitExceeded."""
    book = read(data, limits)
    rows: list[Row] = []
    for sheet in book.sheets:
        if sheet.state != "visible":
            continue
        for cells in _rows(book, sheet):
            rows.append(Row(tuple(_placed(cells, sheet.part, len(rows)))))
            if len(rows) >= _MOST_ROWS:
                break
    return Printed(rows=tuple(rows), origin="text", fonts=book.fonts)


def _rows(book: Book, sheet: Sheet) -> Iterator[list[tuple[int, int, str]]]:
    """Give each row that is seen: row, column and words of its cells."""
    seen: dict[int, list[tuple[int, int, str]]] = {}
    columns = set(range(_MOST_COLUMNS))
    for first, last in sheet.hidden_columns:
        columns.difference_update(range(first, min(last + 1, _MOST_COLUMNS)))
    beneath = covered(sheet)
    for (row, column), cell in sheet.cells.items():
        if row in sheet.hidden_rows or column not in columns or (row, column) in beneath:
            continue
        if cell.style in book.faint:
            continue
        inside = 0 <= cell.style < len(book.formats)
        code = book.formats[cell.style] if inside else "General"
        if words := shown(cell.value, code, date1904=book.date1904):
            seen.setdefault(row, []).append((row, column, words))
    for row in sorted(seen):
        yield sorted(seen[row])


def _placed(cells: list[tuple[int, int, str]], part: str, place: int) -> Iterator[Cell]:
    for row, column, words in cells:
        left, top = column * _COLUMN, place * _HEIGHT
        box = (left, top, left + 0.9 * _COLUMN, top + 0.9 * _HEIGHT)
        where = PackagePart(part=part, path=cell_name(row, column))
        yield Cell(text=words, page=1, box=box, where=where)


def shown(value: Scalar, code: str, *, date1904: bool = False) -> str:
    """Write a value as a format shows it; only what quotes and letters need of formats."""
    if isinstance(value, float):
        return _number(value, code, date1904=date1904)
    if isinstance(value, Fault):
        return value.code
    if isinstance(value, bool):
        return str(value).upper()
    return " ".join((value or "").split())


def _number(value: float, code: str, *, date1904: bool) -> str:
    found = section(value, code or "General")
    if found is None:
        return ""
    pieces, is_own = found
    bare = "".join(one["plain"] or one["figures"] or "" for one in pieces)
    words = "".join(one["words"] or one["sign"] or one["plain"] or "" for one in pieces)
    if not any(one["figures"] for one in pieces) and (
        _DAY.search(bare) or (_DAY_WORDS.search(words) and DAY_LETTERS.search(bare))
    ):
        try:
            return day_of(value, date1904=date1904).isoformat()
        except (Faulty, NotComputed):
            return _figure(value, "General")
    if "@" in bare or _OTHER_FIGURES.search(bare):
        return _figure(value, "General")
    return _dressed(value, pieces, is_own=is_own)


def _dressed(value: float, pieces: list[re.Match[str]], *, is_own: bool) -> str:
    """Put the words of a format, a currency above all, around a figure; they may stand alone."""
    names = ("words", "currency", "sign", "plain")
    told = [next((one[name] for name in names if one[name]), "") for one in pieces]
    figures = [place for place, one in enumerate(pieces) if one["figures"]]
    if value == 0 and "".join(told).strip() in _DASHES:
        return "0"
    if not figures:
        return "".join(told).strip()
    first, last = figures[0], figures[-1]
    if any(told[first : last + 1]):
        return ""
    before, after = "".join(told[:first]).strip(), "".join(told[last + 1 :]).strip()
    minus = "-" if value < 0 and not is_own else ""
    if value < 0 and before.endswith("("):
        minus, before, after = "-", before[:-1], after.removeprefix(")")
    pattern = "".join(pieces[place]["figures"] for place in figures)
    figure = _figure(abs(value), pattern + ("%" if "%" in after else ""))
    return f"{minus}{before}{figure.removesuffix('%')}{after}"


def _figure(value: float, pattern: str) -> str:
    try:
        exact = Decimal(f"{value:.15g}") * (100 if "%" in pattern else 1)
        behind = re.search(r"\.([0#?]+)", pattern)
        # A comma behind the last figure leaves three of them out.
        exact = exact.scaleb(-3 * len(_THOUSANDS.findall(pattern)))
        if pattern.lower() != "general" and re.search("[0#?]", pattern):
            places = min(len(behind[1]) if behind else 0, _MOST_DECIMALS)
            exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return f"{value:g}"
    return f"{exact:f}" + ("%" if "%" in pattern else "")
