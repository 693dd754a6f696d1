"""Signature values held against a certificate's key: SM2, RSA and the usual curves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from verification import sm2
from verification.readers.gm.der import INTEGER, DerError, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.readers.gm.certificate import Certificate

SM3 = "sm3"
#: SHA-1 is broken for whoever may choose what is signed; MD5 for everyone.
WEAK_DIGESTS = frozenset({"md5", "sha1"})
MIN_RSA_BITS = 1024
_SM2_BYTES = 32
#: Names and object identifiers by which files call the digests, in lower case without punctuation.
_DIGESTS: Mapping[str, str] = {
    "sm3": SM3,
    "1.2.156.10197.1.401": SM3,
    "1.2.156.10197.1.401.1": SM3,
    "md5": "md5",
    "1.2.840.113549.2.5": "md5",
    "sha1": "sha1",
    "1.3.14.3.2.26": "sha1",
    "sha224": "sha224",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "sha256": "sha256",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha384": "sha384",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "sha512": "sha512",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
#: Algorithms of signing that name their digest; those of SM2 all mean SM3.
_SIGNING: Mapping[str, str] = {
    "1.2.156.10197.1.501": SM3,
    "1.2.156.10197.1.301": SM3,
    "1.2.156.10197.1.301.1": SM3,
    "1.2.156.10197.1.504": SM3,
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    SM3: hashes.SM3(),
    "md5": hashes.MD5(),  # noqa: S303 - files use it; what it proves is judged elsewhere
    "sha1": hashes.SHA1(),  # noqa: S303 - as above
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_OF_SM2 = frozenset(oid for oid, name in _SIGNING.items() if name == SM3) - {"1.2.156.10197.1.504"}
#: ``loose``: it holds over the plain digest, without the Z that GB/T 32918.2 puts in front.
Outcome = Literal["holds", "loose", "fails", "unknown"]


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a value holds, and by which algorithms: ``SM2, SM3``."""

    outcome: Outcome
    algorithm: str
    digest: str = ""
    weak: bool = False


def digest_named(name: str) -> str | None:
    """Give our name for a digest that a file calls by name or identifier; None for others."""
    return _DIGESTS.get(name.strip().lower().replace("sha-", "sha"))


def digest_of_signing(oid: str) -> str | None:
    """Give the digest that an algorithm of signing names by itself."""
    return _SIGNING.get(oid)


def digest(name: str, data: bytes) -> bytes:
    """Digest by one of our names."""
    if name == SM3:
        return sm2.sm3(data)
    return hashlib.new(name, data, usedforsecurity=False).digest()


def holds(
    certificate: Certificate,
    algorithm: str,
    value: bytes,
    data: bytes,
    *,
    digest_name: str | None = None,
) -> Held:
    """Verify `value` over `data`; `digest_name` is for an `algorithm` that names no digest.

    ``unknown`` is what we cannot compute: nothing is decided then.
    """
    try:
        key = certificate.sm2_key()
        if key is not None and algorithm not in _OF_SM2:
            return Held("unknown", algorithm)
        if key is not None:
            return Held(_sm2_outcome(key, value, data), "SM2, SM3", SM3)
        return _usual(certificate.key_raw, value, data, _SIGNING.get(algorithm) or digest_name)
    except (DerError, UnsupportedAlgorithm, ValueError, TypeError):
        return Held("unknown", algorithm)


def _sm2_outcome(key: sm2.Key, value: bytes, data: bytes) -> Outcome:
    pair = read_pair(value)
    if pair is None:
        return "fails"
    if sm2.verify(key, key.digest(data), pair):
        return "holds"
    return "loose" if sm2.verify(key, sm2.sm3(data), pair) else "fails"


def read_pair(value: bytes) -> tuple[int, int] | None:
    """Read r and s: a SEQUENCE of two INTEGERs (GM/T 0009), or the two side by side."""
    if len(value) == 2 * _SM2_BYTES:
        return int.from_bytes(value[:_SM2_BYTES]), int.from_bytes(value[_SM2_BYTES:])
    try:
        first, second = read(value).sequence(2)[:2]
        # Some write the numbers without the zero that keeps them positive.
        r, s = (member.primitive(INTEGER, "r and s") for member in (first, second))
        return int.from_bytes(r), int.from_bytes(s)
    except DerError:
        return None


@cache
def _load(key_raw: bytes) -> object:
    return serialization.load_der_public_key(key_raw)


def _usual(key_raw: bytes, value: bytes, data: bytes, name: str | None) -> Held:
    key = _load(key_raw)
    if name is None:
        return Held("unknown", "?")
    shown = name.upper()
    if isinstance(key, rsa.RSAPublicKey):
        weak = name in WEAK_DIGESTS or key.key_size < MIN_RSA_BITS
        held = _rsa_holds(key, value, data, name)
        return Held(held, f"RSA, {shown}", name, weak)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return Held(
            _ec_outcome(key, value, data, name), f"ECDSA, {shown}", name, name in WEAK_DIGESTS
        )
    return Held("unknown", type(key).__name__)


def _rsa_holds(key: rsa.RSAPublicKey, value: bytes, data: bytes, name: str) -> Outcome:
    try:
        key.verify(value, data, padding.PKCS1v15(), _HASHES[name])
    except InvalidSignature:
        return "fails"
    return "holds"


def _ec_outcome(key: ec.EllipticCurvePublicKey, value: bytes, data: bytes, name: str) -> Outcome:
    half = (key.key_size + 7) // 8
    if len(value) == 2 * half:
        value = utils.encode_dss_signature(
            int.from_bytes(value[:half]), int.from_bytes(value[half:])
        )
    try:
        key.verify(value, data, ec.ECDSA(_HASHES[name]))
    except InvalidSignature:
        return "fails"
    return "holds"
