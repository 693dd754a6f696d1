"""What is wrong inside a package: doubled and missing parts, lies about sizes, macros, archives."""

from __future__ import annotations

import posixpath
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from verification.identify.archives import main_parts
from verification.identify.formats import ARCHIVES, FORMATS, MACRO_FREE
from verification.identify.marks import find_fixed
from verification.readers.part_names import tolerant_key, whole_of
from verification.readers.zip import LOCAL_MARK, Archive, Member, ZipError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Of one kind of fault so many are named; a hostile archive has thousands.
MOST_NAMED = 5
_UNSAFE = re.compile(r"^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)")
_ZIP_HEAD = b"PK\x03\x04"
#: Formats in which a part of that name must be.
_NEEDED = {
    "ofd": ("OFD.xml",),
    "odt": ("content.xml",),
    "ods": ("content.xml",),
    "odp": ("content.xml",),
}
_PACKAGES = frozenset(
    name
    for name, entry in FORMATS.items()
    if "openxmlformats" in entry.media_type or "macroEnabled" in entry.media_type
)


class FaultKind(StrEnum):
    """What may be wrong with a member."""

    DOUBLED = "DOUBLED"
    UNSAFE_PATH = "UNSAFE_PATH"
    LINK = "LINK"
    #: The bytes do not unpack to the length and checksum that the directory declares.
    DAMAGED = "DAMAGED"
    MISSING = "MISSING"
    MACRO = "MACRO"
    NESTED = "NESTED"
    #: Packed bytes that several members share.
    SHARED = "SHARED"
    #: Its own header has another name than the directory.
    RENAMED = "RENAMED"
    #: Its own header has other sizes than the directory.
    RESIZED = "RESIZED"
    #: Its own header has another method, encryption or checksum than the directory.
    RECODED = "RECODED"
    #: A member between the others that the directory does not list.
    UNLISTED = "UNLISTED"
    #: The end record counts more or fewer members than the directory lists.
    MISCOUNTED = "MISCOUNTED"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one member; `detail` is technical and in English."""

    kind: FaultKind
    part: str
    detail: str = ""


def audit_package(archive: Archive, name: str) -> tuple[Fault, ...]:
    """Unpack every member once, keeping nothing, and list the faults; `name` is the format.

    The time is bounded by what the limits let the directory declare.
    """
    faults: list[Fault] = []
    for fault in _audit(archive, name):
        if sum(other.kind is fault.kind for other in faults) < MOST_NAMED:
            faults.append(fault)
    return tuple(faults)


def _audit(archive: Archive, name: str) -> Iterator[Fault]:
    yield from (Fault(FaultKind.DOUBLED, part) for part in _doubled(archive))
    if not archive.counted:
        yield Fault(FaultKind.MISCOUNTED, f"{len(archive.members)}")
    yield from _audit_places(archive)
    for member in archive.members:
        yield from _audit_name(member, name)
        if not member.folder and not member.encrypted:
            yield from _audit_content(archive, member, name)
    yield from (Fault(FaultKind.MISSING, part) for part in _missing(archive, name))


def _doubled(archive: Archive) -> Iterator[str]:
    """Give the names that more than one member has for one reader or another."""
    names = [tolerant_key(one.name) for one in archive.members if one.unpacked or not one.folder]
    folders = [one.name.lower() for one in archive.members if one.folder and not one.unpacked]
    # Several pieces are one part; beside the whole of it they are another one.
    wholes = {whole for name in names if (whole := whole_of(name)) is not None}
    counted = Counter([*names, *folders, *wholes])
    yield from (name for name, times in counted.items() if times > 1)


def _audit_places(archive: Archive) -> Iterator[Fault]:
    """Compare the directory with what stands where it points."""
    last_end, last_name = archive.start, ""
    for member in sorted(archive.members, key=lambda one: one.header):
        try:
            _, end = archive.content(member)
        except ZipError:
            # What cannot be read at all is said by who unpacks it.
            last_end = max(last_end, member.header + len(LOCAL_MARK))
            continue
        if member.header < last_end:
            yield Fault(FaultKind.SHARED, member.name, f"begins inside {last_name}")
        if archive.data.find(LOCAL_MARK, last_end, member.header) >= 0:
            yield Fault(FaultKind.UNLISTED, member.name)
        yield from _audit_header(archive, member)
        last_end, last_name = max(last_end, end), member.name
    if archive.complete and archive.data.find(LOCAL_MARK, last_end, archive.listed_at) >= 0:
        yield Fault(FaultKind.UNLISTED, last_name)


def _audit_header(archive: Archive, member: Member) -> Iterator[Fault]:
    """Compare a member's own header with the directory. Raises ZipError."""
    own, sizes = archive.own_name(member), archive.own_sizes(member)
    for other in (own, member.other_name):
        if other not in {None, member.name}:
            yield Fault(FaultKind.RENAMED, member.name, f"its own header says {other}")
    if sizes not in {None, (member.packed, member.unpacked)}:
        detail = f"its own header says {sizes}, not {(member.packed, member.unpacked)}"
        yield Fault(FaultKind.RESIZED, member.name, detail)
    method, encrypted, crc = archive.own_coding(member)
    told = (member.method, member.encrypted, member.crc)
    if (method, encrypted, member.crc if crc is None else crc) != told:
        yield Fault(FaultKind.RECODED, member.name)


def _audit_name(member: Member, name: str) -> Iterator[Fault]:
    # Old writers of Office packages begin a part's name with a slash, as its URI does.
    path = member.name.lstrip("/") if name in _PACKAGES else member.name
    if _UNSAFE.search(path) or "\0" in path:
        yield Fault(FaultKind.UNSAFE_PATH, member.name)
    if member.link:
        yield Fault(FaultKind.LINK, member.name)
    if name in MACRO_FREE and posixpath.basename(member.name).lower() == "vbaproject.bin":
        yield Fault(FaultKind.MACRO, member.name)


def _audit_content(archive: Archive, member: Member, name: str) -> Iterator[Fault]:
    size, checksum, head = 0, 0, b""
    try:
        for chunk in archive.chunks(member):
            head = head or chunk
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            if size > member.unpacked:
                break
    except ZipError as error:
        yield Fault(FaultKind.DAMAGED, member.name, str(error).removeprefix(f"{member.name}: "))
        return
    if size != member.unpacked and archive.complete:
        yield Fault(
            FaultKind.DAMAGED, member.name, f"{member.unpacked} bytes declared, {size} seen"
        )
    elif checksum != member.crc and archive.complete:
        yield Fault(FaultKind.DAMAGED, member.name, "the checksum does not agree")
    if _is_archive(member, head, name):
        yield Fault(FaultKind.NESTED, member.name)


def _is_archive(member: Member, head: bytes, name: str) -> bool:
    """Say whether a member is an archive; documents that are ZIP packages are none."""
    suffix = posixpath.splitext(member.name)[1].lower().lstrip(".")
    found = find_fixed(head)
    if found is not None and found.format in ARCHIVES:
        # Office compresses metafiles with gzip (emz, wmz); in a package that is no archive.
        return name == "zip" or found.format != "gz"
    if not head.startswith(_ZIP_HEAD):
        return False
    return suffix in ARCHIVES or suffix not in FORMATS


def _missing(archive: Archive, name: str) -> Iterator[str]:
    if name in _PACKAGES:
        targets = main_parts(archive)
        yield from (
            part for part in ("[Content_Types].xml", "_rels/.rels") if not archive.find(part)
        )
        yield from (part for part in targets if not archive.find(part))
    else:
        yield from (part for part in _NEEDED.get(name, ()) if not archive.find(part))
