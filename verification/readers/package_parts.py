"""Small XML parts of ZIP packages that are not Office Open XML: OpenDocument, EPUB, OFD."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from verification.readers.lxml import XmlError, parse_xml
from verification.readers.zip import ZipError, open_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits
    from verification.readers.lxml import Element

_CONTAINER = "META-INF/container.xml"


class PartError(ValueError):
    """A part that is missing or cannot be read; `part` says which."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(reason)
        self.part = part


def read_part(data: bytes, part: str, limits: Limits) -> Element | None:
    """Parse one part; None where there is none. Raises PartError and LimitExceeded."""
    archive = open_archive(data, limits)
    member = None if archive is None else archive.find(part)
    if archive is None or member is None:
        return None
    try:
        return parse_xml(archive.read(member))
    except (ZipError, XmlError) as error:
        raise PartError(part, str(error)) from error


def epub_package(data: bytes, limits: Limits) -> tuple[str, Element | None]:
    """Find the package document of an EPUB by its container (EPUB 3.3, 4.2.6.3.1)."""
    container = read_part(data, _CONTAINER, limits)
    if container is None:
        return _CONTAINER, None
    for name, element in _named(container):
        if name == "rootfile":
            part = posixpath.normpath(element.get("full-path", ""))
            return part, read_part(data, part, limits)
    return _CONTAINER, None


def _named(root: Element) -> Iterator[tuple[str, Element]]:
    for element in root.iter():
        yield str(element.tag).rpartition("}")[2], element


def texts(root: Element) -> Iterator[tuple[str, dict[str, str], str]]:
    """Give every element that holds text: name without namespace, attributes, the text."""
    for name, element in _named(root):
        text = (element.text or "").strip()
        if text:
            yield name, {str(key): str(value) for key, value in element.attrib.items()}, text
