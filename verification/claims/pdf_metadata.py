"""What a PDF says of itself: document information (ISO 32000-1, 14.3.3) and XMP.

The last revision is the file; earlier ones are asked for the dates that they had otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.claims.xmp import note_xmp
from verification.examination import ClaimSource
from verification.moments import pdf_moment
from verification.readers.pdf_history import earlier_revisions
from verification.readers.pymupdf import PdfEncrypted, PdfError, read_metadata
from verification.values import ByteRange, Limit, Text

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.pymupdf import PdfMetadata
    from verification.values import Event


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
    for source, written, event in _dates(found):
        notes.time(f"pdf:{source}", written, pdf_moment, event=event)
    notes.word("author", "pdf:/Info/Author", found.author)
    notes.word("software", "pdf:/Info/Creator", found.creator)
    notes.word("software", "pdf:/Info/Producer", found.producer)
    if found.xmp:
        note_xmp(notes, found.xmp, "pdf:/Metadata")
    _note_history(notes, context.submission.data, found)
    most = context.limits.pdf_pages
    if found.pages <= most:
        return notes.collected
    limit = Limit(name="pdf_pages", seen=str(found.pages), allowed=str(most))
    return replace(notes.collected, limits=(limit,))


def _dates(found: PdfMetadata) -> list[tuple[str, str, Event]]:
    both: list[tuple[str, str, Event]] = [
        ("/Info/CreationDate", found.created, "created"),
        ("/Info/ModDate", found.modified, "modified"),
    ]
    return [one for one in both if one[1]]


def _note_history(notes: Notes, data: bytes, last: PdfMetadata) -> None:
    """Note the dates of earlier revisions that a later one has replaced."""
    later = _dates(last)
    ends = earlier_revisions(data)
    for number, end in reversed(list(enumerate(ends, start=1))):
        try:
            dates = _dates(read_metadata(data[:end]))
        except PdfError:
            # What cannot be read by itself says nothing; the signatures' checks look at it.
            continue
        for source, written, event in dates:
            if (source, written, event) not in later:
                where = ByteRange(start=0, end=end, caption=_caption(number))
                name = f"pdf:revision[{number}]{source}"
                notes.time(name, written, pdf_moment, event=event, evidence=where)
        later = dates


def _caption(number: int) -> Text:
    return Text(zh=f"文件的第 {number} 个版本", en=f"revision {number} of the file")


SOURCE = ClaimSource(id="pdf.metadata", formats=frozenset({"pdf"}), collect=collect)
