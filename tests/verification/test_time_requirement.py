"""What a requirement asks of times: a class, a bound on contradictions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.verification.dated import (
    CHANGED,
    MOVIE_TIME,
    ORIGINAL,
    collect,
    context,
    jpeg,
    judge,
    movie,
    pdf,
)
from tests.verification.test_reconcile import created, modified, receipt, signed
from verification.codec import from_json, to_json
from verification.values import Claim, Finding, Requirement, Status, Trust

PASSED, OPEN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
DAY = 86_400
#: Two hours and two days apart.
NEAR = [created("2026-11-20T12:00:00Z"), modified("2026-11-20T10:00:00Z")]
FAR = [created("2026-11-22T10:00:00Z"), modified("2026-11-20T10:00:00Z")]


def ask(requirement: Requirement, claims: list[Claim], check: str) -> list[Finding]:
    found = judge(context(b"", "pdf", requirement=requirement), tuple(claims))
    return [one for one in found if one.id == check]


@pytest.mark.parametrize(
    ("asked", "claims", "expected"),
    [
        pytest.param(None, NEAR, [], id="no class is asked"),
        pytest.param(Trust.T2, NEAR, [(PASSED, None)], id="metadata are enough"),
        pytest.param(Trust.T3, NEAR, [(OPEN, "TIME_UNTRUSTED")], id="metadata are not enough"),
        pytest.param(Trust.T3, [signed("2026-11-20T10:00:00Z")], [(PASSED, None)], id="signed"),
        pytest.param(
            Trust.T5, [signed("2026-11-20T10:00:00Z")], [(OPEN, "TIME_UNTRUSTED")], id="not stamped"
        ),
        pytest.param(
            Trust.T3,
            [*NEAR, receipt("2026-11-23T10:00:00Z")],
            [(OPEN, "TIME_UNTRUSTED")],
            id="our own receipt is no time of the file",
        ),
        pytest.param(Trust.T0, [], [(OPEN, "NO_TIME")], id="no time at all"),
    ],
)
def test_the_best_time_must_be_of_a_class(
    asked: Trust | None, claims: list[Claim], expected: list[tuple[Status, str | None]]
) -> None:
    found = ask(Requirement(best_time=asked), claims, "time.claims")
    assert [(one.status, one.sub_indication) for one in found] == expected
    assert all(one.remedy for one in found if one.status is not PASSED)


@pytest.mark.parametrize(
    ("below", "claims", "expected"),
    [
        pytest.param(None, NEAR, (OPEN, "TIME_CONTRADICTION", 7_200), id="nothing asked: in doubt"),
        pytest.param(DAY, NEAR, (PASSED, None, 7_200), id="below what is asked: let pass"),
        pytest.param(7_201, NEAR, (PASSED, None, 7_200), id="just below"),
        pytest.param(
            7_200, NEAR, (FAILED, "TIME_CONTRADICTION", 7_200), id="as long as that: failed"
        ),
        pytest.param(DAY, FAR, (FAILED, "TIME_CONTRADICTION", 2 * DAY), id="longer: failed"),
    ],
)
def test_contradictions_must_stay_below_a_size(
    below: int | None, claims: list[Claim], expected: tuple[Status, str | None, int]
) -> None:
    (found,) = ask(Requirement(contradictions_below_s=below), claims, "time.consistent")
    assert (found.status, found.sub_indication, found.seconds) == expected


def test_nothing_lets_a_time_after_our_receipt_pass() -> None:
    claims = [modified("2026-11-23T10:00:00Z"), receipt("2026-11-20T10:00:00Z")]
    (found,) = ask(Requirement(contradictions_below_s=10 * DAY), claims, "time.consistent")
    assert (found.status, found.sub_indication) == (FAILED, "TIME_IN_FUTURE")


def test_what_is_asked_and_what_is_found_travel_as_json() -> None:
    asked = Requirement(best_time=Trust.T3, contradictions_below_s=DAY)
    assert from_json(Requirement, to_json(asked)) == asked
    assert from_json(Requirement, to_json(Requirement())) == Requirement()
    (found,) = ask(replace(asked, best_time=None), FAR, "time.consistent")
    assert to_json(found)["seconds"] == 2 * DAY


WINDOW = "time.window"
OLD, NEW = "2020:01:01 10:00:00", "2026:11:20 10:00:00"


@pytest.mark.parametrize(
    ("source", "kind", "data", "expected"),
    [
        pytest.param(
            "picture.metadata",
            "jpg",
            jpeg({CHANGED: NEW}, {ORIGINAL: OLD}),
            (OPEN, "TIME_TOO_OLD"),
            id="an old photo that was saved anew",
        ),
        pytest.param(
            "picture.metadata",
            "jpg",
            jpeg({CHANGED: NEW}, {ORIGINAL: NEW}),
            (PASSED, None),
            id="a new one",
        ),
        pytest.param(
            "picture.metadata",
            "jpg",
            jpeg({CHANGED: NEW}, {}),
            (PASSED, None),
            id="one that does not say when it was taken",
        ),
        pytest.param(
            "movie.headers",
            "mp4",
            movie(MOVIE_TIME - 400 * DAY, MOVIE_TIME),
            (OPEN, "TIME_TOO_OLD"),
            id="an old film that was saved anew",
        ),
        pytest.param(
            "pdf.metadata",
            "pdf",
            pdf("D:20200101100000Z", "D:20261120100000Z"),
            (PASSED, None),
            id="an old template that was filled in",
        ),
    ],
)
def test_what_was_taken_before_is_not_renewed_by_saving_it(
    source: str, kind: str, data: bytes, expected: tuple[Status, str | None]
) -> None:
    asked = Requirement(not_before=datetime(2026, 11, 15, tzinfo=UTC))
    where = context(data, kind, requirement=asked)
    (found,) = [one for one in judge(where, collect(source, where).claims) if one.id == WINDOW]
    assert (found.status, found.sub_indication) == expected
