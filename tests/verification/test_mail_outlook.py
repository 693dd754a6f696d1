"""Outlook messages: what is read, and the signed mail that they carry."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest

from tests.corpora import corpus
from tests.verification import mailing
from tests.verification import signing as made
from tests.verification.outlook import message
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.readers.olefile_message import MessageError, read_message
from verification.terms import Terms
from verification.values import Report, Status, Submission

PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
HEADER = mailing.HEADER.decode()
SIGNED = "IPM.Note.SMIME.MultipartSigned"


def report(data: bytes, policy: str = "signed") -> Report:
    terms = Terms(at=made.NOW, policy=load(policy), anchors=(made.authority().der,))
    return verify(Submission(data=data, name="a.msg"), terms)


def signed(
    *,
    header: str = HEADER,
    name: str = "",
    smtp: str = "",
    body: str = "",
    more: dict[str, str] | None = None,
) -> bytes:
    files = {"smime.p7m": mailing.entity()}
    streams = {
        tag: text.encode("utf-16-le" if tag.endswith("1F") else "utf-8")
        for tag, text in (more or {}).items()
    }
    return message(
        SIGNED, header=header, name=name, smtp=smtp, body=body, attachments=files, more=streams
    )


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        pytest.param(signed(), PASSED, None, id="a signed mail in it"),
        pytest.param(
            message(
                "IPM.Note.SMIME",
                header=HEADER,
                attachments={"smime.p7m": mailing.cms_of(mailing.TEXT, opaque=True)},
            ),
            PASSED,
            None,
            id="an opaque one in it",
        ),
        pytest.param(
            signed(header="", smtp=mailing.ADDRESS, name="王芳"),
            PASSED,
            None,
            id="no header stored",
        ),
        pytest.param(
            signed(header="", name="王芳"), UNKNOWN, "FROM_NOT_FOUND", id="no address stored at all"
        ),
        pytest.param(
            signed(smtp="boss@example.com"), UNKNOWN, "SENDER_DIFFERS", id="Outlook shows another"
        ),
        pytest.param(
            signed(smtp=mailing.ADDRESS, more={"5D02001F": mailing.ADDRESS, "0042001F": "王芳"}),
            PASSED,
            None,
            id="Outlook shows the same twice",
        ),
        pytest.param(
            signed(smtp=mailing.ADDRESS, more={"5D02001F": "boss@example.com"}),
            UNKNOWN,
            "SENDER_DIFFERS",
            id="Outlook shows another, on whose behalf it was sent",
        ),
        pytest.param(
            signed(more={"0064001F": "SMTP", "0065001F": "boss@example.com"}),
            UNKNOWN,
            "SENDER_DIFFERS",
            id="the same by another property",
        ),
        pytest.param(
            signed(smtp=mailing.ADDRESS, more={"5D01001E": "boss@example.com"}),
            UNKNOWN,
            "SENDER_DIFFERS",
            id="another in the form of old programs",
        ),
        pytest.param(
            signed(more={"0042001F": "boss@example.com"}),
            FAILED,
            "NAME_MISLEADS",
            id="Outlook shows another address as a name",
        ),
        pytest.param(
            signed(more={"0042001F": "Li Ming"}),
            UNKNOWN,
            "NAME_NOT_CERTIFIED",
            id="Outlook shows somebody else's name",
        ),
        pytest.param(
            signed(more={"0042001F": "Wang, Fang"}), PASSED, None, id="the name the other way round"
        ),
        pytest.param(
            signed(header=HEADER.replace("wang.fang@", "boss@")),
            FAILED,
            "SIGNER_NOT_SENDER",
            id="another sender in the header",
        ),
        pytest.param(
            signed(body="We do not accept anything at all"),
            UNKNOWN,
            "UNSIGNED_CONTENT",
            id="another text kept beside",
        ),
        pytest.param(
            message(SIGNED, header=HEADER, attachments={"smime.p7m": mailing.entity(value=b"0")}),
            UNKNOWN,
            "FORMAT_FAILURE",
            id="a signature that is none",
        ),
    ],
)
def test_a_signed_mail_is_judged_as_the_mail_it_carries(
    data: bytes, status: Status, reason: str | None
) -> None:
    found = report(data)
    (signature,) = found.signatures
    assert (signature.status, signature.sub_indication) == (status, reason)
    assert found.type.format == "msg"


def test_an_unsigned_message_is_not_signed() -> None:
    found = report(message("IPM.Note", header=HEADER, body="yes"))
    assert (found.verdict, found.sub_indication) == (FAILED, "SIGNATURE_NOT_FOUND")


def test_what_is_read_of_a_message() -> None:
    data = message(
        "IPM.Note",
        name="王芳",
        smtp=mailing.ADDRESS,
        subject="Price",
        body="yes",
        attachments={"a.pdf": b"%PDF"},
        sent=datetime(2026, 6, 1, 8, tzinfo=UTC),
    )
    found = read_message(data, Limits())
    assert (found.sender_name, found.shown_sender) == ("王芳", mailing.ADDRESS)
    assert (found.subject, found.body) == ("Price", "yes")
    assert [one.name for one in found.attachments] == ["a.pdf"]
    assert found.sent == datetime(2026, 6, 1, 8)  # noqa: DTZ001 - as stored
    claims = {claim.source: claim.value for claim in report(data, "signed-or-not").claims}
    assert claims["msg:ClientSubmitTime"] == "2026-06-01T08:00:00Z"
    assert claims["msg:Sender"] == mailing.ADDRESS


def test_real_messages_are_read() -> None:
    files = sorted(corpus("typed").glob("msg__*"))
    assert len(files) == 14
    for path in files:
        found = report(path.read_bytes(), "signed-or-not")
        assert "CHECK_BROKE" not in {finding.sub_indication for finding in found.checks}, path.name
        assert found.signatures == (), path.name


def test_a_message_that_is_cut_or_torn_is_told() -> None:
    data = signed()
    for length in range(600, len(data), 2_000):
        found = report(data[:length], "signed-or-not")
        assert "CHECK_BROKE" not in {finding.sub_indication for finding in found.checks}
        assert all(one.status is not PASSED or one.intact for one in found.signatures)
    with pytest.raises(MessageError):
        read_message(struct.pack("<Q", 0xE11AB1A1E011CFD0) + bytes(600), Limits())
