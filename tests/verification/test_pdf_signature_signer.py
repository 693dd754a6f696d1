"""Whether the person who must sign is the one who signed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID as Uses

from tests.verification import forging as forge
from tests.verification import signing as made
from tests.verification.test_pdf_signature import collect, context, first
from verification.checks import signer_required
from verification.examination import Examination
from verification.pages.raster import Pages
from verification.reconcile import reconcile
from verification.values import Requirement, Signer, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Finding

CTO = Signer(name="王芳")
OPEN = Status.INDETERMINATE


def judge(pdf: bytes, signer: Signer | None, *, trusted: bool = True) -> list[Finding]:
    """Run the check over a file for this requirement."""
    collected = collect(pdf) if trusted else collect(pdf, ())
    asked = replace(context(pdf), requirement=Requirement(id="letter", signer=signer))
    examination = Examination(
        context=asked,
        claims=collected.claims,
        signatures=collected.signatures,
        timeline=reconcile(collected.claims, at=made.NOW),
        pages=Pages(pdf, asked.limits),
    )
    return list(signer_required.CHECK.run(examination))


def test_nobody_is_asked_for() -> None:
    pdf = made.sign(made.plain())
    assert judge(pdf, None) == []
    assert judge(pdf, Signer()) == []


def test_the_right_person_signed() -> None:
    (finding,) = judge(made.sign(made.plain()), Signer(name="王芳", email="WANG.FANG@example.com"))
    assert finding.status is Status.PASSED


def test_one_signature_of_two_is_the_right_one() -> None:
    pdf = made.sign(made.sign(made.plain(), made.person("李雷")), field="Sig2")
    (finding,) = judge(pdf, CTO)
    assert finding.status is Status.PASSED


def test_somebody_else_signed() -> None:
    (finding,) = judge(made.sign(made.plain(), made.person("李雷")), CTO)
    assert (finding.status, finding.sub_indication) == (
        Status.FAILED,
        "SIGNER_NOT_REQUIRED_PERSON",
    )
    for words in (finding.message.zh, finding.message.en):
        assert "李雷" in words
        assert "王芳" in words


def test_nobody_signed() -> None:
    (finding,) = judge(made.plain(), CTO)
    assert (finding.status, finding.sub_indication) == (Status.FAILED, "SIGNATURE_NOT_FOUND")


@pytest.mark.parametrize(
    ("make", "trusted", "reason"),
    [
        pytest.param(
            lambda: made.sign(made.plain()),
            False,
            "NO_CERTIFICATE_CHAIN_FOUND",
            id="issuer unknown",
        ),
        pytest.param(
            lambda: forge.with_page(made.sign(made.plain())),
            True,
            "CHANGED_AFTER_SIGNING",
            id="changed after signing",
        ),
    ],
)
def test_the_right_name_on_a_signature_that_is_not_trusted(
    make: Callable[[], bytes],
    trusted: bool,  # noqa: FBT001 - a column of the table
    reason: str,
) -> None:
    (finding,) = judge(make(), CTO, trusted=trusted)
    assert (finding.status, finding.sub_indication) == (Status.INDETERMINATE, reason)
    assert finding.remedy is not None


@pytest.mark.parametrize(
    ("vouching", "status"),
    [
        pytest.param(made.authority, Status.PASSED, id="an authority"),
        pytest.param(
            lambda: made.person("制章者", "m@example.com"), Status.INDETERMINATE, id="a person"
        ),
        pytest.param(made.stamping_authority, OPEN, id="a time-stamping authority"),
    ],
)
def test_who_is_trusted_for_themselves_vouches_for_nobody_else(
    vouching: Callable[[], made.Identity], status: Status
) -> None:
    """Certificates are put among the trusted one by one: not each is an authority's."""
    who = vouching()
    signed = made.sign(made.plain(), made.vouched(who))
    signature = first(signed, (made.authority().der, who.der))
    assert signature.status is status


def test_a_certificate_that_is_trusted_itself_is_its_holder_s() -> None:
    who = made.person()
    assert first(made.sign(made.plain(), who), (who.der,)).status is Status.PASSED


def for_uses(*uses: x509.ObjectIdentifier) -> made.Identity:
    """Give somebody whose certificate says what it is for."""
    root, who = made.authority(), made.person()
    builder = (
        x509.CertificateBuilder()
        .subject_name(who.certificate.subject)
        .issuer_name(root.certificate.subject)
        .public_key(who.certificate.public_key())
        .serial_number(7)
        .not_valid_before(made.BEGIN)
        .not_valid_after(made.END)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    )
    for one in who.certificate.extensions:
        builder = builder.add_extension(one.value, one.critical)
    return made.Identity(builder.sign(root.key, hashes.SHA256()), who.key)


SERVER, LOGIN, MAIL = Uses.SERVER_AUTH, Uses.CLIENT_AUTH, Uses.EMAIL_PROTECTION
DOCUMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@pytest.mark.parametrize(
    ("uses", "status"),
    [
        pytest.param((SERVER,), OPEN, id="a web server's"),
        pytest.param((SERVER, LOGIN), OPEN, id="a web server's, as most are issued"),
        pytest.param((Uses.TIME_STAMPING,), OPEN, id="of a service that stamps times"),
        pytest.param((Uses.OCSP_SIGNING,), OPEN, id="of a service that answers of others"),
        pytest.param((LOGIN,), Status.PASSED, id="of somebody who logs in"),
        pytest.param((MAIL, LOGIN), Status.PASSED, id="of a person"),
        pytest.param((DOCUMENTS,), Status.PASSED, id="for documents (RFC 9336)"),
        pytest.param((SERVER, DOCUMENTS), Status.PASSED, id="for documents too"),
    ],
)
def test_a_machine_s_certificate_signs_no_document(
    uses: tuple[x509.ObjectIdentifier, ...], status: Status
) -> None:
    who = for_uses(*uses)
    signature = first(made.sign(made.plain(), who))
    assert signature.status is status
    assert signature.sub_indication == ("CHAIN_CONSTRAINTS_FAILURE" if status is OPEN else None)
    assert first(made.sign(made.plain(), who), (who.der,)).status is Status.PASSED
