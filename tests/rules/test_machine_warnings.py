"""Warnings over time: when they begin, last, keep quiet, are told again and end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rules.kinds import WHOLE, Dedupe, Missing, Mode, Scope
from rules.states import Event, Phase
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from rules.history import Fact
    from rules.kinds import WarningRule

YELLOW = t.warning(
    "yellow", t.asks(t.WEEKLY, rate="< 85%"), t.asks(t.WEEKLY, rate=">= 88%"), inhibited_by=("red",)
)
RED = t.warning(
    "red", t.asks(t.WEEKLY, rate="< 80% for 2 consecutive weeks", stock="> 45"), do=t.act("freeze")
)
LOW = t.warning("low", t.asks(t.WEEKLY, rate="< 85%"))


def weeks(*rates: float | None, stock: float | None = 50) -> list[Fact]:
    return [
        t.week(
            number,
            **({} if rate is None else {"rate": rate}),
            **({} if stock is None else {"stock": stock}),
        )
        for number, rate in enumerate(rates, 1)
    ]


SEED = weeks(0.91, 0.84, 0.79, 0.78, 0.81, 0.90)


def test_the_weeks_of_the_seed() -> None:
    timeline = t.play(t.rules(YELLOW, RED), SEED)
    assert t.told(timeline) == [
        "2 yellow entered",
        "4 red entered",
        # Two weeks running are over; yellow is the gravest again.
        "5 yellow repeated",
        "5 red cleared",
        "6 yellow cleared",
    ]
    frozen = [
        firing for firing in timeline.firings for one in firing.actions if one.name == "freeze"
    ]
    assert [firing.at for firing in frozen] == [t.end_of_week(4)]


def test_with_a_line_to_come_back_to_red_holds_until_it() -> None:
    red = replace(RED, until=t.asks(t.WEEKLY, rate=">= 85%"))
    assert t.told(t.play(t.rules(YELLOW, red), SEED)) == [
        "2 yellow entered",
        "4 red entered",
        "6 yellow cleared",
        "6 red cleared",
    ]


def test_stock_at_45_is_no_red() -> None:
    facts = weeks(0.91, 0.84, 0.79, 0.78, 0.81, 0.90, stock=45)
    assert t.told(t.play(t.rules(YELLOW, RED), facts)) == ["2 yellow entered", "6 yellow cleared"]


ROWS = [
    pytest.param(LOW, [0.84], ["1 low entered"], id="it begins where `when` holds"),
    pytest.param(LOW, [0.85], [], id="85 % is not below 85 %"),
    pytest.param(LOW, [0.84, 0.7, 0.2], ["1 low entered"], id="it is told once an episode"),
    pytest.param(
        LOW, [0.84, 0.85], ["1 low entered", "2 low cleared"], id="without until it ends at once"
    ),
    pytest.param(
        replace(YELLOW, inhibited_by=()),
        [0.84, 0.86, 0.84, 0.88],
        ["1 yellow entered", "4 yellow cleared"],
        id="between the two lines it stays as it is",
    ),
    pytest.param(
        LOW,
        [0.84, 0.9, 0.84],
        ["1 low entered", "2 low cleared", "3 low entered"],
        id="a second episode is told again",
    ),
    pytest.param(
        replace(LOW, until=t.asks(t.WEEKLY, rate="< 90%")),
        [0.84, 0.84, 0.87],
        ["1 low entered", "3 low cleared"],
        id="where both lines hold it stays",
    ),
    pytest.param(LOW, [0.84, None, 0.84], ["1 low entered"], id="hold: no data, no change"),
    pytest.param(LOW, [None, 0.9], [], id="hold: no data is no warning"),
    pytest.param(
        replace(LOW, missing=Missing.FALSE),
        [0.84, None],
        ["1 low entered", "2 low cleared"],
        id="false: no data counts as not fulfilled",
    ),
    pytest.param(
        replace(LOW, missing=Missing.WARN),
        [0.9, None, None, 0.9, None],
        ["2 low no_data", "5 low no_data"],
        id="warn: a lack is told once until there is data",
    ),
    pytest.param(
        replace(LOW, missing=Missing.WARN),
        [0.84, None, 0.84, 0.9],
        ["1 low entered", "2 low no_data", "4 low cleared"],
        id="warn: the episode outlasts the lack",
    ),
    pytest.param(replace(LOW, mode=Mode.OFF), [0.5], [], id="off: it is not asked"),
    pytest.param(
        replace(LOW, effective_from=t.end_of_week(2)),
        [0.84, 0.84],
        ["2 low entered"],
        id="before its validity it is not asked",
    ),
    pytest.param(
        replace(LOW, effective_to=t.end_of_week(2)),
        [0.84, 0.84, 0.84],
        ["1 low entered", "2 low cleared"],
        id="the end of its validity ends the episode",
    ),
]


def test_the_end_of_its_validity_is_told_as_the_reason() -> None:
    rule = replace(LOW, effective_to=t.end_of_week(2))
    first, last = t.play(t.rules(rule), weeks(0.84, 0.84, 0.84)).firings
    assert last.sentence.zh.endswith("。规则的有效期到 2026-01-12 00:00 为止，因此结束。")
    assert last.sentence.en.endswith("ended because the rule was valid until 2026-01-12 00:00.")
    assert "valid until" not in first.sentence.en


@pytest.mark.parametrize(("rule", "rates", "expected"), ROWS)
def test_a_warning_over_weeks(
    rule: WarningRule, rates: list[float | None], expected: list[str]
) -> None:
    assert t.told(t.play(t.rules(rule), weeks(*rates))) == expected


def test_while_red_is_active_yellow_begins_silently_and_is_told_when_red_ends() -> None:
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"))
    facts = [
        t.week(1, rate=0.9, stock=50),
        t.week(2, rate=0.8, stock=50),
        t.week(3, rate=0.8, stock=40),
    ]
    timeline = t.play(t.rules(YELLOW, red), facts)
    assert t.told(timeline) == ["1 red entered", "3 yellow entered", "3 red cleared"]
    state = timeline.states_at(t.end_of_week(2))["yellow", "华东"]
    assert (state.phase, state.level, state.episode) == (Phase.INHIBITED, None, 1)


def test_what_began_and_ended_while_inhibited_is_never_told() -> None:
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"))
    facts = weeks(0.9, 0.8, 0.9)
    assert t.told(t.play(t.rules(YELLOW, red), facts)) == ["1 red entered"]


def test_what_was_told_and_ends_while_inhibited_is_told_to_end() -> None:
    """Its measures must not stay in force without an end."""
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"))
    facts = [*weeks(0.8, stock=40), t.week(2, rate=0.8, stock=50), t.week(3, rate=0.9, stock=50)]
    timeline = t.play(t.rules(YELLOW, red), facts)
    assert t.told(timeline) == ["1 yellow entered", "2 red entered", "3 yellow cleared"]
    assert [one.name for one in timeline.firings[-1].actions] == ["then yellow"]


def test_while_inhibited_a_lack_of_data_is_not_told_either() -> None:
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"))
    rule = replace(YELLOW, missing=Missing.WARN)
    lacking = t.week(2, stock=50)
    timeline = t.play(t.rules(rule, red), [t.week(1, rate=0.8, stock=50), lacking])
    assert t.told(timeline) == ["1 red entered"]
    free = t.play(t.rules(rule, red), [t.week(1, rate=0.8, stock=40), t.week(2, stock=40)])
    assert t.told(free) == ["1 yellow entered", "2 yellow no_data"]


def test_an_inhibitor_over_all_subjects_silences_each_and_lets_each_come_back() -> None:
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"), scope=Scope.ANY)
    facts = [
        t.week(1, "华东", rate=0.95, stock=50),
        t.week(1, "华北", rate=0.8, stock=40),
        t.week(2, "华东", rate=0.95, stock=40),
    ]
    timeline = t.play(t.rules(YELLOW, red), facts)
    listed = [(one.rule, one.subject, one.event) for one in timeline.firings]
    assert listed == [
        ("red", WHOLE, Event.ENTERED),
        ("red", WHOLE, Event.CLEARED),
        ("yellow", "华北", Event.ENTERED),
    ]


def test_a_rule_on_trial_silences_nothing_that_is_live() -> None:
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"), mode=Mode.SHADOW)
    timeline = t.play(t.rules(YELLOW, red), weeks(0.8))
    assert [(one.rule, one.shadow, len(one.actions)) for one in timeline.firings] == [
        ("yellow", False, 1),
        ("red", True, 0),
    ]


def test_it_is_told_again_after_so_many_seconds_while_it_lasts() -> None:
    rule = replace(LOW, repeat=3 * 86400.0)
    timeline = t.play(t.rules(rule), weeks(0.8, 0.9), until=t.end_of_week(4))
    assert t.told(timeline) == [
        "1 low entered",
        "2 low repeated",
        "2 low repeated",
        "2 low cleared",
    ]
    entered, *repeated, _ = timeline.firings
    assert [one.at - entered.at for one in repeated] == [timedelta(days=3), timedelta(days=6)]
    assert [one.actions[0].name for one in repeated] == ["do low"] * 2
    keys = {one.actions[0].key for one in timeline.firings}
    assert len(keys) == len(timeline.firings)


DEDUPE = [
    pytest.param(("subject",), ["1 low entered", "2 low cleared"], id="once a subject, for ever"),
    pytest.param(
        ("subject", "stage"),
        ["1 low entered", "2 low cleared", "4 low entered"],
        id="once a subject and stage",
    ),
    pytest.param(
        ("subject", "period"),
        ["1 low entered", "2 low cleared", "3 low entered", "4 low cleared", "4 low entered"][:3],
        id="once a week",
    ),
]


@pytest.mark.parametrize(("key", "expected"), DEDUPE)
def test_for_ever_the_second_firing_of_a_key_keeps_quiet(
    key: tuple[str, ...], expected: list[str]
) -> None:
    rule = replace(LOW, dedupe=Dedupe(key=key, until_clear=False))
    facts = [
        t.week(1, rate=0.8, stage="a"),
        t.week(2, rate=0.9, stage="a"),
        t.week(3, rate=0.8, stage="a"),
    ]
    last = t.week(4, rate=0.8 if "period" in key else 0.9, stage="a")
    again = t.week(5, rate=0.8, stage="b")
    timeline = t.play(t.rules(rule), [*facts, last, *([again] if "stage" in key else [])])
    assert t.told(timeline) == [one.replace("4 low entered", "5 low entered") for one in expected]


def test_levels_of_a_table_silence_those_below() -> None:
    """A decision table is rules of which each is inhibited by those above it."""
    table = (
        t.warning("blue", t.asks(t.WEEKLY, rate="< 90%"), inhibited_by=("yellow", "red")),
        t.warning("yellow", t.asks(t.WEEKLY, rate="< 85%"), inhibited_by=("red",)),
        t.warning("red", t.asks(t.WEEKLY, rate="< 80%")),
    )
    timeline = t.play(t.rules(*table), weeks(0.89, 0.84, 0.7, 0.84, 0.95))
    assert t.told(timeline) == [
        "1 blue entered",
        "2 yellow entered",
        "3 red entered",
        "4 yellow repeated",
        "4 red cleared",
        "5 blue cleared",
        "5 yellow cleared",
    ]
    levels = [
        [state.rule for state in timeline.states_at(t.end_of_week(n)).values()
         if state.phase is Phase.ACTIVE]
        for n in range(1, 6)
    ]  # fmt: skip
    assert levels == [["blue"], ["yellow"], ["red"], ["yellow"], []]


SCOPES = [
    pytest.param(Scope.EVERY, [0.8, 0.9], [], id="every: one is well"),
    pytest.param(Scope.EVERY, [0.8, 0.8], [Event.ENTERED], id="every: none is well"),
    pytest.param(Scope.EVERY, [0.8, None], [], id="every: of one nothing is known"),
    pytest.param(Scope.ANY, [0.8, 0.9], [Event.ENTERED], id="any: one is not well"),
    pytest.param(Scope.ANY, [0.9, 0.9], [], id="any: all are well"),
    pytest.param(Scope.ANY, [0.9, None], [], id="any: of one nothing is known"),
]


@pytest.mark.parametrize(("scope", "rates", "events"), SCOPES)
def test_over_several_subjects(
    scope: Scope, rates: list[float | None], events: list[Event]
) -> None:
    facts = [
        t.week(1, subject, **({} if rate is None else {"rate": rate}))
        for subject, rate in zip(("华东", "华北"), rates, strict=True)
    ]
    # All subjects must be known before the first one is looked at.
    kind = replace(t.WEEKLY, subjects=("华东", "华北"))
    timeline = t.play(t.rules(replace(LOW, scope=scope), kinds=(kind, t.FUNNEL)), facts)
    assert [(one.event, one.subject) for one in timeline.firings] == [
        (event, WHOLE) for event in events
    ]


def test_any_of_several_ends_only_when_every_one_is_well_again() -> None:
    rule = replace(YELLOW, scope=Scope.ANY, inhibited_by=())
    facts = [
        t.week(1, "华东", rate=0.8),
        t.week(1, "华北", rate=0.95),
        t.week(2, "华北", rate=0.95),
        t.week(2, "华东", rate=0.86),
        t.week(3, "华东", rate=0.9),
    ]
    timeline = t.play(t.rules(rule), facts)
    assert t.told(timeline) == ["1 yellow entered", "3 yellow cleared"]


def test_coming_back_and_being_repeated_from_one_instant_are_two_things() -> None:
    """Both were told last at the same time: their keys were once the same."""
    red = t.warning("red", t.asks(t.WEEKLY, stock="> 45"))
    rule = replace(YELLOW, repeat=3600.0)
    at = t.end_of_week(3)
    facts = [
        t.fact(t.WEEKLY, t.WEEK_1 + number, "华东", {"rate": 0.8, "stock": stock}, known_at=at)
        for number, stock in enumerate((40, 50, 40))
    ]
    timeline = t.play(t.rules(rule, red), facts, until=at + t.HOUR)
    events = [one.event for one in timeline.firings if one.rule == "yellow"]
    assert events == [Event.ENTERED, Event.REPEATED, Event.REPEATED]
