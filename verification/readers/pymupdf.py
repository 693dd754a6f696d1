"""PDFs opened with PyMuPDF, which is never given anything else, and their metadata.

MuPDF looks at the content first and at the file type that it is told second: an SVG handed over
as a PDF is opened as an SVG. So the bytes before ``%PDF-`` are cut off, which leaves only the PDF
reader to recognise what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import pymupdf

from verification.troubles import Locked

# MuPDF writes about broken files to stderr; what is wrong with a file is said in findings.
pymupdf.TOOLS.mupdf_display_errors(False)  # noqa: FBT003 - PyMuPDF's own signature
pymupdf.TOOLS.mupdf_display_warnings(False)  # noqa: FBT003 - PyMuPDF's own signature

#: ISO 32000-1, annex H.3, note 13: readers accept the header within the first 1,024 bytes.
_HEADER, _HEADER_WITHIN = b"%PDF-", 1024


class PdfError(ValueError):
    """A PDF that MuPDF cannot open or whose metadata it cannot read; says why."""


class PdfEncrypted(PdfError, Locked):
    """A PDF that opens only with a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfMetadata:
    """Document information as written (empty text: not there) and the XMP packet."""

    created: str
    modified: str
    author: str
    creator: str
    producer: str
    #: Empty where there is none.
    xmp: bytes
    pages: int


def is_pdf(data: bytes) -> bool:
    """Say whether a header of PDF stands where readers accept it."""
    return _HEADER in data[:_HEADER_WITHIN]


def open_pdf(data: bytes) -> pymupdf.Document:
    """Open a PDF, to be closed by the caller.

    Raises PdfError, PdfEncrypted, and whatever MuPDF raises for a file that it cannot repair.
    """
    start = data.find(_HEADER, 0, _HEADER_WITHIN)
    if start < 0:
        raise PdfError("no %PDF- header in the first 1,024 bytes")
    document = pymupdf.open(stream=data[start:] if start else data, filetype="pdf")
    if document.is_pdf and not document.needs_pass:
        return document
    is_locked = document.is_pdf
    document.close()
    raise PdfEncrypted("a password is needed") if is_locked else PdfError("not opened as a PDF")


def read_metadata(data: bytes) -> PdfMetadata:
    """Read Info and XMP. Raises PdfError."""
    try:
        return _read(data)
    except PdfError:
        raise
    except Exception as error:
        raise PdfError(f"{type(error).__name__}: {error}") from error


def _read(data: bytes) -> PdfMetadata:
    with open_pdf(data) as document:
        info = document.metadata or {}
        return PdfMetadata(
            created=info.get("creationDate") or "",
            modified=info.get("modDate") or "",
            author=info.get("author") or "",
            creator=info.get("creator") or "",
            producer=info.get("producer") or "",
            xmp=(document.get_xml_metadata() or "").encode("utf-8", "replace"),
            pages=document.page_count,
        )
