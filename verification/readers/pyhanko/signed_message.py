"""A signature value as it was read (RFC 5652)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asn1crypto import cms, core, x509


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A parsed signature value. `certificate` signed it, as the message says."""

    signed_data: cms.SignedData
    signer: cms.SignerInfo
    certificate: x509.Certificate | None
    others: tuple[x509.Certificate, ...]
    attribute_order_kept: bool
    #: Read at once: asn1crypto reads late, and a name may be broken.
    name: str
    emails: tuple[str, ...]
    organisation: str | None
    #: SHA-256 of the certificate, in hexadecimal.
    fingerprint: str | None

    @property
    def digest_algorithm(self) -> str:
        return str(self.signer["digest_algorithm"]["algorithm"].native)

    def signed_attribute(self, oid: str) -> core.Asn1Value | None:
        """Give the first value of a signed attribute, or None."""
        for attribute in self.signer["signed_attrs"] or ():
            if attribute["type"].dotted == oid and len(attribute["values"]):
                return attribute["values"][0]
        return None
