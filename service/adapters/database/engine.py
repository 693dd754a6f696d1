"""Connections to SQLite and PostgreSQL, set up so that a commit is on disk when it returns."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from service.adapters import outages
from service.adapters.database import presence
from service.errors import Invalid
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How long a statement waits for somebody else's lock.
LOCK_WAIT_S = 20
CONNECT_WAIT_S = 5
#: Threads beyond size + overflow wait for a connection, `POOL_WAIT_S` at most.
POOL_SIZE, POOL_OVERFLOW, POOL_WAIT_S = 8, 24, 20

#: Strict JSON: NaN would be no JSON for PostgreSQL and for everybody else.
_write_json = partial(json.dumps, allow_nan=False, separators=(",", ":"))


def connect(url: str) -> sa.Engine:
    """Give an engine for ``sqlite:///FILE`` or ``postgresql://…``; connects when first used.

    Engines belong to the process that made them: make another one after a fork.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with suppress(OSError):  # opening the file says more
            Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            parsed,
            json_serializer=_write_json,
            hide_parameters=True,  # errors end up in the log, which holds nobody's data
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=POOL_WAIT_S,
            connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        presence.watch(engine, Path(parsed.database or ""))
        return engine
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        json_serializer=_write_json,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": CONNECT_WAIT_S,
            "options": f"-c lock_timeout={LOCK_WAIT_S}s -c timezone=UTC",
        },
    )


def for_reading(engine: sa.Engine) -> sa.Engine:
    """Give the same engine for transactions that see one state and refuse to write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reading=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    # Transactions are begun by `_begin_sqlite` alone, not by Python's guess at the statement.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {LOCK_WAIT_S * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    # A writer takes the lock at once: upgrading later would fail where two do so.
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def in_our_words(*, reading: bool = False) -> Iterator[None]:
    """Tell the database's troubles as service errors: Unavailable (worth a repeat) or Invalid.

    A write that SQLite refuses is a fault of ours while `reading`, else one of its file.
    """
    try:
        yield
    except (exc.DataError, UnicodeEncodeError, OverflowError) as error:
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
    except (exc.DBAPIError, exc.TimeoutError) as error:
        if not _is_outage(error, reading=reading):
            raise
        raise outages.of_database(getattr(error, "orig", None)) from error


def _is_outage(error: exc.SQLAlchemyError, *, reading: bool) -> bool:
    """Locked, deadlocked, cut off, overrun: what a repeat may cure. Faults of ours are not."""
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        # Writing through a reading transaction also counts as operational in SQLite.
        ours = reading and cause.sqlite_errorcode == sqlite3.SQLITE_READONLY
        return isinstance(error, exc.OperationalError) and not ours
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError)
