"""What an Office document says of itself: core properties (never signed), ZIP entry times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import MomentError, exif_moment, iso_moment
from verification.readers.opc import Package, PackageError
from verification.values import PackagePart, Trust

if TYPE_CHECKING:
    from verification.examination import Collected, Context

_WORD = ("docx", "docm", "dotx", "dotm")
_EXCEL = ("xlsx", "xlsm", "xlsb", "xltx", "xltm", "xlam")
_POWERPOINT = ("pptx", "pptm", "potx", "potm", "ppsx", "ppsm")
#: Documents, workbooks and presentations of Office Open XML, their templates too.
FORMATS = frozenset({*_WORD, *_EXCEL, *_POWERPOINT})


def collect(context: Context) -> Collected:
    notes = Notes()
    if context.file_type.encrypted:
        notes.encrypted("opc:package")
        return notes.collected
    try:
        package = Package(context.submission.data, context.limits)
        _note_entries(notes, package)
        _note_core(notes, package)
    except PackageError as error:
        notes.unreadable(f"opc:{error.part}", str(error))
    return notes.collected


def _note_core(notes: Notes, package: Package) -> None:
    core = package.core()
    if core is None:
        return
    if core.created:
        where = PackagePart(part=core.part, path="dcterms:created")
        notes.time("opc:dcterms:created", core.created, iso_moment, event="created", evidence=where)
    if core.modified:
        where = PackagePart(part=core.part, path="dcterms:modified")
        notes.time(
            "opc:dcterms:modified", core.modified, iso_moment, event="modified", evidence=where
        )
    notes.word("author", "opc:dc:creator", core.creator)
    notes.word("author", "opc:cp:lastModifiedBy", core.last_modified_by)


def _note_entries(notes: Notes, package: Package) -> None:
    """Note the first and the last entry time; most writers leave them at 1980, which is unset."""
    real = [(entry.written, entry.name) for entry in package.entries() if _is_real(entry.written)]
    if not real:
        return
    for source, (written, name) in (("zip:first", min(real)), ("zip:last", max(real))):
        notes.time(
            source,
            written,
            exif_moment,
            event="stored",
            trust=Trust.T0,
            evidence=PackagePart(part=name),
        )


def _is_real(date: str) -> bool:
    try:
        moment = exif_moment(date)
    except MomentError:
        return False
    return moment is not None and not moment.is_epoch


SOURCE = ClaimSource(id="office.package", formats=FORMATS, collect=collect)
