"""Office packages (ECMA-376, part 2): core and extended properties.

Only the relationships and the properties are unpacked, each under a cap.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.lxml import XmlError, parse_xml
from verification.readers.zip import ZipError, open_archive

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.readers.lxml import Element

_CORE_RELATION = "/metadata/core-properties"
_RELATIONSHIPS = "_rels/.rels"
_APP_RELATION, _USUAL_APP = "/extended-properties", "docProps/app.xml"
_USUAL_CORE = "docProps/core.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"


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
    printed: str
    creator: str
    last_modified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppProperties:
    """Which program wrote the package, as its extended properties say; empty where not there."""

    part: str
    application: str
    version: str


class Package:
    """An opened package whose directory is within the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Open it. Raises PackageError, and LimitExceeded for entries, size or ratio."""
        archive = open_archive(data, limits)
        if archive is None or not archive.members:
            raise PackageError("ZIP", "no member of a ZIP archive can be found")
        self._archive = archive

    def core(self) -> CoreProperties | None:
        """Read the core properties; None where the package has none. Raises PackageError."""
        part = self._part(_CORE_RELATION, _USUAL_CORE)
        if part is None:
            return None
        texts = {str(child.tag): child.text or "" for child in self._read(part)}
        by = next((text for tag, text in texts.items() if tag.endswith("}lastModifiedBy")), "")
        return CoreProperties(
            part=part,
            created=texts.get(_TERMS + "created", ""),
            modified=texts.get(_TERMS + "modified", ""),
            printed=next((t for tag, t in texts.items() if tag.endswith("}lastPrinted")), ""),
            creator=texts.get(_DC + "creator", ""),
            last_modified_by=by,
        )

    def app(self) -> AppProperties | None:
        """Read the extended properties; None where there are none. Raises PackageError."""
        part = self._part(_APP_RELATION, _USUAL_APP)
        if part is None:
            return None
        texts = {str(child.tag).rpartition("}")[2]: child.text or "" for child in self._read(part)}
        return AppProperties(
            part=part,
            application=texts.get("Application", ""),
            version=texts.get("AppVersion", ""),
        )

    def _part(self, kind: str, usual: str) -> str | None:
        for relation in self._read(_RELATIONSHIPS):
            target = posixpath.normpath(relation.get("Target", "").lstrip("/"))
            if relation.get("Type", "").endswith(kind) and self._archive.find(target):
                return target
        return usual if self._archive.find(usual) else None

    def _read(self, part: str) -> tuple[Element, ...]:
        """Give the elements right below a part's root; none where there is no such part."""
        member = self._archive.find(part)
        if member is None:
            return ()
        try:
            return tuple(parse_xml(self._archive.read(member)))
        except (ZipError, XmlError) as error:
            raise PackageError(part, str(error)) from error
