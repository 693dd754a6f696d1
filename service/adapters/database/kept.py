"""A writing connection that stays taken from the pool, for what is done together.

One thread leads at a time. To take a connection for each of its transactions, reset it and give it
back cost about a twentieth of an upload.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import exc

from service.adapters.database import engine, presence

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa


class KeptConnection:
    """Transactions one after another; never two at once."""

    def __init__(self, writing: sa.Engine) -> None:
        self._engine = writing
        self._idle: sa.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Commit at the end of the block; an exception rolls back and gives the connection back."""
        connection = self._begun()
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.close()
            raise
        self._idle = connection

    def let_go(self) -> None:
        """Give the connection back to the pool."""
        kept, self._idle = self._idle, None
        if kept is not None:
            kept.close()

    def _begun(self) -> sa.Connection:
        kept, self._idle = self._idle, None
        if kept is None:
            return engine.begun(self._engine)
        try:
            presence.check(kept)
            kept.begin()
        except (exc.DBAPIError, exc.DisconnectionError) as error:
            kept.close()
            if isinstance(error, exc.DBAPIError) and not error.connection_invalidated:
                raise
            return engine.begun(self._engine)
        except BaseException:
            kept.close()
            raise
        return kept
