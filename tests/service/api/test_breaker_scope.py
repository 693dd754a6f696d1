"""What a breaker's scope may name, whose quotes let it go, and what ends with it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from models.rca.causes.evidence import catalogue_text
from models.rca.causes.incident import Deal
from service.actions import incident_breakers, quote_evidence
from service.cause_records import Examination, Incident, IncidentState
from service.causes import snapshot
from service.causes.recovery import Cohort
from service.causes.stage_deals import StageDeals
from service.funnel import funnel
from service.records import Deliverable, DeliverableState, Role
from tests.service.api.house import add_customer, body_of, problem_of, requirement_of
from tests.service.api.test_api_causes import carry_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.service.api.house import House

DAY = date(2026, 5, 31)
EAST: Mapping[str, str] = {"region": "华东"}
NOBODY = Cohort(deals=0, due=0.0, came=0, rate=None, usual=None)
#: Deals of the stage: 华东 by shop and by web, 华北 by shop alone.
KNOWN = (("华东", "shop"), ("华东", "web"), ("华北", "shop"))

CANDIDATES = ("e1", "e2", "e3")
CAUSE: Mapping[str, Any] = {"by": "model", "kind": "evidence", "p_root": 0.1}


def a_snapshot(stage: str) -> bytes:
    """Write down the deals that are known."""
    deals = tuple(
        Deal(id=f"D{place}", rep="r", entered=DAY, converted=None, dims={"region": r, "channel": c})
        for place, (r, c) in enumerate(KNOWN)
    )
    asked = snapshot.Asked(
        stage=stage,
        following=funnel().after(stage).id,
        seen_until=DAY,
        false_alarms_a_year=0.5,
    )
    return snapshot.write(
        asked,
        StageDeals(deals=deals, out_of_order=0, again=0, moved=0),
        [one.id for one in funnel().dimensions],
        evidence=(),
        rules=snapshot.Rules(dag=catalogue_text(), ranker=None),
    )


def fallen(
    house: House, name: str, stage: str = "demo", cells: Sequence[Mapping[str, str]] = (EAST,)
) -> str:
    """Open an incident whose cells fell; gives its address."""
    taken = a_snapshot(stage)
    stored = house.ports.storage.put([taken], max_bytes=1 << 20)
    figures = {"expected": 100, "observed": 60, "llr": 9.0, "p": 1.0}
    causes = [{"id": one, "rank": rank, **CAUSE} for rank, one in enumerate(CANDIDATES, 1)]
    answer = {
        "stage": stage,
        "status": "fell",
        "scope": "cells",
        "onset": {"at": "2026-05-20"},
        "cells": [{"cell": dict(one), **figures} for one in cells],
        "causes": causes,
    }
    with house.ports.records.begin() as unit:
        incident = Incident(
            id=name,
            stage=stage,
            onset="2026-05-20",
            alarm="2026-05-24",
            state=IncidentState.OPEN,
            opened_at=unit.now(),
            opened_by="system",
        )
        unit.causes.incidents.add(incident)
        examination = Examination(
            id=f"{name}-1",
            incident_id=name,
            turn=1,
            snapshot_sha256=stored.sha256,
            snapshot_size=stored.size,
            answer=json.dumps(answer),
            answer_sha256="0" * 64,
            examined_at=unit.now(),
            examined_by="system",
        )
        unit.causes.examinations.add(examination)
    return f"/incidents/{name}"


#: A scope, and the place that is refused, or None; with a word of what is expected there.
SCOPES = (
    ([{"region": "华东", "channel": "web"}], None, ""),
    ([{"region": "火星"}], "/scope/0/region", "华东, 华北"),
    ([EAST, {"region": "华东", "channel": "fax"}], "/scope/1/channel", "shop, web"),
    ([{"region": "华北", "channel": "web"}], "/scope/0", "deal"),
    ([{"region": "华东", "planet": "x"}], "/scope/0/planet", "region, channel"),
)


def test_a_trip_names_cells_that_some_deal_is_in(house: House) -> None:
    vp, where = house.somebody("vp", Role.VP_SALES), fallen(house, "a", cells=[{}])
    for scope, place, word in reversed(SCOPES):
        answer = vp.post(f"{where}/breaker", json={"reason": "急", "scope": scope})
        if place is None:
            assert body_of(answer)["breaker"]["scope"] == scope
            continue
        (error,) = problem_of(answer)["errors"]
        assert (answer.status_code, error["where"]) == (422, place)
        assert word in error["expected"]
        assert body_of(vp.get(where))["breaker"] is None


@pytest.mark.parametrize(
    ("cell", "region", "phase"),
    [
        pytest.param(EAST, "华东", "half_open", id="quotes of customers in the scope let it go"),
        pytest.param(EAST, "华北", "open", id="those of customers outside say nothing of it"),
        pytest.param(EAST, None, "half_open", id="a customer of no region may be inside"),
        pytest.param({}, "华北", "half_open", id="of everything all count"),
        pytest.param(
            {"channel": "web"}, "华北", "half_open", id="a customer's channel is not known: may be"
        ),
        pytest.param(
            {"region": "华东", "channel": "web"}, "华北", "open", id="its region is: it is not"
        ),
    ],
)
def test_quotes_let_go_where_their_customers_are(
    house: House, cell: Mapping[str, str], region: str | None, phase: str
) -> None:
    vp, where = house.somebody("vp", Role.VP_SALES), fallen(house, "a", cells=[cell])
    assert body_of(vp.post(f"{where}/breaker", json={"reason": "急"}))["trips"]
    quotes(house, region, count=7)
    with house.ports.records.begin() as unit:
        incident = unit.causes.incidents.get("a")
        assert incident
        incident_breakers.look_at_quotes(unit, incident, NOBODY)
    assert body_of(vp.get(where))["breaker"]["phase"] == phase


def quotes(house: House, region: str | None, *, count: int) -> None:
    """Have quotes of a customer received and found sound after the breaker opened."""
    report: dict[str, Any] = {
        "checks": [{"id": "cost_sheet.version", "status": "PASSED", "sub_indication": None}]
    }
    seller = house.somebody("seller", Role.SALESPERSON, region=region)
    customer = add_customer(seller)
    wanted = requirement_of(seller, customer, "roi_sheet")
    with house.ports.records.begin() as unit:
        for _ in range(count):
            quote = Deliverable(
                id=unit.new_id(),
                customer_id=customer["id"],
                stage_id=wanted["stage_id"],
                requirement_id=wanted["id"],
                uploader_id=seller.person.id,
                name="报价.xlsx",
                declared_type=None,
                sha256="0" * 64,
                size=1,
                received_at=unit.now() + timedelta(hours=1),
                asked={},
                state=DeliverableState.JUDGED,
                verdict="PASSED",
                report=report,
            )
            unit.deliverables.add(quote)


def test_of_two_breakers_each_ends_what_it_ordered(house: House) -> None:
    vp, finance = house.somebody("vp", Role.VP_SALES), house.somebody("finance", Role.FINANCE)
    demo, quote = fallen(house, "a"), fallen(house, "b", "quote")
    for where in (demo, quote):
        assert body_of(vp.post(f"{where}/breaker", json={"reason": "急"}))["trips"]
    carry_out(house)

    def held_by() -> list[str]:
        holds = body_of(finance.get("/quote-passage?deal=x"))["holds"]
        return sorted(one["stage"] for one in holds)

    assert held_by() == ["demo", "quote"]
    assert vp.post(f"{demo}/breaker/closing", json={"reason": "好了"}).status_code == 200
    assert held_by() == ["quote"]
    standing = body_of(vp.get("/measures?state=in_force"))["items"]
    assert [one["rule"] for one in standing] == ["incident.quote"]
    # The word may be given again, and the incident closed with its breaker; the other stands.
    assert body_of(vp.post(f"{demo}/breaker", json={"reason": "又急"}))["breaker"]["episode"] == 2
    carry_out(house)
    assert vp.post(f"{demo}/closing", json={"reason": "查清了"}).status_code == 200
    assert held_by() == ["quote"]


def test_nobody_is_asked_for_what_ended_before_and_all_who_were_are_told(house: House) -> None:
    vp, seller = house.somebody("vp", Role.VP_SALES), house.somebody("seller", Role.SALESPERSON)
    where = fallen(house, "a", cells=[{}])

    def heard() -> list[str]:
        return sorted(one["action"] for one in body_of(seller.get("/notices"))["items"])

    for carried, told in ((False, ["notify"]), (True, ["notify"] * 2 + ["push", "read_confirm"])):
        assert body_of(vp.post(f"{where}/breaker", json={"reason": "急"}))["trips"]
        if carried:
            carry_out(house)
        assert vp.post(f"{where}/breaker/closing", json={"reason": "误报"}).status_code == 200
        carry_out(house)
        assert heard() == told
    last = body_of(seller.get("/notices"))["items"][0]["text"]
    assert "误报" in last["zh"]
    assert "解除" in last["zh"]
    assert "lifted" in last["en"]
    with house.ports.records.read() as unit:
        closed = unit.audit.entries(where={"action": "breakers.closed"})
        lifted = unit.audit.entries(where={"action": "measures.lifted"})
    assert [one.reason for one in closed] == ["误报"] * 2
    assert len(lifted) == 6


def test_quotes_are_read_by_portions_and_told_in_order(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quote_evidence, "PORTION", 3)
    quotes(house, "华东", count=7)
    with house.ports.records.read() as unit:
        found = [one.id for one in quote_evidence.judged(unit, house.clock.at)]
        later = quote_evidence.judged(unit, house.clock.at + timedelta(days=1))
    assert (len(found), found, later) == (7, sorted(found), ())
