"""A small signed file, put together by hand to warm the reader up; used for nothing else."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: The certificate speaks of this time only; no clock is read.
SIGNED_AT = datetime(2025, 1, 1, tzinfo=UTC)
#: Hexadecimal digits kept free for the signature value.
ROOM = 4096
#: A key that everyone knows: it proves nothing and protects nothing.
_KEY = ec.derive_private_key(20_250_101, ec.SECP256R1())


def make_sample() -> tuple[bytes, bytes]:
    """Give a PDF that was signed and then updated, and the certificate that signed it, DER."""
    certificate = _certificate()
    signed = _sign(_document(), certificate)
    return signed + _update(signed), certificate


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sample")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_KEY.public_key())
        .serial_number(1)
        .not_valid_before(SIGNED_AT - timedelta(days=1))
        .not_valid_after(SIGNED_AT + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("a@example.com")]), False)  # noqa: FBT003 - the library's own way
    )
    return builder.sign(_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _document() -> bytes:
    signature = (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20250101000000Z)"
        b"/ByteRange[0 0000000000 0000000000 0000000000]/Contents<" + b"0" * ROOM + b">>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]/Contents 6 0 R>>",
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/Rect[9 9 50 50]/P 3 0 R/F 4/V 5 0 R>>",
        signature,
        b"<</Length 12>>stream\n0 0 9 9 re f\nendstream",
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 7\n0000000000 65535 f \n" + table + trailer


def _sign(document: bytes, certificate: bytes) -> bytes:
    begin = document.index(b"<" + b"0" * ROOM)
    end = begin + ROOM + 2
    numbers = b"[0 %010d %010d %010d]" % (begin, end, len(document) - end)
    document = document.replace(b"[0 0000000000 0000000000 0000000000]", numbers)
    digest = hashlib.sha256(document[:begin] + document[end:]).digest()
    value = _message(digest, certificate).hex().encode("ascii").ljust(ROOM, b"0")
    return document[: begin + 1] + value + document[end - 1 :]


def _message(digest: bytes, certificate: bytes) -> bytes:
    owner = asn1_x509.Certificate.load(certificate)
    named = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
    naming = tsp.SigningCertificateV2({"certs": [named]})
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [naming]}),
        ]
    )
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": owner.issuer, "serial_number": owner.serial_number}
                    )
                }
            ),
            "digest_algorithm": sha256,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": _KEY.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "data"},
            "certificates": [owner],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def _update(signed: bytes) -> bytes:
    """Append validation data, the most ordinary of permitted updates."""
    start = len(signed)
    previous = int(signed[signed.rindex(b"startxref") :].split()[1])
    catalogue = (
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>"
        b"/DSS<</Type/DSS>>>>\nendobj\n"
    )
    return (
        catalogue
        + b"xref\n1 1\n%010d 00000 n \n" % start
        + b"trailer<</Size 7/Root 1 0 R/Prev %d>>\n" % previous
        + b"startxref\n%d\n%%%%EOF\n" % (start + len(catalogue))
    )
