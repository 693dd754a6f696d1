"""A package as its relationships tell it: parts, their content types, what leads to what.

ECMA-376-2 (Open Packaging Conventions): part names are compared without regard to the case of
ASCII letters (6.2.2.3); content types come from ``[Content_Types].xml`` (7.2.3).
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from verification.readers.lxml import XmlError, parse_xml
from verification.readers.part_names import key_of, tolerant_key, whole_of
from verification.readers.zip import PART_BYTES, ZipError, open_archive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.limits import Limits
    from verification.readers.lxml import Element
    from verification.readers.zip import Archive, Member

RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
SIGNATURE_TYPE = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RELATIONSHIPS = f"{_RELATIONSHIP}s"
_ATTRIBUTES = frozenset({"Id", "Type", "Target", "TargetMode"})
#: The body of a document of a thousand pages, or a sheet of a hundred thousand rows.
BODY_BYTES = 32 * 1024 * 1024
_TYPES_PART = "[content_types].xml"
_TOP = "_rels/.rels"
#: Relationships of other addresses lead programs nowhere, whatever their last word is.
_OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
)
_MICROSOFT = re.compile(r"http://schemas\.microsoft\.com/office/[\w./-]*?relationships/")


class PackageFault(Exception):
    """A package that readers could take in different ways; says which part and why."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A relationship as its part states it; `target` is a part's key, or an address outside."""

    id: str
    type: str
    target: str
    external: bool
    element: Element

    @property
    def kind(self) -> str:
        """The last word of an address that Office knows; empty for every other one."""
        known = self.type.startswith(_OFFICE) or _MICROSOFT.match(self.type)
        return self.type.rpartition("/")[2] if known else ""


@dataclass(kw_only=True)
class Package:
    """An opened package. Parts go by key: the name in lower case, without the first slash."""

    archive: Archive
    _digests: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @cached_property
    def parts(self) -> Mapping[str, Member]:
        """Every part. Raises PackageFault where readers may take another member for one."""
        found: dict[str, Member] = {}
        for member in self.archive.members:
            if member.folder and not member.unpacked:
                continue
            key = key_of(member.name)
            if tolerant_key(member.name) != key or whole_of(key) is not None:
                raise PackageFault(member.name, "readers take this name in different ways")
            if key in found:
                raise PackageFault(member.name, "two parts have this name")
            found[key] = member
        return found

    @cached_property
    def _types(self) -> tuple[dict[str, str], dict[str, str]]:
        overrides: dict[str, str] = {}
        defaults: dict[str, str] = {}
        for item in self.tree(_TYPES_PART):
            name = _local(item)
            into = overrides if name == "Override" else defaults
            key = key_of(item.get("PartName" if name == "Override" else "Extension", ""))
            if key in into:
                raise PackageFault("[Content_Types].xml", f"{key} has two content types")
            into[key] = item.get("ContentType", "")
        return overrides, defaults

    def type_of(self, key: str) -> str:
        """Give the content type of a part, empty where none is declared."""
        overrides, defaults = self._types
        return overrides.get(key) or defaults.get(key.rpartition(".")[2], "")

    def main(self) -> str:
        """Name the part that is the document. Raises PackageFault unless exactly one is."""
        found = {
            one.target
            for one in self.relationships("")
            if one.type.startswith(_OFFICE) and one.kind == "officeDocument" and not one.external
        }
        if len(found) != 1:
            raise PackageFault(_TOP, f"{len(found)} parts are the document")
        return found.pop()

    def name_of(self, key: str) -> str:
        """Give a part's own name; the key where there is no such part."""
        member = self.parts.get(key)
        return key if member is None else member.name

    def tree(self, key: str, most: int = PART_BYTES) -> Element:
        """Parse a part of at most `most` bytes. Raises PackageFault."""
        try:
            return parse_xml(self.archive.read(self.parts[key], most), most)
        except KeyError:
            raise PackageFault(key, "there is no such part") from None
        except (ZipError, XmlError) as error:
            raise PackageFault(key, str(error)) from error

    def alike(self, name: str) -> list[Member]:
        """Give all members that some reader takes for the part of that name."""
        wanted = tolerant_key(name)
        return [one for one in self.archive.members if tolerant_key(one.name) == wanted]

    def bytes_alone(self, name: str) -> bytes:
        """Unpack a small part that no other can be taken for. Raises PackageFault."""
        members = self.alike(name)
        if len(members) != 1:
            raise PackageFault(name, f"{len(members)} parts may have this name")
        try:
            return self.archive.read(members[0])
        except ZipError as error:
            raise PackageFault(name, str(error)) from error

    def bytes_of(self, key: str, most: int = PART_BYTES) -> bytes:
        """Unpack a part of at most `most` bytes. Raises PackageFault."""
        try:
            return self.archive.read(self.parts[key], most)
        except (KeyError, ZipError) as error:
            raise PackageFault(key, str(error)) from error

    def digest(self, key: str, algorithm: str) -> bytes:
        """Digest a part's bytes, each part once. Raises PackageFault where it does not unpack."""
        known = self._digests.get((key, algorithm))
        if known is not None:
            return known
        digest = hashlib.new(algorithm, usedforsecurity=False)
        try:
            for chunk in self.archive.chunks(self.parts[key]):
                digest.update(chunk)
        except ZipError as error:
            raise PackageFault(key, str(error)) from error
        self._digests[key, algorithm] = digest.digest()
        return digest.digest()

    def relationships(self, source: str) -> tuple[Relationship, ...]:
        """Give the relationships of a part, of the package itself for ''. Raises PackageFault."""
        part = relationships_part(source)
        if part not in self.parts:
            return ()
        found: dict[str, Relationship] = {}
        root = self.tree(part)
        if root.tag != _RELATIONSHIPS or root.attrib:
            # `xml:base` would lead each target elsewhere, and no signature covers it.
            raise PackageFault(part, "the list of relationships has another root, or attributes")
        for element in root:
            one = _relationship(element, source)
            if one.id in found:
                raise PackageFault(part, f"two relationships have the id {one.id!r:.40}")
            found[one.id] = one
        return tuple(found.values())


def open_package(data: bytes, limits: Limits) -> Package | None:
    """Open a ZIP package; None where there is none. Raises LimitExceeded."""
    archive = open_archive(data, limits)
    return None if archive is None or not archive.members else Package(archive=archive)


def relationships_part(source: str) -> str:
    """Name the part that holds the relationships of `source`."""
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def source_of(part: str) -> str:
    """Name the part whose relationships `part` holds; '' is the package."""
    folder, _, name = part.rpartition("/")
    above = folder.removesuffix("_rels").rstrip("/")
    return f"{above}/{name.removesuffix('.rels')}".lstrip("/")


def _relationship(element: Element, source: str) -> Relationship:
    part = relationships_part(source)
    if element.tag != _RELATIONSHIP:
        raise PackageFault(part, f"{element.tag!r:.60} stands among the relationships")
    if odd := set(map(str, element.attrib)) - _ATTRIBUTES:
        raise PackageFault(part, f"a relationship has the attribute {min(odd)!r:.40}")
    target = element.get("Target", "")
    external = element.get("TargetMode", "Internal") == "External"
    if not external:
        folder = "/" + source.rpartition("/")[0]
        # A fragment names a place in the part.
        target = key_of(posixpath.normpath(posixpath.join(folder, target.partition("#")[0])))
    return Relationship(
        id=element.get("Id", ""),
        type=element.get("Type", ""),
        target=target,
        external=external,
        element=element,
    )


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
