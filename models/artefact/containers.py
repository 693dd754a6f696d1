"""From a ZIP or a folder to the parts: nothing that is not a part of ours is ever unpacked.

An archive is accepted only byte for byte as `canonical.zipped` writes it. So there is no room for
bombs, paths, links, extra fields, comments, a second member of a name, or a bit that says nothing.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from models.artefact import canonical
from models.artefact.parts import MOST_BYTES, MOST_PARTS, most_bytes
from models.artefact.refusal import ArtefactRefused

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER_DEPTH = 2
#: The end of a directory: signature, two disks, two counts, its size, where it begins, no comment.
_END = struct.Struct("<4s4H2LH")
#: Of each part: what stands in the directory for it, and its name.
_MOST_DIRECTORY = (MOST_PARTS + 2) * (46 + 80)


def parts_of_zip(data: bytes) -> dict[str, bytes]:
    """Give the parts of an archive. Raises ArtefactRefused."""
    if len(data) > MOST_BYTES:
        raise ArtefactRefused("size", seen=len(data), expected=f"<= {MOST_BYTES} bytes")
    try:
        _check_end(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _contents(archive)
    except ArtefactRefused:
        raise
    # A damaged archive makes zipfile raise a wide choice of errors, none of them words for people.
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
    ):
        seen = (
            "a damaged archive"
            if data.startswith(b"PK")
            else f"a file that begins {data[:4].hex(' ')}"
        )
        raise ArtefactRefused("archive", seen=seen, expected="a ZIP that we wrote") from None
    if canonical.zipped(parts) != data:
        raise ArtefactRefused("archive", seen="other bytes", expected="a ZIP as we write it")
    return parts


def _check_end(data: bytes) -> None:
    """See that the directory is short before anything walks it: a million members take minutes."""
    end = data[-_END.size :]
    if not end.startswith(b"PK\5\6") or data[-_END.size - 20 :].startswith(b"PK\6\7"):
        raise zipfile.BadZipFile("no end of a directory as we write it")
    size = _END.unpack(end)[5]
    if size > _MOST_DIRECTORY:
        expected = f"<= {_MOST_DIRECTORY}"
        raise ArtefactRefused("archive", seen=f"a directory of {size} bytes", expected=expected)


def _contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > MOST_PARTS + 2:
        seen = f"{len(members)} members"
        raise ArtefactRefused("archive", seen=seen, expected=f"<= {MOST_PARTS} parts")
    found: dict[str, bytes] = {}
    for member in members:
        _check_member(member)
        # Stored as it is: no more can be read than the archive is long.
        found[member.filename] = archive.read(member)
    return found


def _check_member(member: zipfile.ZipInfo) -> None:
    most = most_bytes(member.filename)
    if most is None:
        expected = "known names"
        raise ArtefactRefused("part_unknown", member.filename, seen="a member", expected=expected)
    if member.file_size > most:
        seen, expected = member.file_size, f"<= {most} bytes"
        raise ArtefactRefused("size", member.filename, seen=seen, expected=expected)
    if member.compress_type != zipfile.ZIP_STORED:
        expected = "nothing compressed"
        raise ArtefactRefused("archive", member.filename, seen="another kind", expected=expected)


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
