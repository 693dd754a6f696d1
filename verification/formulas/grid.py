"""The cells that formulas read, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verification.formulas.values import Scalar

#: Sheet, row, column, each from 0.
Key: TypeAlias = tuple[int, int, int]


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


@dataclass(frozen=True, slots=True)
class Result:
    """A value, or the reason why there is none."""

    value: Scalar = None
    reason: str | None = None
    #: By how much sums that cancel one another may be off, in the value's own unit.
    noise: float = 0.0
    #: The value was found by trying, as rates of return are.
    approximate: bool = False
