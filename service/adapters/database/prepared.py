"""Statements that every request asks for, put together once.

SQLAlchemy writes the SQL and knows how each type of value is kept; the driver runs it directly.
Going through the whole of SQLAlchemy each time took several times as long as the database did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import exc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.engine import Dialect

_CURSOR = "cursor of its own"

Convert = tuple[tuple[int, "Callable[[Any], Any]"], ...]


class Prepared:
    """One statement as one kind of database takes it, with the columns that it gives back."""

    def __init__(
        self,
        statement: sa.sql.ClauseElement,
        dialect: Dialect,
        *,
        gives: Sequence[sa.ColumnElement[Any]] = (),
        values: Sequence[str] | None = None,
    ) -> None:
        """`values` names the columns of an insert or update whose values come with each run."""
        compiled = statement.compile(dialect=dialect, column_keys=values)
        self.sql = str(compiled)
        self.gives = bool(gives)
        self._positional = dialect.positional
        self._names = tuple(getattr(compiled, "positiontup", None) or compiled.params)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        binds: Mapping[str, sa.BindParameter[Any]] = getattr(compiled, "binds", {})
        self._to_driver = {
            name: convert
            for name in self._names
            if (convert := _writer(binds[name].type, dialect)) is not None
        }
        readers = [(place, _reader(one.type, dialect)) for place, one in enumerate(gives)]
        self._from_driver: Convert = tuple(
            (place, convert) for place, convert in readers if convert is not None
        )

    def bound(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """Give the values in the form and order that the driver takes."""
        given = {**self._fixed, **values}
        for name, convert in self._to_driver.items():
            given[name] = convert(given[name])
        if self._positional:
            return tuple([given[name] for name in self._names])
        return given

    def read(self, row: Sequence[Any]) -> list[Any]:
        """Turn what the driver gave into values."""
        read = list(row)
        for place, convert in self._from_driver:
            read[place] = convert(read[place])
        return read


def cursor_of(connection: sa.Connection) -> Any:
    """Give a cursor of the driver, for one statement of the transaction after another."""
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def own_cursor(connection: sa.Connection) -> Any:
    """Give the connection's one cursor for `run`, which reads all rows before it is used again."""
    found = connection.info.get(_CURSOR)
    if found is None:
        found = connection.info[_CURSOR] = cursor_of(connection)
    return found


def run(
    connection: sa.Connection, cursor: Any, prepared: Prepared, values: Mapping[str, Any]
) -> list[list[Any]]:
    """Run it in the connection's transaction; raises what SQLAlchemy would raise."""
    given = prepared.bound(values)
    try:
        cursor.execute(prepared.sql, given)
        return [prepared.read(row) for row in cursor.fetchall()] if prepared.gives else []
    except _driver_errors(connection) as error:
        raise _told(connection, prepared.sql, error) from error


def execute(connection: sa.Connection, sql: str) -> None:
    """Let the driver run SQL that has no values and gives no rows."""
    try:
        own_cursor(connection).execute(sql)
    except _driver_errors(connection) as error:
        raise _told(connection, sql, error) from error


def _driver_errors(connection: sa.Connection) -> type[Exception]:
    found: type[Exception] = connection.dialect.loaded_dbapi.Error
    return found


def _told(connection: sa.Connection, sql: str, error: Any) -> BaseException:
    """Put a driver's error as SQLAlchemy does, and let go of a connection that was cut."""
    cut = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    told: BaseException = exc.DBAPIError.instance(
        sql,
        None,
        error,
        _driver_errors(connection),
        hide_parameters=True,
        connection_invalidated=cut,
        dialect=connection.dialect,
    )
    if cut:
        connection.invalidate(error)
    return told


def _writer(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
