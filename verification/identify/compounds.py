"""Compound files by their streams: doc, xls, ppt, msg, WPS's own, encrypted Office Open XML."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from verification.identify.archives import name_package
from verification.identify.pieces import Piece
from verification.limits import LimitExceeded
from verification.readers.olefile import MARK, Compound, read_compound, read_streams
from verification.readers.zip import open_archive

if TYPE_CHECKING:
    from verification.limits import Limits

_SUMMARY = "\x05SummaryInformation"
_WANTED = frozenset(
    {"WordDocument", "Workbook", "Book", "WORKBOOK", "Current User", "\x01CompObj", _SUMMARY}
)
_WORKBOOKS = ("Workbook", "Book", "WORKBOOK", "BOOK")
#: The first of these that is there says what the file is.
_STREAMS = (
    ("WordDocument", "doc"),
    *((stream, "xls") for stream in _WORKBOOKS),
    ("PowerPoint Document", "ppt"),
    ("PP40", "ppt"),
    ("PP97_DUALSTORAGE", "ppt"),
    ("__properties_version1.0", "msg"),
    ("VisioDocument", "vsd"),
)
#: MS-OFFCRYPTO, 1.3.3: the whole package lies encrypted in one stream.
_ORDERED = ("EncryptionInfo", "EncryptedPackage")
_LOCKED = frozenset(_ORDERED)
#: What the program calls itself in the properties that some writers leave readable beside it.
_APPLICATIONS = ((b"Word", "docx"), (b"Excel", "xlsx"), (b"PowerPoint", "pptx"))
_TELLING = _LOCKED | {"__substg1.0_", *(stream for stream, _ in _STREAMS)}
#: The root's class where the streams do not say enough.
_CLASSES = {
    "00020906-0000-0000-C000-000000000046": "doc",
    "00020900-0000-0000-C000-000000000046": "doc",
    "00020810-0000-0000-C000-000000000046": "xls",
    "00020820-0000-0000-C000-000000000046": "xls",
    "64818D10-4F9B-11CF-86EA-00AA00B929E8": "ppt",
    "EA7BAE70-FB3B-11CD-A903-00AA00510EA3": "ppt",
    "00020D0B-0000-0000-C000-000000000046": "msg",
    "000C1084-0000-0000-C000-000000000046": "msi",
    "00021A14-0000-0000-C000-000000000046": "vsd",
}
#: Which program wrote the file as its own, by the ProgID in CompObj (MS-OLEDS, 2.3.7).
_PROGRAMS = {
    # A zero before it: each string there follows its length, four bytes.
    "doc": ("wps", (b"\0KWPS.", b"\0WPS.")),
    "xls": ("et", (b"\0KET.", b"\0ET.")),
    "ppt": ("dps", (b"\0KWPP.", b"\0WPP.")),
}
#: What the streams hold, for a file whose directory was cut off: the beginning of Word's FIB, of
#: a BIFF globals stream, of PowerPoint's document; each at the start of a sector or right in it.
_CONTENTS = (
    (re.compile(rb"[\xec\xdc]\xa5[\x5d-\xff\x00]\x00"), "doc"),
    (re.compile(rb"\x09\x08(?:\x10\x00\x00\x06|\x08\x00\x00\x05)\x05\x00"), "xls"),
    (re.compile(rb"\x0f\x00\xe8\x03....\x01\x00\xe9\x03\x28\x00\x00\x00", re.DOTALL), "ppt"),
)
_SECTOR = 512
_FIB_ENCRYPTED = 0x0100
_PPT_ENCRYPTED = 0xF3D1C4DF
_FILEPASS = b"\x2f\x00"


def find_compound(data: bytes, limits: Limits) -> Piece | None:
    """Say what a compound file is; a format only where its streams show one."""
    if not data.startswith(MARK):
        return None
    compound = read_compound(data, _WANTED)
    names = compound.names
    if compound.fault is not None or not names:
        # With broken tables a name anywhere in the bytes is all that is left to go by.
        names |= {stream for stream in _TELLING if stream.encode("utf-16-le") in data}
    locked = names >= _LOCKED
    name = _locked_name(data, compound, limits) if locked else _name(names, compound)
    if name is None and compound.fault is not None:
        name = _by_contents(data)
    if name is None:
        return None
    return Piece(
        format=name,
        start=0,
        end=min(compound.end or len(data), len(data)),
        encrypted=locked or _is_encrypted(compound, name),
        whole=compound.fault is None,
    )


def _by_contents(data: bytes) -> str | None:
    sectors = range(_SECTOR, len(data), _SECTOR)
    for content, name in _CONTENTS:
        if any(content.match(data, start) for start in sectors):
            return name
    return None


def _name(names: frozenset[str], compound: Compound) -> str | None:
    if any(name.startswith("__substg1.0_") for name in names):
        return "msg"
    office = next((name for stream, name in _STREAMS if stream in names), None)
    if office in _PROGRAMS:
        return _own(compound, office)
    return office or _CLASSES.get(compound.clsid.upper())


def _locked_name(data: bytes, compound: Compound, limits: Limits) -> str:
    """Say which package is encrypted, where it opens without asking or its program is named."""
    # Imported here: cryptography is needed by few files and takes a while.
    from verification.readers.offcrypto import open_without_password  # noqa: PLC0415

    streams = read_streams(data, _LOCKED)
    package = open_without_password(*(streams.get(name, b"") for name in _ORDERED))
    try:
        archive = None if package is None else open_archive(package, limits)
    except LimitExceeded:
        archive = None
    if archive is not None and (name := name_package(archive)) != "zip":
        return name
    summary = compound.heads.get(_SUMMARY, b"")
    return next(
        (name for word, name in _APPLICATIONS if b"Microsoft" in summary and word in summary),
        "ooxml",
    )


def _own(compound: Compound, office: str) -> str:
    own, marks = _PROGRAMS[office]
    written = compound.heads.get("\x01CompObj", b"")
    return own if any(mark in written for mark in marks) else office


def _is_encrypted(compound: Compound, name: str) -> bool:
    if "\tDRMContent" in compound.names:
        return True
    if name in {"doc", "wps"}:
        head = compound.heads.get("WordDocument", b"")
        return len(head) >= 12 and bool(struct.unpack_from("<H", head, 10)[0] & _FIB_ENCRYPTED)  # noqa: PLR2004 - FibBase up to its flags (MS-DOC, 2.5.2)
    if name in {"ppt", "dps"}:
        head = compound.heads.get("Current User", b"")
        token = struct.unpack_from("<I", head, 12)[0] if len(head) >= 16 else 0  # noqa: PLR2004 - the token's place (MS-PPT, 2.3.2)
        return token == _PPT_ENCRYPTED or "EncryptedSummary" in compound.names
    return name in {"xls", "et"} and any(
        _has_filepass(compound.heads.get(stream, b"")) for stream in _WORKBOOKS
    )


def _has_filepass(head: bytes) -> bool:
    """FILEPASS stands right after the first BOF, or after a WriteProtect (MS-XLS, 2.1.7.20.1)."""
    position = 0
    for _ in range(3):
        if len(head) < position + 4:
            return False
        if head[position : position + 2] == _FILEPASS:
            return True
        position += 4 + struct.unpack_from("<H", head, position + 2)[0]
    return False
