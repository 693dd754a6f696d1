"""Settings and ports for the commands that work on the service's own data."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.messages import give_up
from service.system_words import WORDS, why
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.ports import RulePorts
    from service.ports.records import Records
    from service.settings import Settings

_SQLITE = "sqlite:///"


def settings() -> Settings:
    """Read the settings, or tell everything that is wrong with them and end."""
    from service.settings import load

    with telling_errors():
        chosen = load()
    _check_folders(chosen)
    return chosen


def _check_folders(chosen: Settings) -> None:
    """Tell of a folder that cannot be written to before anything is begun in it."""
    from service.places import FolderPlace

    folders = {"COUNTERMARK_DATA": chosen.data}
    if isinstance(chosen.storage, FolderPlace):
        folders["COUNTERMARK_STORAGE_URL"] = chosen.storage.path
    if chosen.database_url.startswith(_SQLITE):
        folders["COUNTERMARK_DATABASE_URL"] = Path(chosen.database_url.removeprefix(_SQLITE)).parent
    for name, folder in folders.items():
        trouble = _trouble_with(folder)
        if trouble:
            give_up(
                Text(
                    zh=f"{name}：目录 {folder} 不可用（{trouble.zh}），需要一个可写的目录。\n"
                    f"请修正其权限或挂载方式，或把 {name} 设为别的位置。",
                    en=f"{name}: the folder {folder} cannot be used ({trouble.en}); a folder that "
                    f"can be written to is expected.\nMend its rights or its mount, or set {name} "
                    "to another place.",
                )
            )


def _trouble_with(folder: Path) -> Text | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            return WORDS[errno.EROFS]
    except OSError as error:
        return why(error)
    return None if os.access(folder, os.W_OK | os.X_OK) else WORDS[errno.EACCES]


@contextmanager
def telling_errors() -> Iterator[None]:
    """Turn an error that people can act on into its message and exit code 2."""
    from service.errors import ServiceError
    from service.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        lines = [trouble.message for trouble in error.troubles]
        give_up(
            Text(zh="\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))
        )
    except ServiceError as error:
        said = [error.message, *([error.remedy] if error.remedy else [])]
        give_up(Text(zh="".join(one.zh for one in said), en=" ".join(one.en for one in said)))


@contextmanager
def open_rules() -> Iterator[RulePorts]:
    """Open records and rules, with neither storage nor sandbox."""
    from service.adapters.clock import system_clock
    from service.adapters.rule_book import FolderRules
    from service.ports import RulePorts

    with open_records() as records:
        rules = FolderRules(settings().rules, clock=system_clock)
        try:
            yield RulePorts(records=records, clock=system_clock, rules=rules)
        finally:
            rules.close()


@contextmanager
def open_records() -> Iterator[Records]:
    """Open the records with their schema up to date."""
    from service.adapters.database import open_records as connect
    from service.start import bring_up_to_date

    chosen = settings()
    with telling_errors():
        bring_up_to_date(chosen)
    records = connect(chosen)
    try:
        with telling_errors():
            yield records
    finally:
        records.close()
