"""S/MIME (RFC 8551): the CMS by asn1crypto and cryptography, chains by the reader of pyHanko.

The cryptography is the smaller half. What decides is which bytes are signed, what a reader is shown
beside them, and whether the certificate is that of the From that a reader sees.
"""

from __future__ import annotations

from verification.readers.smime.case import Envelope
from verification.readers.smime.reading import SignedMail, read

__all__ = ["Envelope", "SignedMail", "read"]
