"""Facts over HTTP: rows with their fates, requests with their problems, and who sees what came."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.records import Role
from tests.service.api.house import ON_BOTH, Row, body_of, check_problem

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House

WHY = "/rules/target.weekly.red/why"
NAN_ROW = '{"kind": "weekly", "facts": [{"subject": "华东", "values": {"attainment": NaN}}]}'


def week(number: int, attainment: Any, *, subject: str = "华东") -> dict[str, Any]:
    values = {"attainment": attainment, "stock_days": 50}
    return {"subject": subject, "period": f"2026-W{number:02}", "values": values}


def _ops(house: House) -> Caller:
    return house.somebody("ops", Role.SALES_OPS, region=None, team=None)


def _body(**changes: Any) -> dict[str, Any]:
    return {"json": {"kind": "weekly", "facts": [week(20, 0.9)], **changes}}


BAD_REQUESTS = {
    "no kind": Row({"json": {"facts": [week(1, 1)]}}, 422, "invalid", "/kind", "nothing"),
    "a kind that there is not": Row(_body(kind="weakly"), 404, "not-found", "/kind", "weakly"),
    "a kind of another form": Row(_body(kind="a b"), 422, "invalid", "/kind"),
    "no facts": Row(_body(facts=[]), 422, "invalid", "/facts"),
    "1,001 facts": Row(_body(facts=[week(1, 1)] * 1001), 422, "invalid", "/facts"),
    "an object for the list": Row(_body(facts={}), 422, "invalid", "/facts"),
    "a text for a fact": Row(_body(facts=["x"]), 422, "invalid", "/facts/0"),
    "another word for late": Row(_body(late="maybe"), 422, "invalid", "/late"),
    "a part that nobody knows": Row(_body(colour="red"), 422, "invalid", "/colour"),
    "NaN": Row(
        {"data": NAN_ROW, "headers": {"Content-Type": "application/json"}},
        400,
        "malformed-json",
        "body",
        "NaN",
    ),
    "a form": Row({"data": {"kind": "weekly"}}, 415, "wrong-media-type", "Content-Type"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_is_explained_and_keeps_nothing(house: House, name: str) -> None:
    row = BAD_REQUESTS[name]
    ops = _ops(house)
    before = house.stored()
    check_problem(ops.post("/facts", **row.arguments), row)
    assert house.stored() == before
    assert body_of(ops.get("/held-facts"))["items"] == []


def _table(text: str | bytes, *, charset: str = "", kind: str = "weekly") -> dict[str, Any]:
    return {
        "data": text,
        "headers": {"Content-Type": f"text/csv{charset}"},
        "query_string": {"kind": kind},
    }


BAD_TABLES = {
    "nothing": Row(_table(""), 422, "invalid", "line 1"),
    "a head alone": Row(_table("subject,period,attainment\n"), 422, "invalid", "line 2"),
    "a column that there is not": Row(
        _table("subject,period,attainmnt\n华东,2026-W20,1\n"), 422, "invalid", "line 1, column 3"
    ),
    "a column twice": Row(
        _table("subject,period,周达成率,attainment\n"), 422, "invalid", "line 1, column 4"
    ),
    "no period": Row(_table("subject,attainment\n华东,1\n"), 422, "invalid", "line 1"),
    "a quote that is never closed": Row(
        _table('subject,period,attainment\n"华东,2026-W20,1\n'), 422, "invalid", "line 2"
    ),
    "GB18030 that is not said": Row(
        _table("区域,周,周达成率\n".encode("gb18030")), 422, "invalid", "byte 0"
    ),
    "an encoding that there is not": Row(
        _table("x", charset="; charset=klingon"), 422, "invalid", "Content-Type"
    ),
    "JSON": Row(
        {"json": {}, "query_string": {"kind": "weekly"}}, 415, "wrong-media-type", "Content-Type"
    ),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_bad_table_is_explained_and_keeps_nothing(house: House, name: str) -> None:
    row = BAD_TABLES[name]
    ops = _ops(house)
    before = house.stored()
    check_problem(ops.post("/facts/csv", **row.arguments), row)
    assert house.stored() == before


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_table_is_taken_row_by_row(house: House, charset: str) -> None:
    text = (
        "区域,周,周达成率,库存周转天数\n"
        "华东,2026-W19,７９%,50\n"
        "华东,2026-W20,n/a,50\n"
        "火星,2026-W20,90%,\n"
        "华北,2026-W20,0.9\n"
        "华北,2026-W21,90%,\n"
        "华北,2026-W22,90%,45%\n"
    )
    answer = _ops(house).post(
        "/facts/csv", **_table(text.encode(charset), charset=f"; charset={charset}")
    )
    assert answer.status_code == 200, answer.text
    rows = body_of(answer)["rows"]
    assert [row["code"] for row in rows] == [
        None,
        "wrong-value",
        "unknown-subject",
        "wrong-shape",
        None,
        "wrong-value",
    ]
    assert all(row["reason"]["zh"] and row["reason"]["en"] for row in rows if row["held"])


def test_rows_that_are_no_facts_are_held_repaired_and_discarded(house: House) -> None:
    ops = _ops(house)
    receipt = body_of(
        ops.post("/facts", json={"kind": "weekly", "facts": [week(20, "high"), week(20, 0.9)]})
    )
    assert (receipt["accepted"], receipt["held"], receipt["rows"][0]["where"]) == (
        1,
        1,
        "/values/attainment",
    )
    held = body_of(ops.get("/held-facts", query_string={"state": "waiting"}))["items"]
    (one,) = held
    wrong = ops.post(f"/held-facts/{one['id']}/repair", json={"row": week(19, 99)})
    assert wrong.status_code == 422
    right = ops.post(f"/held-facts/{one['id']}/repair", json={"row": week(21, 0.8)})
    assert body_of(right)["state"] == "repaired"
    again = ops.post(f"/held-facts/{one['id']}/discard", json={"reason": "sent twice"})
    assert again.status_code == 409
    known = body_of(ops.get("/facts", query_string={"kind": "weekly", "subject": "华东"}))
    assert [fact["period"] for fact in known["items"]] == ["2026-W21", "2026-W20"]
    anna = house.somebody("anna", Role.SALESPERSON)
    assert anna.get("/held-facts").status_code == 403


def _seed(house: House, ops: Caller) -> None:
    """Send the seed's weeks one by one, each an hour after its end, the last one twice."""
    for number, value in enumerate([0.91, 0.84, 0.79, 0.78], 17):
        body = {"kind": "weekly", "facts": [week(number, value)]}
        headers = {"Idempotency-Key": f"week-{number}"}
        house.clock.at = datetime.fromisocalendar(2026, number + 1, 1).replace(tzinfo=UTC)
        first = ops.post("/facts", json=body, headers=headers)
        assert first.status_code == 200, first.text
    again = ops.post("/facts", json=body, headers=headers)
    assert again.data == first.data
    assert again.headers["Idempotency-Replayed"] == "true"


@ON_BOTH
def test_the_seed_s_weeks_over_http(house: House) -> None:
    _seed(house, _ops(house))
    boss = house.somebody("boss", Role.REGIONAL_DIRECTOR, region="华东")
    seen = body_of(boss.get("/firings"))["items"]
    assert {(one["rule"], one["event"]) for one in seen} >= {
        ("target.weekly.yellow", "entered"),
        ("target.weekly.red", "entered"),
    }
    red = next(one for one in seen if one["rule"] == "target.weekly.red")
    assert [clause["passed"] for clause in red["explanation"]][:1] == [True]
    assert body_of(boss.get(f"/firings/{red['id']}"))["key"] == red["key"]
    page = body_of(boss.get("/firings", query_string={"limit": 1}))
    rest = body_of(boss.get("/firings", query_string={"limit": 1, "after": page["next"]}))
    assert page["items"][0]["id"] != rest["items"][0]["id"]
    states = body_of(boss.get("/rule-states", query_string={"rule": "target.weekly.red"}))
    assert [one["phase"] for one in states["items"]] == ["active"]
    answer = boss.get(WHY, query_string={"subject": "华东"})
    assert answer.status_code == 200, answer.text
    why = body_of(answer)
    assert why["fired"] is True


def test_another_region_s_firings_are_not_there(house: House) -> None:
    _seed(house, _ops(house))
    other = house.somebody("other", Role.REGIONAL_DIRECTOR, region="华北")
    boss = house.somebody("boss", Role.REGIONAL_DIRECTOR, region="华东")
    (one, *_) = body_of(boss.get("/firings"))["items"]
    assert body_of(other.get("/firings"))["items"] == []
    assert other.get(f"/firings/{one['id']}").status_code == 404
    assert other.get(WHY, query_string={"subject": "华东"}).status_code == 404
    assert boss.get("/rules/nothing/why", query_string={"subject": "华东"}).status_code == 404


def test_the_rules_and_kinds_in_force_are_there_to_be_read(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    listed = body_of(anna.get("/rules"))
    assert "target.weekly.red" in {rule["id"] for rule in listed["items"]}
    assert listed["trouble"] is None
    kinds = {kind["name"]: kind for kind in body_of(anna.get("/fact-kinds"))["items"]}
    assert kinds["weekly"]["period"] == "week"


def test_nobody_without_the_permission_sends_facts(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    assert anna.post("/facts", **_body()).status_code == 403
    assert anna.post("/facts/csv", **_table("x")).status_code == 403


def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    big = json.dumps({"kind": "weekly", "facts": [{"x": "y" * (1 << 20)}]})
    answer = _ops(house).post("/facts", data=big, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
