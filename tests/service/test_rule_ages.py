"""Subjects that stop reporting: looked at again in time, once, whoever dies, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from rules import executors, load_rule_set, simulation
from service.actions import facts, rule_ages
from service.actions.evaluation import Evaluation
from service.actions.fact_fates import Batch, Late
from service.actions.fact_rows import times_of, with_times
from service.actors import Actor
from service.adapters.clock import system_clock
from service.adapters.database import DatabaseRecords
from service.ports import RulePorts
from service.records import Role
from service.registered import registry
from tests.service.laboratory import all_facts
from tests.service.made_rules import MadeRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from rules.form import RuleSet
    from service.rule_records import Subject
    from tests.service.conftest import TestClock

OPS = Actor(person_id="ops", name="ops", role=Role.SALES_OPS, region=None, team=None)
TEXT = """schema: countermark/v1
facts:
  pulses:
    label: {zh: 脉搏, en: Pulses}
    period: moment
    subject: {zh: 客户, en: account}
    fields:
      rate: {type: number, label: {zh: 达成, en: rate}, range: [0, 9], max_age: 2d}
      due: {type: time, label: {zh: 到期, en: due}}
rules:
  - id: pulse.low
    name: {zh: 偏低, en: Low}
    kind: warning
    on: pulses
    when: {rate: "< 5"}
    level: red
    missing: warn
    do: [notify: {to: [区域经理], template: plain}]
  - id: pulse.gone
    name: {zh: 按没有算, en: Taken for none}
    kind: warning
    on: pulses
    when: {rate: "< 3"}
    level: yellow
    missing: "false"
  - id: pulse.overdue
    name: {zh: 逾期, en: Overdue}
    kind: warning
    on: pulses
    when: {due: "older than 30d"}
    level: blue
"""
LATER = TEXT.replace("older than 30d", "older than 10d")
KILLS, SUBJECTS = 8, 400


def known(text: str = TEXT) -> RuleSet:
    return load_rule_set(text, "pulses.yaml", registry=registry())


class House:
    """Facts in, time on."""

    def __init__(self, records: DatabaseRecords, clock: TestClock) -> None:
        self.records, self.clock = records, clock
        self.rules = MadeRules(known(), clock.at)
        self.ports = RulePorts(records=records, rules=self.rules, clock=clock)

    def send(self, subject: str, **values: Any) -> None:
        self.clock.forward(1)
        rows = [{"subject": subject, "period": self.clock.at.isoformat(), "values": values}]
        facts.submit(self.ports, OPS, Batch(kind="pulses", rows=rows, late=Late.ACCEPT))

    def pass_until(self, at: datetime) -> None:
        """Let time pass to each instant at which somebody is due, as a swift sweeper would."""
        while (due := self.due()) is not None and due <= at:
            self.clock.at = max(due, self.clock.at)
            rule_ages.look_again(self.ports)
        self.clock.at = at

    def due(self) -> datetime | None:
        return min((one.due_at for one in self.subjects() if one.due_at), default=None)

    def subjects(self) -> Sequence[Subject]:
        with self.records.read() as unit:
            return tuple(unit.rules.facts.subjects("pulses").values())

    def told(self) -> list[str]:
        with self.records.read() as unit:
            return [f"{one.rule} {one.event}" for one in unit.rules.firings.find()]


@pytest.fixture
def house(records: DatabaseRecords, clock: TestClock) -> Iterator[House]:
    made = House(records, clock)
    yield made
    made.rules.close()


def test_a_subject_that_stops_reporting_is_told_of_once(house: House) -> None:
    house.send("甲", rate=1)
    start = house.clock.at
    house.clock.at = start + timedelta(days=2)
    assert rule_ages.look_again(house.ports) == (), "to the microsecond it is not too old"
    house.clock.forward(1)
    fired = rule_ages.look_again(house.ports)
    assert [f"{one.rule} {one.event}" for one in fired] == [
        "pulse.low no_data",
        "pulse.gone cleared",
    ]
    assert rule_ages.look_again(house.ports) == ()
    house.clock.forward(86400 * 90)
    assert rule_ages.look_again(house.ports) == ()
    assert [one.due_at for one in house.subjects()] == [None]


def test_a_time_that_grows_old_is_seen_without_a_fact(house: House) -> None:
    house.send("甲", rate=8, due=(house.clock.at - timedelta(days=29)).isoformat())
    house.send("乙", rate=8, due=(house.clock.at + timedelta(days=29)).isoformat())
    start = house.clock.at
    house.pass_until(start + timedelta(hours=23))
    assert house.told() == []
    house.pass_until(start + timedelta(hours=24))
    assert house.told() == ["pulse.overdue entered"]
    house.pass_until(house.clock.at + timedelta(days=90))
    assert house.told().count("pulse.overdue entered") == 2


def test_a_new_fact_puts_it_off(house: House) -> None:
    house.send("甲", rate=8)
    first = house.due()
    assert first is not None
    house.clock.forward(86400)
    house.send("甲", rate=8)
    assert house.due() == house.clock.at + timedelta(days=2, microseconds=1)
    house.clock.at = first
    assert rule_ages.look_again(house.ports) == ()
    assert house.told() == []


def test_what_is_kept_is_what_the_simulation_tells(house: House) -> None:
    """Facts and silence in any order: the same firings under the same keys."""
    chance = Random("ages")  # noqa: S311 - the same in every run
    for _ in range(40):
        values: dict[str, Any] = {"rate": chance.randint(0, 9)} if chance.random() < 0.8 else {}
        if chance.random() < 0.5:
            values["due"] = (house.clock.at - timedelta(days=chance.randint(20, 31))).isoformat()
        house.send(chance.choice("甲乙丙"), **values)
        house.pass_until(house.clock.at + timedelta(hours=chance.randint(1, 60)))
    with house.records.read() as unit:
        kept = unit.rules.firings.find()
    with executors.default(known()) as executor:
        times = times_of(known().kinds[0])
        given = [
            replace(one, values=with_times(one.values, times)) for one in all_facts(house.records)
        ]
        played = simulation.run(known(), executor, given, until=house.clock.at)
    assert sorted((one.key, one.at) for one in kept) == sorted(
        (one.key, one.at) for one in played.firings
    )
    assert sum(one.event == "no_data" for one in kept) > 5


def test_other_ages_in_the_rules_give_other_times(house: House) -> None:
    house.send("甲", rate=8, due=(house.clock.at - timedelta(days=5)).isoformat())
    planned: dict[str, str | None] = {}
    rule_ages.plan(house.ports, planned)
    before = [one.due_by for one in house.subjects()]
    house.rules.put(known(LATER))
    rule_ages.plan(house.ports, planned)
    assert [one.due_by for one in house.subjects()] != before
    house.pass_until(house.clock.at + timedelta(days=6))
    assert "pulse.overdue entered" in house.told()


def test_what_grew_too_old_while_nobody_planned_is_due_at_once(house: House) -> None:
    """As it is with subjects from before there was a plan."""
    house.send("甲", rate=1)
    with house.records.begin() as unit:
        (one,) = unit.rules.facts.subjects("pulses").values()
        unit.rules.facts.meet([replace(one, due_at=None, due_by=None)])
    house.clock.forward(86400 * 5)
    rule_ages.plan(house.ports, {})
    rule_ages.look_again(house.ports)
    assert "pulse.low no_data" in house.told()


def test_a_kind_that_no_rule_looks_at_any_more_is_let_go(house: House) -> None:
    house.send("甲", rate=1)
    asked = known()
    house.rules.put(load_rule_set(TEXT.replace("pulses", "pulsars"), "pulses.yaml"))
    assert asked.version
    house.clock.forward(86400 * 5)
    assert rule_ages.look_again(house.ports) == ()
    assert house.due() is None


def test_an_error_before_the_commit_leaves_all_for_the_next_round(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.send("甲", rate=1)
    house.clock.forward(86400 * 5)
    with monkeypatch.context() as broken:
        broken.setattr(Evaluation, "planned", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rule_ages.look_again(house.ports)
    assert "pulse.low no_data" not in house.told()
    rule_ages.look_again(house.ports)
    assert house.told().count("pulse.low no_data") == 1


def test_several_processes_tell_it_once(house: House) -> None:
    for number in range(60):
        house.send(f"s{number}", rate=1)
    house.clock.forward(86400 * 5)
    others = [DatabaseRecords(house.records.url, clock=house.clock) for _ in range(4)]
    ports = [RulePorts(records=one, rules=house.rules, clock=house.clock) for one in others]
    with ThreadPoolExecutor(4) as pool:
        fired = [one for found in pool.map(rule_ages.look_again, ports) for one in found]
    for one in others:
        one.close()
    assert len(fired) == len({row.key for row in fired}) == 120
    with house.records.read() as unit:
        assert unit.audit.verify() == ()
        told = [entry.action for entry in unit.audit.entries(limit=10_000)]
    assert told.count("rules.fired") == 60 * 2 + 120


def test_killed_at_any_moment_it_tells_each_subject_once(house: House) -> None:
    """Sweepers in processes of their own, killed one after another at random."""
    house.clock.at = datetime.now(UTC) - timedelta(days=5)
    moments = [house.clock.at + timedelta(seconds=number) for number in range(SUBJECTS)]
    rows = [
        {"subject": f"s{number}", "period": at.isoformat(), "values": {"rate": 1}}
        for number, at in enumerate(moments)
    ]
    house.clock.forward(3600)
    facts.submit(house.ports, OPS, Batch(kind="pulses", rows=rows, late=Late.ACCEPT))
    chance = Random("kills")  # noqa: S311 - the same in every run
    left = [_kill_one(house, chance.uniform(0, 0.05)) for _ in range(KILLS)]
    assert sum(0 < one < 2 * SUBJECTS for one in left) > 1, "no kill met a sweep under way"
    house.clock.at = datetime.now(UTC)
    rule_ages.look_again(house.ports)
    told = house.told()
    assert told.count("pulse.low no_data") == told.count("pulse.gone cleared") == SUBJECTS
    assert len(told) == 4 * SUBJECTS
    assert house.due() is None
    with house.records.read() as unit:
        assert unit.audit.verify() == ()


def _kill_one(house: House, rest_s: float) -> int:
    """Let a sweeper begin, and kill it a moment later; gives how many firings were there then."""
    before = len(house.told())
    sweeper = [sys.executable, "-m", __name__, house.records.url]
    child = subprocess.Popen(sweeper, stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout as ready:
        ready.read(1)
    while len(house.told()) == before and child.poll() is None:
        time.sleep(0.01)
    time.sleep(rest_s)
    if child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)
    return len(house.told()) - 2 * SUBJECTS if child.wait() == -signal.SIGKILL else 0


def main(url: str) -> None:
    """Be a sweeper with a transaction a subject: there are more moments to die between.

    It steps back for whoever kills it, who else comes too late on a busy machine.
    """
    os.nice(10)
    rule_ages.MOST_AT_ONCE = 1
    rules = MadeRules(known(), system_clock())
    ports = RulePorts(records=DatabaseRecords(url), rules=rules, clock=system_clock)
    os.write(1, b"!")  # from here on it is worth looking what it has told
    rule_ages.look_again(ports)


if __name__ == "__main__":
    main(sys.argv[1])
