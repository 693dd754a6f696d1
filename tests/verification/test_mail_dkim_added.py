"""Fields that somebody put on a mail after its domain had signed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verification import mailing
from tests.verification.test_mail_dkim import FAILED, KEYS, MAIL, PASSED, UNKNOWN, signatures

if TYPE_CHECKING:
    from verification.values import Status

_FEW = mailing.domain_signed(MAIL, h="from:to:date")
_TWO_SUBJECTS = _FEW.replace(b"Subject:", b"Subject: Yes\r\nSubject:")


@pytest.mark.parametrize(
    ("mail", "status", "reason"),
    [
        pytest.param(_FEW, PASSED, None, id="one subject, not signed"),
        pytest.param(_TWO_SUBJECTS, UNKNOWN, "UNSIGNED_CONTENT", id="two, neither signed"),
        pytest.param(
            b"Content-Type: text/html\r\n" + mailing.domain_signed(MAIL),
            UNKNOWN,
            "UNSIGNED_CONTENT",
            id="a second type of content, neither signed",
        ),
        pytest.param(
            b"From : eve@example.org\r\n" + mailing.domain_signed(MAIL),
            FAILED,
            "FROM_AMBIGUOUS",
            id="another From, with a blank before its colon",
        ),
    ],
)
def test_what_a_reader_is_shown_is_there_once(
    mail: bytes, status: Status, reason: str | None
) -> None:
    (found,) = signatures(mail, KEYS)
    assert (found.status, found.sub_indication) == (status, reason), found.message
