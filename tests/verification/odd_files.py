"""Signed PDFs put together by hand: old kinds of signatures, odd keys, loops, odd structures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from asn1crypto import cms, core, tsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.verification import signing as made

if TYPE_CHECKING:
    from collections.abc import Callable

ROOM = 40_000
_RANGE = b"[0 0000000000 0000000000 0000000000]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a file is put together; the default is an honest one."""

    kind: bytes = b"ETSI.CAdES.detached"
    type: bytes = b"Sig"
    more: bytes = b""
    #: Field objects from number 4 on; the signature is number 9.
    fields: tuple[bytes, ...] = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/Rect[9 9 50 50]/P 3 0 R/F 4/V 9 0 R>>",
    )
    roots: bytes = b"4 0 R"
    kids: bytes = b"3 0 R"
    catalogue: bytes = b""
    trailer: bytes = b""
    previous: int | None = None
    #: The closing %%EOF lies outside the range.
    cut_off: bool = False


def put_together(value: Callable[[bytes], bytes], plan: Plan | None = None) -> bytes:
    """Write the file, then sign its bytes with what `value` gives for them."""
    document = _document(plan or Plan())
    begin = document.index(b"<" + b"0" * ROOM)
    end = begin + ROOM + 2
    covered = len(document) - end - (6 if plan and plan.cut_off else 0)
    numbers = b"[0 %010d %010d %010d]" % (begin, end, covered)
    document = document.replace(_RANGE, numbers)
    content = value(document[:begin] + document[end : end + covered]).hex().encode()
    assert len(content) <= ROOM
    return document[: begin + 1] + content.ljust(ROOM, b"0") + document[end - 1 :]


def _document(plan: Plan) -> bytes:
    signature = b"<</Type/%s/Filter/Adobe.PPKLite/SubFilter/%s/M(D:20250101000000Z)%s" % (
        plan.type,
        plan.kind,
        plan.more,
    )
    signature += b"/ByteRange" + _RANGE + b"/Contents<" + b"0" * ROOM + b">>>"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]/SigFlags 3>>%s>>"
        % (plan.roots, plan.catalogue),
        2: b"<</Type/Pages/Kids[%s]/Count 1>>" % plan.kids,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]/Contents 8 0 R>>",
        **dict(enumerate(plan.fields, start=4)),
        8: b"<</Length 12>>stream\n0 0 9 9 re f\nendstream",
        9: signature,
    }
    body, lines = b"%PDF-1.7\n", []
    for number, content in sorted(objects.items()):
        lines.append(b"%d 1\n%010d 00000 n \n" % (number, len(body)))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(body)
    previous = plan.previous if plan.previous is None or plan.previous else at
    trailer = b"/Prev %d" % previous if previous is not None else b""
    return (
        body
        + b"xref\n0 1\n0000000000 65535 f \n"
        + b"".join(lines)
        + b"trailer<</Size 10/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (trailer + plan.trailer, at)
    )


# Who signs


@cache
def holder(curve: str) -> made.Identity:
    """Give somebody with a key on a curve of that name, or RSA of that many bits."""
    key = _key(curve)
    root = made.authority()
    name = made._name(f"Holder {curve}")  # noqa: SLF001 - the same certificates as everywhere
    builder = made._builder(name, root.certificate.subject, key)  # type: ignore[arg-type] # noqa: SLF001 - it takes any key, and is told so here alone
    signed = builder.add_extension(made._usage(), critical=True).sign(root.key, hashes.SHA256())  # noqa: SLF001 - as above
    return made.Identity(signed, key)  # type: ignore[arg-type] # as above


def _key(name: str) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    if name == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if name.isdigit():
        return rsa.generate_private_key(65537, int(name))
    curves: dict[str, type[ec.EllipticCurve]] = {
        "secp192r1": ec.SECP192R1,
        "secp256k1": ec.SECP256K1,
        "secp521r1": ec.SECP521R1,
        "brainpoolP384r1": ec.BrainpoolP384R1,
    }
    return ec.generate_private_key(curves[name]())


# What they sign

#: Stands for no signer at all.
NOBODY = made.person("Nobody")


def message(
    who: made.Identity,
    covered: bytes,
    *,
    enclosed: bytes | None = None,
    named: made.Identity | None = None,
    digest: str = "sha256",
) -> bytes:
    """Give an ordinary CMS over `covered`, by whatever key; `enclosed` is signed in its place.

    `named`: whom its attribute names as the signer, if not `who`; NOBODY leaves it out.
    """
    signed = covered if enclosed is None else enclosed
    attributes = [
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(signed).digest()]}),
    ]
    if named is not NOBODY:
        attributes.append(naming(named or who))
    attributes.sort(key=lambda one: bytes(one.dump()))
    kept = cms.CMSAttributes(attributes)
    algorithm, value = _signed(who.key, kept.dump())
    return wrap(who.asn1, kept, algorithm, value, enclosed, digest)


def naming(who: made.Identity) -> cms.CMSAttribute:
    """Give the attribute by which a signer names the certificate."""
    identifier = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(who.der).digest()})
    named = tsp.SigningCertificateV2({"certs": [identifier]})
    return cms.CMSAttribute({"type": "signing_certificate_v2", "values": [named]})


def _signed(key: object, data: bytes) -> tuple[str, bytes]:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519", key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return "sha256_rsa", key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return "sha256_ecdsa", key.sign(data, ec.ECDSA(hashes.SHA256()))


def wrap(  # noqa: PLR0917 - the parts of a message, each once
    certificate: asn1_x509.Certificate,
    attributes: cms.CMSAttributes,
    algorithm: str,
    value: bytes,
    enclosed: bytes | None = None,
    digest: str = "sha256",
) -> bytes:
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": {"algorithm": digest},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": value,
        }
    )
    content: dict[str, object] = {"content_type": "data"}
    if enclosed is not None:
        content["content"] = enclosed
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": content,
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def huge_key(bits: int, covered: bytes) -> bytes:
    """Give a message whose certificate was made to hold an RSA key of that size."""
    root = made.authority()
    certificate = holder("2048").asn1.copy()
    body = certificate["tbs_certificate"]
    body["subject_public_key_info"] = asn1_keys.PublicKeyInfo.wrap(
        asn1_keys.RSAPublicKey({"modulus": (1 << bits) - 159, "public_exponent": (1 << 64) - 59}),
        "rsa",
    )
    assert isinstance(root.key, ec.EllipticCurvePrivateKey)
    certificate["signature_value"] = root.key.sign(body.dump(force=True), ec.ECDSA(hashes.SHA256()))
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute(
                {"type": "message_digest", "values": [hashlib.sha256(covered).digest()]}
            ),
        ]
    )
    return wrap(certificate, attributes, "sha256_rsa", b"\x7f" * (bits // 8))


def token(covered: bytes) -> bytes:
    """Give a real time-stamp token over `covered`."""
    digest = hashlib.sha256(covered).digest()
    stamper = made.stamper()
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": digest,
            },
            "cert_req": True,
        }
    )
    return bytes(stamper.request_tsa_response(request)["time_stamp_token"].dump())


def rsa_sha1(plan: Plan | None = None) -> bytes:
    """Sign in the way of PDF 1.3: a bare PKCS#1 value, the certificate beside it."""
    who = holder("2048")
    key = who.key
    assert isinstance(key, rsa.RSAPrivateKey)
    more = b"/Cert<" + who.der.hex().encode() + b">"
    plan = replace(plan or Plan(), kind=b"adbe.x509.rsa_sha1", more=more)
    return put_together(
        lambda covered: core.OctetString(
            key.sign(covered, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the kind is defined by it
        ).dump(),
        plan,
    )
