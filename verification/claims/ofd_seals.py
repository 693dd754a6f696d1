"""Seals on an OFD, and the times that they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import ClaimSource, Collected
from verification.readers import ofd

if TYPE_CHECKING:
    from verification.examination import Context


def collect(context: Context) -> Collected:
    """Read every signature; what could not be read is a signature with a reason."""
    signed = ofd.read(
        context.submission.data, at=context.at, anchors=context.anchors, limits=context.limits
    )
    return Collected(
        claims=signed.claims,
        signatures=signed.signatures,
        limits=signed.limits,
    )


SOURCE = ClaimSource(id="ofd_seals", formats=frozenset({"ofd"}), collect=collect)
