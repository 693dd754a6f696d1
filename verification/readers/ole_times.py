"""The dates of a compound file: property sets (MS-OLEPS) and the directory's own (MS-CFB 2.6.1)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import olefile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SUMMARY = "\x05SummaryInformation"
#: Numbers of properties: author, last author, last printed, created, last saved, application.
_AUTHOR, _LAST_AUTHOR, _PRINTED, _CREATED, _SAVED, _PROGRAM = 4, 8, 11, 12, 13, 18
#: Entries of the directory that are looked at.
_MOST_ENTRIES = 1000


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
            return _read(ole)
    except Exception as error:
        raise OleError(f"{type(error).__name__}: {error}") from error


def _read(ole: Any) -> OleTimes:
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
    for entry in ole.direntries[:_MOST_ENTRIES]:
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
