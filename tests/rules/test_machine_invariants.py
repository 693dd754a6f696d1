"""Whatever comes in whatever order: what must hold of every history of states and firings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rules import features
from rules.evaluation import Evaluator
from rules.executors.python import PythonExecutor
from rules.kinds import Dedupe, Missing, Mode, Release, Scope
from rules.looked_at import LookedAt
from rules.states import Event, Phase
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from datetime import datetime

    from rules.evaluation import Outcome
    from rules.history import Fact
    from rules.states import Firing, RuleState

KIND = replace(t.WEEKLY, subjects=("甲", "乙"))
HOURS = 3600.0
LOW = t.asks(KIND, rate="< 85%")
WELL = t.asks(KIND, rate=">= 90%")
BREAKER = t.breaker(on="weekly", open_when=t.asks(KIND, rate="< 50%"), close_when=WELL)
RULES = (
    t.warning("red", t.asks(KIND, stock="> 45"), missing=Missing.WARN),
    t.warning("yellow", LOW, WELL, inhibited_by=("red",), repeat=30 * HOURS),
    t.warning("run", t.asks(KIND, rate="< 85% for 2 weeks"), missing=Missing.FALSE),
    t.warning("trial", LOW, mode=Mode.SHADOW, inhibited_by=("red",)),
    t.warning("once", LOW, dedupe=Dedupe(key=("subject", "stage"), until_clear=False)),
    t.warning("any", LOW, WELL, scope=Scope.ANY, missing=Missing.WARN),
    t.warning("until", LOW, effective_to=t.START + timedelta(days=40)),
    replace(BREAKER, id="each", half_open_after=20 * HOURS),
    replace(
        BREAKER,
        id="every",
        scope=Scope.EVERY,
        half_open_after=20 * HOURS,
        release=Release(steps=(0.2, 0.6), every=10 * HOURS),
        missing=Missing.WARN,
    ),
    replace(BREAKER, id="direct", scope=Scope.ANY),
    t.award("subject", "period", missing=Missing.WARN),
    t.gate(),
)
RULE_SET = t.rules(*RULES, kinds=(KIND, t.FUNNEL))
SECTION = RULE_SET.sections[0]
BY_ID = {one.id: one for one in RULES}

#: From which event of an episode which may follow; None: the start.
LEGAL: dict[Event, set[Event | None]] = {
    Event.OPENED: {None, Event.CLOSED},
    Event.HALF_OPENED: {Event.OPENED, Event.REOPENED},
    Event.RELEASED: {Event.HALF_OPENED, Event.RELEASED},
    Event.REOPENED: {Event.HALF_OPENED, Event.RELEASED},
    Event.CLOSED: {Event.OPENED, Event.HALF_OPENED, Event.RELEASED},
    Event.ENTERED: {None, Event.CLEARED},
    Event.REPEATED: {Event.ENTERED, Event.REPEATED},
    Event.CLEARED: {Event.ENTERED, Event.REPEATED},
    Event.LOCKED: {None, Event.LOCKED, Event.UNLOCKED},
    Event.UNLOCKED: {None, Event.LOCKED},
    Event.AWARDED: {None, Event.AWARDED},
}
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "rate": st.sampled_from([0.3, 0.49, 0.5, 0.84, 0.85, 0.9, 1.2]),
        "stock": st.sampled_from([0, 45, 46]),
        "stage": st.sampled_from(["a", "b"]),
        "signed": st.booleans(),
        "visits": st.integers(0, 5),
    },
)


class History(RuleBasedStateMachine):
    """A service in memory: facts and time, and everything that came of them."""

    @initialize()
    def begin(self) -> None:
        self.evaluator = Evaluator(RULE_SET, PythonExecutor(RULE_SET))
        self.at = t.START
        self.facts: dict[str, dict[int, Fact]] = {"甲": {}, "乙": {}}
        self.enriched: dict[str, dict[str, object]] = {"甲": {}, "乙": {}}
        self.as_of: dict[str, datetime] = {}
        self.states: dict[tuple[str, str], RuleState] = {}
        self.firings: list[Firing] = []
        self.journal: list[tuple[str, LookedAt | None, datetime]] = []

    @rule(subject=st.sampled_from(["甲", "乙"]), back=st.integers(0, 2), values=VALUES)
    def fact(self, subject: str, back: int, values: dict[str, object]) -> None:
        """A fact of this week, or a late or corrected one of a week before."""
        known = self.facts[subject]
        period = max([t.WEEK_1, *known]) + 1 - back
        name = f"{subject} {period} {len(self.journal)}"
        made = t.fact(KIND, period, subject, values, known_at=self.at)
        known[period] = replace(made, id=name, at=min(made.at, self.at))
        self.look(subject)

    def look(self, subject: str) -> None:
        known = self.facts[subject]
        window = [known[period] for period in sorted(known)]
        enriched = features.enrich(KIND, SECTION.features, window, self.at)
        last = window[-1]
        self.enriched[subject] = enriched
        self.as_of[subject] = min(last.at, last.known_at)
        looked_at = LookedAt(
            kind=KIND.name,
            subject=subject,
            fact=enriched,
            fact_ids=(last.id,),
            period=last.period,
            as_of=self.as_of[subject],
            others={name: one for name, one in self.enriched.items() if name != subject},
            others_as_of=dict(self.as_of),
        )
        self.observe(looked_at)
        again = self.evaluator.observe(looked_at, self.states, self.at)
        assert again.firings == ()
        assert again.states == (), "a repeat of an observation changes nothing"

    @rule(hours=st.integers(1, 60))
    def time(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.journal.append(("tick", None, self.at))
        self.take(self.evaluator.tick(self.states, self.at))
        assert self.evaluator.tick(self.states, self.at).firings == ()

    def observe(self, looked_at: LookedAt) -> None:
        self.journal.append(("fact", looked_at, self.at))
        self.take(self.evaluator.observe(looked_at, self.states, self.at))

    def take(self, outcome: Outcome) -> None:
        for state in outcome.states:
            key = (state.rule, state.subject)
            before = self.states.get(key)
            assert state != before
            if before is not None:
                assert before.episode <= state.episode <= before.episode + 1
            self.states[key] = state
        self.firings += outcome.firings

    @invariant()
    def no_key_twice(self) -> None:
        if not hasattr(self, "firings"):
            return
        keys = [one.key for one in self.firings]
        assert len(keys) == len(set(keys))
        actions = [action.key for one in self.firings for action in one.actions]
        assert len(actions) == len(set(actions))

    @invariant()
    def events_follow_one_another_as_they_may(self) -> None:
        last: dict[tuple[str, str], Event] = {}
        open_episodes: dict[tuple[str, str], set[int]] = defaultdict(set)
        for one in getattr(self, "firings", ()):
            key = (one.rule, one.subject)
            if one.event is Event.NO_DATA:
                continue
            assert last.get(key) in LEGAL[one.event], (key, last.get(key), one.event)
            last[key] = one.event
            if one.event in {Event.ENTERED, Event.OPENED}:
                assert not open_episodes[key], "at most one episode is open"
                open_episodes[key].add(one.episode)
            if one.event in {Event.CLEARED, Event.CLOSED}:
                open_episodes[key].remove(one.episode)
        for (name, _), state in getattr(self, "states", {}).items():
            told_open = bool(open_episodes[name, state.subject])
            if state.phase in {Phase.OPEN, Phase.HALF_OPEN}:
                assert told_open
            if state.phase in {Phase.CLOSED, Phase.CLEAR}:
                assert not told_open

    @invariant()
    def a_trial_orders_nothing(self) -> None:
        for one in getattr(self, "firings", ()):
            assert one.shadow == (BY_ID[one.rule].mode is Mode.SHADOW)
            assert not (one.shadow and one.actions)

    @invariant()
    def what_is_inhibited_is_silent(self) -> None:
        states = getattr(self, "states", {})
        for subject in ("甲", "乙"):
            red, yellow = states.get(("red", subject)), states.get(("yellow", subject))
            if red and yellow and red.phase is Phase.ACTIVE:
                assert yellow.phase is not Phase.ACTIVE

    def teardown(self) -> None:
        """The same facts and times, the same firings."""
        if not hasattr(self, "journal"):
            return
        states: dict[tuple[str, str], RuleState] = {}
        firings: list[Firing] = []
        for _, looked_at, at in self.journal:
            if looked_at is None:
                outcome = self.evaluator.tick(states, at)
            else:
                outcome = self.evaluator.observe(looked_at, states, at)
            states |= {(one.rule, one.subject): one for one in outcome.states}
            firings += outcome.firings
        assert firings == self.firings
        assert states == self.states


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
