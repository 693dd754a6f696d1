"""An old paper stays old, whatever others sign or stamp on it later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from pyhanko.sign.signers import pdf_signer

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


def signed_at(pdf: bytes, when: datetime, who: made.Identity = BOSS, field: str = "Sig1") -> bytes:
    """Sign by a clock that shows `when`."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # one argument
            return when if tz is None else when.astimezone(tz)  # type: ignore[arg-type]  # a zone

    with mock.patch.object(pdf_signer, "datetime", Clock):
        return made.sign(pdf, who, field=field)


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
