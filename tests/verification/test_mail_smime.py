"""What is said of signed mail: honest ones pass, no attack does, and every fault has its name."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.mail_signed import ATTACKS, corpus_anchors, corpus_signatures
from tests.corpora import corpus
from tests.verification import mail_attacks, mailing
from tests.verification import signing as made
from verification.codec import from_json, to_json
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import (
    Claim,
    Report,
    Requirement,
    Signature,
    Signer,
    Status,
    Submission,
    Trust,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = made.authority().der
PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
SEED = 20_260_601


def report(
    mail: bytes, *, policy: str = "signed", signer: Signer | None = None, root: bytes = ROOT
) -> Report:
    """Examine a mail from its bytes to the verdict."""
    terms = Terms(
        at=made.NOW,
        policy=load(policy),
        requirement=Requirement(signer=signer),
        anchors=(root,) if root else (),
    )
    return verify(Submission(data=mail, name="a.eml"), terms)


def first(mail: bytes) -> Signature:
    return report(mail).signatures[0]


@pytest.mark.parametrize(
    "mail", [pytest.param(mail, id=name) for name, mail in mail_attacks.honest()]
)
def test_an_honest_mail_passes_and_counts_as_signed(mail: bytes) -> None:
    found = report(mail)
    assert [one.status for one in found.signatures] == [PASSED] * len(found.signatures)
    assert (found.verdict, found.sub_indication) == (PASSED, None)
    assert all(one.covers == "whole" for one in found.signatures)


@pytest.mark.parametrize(
    "mail", [pytest.param(mail, id=name) for name, mail in mail_attacks.attacks()]
)
def test_no_attack_is_accepted(mail: bytes) -> None:
    found = report(mail)
    assert found.verdict is not PASSED
    assert all(one.status is not PASSED for one in found.signatures)
    for finding in found.checks:
        if finding.status in {UNKNOWN, FAILED}:
            assert finding.remedy is not None, finding
            assert finding.remedy.zh, finding
            assert finding.sub_indication, finding


@pytest.mark.parametrize(
    ("make", "status", "reason"),
    [
        pytest.param(mailing.signed, PASSED, None, id="as signed"),
        pytest.param(
            lambda: mailing.signed().replace(b"100,000", b"900,000"),
            FAILED,
            "HASH_FAILURE",
            id="a figure changed",
        ),
        pytest.param(
            lambda: mailing.signed(value=tampered()),
            FAILED,
            "SIG_CRYPTO_FAILURE",
            id="another value",
        ),
        pytest.param(
            lambda: mailing.signed(value=b"\x30\x03\x02\x01\x01"),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="no CMS at all",
        ),
        pytest.param(
            lambda: mailing.signed().replace(b"\r\n--SIGNED--", b"A\r\n--SIGNED--"),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="base64 that does not end",
        ),
        pytest.param(
            lambda: mailing.signed(value=without_certificates()),
            UNKNOWN,
            "NO_SIGNING_CERTIFICATE_FOUND",
            id="no certificate in it",
        ),
        pytest.param(
            lambda: mailing.mixed(mailing.entity(), mailing.text("list footer")),
            UNKNOWN,
            "UNSIGNED_CONTENT",
            id="a mailing list's footer",
        ),
        pytest.param(
            lambda: (
                mailing.HEADER
                + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMAA=\r\n"
            ),
            UNKNOWN,
            "ENCRYPTED",
            id="encrypted",
        ),
        pytest.param(
            lambda: mailing.signed().replace(b"pkcs7-signature", b"pgp-signature"),
            UNKNOWN,
            "NOT_SUPPORTED",
            id="PGP",
        ),
        pytest.param(
            lambda: mailing.HEADER + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n",
            UNKNOWN,
            "NOT_SUPPORTED",
            id="PGP in the text",
        ),
    ],
)
def test_what_becomes_of_a_signature(
    make: Callable[[], bytes], status: Status, reason: str | None
) -> None:
    signature = first(make())
    assert (signature.status, signature.sub_indication) == (status, reason)
    assert signature.message is not None


def tampered() -> bytes:
    info = cms.ContentInfo.load(mailing.cms_of(mailing.TEXT))
    signer = info["content"]["signer_infos"][0]
    signer["signature"] = mailing.raw_signature(b"something else", made.person())
    data: bytes = info.dump(force=True)
    return data


def without_certificates() -> bytes:
    info = cms.ContentInfo.load(mailing.cms_of(mailing.TEXT))
    info["content"]["certificates"] = cms.CertificateSet([])
    data: bytes = info.dump(force=True)
    return data


def test_a_mail_around_another_is_named_by_its_fields() -> None:
    around = mailing.HEADER + b"Content-Type: message/rfc822\r\n\r\n" + mailing.signed()
    told = [one for one in report(around).checks if one.id == "mail.smime.coverage"]
    assert told[0].message.en.endswith(
        "is not signed: From, To, Cc, Subject, Date.".replace(", ", "、")
    )


def test_without_anchors_a_valid_signature_stays_open() -> None:
    (signature,) = report(mailing.signed(), root=b"").signatures
    assert signature.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
    assert signature.intact


def test_what_is_not_signed_is_named() -> None:
    signature = first(mailing.signed())
    assert signature.unsigned_parts == ("From", "To", "Subject", "Date")
    assert signature.certificate is not None
    assert signature.emails == (mailing.ADDRESS,)
    repeated = mailing.TEXT.replace(b"\r\n", b"\r\nSubject: Price\r\n", 1)
    assert first(mailing.opaque(repeated)).unsigned_parts == ("From", "To", "Date")
    wrapped = first(mailing.mixed(mailing.text("x"), mailing.entity()))
    assert "1 text/plain" in wrapped.unsigned_parts


@pytest.mark.parametrize(
    ("policy", "mail", "verdict"),
    [
        pytest.param("signed", mailing.HEADER + b"\r\nyes\r\n", FAILED, id="asked for, none"),
        pytest.param("signed-or-not", mailing.HEADER + b"\r\nyes\r\n", PASSED, id="not asked for"),
        pytest.param("signed", mailing.signed(), PASSED, id="asked for, there"),
    ],
)
def test_a_signed_mail_satisfies_the_policy(policy: str, mail: bytes, verdict: Status) -> None:
    assert report(mail, policy=policy).verdict is verdict


@pytest.mark.parametrize(
    ("signer", "mail", "status"),
    [
        pytest.param("王芳", mailing.signed(), PASSED, id="the required person"),
        pytest.param("李雷", mailing.signed(), FAILED, id="somebody else"),
        pytest.param(
            "王芳",
            mailing.domain_signed(mailing.HEADER + mailing.TEXT),
            FAILED,
            id="a domain is nobody",
        ),
        pytest.param(
            "王芳",
            mailing.signed().replace(b"pkcs7-signature", b"pgp-signature"),
            UNKNOWN,
            id="PGP: whose it is was not found out",
        ),
    ],
)
def test_the_required_person(signer: str, mail: bytes, status: Status) -> None:
    found = report(mail, signer=Signer(name=signer))
    (finding,) = [one for one in found.checks if one.id == "signer.required"]
    assert finding.status is status


def timed(written: str) -> tuple[Signature, tuple[Claim, ...]]:
    """Sign with a time of signing."""
    from datetime import datetime  # noqa: PLC0415 - beside its use

    value = mailing.with_time(mailing.cms_of(mailing.TEXT), datetime.fromisoformat(written))
    found = report(mailing.signed(value=value))
    return found.signatures[0], tuple(c for c in found.claims if c.source.startswith("mail:smime"))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("2026-06-01T00:00:05+00:00", None, id="fits the Date"),
        pytest.param(
            "2026-03-01T00:00:00+00:00", "TIME_CONTRADICTION", id="an old text, sent anew"
        ),
        pytest.param("2027-01-01T00:00:00+00:00", "TIME_CONTRADICTION", id="in the future"),
        pytest.param(
            "2019-01-01T00:00:00+00:00", "TIME_CONTRADICTION", id="before the certificate"
        ),
    ],
)
def test_the_time_of_signing(written: str, reason: str | None) -> None:
    signature, (claim,) = timed(written)
    assert signature.sub_indication == reason
    assert (claim.trust, claim.event) == (Trust.T3, "signed")
    assert claim.covered_by == signature.id


def test_no_changed_byte_within_the_signed_part_passes() -> None:
    mail = mailing.signed()
    begin = mail.index(mailing.TEXT)
    dice = random.Random(SEED)  # noqa: S311 - a seeded test, not a secret
    for position in range(begin, begin + len(mailing.TEXT)):
        changed = bytearray(mail)
        changed[position] ^= dice.randrange(1, 256)
        assert all(one.status is not PASSED for one in report(bytes(changed)).signatures), position


def test_the_real_attacks() -> None:
    folder = corpus("mail")
    anchors = corpus_anchors(folder)
    files = sorted(path for group in ATTACKS for path in (folder / group).glob("*.eml"))
    assert len(files) == 30
    for path in files:
        signatures = corpus_signatures(path.read_bytes(), anchors)
        passed = [one for one in signatures if one.status is PASSED]
        assert bool(passed) is path.name.startswith("valid_"), path.name
        assert signatures, path.name


def deep(levels: int) -> bytes:
    body = b"\r\nend\r\n"
    for level in range(levels):
        mark = b"L%d" % level
        line = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n'
        body = line + b"\r\n--" + mark + b"\r\n" + body + b"\r\n--" + mark + b"--\r\n"
    return mailing.HEADER + body


@pytest.mark.parametrize(
    ("mail", "told"),
    [
        pytest.param(deep(200), "mail_levels", id="200 levels"),
        pytest.param(mailing.mixed(*[mailing.text("x")] * 10_000), "mail_parts", id="10,000 parts"),
        pytest.param(
            mailing.mixed(*[mailing.entity()] * 60), "mail_signatures", id="60 signatures"
        ),
        pytest.param(
            mailing.mixed(*[mailing.entity(value=b"0")] * 10_000), "mail_parts", id="10,000 of them"
        ),
        pytest.param(
            mailing.HEADER
            + b"DKIM-Signature: v=1; a=rsa-sha256; d=e.org; s=a; h=from; bh=AA==; b=AA==\r\n"
            * 10_000
            + b"\r\nyes\r\n",
            "mail_dkim_signatures",
            id="10,000 signatures of domains",
        ),
        pytest.param(
            mailing.HEADER + b"X-A: b\r\n" * 200_000 + b"\r\nyes\r\n",
            "mail_header",
            id="a header bomb",
        ),
        pytest.param(
            mailing.HEADER + b"X-A: " + b"y" * 1_048_576 + b"\r\n\r\nyes\r\n",
            "mail_header",
            id="one field longer than a header may be",
        ),
        pytest.param(
            mailing.HEADER + b"X-A: y\r\n" + b" z\r\n" * 300_000 + b"\r\nyes\r\n",
            "mail_header",
            id="a field folded without end",
        ),
        pytest.param(
            mailing.HEADER + b"X-A: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\nyes\r\n",
            None,
            id="encoded words without end",
        ),
        pytest.param(
            mailing.domain_signed(mailing.HEADER + b"\r\n" + b" " * 2_000_000 + b"x\r\n"),
            None,
            id="a line of blanks",
        ),
    ],
)
def test_a_hostile_mail_gives_findings(mail: bytes, told: str | None) -> None:
    found = report(mail, policy="signed-or-not")
    names = {limit.name for limit in found.limits}
    assert told is None or (told in names and found.verdict is not PASSED)
    assert "CHECK_BROKE" not in {finding.sub_indication for finding in found.checks}


def with_broken_key(which: int) -> bytes:
    """Write a certificate of the message so that its key cannot be read: the root's, or its own."""
    info = cms.ContentInfo.load(mailing.cms_of(mailing.TEXT))
    found = [
        bytes(one.chosen.public_key["public_key"].dump()) for one in info["content"]["certificates"]
    ]
    owners = [one.chosen.subject.native for one in info["content"]["certificates"]]
    key = found[next(n for n, one in enumerate(owners) if ("Root" in str(one)) is (which == 0))]
    data: bytes = info.dump().replace(key, b"\xdf" + key[1:])
    return data


def test_a_certificate_that_cannot_be_read_breaks_no_check() -> None:
    whole = [report(mailing.signed(value=with_broken_key(which))) for which in (0, 1)]
    assert whole[0].verdict is PASSED
    assert whole[1].verdict is not PASSED
    reasons = {one.sub_indication for found in whole for one in found.checks}
    assert "CHECK_BROKE" not in reasons


def test_ten_thousand_signers_are_too_many() -> None:
    value = mailing.many_signers(mailing.cms_of(mailing.TEXT), 10_000)
    found = report(mailing.signed(value=value))
    assert "mail_signers" in {limit.name for limit in found.limits}


@cache
def whole_mails() -> list[bytes]:
    """Give mails to tear; made once, as no two signatures of one text are alike."""
    return [mailing.signed(), mailing.opaque(), deep(9)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mail_that_was_torn_never_breaks_the_reader(data: st.DataObject) -> None:
    mail = bytearray(data.draw(st.sampled_from(whole_mails())))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mail)))
        piece = data.draw(st.binary(max_size=12) | st.sampled_from([b"\r\n", b'"', b"--SIGNED"]))
        mail[at : at + data.draw(st.integers(0, 12))] = piece
    found = report(bytes(mail))
    assert "CHECK_BROKE" not in {finding.sub_indication for finding in found.checks}
    assert from_json(Report, to_json(found)) == found
    assert report(bytes(mail)) == found


def test_caps_are_those_of_the_limits() -> None:
    assert report(deep(Limits().mail_levels - 1)).limits == ()
    assert report(deep(Limits().mail_levels)).limits
