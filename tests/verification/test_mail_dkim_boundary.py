"""Who may not change a text may still change where its parts begin, if that is not signed."""

from __future__ import annotations

import pytest

from tests.verification import mailing
from tests.verification import signing as made
from verification.limits import Limits
from verification.readers.dkim import read
from verification.readers.mime.parts import split
from verification.values import Status, Trust

KIND = b'Content-Type: multipart/mixed; boundary="a"\r\n'
PARTS = b"--a\r\nContent-Type: text/plain\r\n\r\nWe accept.\r\n--a--\r\n"
NOTICE = b"This is a multi-part message in MIME format.\r\n"
#: What the customer refuses stands below, with a line that is a boundary to who is told so.
QUOTED = b"We refuse this offer:\r\n\r\n" + PARTS
SIGNED = f"{mailing.SIGNED_FIELDS}:content-type"


@pytest.mark.parametrize(
    ("body", "fields", "status", "reason"),
    [
        pytest.param(PARTS, mailing.SIGNED_FIELDS, Status.PASSED, None, id="parts alone"),
        pytest.param(
            NOTICE + PARTS + b"\r\n", mailing.SIGNED_FIELDS, Status.PASSED, None, id="a notice"
        ),
        pytest.param(
            QUOTED,
            mailing.SIGNED_FIELDS,
            Status.INDETERMINATE,
            "UNSIGNED_CONTENT",
            id="a refusal before the first boundary, which is not signed",
        ),
        pytest.param(
            PARTS + b"Only if it is half as much.\r\n",
            mailing.SIGNED_FIELDS,
            Status.INDETERMINATE,
            "UNSIGNED_CONTENT",
            id="words behind the last one",
        ),
        pytest.param(QUOTED, SIGNED, Status.PASSED, None, id="the boundary is signed"),
    ],
)
def test_words_beside_the_parts_call_a_person_where_the_boundary_is_not_signed(
    body: bytes, fields: str, status: Status, reason: str | None
) -> None:
    told = judged(mailing.domain_signed(KIND + mailing.HEADER + b"\r\n" + body, h=fields))
    assert told == (status, reason)


def judged(mail: bytes) -> tuple[Status, str | None]:
    (signature,) = read(split(mail, Limits()), (mailing.mail_key(),), made.NOW).signatures
    return signature.status, signature.sub_indication


def kind(value: str, encoding: str = "8bit") -> bytes:
    return f"Content-Type: {value}\r\nContent-Transfer-Encoding: {encoding}\r\n".encode()


OPEN = (Status.INDETERMINATE, "UNSIGNED_CONTENT")
HOLDS = (Status.PASSED, None)
REFUSAL = b"We refuse.\r\n> <style>p{color:red}</style>\r\n> <p>We accept.\r\n"
PAGE = b"\r\n<html><p>We accept the price.</p></html>\r\n"
BOTH = (
    b"--a\r\nContent-Type: text/plain\r\n\r\nWe refuse your offer, see the letter beneath.\r\n"
    b"--a\r\nContent-Type: text/html\r\n\r\n<p>Draft: The board accepts it all</p>\r\n--a--\r\n"
)
ALIKE = (
    b"--a\r\nContent-Type: text/plain\r\n\r\nWe accept the price.\r\n"
    b"--a\r\nContent-Type: text/html\r\n\r\n<p>We accept the price.</p>\r\n--a--\r\n"
)
WHOLE = f"{SIGNED}:content-transfer-encoding"


@pytest.mark.parametrize(
    ("fields", "body", "signed", "expected"),
    [
        pytest.param(kind("text/html"), REFUSAL, "", OPEN, id="a text that is said to be a page"),
        pytest.param(kind("text/html"), REFUSAL, WHOLE, HOLDS, id="that is signed"),
        pytest.param(kind("text/html"), PAGE, "", HOLDS, id="a page"),
        pytest.param(kind("text/plain"), REFUSAL, "", HOLDS, id="a text that is a text"),
        pytest.param(
            kind("text/plain", "base64"),
            b"We refuse.\r\nWWVzLg==\r\n",
            "",
            OPEN,
            id="a text that is said to be base64",
        ),
        pytest.param(kind("text/plain", "base64"), b"WWVzLg==\r\n", "", HOLDS, id="base64"),
        pytest.param(
            kind("text/html", "base64"), b"PHA+WWVzLjwvcD4=\r\n", "", HOLDS, id="a page in base64"
        ),
        pytest.param(
            kind('multipart/alternative; boundary="a"'),
            BOTH,
            "",
            OPEN,
            id="two parts that are said to be alternatives",
        ),
        pytest.param(
            kind('multipart/alternative; boundary="a"'), BOTH, WHOLE, HOLDS, id="those are signed"
        ),
        pytest.param(kind('multipart/mixed; boundary="a"'), BOTH, "", HOLDS, id="two parts"),
        pytest.param(
            kind('multipart/alternative; boundary="a"'), ALIKE, "", HOLDS, id="two alternatives"
        ),
    ],
)
def test_how_a_text_is_read_must_fit_it_where_that_is_not_signed(
    fields: bytes, body: bytes, signed: str, expected: tuple[Status, str | None]
) -> None:
    mail = fields + mailing.HEADER + b"\r\n" + body
    assert judged(mailing.domain_signed(mail, h=signed or mailing.SIGNED_FIELDS)) == expected


MAIL = mailing.HEADER + mailing.TEXT


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        pytest.param(
            mailing.domain_signed(MAIL) + b"\r\nThis mail came from outside.\r\n",
            "HASH_FAILURE",
            id="beneath the text",
        ),
        pytest.param(
            mailing.domain_signed(MAIL).replace(b"Subject: ", b"Subject: [EXTERNAL] "),
            "SIG_CRYPTO_FAILURE",
            id="before the subject",
        ),
    ],
)
def test_a_note_that_a_gateway_wrote_into_an_honest_mail_fails_nothing(
    mail: bytes, reason: str
) -> None:
    assert judged(mail) == (Status.INDETERMINATE, reason)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        pytest.param("y", "SIG_CONSTRAINTS_FAILURE", id="the domain only tests"),
        pytest.param("s:y", "SIG_CONSTRAINTS_FAILURE", id="beside another flag"),
        pytest.param("s", None, id="the other flag by itself"),
    ],
)
def test_a_key_that_a_domain_only_tests_vouches_for_nothing(
    flags: str, expected: str | None
) -> None:
    key = mailing.mail_key(text=mailing.record(t=flags))
    for mail in (mailing.domain_signed(MAIL), mailing.forwarded(MAIL)):
        found = read(split(mail, Limits()), (key,), made.NOW)
        assert {one.sub_indication for one in found.signatures} == {expected}
        assert {one.trust for one in found.claims} == {Trust.T2 if expected else Trust.T4}
