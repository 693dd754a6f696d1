"""SQL as the driver takes it, for the few statements that run a thousand times a transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc

from service.adapters.database.json_columns import json_text
from service.adapters.database.prepared import cursor_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.adapters.database.scope import Scope


class Driver:
    """Runs statements with ``?`` for parameters in either database, in the scope's transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._cursor: Any = None
        self.on_postgresql = scope.on_postgresql
        self._errors: type[Exception] = scope.opened.dialect.loaded_dbapi.Error

    def run(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        """Give the cursor, which has the rows as tuples until the next statement."""
        cursor = self._opened()
        try:
            cursor.execute(self._said(sql), parameters)
        except self._errors as error:
            raise self._told(sql, error) from error
        return cursor

    def run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run it for each row; gives how many rows it changed."""
        if not rows:
            return 0
        if len(rows) == 1:
            return int(self.run(sql, rows[0]).rowcount)
        cursor = self._opened()
        try:
            cursor.executemany(self._said(sql), rows)
        except self._errors as error:
            raise self._told(sql, error) from error
        return int(cursor.rowcount)

    def insert(self, sql: str, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
        """Insert these in the place of ``ROWS``; gives how many rows it changed.

        PostgreSQL is given a column at a time, of its `types`: a row at a time took twice as long.
        """
        if not self.on_postgresql or len(rows) <= 1:
            places = ", ".join("?" * len(types))
            return self.run_many(sql.replace("ROWS", f"VALUES ({places})"), rows)
        given = [
            f"[{','.join(column)}]" if one == "json" else list(column)
            for one, column in zip(types, zip(*rows, strict=True), strict=True)
        ]
        return int(self.run(sql.replace("ROWS", _columns(types)), tuple(given)).rowcount)

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
        if self.on_postgresql:
            return value if value.tzinfo is UTC else value.astimezone(UTC)
        return _written(value)

    def read_moment(self, value: Any) -> Any:
        if value is None:
            return None
        if self.on_postgresql:
            return value.astimezone(UTC)
        return _read(value)

    def _opened(self) -> Any:
        self._scope.flush()
        if self._cursor is None:
            self._cursor = cursor_of(self._scope.connection)
        return self._cursor

    def _said(self, sql: str) -> str:
        return _for_psycopg(sql) if self.on_postgresql else sql

    def _told(self, sql: str, error: Any) -> BaseException:
        """Give the driver's troubles as everybody above expects them."""
        told: BaseException = exc.DBAPIError.instance(
            sql, None, error, self._errors, hide_parameters=True, dialect=self._scope.opened.dialect
        )
        return told


@cache
def _columns(types: Sequence[str]) -> str:
    """Give rows out of columns; JSON comes as one array, whose members need no quoting."""
    read = ", ".join(
        "json_array_elements(?::json)" if one == "json" else f"unnest(?::{one}[])" for one in types
    )
    return f"SELECT * FROM ROWS FROM ({read})"  # noqa: S608 - of names alone


@cache
def _for_psycopg(sql: str) -> str:
    """Number the parameters: ``?, ?`` is ``$1, $2`` to PostgreSQL."""
    first, *others = sql.split("?")
    return first + "".join(f"${place}{part}" for place, part in enumerate(others, start=1))


# A batch has few moments, and each of its facts has three of them.
@lru_cache(maxsize=256)
def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


@lru_cache(maxsize=256)
def _read(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
