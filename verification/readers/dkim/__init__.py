"""DKIM and ARC (RFC 6376, 8301, 8463, 8617), with keys that were handed to us.

Own, and not dkimpy: that compares `x=` and `t=` with the clock of the machine, so a report would
change from day to day; see docs/decisions/0012-mail.md.
"""

from __future__ import annotations

from verification.readers.dkim.reading import DomainSignatures, read

__all__ = ["DomainSignatures", "read"]
