"""Which facts no rule can tell apart: those whose numbers lie alike among the constants of rules.

A rule only ever compares a column with constants. Facts that lie in the same places among them, a
*cell*, satisfy the same comparisons, and an executor may remember what it answered for one of them.

The place of a number is how many edges lie below it; each constant has two, the number before it
and itself. With the constants 30 and 45, NaN (absent) is 0, and 29, 30, 31, 45, 46 are 1 to 5.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from math import inf, nextafter
from typing import TYPE_CHECKING

from rules.executors.glance import filled
from rules.executors.plain import MOST_FIELDS, compile_glance, variables
from rules.executors.wide import compile_wide

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from rules.executors.glance import Row
    from rules.facts import Encoder
    from rules.form import Section

    Glance = Callable[[Mapping[str, object], Row | None], "Cell"]

#: For each column of a section a place.
Cell = tuple[int, ...]
#: Columns of a cell, each with a coarser place for each of its places.
Narrow = list[tuple[int, bytes]]


def edges_of(constants: Iterable[float]) -> list[float]:
    """Give the edges of a column, ascending; constants are finite.

    `bisect_left(edges_of(constants), number)` is the place of a number.
    """
    ascending = sorted(set(constants))
    return [-inf, *(edge for one in ascending for edge in (nextafter(one, -inf), float(one)))]


class Cells:
    """The cells of a section: which one a fact is in."""

    def __init__(self, section: Section, encoder: Encoder) -> None:
        constants: dict[str, set[float]] = {column.field: set() for column in section.columns}
        for row in section.rows:
            for comparison in chain.from_iterable(row.alternatives):
                constants[comparison.field].add(comparison.value)
        self._places = {column.field: place for place, column in enumerate(section.columns)}
        self._edges = {name: edges_of(some) for name, some in constants.items()}
        #: Fact (or its columns) → cell. Raises FactError.
        self.of = (
            _wide(encoder, [*self._edges.values()])
            if len(section.kind.fields) > MOST_FIELDS
            else _straight(encoder, constants)
        )

    def narrowed(self, constants: Mapping[str, Sequence[float]]) -> Narrow | None:
        """Say how a cell is told apart by these constants alone; None: as it is."""
        if len(constants) == len(self._edges) and all(
            len(self._edges[name]) == 2 * len(some) + 1 for name, some in constants.items()
        ):
            return None
        return [
            (self._places[name], _among(some, self._edges[name]))
            for name, some in constants.items()
        ]


def narrowed(cell: Cell, narrow: Narrow) -> Cell:
    """Give the cell as fewer constants tell it apart."""
    return tuple([coarser[cell[column]] for column, coarser in narrow])


def _straight(encoder: Encoder, constants: Mapping[str, Collection[float]]) -> Glance:
    tables: dict[str, object] = {"place": bisect_left}
    places = []
    for name, variable in variables(encoder.kind, encoder.columns).items():
        if len(constants[name]) == 1:
            (one,) = constants[name]
            # Quicker than a search; NaN satisfies none of the three.
            above, below = f"{variable} > {one!r}", f"{variable} < {one!r}"
            places.append(f"3 if {above} else 1 if {below} else 2 if {variable} == {one!r} else 0")
        else:
            tables[f"edges_{variable}"] = edges_of(constants[name])
            places.append(f"place(edges_{variable}, {variable})")
    return compile_glance(encoder, [f"return ({''.join(f'({one}), ' for one in places)})"], tables)


def _wide(encoder: Encoder, all_edges: Sequence[list[float]]) -> Glance:
    plain = compile_wide(encoder.kind, encoder.columns)

    def glance(fact: Mapping[str, object], row: Row | None) -> Cell:
        row = row or plain(fact) or encoder.encode(fact)
        return tuple(map(bisect_left, all_edges, filled(row)))

    return glance


def _among(constants: Iterable[float], all_edges: list[float]) -> bytes:
    """Give, by the place that all constants make, the place that some of them make."""
    table, known = b"\0", 1
    for number, place in enumerate(sorted(bisect_left(all_edges, one) for one in constants)):
        table += bytes([2 * number + 1]) * (place - known) + bytes([2 * number + 2])
        known = place + 1
    return table + bytes([table[-1] + 1]) * (len(all_edges) + 1 - known)
