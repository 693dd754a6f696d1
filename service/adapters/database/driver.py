"""SQL as the driver takes it, for the few statements that run a thousand times a transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from service.adapters.database.json_columns import json_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.adapters.database.scope import Scope


class Driver:
    """Runs statements with ``?`` for parameters in either database."""

    def __init__(self, scope: Scope) -> None:
        self._connection = scope.connection
        self.on_postgresql = scope.on_postgresql

    def run(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        """Give the cursor's result; its rows are tuples."""
        return self._connection.exec_driver_sql(self._said(sql), parameters)

    def run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run it for each row; gives how many rows it changed."""
        if not rows:
            return 0
        if len(rows) == 1:
            return int(self.run(sql, rows[0]).rowcount)
        return self._connection.exec_driver_sql(self._said(sql), list(rows)).rowcount

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

    def _said(self, sql: str) -> str:
        return _for_psycopg(sql) if self.on_postgresql else sql


@cache
def _for_psycopg(sql: str) -> str:
    return sql.replace("?", "%s")
