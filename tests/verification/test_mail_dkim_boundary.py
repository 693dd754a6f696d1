"""Who may not change a text may still change where its parts begin, if that is not signed."""

from __future__ import annotations

import pytest

from tests.verification import mailing
from tests.verification import signing as made
from verification.limits import Limits
from verification.readers.dkim import read
from verification.readers.mime.parts import split
from verification.values import Status

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
    mail = mailing.domain_signed(KIND + mailing.HEADER + b"\r\n" + body, h=fields)
    (signature,) = read(split(mail, Limits()), (mailing.mail_key(),), made.NOW).signatures
    assert (signature.status, signature.sub_indication) == (status, reason)
