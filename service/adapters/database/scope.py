"""One transaction as the tables' adapters see it, and how `where` becomes SQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.adapters.database import inserts
from service.adapters.database.prepared import Prepared, run
from service.adapters.database.tables import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

    from service.adapters.database.inserts import Part
    from service.adapters.database.later import Later

R = TypeVar("R")

#: Prefix of a field that is looked up in the row's customer.
THROUGH_CUSTOMER = "customer."
#: Rows in one insert at most: each number of them is a statement of its own to the database.
MOST_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    opened: sa.Connection
    #: The driver's, for what is prepared.
    cursor: Any
    now: datetime
    new_id: Callable[[], str]
    new_ids: Callable[[int], list[str]]
    #: What was prepared already, for all transactions of these connections.
    statements: dict[object, Prepared]
    #: Inserts that are made together; None: each at once.
    later: Later | None = None

    @property
    def connection(self) -> sa.Connection:
        """The connection, with everything on it that was put so far."""
        self.flush()
        return self.opened

    @property
    def on_postgresql(self) -> bool:
        return self.opened.dialect.name == "postgresql"

    def put(
        self,
        table: sa.Table,
        values: Mapping[str, Any],
        refuse: Callable[[], Exception] | None = None,
    ) -> bool:
        """Insert, now or with others of this transaction; says whether it was or may be new.

        Where a unique field is taken `refuse` gives what is raised, now or by `flush`; without it
        such a row is passed over.
        """
        if self.later is not None:
            self.later.put(table, values, refuse)
            return True
        new = self.insert_if_new(table, values)
        if not new and refuse is not None:
            raise refuse()
        return new

    def flush(self, tables: Sequence[sa.Table] | None = None) -> None:
        """Insert what waits, if any of it is for these tables (None: for any)."""
        if self.later is None or not self.later.concerns(tables):
            return
        taken = list(self.later.take())
        counts = self._insert_new([(table, waiting.rows) for table, waiting in taken])
        for (_, waiting), new in zip(taken, counts, strict=True):
            if new < len(waiting.rows) and waiting.refuse is not None:
                raise waiting.refuse()

    def insert_if_new(self, table: sa.Table, values: Mapping[str, Any]) -> bool:
        """Insert unless a unique field is taken; says whether it did.

        An error would spoil the whole transaction in PostgreSQL; this does not.
        """
        rows = self.run(
            ("insert if new", table, *values),
            lambda: self._new(table),
            values,
            gives=tuple(table.primary_key),
        )
        return bool(rows)

    def run(
        self,
        name: Hashable,
        make: Callable[[], sa.sql.ClauseElement],
        values: Mapping[str, Any],
        *,
        gives: Sequence[sa.ColumnElement[Any]] = (),
        reads: Sequence[sa.Table] | None = None,
    ) -> list[list[Any]]:
        """Run a statement that is made once for each `name`; give its rows.

        One that only reads says from which tables: what waits for others may go on waiting.
        """
        self.flush(reads)
        return run(self.opened, self.cursor, self._prepared(name, make, values, gives), values)

    def insert_new(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Insert rows with the same fields whose unique ones are free; give the keys of these."""
        key = tuple(table.primary_key)
        return [
            row[0]
            for some in _portions(rows)
            for row in self._run_parts(
                "insert new", [(table, some)], partial(self._new, table, some), gives=key
            )
        ]

    def insert_all(
        self,
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
        update: sa.Update,
        new: Mapping[str, Any],
    ) -> None:
        """Insert rows that have the same fields, then set what is `new` in another table.

        A row that is there already is an error. PostgreSQL is asked once for the last rows and
        the update: each question costs more than what it asks.
        """
        self.flush()
        *others, last = _portions(rows)
        together = self.on_postgresql
        for some in others if together else [*others, last]:
            self._run_parts("insert", [(table, some)], partial(_all, (table, some)))
        if not together:
            self.run(("update", update.table), lambda: update, new)
            return
        self._run_parts(
            ("insert, update", update.table),
            [(table, last)],
            lambda: inserts.and_update(_all((table, last)), update, list(new)),
            also={f"new_{field}": value for field, value in new.items()},
        )

    def _insert_new(self, parts: Sequence[Part]) -> list[int]:
        """Insert those whose unique fields are free; give how many of each part."""
        few = all(len(rows) <= MOST_AT_ONCE for _, rows in parts)
        if not (self.on_postgresql and few):
            return [len(self.insert_new(*part)) for part in parts]

        def make() -> sa.Select[Any]:
            return inserts.count_of_each([self._new(*part) for part in parts])

        gives = (inserts.COUNT,) * len(parts)
        (found,) = self._run_parts("insert new into each", parts, make, gives=gives)
        return found

    def _new(self, table: sa.Table, rows: Sequence[Mapping[str, Any]] = ()) -> Any:
        """Insert, passing over what is there; it gives the keys of what was not."""
        insert = (postgresql.insert if self.on_postgresql else sqlite.insert)(table)
        filled = insert.values(inserts.places((table, rows))) if rows else insert
        return filled.on_conflict_do_nothing().returning(*table.primary_key)

    def _run_parts(
        self,
        name: Hashable,
        parts: Sequence[Part],
        make: Callable[[], sa.sql.ClauseElement],
        *,
        gives: Sequence[sa.ColumnElement[Any]] = (),
        also: Mapping[str, Any] | None = None,
    ) -> list[list[Any]]:
        """Run a statement that is made once for each number of rows; `also` names other values."""
        key = (name, inserts.shape(parts))
        found = self.statements.get(key)
        if found is None:
            found = self.statements[key] = Prepared(make(), self.opened.dialect, gives=gives)
        values = inserts.bound(parts)
        return run(self.opened, self.cursor, found, {**values, **(also or {})})

    def _prepared(
        self,
        name: Hashable,
        make: Callable[[], sa.sql.ClauseElement],
        values: Mapping[str, Any],
        gives: Sequence[sa.ColumnElement[Any]],
    ) -> Prepared:
        found = self.statements.get(name)
        if found is None:
            found = Prepared(make(), self.opened.dialect, gives=gives, values=list(values))
            self.statements[name] = found
        return found


def _portions(rows: Sequence[R]) -> list[Sequence[R]]:
    return [rows[start : start + MOST_AT_ONCE] for start in range(0, len(rows), MOST_AT_ONCE)]


def _all(part: Part) -> sa.Insert:
    return sa.insert(part[0]).values(inserts.places(part))


def conditions(table: sa.Table, where: Mapping[str, Any] | None) -> list[sa.ColumnElement[bool]]:
    """Turn field → value or tuple of values into SQL. Raises LookupError for an unknown field."""
    return [_condition(table, name, value) for name, value in (where or {}).items()]


def _condition(table: sa.Table, name: str, value: Any) -> sa.ColumnElement[bool]:
    if not name.startswith(THROUGH_CUSTOMER):
        return _equals(table.c[name], value)
    theirs = _equals(CUSTOMERS.c[name.removeprefix(THROUGH_CUSTOMER)], value)
    return table.c.customer_id.in_(sa.select(CUSTOMERS.c.id).where(theirs))


def _equals(column: sa.ColumnElement[Any], value: Any) -> sa.ColumnElement[bool]:
    if not isinstance(value, tuple):
        return column.is_(None) if value is None else column == value
    present = [item for item in value if item is not None]
    if len(present) == len(value):
        return column.in_(present)
    return sa.or_(column.in_(present), column.is_(None))
