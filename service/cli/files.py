"""Files that a command is given: opened without waiting, and told about if they cannot be read."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from service.cli.messages import give_up, tell
from service.system_words import why
from verification.values import Text


def name_of(path: Path) -> str:
    """Give the name as UTF-8 can carry it: a byte that is none becomes U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def open_file(path: Path) -> BufferedReader | None:
    """Open a regular file to read; None for anything else, after telling why."""
    try:
        # Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        tell_unreadable(path, error)
        return None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    _tell_irregular(name_of(path), is_folder=stat.S_ISDIR(mode))
    return None


def read_up_to(path: Path, most: int) -> bytes | None:
    """Give the bytes of a regular file; None, after telling why, where there are more than `most`.

    The same for what cannot be read.
    """
    file = open_file(path)
    if file is None:
        return None
    with file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            tell_unreadable(path, error)
            return None
    if len(data) <= most:
        return data
    name, mib = name_of(path), most >> 20
    tell(
        Text(
            zh=f"{name}：文件超过 {mib} MiB，不再读取。请检查是否选错了文件，或把它拆成几个。",
            en=f"{name}: larger than {mib} MiB, not read. Check that it is the right file, "
            "or split it.",
        )
    )
    return None


def tell_unreadable(path: Path, error: OSError) -> None:
    """Tell that the system does not give the file, and why."""
    name, said = name_of(path), why(error)
    tell(
        Text(
            zh=f"{name}：无法读取（{said.zh}）。请检查路径和权限。",
            en=f"{name}: cannot be read ({said.en}). Check the path and its rights.",
        )
    )


def unwritable(path: Path, error: OSError) -> Text:
    """Say that something cannot be written, and why."""
    name, said = name_of(path), why(error)
    return Text(
        zh=f"{name}：无法写入（{said.zh}）。请检查路径和权限。",
        en=f"{name}: cannot be written ({said.en}). Check path and rights.",
    )


def _tell_irregular(name: str, *, is_folder: bool) -> None:
    if is_folder:
        seen = Text(
            zh="这是目录。请给出文件，不要给目录", en="is a folder. Give files, not a folder"
        )
    else:
        seen = Text(
            zh="不是普通文件（是管道、设备等）。请先存成文件再给出",
            en="is no regular file (a pipe, a device …). Save it to a file and give that",
        )
    tell(Text(zh=f"{name}：无法读取，{seen.zh}。", en=f"{name}: {seen.en}."))


def text_of(path: Path, data: bytes) -> str:
    """Decode a file that is written in UTF-8, or end the command (2) with the first wrong byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where, seen = f"{name_of(path)}:{data.count(10, 0, error.start) + 1}", data[error.start]
        give_up(
            Text(
                zh=f"{where}：看到字节 0x{seen:02X}，应为 UTF-8 文本。请另存为 UTF-8 后重试。",
                en=f"{where}: seen the byte 0x{seen:02X}, expected text in UTF-8. Save it as UTF-8 "
                "and try again.",
            )
        )
