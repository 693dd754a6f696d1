"""One transaction as the tables' adapters see it, and how `where` becomes SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.adapters.database.prepared import Prepared, run
from service.adapters.database.tables import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

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
        for table, waiting in self.later.take():
            new = self.insert_new(table, waiting.rows)
            if len(new) < len(waiting.rows) and waiting.refuse is not None:
                raise waiting.refuse()

    def insert_if_new(self, table: sa.Table, values: Mapping[str, Any]) -> bool:
        """Insert unless a unique field is taken; says whether it did.

        An error would spoil the whole transaction in PostgreSQL; this does not.
        """
        insert = postgresql.insert if self.on_postgresql else sqlite.insert
        key = tuple(table.primary_key)
        rows = self.run(
            ("insert if new", table, *values),
            lambda: insert(table).on_conflict_do_nothing().returning(*key),
            values,
            gives=key,
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

    def insert_all(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that have the same fields; one that is there already is an error."""
        self.flush()
        for some in _portions(rows):
            self._run_rows("insert", table, some, lambda values: sa.insert(table).values(values))

    def insert_new(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Insert rows with the same fields whose unique ones are free; give the keys of these."""
        insert = postgresql.insert if self.on_postgresql else sqlite.insert
        key = tuple(table.primary_key)

        def make(values: list[dict[str, Any]]) -> sa.sql.ClauseElement:
            return insert(table).values(values).on_conflict_do_nothing().returning(*key)

        return [
            row[0]
            for some in _portions(rows)
            for row in self._run_rows("insert new", table, some, make, gives=key)
        ]

    def _run_rows(
        self,
        name: str,
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
        make: Callable[[list[dict[str, Any]]], sa.sql.ClauseElement],
        *,
        gives: Sequence[sa.ColumnElement[Any]] = (),
    ) -> list[list[Any]]:
        """Run one insert of several rows, made once for each number of them."""
        key = (name, table, len(rows), *rows[0])
        found = self.statements.get(key)
        if found is None:
            made = make(_numbered(table, list(rows[0]), len(rows)))
            found = self.statements[key] = Prepared(made, self.opened.dialect, gives=gives)
        values = {
            f"{field}_{place}": value
            for place, row in enumerate(rows)
            for field, value in row.items()
        }
        return run(self.opened, self.cursor, found, values)

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


def _numbered(table: sa.Table, names: Sequence[str], count: int) -> list[dict[str, Any]]:
    return [
        {name: sa.bindparam(f"{name}_{place}", type_=table.c[name].type) for name in names}
        for place in range(count)
    ]


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
