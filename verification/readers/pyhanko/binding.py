"""Whether a signature names its certificate in what it signs (RFC 5035; EN 319 142-1, 6.3).

Where it does not, the certificate beside it can be exchanged for another of the same key.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from verification.readers.pyhanko import national

if TYPE_CHECKING:
    from verification.readers.pyhanko.document import Found
    from verification.readers.pyhanko.signed_message import Message

#: signing-certificate-v2, and the older one that knows SHA-1 only.
_NAMED, _NAMED_BY_SHA1 = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.12"
#: PAdES asks for it; PKCS#7 as ISO 32000-1 has it does not.
_PADES = "/ETSI.CAdES.detached"


def binding_fault(found: Found, message: Message) -> str | None:
    """Name the case: another certificate is named, or none where one must be."""
    if message.certificate is None or national.is_national(message.certificate):
        return None
    named = message.signed_attribute(_NAMED) or message.signed_attribute(_NAMED_BY_SHA1)
    if named is None:
        return "unbound" if found.sub_filter == _PADES else None
    # A copy: reading on would have asn1crypto write the attributes anew, in its own order.
    first = type(named).load(named.dump()).native["certs"][0]
    algorithm = (first.get("hash_algorithm") or {"algorithm": "sha1"})["algorithm"]
    try:
        digest = hashlib.new(algorithm, message.certificate.dump()).digest()
    except ValueError:
        return None
    return None if digest == first["cert_hash"] else "misbound"
