"""Office packages encrypted by ourselves, as MS-OFFCRYPTO 2.3.4 describes both ways."""

from __future__ import annotations

import base64
import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.verification.typed import compound

#: The password that Excel tries before it asks.
EXCEL_S_OWN = "VelvetSweatshop"
_SALT = bytes(range(16))
_SECRET = bytes(range(100, 116))
_KEY = bytes(range(50, 82))


def standard(package: bytes, password: str = EXCEL_S_OWN) -> bytes:
    """Encrypt with AES-128 in ECB, the key from 50,000 rounds of SHA-1."""
    digest = _spun("sha1", password, 50_000)
    digest = hashlib.sha1(digest + bytes(4)).digest()  # noqa: S324 - the format's own hash
    key = hashlib.sha1(bytes(a ^ 0x36 for a in digest.ljust(64, b"\0"))).digest()[:16]  # noqa: S324 - as above

    def sealed(body: bytes) -> bytes:
        padded = body + bytes(-len(body) % 16)
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(padded)  # noqa: S305 - the format's own mode

    header = struct.pack("<IIIIIIII", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + b"\0\0"
    proof = sealed(hashlib.sha1(_SECRET).digest().ljust(32, b"\0"))  # noqa: S324 - as above
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header
    info += struct.pack("<I", 16) + _SALT + sealed(_SECRET) + struct.pack("<I", 20) + proof
    return _file(info, package, sealed(package))


def agile(package: bytes, password: str = EXCEL_S_OWN, spins: int = 1000) -> bytes:
    """Encrypt with AES-256 in CBC, segment by segment, the key from rounds of SHA-512."""
    digest = _spun("sha512", password, spins)

    def sealed(purpose: str, body: bytes) -> str:
        key = hashlib.sha512(digest + bytes.fromhex(purpose)).digest()[:32]
        return base64.b64encode(_cbc(key, _SALT, body)).decode()

    fields = (
        'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
        'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" '
        f'saltValue="{base64.b64encode(_SALT).decode()}"'
    )
    info = (
        '<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://'
        f'schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData {fields}/>'
        f'<keyEncryptors><keyEncryptor><p:encryptedKey spinCount="{spins}" {fields} '
        f'encryptedVerifierHashInput="{sealed("fea7d2763b4b9e79", _SECRET)}" '
        f'encryptedVerifierHashValue="'
        f'{sealed("d7aa0f6d3061344e", hashlib.sha512(_SECRET).digest())}" '
        f'encryptedKeyValue="{sealed("146e0be7abacd0d6", _KEY)}"/>'
        "</keyEncryptor></keyEncryptors></encryption>"
    )
    segments = [package[at : at + 4096] for at in range(0, len(package), 4096)]
    body = b"".join(
        _cbc(_KEY, hashlib.sha512(_SALT + struct.pack("<I", number)).digest()[:16], segment)
        for number, segment in enumerate(segments)
    )
    return _file(b"\x04\0\x04\0\x40\0\0\0" + info.encode(), package, body)


def _file(info: bytes, package: bytes, body: bytes) -> bytes:
    # A compound file of ours fills streams with zeros, which neither form minds.
    info = info if info[0] != 4 else info.ljust(4096)
    whole = struct.pack("<Q", len(package)) + body
    return compound({"EncryptionInfo": info, "EncryptedPackage": whole})


def _cbc(key: bytes, start: bytes, body: bytes) -> bytes:
    padded = body + bytes(-len(body) % 16)
    return Cipher(algorithms.AES(key), modes.CBC(start)).encryptor().update(padded)


def _spun(name: str, password: str, spins: int) -> bytes:
    digest = hashlib.new(name, _SALT + password.encode("utf-16-le")).digest()
    for number in range(spins):
        digest = hashlib.new(name, struct.pack("<I", number) + digest).digest()
    return digest
