"""Public keys of mail domains, from records that were handed to us: nothing is looked up."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from verification.readers.dkim.tags import TagError, packed, read_tags

if TYPE_CHECKING:
    from verification.values import MailKey

MIN_RSA_BITS = 1024
#: RFC 8301: SHA-1 must not be used, neither RSA keys below 1,024 bits.
_HASHES = {"rsa-sha256": hashes.SHA256, "rsa-sha1": hashes.SHA1}
ALGORITHMS = frozenset({*_HASHES, "ed25519-sha256"})


class KeyMissingError(LookupError):
    """No record was supplied for this selector."""


class KeyContradictedError(ValueError):
    """Two different records were supplied for one selector."""


class KeyRevokedError(ValueError):
    """The record holds an empty key (RFC 6376, 3.6.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as its record states it."""

    public: rsa.RSAPublicKey | ed25519.Ed25519PublicKey
    known: str
    #: Hash names that the record allows; empty: all.
    hashes: frozenset[str]
    #: The record says that i= must name the very domain d=.
    strict: bool
    #: It says that the domain only tests: what it signs counts as not signed (RFC 6376, 3.6.1).
    testing: bool = False

    @property
    def is_weak(self) -> bool:
        return isinstance(self.public, rsa.RSAPublicKey) and self.public.key_size < MIN_RSA_BITS


def find_key(keys: tuple[MailKey, ...], domain: str, selector: str) -> Key:
    """Give the key of a selector.

    Raises KeyMissingError, KeyContradictedError, KeyRevokedError, and TagError for a record that is
    none.
    """
    wanted = (domain.lower().rstrip("."), selector.lower())
    found = [key for key in keys if (key.domain.lower(), key.selector.lower()) == wanted]
    if not found:
        raise KeyMissingError(f"{selector}._domainkey.{domain}")
    if len({same_record(key.record) for key in found}) > 1:
        raise KeyContradictedError(f"{selector}._domainkey.{domain}")
    pinned = next((key for key in found if key.known == "pinned"), found[0])
    return _read(pinned)


def same_record(record: str) -> str:
    """Give the form in which equal records are equal: order and white space do not matter."""
    try:
        tags = read_tags(record)
    except TagError:
        return packed(record)
    return ";".join(f"{name}={packed(value)}" for name, value in sorted(tags.items()))


def _read(key: MailKey) -> Key:
    tags = read_tags(key.record)
    if tags.get("v", "DKIM1") != "DKIM1":
        raise TagError(f"v={tags['v'][:20]}")
    if "p" not in tags:
        raise TagError("no p=")
    services = {word.strip() for word in tags.get("s", "*").split(":")}
    if not services & {"*", "email"}:
        raise TagError("s= is not for mail")
    written = packed(tags["p"])
    if not written:
        raise KeyRevokedError(key.selector)
    flags = packed(tags.get("t", "")).split(":")
    return Key(
        public=_public(written, tags.get("k", "rsa")),
        known=key.known,
        hashes=frozenset(packed(tags["h"]).split(":")) if "h" in tags else frozenset(),
        strict="s" in flags,
        testing="y" in flags,
    )


def _public(written: str, kind: str) -> rsa.RSAPublicKey | ed25519.Ed25519PublicKey:
    try:
        raw = b64decode(written, validate=True)
        if kind == "ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        public = load_der_public_key(raw)
    except (binascii.Error, ValueError, TypeError) as error:
        raise TagError("p= holds no key") from error
    except Exception as error:
        raise TagError("p= holds no key that is supported") from error
    if kind != "rsa" or not isinstance(public, rsa.RSAPublicKey):
        raise TagError(f"k={kind[:20]} does not fit the key")
    return public


def holds(key: Key, algorithm: str, value: bytes, signed: bytes) -> bool:
    """Verify a signature value. Raises TagError where algorithm and key do not fit each other."""
    name = algorithm.partition("-")[2]
    if key.hashes and name not in key.hashes:
        raise TagError(f"the record does not allow {name}")
    try:
        if isinstance(key.public, rsa.RSAPublicKey) and algorithm in _HASHES:
            key.public.verify(value, signed, padding.PKCS1v15(), _HASHES[algorithm]())
        elif isinstance(key.public, ed25519.Ed25519PublicKey) and algorithm == "ed25519-sha256":
            key.public.verify(value, hashlib.sha256(signed).digest())  # RFC 8463, 3
        else:
            raise TagError(f"a={algorithm[:30]} does not fit the key")
    except InvalidSignature:
        return False
    return True
