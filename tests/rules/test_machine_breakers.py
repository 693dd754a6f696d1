"""Breakers: open only when all is as stated, close only by facts from after the phase began."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rules.facts import Period
from rules.kinds import WHOLE, Missing, Release, Scope
from rules.states import Event, Phase
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from rules.history import Fact
    from rules.kinds import Breaker

DAYS = Period.DAY
EVERY = t.breaker(scope=Scope.EVERY, half_open_after=86400.0)
ONE = t.breaker(half_open_after=86400.0)
STEPS = Release(steps=(0.25, 0.5), every=86400.0)


def days(*rates: float | None) -> list[Fact]:
    return [
        t.day(number, **({} if rate is None else {"rate": rate}))
        for number, rate in enumerate(rates, 1)
    ]


def test_the_seed_it_opens_with_all_seven_half_opens_and_closes_at_49_percent() -> None:
    facts = [*t.days(1, 0.52), *t.days(2, 0.3), *t.days(3, 0.3), *t.days(4, 0.49)]
    timeline = t.play(t.rules(EVERY), facts)
    assert t.told(timeline, by=DAYS) == [
        "2 funnel opened",
        "3 funnel half_opened",
        "4 funnel closed",
    ]
    assert {firing.subject for firing in timeline.firings} == {WHOLE}
    opened, half, closed = timeline.firings
    assert [one.name for one in opened.actions] == ["suspend"]
    assert (half.actions, [one.name for one in closed.actions]) == ((), ["resume"])
    assert {result.value for result in opened.explanation} == {0.3}
    assert len(opened.explanation) == 7


@pytest.mark.parametrize("well", t.REGIONS)
def test_six_of_seven_do_not_open_it(well: str) -> None:
    low = [region for region in t.REGIONS if region != well]
    facts = [*t.days(1, 0.3, low), *t.days(1, 0.36, [well])]
    assert t.play(t.rules(EVERY), facts).firings == ()
    assert t.play(t.rules(EVERY), facts[:-1]).firings == (), "and silence of the seventh neither"
    timeline = t.play(t.rules(EVERY), [*facts[:-1], *t.days(1, 0.34, [well])])
    assert [one.event for one in timeline.firings] == [Event.OPENED]


ROWS = [
    pytest.param(ONE, [0.3], ["1 opened"], id="it opens"),
    pytest.param(ONE, [0.35], [], id="35 % is not below 35 %"),
    pytest.param(
        ONE,
        [0.3, 0.3],
        ["1 opened", "2 half_opened"],
        id="a fact as old as the phase does not count",
    ),
    pytest.param(
        ONE,
        [0.3, 0.6, 0.6],
        ["1 opened", "2 half_opened", "3 closed"],
        id="well again while open does not close it before it half-opens",
    ),
    pytest.param(
        ONE,
        [0.3, 0.3, 0.3],
        ["1 opened", "2 half_opened", "3 reopened"],
        id="bad while half-open opens it again",
    ),
    pytest.param(
        ONE,
        [0.3, 0.3, 0.3, 0.6, 0.6],
        ["1 opened", "2 half_opened", "3 reopened", "4 half_opened", "5 closed"],
        id="and then it must wait again",
    ),
    pytest.param(
        ONE, [0.3, 0.4, 0.4], ["1 opened", "2 half_opened"], id="between the two lines it stays"
    ),
    pytest.param(
        t.breaker(),
        [0.3, 0.4, 0.45],
        ["1 opened", "3 closed"],
        id="without a time to half-open it closes from open",
    ),
    pytest.param(
        replace(ONE, close_when=t.asks(t.FUNNEL, rate="< 90%")),
        [0.3, 0.3, 0.3],
        ["1 opened", "2 half_opened", "3 reopened"],
        id="where both hold it opens again",
    ),
    pytest.param(
        replace(ONE, release=STEPS),
        [0.3, 0.6, 0.6, 0.6],
        ["1 opened", "2 half_opened", "3 released", "4 closed"],
        id="staged: it closes after the last step has lasted",
    ),
    pytest.param(
        replace(ONE, release=STEPS),
        [0.3, 0.6, 0.3],
        ["1 opened", "2 half_opened", "3 released", "3 reopened"],
        id="staged: bad again stops it",
    ),
    pytest.param(
        replace(ONE, release=replace(STEPS, steps=(0.2, 0.4, 0.6))),
        [0.3, 0.6, None, None, 0.6, 0.6, 0.6],
        ["1 opened", "2 half_opened", "3 released", "5 released", "6 closed"],
        id="staged: a fact that decides nothing stops it until one does",
    ),
    pytest.param(
        t.breaker(release=STEPS),
        [0.3, 0.6, 0.6, 0.6],
        ["1 opened", "2 half_opened", "3 released", "4 closed"],
        id="staged without a time: being well begins the release",
    ),
    pytest.param(
        replace(ONE, missing=Missing.WARN),
        [0.6, None, None, 0.6],
        ["2 no_data"],
        id="a lack of data is told once",
    ),
    pytest.param(
        replace(ONE, effective_to=t.end_of_day(3)),
        [0.3, 0.3, 0.3, 0.3],
        ["1 opened", "2 half_opened", "3 closed"],
        id="the end of its validity closes it",
    ),
]


@pytest.mark.parametrize(("rule", "rates", "expected"), ROWS)
def test_a_breaker_over_days(rule: Breaker, rates: list[float | None], expected: list[str]) -> None:
    timeline = t.play(t.rules(rule), days(*rates))
    assert [one.replace("funnel ", "") for one in t.told(timeline, by=DAYS)] == expected


def test_shares_are_told_and_opening_again_orders_anew_only_what_was_let_go() -> None:
    rates = (0.3, 0.6, 0.3)
    for release, shares, ordered in (
        (STEPS, [None, 0.25, 0.5, None], ["suspend"]),
        (None, [None, None, None], []),
    ):
        timeline = t.play(t.rules(replace(ONE, release=release)), days(*rates))
        assert [one.share for one in timeline.firings] == shares
        assert timeline.firings[-1].event is Event.REOPENED
        assert [one.name for one in timeline.firings[-1].actions] == ordered


def test_a_late_fact_about_a_time_before_the_phase_closes_nothing() -> None:
    """A reading from before must not close it, however late it comes: the trap of state charts."""
    timeline = t.play(t.rules(ONE), [t.day(2, rate=0.3)], until=t.end_of_day(3) + t.HOUR)
    assert timeline.states["funnel", "华东"].phase is Phase.HALF_OPEN
    known_at = t.end_of_day(3) + 2 * t.HOUR
    late = t.fact(t.FUNNEL, t.DAY_1 + 2, "华东", {"rate": 0.6}, known_at=known_at)
    played = t.play(t.rules(ONE), [t.day(2, rate=0.3), late])
    assert [one.event for one in played.firings] == [Event.OPENED, Event.HALF_OPENED]
    fresh = t.day(4, rate=0.6)
    played = t.play(t.rules(ONE), [t.day(2, rate=0.3), late, fresh])
    assert played.firings[-1].event is Event.CLOSED


def test_to_close_it_every_subject_must_be_heard_of_again() -> None:
    facts = [*t.days(1, 0.3), *t.days(3, 0.6, t.REGIONS[:6])]
    timeline = t.play(t.rules(EVERY), facts)
    assert timeline.states["funnel", WHOLE].phase is Phase.HALF_OPEN
    timeline = t.play(t.rules(EVERY), [*facts, *t.days(3, 0.6, t.REGIONS[6:])])
    assert timeline.states["funnel", WHOLE].phase is Phase.CLOSED


def test_that_not_all_were_heard_of_again_is_told_as_no_lack_of_data() -> None:
    rule = replace(EVERY, missing=Missing.WARN)
    facts = [*t.days(1, 0.3), *t.days(3, 0.3, t.REGIONS[:6])]
    events = [one.event for one in t.play(t.rules(rule), facts).firings]
    # Before the first day was complete there was a lack.
    assert events == [Event.NO_DATA, Event.OPENED, Event.HALF_OPENED]


def test_any_of_several_closes_only_when_every_one_is_well() -> None:
    rule = replace(EVERY, scope=Scope.ANY)
    facts = [*t.days(1, 0.6), *t.days(2, 0.3, t.REGIONS[:1]), *t.days(2, 0.6, t.REGIONS[1:])]
    low = [*facts, *t.days(4, 0.4, t.REGIONS[:1]), *t.days(4, 0.6, t.REGIONS[1:])]
    assert t.play(t.rules(rule), low).states["funnel", WHOLE].phase is Phase.HALF_OPEN
    well = [*low, *t.days(5, 0.6)]
    assert t.play(t.rules(rule), well).states["funnel", WHOLE].phase is Phase.CLOSED


def test_each_region_has_a_breaker_of_its_own() -> None:
    timeline = t.play(
        t.rules(ONE), [*t.days(1, 0.3, t.REGIONS[:1]), *t.days(1, 0.6, t.REGIONS[1:])]
    )
    assert [(one.subject, one.event) for one in timeline.firings] == [("华东", Event.OPENED)]
