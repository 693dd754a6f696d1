"""One transaction as the tables' adapters see it, and how `where` becomes SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.adapters.database.prepared import Prepared, run, run_many
from service.adapters.database.tables import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

#: Prefix of a field that is looked up in the row's customer.
THROUGH_CUSTOMER = "customer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    connection: sa.Connection
    #: The driver's, for what is prepared.
    cursor: Any
    now: datetime
    new_id: Callable[[], str]
    #: What was prepared already, for all transactions of these connections.
    statements: dict[object, Prepared]

    @property
    def on_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

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
    ) -> list[list[Any]]:
        """Run a statement that is made once for each `name`; give its rows."""
        return run(self.connection, self.cursor, self._prepared(name, make, values, gives), values)

    def insert_all(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that have the same fields; one that is there already is an error."""
        prepared = self._prepared(("insert", table), lambda: sa.insert(table), rows[0], ())
        run_many(self.connection, self.cursor, prepared, rows)

    def _prepared(
        self,
        name: Hashable,
        make: Callable[[], sa.sql.ClauseElement],
        values: Mapping[str, Any],
        gives: Sequence[sa.ColumnElement[Any]],
    ) -> Prepared:
        found = self.statements.get(name)
        if found is None:
            found = Prepared(make(), self.connection.dialect, gives=gives, values=list(values))
            self.statements[name] = found
        return found


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
