"""PDF signatures by SM2 and SM3, which pyHanko does not know: handed to our own reader of them.

GM/T 0010 names the types of a message by identifiers of its own and is CMS in everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn1crypto import cms, core
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from verification.readers.gm import chain, values
from verification.readers.gm.certificate import Certificate, read_certificate
from verification.readers.gm.der import DerError, read, wrap
from verification.readers.gm.message import SIGNED_DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asn1crypto import x509

    from verification.readers.pyhanko.grounds import Moment, Signed, Trust
    from verification.readers.pyhanko.signed_message import Message

_CHAIN_CASES = {
    "trusted": "trusted",
    "unknown": "unknown_chain",
    "weak": "weak_chain",
    "bad": "bad_chain",
}
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


def usual(contents: bytes) -> cms.ContentInfo:
    """Read a message, GM/T 0010's identifier of signed data put into that of CMS."""
    info = cms.ContentInfo.load(contents)
    if info["content_type"].dotted not in SIGNED_DATA:
        return info
    kind, holder = read(contents).sequence(2)[:2]
    signed_data: bytes = cms.ContentType("signed_data").dump()
    # What is signed stays byte for byte.
    return info if kind.raw == signed_data else cms.ContentInfo.load(wrap(signed_data + holder.raw))


def hash_named(algorithm: str) -> hashes.HashAlgorithm:
    """Give a digest by asn1crypto's name, SM3 by its identifier. Raises AttributeError."""
    if values.digest_named(algorithm) == values.SM3:
        return hashes.SM3()
    return get_pyca_cryptography_hash(algorithm)


def is_national(certificate: x509.Certificate | None) -> bool:
    """Tell whether a certificate holds a key of SM2."""
    try:
        return certificate is not None and _own(certificate).sm2_key() is not None
    except DerError:
        return False


def verify(message: Message, digest: bytes, content: bytes | None) -> tuple[bool, bool]:
    """Tell whether the message digest is `digest`, and whether the signature value holds.

    Without signed attributes the value is over `content` itself.
    """
    assert message.certificate is not None  # noqa: S101 - asked for by `is_national`
    certificate = _own(message.certificate)
    attributes = message.signer["signed_attrs"]
    algorithm = message.signer["signature_algorithm"]["algorithm"].dotted
    value = message.signer["signature"].native
    if attributes is not core.VOID:
        embedded = message.signed_attribute(_MESSAGE_DIGEST)
        if embedded is None:
            raise SignatureValidationError("signed attributes without a message digest")
        held = values.holds(certificate, algorithm, value, attributes.untag().dump())
        intact = embedded.native == digest
    elif content is not None:
        held, intact = values.holds(certificate, algorithm, value, content), True
    else:
        raise SignatureValidationError("an SM2 value without signed attributes over no content")
    if held.outcome in {"unknown", "loose"}:
        raise SignatureValidationError(
            f"SM2 by other rules than those of GB/T 32918.2: {algorithm}"
        )
    return intact, held.outcome == "holds"


def chain_case(message: Signed, trust: Trust, moment: Moment, *, stamping: bool) -> str:
    """Build the chain of an SM2 certificate and name the row of sentences for it."""
    assert message.certificate is not None  # noqa: S101 - asked for by `is_national`
    others = _readable([*message.others, *trust.certificates])
    found = chain.find_chain(
        _own(message.certificate),
        others,
        trust.anchors,
        at=moment.time,
        purpose="stamping" if stamping else "signing",
    )
    if found.outcome == "outside":
        return "signed_outside" if moment.proven else "expired"
    return _CHAIN_CASES[found.outcome]


def _own(certificate: x509.Certificate) -> Certificate:
    return read_certificate(certificate.dump())


def _readable(certificates: Sequence[x509.Certificate]) -> list[Certificate]:
    found: list[Certificate] = []
    for certificate in certificates:
        try:
            found.append(_own(certificate))
        except DerError:
            continue  # of a kind that no chain of SM2 goes through
    return found
