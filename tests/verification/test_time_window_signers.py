"""An old paper stays old, whatever others sign or stamp on it later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from pyhanko.sign.signers import pdf_signer

from tests.verification import mailing
from tests.verification import signing as made
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Signer, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

PASSED, OPEN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
AT = datetime(2026, 6, 1, tzinfo=UTC)
OLD, NEW = datetime(2024, 5, 6, 8, tzinfo=UTC), datetime(2026, 5, 20, 8, tzinfo=UTC)
BOSS, OTHER = made.person(), made.person("李明", "li.ming@example.com")


def signed_at(
    pdf: bytes,
    when: datetime,
    who: made.Identity = BOSS,
    field: str = "Sig1",
    *,
    stamped: datetime | None = None,
) -> bytes:
    """Sign by a clock that shows `when`."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # one argument
            return when if tz is None else when.astimezone(tz)  # type: ignore[arg-type]  # a zone

    with mock.patch.object(pdf_signer, "datetime", Clock):
        stamper = made.stamper(at=stamped) if stamped else None
        return made.sign(pdf, who, field=field, stamper=stamper)


def old() -> bytes:
    return signed_at(made.plain(), OLD)


def window(pdf: bytes, signer: Signer | None) -> tuple[Status, str | None]:
    requirement = Requirement(not_before=AT - timedelta(days=30), not_after=AT, signer=signer)
    terms = Terms(
        at=AT, policy=load("signed"), requirement=requirement, anchors=(made.authority().der,)
    )
    report = verify(Submission(data=pdf, name="a.pdf", received_at=AT), terms)
    (found,) = (one for one in report.checks if one.id == "time.window")
    return found.status, found.sub_indication


WANTED = Signer(name="王芳")
TOO_OLD = (FAILED, "TIME_TOO_OLD")


@pytest.mark.parametrize(
    ("make", "signer", "expected"),
    [
        pytest.param(old, WANTED, TOO_OLD, id="signed two years ago"),
        pytest.param(
            lambda: signed_at(made.plain(), NEW), WANTED, (PASSED, None), id="signed this month"
        ),
        pytest.param(
            lambda: made.document_stamped(old(), NEW), WANTED, TOO_OLD, id="and stamped this month"
        ),
        pytest.param(
            lambda: signed_at(made.plain(), OLD, stamped=NEW),
            WANTED,
            (OPEN, "TIME_CONTRADICTION"),
            id="and a stamp of this month put into the signature",
        ),
        pytest.param(
            lambda: signed_at(made.plain(), NEW, stamped=NEW + timedelta(minutes=1)),
            WANTED,
            (PASSED, None),
            id="signed and stamped this month",
        ),
        pytest.param(
            lambda: made.document_stamped(old(), NEW), None, TOO_OLD, id="stamped, nobody named"
        ),
        pytest.param(
            lambda: signed_at(old(), NEW, OTHER, "Sig2"),
            WANTED,
            TOO_OLD,
            id="and signed by another this month",
        ),
        pytest.param(
            lambda: signed_at(old(), NEW, BOSS, "Sig2"),
            WANTED,
            (PASSED, None),
            id="and signed anew by the same person",
        ),
        pytest.param(
            lambda: made.document_stamped(signed_at(made.plain(), NEW), AT),
            WANTED,
            (PASSED, None),
            id="signed this month, then kept for long by a stamp",
        ),
    ],
)
def test_the_signature_that_is_asked_for_must_be_of_the_window(
    make: Callable[[], bytes], signer: Signer | None, expected: tuple[Status, str | None]
) -> None:
    assert window(make(), signer) == expected


LIST = "lists.example.org"
DAY_ONE, DAY_TWO = "1714982400", "1780272000"  # 6 May 2024, 1 June 2026
MAIL_AT = datetime(2026, 6, 2, tzinfo=UTC)


def mail_of(date: str) -> bytes:
    header = mailing.HEADER.replace(b"Mon, 01 Jun 2026", date.encode())
    return header + b"\r\nWe accept the price of 100,000.\r\n"


OLD_MAIL, NEW_MAIL = mail_of("Mon, 06 May 2024"), mail_of("Mon, 01 Jun 2026")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(lambda: OLD_MAIL, TOO_OLD, id="a mail of two years ago"),
        pytest.param(
            lambda: mailing.domain_signed(OLD_MAIL, t=DAY_ONE), TOO_OLD, id="signed by its domain"
        ),
        pytest.param(
            lambda: mailing.domain_signed(NEW_MAIL), (PASSED, None), id="a mail of this week"
        ),
        pytest.param(
            lambda: mailing.forwarded(OLD_MAIL),
            TOO_OLD,
            id="an old one, passed on by a server this week",
        ),
        pytest.param(
            lambda: mailing.domain_signed(OLD_MAIL, d=LIST, t=DAY_TWO),
            TOO_OLD,
            id="an old one, signed by the server of a list this week",
        ),
        pytest.param(
            lambda: mailing.domain_signed(mailing.domain_signed(OLD_MAIL, t=DAY_ONE), t=DAY_TWO),
            TOO_OLD,
            id="an old one, sent again by the sender's own server",
        ),
    ],
)
def test_servers_that_pass_a_mail_on_renew_nothing(
    make: Callable[[], bytes], expected: tuple[Status, str | None]
) -> None:
    requirement = Requirement(not_before=MAIL_AT - timedelta(days=30), not_after=MAIL_AT)
    keys = (mailing.mail_key(), mailing.mail_key(LIST))
    terms = Terms(at=MAIL_AT, policy=load(), requirement=requirement, mail_keys=keys)
    report = verify(Submission(data=make(), name="a.eml", received_at=MAIL_AT), terms)
    assert not [one for one in report.signatures if one.status is FAILED]
    (found,) = (one for one in report.checks if one.id == "time.window")
    assert (found.status, found.sub_indication) == expected
