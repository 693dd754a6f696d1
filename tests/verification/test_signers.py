"""When a signature is the required person's: what is asked for beside what the signature says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.signing import NOW
from verification import codec
from verification.checks import signer_required
from verification.examination import Context, Examination
from verification.limits import Limits
from verification.pages.raster import Pages
from verification.reconcile import reconcile
from verification.signers import Agreement, compare, together
from verification.values import FileType, Requirement, Signature, Signer, Status, Submission, Text

YES, NO, OPEN = Agreement.AGREES, Agreement.DIFFERS, Agreement.UNSTATED
PRINT = "ab" * 32
#: Everything that a signature can say of its signer.
FULL = Signature(
    id="Sig1",
    kind="ofd",
    signer="王芳",
    emails=("wang.fang@example.com",),
    organisation="示范软件有限公司",
    certificate=PRINT,
    seal="示范软件有限公司合同专用章",
    status=Status.PASSED,
    intact=True,
    covers="whole",
)
BARE = replace(FULL, emails=(), organisation=None, certificate=None, seal=None)


def named(subject: str, *emails: str) -> Signature:
    return replace(BARE, signer=subject, emails=emails)


ROWS = {
    "case and spaces": (named("Wang Fang"), Signer(name="wang  fang"), YES),
    "full-width letters": (named("Ｗａｎｇ Fang"), Signer(name="Wang Fang"), YES),
    "title in brackets": (named("王芳(CTO)"), Signer(name="王芳"), YES),
    "a space within the name": (named("王 芳"), Signer(name="王芳"), YES),
    "a longer name": (named("王芳芳"), Signer(name="王芳"), NO),
    "a longer word": (named("Wang Fangyuan"), Signer(name="Wang Fang"), NO),
    "title in front": (named("Dr. Wang Fang"), Signer(name="Wang Fang"), YES),
    "another name": (BARE, Signer(name="李雷"), NO),
    "a name of blanks names nobody": (BARE, Signer(name="   "), NO),
    "address alone": (named("王芳", "w@a.cn"), Signer(email="W@A.cn"), YES),
    "another address": (named("王芳", "w@a.cn"), Signer(email="w@a.com"), NO),
    "one of several addresses": (named("王芳", "x@a.cn", "w@a.cn"), Signer(email="w@a.cn"), YES),
    "same name, another address: a namesake": (
        named("王芳", "x@a.cn"),
        Signer(name="王芳", email="w@a.cn"),
        NO,
    ),
    "same name, and no address stated": (BARE, Signer(name="王芳", email="w@a.cn"), OPEN),
    "another name, and no address stated": (BARE, Signer(name="李雷", email="w@a.cn"), NO),
    "a subject that is only an address says no name": (
        named("w@a.cn", "w@a.cn"),
        Signer(name="王芳", email="w@a.cn"),
        OPEN,
    ),
    "the organisation too": (FULL, Signer(name="王芳", organisation="示范软件有限公司"), YES),
    "the same person at another organisation": (
        FULL,
        Signer(name="王芳", organisation="别家有限公司"),
        NO,
    ),
    "the seal": (FULL, Signer(seal="示范软件有限公司合同专用章"), YES),
    "another seal of the same company": (FULL, Signer(seal="示范软件有限公司财务专用章"), NO),
    "a seal is asked for, and this is none": (
        BARE,
        Signer(seal="示范软件有限公司合同专用章"),
        OPEN,
    ),
    "the certificate as certificate viewers write it": (
        FULL,
        Signer(certificate=":".join(["AB"] * 32)),
        YES,
    ),
    "another certificate of the same name": (FULL, Signer(name="王芳", certificate="cd" * 32), NO),
    "the certificate decides alone: the name was spelt otherwise": (
        FULL,
        Signer(name="Wang Fang", certificate=PRINT),
        YES,
    ),
    "nothing could be read of the signature": (
        replace(BARE, signer=None),
        Signer(name="王芳"),
        OPEN,
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_what_is_asked_for_is_compared(case: str) -> None:
    signature, wanted, expected = ROWS[case]
    assert together(compare(signature, wanted)) is expected


def judged(signatures: tuple[Signature, ...], signer: Signer) -> tuple[str, str | None, Text]:
    context = Context(
        submission=Submission(data=b"", name="a.ofd"),
        requirement=Requirement(id="letter", signer=signer),
        file_type=FileType(format="ofd", media_type="application/ofd", extension="ofd"),
        at=NOW,
        anchors=(),
        limits=Limits(),
    )
    examination = Examination(
        context=context,
        claims=(),
        signatures=signatures,
        timeline=reconcile((), at=NOW),
        pages=Pages(context.submission.data, context.limits),
    )
    (finding,) = signer_required.CHECK.run(examination)
    assert (finding.remedy is None) == (finding.status is Status.PASSED)
    return finding.status.value, finding.sub_indication, finding.message


WANTED = Signer(name="王芳", email="w@a.cn", role=Text(zh="首席技术官", en="CTO"))
RIGHT, OTHER = named("王芳", "w@a.cn"), named("李雷", "l@a.cn")
DOUBTED = replace(RIGHT, status=Status.INDETERMINATE, sub_indication="NO_CERTIFICATE_CHAIN_FOUND")


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        pytest.param((RIGHT,), ("PASSED", None), id="the right one"),
        pytest.param((OTHER, RIGHT), ("PASSED", None), id="the right one among others"),
        pytest.param((OTHER,), ("FAILED", "SIGNER_NOT_REQUIRED_PERSON"), id="another one"),
        pytest.param(
            (DOUBTED, RIGHT), ("PASSED", None), id="the better of two signatures of one person"
        ),
        pytest.param(
            (DOUBTED,), ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"), id="right, not trusted"
        ),
        pytest.param((BARE,), ("INDETERMINATE", "SIGNER_NOT_CONFIRMED"), id="says too little"),
        pytest.param((), ("FAILED", "SIGNATURE_NOT_FOUND"), id="nobody signed"),
        pytest.param(
            (replace(RIGHT, kind="dkim"),),
            ("FAILED", "SIGNATURE_NOT_FOUND"),
            id="a mail server's signature is no person's",
        ),
        pytest.param(
            (replace(RIGHT, kind="timestamp"),),
            ("FAILED", "SIGNATURE_NOT_FOUND"),
            id="a time-stamp is no person's",
        ),
    ],
)
def test_one_good_signature_of_the_right_person_is_enough(
    signatures: tuple[Signature, ...], expected: tuple[str, str | None]
) -> None:
    assert judged(signatures, WANTED)[:2] == expected


def test_the_reasons_say_what_agrees_and_what_does_not() -> None:
    namesake = named("王芳", "x@b.cn")
    _, _, message = judged((namesake,), WANTED)
    assert message == Text(
        zh="要求由首席技术官 王芳 w@a.cn 签署，实际签署人是：王芳（姓名一致，邮箱不符：x@b.cn）。",
        en="王芳 w@a.cn (CTO) must sign this; it was signed by 王芳 (name agrees, another address: "
        "x@b.cn).",
    )


def test_a_role_that_nobody_is_entered_in_decides_nothing() -> None:
    status, reason, message = judged((RIGHT,), Signer(role=WANTED.role))
    assert (status, reason) == ("INDETERMINATE", "SIGNER_NOT_KNOWN")
    assert "CTO" in message.en
    assert "首席技术官" in message.zh


def test_a_requirement_written_before_there_were_more_fields_still_reads() -> None:
    old = {"id": "letter", "signer": {"name": "王芳", "email": "w@a.cn"}}
    assert codec.from_json(Requirement, old).signer == Signer(name="王芳", email="w@a.cn")
