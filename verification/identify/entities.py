"""XML that declares a document type, where no document of that kind has one: it is not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.identify.formats import FORMATS, PACKAGES
from verification.identify.markup import root_name
from verification.readers.expat import DoctypeError, MarkupError, read_elements
from verification.readers.zip import ZipError, open_archive

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.readers.zip import Archive

_OPEN_DOCUMENT = frozenset(
    name
    for name in PACKAGES
    if FORMATS[name].media_type.startswith(
        ("application/vnd.oasis.opendocument.", "application/vnd.sun.xml.")
    )
)
_OFFICE = PACKAGES - _OPEN_DOCUMENT - {"ofd", "epub"}
#: By these parts a package says what it is: root element, in lower case, and what it may say.
_PARTS = {
    "OFD.xml": ("ofd", frozenset({"ofd"})),
    "[Content_Types].xml": ("types", _OFFICE),
    "_rels/.rels": ("relationships", _OFFICE),
    "META-INF/manifest.xml": ("manifest", _OPEN_DOCUMENT),
}
#: Drawings name the DTD of SVG without harm; what they have no use for is an entity from elsewhere
#: and one that is made of others.
_ENTITY = re.compile(rb"<!DOCTYPE[^>\[]{0,400}\[.{0,4000}?<!ENTITY\s", re.DOTALL)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Unread:
    """Entities were declared in this part, "" for the file itself, so it was not read."""

    part: str
    #: What the file may be all the same, had the part been read.
    possible: frozenset[str]


def find_declared_entities(data: bytes, name: str, limits: Limits) -> Unread | None:
    """Say what was left unread of a file that was taken for `name`. Raises LimitExceeded."""
    if name == "xml":
        # The first element stands behind all declarations, and no entity changes its name.
        return Unread("", frozenset()) if _ENTITY.search(data) else None
    archive = open_archive(data, limits) if name == "zip" else None
    unread = [part for part in _PARTS if archive is not None and _declares(archive, part)]
    if archive is None or not unread:
        return None
    possible = (_PARTS[part][1] for part in unread if _may_be(archive, part))
    return Unread(unread[0], frozenset().union(*possible))


def _declares(archive: Archive, part: str) -> bool:
    member = archive.find(part)
    try:
        read_elements(archive.read(member) if member else b"<none/>", 1)
    except DoctypeError:
        return True
    except (ZipError, MarkupError):
        return False
    return False


def _may_be(archive: Archive, part: str) -> bool:
    member = archive.find(part)
    raw = archive.read(member) if member else b""
    encoding = "utf-16" if raw.startswith(_UTF16) else "utf-8"
    return root_name(raw.decode(encoding, "replace")) in {None, _PARTS[part][0]}
