"""What OpenDocument, EPUB and OFD say of themselves in the part that is made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import loose_moment
from verification.readers.package_parts import PartError, epub_package, read_part, texts
from verification.values import PackagePart

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.lxml import Element
    from verification.values import Event

_ODF = frozenset(
    {"odt", "ott", "ods", "ots", "odp", "otp", "odg", "otg", "odf", "odc", "odm"}
    | {"sxw", "sxc", "sxi"}
)
_Dates = dict[str, tuple[str, "Event | None"]]
_Words = dict[str, tuple[str, bool]]
#: Element → source and what happened then (OpenDocument 1.3 part 3, 4.3.2).
_ODF_DATES: _Dates = {
    "creation-date": ("odf:meta:creation-date", "created"),
    "date": ("odf:dc:date", "modified"),
    "print-date": ("odf:meta:print-date", None),
}
#: Element → source and whether it is a person; else it is a program.
_ODF_WORDS: _Words = {
    "initial-creator": ("odf:meta:initial-creator", True),
    "creator": ("odf:dc:creator", True),
    "generator": ("odf:meta:generator", False),
}
#: GB/T 33190, 7.4: CT_DocInfo.
_OFD_DATES: _Dates = {
    "CreationDate": ("ofd:DocInfo/CreationDate", "created"),
    "ModDate": ("ofd:DocInfo/ModDate", "modified"),
}
_OFD_WORDS: _Words = {
    "Author": ("ofd:DocInfo/Author", True),
    "Creator": ("ofd:DocInfo/Creator", False),
}
#: EPUB 3.3, 5.5.3 and 5.5.6: when it was published says nothing of the file.
_EPUB_DATES: _Dates = {"date": ("epub:dc:date", None)}
_EPUB_WORDS: _Words = {"creator": ("epub:dc:creator", True)}


def collect(context: Context) -> Collected:
    notes = Notes()
    name = context.file_type.format or ""
    where = {"epub": "epub:package", "ofd": "ofd:OFD.xml"}.get(name, "odf:meta.xml")
    if context.file_type.encrypted:
        notes.encrypted(where)
        return notes.collected
    try:
        _note_package(notes, context, name)
    except PartError as error:
        notes.unreadable(f"{where.partition(':')[0]}:{error.part}", str(error))
    return notes.collected


def _note_package(notes: Notes, context: Context, name: str) -> None:
    data, limits = context.submission.data, context.limits
    if name == "epub":
        part, root = epub_package(data, limits)
        _note_part(notes, part, root, dates=_EPUB_DATES, words=_EPUB_WORDS)
    elif name == "ofd":
        root = read_part(data, "OFD.xml", limits)
        _note_part(notes, "OFD.xml", root, dates=_OFD_DATES, words=_OFD_WORDS)
    else:
        root = read_part(data, "meta.xml", limits)
        _note_part(notes, "meta.xml", root, dates=_ODF_DATES, words=_ODF_WORDS)


def _note_part(
    notes: Notes, part: str, root: Element | None, *, dates: _Dates, words: _Words
) -> None:
    for name, attributes, text in () if root is None else texts(root):
        where = PackagePart(part=part, path=name)
        if attributes.get("property") == "dcterms:modified":
            notes.time(
                "epub:dcterms:modified", text, loose_moment, event="modified", evidence=where
            )
        elif name in dates:
            source, event = dates[name]
            notes.time(source, text, loose_moment, event=event, evidence=where)
        elif name in words:
            source, person = words[name]
            notes.word("author" if person else "software", source, text)


SOURCE = ClaimSource(id="package.metadata", formats=_ODF | {"epub", "ofd"}, collect=collect)
