"""Which parts of a package a signature covers, and which of them are no longer what was signed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from verification.readers.lxml import canonical
from verification.readers.ooxml_signature.properties import shown_otherwise
from verification.readers.ooxml_signature.relationships import transformed
from verification.readers.ooxml_signature.xmldsig import SignatureFault
from verification.readers.opc_package import (
    BODY_BYTES,
    RELATIONSHIPS_TYPE,
    PackageFault,
    relationships_part,
    source_of,
)
from verification.readers.part_names import key_of
from verification.readers.zip import ZipError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verification.readers.ooxml_signature.relationships import Selection
    from verification.readers.ooxml_signature.xmldsig import Reference
    from verification.readers.opc_package import Package, Relationship
    from verification.readers.zip import Member

_MAIN = "/relationships/officeDocument"
ORIGIN = "/relationships/digital-signature/origin"
#: What Office never signs: properties, the picture for the file's icon, the signatures' own list.
_NEVER_SIGNED = (
    "/metadata/core-properties",
    "/relationships/extended-properties",
    "/relationships/custom-properties",
    # As strict documents call the two (ECMA-376-1, 15.2.12).
    "/relationships/extendedProperties",
    "/relationships/customProperties",
    "/metadata/thumbnail",
    ORIGIN,
)
_DATA = "/relationships/customXml"
_BINDING = tuple("dataBinding".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
#: Links whose end is shown on the page: signed is where it lies, not what it is.
_SHOWN = ("/image", "/subDocument", "/aFChunk", "/frame", "/video", "/audio", "/media")
#: Functions of Excel that show what a server says at the time (written with a prefix in the file).
_FETCHING = re.compile(
    rb"<(?:\w+:)?(?:f|definedName)[ >][^<]*?\b(?:_xlfn\.)?(IMAGE|WEBSERVICE)\s*\(", re.IGNORECASE
)
_SHEETS = ("spreadsheetml.worksheet+xml", "sheet.main+xml", "macroenabled.main+xml")
_SIGNATURES = "_xmlsignatures/"
_TYPES_PART = "[content_types].xml"


@dataclass(kw_only=True)
class Coverage:
    """What the manifest of a signature says of the package. Parts by the name in the package."""

    signed: set[str] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)
    algorithms: set[str] = field(default_factory=set)
    selections: dict[str, list[Selection]] = field(default_factory=dict)
    #: Shown or used, and not signed: names of parts, ``part#id`` for relationships.
    exposed: list[str] = field(default_factory=list)
    #: Document properties that fill a place of the signed text with other words: ``part#name``.
    shown: list[str] = field(default_factory=list)
    #: Every part that is not signed, the harmless ones too.
    unsigned: list[str] = field(default_factory=list)
    #: The document takes content from data parts; None: not looked up yet.
    binds: bool | None = None
    main: str = ""
    main_signed: bool = False


def measure(package: Package, manifest: Iterable[Reference]) -> Coverage:
    """Compare the package with a manifest. Raises PackageFault, SignatureFault and XmlError."""
    found = Coverage()
    for reference in manifest:
        _compare(package, reference, found)
    _walk(package, found)
    found.exposed += _fetched(package, found)
    found.shown = shown_otherwise(package, sorted(found.signed))
    found.unsigned = [
        member.name
        for key, member in package.parts.items()
        if key not in found.signed and not _own(key) and _listed(package, key)
    ]
    return found


def _own(key: str) -> bool:
    return key.startswith(_SIGNATURES) or key == _TYPES_PART


def _listed(package: Package, key: str) -> bool:
    """Relationships are judged one by one; a part of them is listed where it is not signed."""
    return package.type_of(key) != RELATIONSHIPS_TYPE


def _compare(package: Package, reference: Reference, found: Coverage) -> None:
    name, _, query = reference.uri.partition("?")
    key = key_of(name)
    found.algorithms.add(reference.algorithm)
    if key not in package.parts:
        found.changed.append(name)
        return
    shown = package.parts[key].name
    stated = query.removeprefix("ContentType=")
    if stated.lower() != package.type_of(key).lower():
        found.changed.append(shown)
        return
    if _digest(package, key, reference) != reference.digest:
        found.changed.append(shown)
        return
    if reference.selection is not None:
        found.selections.setdefault(key, []).append(reference.selection)
    found.signed.add(key)


def _digest(package: Package, key: str, reference: Reference) -> bytes:
    if reference.selection is not None:
        return _hashed(
            transformed(package.relationships(source_of(key)), reference.selection), reference
        )
    if reference.canonical is not None:
        return _hashed(canonical(package.tree(key), reference.canonical), reference)
    return package.digest(key, reference.algorithm)


def proven_changes(package: Package, manifest: Iterable[Reference]) -> Coverage:
    """Give the signed parts that are not as they were in a package that cannot be read as a whole.

    Of parts that a reader may take for one another, none must be what was signed.
    """
    found = Coverage()
    for reference in manifest:
        if reference.selection is not None or reference.canonical is not None:
            continue  # digested as read, and reading is what failed
        name = reference.uri.partition("?")[0]
        alike = package.alike(name)
        if not any(_agrees(package, member, reference) for member in alike):
            found.changed.append(alike[-1].name if len(alike) == 1 else key_of(name))
    return found


def _agrees(package: Package, member: Member, reference: Reference) -> bool:
    digest = hashlib.new(reference.algorithm, usedforsecurity=False)
    try:
        for chunk in package.archive.chunks(member):
            digest.update(chunk)
    except ZipError:
        return True  # what does not unpack is told elsewhere, and proves nothing
    return digest.digest() == reference.digest


def _hashed(data: bytes, reference: Reference) -> bytes:
    return hashlib.new(reference.algorithm, data, usedforsecurity=False).digest()


def _walk(package: Package, found: Coverage) -> None:
    """Follow every relationship from the package down; note what is not signed on the way."""
    seen: set[str] = set()
    waiting = [""]
    exposed: dict[str, None] = {}
    while waiting:
        source = waiting.pop()
        for one in _followed(package, found, source):
            exposed |= dict.fromkeys(_exposed(package, found, source, one))
            if not one.external and one.target not in seen:
                seen.add(one.target)
                waiting.append(one.target)
    found.exposed = list(exposed)


def _followed(package: Package, found: Coverage, source: str) -> Iterator[Relationship]:
    """Give the relationships that lead to what is shown or used."""
    for one in package.relationships(source):
        if source == "" and one.type.endswith(_NEVER_SIGNED):
            continue
        if source == "" and one.type.endswith(_MAIN) and not one.external:
            _note_main(found, one)
        # Office leaves data parts unsigned; they are shown only where the document is bound to one.
        if one.type.endswith(_DATA) and not _binds(package, found):
            continue
        yield one


def _exposed(package: Package, found: Coverage, source: str, one: Relationship) -> Iterator[str]:
    elsewhere = one.external and one.type.endswith(_SHOWN)
    if elsewhere or not _covered(found, source, one):
        yield f"{package.parts[relationships_part(source)].name}#{one.id}"
    if not one.external and one.target in package.parts and one.target not in found.signed:
        yield package.parts[one.target].name


def _binds(package: Package, found: Coverage) -> bool:
    """Tell whether content of the document is taken from its data parts (ECMA-376-1, 17.5.2.6)."""
    if found.binds is None:
        # A part of any name may be the document; what says what it is, is its content type.
        texts = (package.bytes_of(key, BODY_BYTES) for key in found.signed if _is_xml(package, key))
        found.binds = any(mark in text for text in texts for mark in _BINDING)
    return found.binds


def _fetched(package: Package, found: Coverage) -> list[str]:
    """Name functions of signed sheets and of names for formulas that fetch what they show."""
    told: dict[str, None] = {}
    for key in sorted(found.signed):
        if not package.type_of(key).lower().endswith(_SHEETS):
            continue
        content = package.bytes_of(key, BODY_BYTES)
        if b"&#" in content:
            content = unescape(content.decode("utf-8", "replace")).encode()
        words = dict.fromkeys(one.decode().upper() for one in _FETCHING.findall(content))
        told |= dict.fromkeys(f"{package.parts[key].name}#{word}" for word in words)
    return list(told)


def _is_xml(package: Package, key: str) -> bool:
    return key.endswith(".xml") or package.type_of(key).endswith("xml")


def _note_main(found: Coverage, one: Relationship) -> None:
    if found.main:
        raise PackageFault("_rels/.rels", "two parts are the document")
    found.main = one.target
    found.main_signed = one.target in found.signed


def _covered(found: Coverage, source: str, one: Relationship) -> bool:
    selections = found.selections.get(relationships_part(source), ())
    part_signed = relationships_part(source) in found.signed and not selections
    return part_signed or any(selection.covers(one) for selection in selections)


def check_references(references: Iterable[tuple[Reference, bytes | None]]) -> str | None:
    """Name the first reference of SignedInfo that does not agree. Raises SignatureFault."""
    for reference, content in references:
        if content is None:
            raise SignatureFault(f"nothing has the id {reference.uri!r:.60}")
        if _hashed(content, reference) != reference.digest:
            return reference.uri
    return None
