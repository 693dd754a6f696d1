"""The value of an XML signature under the key of a certificate (W3C XML Signature 1.1, 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa, utils

if TYPE_CHECKING:
    from asn1crypto import x509

_OLD = "http://www.w3.org/2000/09/xmldsig#"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_PSS = "http://www.w3.org/2007/05/xmldsig-more#"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - to tell that it is weak, it must be recognised
    "sha1": hashes.SHA1(),  # noqa: S303 - the same
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
#: Algorithm → family, digest.
METHODS: dict[str, tuple[str, str]] = {
    _OLD + "rsa-sha1": ("rsa", "sha1"),
    _OLD + "dsa-sha1": ("dsa", "sha1"),
    _MORE + "rsa-md5": ("rsa", "md5"),
    **{_MORE + f"rsa-sha{n}": ("rsa", f"sha{n}") for n in (224, 256, 384, 512)},
    **{_MORE + f"ecdsa-sha{n}": ("ecdsa", f"sha{n}") for n in (1, 224, 256, 384, 512)},
    **{_PSS + f"sha{n}-rsa-MGF1": ("pss", f"sha{n}") for n in (1, 224, 256, 384, 512)},
    "http://www.w3.org/2009/xmldsig11#dsa-sha256": ("dsa", "sha256"),
}


def verifies(certificate: x509.Certificate, method: str, value: bytes, signed: bytes) -> bool:
    """Tell whether `value` is the signature over `signed`.

    Raises KeyError for an unknown method, TypeError for a key of another family, and ValueError
    for a key that cannot be read.
    """
    family, digest = METHODS[method]
    key = serialization.load_der_public_key(certificate.public_key.dump())
    algorithm = _HASHES[digest]
    try:
        if family in {"rsa", "pss"} and isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, _padding(family, algorithm), algorithm)
        elif family == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_pair(value), signed, ec.ECDSA(algorithm))
        elif family == "dsa" and isinstance(key, dsa.DSAPublicKey):
            key.verify(_pair(value), signed, algorithm)
        else:
            raise TypeError(f"the method {method} does not belong to the certificate's key")
    except InvalidSignature:
        return False
    return True


def _padding(family: str, algorithm: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if family == "rsa":
        return padding.PKCS1v15()
    # RFC 6931, 2.3.10: the mask uses the same digest, the salt has its length.
    return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)


def _pair(value: bytes) -> bytes:
    """Give r and s, written side by side, as the DER sequence that libraries take."""
    half = len(value) // 2
    return utils.encode_dss_signature(
        int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
    )
