"""Records: frozen value in, the same value out, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from service.errors import AlreadyThere, Invalid, StaleVersion
from service.records import AuditDraft, Decision, Reply, Review, ReviewState, Role, Session, Token
from tests.service.people import (
    AT,
    customer,
    deliverable,
    person,
    requirement,
    settle_in,
    stage,
)

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from tests.service.conftest import TestClock

SESSION = Session(id="h", person_id="p1", csrf="x", created_at=AT, expires_at=AT)
TOKEN = Token(
    id="t",
    person_id="p1",
    name="CI",
    secret_hash="s",
    scopes=("customers.read", "*"),
    created_at=AT,
    expires_at=None,
)
REVIEW = Review(
    id="v",
    deliverable_id="d1",
    customer_id="c1",
    uploader_id="p1",
    state=ReviewState.DECIDED,
    cause="FORMAT_FAILURE",
    verdict="FAILED",
    opened_at=AT,
    decision=Decision.ASK_AGAIN,
    comment="请重新扫描 🙏",
    decided_at=AT,
)
REPORT: dict[str, Any] = {"checks": [{"box": [0.1, 1e-7, 3]}], "zh": "通过", "none": None}


@pytest.mark.parametrize(
    ("rows", "record"),
    [
        pytest.param("people", person("p2", role=Role.VP_SALES), id="a person with a role"),
        pytest.param("people", person("p2", region=None), id="a person of no region"),
        pytest.param("sessions", SESSION, id="a session"),
        pytest.param("tokens", TOKEN, id="a token with scopes"),
        pytest.param("customers", customer("c2", "p1"), id="a customer with contacts"),
        pytest.param("stages", stage("s2", "c1", position=3), id="a stage with missing items"),
        pytest.param("requirements", requirement("r2", "c1", "s1"), id="a requirement"),
        pytest.param("deliverables", deliverable("d2"), id="a pending deliverable"),
        pytest.param(
            "deliverables", replace(deliverable("d2"), report=REPORT), id="a deliverable's report"
        ),
        pytest.param("reviews", REVIEW, id="a decided review"),
    ],
)
def test_a_record_comes_back_as_it_went_in(
    records: DatabaseRecords, rows: str, record: Any
) -> None:
    with records.begin() as unit:
        settle_in(unit)
        unit.deliverables.add(deliverable("d1"))
        getattr(unit, rows).add(record)
    with records.read() as unit:
        assert getattr(unit, rows).get(record.id) == record


def test_what_is_not_there_is_none(records: DatabaseRecords) -> None:
    with records.read() as unit:
        assert unit.people.get("nobody") is None


def test_times_of_any_zone_come_back_in_utc(records: DatabaseRecords) -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8)))
    with records.begin() as unit:
        unit.people.add(replace(person("p1"), created_at=beijing))
        found = unit.people.get("p1")
    assert found is not None
    assert found.created_at == AT
    assert found.created_at.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(records: DatabaseRecords) -> None:
    with pytest.raises((ValueError, SQLAlchemyError)), records.begin() as unit:
        unit.people.add(replace(person("p1"), created_at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        pytest.param(None, ["c1", "c2", "c3"], id="nothing asked: all"),
        pytest.param({"region": "east"}, ["c1"], id="one value"),
        pytest.param({"region": ("east", "west")}, ["c1", "c2"], id="one of several values"),
        pytest.param({"region": ()}, [], id="one of none"),
        pytest.param({"region": None}, ["c3"], id="no value"),
        pytest.param({"region": ("west", None)}, ["c2", "c3"], id="a value or none"),
        pytest.param({"region": "west", "owner_id": "p2"}, ["c2"], id="both"),
        pytest.param({"region": "west", "owner_id": "p1"}, [], id="both, one of them not"),
    ],
)
def test_where(records: DatabaseRecords, where: dict[str, Any] | None, ids: list[str]) -> None:
    with records.begin() as unit:
        _three_customers(unit)
        assert [row.id for row in unit.customers.find(where)] == ids


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        pytest.param({"customer.region": "east"}, ["s1"], id="region"),
        pytest.param({"customer.region": None}, ["s3"], id="no region"),
        pytest.param({"customer.owner_id": ("p1", "p2")}, ["s1", "s2", "s3"], id="owners"),
        pytest.param({"customer.team": "t2"}, [], id="another team"),
        pytest.param({"customer.region": "east", "id": "s2"}, [], id="somebody else's"),
    ],
)
def test_where_through_the_customer(
    records: DatabaseRecords, where: dict[str, Any], ids: list[str]
) -> None:
    with records.begin() as unit:
        _three_customers(unit)
        for number in (1, 2, 3):
            unit.stages.add(stage(f"s{number}", f"c{number}"))
        assert [row.id for row in unit.stages.find(where)] == ids


def test_a_field_that_does_not_exist_is_refused(records: DatabaseRecords) -> None:
    with records.read() as unit, pytest.raises(LookupError):
        unit.people.find({"colour": "red"})


@pytest.mark.parametrize("order", ["id", "-id", "judged_at", "-judged_at", "size", "-received_at"])
def test_pages_put_together_are_the_whole(records: DatabaseRecords, order: str) -> None:
    with records.begin() as unit:
        settle_in(unit)
        for number in range(9):
            judged = None if number % 3 == 0 else AT + timedelta(days=number % 2)
            row = replace(deliverable(f"d{number}"), judged_at=judged, size=number // 4)
            unit.deliverables.add(row)
        whole = [row.id for row in unit.deliverables.find(order=order)]
        pages: list[str] = []
        while page := unit.deliverables.find(
            order=order, after=pages[-1] if pages else None, limit=2
        ):
            pages += [row.id for row in page]
    assert pages == whole
    assert len(whole) == 9


def test_ascending_and_descending_mirror_but_empty_values_and_ties(
    records: DatabaseRecords,
) -> None:
    with records.begin() as unit:
        settle_in(unit)
        for number, days in enumerate([2, None, 1, 2]):
            judged = None if days is None else AT + timedelta(days=days)
            unit.deliverables.add(replace(deliverable(f"d{number}"), judged_at=judged))
        rising = [row.id for row in unit.deliverables.find(order="judged_at")]
        falling = [row.id for row in unit.deliverables.find(order="-judged_at")]
    assert rising == ["d2", "d0", "d3", "d1"]
    assert falling == ["d0", "d3", "d2", "d1"]


def test_a_page_after_a_row_that_is_gone_is_refused(records: DatabaseRecords) -> None:
    with records.read() as unit, pytest.raises(Invalid):
        unit.people.find(after="nobody")


def test_replace_counts_versions_and_refuses_the_slower(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.people.add(person("p1"))
        first = unit.people.get("p1")
        assert first is not None
        second = unit.people.replace(replace(first, name="李娜"))
        assert (second.version, second.name) == (2, "李娜")
        assert unit.people.get("p1") == second
        with pytest.raises(StaleVersion):
            unit.people.replace(replace(first, name="too late"))
        assert unit.people.get("p1") == second


def test_a_taken_login_is_told_and_spoils_nothing(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.people.add(person("p1"))
        with pytest.raises(AlreadyThere):
            unit.people.add(replace(person("p2"), login="p1@example.com"))
        unit.people.add(person("p3"))
    with records.read() as unit:
        assert [row.id for row in unit.people.find()] == ["p1", "p3"]


def test_a_deliverable_waits_in_the_queue_once(records: DatabaseRecords) -> None:
    waiting = replace(REVIEW, state=ReviewState.WAITING, decision=None)
    with records.begin() as unit:
        settle_in(unit)
        unit.deliverables.add(deliverable("d1"))
        unit.reviews.add(REVIEW)
        unit.reviews.add(replace(waiting, id="v2"))
        with pytest.raises(AlreadyThere):
            unit.reviews.add(replace(waiting, id="v3"))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"name": "half \ud800 a pair"}, id="a lone surrogate"),
        pytest.param({"size": 2**70}, id="a number that no column holds"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    records: DatabaseRecords, wrong: dict[str, Any]
) -> None:
    with records.begin() as unit:
        settle_in(unit)
    with pytest.raises(Invalid), records.begin() as unit:
        unit.deliverables.add(replace(deliverable("d1"), **wrong))


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_postgresql_keeps_no_nul_characters(records: DatabaseRecords) -> None:
    with pytest.raises(Invalid), records.begin() as unit:
        unit.people.add(replace(person("p1"), name="a\0b"))


def test_a_child_without_its_parent_is_refused(records: DatabaseRecords) -> None:
    with pytest.raises(SQLAlchemyError), records.begin() as unit:
        unit.customers.add(customer("c1", "nobody"))


def test_an_exception_rolls_everything_back(records: DatabaseRecords) -> None:
    def fail_half_way() -> None:
        with records.begin() as unit:
            unit.people.add(person("p1"))
            unit.outbox.put(key="k", kind="x", payload={})
            unit.effects.claim("k")
            unit.audit.append(AuditDraft(action="a", object_kind="o", object_id="1"), actor="p1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with records.read() as unit:
        assert unit.people.find() == ()
        assert unit.outbox.depth() == {}
        assert unit.audit.entries() == ()
    with records.begin() as unit:
        assert unit.effects.claim("k")


def test_a_reading_transaction_refuses_to_write(records: DatabaseRecords) -> None:
    with pytest.raises(SQLAlchemyError), records.read() as unit:
        unit.people.add(person("p1"))
    draft = AuditDraft(action="a", object_kind="o", object_id="1")
    with pytest.raises(SQLAlchemyError), records.read() as unit:
        unit.audit.append(draft, actor="p1")
    with records.begin() as unit:
        unit.people.add(person("p1"))


def test_a_reading_transaction_sees_one_state(records: DatabaseRecords) -> None:
    with records.read() as reading:
        assert reading.people.find() == ()
        with records.begin() as writing:
            writing.people.add(person("p1"))
        assert reading.people.find() == ()
    with records.read() as reading:
        assert len(reading.people.find()) == 1


def test_now_is_when_the_transaction_began(records: DatabaseRecords, clock: TestClock) -> None:
    with records.begin() as unit:
        began = clock.at
        clock.forward(5)
        assert unit.now() == began


def test_an_effect_is_claimed_once(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        assert unit.effects.claim("points:1")
        assert not unit.effects.claim("points:1")
    with records.begin() as unit:
        assert not unit.effects.claim("points:1")
        assert unit.effects.claim("points:2")


def test_the_first_reply_stands_until_it_is_purged(records: DatabaseRecords) -> None:
    reply = Reply(
        id="p1 POST /x key",
        request_hash="h",
        status=201,
        body='{"id":1}',
        headers={"ETag": '"1"'},
        created_at=AT,
    )
    with records.begin() as unit:
        unit.replies.add(reply)
        with pytest.raises(AlreadyThere):
            unit.replies.add(replace(reply, status=409))
    with records.begin() as unit:
        assert unit.replies.get(reply.id) == reply
        assert unit.replies.purge(AT) == 0
        assert unit.replies.purge(AT + timedelta(seconds=1)) == 1
        assert unit.replies.get(reply.id) is None


def _three_customers(unit: Any) -> None:
    unit.people.add(person("p1"))
    unit.people.add(person("p2"))
    unit.customers.add(customer("c1", "p1", region="east"))
    unit.customers.add(customer("c2", "p2", region="west"))
    unit.customers.add(customer("c3", "p1", region=None))


def test_fields_that_nobody_asked_for_come_as_none(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        settle_in(unit)
        unit.deliverables.add(replace(deliverable("d1"), report={"verdict": "PASSED"}))
    with records.read() as unit:
        (whole,) = unit.deliverables.find({"customer_id": "c1"})
        (light,) = unit.deliverables.find({"customer_id": "c1"}, without=("report",))
    assert whole.report == {"verdict": "PASSED"}
    assert light == replace(whole, report=None)
