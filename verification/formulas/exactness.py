"""How exact the sums of one formula are: where parts all but cancel, programs differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.formulas.values import Area, NotComputed, Scalar, Value, number

if TYPE_CHECKING:
    from collections.abc import Sequence

BORDER = "a sum at the border of nothing"
#: Below this share of its operands Excel takes a difference for 0, but not everywhere.
_NOTHING = 2.0**-49
_EPSILON = 2.0**-50
#: A sum that keeps a larger share of its parts is as exact as any other figure.
_CANCELLED = 1e-6


@dataclass(slots=True)
class Exactness:
    """What was noted while a formula was worked out."""

    #: Sums as they come, one part after the other; else what is next to nothing is 0.
    plain: bool = False
    noise: float = 0.0
    #: The value was found by trying, as rates of return are.
    approximate: bool = False
    #: The other way of adding gives another sum.
    delicate: bool = False

    def plus(self, left: Scalar, right: Scalar) -> Scalar:
        a, b = number(left), number(right)
        total = a + b
        if not total or abs(total) >= _NOTHING * max(abs(a), abs(b)):
            return total
        self.delicate = True
        return total if self.plain else 0.0

    def minus(self, left: Scalar, right: Scalar) -> Scalar:
        return self.plus(number(left), -number(right))

    def total(self, found: Sequence[float]) -> float:
        """Give the sum of numbers, and note how exact it is."""
        one_by_one = 0.0
        for one in found:
            one_by_one += one
        at_once = math.fsum(found)
        self.delicate |= one_by_one != at_once
        total = one_by_one if self.plain else at_once
        self.note(total, *found)
        return total

    def note(self, total: Value, *values: Value) -> None:
        """Note how exact a sum is, where its parts all but cancel one another."""
        if not isinstance(total, float):
            return
        largest = max((abs(one) for one in values if isinstance(one, float)), default=0.0)
        if abs(total) >= _CANCELLED * largest:
            return
        if self.approximate:
            raise NotComputed(BORDER)
        self.noise = max(self.noise, largest * _EPSILON)


def is_several(value: Value) -> bool:
    """Say whether these are more cells than one."""
    return isinstance(value, Area) and (value.height, value.width) != (1, 1)
