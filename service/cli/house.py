"""Settings and ports for the commands that work on the service's own data."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.cli.messages import give_up
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.ports.records import Records
    from service.settings import Settings


def settings() -> Settings:
    """Read the settings, or tell everything that is wrong with them and end."""
    from service.settings import SettingsError, load

    try:
        return load()
    except SettingsError as error:
        lines = [trouble.message for trouble in error.troubles]
        give_up(
            Text(zh="\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))
        )


@contextmanager
def telling_errors() -> Iterator[None]:
    """Turn an error that people can act on into its message and exit code 2."""
    from service.errors import ServiceError

    try:
        yield
    except ServiceError as error:
        said = [error.message, *([error.remedy] if error.remedy else [])]
        give_up(Text(zh="".join(one.zh for one in said), en=" ".join(one.en for one in said)))


@contextmanager
def open_records() -> Iterator[Records]:
    """Open the records with their schema up to date."""
    from service.adapters.database import open_records as connect
    from service.migrations import upgrade

    chosen = settings()
    upgrade(chosen.database_url)
    records = connect(chosen)
    try:
        with telling_errors():
            yield records
    finally:
        records.close()
