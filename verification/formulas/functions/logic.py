"""What depends on a condition, and what looks at errors instead of passing them on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.formulas.functions.frame import MANY, Asking, Table
from verification.formulas.values import (
    NOT_A_VALUE,
    NOT_AVAILABLE,
    Area,
    Fault,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    each,
    number,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verification.formulas.tree import Node

    _Nodes = tuple[Node, ...]


def _if(frame: Asking, nodes: _Nodes) -> Value:
    [condition] = frame.operands(nodes[0])
    if isinstance(condition, Area):
        if frame.lifted:
            # SUMPRODUCT takes arrays, IF inside it does not: Excel reads the formula's own row.
            raise NotComputed("IF of cells outside an array formula")
        otherwise: Value = frame.value(nodes[2]) if nodes[2:] else False
        parts = [condition, frame.value(nodes[1]), otherwise]
        return each(lambda test, yes, no: yes if truth(test) else no, parts)
    if truth(condition):
        return frame.value(nodes[1])
    return frame.value(nodes[2]) if nodes[2:] else False


def _instead(caught: Callable[[Fault], bool]) -> Callable[[Asking, _Nodes], Value]:
    def instead(frame: Asking, nodes: _Nodes) -> Value:
        if frame.array:
            raise NotComputed("IFERROR in an array formula")
        value = _seen(frame, nodes[0])
        if isinstance(value, Fault) and caught(value):
            return frame.scalar(nodes[1])
        return value

    return instead


def _seen(frame: Asking, node: Node) -> Scalar:
    try:
        return frame.scalar(node)
    except Faulty as error:
        return error.fault


def _truths(frame: Asking, nodes: _Nodes) -> Iterator[bool]:
    for node in nodes:
        value = frame.value(node)
        if not isinstance(value, Area):
            yield truth(value)
            continue
        for one in value.cells():
            if isinstance(one, Fault):
                raise Faulty(one)
            if isinstance(one, bool | float):
                yield number(one) != 0


def _all(frame: Asking, nodes: _Nodes) -> Value:
    found = list(_truths(frame, nodes))
    if not found:
        raise Faulty(NOT_A_VALUE)
    return all(found)


def _any(frame: Asking, nodes: _Nodes) -> Value:
    found = list(_truths(frame, nodes))
    if not found:
        raise Faulty(NOT_A_VALUE)
    return any(found)


def _not_available(frame: Asking, nodes: _Nodes) -> Value:  # noqa: ARG001 - a function's form
    raise Faulty(NOT_AVAILABLE)


def _is(test: Callable[[Scalar], bool]) -> Callable[[Asking, _Nodes], Value]:
    def answer(frame: Asking, nodes: _Nodes) -> Value:
        if frame.array:
            return each(test, [frame.value(nodes[0])])
        return test(_seen(frame, nodes[0]))

    return answer


TABLE: Table = {
    "IF": (2, 3, _if),
    "IFERROR": (2, 2, _instead(lambda _: True)),
    "IFNA": (2, 2, _instead(lambda fault: fault == NOT_AVAILABLE)),
    "AND": (1, MANY, _all),
    "OR": (1, MANY, _any),
    "TRUE": (0, 0, lambda frame, nodes: True),  # noqa: ARG005 - a function's form
    "FALSE": (0, 0, lambda frame, nodes: False),  # noqa: ARG005
    "NA": (0, 0, _not_available),
    "ISERROR": (1, 1, _is(lambda value: isinstance(value, Fault))),
    "ISNUMBER": (1, 1, _is(lambda value: isinstance(value, float))),
    "ISTEXT": (1, 1, _is(lambda value: isinstance(value, str))),
    "ISBLANK": (1, 1, _is(lambda value: value is None)),
}
