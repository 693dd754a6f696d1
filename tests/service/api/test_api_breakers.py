"""When an incident's breaker may trip, and whose look changes an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rules.incident_breaker import judge
from service.actions import incident_breakers, incidents
from service.causes import rankers
from service.records import Role
from tests.service.api.house import body_of, problem_of
from tests.service.api.test_api_causes import AT, a_fall, after_it, carry_out, event, send_all

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House


def told_of_a_fall(ops: Caller) -> str:
    """Send a fall and look at it as of yesterday; gives the address of its incident."""
    send_all(ops, a_fall())
    return look_at_demos(ops, AT - timedelta(days=1))[1]


def look_at_demos(ops: Caller, day: datetime) -> tuple[str, str]:
    asked = {"stage": "demo", "until": day.date().isoformat()}
    (one,) = body_of(ops.post("/incidents/detection", json=asked))["items"]
    return one["status"], f"/incidents/{one['incident']}"


#: Cells that no deal can be in, and where that is told.
NOWHERE = (
    ([{"region": "华东", "planet": "x"}], "/scope/0/planet"),
    ([{"region": "华东"}, {"region": "华东", "channel": " "}], "/scope/1/channel"),
)


def test_a_breaker_is_tripped_where_deals_can_be_and_once_for_each_cell(house: House) -> None:
    ops, vp = house.somebody("ops", Role.SALES_OPS), house.somebody("vp", Role.VP_SALES)
    incident = told_of_a_fall(ops)
    for scope, where in NOWHERE:
        problem = problem_of(vp.post(f"{incident}/breaker", json={"reason": "急", "scope": scope}))
        assert (problem["status"], problem["errors"][0]["where"]) == (422, where)
    assert body_of(vp.get(incident))["breaker"] is None
    twice = vp.post(f"{incident}/breaker", json={"reason": "急", "scope": [{"region": "华东"}] * 2})
    assert body_of(twice)["breaker"]["scope"] == [{"region": "华东"}]


def test_what_people_have_closed_stays_closed_until_a_person_looks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops, vp = house.somebody("ops", Role.SALES_OPS), house.somebody("vp", Role.VP_SALES)
    incident = told_of_a_fall(ops)
    house.clock.at = AT
    keep = incidents._keep  # noqa: SLF001 - somebody closes it while the hourly look is at work

    def close_and_keep(*told: Any) -> Any:
        ops.post(f"{incident}/closing", json={"reason": "查清了"})
        return keep(*told)

    with monkeypatch.context() as patch:
        patch.setattr(incidents, "_keep", close_and_keep)
        incidents.detect(house.ports, None, stage="demo")
    assert [one["state"] for one in body_of(ops.get("/incidents"))["items"]] == ["closed"]
    # Nobody would follow its deals, so that it would never be released.
    assert vp.post(f"{incident}/breaker", json={"reason": "急"}).status_code == 409
    (hourly, *_) = incidents.detect(house.ports, None, stage="demo")
    assert hourly.answer["status"] == "fell"
    assert hourly.incident is not None
    assert f"/incidents/{hourly.incident.id}" == incident
    assert len(body_of(ops.get("/incidents"))["items"]) == 1
    assert look_at_demos(ops, AT)[1] != incident
    assert len(body_of(ops.get("/incidents?state=open"))["items"]) == 1


@pytest.mark.parametrize(
    ("well", "again"),
    [
        pytest.param(True, True, id="it recovered and fell once more: a new incident"),
        pytest.param(False, False, id="it never recovered: what people closed stays closed"),
    ],
)
def test_the_hourly_look_opens_a_fall_that_came_after_the_closing(
    house: House, *, well: bool, again: bool
) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    incident = told_of_a_fall(ops)
    house.clock.at = AT
    assert body_of(ops.post(f"{incident}/closing", json={"reason": "查清了"}))
    house.clock.at = AT + timedelta(days=26)
    send_all(ops, after_it(0, 20, 10, well=well) + after_it(20, 6, 10, well=False))
    (hourly,) = incidents.detect(house.ports, None, stage="demo")
    assert hourly.answer["status"] == "fell"
    assert hourly.incident is not None
    where = f"/incidents/{hourly.incident.id}"
    assert (where != incident) is again
    if not again:
        return
    fell = (AT + timedelta(days=20)).date().isoformat()
    assert hourly.incident.onset == fell
    assert [one["cell"] for one in hourly.answer["cells"]] == [{"region": "华东"}]
    # Another look finds the same incident, and its answer comes out again.
    assert look_at_demos(ops, house.clock.at) == ("fell", where)
    assert body_of(ops.get(f"{where}/again"))["same"]
    # Closed in its turn, neither of the two is opened by the hourly look.
    assert body_of(ops.post(f"{where}/closing", json={"reason": "查清了"}))
    incidents.detect(house.ports, None, stage="demo")
    assert body_of(ops.get("/incidents?state=open"))["items"] == []


def test_a_look_at_an_earlier_day_is_told_and_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    incident = told_of_a_fall(ops)
    seen = body_of(ops.get(incident))
    for days, turn in ((2, 1), (0, 2)):
        told = look_at_demos(ops, AT - timedelta(days=days))
        assert told == ("fell", incident)
        assert body_of(ops.get(incident))["examination"]["turn"] == turn
    assert body_of(ops.get(incident))["answer"]["seen_until"] > seen["answer"]["seen_until"]
    # The same data is examined anew by another version of the program, which may say otherwise.
    monkeypatch.setattr(rankers, "program", lambda: "source-of-tomorrow")
    look_at_demos(ops, AT)
    again = body_of(ops.get(f"{incident}/again"))
    assert (again["program"], again["same"], again["why"]) == ("source-of-tomorrow", True, None)
    assert body_of(ops.get(incident))["examination"]["turn"] == 3


def test_what_stands_is_not_put_in_force_twice_where_it_opens_again(house: House) -> None:
    ops, vp = house.somebody("ops", Role.SALES_OPS), house.somebody("vp", Role.VP_SALES)
    finance, incident = house.somebody("finance", Role.FINANCE), told_of_a_fall(ops)
    house.clock.at = AT + timedelta(hours=1)
    assert body_of(vp.post(f"{incident}/breaker", json={"reason": "急"}))["trips"]
    carry_out(house)
    phases = []
    for day, well in enumerate((True, True, False, False)):
        send_all(ops, after_it(4 * day, 4, 12, well=well))
        house.clock.at += timedelta(days=4)
        assert ops.post("/incidents/detection", json={"stage": "demo"}).status_code == 200
        carry_out(house)
        phases.append(body_of(vp.get(incident))["breaker"]["phase"])
    assert phases == ["open", "half_open", "half_open", "open"]
    standing = body_of(vp.get("/measures?state=in_force"))["items"]
    assert sorted(one["action"] for one in standing) == [
        "read_confirm",
        "require_training",
        "suspend",
    ]
    # Who moves out of the scope afterwards is held as before.
    moved = {"deal": "123-0", "at": house.clock.at.isoformat(), "region": "华北"}
    send_all(ops, [event("moved", "quote", **moved)])
    assert len(body_of(finance.get("/quote-passage?deal=123-0"))["holds"]) == 1
    assert vp.post(f"{incident}/breaker/closing", json={"reason": "好了"}).status_code == 200
    with house.ports.records.read() as unit:
        (closed,) = unit.audit.entries(where={"action": "breakers.closed"})
    assert closed.reason == "好了"


@pytest.mark.parametrize(
    ("days_after", "phase"),
    [
        pytest.param(1, "open", id="yesterday was looked at: it trips by itself"),
        pytest.param(9, None, id="a day of last week was looked at: a warning only"),
    ],
)
def test_a_breaker_trips_by_itself_on_what_is_seen_now(
    house: House, monkeypatch: pytest.MonkeyPatch, days_after: int, phase: str | None
) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    monkeypatch.setattr(incident_breakers, "judge", lambda one: judge(replace(one, p_root=0.9)))
    house.clock.at = AT + timedelta(days=days_after - 1)
    breaker = body_of(ops.get(told_of_a_fall(ops)))["breaker"]
    assert (breaker and breaker["phase"]) == phase
