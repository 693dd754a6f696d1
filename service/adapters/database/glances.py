"""Single statements on connections that stay taken from the pool.

Every request asks one or two of them, and to take a connection and give it back cost about half as
much again.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import exc

from service.adapters.database import presence
from service.adapters.database.engine import POOL_SIZE, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

R = TypeVar("R")


class Glances:
    """Looks at the database that begin no transaction and refuse to write; for all threads."""

    def __init__(self, writing: sa.Engine, reading: sa.Engine) -> None:
        if writing.dialect.name == "postgresql":
            reading = connect(writing.url.render_as_string(hide_password=False), read_only=True)
        self.engine = reading.execution_options(glancing=True)
        #: Last in, first out: what was used last knows the statements.
        self._idle: deque[sa.Connection] = deque()

    def look(self, look: Callable[[sa.Connection], R]) -> R:
        """Read; where connections were cut while nobody used them, read again on the next one."""
        for _ in range(POOL_SIZE):
            try:
                return self._look(look)
            except (exc.DBAPIError, exc.DisconnectionError) as error:
                if isinstance(error, exc.DBAPIError) and not error.connection_invalidated:
                    raise
                self.let_go()
        return self._look(look)

    def let_go(self) -> None:
        """Give the connections that nobody uses back to the pool."""
        while self._idle:
            self._idle.pop().close()

    def _look(self, look: Callable[[sa.Connection], R]) -> R:
        connection = self._taken()
        try:
            presence.check(connection)
            found = look(connection)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return found

    def _taken(self) -> sa.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self.engine.connect()
