"""Whether the person who must sign is the one who signed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.verification import forging as forge
from tests.verification import signing as made
from tests.verification.test_pdf_signature import collect, context
from verification.checks import signer_required
from verification.examination import Examination
from verification.reconcile import reconcile
from verification.values import Requirement, Signature, Signer, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Finding

CTO = Signer(name="王芳")


def judge(pdf: bytes, signer: Signer | None, *, trusted: bool = True) -> list[Finding]:
    """Run the check over a file for this requirement."""
    collected = collect(pdf) if trusted else collect(pdf, ())
    asked = replace(context(pdf), requirement=Requirement(id="letter", signer=signer))
    examination = Examination(
        context=asked,
        claims=collected.claims,
        signatures=collected.signatures,
        timeline=reconcile(collected.claims, at=made.NOW),
    )
    return list(signer_required.CHECK.run(examination))


def signature(name: str, *emails: str) -> Signature:
    return Signature(
        id="Sig1",
        kind="pdf",
        signer=name,
        emails=emails,
        status=Status.PASSED,
        intact=True,
        covers="whole",
    )


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
    ("subject", "emails", "wanted", "same"),
    [
        pytest.param("Wang Fang", (), Signer(name="wang  fang"), True, id="case and spaces"),
        pytest.param("Ｗａｎｇ Fang", (), Signer(name="Wang Fang"), True, id="full-width letters"),
        pytest.param("王芳(CTO)", (), Signer(name="王芳"), True, id="title in brackets"),
        pytest.param("王 芳", (), Signer(name="王芳"), True, id="a space within the name"),
        pytest.param("王芳芳", (), Signer(name="王芳"), False, id="a longer name"),
        pytest.param("Wang Fangyuan", (), Signer(name="Wang Fang"), False, id="a longer word"),
        pytest.param("Dr. Wang Fang", (), Signer(name="Wang Fang"), True, id="title in front"),
        pytest.param("王芳", (), Signer(name="李雷"), False, id="another name"),
        pytest.param("王芳", ("w@a.cn",), Signer(email="W@A.cn"), True, id="address alone"),
        pytest.param("王芳", ("w@a.cn",), Signer(email="w@a.com"), False, id="another address"),
        pytest.param(
            "王芳",
            ("x@a.cn",),
            Signer(name="王芳", email="w@a.cn"),
            False,
            id="same name, another address: a namesake",
        ),
        pytest.param("王芳", (), Signer(name="   "), False, id="a name of blanks names nobody"),
    ],
)
def test_names_agree(subject: str, emails: tuple[str, ...], wanted: Signer, *, same: bool) -> None:
    assert signer_required.matches(signature(subject, *emails), wanted) is same
