"""XML that declares a document type, where no document of that kind has one: it is not read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.identify.formats import PACKAGES
from verification.readers.expat import DoctypeError, MarkupError, read_elements
from verification.readers.zip import ZipError, open_archive

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.readers.zip import Archive

#: By these parts a package says what it is.
_PARTS = ("OFD.xml", "[Content_Types].xml", "_rels/.rels", "META-INF/manifest.xml")
_MARKUP = frozenset({"svg", "html", "xml"})
#: Drawings name the DTD of SVG without harm; what they have no use for is an entity from elsewhere
#: and one that is made of others.
_ENTITY = re.compile(rb"<!DOCTYPE[^>\[]{0,400}\[.{0,4000}?<!ENTITY\s", re.DOTALL)


def find_declared_entities(data: bytes, name: str, declared: str, limits: Limits) -> str | None:
    """Give the part that kept a `declared` file from being known as one, "" for the file itself.

    `name` is what it was taken for. Raises LimitExceeded.
    """
    if name == "xml" and declared in _MARKUP:
        return "" if _ENTITY.search(data) else None
    archive = open_archive(data, limits) if name == "zip" and declared in PACKAGES else None
    if archive is None:
        return None
    return next((part for part in _PARTS if _declares(archive, part)), None)


def _declares(archive: Archive, part: str) -> bool:
    member = archive.find(part)
    try:
        read_elements(archive.read(member) if member else b"<none/>", 1)
    except DoctypeError:
        return True
    except (ZipError, MarkupError):
        return False
    return False
