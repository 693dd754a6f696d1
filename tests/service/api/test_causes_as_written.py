"""Times and titles as exports write them: read, or refused with what was expected."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.records import Role
from tests.service.api.house import body_of, problem_of
from tests.service.api.test_api_causes import event, item, send

if TYPE_CHECKING:
    from tests.service.api.house import House

#: A time as it is written, and the hour of 4 May in UTC+8; None: refused.
TIMES = (
    ("2026-05-04T09:30:00+08:00", (9, 30)),
    ("2026-05-04 09:30", (9, 30)),
    ("2026/5/4 9:30", (9, 30)),
    ("2026年5月4日 9:30", (9, 30)),
    ("2026.5.4", (0, 0)),
    ("2026-05-04T01:30:00Z", (9, 30)),
    ("04/05/2026", None),
    ("46146", None),
    ("0001/1/1", None),
)


def test_times_of_stage_events_are_read_as_spreadsheets_write_them(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    rows = [event(f"{place}", at=text) for place, (text, _) in enumerate(TIMES)]
    told = send(ops, *rows)
    refused = [one["seen"] for one in told["refused"]]
    assert refused == [text for text, hour in TIMES if hour is None]
    with house.ports.records.read() as unit:
        found = {one.source_id: one.at for one in unit.causes.stage_events.find()}
    wanted = {
        f"{place}": datetime(2026, 5, 4, (hour[0] - 8) % 24, hour[1], tzinfo=UTC)
        for place, (_, hour) in enumerate(TIMES)
        if hour is not None
    }
    wanted["4"] = datetime(2026, 5, 3, 16, tzinfo=UTC)
    assert found == wanted


def test_a_title_is_one_that_people_can_read(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    for zh in (" ", "\u3000", "\u200b\u200d", "甲" * 201, "甲\x00乙", "甲\n乙"):
        wrong = item(title={"zh": zh, "en": "release"})
        (error,) = problem_of(ops.post("/evidence-items", json={"items": [wrong]}))["errors"]
        assert error["where"] == "items[0].title"
        assert "200" in error["expected"]
    right = item(title={"zh": "发布🙂" + "甲" * 196, "en": "release"})
    assert len(body_of(ops.post("/evidence-items", json={"items": [right]}))["items"]) == 1
