"""What it means that a clause holds, in plain Python: the one definition of a comparison.

Engines and columns compare encoded numbers; tests hold them against this.
"""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING

from rules.conditions import Operator
from rules.facts import FieldType
from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.conditions import Clause

COMPARE: dict[Operator, Callable[[object, object], bool]] = {
    Operator.EQUAL: eq,
    Operator.OTHER: ne,
    Operator.BELOW: lt,  # type: ignore[dict-item]  # a clause orders numbers only
    Operator.AT_MOST: le,  # type: ignore[dict-item]  # as above
    Operator.ABOVE: gt,  # type: ignore[dict-item]  # as above
    Operator.AT_LEAST: ge,  # type: ignore[dict-item]  # as above
}
_WORDS = {FieldType.TEXT, FieldType.CHOICE}


def clause_holds(clause: Clause, value: object) -> bool:
    """Say whether a value of the clause's field fulfils it; an absent one (None) does not.

    The value is one that :class:`rules.facts.Encoder` takes for the field.
    """
    if value is None:
        return False
    if clause.field.type is FieldType.TEXT:
        value = normal(str(value))
    if clause.operator is not Operator.IN:
        return COMPARE[clause.operator](value, clause.operands[0])
    if clause.field.type in _WORDS:
        return value in clause.operands
    low, high = clause.operands
    return bool(low <= value <= high)  # type: ignore[operator]  # numbers, as the operator says
