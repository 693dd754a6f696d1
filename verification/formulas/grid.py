"""The cells that formulas read, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verification.formulas.values import Scalar

#: Sheet, row, column, each from 0.
Key: TypeAlias = tuple[int, int, int]
#: Of the larger of two numbers; a rate that was found by trying is less exact.
_EQUAL, _EQUAL_TRIED = 1e-9, 1e-7
#: Two numbers that are nothing; a rate of nothing that was found by trying.
_NOTHING, _NOTHING_TRIED = 1e-12, 1e-9


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its ``=``, written for the cell `base` (row, column)."""

    text: str
    base: tuple[int, int]
    #: Of an array formula: top, left, bottom, right of the cells that share its results.
    area: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A book as formulas see it: a cell is a constant or a formula."""

    #: Lower-case name → number of the sheet.
    sheets: Mapping[str, int]
    constants: Sequence[Mapping[tuple[int, int], Scalar]]
    formulas: Mapping[Key, Formula]
    #: Name in capitals and sheet (None: of the whole book) → formula.
    names: Mapping[tuple[str, int | None], str] = field(default_factory=dict)
    date1904: bool = False
    #: What a program saved as results of formulas.
    saved: Mapping[Key, Scalar] = field(default_factory=dict)

    def meaning(self, name: str, sheet: int) -> str | None:
        """Give what a name stands for on a sheet, whose own names go before the book's."""
        return self.names.get((name, sheet), self.names.get((name, None)))


@dataclass(frozen=True, slots=True)
class Result:
    """A value, or the reason why there is none."""

    value: Scalar = None
    reason: str | None = None
    #: By how much sums that cancel one another may be off, in the value's own unit.
    noise: float = 0.0
    #: The value was found by trying, as rates of return are.
    approximate: bool = False

    def agrees(self, saved: Scalar) -> bool:
        """Say whether a value is the result, as exactly as numbers of 15 digits can tell."""
        value = self.value
        if isinstance(saved, float) and isinstance(value, float):
            share = _EQUAL_TRIED if self.approximate else _EQUAL
            least = _NOTHING_TRIED if self.approximate else _NOTHING
            allowed = max(share * max(abs(saved), abs(value)), 4 * self.noise, least)
            return abs(saved - value) <= allowed
        return type(saved) is type(value) and saved == value
