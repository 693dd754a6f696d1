"""Cells counted and summed by criteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.formulas.functions.frame import MANY, Asking, Table, area
from verification.formulas.values import (
    DIVISION,
    NOT_A_VALUE,
    Area,
    Fault,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    certain,
    read_number,
    rounded,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verification.formulas.tree import Node

    _Nodes = tuple[Node, ...]
    _Test = Callable[[Scalar], bool]

#: Beyond it searches give errors, and a ``~`` before another sign is left out or not.
_LONGEST = 255
_ODD_TILDE = re.compile(r"(?<!~)(?:~~)*~(?![*?~])")
_CRITERION = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def criterion(value: Scalar) -> _Test:
    """Give the test that a criterion stands for. Raises NotComputed for one that is not sure."""
    if isinstance(value, Fault):
        raise NotComputed("an error value as criterion")
    if isinstance(value, bool):
        return lambda cell: cell is value
    if not isinstance(value, str):
        return _of_number("=", 0.0 if value is None else value)
    found = _CRITERION.fullmatch(value)
    assert found is not None  # noqa: S101 - the pattern takes everything
    operator, operand = found[1] or "=", found[2]
    if operand == "":
        return _of_blank(operator, stated=found[1] is not None)
    if operand.upper() in {"TRUE", "FALSE"}:
        raise NotComputed("a truth value as text in a criterion")
    read = read_number(operand)
    return _of_text(operator, operand) if read is None else _of_number(operator, read)


def _of_blank(operator: str, *, stated: bool) -> _Test:
    if operator == "=":
        return (lambda cell: cell is None) if stated else (lambda cell: cell is None or cell == "")
    if operator == "<>":
        return lambda cell: cell is not None
    raise NotComputed("the order of texts")


def _of_number(operator: str, limit: float) -> _Test:
    def passes(cell: Scalar) -> bool:
        if isinstance(cell, float):
            certain(cell, limit)
            return _TESTS[operator](rounded(cell), rounded(limit))
        if isinstance(cell, str) and operator in {"=", "<>"} and cell.strip():
            equal = read_number(cell) == limit
            return equal if operator == "=" else not equal
        return operator == "<>"

    return passes


def _of_text(operator: str, wanted: str) -> _Test:
    if operator not in {"=", "<>"}:
        raise NotComputed("the order of texts")
    pattern = wildcard(wanted)

    def passes(cell: Scalar) -> bool:
        equal = isinstance(cell, str) and pattern.fullmatch(cell) is not None
        return equal if operator == "=" else not equal

    return passes


def wildcard(wanted: str) -> re.Pattern[str]:
    """Make a pattern of a text with ``*``, ``?`` and ``~`` before what is meant literally."""
    if wanted.count("*") > 3:  # noqa: PLR2004 - more would try out too much
        raise NotComputed("a text with many wildcards")
    if len(wanted) > _LONGEST or _ODD_TILDE.search(wanted):
        raise NotComputed("a text with many wildcards")
    parts = re.findall(r"~[*?~]|.", wanted, re.DOTALL)
    signs = {"*": ".*", "?": "."}
    pattern = "".join(signs.get(part) or re.escape(part[-1]) for part in parts)
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _matching(frame: Asking, nodes: _Nodes) -> Iterator[tuple[int, int]]:
    """Give the places at which every pair of range and criterion holds."""
    ranges = [area(frame, node) for node in nodes[::2]]
    tests = [criterion(frame.scalar(node)) for node in nodes[1::2]]
    if len({(one.height, one.width) for one in ranges}) != 1:
        raise Faulty(NOT_A_VALUE)
    if all(test(None) for test in tests) and any(_clipped(one) for one in ranges):
        raise NotComputed("a criterion that blanks beyond the sheet's end meet")
    rows = max(len(one.rows) for one in ranges)
    columns = max((len(one.rows[0]) for one in ranges if one.rows), default=0)
    for row in range(rows):
        for column in range(columns):
            if all(t(one.get(row, column)) for t, one in zip(tests, ranges, strict=True)):
                yield row, column


def _clipped(one: Area) -> bool:
    return len(one.rows) < one.height or any(len(row) < one.width for row in one.rows[:1])


def _count(frame: Asking, nodes: _Nodes) -> Value:
    _pairs(nodes)
    return float(sum(1 for _ in _matching(frame, nodes)))


def _chosen(frame: Asking, cells: Node, nodes: _Nodes) -> list[float]:
    _pairs(nodes)
    places = list(_matching(frame, nodes))
    taken = area(frame, cells)
    found: list[float] = []
    for row, column in places:
        if row >= taken.height or column >= taken.width:
            raise NotComputed("ranges of different sizes")
        value = taken.get(row, column)
        if isinstance(value, Fault):
            raise Faulty(value)
        if isinstance(value, float):
            found.append(value)
    return found


def _pairs(nodes: _Nodes) -> None:
    if len(nodes) % 2:
        raise NotComputed("a range without a criterion")


def _sum_if(frame: Asking, nodes: _Nodes) -> Value:
    cells = nodes[2] if nodes[2:] else nodes[0]
    return frame.exactness.total(_chosen(frame, cells, nodes[:2]))


def _alike(frame: Asking, nodes: _Nodes) -> list[float]:
    """Give what is chosen of cells that must be as many as those that are tested."""
    taken, tested = area(frame, nodes[0]), area(frame, nodes[1])
    if (taken.height, taken.width) != (tested.height, tested.width):
        raise Faulty(NOT_A_VALUE)
    return _chosen(frame, nodes[0], nodes[1:])


def _sum_ifs(frame: Asking, nodes: _Nodes) -> Value:
    return frame.exactness.total(_alike(frame, nodes))


def _average_if(frame: Asking, nodes: _Nodes) -> Value:
    return _mean(frame, _chosen(frame, nodes[2] if nodes[2:] else nodes[0], nodes[:2]))


def _mean(frame: Asking, found: list[float]) -> float:
    if not found:
        raise Faulty(DIVISION)
    return frame.exactness.total(found) / len(found)


TABLE: Table = {
    "COUNTIF": (2, 2, _count),
    "COUNTIFS": (2, MANY, _count),
    "SUMIF": (2, 3, _sum_if),
    "SUMIFS": (3, MANY, _sum_ifs),
    "AVERAGEIF": (2, 3, _average_if),
    "AVERAGEIFS": (3, MANY, lambda frame, nodes: _mean(frame, _alike(frame, nodes))),
}
