"""The file of an SQLite database that is open has to be the one that the address names.

A file that was removed or replaced can be written to as long as it is open, and what is written
is gone with the process: nobody may be told that it was kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

from service.errors import Unavailable
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

_KEY, _PATH = "file", "path"


def watch(engine: Engine, path: Path) -> None:
    """Look at the file before each use of a connection, and make it only at the first."""
    seen: set[str] = set()

    def refuse_to_make_another(*_: Any) -> None:
        if seen and _identity(path) is None:
            raise _gone(path)

    def remember(_: Any, record: Any) -> None:
        record.info[_KEY], record.info[_PATH] = _identity(path), path
        seen.add(_KEY)

    def compare(_: Any, record: Any, __: Any) -> None:
        if not _is_there(record.info):
            raise DisconnectionError  # another file is there: the pool opens that one

    event.listen(engine, "do_connect", refuse_to_make_another)
    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)


def check(connection: Connection) -> None:
    """Look at the file again before another use of a connection that was not given back.

    Raises Unavailable where there is none, DisconnectionError where another one is there.
    """
    if not _is_there(connection.info):
        raise DisconnectionError


def _is_there(info: Mapping[str, Any]) -> bool:
    path = info.get(_PATH)
    if path is None:
        return True
    found = _identity(path)
    if found is None:
        raise _gone(path)
    return found == info.get(_KEY)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _gone(path: Path) -> Unavailable:
    return Unavailable(
        Text(
            zh=f"数据库文件 {path.name} 不在原处。",
            en=f"The file of the database, {path.name}, is not where it was.",
        ),
        remedy=Text(
            zh="没有保存任何内容。请管理员把该文件放回原处或从备份恢复，无需重启。",
            en="Nothing was kept. Have an administrator put the file back, or restore it from a "
            "backup; no restart is needed.",
        ),
    )
