"""The files of an artefact: an archive or a folder, and nothing in it but its parts."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from models.artefact.containers import parts_of, parts_of_folder, parts_of_zip
from models.artefact.refusal import ArtefactRefused
from tests.models import artefacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def member(name: str, data: bytes, **fields: object) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system = 3
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def archive(*extra: tuple[zipfile.ZipInfo, bytes], drop: str = "", comment: bytes = b"") -> bytes:
    stream = io.BytesIO()
    whole = [member(name, one) for name, one in artefacts.artefact().items() if name != drop]
    with zipfile.ZipFile(stream, "w") as made:
        for info, data in sorted((*whole, *extra), key=lambda one: one[0].filename):
            made.writestr(info, data)
        made.comment = comment
    return stream.getvalue()


CARD = "MODEL_CARD.md"
LINK = {"external_attr": 0o120777 << 16}


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive(member(CARD, b"# Another\n"))


def packed_at(year: int) -> bytes:
    card = artefacts.artefact()[CARD]
    return archive(member(CARD, card, date_time=(year, 1, 1, 0, 0, 0)), drop=CARD)


def deflated(data: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    return member(CARD, data, compress_type=zipfile.ZIP_DEFLATED)


def lying() -> bytes:
    """Say in the directory that the first member is one byte long."""
    data = bytearray(archive())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    return bytes(data)


ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "no archive": (lambda: b"PK" * 40, "archive"),
    "nothing": (lambda: b"", "archive"),
    "cut off": (lambda: archive()[:-30], "archive"),
    "bytes before it": (lambda: b"#!/bin/sh\n" + archive(), "archive"),
    "bytes after it": (lambda: archive() + b"tail", "archive"),
    "a comment": (lambda: archive(comment=b"hello"), "archive"),
    "a member twice": (twice, "archive"),
    "a member of no part": (lambda: archive(member("run.sh", b"x")), "part_unknown"),
    "an absolute path": (lambda: archive(member("/etc/passwd", b"x")), "part_unknown"),
    "a path upwards": (lambda: archive(member("plots/../../x.svg", b"x")), "part_unknown"),
    "a link": (lambda: archive(member(CARD, b"/etc/passwd", **LINK), drop=CARD), "archive"),
    "a bomb": (lambda: archive(deflated(bytes(90 << 20)), drop=CARD), "size"),
    "a time of packing": (lambda: packed_at(2026), "archive"),
    "a member compressed": (lambda: archive(deflated(b"#"), drop=CARD), "archive"),
    "an extra field": (
        lambda: archive(member(CARD, b"#", extra=b"\x01\x00\x01\x00x"), drop=CARD),
        "archive",
    ),
    "a size that lies": (lying, "archive"),
}


@pytest.mark.parametrize(("make", "code"), ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_that_we_did_not_write_is_refused(make: Callable[[], bytes], code: str) -> None:
    data = make()
    with pytest.raises(ArtefactRefused) as told:
        parts_of_zip(data)
    assert told.value.code == code


def test_a_directory_of_thousands_is_not_walked() -> None:
    """A million entries in 48 MB took 8 s and half a gigabyte before they were counted."""
    at = archive().index(b"PK\x01\x02")
    entries = archive()[at : at + 46 + len(CARD)] * 2000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2000, 2000, len(entries), at, 0)
    with pytest.raises(ArtefactRefused, match="a directory of 118000 bytes"):
        parts_of_zip(archive()[:at] + entries + end)


def test_an_archive_as_we_write_it_is_read() -> None:
    assert parts_of_zip(archive()) == dict(artefacts.artefact())
    assert parts_of_zip(artefacts.zipped(artefacts.artefact())) == dict(artefacts.artefact())


# Folders
def laid_out(folder: Path) -> Path:
    for name, content in artefacts.artefact().items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_holds_the_same_artefact(tmp_path: Path) -> None:
    assert parts_of(laid_out(tmp_path)) == dict(artefacts.artefact())


def instead(folder: Path) -> Path:
    """Make room for something else under the name of the card."""
    (folder / CARD).unlink()
    return folder / CARD


FOLDERS: dict[str, tuple[Callable[[Path], int | None], str]] = {
    "a link to a file": (lambda at: instead(at).symlink_to("x"), "archive"),
    "a link to a folder": (lambda at: (at / "plots").symlink_to("/"), "archive"),
    "a pipe": (lambda at: os.mkfifo(instead(at)), "archive"),
    "a file of no part": (lambda at: (at / "model.pkl").write_bytes(b"x"), "part_unknown"),
    "a file too large": (lambda at: (at / CARD).write_bytes(bytes(5 << 20)), "size"),
    "folders in folders": (
        lambda at: (at / "plots" / "a" / "b").mkdir(parents=True),
        "archive",
    ),
}


@pytest.mark.parametrize(("spoil", "code"), FOLDERS.values(), ids=FOLDERS)
def test_a_folder_with_anything_else_is_refused(
    spoil: Callable[[Path], int | None], code: str, tmp_path: Path
) -> None:
    spoil(laid_out(tmp_path))
    with pytest.raises(ArtefactRefused) as told:
        parts_of_folder(tmp_path)
    assert told.value.code == code
