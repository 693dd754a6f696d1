"""Whom a seal on an OFD is believed, for when, and by which algorithms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.verification import national as gm
from tests.verification import sealing as made
from tests.verification.sealing import Seal, Sealing
from tests.verification.test_ofd_seal import (
    PAGE,
    PASSED,
    SIGNATURE,
    TRUST,
    UNKNOWN,
    altered,
    first,
    parts,
    read,
)
from verification.values import Trust

USES = gm.extension("2.5.29.37", gm.seq(gm.oid("1.3.6.1.5.5.7.3.1")))
ABSURD = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("how", "anchors", "reasons"),
    [
        pytest.param(Sealing(), (), {"NO_CERTIFICATE_CHAIN_FOUND"}, id="nothing is trusted"),
        pytest.param(
            Sealing(who=gm.holder("E", issuer="陌生根")),
            TRUST,
            {"NO_CERTIFICATE_CHAIN_FOUND"},
            id="an issuer that is not trusted",
        ),
        pytest.param(
            Sealing(seal=Seal(maker=gm.holder("E", issuer="陌生根"))),
            TRUST,
            {"NO_CERTIFICATE_CHAIN_FOUND"},
            id="a maker of seals that is not trusted",
        ),
        pytest.param(
            Sealing(who=gm.holder("F", usage=0x30)),
            TRUST,
            {"CHAIN_CONSTRAINTS_FAILURE"},
            id="a certificate for encryption",
        ),
        pytest.param(
            Sealing(who=gm.holder("F", extra=gm.extension("1.2.3.4", b"\5\0", critical=True))),
            TRUST,
            {"CHAIN_CONSTRAINTS_FAILURE"},
            id="a critical extension that nobody knows",
        ),
        pytest.param(
            Sealing(who=gm.holder("G", end=datetime(2025, 1, 1, tzinfo=UTC))),
            TRUST,
            {"OUT_OF_BOUNDS_NO_POE"},
            id="a certificate that expired since",
        ),
        pytest.param(
            Sealing(seal=Seal(end=datetime(2025, 1, 1, tzinfo=UTC))),
            TRUST,
            {"OUT_OF_BOUNDS_NO_POE"},
            id="a seal that expired since",
        ),
        pytest.param(
            Sealing(who=gm.holder("G", end=datetime(2025, 1, 1, tzinfo=UTC)), stamp=True),
            TRUST,
            set(),
            id="a certificate that expired since, and a trusted stamp from before",
        ),
        pytest.param(
            Sealing(who=gm.holder("G", end=datetime(2024, 1, 1, tzinfo=UTC)), stamp=True),
            TRUST,
            {"EXPIRED", "TIME_CONTRADICTION"},
            id="a certificate that had expired when it was stamped",
        ),
        pytest.param(
            Sealing(seal=Seal(end=datetime(2024, 1, 1, tzinfo=UTC))),
            TRUST,
            {"EXPIRED", "OUT_OF_BOUNDS_NO_POE"},
            id="a seal that had expired by the signer's own word",
        ),
        pytest.param(
            Sealing(time=datetime(2027, 1, 1, tzinfo=UTC)),
            TRUST,
            {"TIME_CONTRADICTION"},
            id="sealed in the future",
        ),
        pytest.param(
            Sealing(written="20230506070809Z"),
            TRUST,
            {"TIME_CONTRADICTION"},
            id="Signature.xml gives another year",
        ),
        pytest.param(
            Sealing(who=gm.holder("W", extra=USES)),
            TRUST,
            {"CHAIN_CONSTRAINTS_FAILURE"},
            id="a web server's certificate",
        ),
        pytest.param(Sealing(written="2024-05-06 15:08:09"), TRUST, set(), id="local time"),
        pytest.param(Sealing(written="yesterday"), TRUST, set(), id="a time that is none"),
        pytest.param(
            Sealing(time=ABSURD[0]),
            TRUST,
            {"EXPIRED", "TIME_CONTRADICTION"},
            id="sealed in the year 1",
        ),
        pytest.param(
            Sealing(time=ABSURD[1], who=gm.holder("A", begin=ABSURD[0], end=ABSURD[1])),
            TRUST,
            {"EXPIRED", "TIME_CONTRADICTION"},
            id="sealed in the year 9999",
        ),
    ],
)
def test_trust_and_time(how: Sealing, anchors: tuple[bytes, ...], reasons: set[str]) -> None:
    signature = first(made.sealed(how), anchors)
    assert signature.intact
    assert {j.sub_indication for j in signature.judgements if j.sub_indication} == reasons
    assert (signature.status is PASSED) == (not reasons)


def issued_by(usage: int | None) -> tuple[gm.Holder, gm.Holder]:
    """Give somebody whose certificate states no basic constraints, and whom they certified."""
    stated = () if usage is None else (usage_of(usage),)
    maker = gm.certify("乙", gm.pair("乙"), gm.authority(), stated, validity=(gm.BEGIN, gm.END))
    signs = (usage_of(0xC0),)
    name = "甲公司"
    return maker, gm.certify(name, gm.pair(name), maker, signs, validity=(gm.BEGIN, gm.END))


def usage_of(bits: int) -> bytes:
    return gm.extension("2.5.29.15", gm.tlv(3, bytes([0, bits])), critical=True)


@pytest.mark.parametrize(
    ("usage", "status"),
    [
        pytest.param(0xC0, UNKNOWN, id="may sign"),
        pytest.param(0x04, PASSED, id="may certify, and says no more"),
        pytest.param(None, PASSED, id="an old one that says nothing at all"),
    ],
)
def test_who_is_trusted_for_themselves_vouches_for_nobody_else(
    usage: int | None, status: object
) -> None:
    """Makers of seals are put among the trusted one by one: they are no authorities."""
    maker, sealer = issued_by(usage)
    found = first(made.sealed(Sealing(who=sealer)), (*TRUST, maker.der))
    assert found.status is status


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        pytest.param(Sealing(method="GOST", digest="crc32"), "FORMAT_FAILURE", id="unknown"),
        pytest.param(Sealing(method="SHA1"), "FORMAT_FAILURE", id="a name that lies"),
        pytest.param(Sealing(method=""), "FORMAT_FAILURE", id="no name means MD5, and is not"),
        pytest.param(
            Sealing(method="MD5", digest="md5"), "CRYPTO_CONSTRAINTS_FAILURE", id="MD5 for real"
        ),
        pytest.param(Sealing(without_z=True), "FORMAT_FAILURE", id="a signature without Z"),
        pytest.param(Sealing(imprint_only=True), "FORMAT_FAILURE", id="the digest alone signed"),
    ],
)
def test_odd_algorithms_are_never_a_pass_and_never_a_fail(how: Sealing, reason: str) -> None:
    signature = first(made.sealed(how))
    assert (signature.status, signature.sub_indication) == (UNKNOWN, reason)
    assert first(made.package(made.changed(parts(how), PAGE, "100", "900"))).status is not PASSED


def test_times_are_worth_what_proves_them() -> None:
    claims = {c.source.partition("/")[2]: c for c in read(made.sealed(Sealing(stamp=True))).claims}
    assert {name: claim.trust for name, claim in claims.items()} == {
        "timeInfo": Trust.T3,
        "SignatureDateTime": Trust.T3,
        "timeStamp": Trust.T5,
    }
    assert {(claim.event, claim.covered_by) for claim in claims.values()} == {("signed", "1")}
    unknown = read(made.sealed(), anchors=()).claims
    assert {claim.trust for claim in unknown} == {Trust.T2}
    broken = read(altered(SIGNATURE, "150 90", "10 10")).claims
    assert {(claim.trust, claim.covered_by) for claim in broken} == {(Trust.T2, None)}
