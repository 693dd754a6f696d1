"""The evidence pack: one signed file from which a third party can check a verdict by themselves.

A ZIP archive with the report, the request that it answers (policy, requirement, roots, clock), the
pieces of pages that findings point at, the same for people as a PDF, and a manifest of all of it
that is signed with Ed25519 (RFC 8032). The original is not in it: its SHA-256 is.
"""

from verification.evidence.contents import Crop, Pack
from verification.evidence.inspection import Fault, Inspection, inspect
from verification.evidence.pack import assemble
from verification.evidence.places import Place, place_of, places

__all__ = [
    "Crop",
    "Fault",
    "Inspection",
    "Pack",
    "Place",
    "assemble",
    "inspect",
    "place_of",
    "places",
]
