"""An authority that certifies SM2 keys, and messages signed with them, made for the tests.

Signing is for tests alone: its secret number is derived from key and digest, and takes its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from verification import sm2

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
#: The clock of the tests, and when things were sealed.
NOW, SEALED = datetime(2026, 6, 1, tzinfo=UTC), datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
SM2_SIGNING, RSA_SIGNING = "1.2.156.10197.1.501", "1.2.840.113549.1.1.11"
SM3, SHA256 = "1.2.156.10197.1.401", "2.16.840.1.101.3.4.2.1"
GM_DATA, GM_SIGNED = "1.2.156.10197.6.1.4.2.1", "1.2.156.10197.6.1.4.2.2"
CMS_DATA, CMS_SIGNED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, TIME_STAMP = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.14"
TST_INFO = "1.2.840.113549.1.9.16.1.4"


# DER


def tlv(tag: int, content: bytes) -> bytes:
    """Put a tag and a length in front."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def seq(*members: bytes) -> bytes:
    return tlv(0x30, b"".join(members))


def set_of(*members: bytes) -> bytes:
    return tlv(0x31, b"".join(sorted(members)))


def integer(number: int) -> bytes:
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for number in (40 * first + second, *rest):
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(0x80 | number & 0x7F)
        content += bytes(reversed(digits))
    return tlv(6, bytes(content))


def octets(content: bytes) -> bytes:
    return tlv(4, content)


def bits(content: bytes) -> bytes:
    return tlv(3, b"\0" + content)


def utf8(text: str) -> bytes:
    return tlv(0x0C, text.encode())


def ia5(text: str) -> bytes:
    return tlv(0x16, text.encode())


def generalized(time: datetime) -> bytes:
    return tlv(0x18, f"{time.year:04}{time:%m%d%H%M%S}Z".encode())


def utc(time: datetime) -> bytes:
    return tlv(0x17, time.strftime("%y%m%d%H%M%SZ").encode())


# Keys and certificates


@dataclass(frozen=True, slots=True)
class Sm2Pair:
    """A secret number and its point."""

    secret: int

    @property
    def public(self) -> sm2.Key:
        point = sm2.multiply_two(self.secret, 0, sm2.G)
        assert point is not None
        return sm2.Key(*point)

    @property
    def algorithm(self) -> str:
        return SM2_SIGNING

    @property
    def info(self) -> bytes:
        key = self.public
        point = b"\4" + key.x.to_bytes(32) + key.y.to_bytes(32)
        kind = seq(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301"))
        return seq(kind, bits(point))

    def numbers(self, digest: bytes) -> tuple[int, int]:
        """Sign a digest e (GB/T 32918.2, 6.1)."""
        seed = sm2.sm3(self.secret.to_bytes(32) + digest)
        secret = int.from_bytes(seed) % (sm2.N - 1) + 1
        point = sm2.multiply_two(secret, 0, sm2.G)
        assert point is not None
        r = (int.from_bytes(digest) + point[0]) % sm2.N
        s = pow(1 + self.secret, -1, sm2.N) * (secret - r * self.secret) % sm2.N
        return r, s

    def sign(self, message: bytes) -> bytes:
        return seq(*map(integer, self.numbers(self.public.digest(message))))

    def sign_raw(self, message: bytes) -> bytes:
        """Give r and s side by side."""
        return b"".join(n.to_bytes(32) for n in self.numbers(self.public.digest(message)))

    def sign_without_z(self, message: bytes) -> bytes:
        return seq(*map(integer, self.numbers(sm2.sm3(message))))


@dataclass(frozen=True, slots=True)
class RsaPair:
    """An RSA key that signs with SHA-256."""

    key: rsa.RSAPrivateKey

    @property
    def algorithm(self) -> str:
        return RSA_SIGNING

    @property
    def info(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())


Pair = Sm2Pair | RsaPair


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate with its key."""

    name: str
    der: bytes
    pair: Pair
    serial: int


@cache
def pair(name: str, *, kind: str = "sm2") -> Pair:
    """Give a key; equal names give the same SM2 key."""
    if kind == "rsa":
        return RsaPair(rsa.generate_private_key(65537, 2048))
    return Sm2Pair(int.from_bytes(sm2.sm3(name.encode())) % (sm2.N - 1) + 1)


def name_of(common: str, organisation: str = "测试单位") -> bytes:
    fields = (("2.5.4.10", organisation), ("2.5.4.3", common))
    return seq(*(set_of(seq(oid(kind), utf8(value))) for kind, value in fields))


@cache
def holder(
    name: str = "甲公司",
    *,
    issuer: str = "国密测试根",
    begin: datetime = BEGIN,
    end: datetime = END,
    kind: str = "sm2",
    extra: bytes = b"",
    usage: int = 0xC0,
) -> Holder:
    """Give someone who can sign; `extra` are further extensions."""
    extensions = (
        extension("2.5.29.19", seq()),
        extension("2.5.29.15", tlv(3, bytes([0, usage])), critical=True),
        extension("2.5.29.17", seq(tlv(0x81, b"seal@example.com"))),
        *([extra] if extra else []),
    )
    keys = pair(name, kind=kind)
    return certify(name, keys, authority(issuer), extensions, validity=(begin, end))


@cache
def authority(
    name: str = "国密测试根", *, kind: str = "sm2", issuer: str | None = None, ca: bool = True
) -> Holder:
    """Give an authority: its own root, or one that `issuer` certified."""
    constraints = seq(tlv(1, b"\xff")) if ca else seq()
    extensions = (
        extension("2.5.29.19", constraints, critical=True),
        extension("2.5.29.15", tlv(3, b"\1\6"), critical=True),
    )
    keys = pair(name, kind=kind)
    above = authority(issuer) if issuer else Holder(name, b"", keys, 0)
    return certify(name, keys, above, extensions, validity=(BEGIN, END))


@cache
def stamping(name: str = "时间戳服务", *, issuer: str = "国密测试根") -> Holder:
    """Give a time-stamping authority."""
    extensions = (extension("2.5.29.37", seq(oid("1.3.6.1.5.5.7.3.8")), critical=True),)
    return certify(name, pair(name), authority(issuer), extensions, validity=(BEGIN, END))


def extension(kind: str, value: bytes, *, critical: bool = False) -> bytes:
    return seq(oid(kind), *([tlv(1, b"\xff")] if critical else []), octets(value))


def certify(
    name: str,
    keys: Pair,
    above: Holder,
    extensions: Iterable[bytes],
    *,
    validity: tuple[datetime, datetime],
) -> Holder:
    """Certify a key."""
    serial = int.from_bytes(sm2.sm3(f"{name}{validity}".encode())[:8])
    algorithm = seq(oid(above.pair.algorithm))
    signed = seq(
        tlv(0xA0, integer(2)),
        integer(serial),
        algorithm,
        name_of(above.name),
        seq(*map(generalized, validity)),
        name_of(name),
        keys.info,
        tlv(0xA3, seq(*extensions)),
    )
    der = seq(signed, algorithm, bits(above.pair.sign(signed)))
    return Holder(name, der, keys, serial)


# Messages


def attributes(digest: bytes, *, content_type: str, time: datetime | None = None) -> list[bytes]:
    """Give signed attributes."""
    found = [
        seq(oid(CONTENT_TYPE), set_of(oid(content_type))),
        seq(oid(MESSAGE_DIGEST), set_of(octets(digest))),
    ]
    return found + ([seq(oid(SIGNING_TIME), set_of(utc(time)))] if time else [])


def message(
    content: bytes,
    who: Holder,
    *,
    issuer: str = "国密测试根",
    types: tuple[str, str] = (GM_SIGNED, GM_DATA),
    signed: bool = True,
    enclosed: bytes | None = None,
    time: datetime | None = None,
    with_certificate: bool = True,
    raw: bool = False,
    stamp: bytes | None = None,
) -> bytes:
    """Sign `content` as a message; `enclosed` is put in, `signed` adds signed attributes."""
    is_sm2 = isinstance(who.pair, Sm2Pair)
    digest = sm2.sm3(content) if is_sm2 else _sha256(content)
    listed = attributes(digest, content_type=types[1], time=time) if signed else []
    to_sign = set_of(*listed) if signed else content
    value = who.pair.sign_raw(to_sign) if raw and is_sm2 else who.pair.sign(to_sign)  # type: ignore[union-attr]  # is_sm2
    token = seq(oid(TIME_STAMP), set_of(stamp)) if stamp else b""
    signer = seq(
        integer(1),
        seq(name_of(issuer), integer(who.serial)),
        seq(oid(SM3 if is_sm2 else SHA256)),
        *([tlv(0xA0, b"".join(sorted(listed)))] if signed else []),
        seq(oid(who.pair.algorithm)),
        octets(value),
        *([tlv(0xA1, token)] if token else []),
    )
    body = [] if enclosed is None else [tlv(0xA0, octets(enclosed))]
    data = seq(
        integer(3 if types[1] == TST_INFO else 1),  # RFC 5652, 5.1
        set_of(seq(oid(SM3))),
        seq(oid(types[1]), *body),
        *([tlv(0xA0, who.der)] if with_certificate else []),
        set_of(signer),
    )
    return seq(oid(types[0]), tlv(0xA0, data))


def time_stamp(value: bytes, *, time: datetime = SEALED, issuer: str = "国密测试根") -> bytes:
    """Give a time-stamp token over `value`."""
    info = seq(
        integer(1),
        oid("1.2.3.4"),
        seq(seq(oid(SM3)), octets(sm2.sm3(value))),
        integer(7),
        generalized(time),
    )
    who = stamping(issuer=issuer)
    return message(info, who, issuer=issuer, types=(CMS_SIGNED, TST_INFO), enclosed=info)


def _sha256(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    return digest.finalize()
