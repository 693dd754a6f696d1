"""A workbook as it was saved: cells with their formulas and results, and what is hidden in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.formulas.grid import Formula
    from verification.formulas.values import Scalar


@dataclass(frozen=True, slots=True)
class Cell:
    """What was saved in a cell; `value` of a formula is its saved result."""

    value: Scalar
    formula: Formula | None = None
    #: A result is saved; False where a program wrote formulas only.
    saved: bool = True
    #: A kind of formula that is not worked out, e.g. a data table.
    odd: str | None = None
    #: Number of its style in `Book.formats`.
    style: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet with cells. Rows and columns count from 0."""

    name: str
    part: str
    state: Literal["visible", "hidden", "veryHidden"]
    cells: Mapping[tuple[int, int], Cell]
    hidden_rows: frozenset[int] = frozenset()
    #: First and last rows of ranges, the sheet's own and its tables', with an automatic filter.
    filtered: tuple[tuple[int, int], ...] = ()
    #: First and last of hidden columns.
    hidden_columns: tuple[tuple[int, int], ...] = ()
    #: Top, left, bottom, right.
    merged: tuple[tuple[int, int, int, int], ...] = ()
    #: Headers and footers of the printed page.
    margins: tuple[str, ...] = ()
    #: Number formats that conditions in its list of extensions put in.
    conditional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedName:
    """A name; `sheet` is the number of its sheet, None for the whole book."""

    name: str
    sheet: int | None
    text: str
    #: No list of names shows it.
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook."""

    part: str
    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...] = ()
    date1904: bool = False
    #: The number format of each style, and the names of all fonts, sorted.
    formats: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
    #: Styles whose letters nobody sees, and number formats that a condition puts in.
    faint: frozenset[int] = frozenset()
    conditional: tuple[str, ...] = ()
    #: Figures are computed as they are displayed, or circles are walked through.
    unusual: str | None = None
    #: The book asks to be computed when it is opened: who wrote it computed nothing.
    computed_later: bool = False
    #: Part and target of links to other books, and of connections to data elsewhere.
    links: tuple[tuple[str, str], ...] = ()
    #: Parts that hold macros.
    macros: tuple[str, ...] = ()
    #: Where a property stands (part and name) → what it says.
    properties: Mapping[tuple[str, str], str]


class BookError(ValueError):
    """A book that cannot be read; `part` says where."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


class Ambiguous(ValueError):
    """Something that programs read in different ways; `BookError` adds where."""
