"""Rows that wait for those of other pieces of work, so that each table is written to once.

Before anything is read or written that could tell the difference, what waits is inserted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import sqlalchemy as sa


@dataclass(slots=True)
class Waiting:
    """Rows of one table, with the same fields each."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    #: What to raise where a row is there already; None: that is no trouble.
    refuse: Callable[[], Exception] | None = None


class Later:
    """Tables in the order in which they were first written to, which is that of their keys."""

    def __init__(self) -> None:
        self._waiting: dict[sa.Table, Waiting] = {}

    def put(
        self, table: sa.Table, row: Mapping[str, Any], refuse: Callable[[], Exception] | None
    ) -> None:
        waiting = self._waiting.setdefault(table, Waiting())
        waiting.rows.append(row)
        waiting.refuse = refuse

    def concerns(self, tables: Iterable[sa.Table] | None) -> bool:
        """Whether rows of these tables wait; None: of any."""
        if tables is None:
            return bool(self._waiting)
        return not self._waiting.keys().isdisjoint(tables)

    def take(self) -> Iterator[tuple[sa.Table, Waiting]]:
        """Give all that waits, each table's rows by their key.

        Two transactions that insert the same keys wait for one another in one direction only.
        """
        taken, self._waiting = self._waiting, {}
        for table, waiting in taken.items():
            (key,) = table.primary_key
            waiting.rows.sort(key=itemgetter(key.name))
            yield table, waiting
