"""Connections to SQLite and PostgreSQL, set up so that a commit is on disk when it returns."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from service.adapters import outages
from service.adapters.database import prepared, presence
from service.adapters.database.json_columns import json_text, json_value
from service.errors import Invalid
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

#: How long a statement waits for somebody else's lock.
LOCK_WAIT_S = 20
CONNECT_WAIT_S = 5
#: Threads beyond size + overflow wait for a connection, `POOL_WAIT_S` at most.
POOL_SIZE, POOL_OVERFLOW, POOL_WAIT_S = 8, 24, 20

#: Statements that one connection to PostgreSQL keeps prepared: an insert of several rows is one for
#: each number of them.
MOST_PREPARED = 400

#: How a transaction begins, by database and by whether it only reads. A writer takes SQLite's lock
#: at once: upgrading later would fail where two do so.
BEGIN = {
    ("sqlite", True): "BEGIN",
    ("sqlite", False): "BEGIN IMMEDIATE",
    ("postgresql", True): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    ("postgresql", False): "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
}


def connect(url: str, *, read_only: bool = False) -> sa.Engine:
    """Give an engine for ``sqlite:///FILE`` or ``postgresql://…``; connects when first used.

    A connection that only reads comes back to the pool with no transaction open, so that pool
    spares itself the roll-back. Engines belong to the process that made them: make another one
    after a fork.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _to_sqlite(parsed, read_only=read_only)
    return _to_postgresql(parsed, read_only=read_only)


def _to_sqlite(url: sa.URL, *, read_only: bool) -> sa.Engine:
    with suppress(OSError):  # opening the file says more
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        json_serializer=json_text,
        json_deserializer=json_value,
        hide_parameters=True,  # errors end up in the log, which holds nobody's data
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        pool_reset_on_return=None if read_only else "rollback",
        connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if read_only:
        event.listen(engine, "connect", _forbid_writing)
    event.listen(engine, "begin", _begin)
    presence.watch(engine, Path(url.database or ""))
    return engine


def _to_postgresql(url: sa.URL, *, read_only: bool) -> sa.Engine:
    import psycopg  # noqa: PLC0415 - only where there is such a database

    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        json_serializer=json_text,
        json_deserializer=json_value,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        pool_reset_on_return=None if read_only else "rollback",
        # Transactions are begun by our own BEGIN, which says their kind at no extra cost.
        isolation_level="AUTOCOMMIT",
        # PostgreSQL's own $1, $2, …: psycopg would search the statement for its %s each time.
        paramstyle="numeric_dollar",
        # The connection used last knows the statements; the others are for when it is taken.
        pool_use_lifo=True,
        connect_args={
            "cursor_factory": psycopg.RawCursor,
            "connect_timeout": CONNECT_WAIT_S,
            # Nothing here runs for so long that compiling it first would pay: what a look-up of
            # pages costs is reckoned high, and compiling took 426 of its 468 ms.
            "options": f"-c lock_timeout={LOCK_WAIT_S}s -c timezone=UTC -c jit=off"
            + (" -c default_transaction_read_only=on" if read_only else ""),
        },
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "begin", _begin)
    return engine


def for_reading(engine: sa.Engine) -> sa.Engine:
    """Give an engine for transactions that see one state and refuse to write.

    On PostgreSQL BEGIN says so, on the same connections; on SQLite some connections are for
    reading, which spares each transaction a statement.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(reading=True)
    reader = connect(engine.url.render_as_string(hide_password=False), read_only=True)
    return reader.execution_options(reading=True)


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Commit at the end of the block, roll back on an exception."""
    with begun(engine) as connection:
        yield connection
        connection.commit()


def begun(engine: sa.Engine) -> sa.Connection:
    """Give a connection in a transaction.

    One that was cut while it lay in the pool is found out by its BEGIN, and the next one is
    tried; where nobody answers any more, connecting anew fails.
    """
    for _ in range(POOL_SIZE):
        connection = engine.connect()
        try:
            connection.begin()
        except exc.DBAPIError as error:
            connection.close()
            if not error.connection_invalidated:
                raise
        else:
            return connection
    connection = engine.connect()
    connection.begin()
    return connection


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    # Transactions are begun by `_begin` alone, not by Python's guess at the statement.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {LOCK_WAIT_S * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # In pages of 4 KiB: pages that one batch after another changes are copied back once.
        "wal_autocheckpoint = 4000",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, record: object) -> None:
    del record
    connection.prepared_max = MOST_PREPARED


def _forbid_writing(connection: Any, record: object) -> None:
    del record
    connection.execute("PRAGMA query_only = ON")


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("glancing", False):
        return
    reading = options.get("reading", False)
    prepared.execute(connection, BEGIN[connection.dialect.name, reading])


class InOurWords:
    """Tells the database's troubles as service errors: Unavailable (worth a repeat) or Invalid.

    A write that SQLite refuses is a fault of ours while `reading`, else one of its file.
    """

    def __init__(self, *, reading: bool = False) -> None:
        self._reading = reading

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, exc.DataError | UnicodeEncodeError | OverflowError):
            raise Invalid(
                Text(
                    zh="内容含有无法保存的字符或数字。",
                    en="It holds a character or a number that cannot be kept.",
                ),
                remedy=Text(
                    zh="请去掉空字符、不成对的代理字符或过大的数字。",
                    en="Take out NUL characters, lone surrogates or huge numbers.",
                ),
            ) from error
        if _is_outage(error, reading=self._reading):
            raise outages.of_database(getattr(error, "orig", None)) from error


def _is_outage(error: BaseException | None, *, reading: bool) -> bool:
    """Locked, deadlocked, cut off, overrun: what a repeat may cure. Faults of ours are not."""
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        # Writing through a reading transaction also counts as operational in SQLite.
        ours = reading and cause.sqlite_errorcode == sqlite3.SQLITE_READONLY
        return isinstance(error, exc.OperationalError) and not ours
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError)
