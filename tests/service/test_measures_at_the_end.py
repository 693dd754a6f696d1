"""What a rule orders when its episode ends stands until the next one ends, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.kinds import Action
from tests.service import made_rules
from tests.service.made_rules import MadeRules, made
from tests.service.test_facts import Floor

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from tests.service.conftest import TestClock

FREEZE = Action(name="freeze", parameters=(("what", "降价"),))


def test_what_the_end_orders_is_in_force_and_the_end_of_the_next_episode_lifts_it(
    records: DatabaseRecords, clock: TestClock
) -> None:
    rules = MadeRules(made(replace(made_rules.red(), do=(), then=(FREEZE,))), clock.at)
    floor = Floor(records, clock, rules)

    def states() -> list[str]:
        floor.work()
        with records.read() as unit:
            return [one.state.value for one in unit.rules.measures.find()]

    weeks = enumerate([0.79, 0.78, 0.9, 0.79, 0.78, 0.9], 1)
    rows = [floor.week(number, attainment) for number, attainment in weeks]
    floor.send(*rows[:2])
    assert states() == []
    floor.send(rows[2])
    assert states() == ["in_force"]
    floor.send(*rows[3:5])
    assert states() == ["in_force"]
    floor.send(rows[5])
    assert sorted(states()) == ["in_force", "lifted"]
    rules.close()
