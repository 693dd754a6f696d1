"""The dates and names of an XMP packet (ISO 16684-1), whichever file it was found in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.moments import loose_moment
from verification.readers.lxml import XmlError, parse_xml

if TYPE_CHECKING:
    from verification.claims.metadata import Notes
    from verification.values import Event

_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_RDF_DESCRIPTION = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"

_DATES: dict[str, tuple[str, Event]] = {
    _XMP + "CreateDate": ("xmp:CreateDate", "created"),
    _XMP + "ModifyDate": ("xmp:ModifyDate", "modified"),
    _XMP + "MetadataDate": ("xmp:MetadataDate", "modified"),
    _PHOTOSHOP + "DateCreated": ("photoshop:DateCreated", "created"),
    _EXIF + "DateTimeOriginal": ("exif:DateTimeOriginal", "created"),
    _EXIF + "DateTimeDigitized": ("exif:DateTimeDigitized", "stored"),
}
_PROGRAMS = {_XMP + "CreatorTool": "xmp:CreatorTool", _PDF + "Producer": "pdf:Producer"}


def note_xmp(notes: Notes, packet: bytes, where: str, *, picture: bool = False) -> None:
    """Note what the packet says; `where` names it in sources, e.g. ``pdf:/Metadata``.

    Of a `picture` CreateDate is when it was digitised, and MetadataDate when somebody described
    it (Metadata Working Group, Guidelines 2.0, 5.4): neither is when it was taken or changed.
    """
    try:
        root = parse_xml(packet.strip(b"\0 \t\r\n"))
    except XmlError as error:
        notes.unreadable(where, str(error))
        return
    for description in root.iter(_RDF_DESCRIPTION):
        # A property is an attribute of its description or an element in it.
        written = {str(name): str(value) for name, value in description.attrib.items()}
        written |= {str(child.tag): child.text or "" for child in description if not len(child)}
        for name, (field, event) in _DATES.items():
            if name in written:
                meant: Event = "stored" if picture and name in _OF_A_COPY else event
                notes.time(f"{where}/{field}", written[name], loose_moment, event=meant)
        for name, field in _PROGRAMS.items():
            notes.word("software", f"{where}/{field}", written.get(name))


_OF_A_COPY = frozenset({_XMP + "CreateDate", _XMP + "MetadataDate"})
