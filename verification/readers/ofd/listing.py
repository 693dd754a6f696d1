"""Signatures.xml and Signature.xml (GB/T 33190, 18): what was signed, and where a seal is drawn."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.ofd.package import (
    PartError,
    attribute,
    child_text,
    descend,
    local,
    named,
    numbers,
)

if TYPE_CHECKING:
    from verification.readers.lxml import Element
    from verification.readers.ofd.document import Document
    from verification.readers.ofd.package import Package

#: GB/T 33190 names MD5 as what a missing CheckMethod means.
DEFAULT_METHOD = "MD5"
MOST_REFERENCES = 10_000
MOST_STAMPS = 1_000
#: All that a list of signatures consists of.
LIST_ELEMENTS = frozenset({"Signatures", "MaxSignId", "Signature"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A part that was signed, by its digest. `part` is its own name, or None where it is gone."""

    written: str
    part: str | None
    #: None where the value is no Base64.
    value: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StampAnnot:
    """Where the seal is drawn: page id, box and clip in millimetres."""

    page: str
    box: tuple[float, ...] | None
    clip: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A signature as the list of signatures names it."""

    id: str
    document: Document
    listing: str
    #: The part that should be there, whether it is or not.
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFile:
    """Signature.xml, read."""

    raw: bytes
    method: str
    check_method: str
    #: As written; the zone is mostly left out.
    date_time: str
    references: tuple[Reference, ...]
    stamps: tuple[StampAnnot, ...]
    #: The part that holds the seal by itself, as written; empty where none is named.
    seal: str
    value: str


def entries(package: Package, found: list[Document]) -> tuple[list[Entry], list[PartError]]:
    """Give the signatures of all documents, and the lists of signatures that cannot be read."""
    listed: list[Entry] = []
    faults: list[PartError] = []
    listings = {document.signatures: document for document in reversed(found)}
    for listing, document in reversed(listings.items()):
        if listing is None:
            continue
        try:
            root = package.xml(listing)
        except PartError as error:
            faults.append(error)
            continue
        listed += [_entry(package, document, listing, item) for item in named(root, "Signature")]
    return listed, faults


def _entry(package: Package, document: Document, listing: str, item: Element) -> Entry:
    written = attribute(item, "BaseLoc")
    return Entry(
        id=attribute(item, "ID") or written,
        document=document,
        listing=listing,
        part=package.locate(listing, written, document.folder),
    )


def read_file(package: Package, entry: Entry) -> SignatureFile:
    """Read Signature.xml of `entry`. Raises PartError."""
    root = package.xml(entry.part)
    info = next(named(root, "SignedInfo"), None)
    if local(root) != "Signature" or info is None:
        raise PartError(entry.part, "no Signature with a SignedInfo in it")
    holder = next(named(info, "References"), None)
    seal = next(named(info, "Seal"), None)
    written = child_text(root, "SignedValue") or attribute(root, "SignedValue")
    return SignatureFile(
        raw=package.read(entry.part),
        method=child_text(info, "SignatureMethod"),
        check_method=DEFAULT_METHOD
        if holder is None
        else attribute(holder, "CheckMethod") or DEFAULT_METHOD,
        date_time=child_text(info, "SignatureDateTime"),
        references=() if holder is None else _references(package, entry, holder),
        stamps=tuple(_stamp(item) for item in list(named(info, "StampAnnot"))[:MOST_STAMPS]),
        seal="" if seal is None else child_text(seal, "BaseLoc") or attribute(seal, "BaseLoc"),
        value=package.locate(entry.part, written, entry.document.folder),
    )


def is_plain_list(package: Package, part: str) -> bool:
    """Tell whether a part lists signatures and does nothing else."""
    root = package.xml(part)
    return local(root) == "Signatures" and all(
        local(item) in LIST_ELEMENTS for item in descend(root, *_names(root))
    )


def _names(root: Element) -> set[str]:
    return {local(item) for item in root.iter("*")}


def _references(package: Package, entry: Entry, holder: Element) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for item in named(holder, "Reference"):
        written = attribute(item, "FileRef")
        found.append(
            Reference(
                written=written,
                part=package.look_up(entry.part, written, entry.document.folder),
                value=_value(child_text(item, "CheckValue") or attribute(item, "CheckValue")),
            )
        )
        if len(found) > MOST_REFERENCES:
            raise PartError(entry.part, f"more than {MOST_REFERENCES} references")
    return tuple(found)


def _value(text: str) -> bytes | None:
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _stamp(item: Element) -> StampAnnot:
    return StampAnnot(
        page=attribute(item, "PageRef"),
        box=numbers(attribute(item, "Boundary"), 4),
        clip=numbers(attribute(item, "Clip"), 4),
    )
