"""Office packages (ECMA-376, part 2): core properties and ZIP entry times, by zipfile and lxml.

Only the relationships and the core properties are unpacked, each under a cap; sizes that
the directory declares are compared with the limits before anything is.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - zipfile needs it for names, and the sandbox opens no file
import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.limits import LimitExceeded
from verification.readers.lxml import METADATA_BYTES, XmlError, parse_xml

if TYPE_CHECKING:
    from verification.limits import Limits

_CORE_RELATION = "/metadata/core-properties"
_RELATIONSHIPS = "_rels/.rels"
_USUAL_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_DIRECTORY_END = b"PK\x05\x06"
_DIRECTORY_TAIL = 65_557  # the end record and its longest comment


class PackageError(ValueError):
    """A package or a part of it that cannot be read; `part` says which."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreProperties:
    """What the core properties part says, as written; empty text where a field is not there."""

    part: str
    created: str
    modified: str
    creator: str
    last_modified_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A ZIP entry and its local time as FAT keeps it: zone unknown, steps of two seconds."""

    name: str
    written: tuple[int, int, int, int, int, int]


class Package:
    """An opened package whose directory is within the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open it. Raises PackageError, and LimitExceeded for entries, size or ratio."""
        _check_count(data, limits)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            struct.error,
            NotImplementedError,
        ) as error:
            raise PackageError("ZIP", str(error)) from error
        _check_sizes(entries, limits)
        self._limits = limits

    def entries(self) -> tuple[Entry, ...]:
        """List the entries in the order of the directory."""
        return tuple(Entry(info.filename, info.date_time) for info in self._zip.infolist())

    def core(self) -> CoreProperties | None:
        """Read the core properties; None where the package has none. Raises PackageError."""
        part = self._core_part()
        if part is None:
            return None
        try:
            root = parse_xml(self._read(part))
        except XmlError as error:
            raise PackageError(part, str(error)) from error
        texts: dict[object, str] = {child.tag: child.text or "" for child in root}
        by = next((text for tag, text in texts.items() if str(tag).endswith("}lastModifiedBy")), "")
        return CoreProperties(
            part=part,
            created=texts.get(_TERMS + "created", ""),
            modified=texts.get(_TERMS + "modified", ""),
            creator=texts.get(_DC + "creator", ""),
            last_modified_by=by,
        )

    def _core_part(self) -> str | None:
        names = set(self._zip.namelist())
        if _RELATIONSHIPS in names:
            try:
                root = parse_xml(self._read(_RELATIONSHIPS))
            except XmlError as error:
                raise PackageError(_RELATIONSHIPS, str(error)) from error
            for relation in root:
                target = posixpath.normpath(relation.get("Target", "").lstrip("/"))
                if relation.get("Type", "").endswith(_CORE_RELATION) and target in names:
                    return target
        return _USUAL_CORE if _USUAL_CORE in names else None

    def _read(self, part: str) -> bytes:
        try:
            with self._zip.open(part) as stream:
                data = stream.read(METADATA_BYTES + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            OSError,
            RuntimeError,  # encrypted
            NotImplementedError,  # a method of compression that Python does not know
            EOFError,
            struct.error,
        ) as error:
            raise PackageError(part, str(error)) from error
        if len(data) > METADATA_BYTES:
            raise PackageError(part, f"more than {METADATA_BYTES} bytes")
        return data


def _check_count(data: bytes, limits: Limits) -> None:
    """Look at the number of entries before zipfile builds an object for each."""
    end = data.rfind(_DIRECTORY_END, max(0, len(data) - _DIRECTORY_TAIL))
    if 0 <= end <= len(data) - 12:
        count = struct.unpack_from("<H", data, end + 10)[0]
        if count > limits.zip_entries:
            raise LimitExceeded("zip_entries", seen=count, allowed=limits.zip_entries)


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.zip_entries:
        raise LimitExceeded("zip_entries", seen=len(entries), allowed=limits.zip_entries)
    unpacked = sum(info.file_size for info in entries)
    if unpacked > limits.zip_unpacked_bytes:
        raise LimitExceeded("zip_unpacked_bytes", seen=unpacked, allowed=limits.zip_unpacked_bytes)
    packed = sum(info.compress_size for info in entries)
    ratio = unpacked // max(packed, 1)
    if ratio > limits.zip_ratio:
        raise LimitExceeded("zip_ratio", seen=ratio, allowed=limits.zip_ratio)


def as_exif_date(written: tuple[int, int, int, int, int, int]) -> str:
    """Write an entry's time as EXIF does, which one parser then reads for all."""
    return "{:04}:{:02}:{:02} {:02}:{:02}:{:02}".format(*written)
