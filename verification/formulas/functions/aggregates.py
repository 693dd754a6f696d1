"""Sums, means, extremes and counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verification.formulas.functions.frame import MANY, Asking, Table, numbers
from verification.formulas.values import (
    DIVISION,
    NOT_A_VALUE,
    Area,
    Fault,
    Faulty,
    NotComputed,
    Value,
    read_number,
)

if TYPE_CHECKING:
    from verification.formulas.tree import Node

    _Nodes = tuple[Node, ...]


def _sum(frame: Asking, nodes: _Nodes) -> Value:
    return frame.exactness.total(list(numbers(frame, nodes)))


def _average(frame: Asking, nodes: _Nodes) -> Value:
    found = list(numbers(frame, nodes))
    if not found:
        raise Faulty(DIVISION)
    return frame.exactness.total(found) / len(found)


def _median(frame: Asking, nodes: _Nodes) -> Value:
    found = sorted(numbers(frame, nodes))
    if not found:
        raise Faulty(Fault("#NUM!"))
    middle = len(found) // 2
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2


def _count(frame: Asking, nodes: _Nodes) -> Value:
    total = 0
    for node in nodes:
        value = _kept(frame, node)
        if isinstance(value, Area):
            total += sum(isinstance(one, float) for one in value.cells())
        elif isinstance(value, str):
            total += read_number(value) is not None
        else:
            total += not isinstance(value, Fault)
    return float(total)


def _kept(frame: Asking, node: Node) -> Value:
    try:
        return frame.value(node)
    except Faulty as error:
        return error.fault


def _count_filled(frame: Asking, nodes: _Nodes) -> Value:
    values = [_kept(frame, node) for node in nodes]
    return float(
        sum(
            sum(one is not None for one in value.cells()) if isinstance(value, Area) else 1
            for value in values
        )
    )


def _count_blank(frame: Asking, nodes: _Nodes) -> Value:
    value = frame.value(nodes[0])
    if not isinstance(value, Area):
        raise NotComputed("COUNTBLANK of a value")
    filled = sum(one is not None and one != "" for one in value.cells())
    return float(value.height * value.width - filled)


def _product(frame: Asking, nodes: _Nodes) -> Value:
    found = list(numbers(frame, nodes))
    return math.prod(found) if found else 0.0


def _sum_of_products(frame: Asking, nodes: _Nodes) -> Value:
    inner = frame.as_array()
    values = [inner.value(node) for node in nodes]
    areas = [one if isinstance(one, Area) else Area([[one]], 1, 1) for one in values]
    if len({(one.height, one.width) for one in areas}) != 1:
        raise Faulty(NOT_A_VALUE)
    products = [
        math.prod(_factor(one, row, column) for one in areas)
        for row in range(max(len(one.rows) for one in areas))
        for column in range(max((len(one.rows[0]) for one in areas if one.rows), default=0))
    ]
    return frame.exactness.total(products)


def _factor(cells: Area, row: int, column: int) -> float:
    value = cells.get(row, column)
    if isinstance(value, Fault):
        raise Faulty(value)
    return value if isinstance(value, float) else 0.0


TABLE: Table = {
    "SUM": (1, MANY, _sum),
    "AVERAGE": (1, MANY, _average),
    "MEDIAN": (1, MANY, _median),
    "MIN": (1, MANY, lambda frame, nodes: min(numbers(frame, nodes), default=0.0)),
    "MAX": (1, MANY, lambda frame, nodes: max(numbers(frame, nodes), default=0.0)),
    "COUNT": (1, MANY, _count),
    "COUNTA": (1, MANY, _count_filled),
    "COUNTBLANK": (1, 1, _count_blank),
    "PRODUCT": (1, MANY, _product),
    "SUMPRODUCT": (1, MANY, _sum_of_products),
}
