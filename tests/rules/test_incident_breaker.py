"""The breaker of an incident: what trips it, what it may touch, what lets it go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rules.incident_breaker import (
    STEPS,
    Alarm,
    BreakerState,
    Cell,
    Trend,
    close,
    follow,
    is_within,
    judge,
    mend,
    recovery,
    sample,
    soundness,
    trip,
)
from rules.states import Event, Phase

AT = datetime(2026, 1, 15, tzinfo=UTC)
ALL: Cell = ()
EAST: Cell = (("region", "east"),)
EAST_SHOP: Cell = (("channel", "shop"), ("region", "east"))
PROOF = Alarm(detected=True, family_wise=True, p_root=0.9, person=None, localised=(ALL,))


@pytest.mark.parametrize(
    ("changes", "trips"),
    [
        pytest.param({}, True, id="all gates hold: it trips"),
        pytest.param({"p_root": 0.8}, True, id="a root at exactly .8 does"),
        pytest.param({"p_root": 0.79}, False, id="a root at .79 is a warning only"),
        pytest.param({"p_root": None}, False, id="no ranked evidence is a warning only"),
        pytest.param({"p_root": 0.2, "person": "p1"}, True, id="a person's word does for the root"),
        pytest.param(
            {"detected": False, "person": "p1"}, False, id="no word does for the detection"
        ),
        pytest.param(
            {"family_wise": False, "person": "p1"},
            False,
            id="no word does for the family-wise gate",
        ),
        pytest.param({"localised": ()}, False, id="what is not localised has no scope"),
        pytest.param(
            {"localised": (EAST,), "asked": (EAST_SHOP,)}, True, id="a narrower scope may be asked"
        ),
        pytest.param({"localised": (EAST,), "asked": (ALL,)}, False, id="a wider scope may not"),
        pytest.param(
            {"localised": (EAST_SHOP,), "asked": (EAST_SHOP, EAST)},
            False,
            id="nor one that is wider in part",
        ),
    ],
)
def test_what_trips_it(changes: dict[str, Any], *, trips: bool) -> None:
    judged = judge(replace(PROOF, **changes))
    assert judged.trips is trips
    assert bool(judged.scope) is trips
    assert all(one.zh and one.en for one in judged.reasons)


@pytest.mark.parametrize(
    ("p_root", "seen"), [(0.796, "0.79"), (0.7999, "0.79"), (0.29, "0.29"), (0.999, "0.99")]
)
def test_a_root_just_below_is_not_told_as_one_at_it(p_root: float, seen: str) -> None:
    told = judge(replace(PROOF, p_root=p_root)).reasons[2]
    assert f"根因概率 {seen}" in told.zh
    assert f"P(root) is {seen}" in told.en


@pytest.mark.parametrize(
    ("quotes", "trend"),
    [
        pytest.param("", Trend.UNDECIDED, id="no quote says nothing"),
        pytest.param("++++++", Trend.UNDECIDED, id="six sound ones are too few"),
        pytest.param("+++++++", Trend.GOOD, id="seven do"),
        pytest.param("--", Trend.BAD, id="two unsound ones do for bad"),
        pytest.param("++++-++++++", Trend.UNDECIDED, id="one unsound one takes longer"),
        pytest.param("++++-+++++++", Trend.GOOD, id="and is made up for"),
        pytest.param("----------+++++++", Trend.GOOD, id="what was mended since counts anew"),
        pytest.param("+++++++--", Trend.GOOD, id="once crossed the bound stands"),
    ],
)
def test_quotes_are_sampled_until_they_say(quotes: str, trend: Trend) -> None:
    assert soundness([one == "+" for one in quotes]).trend is trend


@pytest.mark.parametrize(
    ("fallen", "due", "came", "trend"),
    [
        pytest.param(0.64, 100.0, 94, Trend.GOOD, id="49 of 52 %: recovered"),
        pytest.param(0.64, 100.0, 65, Trend.BAD, id="still as low as in the fall"),
        pytest.param(0.64, 10.0, 9, Trend.UNDECIDED, id="ten deals say nothing yet"),
        pytest.param(0.97, 100.0, 97, Trend.UNDECIDED, id="a slight fall takes longer to tell"),
    ],
)
def test_recovery_is_told_by_conversions(
    fallen: float, due: float, came: int, trend: Trend
) -> None:
    assert recovery(fallen, due, came).trend is trend


def test_counts_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        recovery(0.6, -1.0, 0)


def test_it_lets_go_step_by_step_and_opens_again() -> None:
    state, event = trip(BreakerState(), judge(PROOF), 0.64, AT)
    assert (state.phase, state.share, event) == (Phase.OPEN, 0.0, Event.OPENED)
    (state, event), _ = sample(state, [True] * 7, AT)
    assert (state.phase, state.share, event) == (Phase.HALF_OPEN, STEPS[0], Event.HALF_OPENED)
    (again, event), _ = follow(state, 100.0, 64, AT)
    assert (again.phase, again.share, event) == (Phase.OPEN, 0.0, Event.REOPENED)
    (state, event), _ = follow(state, 100.0, 94, AT)
    assert (state.share, event) == (STEPS[1], Event.RELEASED)
    (state, event), _ = follow(state, 100.0, 94, AT)
    assert (state.phase, state.share, event) == (Phase.CLOSED, 1.0, Event.CLOSED)


@pytest.mark.parametrize(
    ("came", "phase"),
    [
        pytest.param(
            94, Phase.HALF_OPEN, id="deals that convert again half-open it without quotes"
        ),
        pytest.param(64, Phase.OPEN, id="deals that go on falling leave it open"),
        pytest.param(80, Phase.OPEN, id="deals between the two say nothing yet"),
    ],
)
def test_an_open_breaker_is_mended_by_its_deals(came: int, phase: Phase) -> None:
    opened, _ = trip(BreakerState(), judge(PROOF), 0.64, AT)
    (state, event), _ = mend(opened, 100.0, came, AT)
    assert (state.phase, event is None) == (phase, phase is Phase.OPEN)
    (half, event), _ = mend(state, 100.0, 100, AT)
    assert half.step == 1


CELLS = st.sampled_from([ALL, EAST, EAST_SHOP, (("region", "west"),)])
SOME = st.lists(CELLS, max_size=2).map(tuple)


class Breaker(RuleBasedStateMachine):
    """Whatever comes in whatever order, what was promised holds."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.at = BreakerState(), AT
        self.localised: tuple[Cell, ...] = ()

    def _go(self, after: tuple[BreakerState, Event | None]) -> None:
        before = self.state
        self.at += timedelta(hours=1)
        self.state, event = after
        assert (event is None) == (before == self.state)
        if self.state.phase is Phase.HALF_OPEN and before.phase is Phase.HALF_OPEN:
            assert self.state.step - before.step in (0, 1)
        if self.state.phase is Phase.HALF_OPEN and before.phase is not Phase.HALF_OPEN:
            assert before.phase is Phase.OPEN
        if self.state.share > before.share:
            assert event in (Event.HALF_OPENED, Event.RELEASED, Event.CLOSED)

    @rule(
        detected=st.booleans(),
        family_wise=st.booleans(),
        p_root=st.none() | st.floats(0, 1),
        person=st.none() | st.just("p1"),
        localised=SOME,
        asked=SOME,
    )
    def alarm(self, **given: Any) -> None:
        judged = judge(Alarm(**given))
        after = trip(self.state, judged, 0.6, self.at)
        if after[1] is Event.OPENED:
            assert given["detected"]
            assert given["family_wise"]
            assert given["person"] or (given["p_root"] or 0) >= 0.8
            self.localised = given["localised"]
        self._go(after)

    @rule(quotes=st.lists(st.booleans(), max_size=30))
    def sampled(self, quotes: list[bool]) -> None:
        self._go(sample(self.state, quotes, self.at)[0])

    @rule(due=st.floats(0, 300), ratio=st.floats(0, 1.2))
    def followed(self, due: float, ratio: float) -> None:
        self._go(follow(self.state, due, round(due * ratio), self.at)[0])

    @precondition(lambda self: self.state.phase is not Phase.CLOSED)
    @rule()
    def closed_by_a_person(self) -> None:
        self._go(close(self.state, self.at))
        assert self.state.phase is Phase.CLOSED

    @invariant()
    def its_scope_is_within_what_fell(self) -> None:
        for cell in self.state.scope:
            assert any(is_within(cell, wider) for wider in self.localised)

    @invariant()
    def an_open_breaker_lets_nothing_through_and_a_closed_one_all(self) -> None:
        wanted = {Phase.OPEN: (0.0,), Phase.CLOSED: (1.0,), Phase.HALF_OPEN: STEPS}
        assert self.state.share in wanted[self.state.phase]


TestBreaker = Breaker.TestCase
TestBreaker.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
