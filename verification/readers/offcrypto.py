"""Encrypted Office packages that open without asking (MS-OFFCRYPTO 2.3.4), by `cryptography`.

Excel encrypts a workbook whose structure is protected under a password that it knows by itself, so
everybody can open the file, and what it is can be told. No other password is ever tried.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from verification.readers.expat import MarkupError, read_elements

if TYPE_CHECKING:
    from collections.abc import Callable

#: MS-OFFCRYPTO has no name for it; Excel tries it before it asks.
_DEFAULT = "VelvetSweatshop".encode("utf-16-le")
#: Office hashes 50,000 or 100,000 times. A file may ask for ten million: then it stays shut.
MOST_SPINS = 100_000
_STANDARD_SPINS = 50_000
_HASHES = frozenset({"sha1", "sha256", "sha384", "sha512"})
_AGILE = b"\x04\x00\x04\x00"
_STANDARD_VERSIONS = frozenset({2, 3, 4})
_EXTERNAL, _AES = 0x10, 0x20
_SEGMENT = 4096
#: Which key is made from the password's hash (MS-OFFCRYPTO 2.3.4.13).
_VERIFIER_INPUT = bytes.fromhex("fea7d2763b4b9e79")
_VERIFIER_VALUE = bytes.fromhex("d7aa0f6d3061344e")
_PACKAGE_KEY = bytes.fromhex("146e0be7abacd0d6")


def open_without_password(info: bytes, package: bytes) -> bytes | None:
    """Give the ZIP package in the stream EncryptedPackage; None where a password is needed.

    `info` is the stream EncryptionInfo. Never raises for bad bytes.
    """
    try:
        decrypt = _agile(info) if info.startswith(_AGILE) else _standard(info)
    except (ValueError, KeyError, struct.error, MarkupError):
        return None
    if decrypt is None or len(package) < 8 + _SEGMENT // 256:
        return None
    size: int = struct.unpack_from("<Q", package)[0]
    body = package[8:]
    try:
        return decrypt(body[: len(body) // 16 * 16])[:size]
    except ValueError:
        return None


def _standard(info: bytes) -> Callable[[bytes], bytes] | None:
    """AES in ECB under a key from SHA-1 (MS-OFFCRYPTO 2.3.4.5 to 2.3.4.9)."""
    major, minor, flags, size = struct.unpack_from("<HHII", info)
    if major not in _STANDARD_VERSIONS or minor != 2 or flags & _EXTERNAL or not flags & _AES:  # noqa: PLR2004 - the version
        return None
    bits = struct.unpack_from("<I", info, 12 + 16)[0]
    verifier = 12 + size
    salt, told = info[verifier + 4 : verifier + 20], info[verifier + 20 : verifier + 36]
    proof = info[verifier + 40 : verifier + 72]
    if bits not in {128, 192, 256} or len(proof) < 32:  # noqa: PLR2004 - keys of AES, two blocks
        return None
    digest = hashlib.sha1(_spun("sha1", salt, _STANDARD_SPINS) + bytes(4)).digest()  # noqa: S324 - the format's own hash
    halves = [
        hashlib.sha1(bytes(a ^ pad for a in digest.ljust(64, b"\0"))).digest()  # noqa: S324 - the format's own hash
        for pad in (0x36, 0x5C)
    ]
    key = b"".join(halves)[: bits // 8]

    def decrypt(body: bytes) -> bytes:
        return Cipher(algorithms.AES(key), modes.ECB()).decryptor().update(body)  # noqa: S305 - the format's own mode

    right = hashlib.sha1(decrypt(told)).digest() == decrypt(proof)[:20]  # noqa: S324 - the format's own hash
    return decrypt if right else None


@dataclass(frozen=True, slots=True)
class _Agile:
    """The fields of one `keyData` or `encryptedKey` element."""

    hash_name: str
    salt: bytes
    key_bytes: int
    block: int

    def digest(self, data: bytes) -> bytes:
        return hashlib.new(self.hash_name, data).digest()

    def decrypt(self, key: bytes, start: bytes, body: bytes) -> bytes:
        vector = start[: self.block].ljust(self.block, b"\x36")
        return Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor().update(body)


def _agile(info: bytes) -> Callable[[bytes], bytes] | None:
    """AES in CBC, segment by segment, as an XML says (MS-OFFCRYPTO 2.3.4.10 to 2.3.4.15)."""
    elements = {one.name: one.attributes for one in read_elements(info[8:])}
    data, locked = elements["keyData"], elements["encryptedKey"]
    content, password = _parameters(data), _parameters(locked)
    spins = int(locked["spinCount"])
    if content is None or password is None or not 0 <= spins <= MOST_SPINS:
        return None
    spun = _spun(password.hash_name, password.salt, spins)

    def opened(purpose: bytes, field: str) -> bytes:
        key = password.digest(spun + purpose)[: password.key_bytes]
        key = key.ljust(password.key_bytes, b"\x36")
        return password.decrypt(key, password.salt, base64.b64decode(locked[field]))

    proof = password.digest(opened(_VERIFIER_INPUT, "encryptedVerifierHashInput")[:16])
    if opened(_VERIFIER_VALUE, "encryptedVerifierHashValue")[: len(proof)] != proof:
        return None
    key = opened(_PACKAGE_KEY, "encryptedKeyValue")[: content.key_bytes]

    def decrypt(body: bytes) -> bytes:
        return b"".join(
            content.decrypt(
                key,
                content.digest(content.salt + struct.pack("<I", number)),
                body[start : start + _SEGMENT],
            )
            for number, start in enumerate(range(0, len(body), _SEGMENT))
        )

    return decrypt


def _parameters(fields: dict[str, str]) -> _Agile | None:
    name = fields["hashAlgorithm"].lower().replace("-", "")
    bits, block = int(fields["keyBits"]), int(fields["blockSize"])
    known = name in _HASHES and fields["cipherAlgorithm"] == "AES" and block == 16  # noqa: PLR2004 - AES
    if not known or fields["cipherChaining"] != "ChainingModeCBC" or bits not in {128, 192, 256}:
        return None
    return _Agile(name, base64.b64decode(fields["saltValue"]), bits // 8, block)


def _spun(name: str, salt: bytes, spins: int) -> bytes:
    digest = hashlib.new(name, salt + _DEFAULT).digest()
    count = struct.Struct("<I").pack
    hashed = getattr(hashlib, name)
    for number in range(spins):
        digest = hashed(count(number) + digest).digest()
    return digest
