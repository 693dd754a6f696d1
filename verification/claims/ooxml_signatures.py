"""Signatures of an Office document, and the times that they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.office_package import FORMATS
from verification.examination import ClaimSource, Collected
from verification.readers.zip import ZipError, open_archive

if TYPE_CHECKING:
    from verification.examination import Context
    from verification.limits import Limits

#: In the content type of every signature part (ECMA-376-2, annex E), and in the usual names.
_MARKS = (b"digital-signature", b"_xmlsignatures")


def collect(context: Context) -> Collected:
    """Read every signature; what could not be read is a signature with a reason."""
    data = context.submission.data
    if context.file_type.encrypted or not _may_be_signed(data, context.limits):
        return Collected()
    # Imported here: an unsigned document never needs what verifies, which takes half a second.
    from verification.readers import ooxml_signature  # noqa: PLC0415 - see above

    signed = ooxml_signature.read(
        data, at=context.at, anchors=context.anchors, limits=context.limits
    )
    return Collected(
        claims=signed.claims,
        signatures=signed.signatures,
        limits=signed.limits,
    )


def _may_be_signed(data: bytes, limits: Limits) -> bool:
    archive = open_archive(data, limits)
    if archive is None:
        return False
    types = archive.find("[Content_Types].xml")
    try:
        described = archive.read(types) if types else b""
    except ZipError:
        described = b""
    names = "\n".join(member.name for member in archive.members).encode("utf-8", "replace")
    return any(mark in text.lower() for text in (described, names) for mark in _MARKS)


SOURCE = ClaimSource(id="ooxml_signatures", formats=FORMATS, collect=collect)
