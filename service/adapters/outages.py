"""What a disk, a folder or a database file that fails is told as: always worth a repeat later."""

from __future__ import annotations

import errno
import sqlite3

from service.errors import Unavailable
from verification.values import Text

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_LOCKED_UP = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})

_NOTHING_KEPT = Text(
    zh="没有保存任何内容，请稍后重试。", en="Nothing was kept; try again in a moment."
)
_MAKE_ROOM = Text(
    zh="没有保存任何内容。请管理员腾出磁盘空间，无需重启，之后重试即可。",
    en="Nothing was kept. Have an administrator make room on the disk; then try again, no restart "
    "is needed.",
)
_GIVE_RIGHTS = Text(
    zh="没有保存任何内容。请管理员检查数据目录的权限与挂载方式，之后重试。",
    en="Nothing was kept. Have an administrator check rights and mount of the data folder; then "
    "try again.",
)


def of_files(error: Exception) -> Unavailable:
    """Say what keeps files from being stored or read."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL:
        return Unavailable(
            Text(zh="存放文件的磁盘已满。", en="The disk for files is full."), remedy=_MAKE_ROOM
        )
    if number in _LOCKED_UP:
        return Unavailable(
            Text(zh="存放文件的目录不可写。", en="The folder for files cannot be written to."),
            remedy=_GIVE_RIGHTS,
        )
    return Unavailable(
        Text(zh="文件存储暂时不可用。", en="The file store is not available for the moment."),
        remedy=Text(
            zh="没有保存任何内容，请稍后重试；若反复出现，请检查磁盘空间与存储服务。",
            en="Nothing was kept; try again in a moment. If it stays, check disk and store.",
        ),
    )


def of_database(cause: BaseException | None) -> Unavailable:
    """Say what keeps the database from answering; `cause` is its driver's own error."""
    code = cause.sqlite_errorcode & 0xFF if isinstance(cause, sqlite3.Error) else None
    if code == sqlite3.SQLITE_FULL:
        return Unavailable(
            Text(zh="存放数据库的磁盘已满。", en="The disk of the database is full."),
            remedy=_MAKE_ROOM,
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return Unavailable(
            Text(zh="数据库文件不可写。", en="The file of the database cannot be written to."),
            remedy=_GIVE_RIGHTS,
        )
    return Unavailable(
        Text(zh="数据库暂时不可用。", en="The database is not available for the moment."),
        remedy=_NOTHING_KEPT,
    )


def of_sandbox() -> Unavailable:
    """Say that no file can be opened at the moment."""
    return Unavailable(
        Text(
            zh="读取文件的隔离环境暂时不可用。",
            en="The sandbox that reads files is not available for the moment.",
        ),
        remedy=Text(
            zh="请稍后重试；若反复出现，请管理员检查内存与进程数上限。",
            en="Try again in a moment. If it stays, have an administrator check memory and the "
            "limits on processes and descriptors.",
        ),
    )
