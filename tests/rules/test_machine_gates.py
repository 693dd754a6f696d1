"""Gates and awards over time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.kinds import Mode
from rules.states import Event, Phase
from tests.rules import timed_rules as t

FULL = {"stage": "a", "signed": True, "visits": 3}


def test_a_gate_locks_tells_each_change_of_its_list_unlocks_and_locks_again() -> None:
    facts = [
        t.week(1, stage="a"),
        t.week(2, stage="a", signed=True),
        t.week(3, stage="a", signed=True),
        t.week(4, **FULL),
        t.week(5, **FULL | {"signed": False}),
        t.week(6, **FULL),
    ]
    timeline = t.play(t.rules(t.gate()), facts)
    assert t.told(timeline) == [
        "1 gate locked",
        "2 gate locked",
        "4 gate unlocked",
        "5 gate locked",
        "6 gate unlocked",
    ]
    assert [firing.episode for firing in timeline.firings] == [1, 1, 1, 2, 2]
    missing = [timeline.states_at(firing.at)["gate", "华东"].missing for firing in timeline.firings]
    assert missing == [("paper", "calls"), ("calls",), (), ("paper",), ()]
    failed = [result.field for result in timeline.firings[1].explanation if not result.passed]
    assert failed == ["visits"]


ROWS = [
    pytest.param([{"stage": "b"}], [], id="a gate that is not asked tells nothing"),
    pytest.param([FULL], ["1 gate unlocked"], id="all is there from the start"),
    pytest.param(
        [{"stage": "a"}, {"stage": "b"} | FULL | {"stage": "b"}],
        ["1 gate locked"],
        id="no longer asked, it stays locked",
    ),
    pytest.param(
        [{"stage": "a", "signed": True}, {}], ["1 gate locked"], id="silence unlocks nothing"
    ),
    pytest.param([FULL, {"stage": "a"}], ["1 gate unlocked", "2 gate locked"], id="silence locks"),
]


@pytest.mark.parametrize(("weeks", "expected"), ROWS)
def test_a_gate_over_weeks(weeks: list[dict[str, object]], expected: list[str]) -> None:
    facts = [t.week(number, **values) for number, values in enumerate(weeks, 1)]
    assert t.told(t.play(t.rules(t.gate()), facts)) == expected


def test_the_end_of_its_validity_unlocks_no_gate() -> None:
    rule = replace(t.gate(), effective_to=t.end_of_week(2))
    facts = [t.week(1, stage="a"), t.week(3, **FULL)]
    timeline = t.play(t.rules(rule), facts)
    assert t.told(timeline) == ["1 gate locked"]
    assert timeline.states["gate", "华东"].phase is Phase.LOCKED


AWARDS = [
    pytest.param(("subject",), [3, 9], [1], id="once a subject"),
    pytest.param(("subject", "period"), [3, 9, 2], [1, 2], id="once a week"),
    pytest.param(("visits",), [3, 9, 3], [1, 2], id="once a value"),
    pytest.param(("subject", "note"), [3], [], id="what lacks a part of its key gives nothing"),
    pytest.param(("subject",), [2, None], [], id="not fulfilled"),
]


@pytest.mark.parametrize(("key", "visits", "given"), AWARDS)
def test_an_award_is_given_once_a_key(
    key: tuple[str, ...], visits: list[int | None], given: list[int]
) -> None:
    facts = [
        t.week(number, **({} if one is None else {"visits": one}))
        for number, one in enumerate(visits, 1)
    ]
    timeline = t.play(t.rules(t.award(*key)), facts)
    assert t.told(timeline) == [f"{week} award awarded" for week in given]


def test_one_order_is_rewarded_once_whoever_brings_it() -> None:
    facts = [t.week(1, name, visits=3, note="订单 7") for name in ("甲", "乙")]
    timeline = t.play(t.rules(t.award("note")), facts)
    assert [firing.subject for firing in timeline.firings] == ["乙"]
    timeline = t.play(t.rules(t.award("note", "subject")), facts)
    assert [firing.subject for firing in timeline.firings] == ["乙", "甲"]


def test_beyond_the_keys_that_a_state_remembers_the_unique_key_still_holds() -> None:
    facts = [t.week(number, visits=3 + number % 40) for number in range(1, 121)]
    timeline = t.play(t.rules(t.award("visits")), facts)
    assert len(timeline.firings) == 40
    assert len(timeline.states["award", "华东"].told_keys) == 16


def test_an_award_on_trial_orders_nothing() -> None:
    rule = replace(t.award("subject"), mode=Mode.SHADOW)
    (firing,) = t.play(t.rules(rule), [t.week(1, visits=3)]).firings
    assert (firing.event, firing.shadow, firing.actions) == (Event.AWARDED, True, ())
