"""Facts played in memory: order, late facts, time alone, and the same answers as step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from rules.facts import FieldType, Period
from rules.kinds import Missing, Scope
from rules.periods import MICROSECOND
from rules.states import Event, Phase
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from rules.history import Fact

LOW = t.warning("low", t.asks(t.WEEKLY, rate="< 85%"), t.asks(t.WEEKLY, rate=">= 88%"))
RUN = t.warning("run", t.asks(t.WEEKLY, rate="< 80% for 2 consecutive weeks"))


def test_the_order_in_which_facts_are_given_changes_nothing() -> None:
    facts = [
        t.week(number, region, rate=0.7 + 0.05 * ((number + len(region) * place) % 5))
        for place, region in enumerate(t.REGIONS)
        for number in range(1, 9)
    ]
    played = t.play(t.rules(LOW, RUN), facts)
    assert played.firings
    for seed in range(3):
        shuffled = Random(seed).sample(facts, len(facts))  # noqa: S311 - an order, no secret
        assert t.play(t.rules(LOW, RUN), shuffled) == played


def test_facts_known_after_the_end_are_left_out() -> None:
    facts = [t.week(1, rate=0.9), t.week(2, rate=0.8)]
    assert t.play(t.rules(LOW), facts, until=t.end_of_week(1)).firings == ()
    assert t.told(t.play(t.rules(LOW), facts, until=t.end_of_week(2))) == ["2 low entered"]


def late(week: int, rate: float, known_in: int) -> Fact:
    known_at = t.end_of_week(known_in) + t.HOUR
    return t.fact(t.WEEKLY, t.WEEK_1 + week - 1, "华东", {"rate": rate}, known_at=known_at)


def test_a_late_fact_moves_the_state_of_the_latest_period() -> None:
    facts = [t.week(2, rate=0.7)]
    assert t.play(t.rules(RUN), facts).firings == ()
    timeline = t.play(t.rules(RUN), [*facts, late(1, 0.7, 2)])
    assert [one.event for one in timeline.firings] == [Event.ENTERED]
    assert timeline.firings[0].facts[0] == facts[0].id, "the latest period is what is looked at"


def test_a_correction_takes_the_place_of_the_fact_before_it() -> None:
    facts = [t.week(1, rate=0.7), t.week(2, rate=0.7), late(2, 0.9, 2)]
    events = [one.event for one in t.play(t.rules(RUN), facts).firings]
    assert events == [Event.ENTERED, Event.CLEARED]


def test_what_was_told_of_earlier_weeks_stays_told() -> None:
    facts = [t.week(1, rate=0.7), t.week(2, rate=0.9), t.week(3, rate=0.9), late(1, 0.95, 3)]
    timeline = t.play(t.rules(LOW), facts)
    assert t.told(timeline) == ["1 low entered", "2 low cleared"]


def test_a_week_that_is_not_there_breaks_a_run() -> None:
    assert t.play(t.rules(RUN), [t.week(1, rate=0.7), t.week(3, rate=0.7)]).firings == ()


def test_states_stand_as_they_were_after_each_instant() -> None:
    timeline = t.play(t.rules(LOW), [t.week(1, rate=0.7), t.week(2, rate=0.9)])
    assert timeline.states_at(t.end_of_week(1) - t.HOUR) == {}
    assert timeline.states_at(t.end_of_week(1))["low", "华东"].phase is Phase.ACTIVE
    assert timeline.states_at(t.end_of_week(2))["low", "华东"].phase is Phase.CLEAR
    assert timeline.states == timeline.states_at(t.end_of_week(9))


def test_time_passes_at_the_instants_at_which_something_is_due() -> None:
    rule = t.breaker(half_open_after=90.0)
    timeline = t.play(t.rules(rule), [t.day(1, rate=0.3)], until=t.end_of_day(2))
    opened, half = timeline.firings
    assert half.at - opened.at == timedelta(seconds=90)


def test_what_grows_too_old_is_seen_at_that_very_moment() -> None:
    kind = replace(
        t.WEEKLY,
        fields=(
            t.field("rate", FieldType.NUMBER, "周达成率", unit="ratio", max_age=3 * 86400.0),
            *t.WEEKLY.fields[1:],
        ),
    )
    rule = t.warning("low", t.asks(kind, rate="< 85%"), missing=Missing.WARN)
    listed = t.rules(rule, kinds=(kind,))
    facts, last = [t.week(1, rate=0.8)], t.end_of_week(1) + 3 * t.DAY
    assert len(t.play(listed, facts, until=last).firings) == 1
    timeline = t.play(listed, facts, until=t.end_of_week(2))
    assert [one.event for one in timeline.firings] == [Event.ENTERED, Event.NO_DATA]
    assert timeline.firings[1].at == last + MICROSECOND


def test_a_subject_whose_figure_grew_too_old_does_not_speak_for_every_one() -> None:
    kind = replace(
        t.FUNNEL,
        subjects=("华东", "华北"),
        fields=(t.field("rate", FieldType.NUMBER, "转化率", max_age=2 * 86400.0, unit="ratio"),),
    )
    rule = t.breaker(scope=Scope.EVERY, open_when=t.asks(kind, rate="< 35%"))
    listed = t.rules(rule, kinds=(kind,))
    near = [t.day(1, "华北", rate=0.3), t.day(2, "华东", rate=0.3)]
    assert t.told(t.play(listed, near), by=Period.DAY) == ["2 funnel opened"]
    far = [t.day(1, "华北", rate=0.3), t.day(9, "华东", rate=0.3)]
    assert t.play(listed, far).firings == ()


def test_a_kind_that_no_rule_looks_at_is_left_alone() -> None:
    timeline = t.play(t.rules(LOW), [t.day(1, rate=0.1)])
    assert (timeline.firings, timeline.looked_at) == ((), ())


def test_nothing_played_is_nothing_told() -> None:
    assert t.play(t.rules(LOW), [], until=t.START).firings == ()
