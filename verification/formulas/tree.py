"""What a formula is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from verification.formulas.values import Area, Scalar

ROWS, COLUMNS = 1_048_576, 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A value as it stands; None where an argument is left out."""

    value: Scalar | Area


@dataclass(frozen=True, slots=True, eq=False)
class Corner:
    """A row or a column from 0, `fixed` by a dollar sign."""

    index: int
    fixed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Cells from a corner to a corner; `sheet` None: the formula's own."""

    sheet: str | None
    top: Corner
    left: Corner
    bottom: Corner
    right: Corner


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A defined name, upper case, perhaps of a certain sheet."""

    sheet: str | None
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """One operand: ``-`` before it, or ``%`` behind it."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two operands; `left` may be thousands of pairs deep, `right` is not."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function, upper case, without the prefix of later versions."""

    name: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Constant | Reference | Name | Sign | Pair | Call
