"""The CMS message of a signature: whether digest and signature value hold over the signed bytes.

RFC 5652, ETSI EN 319 102-1 5.2.7. Everything that pyHanko tolerates and a standard forbids is
looked at here: enclosed content, order of the signed attributes, more than one signer.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from asn1crypto import cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from verification.readers.pyhanko import national
from verification.readers.pyhanko.binding import binding_fault
from verification.readers.pyhanko.sentences import judge
from verification.readers.pyhanko.signed_message import Message
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.readers.pyhanko.document import Found
    from verification.values import Judgement

#: SHA-1 is broken for whoever may choose what is signed; the others for everyone.
WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})
MIN_RSA_BITS = 1024
#: OpenSSL itself tries no larger modulus.
MAX_RSA_BITS = 16_384
#: Half of it is the strength: 112 bits (SOGIS agreed mechanisms; FIPS 186-5).
MIN_CURVE_BITS = 224
#: The document's digest is SHA-1 by its definition, whatever digest the message names.
SHA1_KIND = "/adbe.pkcs7.sha1"
#: Kinds of signatures whose value is a CMS (ISO 32000-2, 12.8.3; ETSI EN 319 142-1).
KNOWN_KINDS = frozenset(
    {"/adbe.pkcs7.detached", SHA1_KIND, "/ETSI.CAdES.detached", "/ETSI.RFC3161"}
)
#: Names of ICP-Brasil for the same CMS.
BRAZILIAN = "PBAD."
#: Cases in which the signed bytes are those that were signed.
_HOLDING = frozenset({"intact", "weak", "order", "unbound"})
#: BSI TR-03111 plain ECDSA: the value is r and s side by side instead of a DER sequence.
_PLAIN_ECDSA = "0.4.0.127.0.7.1.1.4.1."


def parse(contents: bytes) -> Message:
    """Read the CMS. Raises ValueError, TypeError or KeyError for what is none."""
    info = national.usual(contents)
    if info["content_type"].native != "signed_data":
        raise ValueError("the signature value is no CMS SignedData")
    signed_data = info["content"]
    signers = signed_data["signer_infos"]
    if len(signers) != 1:
        raise ValueError(f"{len(signers)} signers in one signature, PAdES allows one")
    signer = signers[0]
    try:
        certificates = extract_certificate_info(signed_data)
        certificate, others = certificates.signer_cert, tuple(certificates.other_certs)
    except CMSExtractionError:
        certificate, others = None, ()
    return Message(
        signed_data=signed_data,
        signer=signer,
        certificate=certificate,
        others=others,
        attribute_order_kept=in_der_order(signer),
        name=subject_of(certificate),
        emails=emails_of(certificate) if certificate is not None else (),
        organisation=organisation_of(certificate) if certificate is not None else None,
        fingerprint=fingerprint_of(certificate) if certificate is not None else None,
    )


def judge_integrity(found: Found, message: Message, data: bytes) -> tuple[Judgement, bool]:
    """Verify over the signed ranges of `data`; the flag says that digest and value hold."""
    facts = {"signer": message.name, "algorithm": _algorithm(message, found.sub_filter)}
    if found.end > len(data):
        return judge("cut", wanted=found.end, seen=len(data)), False
    if message.certificate is None:
        return judge("no_certificate"), False
    if found.is_time_stamp and not _is_token(message):
        return judge("mislabelled"), False
    odd = _oddity(found, message)
    if odd is not None:
        return judge("unread", reason=odd), False
    case = _judge_enclosed(found, message, data)
    if case is None and binding_fault(found, message) == "misbound":
        case = "misbound"
    case = case or _judge_value(found, message, data)
    return judge(case, **facts), case in _HOLDING


def _oddity(found: Found, message: Message) -> Text | None:
    """Say why the value is not verified, whatever it would come to."""
    kind = found.sub_filter.lstrip("/")
    is_known = not kind or found.sub_filter in KNOWN_KINDS or kind.startswith(BRAZILIAN)
    if not is_known and not national.is_national(message.certificate):
        return Text(
            zh=f"未知的签名格式 {kind}", en=f"a kind of signature that is not known, {kind}"
        )
    if found.sub_filter == SHA1_KIND:
        content = message.signed_data["encap_content_info"]["content"]
        if content is core.VOID or content.native is None:
            return Text(
                zh=f"{kind} 格式未封装摘要", en=f"no digest is enclosed, as {kind} asks for"
            )
    try:
        national.hash_named(message.digest_algorithm)
    except AttributeError:
        return Text(
            zh=f"摘要算法 {message.digest_algorithm} 不是摘要算法，或这里不认识",
            en=f"{message.digest_algorithm} is named as the digest; it is none, or not known here",
        )
    key = message.certificate.public_key if message.certificate else None
    if key is not None and key.algorithm == "rsa" and key.bit_size > MAX_RSA_BITS:
        return Text(
            zh=f"RSA 密钥 {key.bit_size} 位，超过上限 {MAX_RSA_BITS}",
            en=f"an RSA key of {key.bit_size} bits, at most {MAX_RSA_BITS} are tried",
        )
    return None


def _judge_value(found: Found, message: Message, data: bytes) -> str:
    content = _signed_bytes(found, data) if message.signer["signed_attrs"] is core.VOID else None
    intact, valid = verify(message, _signed_digest(found, message, data), content)
    if not (intact and valid):
        return "value" if intact else "digest"
    if not message.attribute_order_kept:
        return "order"
    if is_weak(message) or found.sub_filter == SHA1_KIND:
        return "weak"
    return binding_fault(found, message) or "intact"


def verify(message: Message, digest: bytes, content: bytes | None = None) -> tuple[bool, bool]:
    """Tell whether the message digest is `digest`, and whether the signature value holds.

    `content` is what was digested, where it is at hand: SM2 may sign it without attributes.
    """
    if national.is_national(message.certificate):
        return national.verify(message, digest, content)
    content_type = message.signed_data["encap_content_info"]["content_type"].native
    algorithm = message.signer["signature_algorithm"]["algorithm"].dotted
    if algorithm.startswith(_PLAIN_ECDSA):
        return _verify_plain(message, digest)
    return validate_sig_integrity(
        message.signer,
        message.certificate,
        expected_content_type=content_type,
        actual_digest=digest,
    )


def digest_ranges(data: bytes, byte_range: Sequence[int], algorithm: str) -> bytes:
    """Digest the signed ranges. Raises AttributeError for an algorithm that is not known."""
    digest = hashes.Hash(national.hash_named(algorithm))
    for start, length in zip(byte_range[::2], byte_range[1::2], strict=True):
        digest.update(memoryview(data)[start : start + length])
    return digest.finalize()


def is_weak(message: Message) -> bool:
    """Tell whether the algorithms of a signature that holds are still worth believing."""
    if message.digest_algorithm in WEAK_DIGESTS:
        return True
    key = message.certificate.public_key if message.certificate else None
    if key is None or key.algorithm not in {"rsa", "ec"}:
        return False
    return int(key.bit_size) < (MIN_RSA_BITS if key.algorithm == "rsa" else MIN_CURVE_BITS)


def _is_token(message: Message) -> bool:
    return bool(message.signed_data["encap_content_info"]["content_type"].native == "tst_info")


def subject_of(certificate: x509.Certificate | None) -> str:
    """Name the subject as a person would: its common name, else everything there is."""
    return _name(certificate.subject) if certificate is not None else "?"


def issuer_of(certificate: x509.Certificate) -> str:
    """Name the issuer in the same way."""
    return _name(certificate.issuer)


def emails_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Give the addresses that the certificate vouches for: alternative names, subject."""
    addresses: list[str] = []
    if certificate.subject_alt_name_value is not None:
        addresses += [
            _address(name.chosen)
            for name in certificate.subject_alt_name_value
            if name.name == "rfc822_name"
        ]
    subject = certificate.subject.native
    value = subject.get("email_address")
    addresses += value if isinstance(value, list) else [value] if value else []
    return tuple(dict.fromkeys(addresses))


def _address(name: x509.EmailAddress) -> str:
    """Give an address as written where the library knows an older form of its domain alone."""
    try:
        return str(name.native)
    except UnicodeError:
        written: bytes = name.contents
        return written.decode("latin-1")


def organisation_of(certificate: x509.Certificate) -> str | None:
    """Give the organisation that the subject names (X.520, O); the first of several."""
    value = certificate.subject.native.get("organization_name")
    first = value[0] if isinstance(value, list) and value else value
    return str(first) if first else None


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Give the SHA-256 of a certificate in lower-case hexadecimal."""
    return hashlib.sha256(certificate.dump()).hexdigest()


def _name(name: x509.Name) -> str:
    value = name.native.get("common_name")
    if isinstance(value, list):
        value = value[0]
    return str(value) if value else str(name.human_friendly)


def _algorithm(message: Message, kind: str) -> str:
    if kind == SHA1_KIND:
        return "sha1 (adbe.pkcs7.sha1)"
    if national.is_national(message.certificate):
        return "SM3, SM2"
    return (
        f"{message.digest_algorithm}, {message.signer['signature_algorithm']['algorithm'].native}"
    )


def in_der_order(signer: cms.SignerInfo) -> bool:
    attributes = signer["signed_attrs"]
    if attributes is core.VOID:
        return True
    encoded = [attribute.dump() for attribute in attributes]
    return encoded == sorted(encoded)


def _judge_enclosed(found: Found, message: Message, data: bytes) -> str | None:
    """Name the fault of content that is enclosed where only a digest belongs."""
    enclosed = message.signed_data["encap_content_info"]
    content = enclosed["content"]
    if content is core.VOID or content.native is None:
        return None
    if enclosed["content_type"].native == "tst_info":
        return None
    if found.sub_filter == SHA1_KIND:
        right = bytes(content) == digest_ranges(data, found.byte_range, "sha1")
        return None if right else "digest"
    return None if bytes(content) == _signed_bytes(found, data) else "enclosed"


def _signed_bytes(found: Found, data: bytes) -> bytes:
    start, length, second, rest = found.byte_range
    return data[start : start + length] + data[second : second + rest]


def _signed_digest(found: Found, message: Message, data: bytes) -> bytes:
    """Give the digest that the message must hold, in the message's own algorithm."""
    enclosed = message.signed_data["encap_content_info"]
    content = enclosed["content"]
    if enclosed["content_type"].native == "tst_info":
        imprint = token_info(message)["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        if digest_ranges(data, found.byte_range, algorithm) != imprint["hashed_message"].native:
            return b""
        return digest_bytes(bytes(content), message.digest_algorithm)
    if found.sub_filter == SHA1_KIND:
        return digest_bytes(bytes(content), message.digest_algorithm)
    return digest_ranges(data, found.byte_range, message.digest_algorithm)


def token_info(message: Message) -> tsp.TSTInfo:
    """Give what a time-stamp token attests. Raises ValueError when it is no such token."""
    content = message.signed_data["encap_content_info"]["content"]
    parsed = content.parsed if isinstance(content, core.ParsableOctetString) else None
    if not isinstance(parsed, tsp.TSTInfo):
        raise ValueError("no TSTInfo in the time stamp")  # noqa: TRY004 - a fault of the file
    return parsed


def digest_bytes(data: bytes, algorithm: str) -> bytes:
    """Digest a short piece of bytes."""
    return digest_ranges(data, (0, len(data)), algorithm)


def _verify_plain(message: Message, digest: bytes) -> tuple[bool, bool]:
    assert message.certificate is not None  # noqa: S101 - judge_integrity made sure
    attributes = message.signer["signed_attrs"]
    value = message.signer["signature"].native
    half = len(value) // 2
    encoded = utils.encode_dss_signature(
        int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
    )
    key = serialization.load_der_public_key(message.certificate.public_key.dump())
    embedded = message.signed_attribute("1.2.840.113549.1.9.4")
    if not isinstance(key, ec.EllipticCurvePublicKey) or embedded is None:
        raise SignatureValidationError("plain ECDSA without an elliptic curve or a digest")
    hash_algorithm = get_pyca_cryptography_hash(message.digest_algorithm)
    try:
        key.verify(encoded, attributes.untag().dump(), ec.ECDSA(hash_algorithm))
    except InvalidSignature:
        return embedded.native == digest, False
    return embedded.native == digest, True
