"""SQL as the driver takes it, for the few statements that run a thousand times a transaction."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc

from service.adapters.database.json_columns import json_text
from service.adapters.database.prepared import cursor_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from service.adapters.database.scope import Scope


class Driver:
    """Runs statements with ``?`` for parameters in either database, in the scope's transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._cursor: Any = None
        self.on_postgresql = scope.on_postgresql

    def run(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        """Give the cursor, which has the rows as tuples until the next statement."""
        with self._in_sqlalchemy_s_words(sql):
            cursor = self._opened()
            cursor.execute(self._said(sql), parameters)
            return cursor

    def run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run it for each row; gives how many rows it changed."""
        if not rows:
            return 0
        if len(rows) == 1:
            return int(self.run(sql, rows[0]).rowcount)
        with self._in_sqlalchemy_s_words(sql):
            cursor = self._opened()
            cursor.executemany(self._said(sql), rows)
            return int(cursor.rowcount)

    def among(self, column: str, names: Collection[str]) -> tuple[str, Any]:
        """Give a condition with one parameter, however many names there are, and that parameter."""
        if len(names) == 1:
            return f"{column} = ?", next(iter(names))
        if self.on_postgresql:
            return f"{column} = ANY(?)", list(names)
        return f"{column} IN (SELECT value FROM json_each(?))", json_text(list(names))  # noqa: S608 - a column of ours

    def moment(self, value: datetime | None) -> Any:
        """Give an aware time as `columns.UtcTime` would."""
        if value is None:
            return None
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        if self.on_postgresql:
            return value
        return value.replace(tzinfo=None).isoformat(timespec="microseconds")

    def read_moment(self, value: Any) -> Any:
        if value is None:
            return None
        if self.on_postgresql:
            return value.astimezone(UTC)
        return datetime.fromisoformat(value).replace(tzinfo=UTC)

    def _opened(self) -> Any:
        self._scope.flush()
        if self._cursor is None:
            self._cursor = cursor_of(self._scope.connection)
        return self._cursor

    def _said(self, sql: str) -> str:
        return _for_psycopg(sql) if self.on_postgresql else sql

    @contextmanager
    def _in_sqlalchemy_s_words(self, sql: str) -> Iterator[None]:
        """Raise the driver's troubles as everybody above expects them."""
        dialect = self._scope.opened.dialect
        driver_s = dialect.loaded_dbapi.Error
        try:
            yield
        except driver_s as error:
            raise exc.DBAPIError.instance(
                sql, None, error, driver_s, hide_parameters=True, dialect=dialect
            ) from error


@cache
def _for_psycopg(sql: str) -> str:
    """Number the parameters: ``?, ?`` is ``$1, $2`` to PostgreSQL."""
    first, *others = sql.split("?")
    return first + "".join(f"${place}{part}" for place, part in enumerate(others, start=1))
