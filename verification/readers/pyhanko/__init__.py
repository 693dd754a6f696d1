"""PDF signatures by pyHanko: read, judged by our own rules, never raising for a bad file.

ETSI EN 319 102-1 gives the order: format, integrity, coverage, changes, time, chain. pyHanko
parses, verifies and builds chains; what its answers mean is decided in this package.
"""

from __future__ import annotations

import codecs
import logging

from pyhanko.pdf_utils import filters  # noqa: F401 - pyHanko itself imports it too late
from pyhanko.pdf_utils.metadata import xmp_xml  # noqa: F401 - pyHanko itself imports it too late

from verification.readers import pymupdf_revisions
from verification.readers.pyhanko.reading import SignedFile, read
from verification.readers.pyhanko.sample import SIGNED_AT, make_sample

# Its warnings quote the file; what matters of them comes back as findings.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False

#: Encodings that strings of a PDF or a certificate may be in; Python loads each on first use.
_ENCODINGS = (
    "ascii",
    "cp1252",
    "idna",
    "latin-1",
    "punycode",
    "unicode_escape",
    "utf-16-be",
    "utf-16-le",
    "utf-16",
    "utf-32-be",
    "utf-8",
    "utf-8-sig",
)

__all__ = ["SignedFile", "read", "warm"]


def warm() -> None:
    """Read a signed file once, so that nothing is imported or opened afterwards."""
    for name in _ENCODINGS:
        codecs.lookup(name)
    signed, anchor = make_sample()
    pymupdf_revisions.warm()
    read(signed, at=SIGNED_AT, anchors=(anchor,), max_pages=1)
    read(signed[:-9], at=SIGNED_AT, anchors=(anchor,), max_pages=1)
