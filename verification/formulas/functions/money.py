"""Present value, payments and the internal rate of return."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from verification.formulas.functions.frame import MANY, Asking, Table, area, in_cells, numbers
from verification.formulas.values import DIVISION, NOT_A_NUMBER, Faulty, NotComputed, Value, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verification.formulas.tree import Node

    _Nodes = tuple[Node, ...]
    _Plan = Callable[[float, float, float, float], float]

#: Rates of return outside are so odd that Excel's search may end elsewhere.
_LEAST, _MOST = -0.9, 10.0
_HALVINGS = 200


def _worth(rate: float, flows: Sequence[float]) -> float:
    return sum(flow / (1 + rate) ** year for year, flow in enumerate(flows))


def _present(frame: Asking, nodes: _Nodes) -> Value:
    rate = number(frame.scalar(nodes[0]))
    if rate == -1:
        raise Faulty(DIVISION)
    flows = list(numbers(frame, nodes[1:]))
    if not flows:
        raise NotComputed("NPV of no flows")
    worth = _worth(rate, [0.0, *flows])
    frame.exactness.note(worth, *flows)
    return worth


def _rate_of_return(frame: Asking, nodes: _Nodes) -> Value:
    flows = list(in_cells(area(frame, nodes[0])))
    if nodes[1:]:
        number(frame.scalar(nodes[1]))
    signs = [flow > 0 for flow in flows if flow]
    turns = sum(a != b for a, b in pairwise(signs))
    if not turns:
        raise Faulty(NOT_A_NUMBER)
    if turns > 1:
        raise NotComputed("IRR of flows that turn more than once")
    low, high = _LEAST, _MOST
    if (_worth(low, flows) > 0) == (_worth(high, flows) > 0):
        raise NotComputed("IRR beyond usual rates")
    rising = _worth(high, flows) > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (_worth(middle, flows) > 0) == rising:
            high = middle
        else:
            low = middle
    frame.exactness.approximate = True
    return (low + high) / 2


def _planned(plan: _Plan) -> Callable[[Asking, _Nodes], Value]:
    def planned(frame: Asking, nodes: _Nodes) -> Value:
        given = [number(frame.scalar(node)) for node in nodes]
        rate, periods, amount, other, early = (*given, 0.0, 0.0)[:5]
        if early not in {0.0, 1.0}:
            raise NotComputed("a kind of payment other than 0 and 1")
        return plan(*_growth(rate, periods, early=bool(early)), amount, other)

    return planned


def _growth(rate: float, periods: float, *, early: bool) -> tuple[float, float]:
    """Give by how much one unit grows, and what a payment of one each period comes to."""
    if rate <= -1:
        raise NotComputed("a rate of -100 % or less")
    grown: float = (1 + rate) ** periods
    paid = periods if not rate else (grown - 1) / rate * (1 + rate * early)
    return grown, paid


def _payment(grown: float, paid: float, now: float, then: float) -> float:
    if not paid:
        raise Faulty(NOT_A_NUMBER)
    return -(now * grown + then) / paid


def _worth_now(grown: float, paid: float, payment: float, then: float) -> float:
    return -(then + payment * paid) / grown


def _worth_then(grown: float, paid: float, payment: float, now: float) -> float:
    return -(now * grown + payment * paid)


TABLE: Table = {
    "NPV": (2, MANY, _present),
    "IRR": (1, 2, _rate_of_return),
    "PMT": (3, 5, _planned(_payment)),
    "PV": (3, 5, _planned(_worth_now)),
    "FV": (3, 5, _planned(_worth_then)),
}
