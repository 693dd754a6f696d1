"""From a ZIP or a folder to the parts: nothing that is not a part of ours is ever unpacked.

An archive is accepted only as `canonical.zipped` lays it out: known names, sorted, each once, plain
deflated files with nothing before, between or after them. So there is no room for bombs, paths,
links, extra fields, comments or a second member of a name.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from models.artefact.parts import MOST_BYTES, MOST_PARTS, most_bytes
from models.artefact.refusal import ArtefactRefused

if TYPE_CHECKING:
    from pathlib import Path

_LOCAL_HEADER, _CENTRAL_HEADER, _END = 30, 46, 22
_FOLDER_DEPTH = 2


def parts_of_zip(data: bytes) -> dict[str, bytes]:
    """Give the parts of an archive. Raises ArtefactRefused."""
    if len(data) > MOST_BYTES:
        raise ArtefactRefused("size", seen=len(data), expected=f"<= {MOST_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(archive, members, len(data))
            return {member.filename: _content(archive, member) for member in members}
    except ArtefactRefused:
        raise
    # A damaged archive makes zipfile raise a wide choice of errors.
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
        KeyError,
        IndexError,
        MemoryError,
    ) as error:
        seen = f"{type(error).__name__}: {error}"
        raise ArtefactRefused("archive", seen=seen, expected="a ZIP that we wrote") from None


def _check_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], length: int) -> None:
    names = [member.filename for member in members]
    if len(names) > MOST_PARTS + 2 or names != sorted(set(names)) or archive.comment:
        seen = f"{len(names)} members"
        raise ArtefactRefused("archive", seen=seen, expected="sorted, each once, no comment")
    at = 0
    for member in members:
        _check_member(member)
        if member.header_offset != at:
            seen = f"a member at {member.header_offset}"
            raise ArtefactRefused("archive", member.filename, seen=seen, expected=at)
        at += _LOCAL_HEADER + len(member.filename.encode()) + member.compress_size
    at += sum(_CENTRAL_HEADER + len(name.encode()) for name in names) + _END
    if at != length:
        raise ArtefactRefused("archive", seen=f"{length} bytes", expected=f"{at}, and no others")


def _check_member(member: zipfile.ZipInfo) -> None:
    most = most_bytes(member.filename)
    if most is None:
        expected = "known names"
        raise ArtefactRefused("part_unknown", member.filename, seen="a member", expected=expected)
    if member.file_size > most:
        seen, expected = member.file_size, f"<= {most} bytes"
        raise ArtefactRefused("size", member.filename, seen=seen, expected=expected)
    plain = (
        member.compress_type == zipfile.ZIP_DEFLATED
        and member.flag_bits == 0
        and not (member.extra or member.comment)
        and stat.S_IFMT(member.external_attr >> 16) in {0, stat.S_IFREG}
    )
    if not plain:
        expected = "a plain deflated file"
        raise ArtefactRefused("archive", member.filename, seen="another kind", expected=expected)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    # zipfile reads no more than the size that was checked above, and compares the checksum.
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise ArtefactRefused(
            "archive", member.filename, seen=len(content), expected=member.file_size
        )
    return content


def parts_of_folder(folder: Path) -> dict[str, bytes]:
    """Give the parts that lie in a folder; links and all else that is no file are refused."""
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.glob("**/*")):
        name = path.relative_to(folder).as_posix()
        if len(found) > MOST_PARTS + 2 or name.count("/") >= _FOLDER_DEPTH:
            raise ArtefactRefused("archive", name, seen="more", expected=f"<= {MOST_PARTS} parts")
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ArtefactRefused("archive", name, seen="no plain file", expected="plain files")
        if path.is_dir():
            continue
        found[name] = _file(path, name)
        total += len(found[name])
        if total > MOST_BYTES:
            raise ArtefactRefused("size", name, seen=total, expected=f"<= {MOST_BYTES} bytes")
    return found


def _file(path: Path, name: str) -> bytes:
    most = most_bytes(name)
    if most is None:
        raise ArtefactRefused("part_unknown", name, seen="a file", expected="known names")
    try:
        # A link or pipe that took the file's place in between is not followed.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        seen = error.strerror or type(error).__name__
        raise ArtefactRefused("archive", name, seen=seen, expected="a readable file") from None
    if len(content) > most:
        raise ArtefactRefused("size", name, seen="more", expected=f"<= {most} bytes")
    return content


def parts_of(path: Path) -> dict[str, bytes]:
    """Give the parts of a folder or an archive on the disk. Raises ArtefactRefused or OSError."""
    if path.is_dir():
        return parts_of_folder(path)
    with path.open("rb") as file:
        return parts_of_zip(file.read(MOST_BYTES + 1))
