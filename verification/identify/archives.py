"""ZIP packages by what lies in them: Office Open XML, OFD, OpenDocument, EPUB."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from verification.identify.pieces import Piece
from verification.limits import LimitExceeded
from verification.readers.expat import Element, MarkupError, read_elements
from verification.readers.zip import LOCAL_MARK, Archive, ZipError, open_archive, open_headers

if TYPE_CHECKING:
    from verification.limits import Limits

_TYPES_PART = "[Content_Types].xml"
_RELATIONS_PART = "_rels/.rels"
_OPEN = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL, _POINT = (
    "application/vnd.ms-word.",
    "application/vnd.ms-excel.",
    "application/vnd.ms-powerpoint.",
)
#: Content type of the main part, lower case (ECMA-376 part 1, 15; MS-OFFMACRO2).
_MAIN_PARTS = {
    key.lower(): name
    for key, name in {
        f"{_OPEN}wordprocessingml.document.main+xml": "docx",
        f"{_OPEN}wordprocessingml.template.main+xml": "dotx",
        f"{_WORD}document.macroEnabled.main+xml": "docm",
        f"{_WORD}template.macroEnabledTemplate.main+xml": "dotm",
        f"{_OPEN}spreadsheetml.sheet.main+xml": "xlsx",
        f"{_OPEN}spreadsheetml.template.main+xml": "xltx",
        f"{_EXCEL}sheet.macroEnabled.main+xml": "xlsm",
        f"{_EXCEL}template.macroEnabled.main+xml": "xltm",
        f"{_EXCEL}addin.macroEnabled.main+xml": "xlam",
        f"{_EXCEL}sheet.binary.macroEnabled.main": "xlsb",
        f"{_OPEN}presentationml.presentation.main+xml": "pptx",
        f"{_OPEN}presentationml.slideshow.main+xml": "ppsx",
        f"{_OPEN}presentationml.template.main+xml": "potx",
        f"{_POINT}presentation.macroEnabled.main+xml": "pptm",
        f"{_POINT}slideshow.macroEnabled.main+xml": "ppsm",
        f"{_POINT}template.macroEnabled.main+xml": "potm",
        "application/vnd.ms-visio.drawing.main+xml": "vsdx",
    }.items()
}
#: As Office writes the relation, in its strict form, and of drawings; others lead it nowhere.
_MAIN_RELATIONS = frozenset(
    {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
        "http://schemas.microsoft.com/visio/2010/relationships/document",
    }
)
#: Where office programs put their parts; used where the list of types is lost.
_FOLDERS = {
    "word/": ("docx", "docm"),
    "xl/": ("xlsx", "xlsm"),
    "ppt/": ("pptx", "pptm"),
}
_BINARY_SHEET = re.compile(r"xl/(?:workbook|worksheets/sheet\d{1,6})\.bin")
#: OpenDocument 1.3 part 2, 2.2.4, and EPUB 3.3, 4.2.
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "ott",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ots",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.presentation-template": "otp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/vnd.oasis.opendocument.formula": "odf",
    "application/vnd.oasis.opendocument.graphics-template": "otg",
    "application/vnd.oasis.opendocument.chart": "odc",
    "application/vnd.oasis.opendocument.text-master": "odm",
    "application/vnd.sun.xml.writer": "sxw",
    "application/vnd.sun.xml.calc": "sxc",
    "application/vnd.sun.xml.impress": "sxi",
    "application/epub+zip": "epub",
}
_MANIFEST_PART = "META-INF/manifest.xml"
_MIMETYPE_BYTES = 256


def find_package(data: bytes, limits: Limits) -> tuple[Piece, Archive] | None:
    """Find the archive and say which package it is. Raises LimitExceeded."""
    archive = open_archive(data, limits)
    if archive is None:
        return None
    files = [member for member in archive.members if not member.folder]
    name = _name_whole_or_damaged(archive, limits)
    locked = bool(files) and all(member.encrypted for member in files)
    piece = Piece(
        format=name,
        start=archive.start,
        end=archive.end,
        encrypted=locked or _odf_is_encrypted(archive, name),
        whole=archive.complete,
    )
    return piece, archive


def find_besides(archive: Archive, piece: Piece) -> list[Piece]:
    """Give what else the same archive is to programs that look for other parts in it."""
    known = piece.format in _MAIN_PARTS.values()
    office = _open_xml(archive) if not known and archive.find(_TYPES_PART) else None
    ofd = "ofd" if _root_name(archive, "OFD.xml") == "OFD" else None
    found = dict.fromkeys((office, ofd, _by_mimetype(archive)))
    return [
        replace(piece, format=name) for name in found if name is not None and name != piece.format
    ]


def name_package(archive: Archive) -> str:
    """Give the format's name, ``zip`` where it is an archive and nothing more."""
    return _by_content(archive) or _by_folders(archive) or "zip"


def _name_whole_or_damaged(archive: Archive, limits: Limits) -> str:
    name = _by_content(archive)
    if name is None and archive.complete and archive.data.startswith(LOCAL_MARK):
        # Where bytes were lost or put in, the parts' own headers may lead to what the list misses.
        try:
            name = _by_content(open_headers(archive.data, limits))
        except LimitExceeded:
            name = None
    return name or _by_folders(archive) or "zip"


def _by_content(archive: Archive) -> str | None:
    """Name the package by what its parts say."""
    if archive.find(_TYPES_PART) or archive.find(_RELATIONS_PART):
        name = _open_xml(archive)
        if name is not None:
            return name
    if _root_name(archive, "OFD.xml") == "OFD":
        return "ofd"
    return _by_mimetype(archive)


def _by_folders(archive: Archive) -> str | None:
    """Name an Office package by where its parts lie."""
    names = {member.name.replace("\\", "/").lstrip("/").lower() for member in archive.members}
    if _TYPES_PART.lower() not in names and _RELATIONS_PART not in names:
        return None
    if any(_BINARY_SHEET.fullmatch(name) for name in names):
        return "xlsb"
    for folder, (plain, with_macros) in _FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return with_macros if f"{folder}vbaproject.bin" in names else plain
    return None


def _open_xml(archive: Archive) -> str | None:
    overrides: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for element in _elements(archive, _TYPES_PART):
        content_type = element.attributes.get("ContentType", "").strip().lower()
        if element.name == "Override":
            overrides[element.attributes.get("PartName", "").lstrip("/").lower()] = content_type
        elif element.name == "Default":
            defaults[element.attributes.get("Extension", "").lower()] = content_type
    for part in main_parts(archive):
        name = _MAIN_PARTS.get(overrides.get(part) or defaults.get(part.rpartition(".")[2], ""))
        if name is not None:
            return name
    return next((_MAIN_PARTS[kind] for kind in overrides.values() if kind in _MAIN_PARTS), None)


def main_parts(archive: Archive) -> list[str]:
    """List the targets of the relation that names the main part (ECMA-376 part 2, 9.3)."""
    return [
        posixpath.normpath(element.attributes.get("Target", "").lstrip("/")).lower()
        for element in _elements(archive, _RELATIONS_PART)
        if element.attributes.get("Type", "") in _MAIN_RELATIONS
    ]


def _by_mimetype(archive: Archive) -> str | None:
    member = archive.find("mimetype")
    if member is not None:
        try:
            declared = archive.read(member, _MIMETYPE_BYTES)
        except ZipError:
            declared = b""
        name = declared.decode("ascii", "replace").strip("\ufeff \t\r\n\0")
        if name in _MIMETYPES:
            return _MIMETYPES[name]
    for entry in _elements(archive, _MANIFEST_PART):
        if entry.name == "file-entry" and _attribute(entry, "full-path") == "/":
            return _MIMETYPES.get(_attribute(entry, "media-type"))
    return None


def _odf_is_encrypted(archive: Archive, name: str) -> bool:
    """OpenDocument encrypts each part by itself and says so in the manifest (part 2, 3.4)."""
    if not name.startswith(("od", "ot")):
        return False
    return any(element.name == "encryption-data" for element in _elements(archive, _MANIFEST_PART))


def _elements(archive: Archive, part: str) -> list[Element]:
    member = archive.find(part)
    if member is None:
        return []
    try:
        return read_elements(archive.read(member))
    except (ZipError, MarkupError):
        return []


def _root_name(archive: Archive, part: str) -> str | None:
    member = archive.find(part)
    if member is None:
        return None
    try:
        return next((e.name for e in read_elements(archive.read(member), 1)), None)
    except (ZipError, MarkupError):
        return None


def _attribute(element: Element, name: str) -> str:
    return next(
        (value for key, value in element.attributes.items() if key.rpartition(":")[2] == name), ""
    )
