"""Values found by a key or a place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from verification.formulas.functions.conditions import wildcard
from verification.formulas.functions.frame import MANY, Asking, Table, area
from verification.formulas.tree import Reference
from verification.formulas.values import (
    NO_REFERENCE,
    NOT_A_VALUE,
    NOT_AVAILABLE,
    Area,
    Fault,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    certain,
    number,
    order,
    rank,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verification.formulas.tree import Node

    _Nodes = tuple[Node, ...]


def _exact(key: Scalar, cells: Sequence[Scalar]) -> int:
    if isinstance(key, str) and any(sign in key for sign in "*?~"):
        pattern = wildcard(key)
        found = [isinstance(one, str) and bool(pattern.fullmatch(one)) for one in cells]
    else:
        found = [_comparable(key, one) and _order(one, key) == 0 for one in cells]
    if True not in found:
        raise Faulty(NOT_AVAILABLE)
    return found.index(True)


def _comparable(key: Scalar, one: Scalar) -> bool:
    return one is not None and not isinstance(one, Fault) and rank(one) == rank(key)


def _order(one: Scalar, key: Scalar) -> int:
    certain(one, key)
    return order(one, key)


def _nearest(key: Scalar, cells: Sequence[Scalar], *, falling: bool = False) -> int:
    """Give the last that is not beyond the key, in cells that are sorted."""
    places = [place for place, one in enumerate(cells) if _comparable(key, one)]
    if any(isinstance(one, Fault) for one in cells) or isinstance(key, str):
        raise NotComputed("an approximate search in texts or errors")
    steps = [order(cells[a], cells[b]) for a, b in pairwise(places)]
    if any(step < 0 if falling else step > 0 for step in steps):
        raise NotComputed("an approximate search in what is not sorted")
    fitting = [p for p in places if (_order(cells[p], key) * (-1 if falling else 1)) <= 0]
    if not fitting:
        raise Faulty(NOT_AVAILABLE)
    if falling and any(order(cells[p], cells[fitting[-1]]) == 0 for p in fitting[:-1]):
        raise NotComputed("a falling search among equals")
    return fitting[-1]


def _place(frame: Asking, node: Node, search: Callable[[Scalar], int]) -> int:
    """Search for a key; that a blank finds what is 0 is not sure."""
    key = frame.scalar(node)
    if isinstance(key, Fault):
        raise Faulty(key)
    place = search(0.0 if key is None else key)
    if key is None:
        raise NotComputed("a search for a blank")
    return place


def _look(frame: Asking, nodes: _Nodes, *, across: bool) -> Value:
    table = area(frame, nodes[1])
    wanted = int(number(frame.scalar(nodes[2]))) - 1
    near = truth(frame.scalar(nodes[3])) if nodes[3:] else True
    if wanted < 0:
        raise Faulty(NOT_A_VALUE)
    if wanted >= (table.height if across else table.width):
        raise Faulty(NO_REFERENCE)
    line = _line(table, across=across)
    place = _place(frame, nodes[0], lambda key: (_nearest if near else _exact)(key, line))
    return table.get(wanted, place) if across else table.get(place, wanted)


def _line(table: Area, *, across: bool) -> list[Scalar]:
    if across:
        return list(table.rows[0]) if table.rows else []
    return [row[0] if row else None for row in table.rows]


def _match(frame: Asking, nodes: _Nodes) -> Value:
    cells = area(frame, nodes[1])
    if cells.height > 1 and cells.width > 1:
        raise Faulty(NOT_AVAILABLE)
    line = _line(cells, across=cells.height == 1)
    kind = number(frame.scalar(nodes[2])) if nodes[2:] else 1.0
    if kind == 0:
        return float(_place(frame, nodes[0], lambda key: _exact(key, line)) + 1)
    near = _place(frame, nodes[0], lambda key: _nearest(key, line, falling=kind < 0))
    return float(near + 1)


def _index(frame: Asking, nodes: _Nodes) -> Value:
    # Of what is computed INDEX takes the whole array, in plain formulas too.
    cells = area(frame if isinstance(nodes[0], Reference) else frame.as_array(), nodes[0])
    row = int(number(frame.scalar(nodes[1])))
    column = int(number(frame.scalar(nodes[2]))) if nodes[2:] else None
    if column is None and cells.height == 1:
        row, column = 1, row
    column = 1 if column is None and cells.width == 1 else column
    if column is None:
        raise NotComputed("INDEX of 2 arguments")
    if min(row, column) < 0:
        raise Faulty(NOT_A_VALUE)
    if row == 0 or column == 0:
        return _slice(cells, row, column)
    if row > cells.height or column > cells.width:
        raise Faulty(NO_REFERENCE)
    found = cells.get(row - 1, column - 1)
    if cells.at is None:
        return found
    # A cell of the sheet stays a cell: sums leave its text and truth values out.
    return Area([[found]], 1, 1, _moved(cells, row - 1, column - 1))


def _slice(cells: Area, row: int, column: int) -> Value:
    """Give a whole row or column where the other number is 0."""
    if row == 0 and column == 0:
        return cells
    if row and column == 0 and row <= len(cells.rows):
        return Area([cells.rows[row - 1]], 1, cells.width, _moved(cells, row - 1, 0))
    if column and column <= cells.width:
        line = [[cells.get(r, column - 1)] for r in range(len(cells.rows))]
        return Area(line, cells.height, 1, _moved(cells, 0, column - 1))
    raise NotComputed("a row or column beyond the cells")


def _moved(cells: Area, down: int, across: int) -> tuple[int, int] | None:
    return None if cells.at is None else (cells.at[0] + down, cells.at[1] + across)


def _choose(frame: Asking, nodes: _Nodes) -> Value:
    place = int(number(frame.scalar(nodes[0])))
    if not 1 <= place < len(nodes):
        raise Faulty(NOT_A_VALUE)
    return frame.value(nodes[place])


TABLE: Table = {
    "VLOOKUP": (3, 4, lambda frame, nodes: _look(frame, nodes, across=False)),
    "HLOOKUP": (3, 4, lambda frame, nodes: _look(frame, nodes, across=True)),
    "MATCH": (2, 3, _match),
    "INDEX": (2, 3, _index),
    "CHOOSE": (2, MANY, _choose),
}
