"""OFD documents (GB/T 33190) and the seals on them: read, and judged by our own rules.

GB/T 38540 says in which order a seal is verified: its form, the signature value, the digest of what
was signed, the seal itself and its maker, the signer's certificate, the time.
"""

from __future__ import annotations

from verification.readers.ofd.reading import SignedFile, read

__all__ = ["SignedFile", "read"]
