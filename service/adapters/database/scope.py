"""One transaction as the tables' adapters see it, and how `where` becomes SQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service.adapters.database.tables import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

#: Prefix of a field that is looked up in the row's customer.
THROUGH_CUSTOMER = "customer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    connection: sa.Connection
    now: datetime
    new_id: Callable[[], str]

    @property
    def on_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def insert_if_new(self, table: sa.Table, values: Mapping[str, Any]) -> bool:
        """Insert unless a unique field is taken; says whether it did.

        An error would spoil the whole transaction in PostgreSQL; this does not.
        """
        statement = _insert_if_new(table, on_postgresql=self.on_postgresql)
        return self.connection.execute(statement, dict(values)).first() is not None


@cache
def _insert_if_new(table: sa.Table, *, on_postgresql: bool) -> sa.Executable:
    insert = postgresql.insert if on_postgresql else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key)


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
