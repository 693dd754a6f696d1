"""What a PDF says of itself: document information (ISO 32000-1, 14.3.3) and XMP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.claims.xmp import note_xmp
from verification.examination import ClaimSource
from verification.moments import pdf_moment
from verification.readers.pymupdf import PdfEncrypted, PdfError, read_metadata
from verification.values import Limit

if TYPE_CHECKING:
    from verification.examination import Collected, Context


def collect(context: Context) -> Collected:
    notes = Notes()
    try:
        found = read_metadata(context.submission.data)
    except PdfEncrypted:
        notes.encrypted("pdf:/Info")
        return notes.collected
    except PdfError as error:
        notes.unreadable("pdf:/Info", str(error))
        return notes.collected
    if found.created:
        notes.time("pdf:/Info/CreationDate", found.created, pdf_moment, event="created")
    if found.modified:
        notes.time("pdf:/Info/ModDate", found.modified, pdf_moment, event="modified")
    notes.word("author", "pdf:/Info/Author", found.author)
    notes.word("software", "pdf:/Info/Creator", found.creator)
    notes.word("software", "pdf:/Info/Producer", found.producer)
    if found.xmp:
        note_xmp(notes, found.xmp, "pdf:/Metadata")
    most = context.limits.pdf_pages
    if found.pages <= most:
        return notes.collected
    limit = Limit(name="pdf_pages", seen=str(found.pages), allowed=str(most))
    return replace(notes.collected, limits=(limit,))


SOURCE = ClaimSource(id="pdf.metadata", formats=frozenset({"pdf"}), collect=collect)
