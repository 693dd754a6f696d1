"""What is odd about an order's evidence: who is called, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from service.records import Role
from tests.service.api.house import body_of, problem_of
from tests.service.api.test_api_coefficients import LEAD, Q2, closed, contacts, order, post

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House


@pytest.fixture
def ops(house: House) -> Caller:
    return house.somebody("ops", Role.SALES_OPS)


@pytest.mark.parametrize(
    ("days_late", "claimed", "doubts"),
    [
        pytest.param(0, None, [], id="nothing is odd: nobody is called"),
        pytest.param(3, None, ["written_late"], id="written down three days later"),
        pytest.param(0, "hard_won", ["claims_more"], id="the seller claims more"),
    ],
)
def test_odd_evidence_calls_a_person(
    ops: Caller, days_late: int, claimed: str | None, doubts: list[str]
) -> None:
    log = contacts("c1", Q2, 1)
    late = datetime.fromisoformat(log[1]["known_at"]) + timedelta(days=days_late)
    log[1] = {**log[1], "known_at": late.isoformat()}
    lead = {**order("o1", "c1", Q2, lead=LEAD), "claimed": claimed}
    (scored,) = body_of(post(ops, "/coefficients", [lead], events=log))["items"]
    (paid,) = closed(ops, lead, events=log)
    assert [one["doubt"] for one in scored["review"]] == doubts
    assert body_of(ops.get(f"/payments/{paid['id']}"))["review"] == scored["review"]
    assert all(one["zh"] and one["en"] for one in scored["review"])
    named = [log[1]["id"]] if days_late else []
    assert all(one["events"] == named for one in scored["review"])


def test_what_was_written_down_before_it_happened_is_no_evidence(ops: Caller) -> None:
    log = contacts("c1", Q2, 3)
    early = datetime.fromisoformat(log[1]["at"]) - timedelta(days=3)
    log[1] = {**log[1], "known_at": early.isoformat()}
    refused = post(ops, "/payments", [order("o1", "c1", Q2, lead=LEAD)], events=log)
    problem = problem_of(refused)
    assert (problem["status"], problem["errors"][0]["where"]) == (422, "/events/1/known_at")
    assert body_of(ops.get("/payments"))["items"] == []
