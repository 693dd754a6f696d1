"""The schema, version by version: `upgrade` is what ``countermark db upgrade`` runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.adapters.database.engine import InOurWords, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

#: Any number that only we use: PostgreSQL lets one process at a time migrate under it.
ADVISORY_LOCK = 5_127_934_417


def upgrade(url: str, revision: str = "head") -> str | None:
    """Bring the schema up to `revision`, all of it or nothing; gives the revision reached."""
    return _change(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str = "base") -> str | None:
    """Take the schema back to `revision`; rows of tables that go are gone."""
    return _change(url, lambda config: command.downgrade(config, revision))


def current(url: str) -> str | None:
    """Give the revision of the database, None where it has no schema yet."""
    engine = connect(url)
    try:
        with InOurWords(), engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def latest() -> str | None:
    """Give the revision that this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _change(url: str, action: Callable[[Config], None]) -> str | None:
    engine = connect(url)
    try:
        with InOurWords(), engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            config = _config()
            config.attributes["connection"] = connection
            action(config)
            return _revision(connection)
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
