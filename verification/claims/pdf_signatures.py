"""Signatures and document time-stamps of a PDF, and the times that they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import ClaimSource, Collected

if TYPE_CHECKING:
    from verification.examination import Context


def collect(context: Context) -> Collected:
    """Read every signature; what could not be read is a signature with a reason."""
    # Imported here: a file of another kind never needs pyHanko, which takes half a second.
    from verification.readers import pyhanko  # noqa: PLC0415

    signed = pyhanko.read(
        context.submission.data,
        at=context.at,
        anchors=context.anchors,
        max_pages=context.limits.pdf_pages,
    )
    return Collected(
        claims=signed.claims,
        signatures=signed.signatures,
        limits=signed.limits,
    )


SOURCE = ClaimSource(id="pdf_signatures", formats=frozenset({"pdf"}), collect=collect)
