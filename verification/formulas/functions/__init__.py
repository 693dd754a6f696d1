"""The functions that are worked out here; every other one makes its formula NotComputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.formulas.exactness import is_several
from verification.formulas.functions import aggregates, conditions, logic, lookup, money, single
from verification.formulas.values import NotComputed, each, within_range

if TYPE_CHECKING:
    from verification.formulas.functions.frame import Asking
    from verification.formulas.tree import Call
    from verification.formulas.values import Value

power = single.power
_WHOLE = {
    **aggregates.TABLE,
    **conditions.TABLE,
    **logic.TABLE,
    **lookup.TABLE,
    **money.TABLE,
}
#: How many arguments a function of single values takes, at least and at most.
_SINGLE = single.TABLE


def call(frame: Asking, node: Call) -> Value:
    """Call a function. Raises Faulty and NotComputed, the latter for an unknown one."""
    count = len(node.arguments)
    if node.name in _SINGLE:
        least, most, function = _SINGLE[node.name]
        if not least <= count <= most:
            raise NotComputed(f"{node.name} of {count} arguments")
        values = frame.operands(*node.arguments)
        if node.name in single.SINGLE_DAYS and any(map(is_several, values)):
            raise NotComputed(f"{node.name} of an array")
        if node.name in single.DATED:
            return each(lambda *given: function(*given, date1904=frame.date1904), values)
        return each(function, values)
    if node.name not in _WHOLE:
        raise NotComputed(node.name)
    least, most, whole = _WHOLE[node.name]
    if not least <= count <= most:
        raise NotComputed(f"{node.name} of {count} arguments")
    return within_range(whole, frame, node.arguments)


def known() -> frozenset[str]:
    """Name every function that is worked out."""
    return frozenset({*_SINGLE, *_WHOLE})
