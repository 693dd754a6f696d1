"""The story of P2 and P3: uploads are judged, stages open or stay 待补全, a reviewer decides.

The same story, over HTTP, in three set-ups; nothing here knows in which.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from service.demo.client import Attachment, Refused
from service.demo.deliverables import stages_to_open
from service.demo.load import Answered, load, signed_in, somebody, stages_of
from service.records import Role

if TYPE_CHECKING:
    from tests.acceptance.conftest import Cast
    from tests.acceptance.houses import House

#: Its POC report is signed under an authority that nobody trusts: for a reviewer to decide.
UNKNOWN_AUTHORITY = "tingxu"


@pytest.mark.slow
@pytest.mark.parametrize(
    "house",
    [
        pytest.param("embedded", id="SQLite, thread pool, folder"),
        pytest.param("on_rabbitmq", id="PostgreSQL, RabbitMQ, S3", marks=pytest.mark.postgres),
        pytest.param("on_redis", id="PostgreSQL, Redis, S3", marks=pytest.mark.postgres),
    ],
)
def test_the_story(house: str, cast: Cast, request: pytest.FixtureRequest) -> None:
    here: House = request.getfixturevalue(house)
    here.furnish(cast.company, cast.root_pem)
    with here.open() as address:
        answered = load(address, cast.company, cast.documents)
        every_upload_gets_the_answer_it_deserves(answered)
        stages_open_or_say_what_is_missing(address, cast, answered)
        a_reviewer_decides_and_the_gate_follows(address, cast, answered)
        nobody_reaches_what_is_not_theirs(address, cast, answered)
        the_original_comes_back_as_it_was(address, cast, answered)
        a_repeat_is_one_upload(address, cast)
    the_trail_is_whole(here, answered)


def every_upload_gets_the_answer_it_deserves(answered: tuple[Answered, ...]) -> None:
    wrong = [
        f"{one.plan.customer} {one.plan.name}: {one.verdict} {one.sub_indication}"
        for one in answered
        if not one.as_expected
    ]
    assert not wrong, "\n".join(wrong)


def stages_open_or_say_what_is_missing(
    address: str, cast: Cast, answered: tuple[Answered, ...]
) -> None:
    stages = stages_of(address, cast.company)
    for customer in cast.company.customers:
        seen = [stage["key"] for stage in stages[customer.key] if stage["state"] == "open"]
        assert tuple(seen) == stages_to_open(cast.documents, customer.key), customer.key
        for stage in stages[customer.key]:
            if stage["state"] == "locked":
                assert stage["locked_as"] == "待补全"
                assert stage["missing"]
    bad = {one.deliverable_id for one in answered if one.verdict != "PASSED"}
    named = {
        why["deliverable"]
        for path in stages.values()
        for stage in path
        for item in stage["missing"]
        for why in item["because"]
    }
    assert bad <= named


def a_reviewer_decides_and_the_gate_follows(
    address: str, cast: Cast, answered: tuple[Answered, ...]
) -> None:
    one = next(
        one
        for one in answered
        if one.plan.customer == UNKNOWN_AUTHORITY and one.verdict == "INDETERMINATE"
    )
    decision = {"decision": "accept", "reason_code": "confirmed_by_customer"}
    with (
        signed_in(address, cast.company, somebody(cast.company, Role.REVIEWER)) as reviewer,
        signed_in(address, cast.company, one_owner(cast, UNKNOWN_AUTHORITY)) as owner,
    ):
        waiting = reviewer.get("/api/v1/reviews", state="waiting", limit="100")["items"]
        failed = {answer.deliverable_id for answer in answered if answer.verdict != "PASSED"}
        assert {review["deliverable_id"] for review in waiting} == failed
        review = next(row for row in waiting if row["deliverable_id"] == one.deliverable_id)
        path = f"/api/v1/reviews/{review['id']}/decision"
        with pytest.raises(Refused) as refusal:
            owner.post(path, decision)
        assert refusal.value.status == 403
        assert reviewer.post(path, decision)["state"] == "decided"
        with pytest.raises(Refused) as again:
            reviewer.post(path, decision)
        assert again.value.status == 409
    stages = stages_of(address, cast.company)[UNKNOWN_AUTHORITY]
    assert stages[0]["state"] == "open"


def nobody_reaches_what_is_not_theirs(
    address: str, cast: Cast, answered: tuple[Answered, ...]
) -> None:
    first = answered[0]
    mine = one_owner(cast, first.plan.customer)
    stranger = next(one.owner for one in cast.company.customers if one.owner != mine)
    with signed_in(address, cast.company, stranger) as somebody_else:
        for path in ("", "/original", "/pages/1", "/evidence/0/0"):
            with pytest.raises(Refused) as refusal:
                somebody_else.get(f"/api/v1/deliverables/{first.deliverable_id}{path}")
            assert refusal.value.status == 404


def the_original_comes_back_as_it_was(
    address: str, cast: Cast, answered: tuple[Answered, ...]
) -> None:
    with signed_in(address, cast.company, somebody(cast.company, Role.VP_SALES)) as vp:
        for one in answered[::4]:
            path = f"/api/v1/deliverables/{one.deliverable_id}/original"
            assert vp.download(path) == one.plan.data


def a_repeat_is_one_upload(address: str, cast: Cast) -> None:
    plan = cast.documents[0]
    file = Attachment(name=plan.name, media_type=plan.media_type, data=plan.data)
    other = Attachment(name=plan.name, media_type=plan.media_type, data=plan.data + b"\n")
    with signed_in(address, cast.company, one_owner(cast, plan.customer)) as owner:
        name = cast.company.customer(plan.customer).name
        listed = owner.get("/api/v1/customers")["items"]
        customer = next(row for row in listed if row["name"] == name)
        asked = owner.get(f"/api/v1/customers/{customer['id']}/requirements")["items"]
        path = f"/api/v1/requirements/{asked[0]['id']}/deliverables"
        first, second = (owner.upload(path, file, key="the-same-key") for _ in range(2))
        assert first == second
        with pytest.raises(Refused) as refusal:
            owner.upload(path, other, key="the-same-key")
        assert refusal.value.status == 422


def the_trail_is_whole(house: House, answered: tuple[Answered, ...]) -> None:
    done = house.run("audit", "verify", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["breaks"] == []
    # Each upload alone has left two entries: received, judged.
    assert told["seq"] > 2 * len(answered)


def one_owner(cast: Cast, customer: str) -> str:
    return cast.company.customer(customer).owner
