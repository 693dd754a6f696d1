"""Compound files (MS-CFB) by olefile; with broken tables, by the bytes of the directory.

Their dates too: those of the property sets (MS-OLEPS) and of the directory (MS-CFB 2.6.1).
"""

from __future__ import annotations

import codecs
import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import olefile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# A codec is a file that is read at its first use, and the sandbox opens no file.
codecs.lookup("utf-16-le")

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The part of a stream that says what it is.
HEAD_BYTES = 512
_ENTRY_BYTES = 128
_ROOT_KIND, _STREAM_KINDS = 5, frozenset({1, 2})
#: More directory entries than a document has; what comes after is not looked at.
_MOST_ENTRIES = 50_000
_MOST_NAME_BYTES = 64
SUMMARY = "\x05SummaryInformation"
#: Numbers of properties: author, last author, last printed, created, last saved, application.
_AUTHOR, _LAST_AUTHOR, _PRINTED, _CREATED, _SAVED, _PROGRAM = 4, 8, 11, 12, 13, 18
#: Entries of the directory whose times are looked at.
_MOST_TIMED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """The root storage: names of what lies in it, class, and the first bytes of some streams."""

    names: frozenset[str]
    #: Upper case with hyphens; empty where the root has no class.
    clsid: str
    heads: dict[str, bytes]
    #: Behind the last sector that the tables know of.
    end: int = 0
    #: Why the tables could not be followed; None where they could.
    fault: str | None = None


def read_compound(data: bytes, wanted: frozenset[str]) -> Compound:
    """Read the root storage and the heads of the `wanted` streams. Never raises for bad bytes."""
    try:
        return _read(data, wanted)
    except Exception as error:  # noqa: BLE001 - olefile raises whatever its parsing meets
        return _scan(data, f"{type(error).__name__}: {error}")


def read_streams(data: bytes, wanted: frozenset[str]) -> dict[str, bytes]:
    """Read whole streams of the root storage; those that cannot be read are left out."""
    found: dict[str, bytes] = {}
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for name in filter(ole.exists, wanted):
                found[name] = ole.openstream(name).read()
    except Exception:  # noqa: BLE001 - olefile raises whatever its parsing meets
        return found
    return found


def _read(data: bytes, wanted: frozenset[str]) -> Compound:
    # A short `bytes` would be taken for a path, so it always gets a stream.
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        root: Any = ole.root  # its stubs leave out the fields that follow
        streams = [kid for kid in root.kids if kid.entry_type == olefile.STGTY_STREAM]
        return Compound(
            names=frozenset(str(kid.name) for kid in root.kids),
            clsid=str(root.clsid),
            heads={str(kid.name): _head(data, ole, kid) for kid in streams if kid.name in wanted},
            end=_end(ole),
        )


def _end(ole: Any) -> int:
    used = (
        place for place in range(len(ole.fat) - 1, -1, -1) if ole.fat[place] != olefile.FREESECT
    )
    return int((next(used, -1) + 2) * ole.sectorsize)


def _head(data: bytes, ole: Any, entry: Any) -> bytes:
    """Read a stream's first bytes; olefile would put the whole stream together first."""
    if entry.size < ole.minisectorcutoff:
        small: bytes = ole.openstream(entry.name).read(HEAD_BYTES)
        return small
    start = (entry.isectStart + 1) * ole.sectorsize
    return data[start : start + min(HEAD_BYTES, ole.sectorsize)]


def _scan(data: bytes, fault: str) -> Compound:
    """Look at the directory sectors that follow one another from where the header says."""
    if len(data) < _ENTRY_BYTES:
        return Compound(names=frozenset(), clsid="", heads={}, fault=fault)
    shift = min(struct.unpack_from("<H", data, 30)[0], 12)
    first = struct.unpack_from("<I", data, 48)[0]
    position = (first + 1) << shift
    names: set[str] = set()
    for _ in range(_MOST_ENTRIES):
        name = _entry_name(data[position : position + _ENTRY_BYTES])
        if name is None:
            break
        names.add(name)
        position += _ENTRY_BYTES
    return Compound(names=frozenset(names), clsid="", heads={}, fault=fault)


def _entry_name(entry: bytes) -> str | None:
    """Give an entry's name, empty for a free entry; None where no entry can be."""
    if len(entry) < _ENTRY_BYTES:
        return None
    size, kind = struct.unpack_from("<HB", entry, _MOST_NAME_BYTES)
    if size > _MOST_NAME_BYTES or kind > _ROOT_KIND:
        return None
    return entry[: max(0, size - 2)].decode("utf-16-le", "replace") if kind else ""


class OleError(ValueError):
    """A compound file that cannot be read; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OleTimes:
    """All times in UTC without a zone, None where not there; texts empty where not there."""

    created: datetime | None = None
    saved: datetime | None = None
    printed: datetime | None = None
    author: str = ""
    last_author: str = ""
    program: str = ""
    #: Name and time of the storages, as the program that wrote the file left them.
    storages: tuple[tuple[str, datetime], ...] = ()


def read_times(data: bytes) -> OleTimes:
    """Read both. Raises OleError."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _times(ole)
    except Exception as error:
        raise OleError(f"{type(error).__name__}: {error}") from error


def _times(ole: Any) -> OleTimes:
    fields: dict[int, Any] = {}
    if ole.exists(SUMMARY):
        # Editing time is a length and no date, so it must not be turned into one.
        fields = ole.getproperties(SUMMARY, convert_time=True, no_conversion=[10])
        codepage = fields.get(1, 0)
    encoding = "utf-8" if not fields else _encoding(codepage)
    return OleTimes(
        created=_time(fields.get(_CREATED)),
        saved=_time(fields.get(_SAVED)),
        printed=_time(fields.get(_PRINTED)),
        author=_text(fields.get(_AUTHOR), encoding),
        last_author=_text(fields.get(_LAST_AUTHOR), encoding),
        program=_text(fields.get(_PROGRAM), encoding),
        storages=tuple(_storages(ole)),
    )


def _storages(ole: Any) -> Iterator[tuple[str, datetime]]:
    for entry in ole.direntries[:_MOST_TIMED]:
        if entry is None or entry.entry_type not in {olefile.STGTY_STORAGE, olefile.STGTY_ROOT}:
            continue
        for when in (entry.getctime(), entry.getmtime()):
            if (time := _time(when)) is not None:
                yield str(entry.name), time


def _time(value: Any) -> datetime | None:
    if not hasattr(value, "isoformat"):
        return None
    time: datetime = value.replace(microsecond=0, tzinfo=None)
    return time


def _encoding(codepage: Any) -> str:
    """Give the codec of a code page, which the file has as a signed number (65001 is UTF-8)."""
    number = codepage & 0xFFFF if isinstance(codepage, int) else 0
    known = {936: "gb18030", 1200: "utf-16-le", 65001: "utf-8", 950: "big5", 932: "shift_jis"}
    windows = range(1250, 1259)
    return known.get(number, f"cp{number}" if number in windows else "latin-1")


def _text(value: Any, encoding: str) -> str:
    if isinstance(value, bytes):
        return value.decode(encoding, "replace").strip("\0 ")
    return value.strip("\0 ") if isinstance(value, str) else ""
