"""Stage events, evidence and incidents over HTTP: what is taken, what is refused and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service import rule_actions
from service.records import Role
from tests.service.api.house import ON_BOTH, body_of, problem_of

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House

AT = datetime(2026, 5, 4, 2, tzinfo=UTC)


def event(source_id: str, stage: str = "demo", **changes: Any) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "deal": "D1",
        "stage": stage,
        "at": AT.isoformat(),
        "rep": "rep-1",
        "region": "华东",
        **changes,
    }


def send(caller: Caller, *events: dict[str, Any], source: str = "crm") -> dict[str, Any]:
    answer = caller.post("/stage-events", json={"source": source, "events": list(events)})
    assert answer.status_code == 200, answer.text
    return body_of(answer)


@ON_BOTH
def test_events_are_taken_once_and_in_any_order(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    late = event("2", "报价", at="2026-05-05 09:00")
    first = send(ops, late, event("1"), event("1"))
    assert (first["accepted"], first["duplicate"], first["refused"]) == (2, 1, [])
    again = send(ops, event("1"), event("3", "签约"))
    assert (again["accepted"], again["duplicate"]) == (1, 1)
    assert send(ops, event("1"), source="erp")["accepted"] == 1
    with house.ports.records.read() as unit:
        assert {one.stage for one in unit.causes.stage_events.find()} == {"demo", "quote", "sign"}
        (entry, *_) = unit.audit.entries(where={"action": "stage_events.take"})
        assert (entry.after or {})["events"] == 2
        assert unit.audit.verify() == ()


@pytest.mark.parametrize(
    ("row", "where", "expected"),
    [
        pytest.param(event("9", "试驾"), "stage", "demo, quote, sign", id="a stage nobody knows"),
        pytest.param(event("9", at="2026-13-01"), "at", "a time such as", id="no time"),
        pytest.param(
            event("9", at="9999-12-31T23:59:59-12:00"), "at", "a time such as", id="the year 10000"
        ),
        pytest.param(event("9", at="2027-01-01"), "at", "no time after now", id="a time to come"),
        pytest.param(event("9", deal=""), "deal", "text of 1 to 200", id="no deal"),
        pytest.param(event("9", 大小="x"), "大小", "region", id="a column nobody knows"),
        pytest.param(
            event("1", region="华北"), "source_id", "dims differ", id="an id with another content"
        ),
    ],
)
def test_a_bad_row_is_refused_by_itself(
    house: House, row: dict[str, Any], where: str, expected: str
) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    send(ops, event("1"))
    told = send(ops, row, event("2", "quote", rep="张\u3000三"))
    (refused,) = told["refused"]
    assert (told["accepted"], refused["row"], refused["where"]) == (1, 1, where)
    assert expected in refused["expected"]["en"]
    assert refused["expected"]["zh"]


@pytest.mark.parametrize(
    ("table", "where"),
    [
        pytest.param("编号,商机,阶段\n1,D1,demo\n", "line 1", id="a column is missing"),
        pytest.param("编号,商机,阶段,时间,天气\n", "line 1, column 5", id="a column nobody knows"),
        pytest.param("编号,编号,商机,阶段,时间\n", "line 1, column 2", id="a column twice"),
        pytest.param("编号,商机,阶段,时间\n", "line 2", id="no row"),
    ],
)
def test_a_bad_table_is_refused_whole(house: House, table: str, where: str) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    answer = ops.post(
        "/stage-events/csv?source=crm",
        data=table.encode(),
        headers={"Content-Type": "text/csv; charset=utf-8"},
    )
    problem = problem_of(answer)
    assert (problem["status"], problem["errors"][0]["where"]) == (422, where)


def item(**changes: Any) -> dict[str, Any]:
    told = {"source": "oa", "source_id": "1", "type": "release", "at": "2026-05-04"}
    return {**told, "title": {"zh": "发布", "en": "release"}, **changes}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"type": "weather"}, "items[0].type", id="a type that is not declared"),
        pytest.param({"source_id": "1~2"}, "items[0].source_id", id="an id as corrections have"),
        pytest.param({"at": "2026-07-01"}, "items[0].at", id="evidence to come"),
        pytest.param({"until": "2026-05-01"}, "items[0].until", id="ends before it begins"),
        pytest.param({"exposure": {}}, "items[0].exposure", id="an exposure that says nothing"),
        pytest.param({"exposure": {"share": 2}}, "items[0].exposure.share", id="a share above 1"),
        pytest.param(
            {"exposure": {"cells": [{"planet": "x"}]}},
            "items[0].exposure.cells[0].planet",
            id="a dimension nobody knows",
        ),
    ],
)
def test_bad_evidence_is_refused_with_its_place(
    house: House, changes: dict[str, Any], where: str
) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    problem = problem_of(ops.post("/evidence-items", json={"items": [item(**changes)]}))
    assert (problem["status"], problem["errors"][0]["where"]) == (422, where)
    assert body_of(ops.get("/evidence-items"))["items"] == []


@ON_BOTH
def test_evidence_is_kept_once_and_never_changed(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    one, other = (
        body_of(ops.post("/evidence-items", json={"items": [item()]}))["items"] for _ in range(2)
    )
    assert one == other
    answer = ops.post("/evidence-items", json={"items": [item(at="2026-05-05")]})
    assert (answer.status_code, len(body_of(ops.get("/evidence-items"))["items"])) == (409, 1)


@pytest.mark.parametrize(
    ("collector", "row", "status"),
    [
        pytest.param(
            "surveys", {"id": "1", "deal": "D", "day": "x", "text": "…"}, 422, id="no day"
        ),
        pytest.param("training", {"session": "s"}, 422, id="half a row"),
        pytest.param(
            "close-date-edits",
            {"rep": "r", "day": "2026/5/1", "moved_days": "很多"},
            422,
            id="no number",
        ),
        pytest.param("weather", {}, 404, id="no such collector"),
    ],
)
def test_collectors_have_contracts(
    house: House, collector: str, row: dict[str, Any], status: int
) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    answer = ops.post(
        f"/evidence-items/collected/{collector}", json={"source": "oa", "rows": [row]}
    )
    problem = problem_of(answer)
    assert problem["status"] == status
    # No words of the library that checks: they would be English in a Chinese answer.
    assert "Input should" not in problem["messages"]["zh"]


def test_a_log_that_overlaps_the_last_one_is_no_conflict(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)

    def send(*reps: int) -> list[Any]:
        rows = [
            {"rep": f"r{one}", "day": f"2026-05-{day:02}", "moved_days": 14}
            for day, many in enumerate(reps, start=1)
            for one in range(many)
        ]
        body = {"source": "crm", "rows": rows}
        answer = ops.post("/evidence-items/collected/close-date-edits", json=body)
        return [answer.status_code, *(one["id"] for one in body_of(answer).get("items", ()))]

    first = send(1, 40)
    assert (send(1, 40, 2), len(first), send(1, 41)) == (first, 2, [409])


@ON_BOTH
def test_too_little_history_is_said_with_what_is_needed(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    looked = body_of(ops.post("/incidents/detection", json={}))["items"]
    assert {one["status"] for one in looked} == {"no_deals"}
    send(ops, event("1"), event("2", "quote"))
    (one,) = body_of(ops.post("/incidents/detection", json={"stage": "demo"}))["items"]
    assert (one["status"], one["incident"]) == ("too_short", None)
    needed = {"history_days": 56, "watched_days": 60, "conversions": 60}
    assert one["answer"]["needed"] == needed
    assert body_of(ops.get("/incidents"))["items"] == []


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        pytest.param({"until": "2027-01-01"}, "until", id="a day to come"),
        pytest.param({"stage": "sign"}, "stage", id="a stage that nothing follows"),
    ],
)
def test_a_look_that_cannot_be_is_refused(house: House, asked: dict[str, str], where: str) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    problem = problem_of(ops.post("/incidents/detection", json=asked))
    assert (problem["status"], problem["errors"][0]["where"]) == (422, where)


def a_fall(days: int = 124, fell: int = 6, demos: int = 20) -> list[dict[str, Any]]:
    """Demos of two regions, half of which are quoted on the same day; at last hardly any in one."""
    rows = []
    start = AT - timedelta(days=days)
    for day in range(days):
        at = (start + timedelta(days=day)).isoformat()
        for number in range(demos):
            region = ("华东", "华北")[number % 2]
            deal = {"deal": f"{day}-{number}", "at": at, "region": region}
            rows.append(event(f"{day}-{number}", **deal))
            bad = day >= days - fell and region == "华东"
            if (number // 2 + day) % (8 if bad else 2) == 0:
                rows.append(event(f"{day}-{number}q", "quote", **deal))
    return rows


@ON_BOTH
def test_a_fall_is_told_judged_and_held_within_its_cell(house: House) -> None:
    ops, vp = house.somebody("ops", Role.SALES_OPS), house.somebody("vp", Role.VP_SALES)
    rows = a_fall()
    for start in range(0, len(rows), 3000):
        send(ops, *rows[start : start + 3000])
    asked = {"stage": "demo", "until": (AT - timedelta(days=1)).date().isoformat()}
    one, again = (
        body_of(ops.post("/incidents/detection", json=asked))["items"][0] for _ in range(2)
    )
    assert (one["status"], one["answer"]["scope"]) == ("fell", "cells")
    assert (again["incident"], again["examination"]) == (one["incident"], one["examination"])
    where = f"/incidents/{one['incident']}"
    told = body_of(vp.get(where))
    assert [cell["cell"] for cell in told["answer"]["cells"]] == [{"region": "华东"}]
    check_the_breaker(vp, where)
    unknown = vp.post(f"{where}/verdicts", json={"role": "root", "candidate": "x", "reason": "?"})
    assert unknown.status_code == 422
    none = vp.post(f"{where}/verdicts", json={"role": "none_of_these", "reason": "都不是"})
    assert (none.status_code, body_of(none)["position"]) == (201, None)
    closed = body_of(ops.post(f"{where}/closing", json={"reason": "查清了"}))
    assert (closed["state"], body_of(vp.get(where))["breaker"]["phase"]) == ("closed", "closed")
    assert ops.post(f"{where}/closing", json={"reason": "再关"}).status_code == 409
    with house.ports.records.read() as unit:
        events = [one.event.value for one in unit.rules.firings.find({"rule": "incident.demo"})]
        assert (events, unit.audit.verify()) == (["entered", "opened", "closed"], ())


def check_the_breaker(vp: Caller, where: str) -> None:
    """Nobody said so and no evidence was ranked: a warning only, until somebody does."""
    assert body_of(vp.get(where))["breaker"] is None
    wide = body_of(vp.post(f"{where}/breaker", json={"reason": "急", "scope": [{}]}))
    assert (wide["trips"], wide["breaker"]) == (False, None)
    trip = body_of(vp.post(f"{where}/breaker", json={"reason": "急"}))
    assert (trip["trips"], trip["scope"]) == (True, [{"region": "华东"}])
    assert vp.post(f"{where}/breaker", json={"reason": "再来"}).status_code == 409


#: Days until the fall lies before the weeks that detection watches.
SILENT_AFTER = 66


def after_it(first: int, days: int, east: int, *, well: bool) -> list[dict[str, Any]]:
    """Ten demos of 华北 a day, half of them quoted, and some of 华东, half or none."""
    rows = []
    for day in range(first, first + days):
        at = (AT + timedelta(days=day)).isoformat()
        for number in range(10 + east):
            region = "华北" if number < 10 else "华东"
            deal = {"deal": f"n{day}-{number}", "at": at, "region": region}
            rows.append(event(f"n{day}-{number}", **deal))
            if (number + day) % 2 == 0 and (region == "华北" or well):
                rows.append(event(f"n{day}-{number}q", "quote", **deal))
    return rows


@pytest.mark.parametrize(
    ("east", "well", "phases"),
    [
        pytest.param(
            10, True, ["half_open", "half_open", "closed"], id="its deals recovered: it lets go"
        ),
        pytest.param(
            1,
            False,
            ["open", "open", "open"],
            id="its deals, too few for an alarm, never did: it stays open",
        ),
    ],
)
def test_a_breaker_follows_its_own_deals_after_detection_fell_silent(
    house: House, east: int, phases: list[str], *, well: bool
) -> None:
    ops, vp = house.somebody("ops", Role.SALES_OPS), house.somebody("vp", Role.VP_SALES)
    send_all(ops, a_fall())
    yesterday = (AT - timedelta(days=1)).date().isoformat()
    (one,) = body_of(ops.post("/incidents/detection", json={"stage": "demo", "until": yesterday}))[
        "items"
    ]
    where = f"/incidents/{one['incident']}"
    assert body_of(vp.post(f"{where}/breaker", json={"reason": "急"}))["trips"]
    carry_out(house)
    finance = house.somebody("finance", Role.FINANCE)
    check_who_may_pass(finance)
    house.clock.at = AT + timedelta(days=SILENT_AFTER)
    send_all(ops, after_it(0, SILENT_AFTER, east, well=well))
    found = []
    for day in range(3):
        looked = body_of(ops.post("/incidents/detection", json={"stage": "demo"}))["items"]
        assert looked[0]["status"] == "steady"
        found.append(body_of(vp.get(where))["breaker"]["phase"])
        house.clock.at += timedelta(days=4)
        send_all(ops, after_it(SILENT_AFTER + 4 * day, 4, east, well=well))
    assert found == phases
    carry_out(house)
    assert may_pass(finance, "123-0") is (phases[-1] == "closed")
    with house.ports.records.read() as unit:
        assert unit.audit.verify() == ()


def may_pass(caller: Caller, deal: str) -> bool:
    return bool(body_of(caller.get(f"/quote-passage?deal={deal}"))["passes"])


def check_who_may_pass(finance: Caller) -> None:
    """Of 华东, where the breaker is open, nobody does; of 华北 all do; who is unknown does not."""
    assert [may_pass(finance, deal) for deal in ("123-0", "123-1", "nobody")] == [
        False,
        True,
        False,
    ]
    (hold,) = body_of(finance.get("/quote-passage?deal=123-0"))["holds"]
    assert (hold["what"], hold["phase"], hold["stage"]) == ("财务审批", "open", "demo")
    assert "region=华东" in hold["why"][1]["zh"]
    assert problem_of(finance.get("/quote-passage"))["status"] == 422
    assert problem_of(finance.get("/quote-passage?quote=x"))["status"] == 404


def carry_out(house: House) -> None:
    """Do what the outbox has for rule actions, as the dispatcher would."""
    with house.ports.records.begin() as unit:
        rows = unit.outbox.lease(limit=100, seconds=60)
    for row in rows:
        if row.kind == rule_actions.ACT:
            rule_actions.carry_out(house.ports, row.payload)
        with house.ports.records.begin() as unit:
            unit.outbox.finish(row.id)


def send_all(caller: Caller, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 3000):
        send(caller, *rows[start : start + 3000])


def test_files_are_stored_once_and_those_of_another_version_are_said_to_be(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    send_all(ops, a_fall())
    asked = {"stage": "demo", "until": (AT - timedelta(days=1)).date().isoformat()}
    inodes = []
    for _ in range(2):
        looked = body_of(ops.post("/incidents/detection", json=asked))["items"][0]
        kept = [one for one in house.settings.data.rglob("*") if len(one.name) == 64]
        inodes.append({one.name: one.stat().st_ino for one in kept})
    assert len(inodes[0]) == 3
    assert inodes[0] == inodes[1]
    where = f"/incidents/{looked['incident']}/again"
    assert body_of(ops.get(where))["same"]
    examined_by_another_version(house, looked["incident"])
    assert problem_of(ops.get(where))["status"] == 409


def examined_by_another_version(house: House, incident: str) -> None:
    """Add an examination by a ranker that knew one feature less."""
    storage = house.ports.storage
    with house.ports.records.begin() as unit:
        (last,) = unit.causes.examinations.find({"incident_id": incident})
        with storage.open(last.snapshot_sha256) as file:
            taken = json.load(file)
        trees, scale = taken["ranker"]
        with storage.open(scale) as file:
            told = json.load(file)
        told["features"].pop()
        other = storage.put([json.dumps(told).encode()], max_bytes=1 << 20)
        taken["ranker"] = [trees, other.sha256]
        stored = storage.put([json.dumps(taken).encode()], max_bytes=1 << 26)
        unit.causes.examinations.add(
            replace(last, id=unit.new_id(), turn=2, snapshot_sha256=stored.sha256)
        )
