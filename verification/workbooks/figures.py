"""Labels and the figures that stand beside them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verification.formulas.grid import Key
    from verification.workbooks.study import Study

#: A figure stands at most so many columns right of its label, or one row below it.
_RIGHT = 8
_RESULT = re.compile(
    r"净现值|内部收益率|投资回报率|回收期|\b(?:npv|irr|roi)\b|net present value|payback|"
    r"return on investment|(?:合计|总计|小计|共计)(?:[（(:：]|$)|"
    r"^(?:grand |sub-?)?totals?(?:\s*[(:（]|$)",
    re.IGNORECASE,
)

#: A figure written as a text: with a currency, a unit of money or percent, decimals or thousands.
_WRITTEN = re.compile(
    r"\s*(?:[约近达超逾≈~～>≥<≤+-]|大约|超过|不低于|about|approx\.?|over|some)*\s*"
    r"(?:(?:[¥￥$€£]|(?:rmb|cny|usd|eur|gbp)\b)\s*[-+]?\d[\d,]*(?:\.\d+)?\s*(?:[%％万亿元倍]+)?|"
    r"\d[\d,]*(?:\.\d+)?\s*(?:[%％万亿元倍]+|per ?cent|x\b|times|rmb|cny|usd|eur|gbp)|"
    r"\d+\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?)\s*(?:左右|以上|上下|p\.?a\.?|or more)?\s*",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Make labels alike: width, case, white space and what stands in brackets left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split())


def asked_figure(found: Study, wanted: str) -> Key | None:
    """Give the figure that a person finds by a label; None where none can be seen."""
    figures = (beside(found, label) for label in labelled(found, wanted))
    seen = (one for one in figures if one is not None and found.is_shown(one))
    return next((one for one in seen if not found.is_faint(one)), None)


def labelled(found: Study, wanted: str) -> Iterator[Key]:
    """Give the cells whose text holds a label."""
    key = plain(wanted)
    for number, sheet in enumerate(found.book.sheets):
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, str) and key and key in plain(cell.value):
                yield number, row, column


def beside(found: Study, label: Key) -> Key | None:
    """Give the first number right of a label, units left aside, or the one below it.

    A text that a person reads as the figure (“120 %”) stands before any number behind it.
    """
    number, row, column = label
    cells = found.book.sheets[number].cells
    for step in range(1, _RIGHT + 1):
        cell = cells.get((row, column + step))
        if cell is not None and isinstance(cell.value, float):
            return number, row, column + step
        if cell is not None and isinstance(cell.value, str) and _WRITTEN.fullmatch(cell.value):
            return None
    below = cells.get((row + 1, column))
    if below is not None and isinstance(below.value, float):
        return number, row + 1, column
    return None


def is_result(text: str) -> bool:
    """Say whether a label names what is computed, and never entered."""
    return _RESULT.search(unicodedata.normalize("NFKC", text).strip()) is not None


def label_of(cells: Mapping[tuple[int, int], object], row: int, column: int) -> str | None:
    """Give the nearest text left of a cell that no other number parts from it."""
    for step in range(1, min(column, _RIGHT) + 1):
        value = cells.get((row, column - step))
        if isinstance(value, str) and len(value) > 1:
            return value
        if isinstance(value, float):
            return None
    return None
