"""Facts in, firings and measures out, in one transaction, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from rules import executors, simulation
from rules.history import Fact
from rules.kinds import Mode
from service import rule_actions, tasks
from service.actions import facts, held_facts, rule_clock, why
from service.actions.fact_fates import Batch, Fate, Late
from service.actors import Actor
from service.errors import Invalid
from service.records import Role
from tests.service import made_rules
from tests.service.made_rules import MadeRules, made
from tests.service.people import person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.adapters.database import DatabaseRecords
    from service.ports import Ports
    from tests.service.conftest import TestClock

OPS = Actor(person_id="ops", name="ops", role=Role.SALES_OPS, region=None, team=None)
EAST = Actor(person_id="dir", name="dir", role=Role.REGIONAL_DIRECTOR, region="华东", team=None)


class Floor:
    """A house with people of two regions, whose rules a test has made."""

    def __init__(self, records: DatabaseRecords, clock: TestClock, rules: MadeRules) -> None:
        self.records = records
        self.clock = clock
        self.rules = rules
        self.ports = cast("Ports", SimpleNamespace(records=records, rules=rules, clock=clock))
        with records.begin() as unit:
            unit.people.add(replace(person("ops", role=Role.SALES_OPS), region=None))
            unit.people.add(replace(person("vp", role=Role.VP_SALES), region=None))
            for region, mark in (("华东", "e"), ("华北", "n")):
                unit.people.add(person(f"mgr-{mark}", region=region, role=Role.MANAGER))
                unit.people.add(person(f"dir-{mark}", region=region, role=Role.REGIONAL_DIRECTOR))
                unit.people.add(person(f"rep-{mark}", region=region))

    def week(self, week: int, attainment: Any, *, stock: Any = 50, subject: str = "华东") -> Any:
        values = {"attainment": attainment, "stock_days": stock}
        return {"subject": subject, "period": f"2026-W{week:02}", "values": values}

    def send(self, *rows: Any, kind: str = "weekly", late: Late = Late.HOLD) -> Any:
        self.clock.forward(1)
        return facts.submit(self.ports, OPS, Batch(kind=kind, rows=rows, late=late))

    def events(self) -> list[tuple[str, str, str]]:
        with self.records.read() as unit:
            return [
                (one.rule, one.subject, one.event.value)
                for one in unit.rules.firings.find()
                if not one.shadow
            ]

    def work(self) -> int:
        """Carry out what waits on the outbox."""
        done = 0
        while True:
            with self.records.begin() as unit:
                rows = unit.outbox.lease(limit=20, seconds=30)
            if not rows:
                return done
            for row in rows:
                tasks.run(self.ports, row)
                done += 1


@pytest.fixture
def floor(records: DatabaseRecords, clock: TestClock) -> Iterator[Floor]:
    rules = MadeRules(made(*made_rules.usual()), clock.at)
    yield Floor(records, clock, rules)
    rules.close()


SEED = [0.91, 0.84, 0.79, 0.78, 0.81, 0.90]
TOLD = [
    ("target.yellow", "华东", "entered"),
    ("target.red", "华东", "entered"),
    ("target.red", "华东", "cleared"),
    ("target.yellow", "华东", "cleared"),
]


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "week by week"])
def test_the_seed_s_weeks_tell_yellow_red_and_the_end(floor: Floor, *, at_once: bool) -> None:
    rows = [floor.week(number, value) for number, value in enumerate(SEED, 1)]
    if at_once:
        assert floor.send(*rows).count(Fate.ACCEPTED) == 6
    else:
        for row in rows:
            floor.send(row)
    assert sorted(floor.events()) == sorted(TOLD)


def test_what_is_kept_is_what_the_simulation_tells_of_the_same_facts(floor: Floor) -> None:
    for number, value in enumerate(SEED * 3, 1):
        floor.send(floor.week(number, value), floor.week(number, 1.7 - value, subject="华北"))
        floor.send(
            *(
                {"subject": region, "period": f"2026-01-{number:02}", "values": {"rate": rate}}
                for region, rate in (("华东", 0.3), ("华北", 0.2 + number % 4 / 10))
            ),
            kind="funnel",
        )
    # In memory nobody knows the house's regions: the kind must name them.
    kinds = (made_rules.WEEKLY, replace(made_rules.FUNNEL, subjects=made_rules.REGIONS))
    known = made(made_rules.red(), made_rules.yellow(), made_rules.breaker(), kinds=kinds)
    with floor.records.read() as unit:
        kept = [
            Fact(**{name: getattr(fact, name) for name in Fact.__dataclass_fields__})
            for kind in ("weekly", "funnel")
            for fact in unit.rules.facts.window(kind, ("华东", "华北"), (-(2**62), 2**62))
        ]
        stored = {one.key for one in unit.rules.firings.find()}
    with executors.default(known) as executor:
        played = simulation.run(known, executor, kept)
    assert len(kept) == 72
    assert stored == {one.key for one in played.firings}
    assert len(stored) > 8


BAD_ROWS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no subject": ({"period": "2026-W03", "values": {"attainment": 1}}, "wrong-shape", "/subject"),
    "a part that no row has": (
        {"subject": "华东", "period": "2026-W03", "values": {"attainment": 1}, "x": 1},
        "wrong-shape",
        "/x",
    ),
    "no values": (
        {"subject": "华东", "period": "2026-W03", "values": {}},
        "wrong-shape",
        "/values",
    ),
    "a region that there is not": (
        {"subject": "华南", "period": "2026-W03", "values": {"attainment": 1}},
        "unknown-subject",
        "/subject",
    ),
    "a month for a week": (
        {"subject": "华东", "period": "2026-03", "values": {"attainment": 1}},
        "wrong-period",
        "/period",
    ),
    "week 54": (
        {"subject": "华东", "period": "2026-W54", "values": {"attainment": 1}},
        "wrong-period",
        "/period",
    ),
    "a number for the period": (
        {"subject": "华东", "period": 202603, "values": {"attainment": 1}},
        "wrong-period",
        "/period",
    ),
    "a week that has not ended": (
        {"subject": "华东", "period": "2026-W30", "values": {"attainment": 1}},
        "future",
        "/period",
    ),
    "a text for a number": (
        {"subject": "华东", "period": "2026-W03", "values": {"attainment": "79%"}},
        "wrong-value",
        "/values/attainment",
    ),
    "NaN": (
        {"subject": "华东", "period": "2026-W03", "values": {"attainment": float("nan")}},
        "wrong-value",
        "/values/attainment",
    ),
    "a number beyond the range": (
        {"subject": "华东", "period": "2026-W03", "values": {"attainment": 79}},
        "wrong-value",
        "/values/attainment",
    ),
    "a field that nobody declared": (
        {"subject": "华东", "period": "2026-W03", "values": {"attainmnt": 1}},
        "unknown-field",
        "/values",
    ),
    "a time without its zone": (
        {"subject": "华东", "period": "2026-W03", "values": {"noted_at": "2026-01-15T08:00:00"}},
        "wrong-value",
        "/values/noted_at",
    ),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_held_with_its_reason_while_the_others_go_on(floor: Floor, name: str) -> None:
    row, code, where = BAD_ROWS[name]
    receipt = floor.send(floor.week(2, 0.84), row, floor.week(3, 0.9))
    first, bad, last = receipt.fates
    assert (first.fate, bad.fate, last.fate) == (Fate.ACCEPTED, Fate.HELD, Fate.ACCEPTED)
    assert (bad.code, bad.where) == (code, where)
    assert bad.reason
    assert bad.reason.zh
    assert bad.reason.en
    assert floor.events() == TOLD[:1] + TOLD[3:]


def test_a_moment_in_no_zone_is_held_and_one_in_any_zone_is_taken(floor: Floor) -> None:
    stream = {"subject": "rep-e", "values": {"minutes": 45}}
    receipt = floor.send(
        {**stream, "period": "2026-01-15T08:00:00"},
        {**stream, "period": "2026-01-15T08:00:00+08:00"},
        {**stream, "period": "2026-01-15T00:00:00Z"},
        kind="live_stream",
    )
    assert [one.fate for one in receipt.fates] == [Fate.HELD, Fate.ACCEPTED, Fate.DUPLICATE]
    assert receipt.fates[0].code == "wrong-zone"


def test_a_repeat_is_recognised_a_correction_and_a_late_week_wait_for_a_person(
    floor: Floor,
) -> None:
    floor.send(floor.week(1, 0.9), floor.week(3, 0.79))
    receipt = floor.send(floor.week(1, 0.9), floor.week(3, 0.86), floor.week(2, 0.7))
    assert [(one.fate, one.code) for one in receipt.fates] == [
        (Fate.DUPLICATE, None),
        (Fate.HELD, "correction"),
        (Fate.HELD, "out-of-order"),
    ]
    with floor.records.begin() as unit:
        late, _ = held_facts.repair(
            floor.ports, unit, OPS, held_id=str(receipt.fates[2].held), row=None
        )
    assert late.fact is not None
    # Weeks 2 and 3 are below 80 % now, which only the late one shows.
    assert ("target.red", "华东", "entered") in floor.events()
    with floor.records.begin() as unit:
        held_facts.repair(floor.ports, unit, OPS, held_id=str(receipt.fates[1].held), row=None)
    assert floor.events()[-2:] == [TOLD[2], TOLD[3]]
    # Back to what it was: not a duplicate of the first fact, for the latest one says otherwise.
    again = floor.send(floor.week(3, 0.79), late=Late.ACCEPT)
    assert again.count(Fate.ACCEPTED) == 1


def test_a_repair_that_is_no_fact_changes_nothing(floor: Floor) -> None:
    held = floor.send(floor.week(2, "low")).fates[0].held
    with pytest.raises(Invalid), floor.records.begin() as unit:
        held_facts.repair(floor.ports, unit, OPS, held_id=held, row=floor.week(2, 99))
    with floor.records.begin() as unit:
        assert [one.id for one in held_facts.find(unit, OPS)] == [held]
        held_facts.discard(unit, OPS, held, reason="sent twice")
        assert held_facts.find(unit, OPS, where={"state": "waiting"}) == ()
        assert held_facts.find(unit, EAST) == ()


def test_somebody_else_s_region_is_held_as_not_yours(floor: Floor) -> None:
    floor.clock.forward(1)
    rows = (floor.week(1, 0.84), floor.week(1, 0.84, subject="华北"))
    receipt = facts.submit(floor.ports, EAST, Batch(kind="weekly", rows=rows))
    assert [one.code for one in receipt.fates] == [None, "not-yours"]


def test_each_action_is_carried_out_once_however_often_it_is_tried(floor: Floor) -> None:
    floor.send(*(floor.week(number, value) for number, value in enumerate(SEED[:4], 1)))
    with floor.records.read() as unit:
        ordered = [
            {"firing": one.id, "action": action}
            for one in unit.rules.firings.find()
            for action in one.actions
        ]
    assert floor.work() == len(ordered)
    for payload in ordered:
        rule_actions.carry_out(floor.ports, payload)
    with floor.records.read() as unit:
        measures = {one.action: one for one in unit.rules.measures.find()}
        told = sorted((one.person_id, one.action) for one in unit.rules.notices.find())
    assert {name: one.state.value for name, one in measures.items()} == {
        "freeze": "in_force",
        "propose": "waiting",
    }
    assert measures["freeze"].region == "华东"
    assert measures["propose"].due_at is not None
    # The other region's people were told nothing.
    assert told == [
        ("dir-e", "propose"),
        ("mgr-e", "notify"),
        ("mgr-e", "notify"),
        ("vp", "notify"),
        ("vp", "propose"),
    ]
    floor.send(floor.week(5, 0.86))
    with floor.records.read() as unit:
        states = {one.action: one.state.value for one in unit.rules.measures.find()}
    assert states == {"freeze": "lifted", "propose": "waiting"}


def test_a_freeze_that_comes_after_the_end_of_its_episode_is_not_in_force(floor: Floor) -> None:
    floor.send(*(floor.week(number, value) for number, value in enumerate(SEED, 1)))
    floor.work()
    with floor.records.read() as unit:
        (freeze,) = unit.rules.measures.find({"action": "freeze"})
    assert freeze.state.value == "lifted"


def test_a_breaker_opens_for_all_half_opens_by_time_and_closes(floor: Floor) -> None:
    def day(number: int, east: float, north: float) -> None:
        floor.send(
            *(
                {"subject": name, "period": f"2026-05-{number:02}", "values": {"rate": rate}}
                for name, rate in (("华东", east), ("华北", north))
            ),
            kind="funnel",
        )

    day(1, 0.3, 0.4)
    assert floor.events() == []
    day(2, 0.3, 0.3)
    floor.work()
    assert floor.events() == [("funnel.quote", "*", "opened")]
    assert rule_clock.tick(floor.ports) == ()
    floor.clock.forward(86400)
    (half,) = rule_clock.tick(floor.ports)
    assert (half.event.value, half.region) == ("half_opened", "*")
    floor.clock.forward(60)
    assert rule_clock.tick(floor.ports) == ()
    floor.clock.at = datetime(2026, 6, 9, tzinfo=UTC)
    for name in ("华东", "华北"):
        floor.send(
            {"subject": name, "period": "2026-06-08", "values": {"rate": 0.5}}, kind="funnel"
        )
    assert floor.events()[-1] == ("funnel.quote", "*", "closed")
    with floor.records.read() as unit:
        assert {one.state.value for one in unit.rules.measures.find()} == {"lifted"}
        told = {one.person_id for one in unit.rules.notices.find({"action": "push"})}
    assert len(told) == 8


def test_an_award_is_credited_once_a_stream(floor: Floor) -> None:
    row = {"subject": "rep-n", "period": "2026-01-15T08:00:00+08:00", "values": {"minutes": 45}}
    floor.send(row, kind="live_stream")
    floor.send(row, kind="live_stream")
    floor.work()
    with floor.records.read() as unit:
        measures = unit.rules.measures.find()
    assert sorted((one.action, one.owner_id, one.region) for one in measures) == [
        ("award", "rep-n", "华北"),
        ("open_review", "rep-n", "华北"),
    ]


def test_an_edited_rule_keeps_its_episode_a_shadow_one_orders_nothing(floor: Floor) -> None:
    floor.send(*(floor.week(number, value) for number, value in enumerate(SEED[:4], 1)))
    before = made(*made_rules.usual())
    edited = made(made_rules.red(below="75%"), *made_rules.usual()[1:])
    floor.rules.put(edited)
    assert rule_clock.exchange(floor.ports, before, edited) == ()
    floor.send(floor.week(5, 0.79))
    assert floor.events() == TOLD[:2]
    shadow = made(made_rules.red(mode=Mode.SHADOW), *made_rules.usual()[1:])
    floor.rules.put(shadow)
    rule_clock.exchange(floor.ports, edited, shadow)
    assert floor.events()[-1] == TOLD[2]
    floor.work()
    floor.send(floor.week(6, 0.70))
    with floor.records.read() as unit:
        (kept,) = unit.rules.firings.find({"shadow": True})
    assert (kept.rule, kept.actions) == ("target.red", ())


def test_why_answers_for_what_fired_and_for_what_did_not(floor: Floor) -> None:
    floor.send(*(floor.week(number, value) for number, value in enumerate(SEED[:3], 1)))
    before = floor.clock.at
    floor.send(floor.week(4, 0.78, stock=45))
    with floor.records.read() as unit:
        no = why.answer(floor.ports, unit, OPS, why.Question(rule="target.red", subject="华东"))
        yes = why.answer(floor.ports, unit, OPS, why.Question(rule="target.yellow", subject="华东"))
        then = why.answer(
            floor.ports, unit, OPS, why.Question(rule="target.red", subject="华东", at=before)
        )
    assert (no["fired"], yes["fired"], then["fired"]) == (False, True, False)
    assert [one["field"] for one in no["changes"]] == ["stock_days"]
    assert [one["passed"] for one in no["clauses"] if one["part"] == "when"] == [True, False]
    assert [one["passed"] for one in then["clauses"] if one["part"] == "when"] == [False, True]
    assert "45" in no["sentence"]["zh"]


def test_a_restart_forgets_nothing(floor: Floor) -> None:
    floor.send(*(floor.week(number, value) for number, value in enumerate(SEED[:3], 1)))
    floor.rules.put(made(*made_rules.usual()))
    floor.records.close()
    floor.send(floor.week(4, 0.78))
    assert floor.events() == TOLD[:2]
