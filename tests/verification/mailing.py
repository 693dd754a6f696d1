"""Mails of our own: signed by people and domains of a test authority, and what attackers do."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

from asn1crypto import cms
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from tests.verification import signing as made
from verification.readers.dkim.tags import canonical_body, canonical_field, without_value
from verification.readers.mime.fields import read_header
from verification.values import MailKey

if TYPE_CHECKING:
    from datetime import datetime

    from tests.verification.signing import Identity

ADDRESS = "wang.fang@example.com"
TEXT = (
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"We accept the price of 100,000.\r\nWang Fang\r\n"
)
HEADER = (
    "From: 王芳 <wang.fang@example.com>\r\nTo: sales@example.org\r\nSubject: Price\r\n"
    "Date: Mon, 01 Jun 2026 08:00:00 +0800\r\nMessage-ID: <1@example.com>\r\n"
    "MIME-Version: 1.0\r\n"
).encode()
PROTOCOL = b'protocol="application/pkcs7-signature"; micalg=sha-256; boundary="SIGNED"'


def cms_of(content: bytes, who: Identity | None = None, *, opaque: bool = False) -> bytes:
    """Sign with `cryptography`, which is no library that our reader verifies with alone."""
    who = who or made.person()
    builder = (
        PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(who.certificate, who.key, hashes.SHA256())
        .add_certificate(made.authority().certificate)
    )
    options = [PKCS7Options.Binary]
    if not opaque:
        options.append(PKCS7Options.DetachedSignature)
    return without_time(builder.sign(serialization.Encoding.DER, options), who)


def without_time(value: bytes, who: Identity) -> bytes:
    """Take the time of signing out, which `cryptography` sets to now, and sign again."""
    info = cms.ContentInfo.load(value)
    signer = info["content"]["signer_infos"][0]
    kept = [one for one in signer["signed_attrs"] if one["type"].native != "signing_time"]
    signer["signed_attrs"] = cms.CMSAttributes(kept)
    signer["signature"] = raw_signature(signer["signed_attrs"].untag().dump(force=True), who)
    data: bytes = info.dump(force=True)
    return data


def with_time(value: bytes, when: datetime) -> bytes:
    """Put a time of signing in, and sign again."""
    info = cms.ContentInfo.load(value)
    signer = info["content"]["signer_infos"][0]
    attribute = cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": when})]})
    whole = sorted([*signer["signed_attrs"], attribute], key=lambda one: one.dump())
    signer["signed_attrs"] = cms.CMSAttributes(whole)
    signer["signature"] = raw_signature(
        signer["signed_attrs"].untag().dump(force=True), made.person()
    )
    data: bytes = info.dump(force=True)
    return data


def many_signers(value: bytes, count: int) -> bytes:
    """Repeat the signer of a message."""
    info = cms.ContentInfo.load(value)
    signer = info["content"]["signer_infos"][0]
    info["content"]["signer_infos"] = cms.SignerInfos([signer] * count)
    data: bytes = info.dump(force=True)
    return data


def raw_signature(data: bytes, who: Identity) -> bytes:
    if isinstance(who.key, rsa.RSAPrivateKey):
        return who.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return who.key.sign(data, ec.ECDSA(hashes.SHA256()))


def base64(data: bytes) -> bytes:
    packed = b64encode(data)
    return b"".join(packed[at : at + 76] + b"\r\n" for at in range(0, len(packed), 76))


def entity(content: bytes = TEXT, who: Identity | None = None, value: bytes = b"") -> bytes:
    """Give a multipart/signed entity without the header of a mail."""
    return (
        b"Content-Type: multipart/signed; " + PROTOCOL + b"\r\n\r\n"
        b"--SIGNED\r\n" + content + b"\r\n--SIGNED\r\n"
        b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64(value or cms_of(content, who))
        + b"\r\n--SIGNED--\r\n"
    )


def signed(
    content: bytes = TEXT,
    who: Identity | None = None,
    *,
    header: bytes = HEADER,
    value: bytes = b"",
) -> bytes:
    """Give a mail that is signed whole."""
    return header + entity(content, who, value)


def opaque(content: bytes = TEXT, who: Identity | None = None, *, header: bytes = HEADER) -> bytes:
    """Give a mail whose text lies inside the signature."""
    return (
        header
        + (
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n"
        )
        + base64(cms_of(content, who, opaque=True))
    )


def mixed(*parts: bytes, kind: str = "mixed", header: bytes = HEADER) -> bytes:
    """Give a mail of several parts."""
    body = b"".join(b"--OUTER\r\n" + part + b"\r\n" for part in parts)
    line = f'Content-Type: multipart/{kind}; boundary="OUTER"\r\n\r\n'.encode()
    return header + line + body + b"--OUTER--\r\n"


def text(words: str, kind: str = "plain", more: str = "") -> bytes:
    return f"Content-Type: text/{kind}; charset=utf-8\r\n{more}\r\n{words}\r\n".encode()


def with_from(line: str) -> bytes:
    """Give the usual header with another From line, or several."""
    own = HEADER.partition(b"\r\n")[2]
    return line.encode("utf-8", "surrogateescape") + b"\r\n" + own


def two_signers(first: bytes, second: bytes) -> bytes:
    """Put the signers of two messages into one."""
    info, other = cms.ContentInfo.load(first), cms.ContentInfo.load(second)
    one, two = info["content"], other["content"]
    one["signer_infos"] = cms.SignerInfos([*one["signer_infos"], *two["signer_infos"]])
    one["certificates"] = cms.CertificateSet([*one["certificates"], *two["certificates"]])
    data: bytes = info.dump(force=True)
    return data


def no_signers(value: bytes) -> bytes:
    info = cms.ContentInfo.load(value)
    info["content"]["signer_infos"] = cms.SignerInfos([])
    data: bytes = info.dump(force=True)
    return data


# Domains


@cache
def domain_key(kind: str = "rsa") -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def record(kind: str = "rsa", **more: str) -> str:
    """Give the TXT record of a domain's key."""
    public = domain_key(kind).public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        raw = public.public_bytes_raw()
    else:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        raw = public.public_bytes(serialization.Encoding.DER, spki)
    tags = {"v": "DKIM1", "k": kind, **more, "p": b64encode(raw).decode()}
    return "; ".join(f"{name}={value}" for name, value in tags.items())


def mail_key(
    domain: str = "example.com", kind: str = "rsa", known: str = "pinned", text: str = ""
) -> MailKey:
    return MailKey(
        domain=domain,
        selector="s1",
        record=text or record(kind),
        known="first_use" if known == "first_use" else "pinned",
    )


SIGNED_FIELDS = "from:to:subject:date:message-id"


def domain_signed(mail: bytes, *, kind: str = "rsa", **tags: str) -> bytes:
    """Put a DKIM signature on top of a mail; a tag of empty text is left out."""
    header = read_header(mail, 0, len(mail))
    body = mail[header.end :]
    given = {
        "v": "1",
        "a": f"{kind}-sha256",
        "c": "relaxed/relaxed",
        "d": "example.com",
        "s": "s1",
        "t": "1780272000",
        "h": SIGNED_FIELDS,
        **tags,
    }
    covered = canonical_body(body, "simple" if given["c"].endswith("simple") else "relaxed")
    covered = covered[: int(given["l"])] if given.get("l") else covered
    hashed = hashlib.new(given["a"].partition("-")[2], covered).digest()
    given.setdefault("bh", b64encode(hashed).decode())
    line = "; ".join(f"{name}={value}" for name, value in given.items() if value)
    field = f"DKIM-Signature: {line}; b=".encode()
    return _seal(field, mail, given) + b"\r\n" + mail


def _seal(field: bytes, mail: bytes, tags: dict[str, str]) -> bytes:
    whole = field + b"\r\n" + mail
    header = read_header(whole, 0, len(whole))
    form = "simple" if tags["c"].startswith("simple") else "relaxed"
    left = {name: header.all(name) for name in tags["h"].lower().split(":")}
    pieces = [
        canonical_field(whole, left[name].pop(), form)  # type: ignore[arg-type] # one of the two
        for name in tags["h"].lower().split(":")
        if left[name]
    ]
    data = b"".join(pieces) + without_value(whole, header.fields[0], form)  # type: ignore[arg-type] # as above
    return field + b64encode(domain_value(data, tags["a"]))


def domain_value(data: bytes, algorithm: str) -> bytes:
    kind, _, name = algorithm.partition("-")
    key = domain_key(kind)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(hashlib.sha256(data).digest())
    chosen = hashes.SHA1() if name == "sha1" else hashes.SHA256()  # noqa: S303 - the weak case
    return key.sign(data, padding.PKCS1v15(), chosen)


def forwarded(mail: bytes, count: int = 1, *, cv: str | None = None) -> bytes:
    """Put ARC sets on a mail, one a forwarding server (RFC 8617, 5.1)."""
    for number in range(1, count + 1):
        mail = _arc_set(mail, number, cv or ("none" if number == 1 else "pass"))
    return mail


def _arc_set(mail: bytes, number: int, cv: str) -> bytes:
    results = f"ARC-Authentication-Results: i={number}; example.com; dkim=pass\r\n".encode()
    message = _message_signature(mail, number)
    head = (
        f"ARC-Seal: i={number}; a=rsa-sha256; t=1780272000; cv={cv}; d=example.com; s=s1; b="
    ).encode()
    whole = head + b"\r\n" + message + results + mail
    header = read_header(whole, 0, len(whole))
    pieces = []
    for one in range(1, number + 1):
        for name in ("arc-authentication-results", "arc-message-signature", "arc-seal"):
            field = next(f for f in header.all(name) if f"i={one};".encode() in f.raw)
            pieces.append(canonical_field(whole, field, "relaxed"))
    pieces[-1] = without_value(whole, header.fields[0], "relaxed")
    value = b64encode(domain_value(b"".join(pieces), "rsa-sha256"))
    return head + value + b"\r\n" + message + results + mail


def _message_signature(mail: bytes, number: int) -> bytes:
    header = read_header(mail, 0, len(mail))
    hashed = hashlib.sha256(canonical_body(mail[header.end :], "relaxed")).digest()
    field = (
        f"ARC-Message-Signature: i={number}; a=rsa-sha256; c=relaxed/relaxed; d=example.com; "
        f"s=s1; t=1780272000; h={SIGNED_FIELDS}; bh={b64encode(hashed).decode()}; b="
    ).encode()
    tags = {"c": "relaxed/relaxed", "h": SIGNED_FIELDS, "a": "rsa-sha256"}
    return _seal(field, mail, tags) + b"\r\n"
