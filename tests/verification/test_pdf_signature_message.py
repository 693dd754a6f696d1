"""Signature values put together by hand: what a signing program would never write."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.verification import signing as made
from tests.verification.odd_files import naming
from tests.verification.test_pdf_signature import FAILED, PASSED, UNKNOWN, collect, first, signed
from verification.readers import pyhanko
from verification.readers.pyhanko.sample import make_sample
from verification.values import Signature, Trust

SIGNED_AT = datetime(2023, 3, 4, tzinfo=UTC)
ROOM = 8192


@dataclass(frozen=True, slots=True)
class Odd:
    """What is odd about a signature value; the default is an honest one."""

    digest: str = "sha256"
    enclosed: bytes | None = None
    signers: int = 1
    unsorted: bool = False
    plain: bool = False
    at: datetime | None = None


def hand_signed(odd: Odd) -> bytes:
    """Sign a one-page PDF with a value that is odd in the given way."""
    document = bytes(make_sample()[0])
    document = document[: document.index(b"%%EOF") + 6]
    begin = document.index(b"/Contents<") + len(b"/Contents")
    end = document.index(b">", begin) + 1
    covered = document[:begin] + document[end:]
    value = message(covered, odd).hex().encode().ljust(end - begin - 2, b"0")
    assert len(value) == end - begin - 2
    return document[: begin + 1] + value + document[end - 1 :]


def message(covered: bytes, odd: Odd) -> bytes:
    """Give the CMS over `covered`."""
    who = made.person("王芳", "wang.fang@example.com")
    attributes = [
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute(
            {"type": "message_digest", "values": [hashlib.new(odd.digest, covered).digest()]}
        ),
    ]
    attributes.append(naming(who))
    if odd.at is not None:
        time = cms.Time({"utc_time": core.UTCTime(odd.at)})
        attributes.append(cms.CMSAttribute({"type": "signing_time", "values": [time]}))
    attributes.sort(key=lambda item: bytes(item.dump()), reverse=odd.unsorted)
    encoded = cms.CMSAttributes()
    body = b"".join(item.dump() for item in attributes)
    encoded = cms.CMSAttributes.load(b"\x31" + _length(body) + body)
    signer = signer_info(who, encoded, odd)
    content = {"content_type": "data"}
    if odd.enclosed is not None:
        content = {"content_type": "data", "content": odd.enclosed}  # type: ignore[dict-item] # bytes are what asn1crypto takes here
    return bytes(
        cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": cms.SignedData(
                    {
                        "version": "v1",
                        "digest_algorithms": [{"algorithm": odd.digest}],
                        "encap_content_info": content,
                        "certificates": [who.asn1],
                        "signer_infos": [signer] * odd.signers,
                    }
                ),
            }
        ).dump()
    )


def signer_info(who: made.Identity, attributes: cms.CMSAttributes, odd: Odd) -> cms.SignerInfo:
    kind = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}[odd.digest]
    key = who.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    value = key.sign(attributes.dump(), ec.ECDSA(kind()))
    algorithm = f"{odd.digest}_ecdsa"
    if odd.plain:
        pair = utils.decode_dss_signature(value)
        value = b"".join(number.to_bytes(32, "big") for number in pair)
        algorithm = "0.4.0.127.0.7.1.1.4.1.3"
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": who.asn1.issuer, "serial_number": who.asn1.serial_number}
                    )
                }
            ),
            "digest_algorithm": {"algorithm": odd.digest},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": algorithm},
            "signature": value,
        }
    )


def _length(body: bytes) -> bytes:
    size = len(body)
    return bytes([size]) if size < 128 else b"\x81" + bytes([size])


@pytest.mark.parametrize(
    ("odd", "status", "reason"),
    [
        pytest.param(Odd(), PASSED, None, id="nothing odd"),
        pytest.param(Odd(plain=True), PASSED, None, id="plain ECDSA of BSI TR-03111"),
        pytest.param(Odd(at=SIGNED_AT), PASSED, None, id="signing time within the certificate's"),
        pytest.param(
            Odd(at=made.BEGIN - timedelta(days=400)),
            UNKNOWN,
            "TIME_CONTRADICTION",
            id="signing time before the certificate existed",
        ),
        pytest.param(
            Odd(digest="sha1"), UNKNOWN, "CRYPTO_CONSTRAINTS_FAILURE", id="digest no longer safe"
        ),
        pytest.param(Odd(unsorted=True), UNKNOWN, "FORMAT_FAILURE", id="attributes unsorted"),
        pytest.param(Odd(signers=2), UNKNOWN, "FORMAT_FAILURE", id="two signers"),
        pytest.param(
            Odd(enclosed=b"another PDF"), FAILED, "FORMAT_FAILURE", id="other content enclosed"
        ),
        pytest.param(Odd(enclosed=b""), FAILED, "FORMAT_FAILURE", id="empty content enclosed"),
    ],
)
def test_odd_signature_values(odd: Odd, status: object, reason: str | None) -> None:
    signature = first(hand_signed(odd))
    assert (signature.status, signature.sub_indication) == (status, reason)


def test_a_signing_time_is_the_signers_own_word() -> None:
    collected = collect(hand_signed(Odd(at=SIGNED_AT)))
    claim = next(item for item in collected.claims if item.source == "pdf:S/signingTime")
    assert (claim.value, claim.trust, claim.covered_by) == (SIGNED_AT.isoformat(), Trust.T3, "S")
    assert collected.signatures[0].time == SIGNED_AT.isoformat()


def revoked(on: datetime) -> bytes:
    """Give a revocation list of the demo root that names the signer's certificate."""
    root = made.authority()
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(made.person().certificate.serial_number)
        .revocation_date(on)
        .build()
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(on)
        .next_update(made.END)
        .add_revoked_certificate(entry)
    )
    return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("stamped", "on", "status", "reason"),
    [
        pytest.param(False, 2025, UNKNOWN, "REVOKED_NO_POE", id="no proof of when it signed"),
        pytest.param(True, 2025, PASSED, None, id="stamped before the revocation"),
        pytest.param(True, 2023, FAILED, "REVOKED", id="stamped after the revocation"),
    ],
)
def test_a_revocation_that_the_file_brings_along(
    stamped: bool,  # noqa: FBT001 - a column of the table
    on: int,
    status: object,
    reason: str | None,
) -> None:
    pdf = made.sign(made.plain(), stamper=made.stamper()) if stamped else signed()
    pdf = made.with_validation_data(pdf, crls=[revoked(datetime(on, 2, 1, tzinfo=UTC))])
    signature = first(pdf)
    assert (signature.status, signature.sub_indication) == (status, reason)


def test_the_warming_sample_is_what_it_says() -> None:
    pdf, anchor = make_sample()
    read = pyhanko.read(pdf, at=datetime(2025, 1, 1, tzinfo=UTC), anchors=(anchor,), max_pages=9)
    (signature,) = read.signatures
    assert isinstance(signature, Signature)
    assert (signature.status, signature.covers) == (PASSED, "revision 1")
    assert signature.changed_parts == ()
