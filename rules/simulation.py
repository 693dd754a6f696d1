"""Facts played in the order in which they were known, in memory, with the evaluator of the service.

Used by cases, by ``rules why`` without a database and by backtests. At each instant:

1. what time alone changes until then happens, at the very time when it is due: in a state, or in
   what a fact says now that it is older (:mod:`rules.ageing`);
2. facts that become known are taken in order of kind, subject and period, and after each the
   latest period of its subject is looked at;
3. what one subject's change means for others (inhibition) is settled.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import groupby
from typing import TYPE_CHECKING

from rules import features
from rules.ageing import ageing
from rules.conditions import Aggregate
from rules.evaluation import Evaluator, Outcome
from rules.kinds import Mode
from rules.looked_at import LookedAt
from rules.machine import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from rules.conditions import Feature
    from rules.executors import Executor
    from rules.facts import FactKind
    from rules.form import RuleSet
    from rules.history import Fact
    from rules.states import Firing, RuleState

    _Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All that came of it."""

    #: In order of time; a key that was told before is left out, as the database would.
    firings: tuple[Firing, ...]
    #: What was looked at and when.
    looked_at: tuple[tuple[datetime, LookedAt], ...]
    #: Instants with the states that changed then, ascending.
    changes: tuple[tuple[datetime, RuleState], ...]

    def states_at(self, at: datetime) -> Mapping[tuple[str, str], RuleState]:
        """Give the states by rule and subject as they stood after everything of that instant."""
        count = bisect_right(self.changes, at, key=lambda change: change[0])
        return {(state.rule, state.subject): state for _, state in self.changes[:count]}

    @property
    def states(self) -> Mapping[tuple[str, str], RuleState]:
        """The states at the end."""
        return {(state.rule, state.subject): state for _, state in self.changes}


def run(
    rule_set: RuleSet,
    executor: Executor,
    facts: Iterable[Fact],
    *,
    until: datetime | None = None,
) -> Timeline:
    """Play facts; the executor stays open.

    Facts known after `until` are left out, and time goes on until then (None: until the last
    fact). Raises FactError and EngineError as :meth:`rules.evaluation.Evaluator.observe` does.
    """
    played = sorted(
        (fact for fact in facts if until is None or fact.known_at <= until),
        key=lambda fact: (fact.known_at, fact.kind, fact.subject, fact.period, fact.id),
    )
    playing = _Playing(rule_set, Evaluator(rule_set, executor))
    for at, known in groupby(played, key=lambda fact: fact.known_at):
        playing.go_to(at)
        for fact in known:
            playing.take(fact, at)
        playing.settle(at)
    if until is not None:
        playing.go_to(until)
    return playing.timeline()


class _Playing:
    """The world as it is known so far."""

    def __init__(self, rule_set: RuleSet, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        sections = {section.kind.name: section for section in rule_set.sections}
        self._histories = {
            kind.name: _Histories(kind, sections[kind.name].features)
            for kind in rule_set.kinds
            if kind.name in sections
        }
        asked = [rule for rule in rule_set.rules if rule.mode is not Mode.OFF]
        self._whole = frozenset(rule.on for rule in asked if whole(rule))
        #: Only then does the change of one subject concern another one.
        self._unsettled = any(getattr(rule, "inhibited_by", ()) for rule in asked)
        self._states: dict[_Key, RuleState] = {}
        #: When states change by themselves, and when subjects are to be looked at again.
        self._due: list[tuple[datetime, _Key]] = []
        self._ageing = ageing(rule_set)
        self._older: list[tuple[datetime, _Key]] = []
        self._again: dict[_Key, datetime | None] = {}
        self._firings: dict[str, Firing] = {}
        self._looked_at: list[tuple[datetime, LookedAt]] = []
        self._changes: list[tuple[datetime, RuleState]] = []

    def go_to(self, at: datetime) -> None:
        """Let time pass up to and with an instant."""
        while (due := self._next()) is not None and due <= at:
            self._wake(due)
            self._look_again(due)

    def _next(self) -> datetime | None:
        return min((queue[0][0] for queue in (self._due, self._older) if queue), default=None)

    def _wake(self, at: datetime) -> None:
        while self._due and self._due[0][0] <= at:
            due, key = heappop(self._due)
            # What was due may have been overtaken by a fact.
            if self._evaluator.due(self._states[key]) == due:
                self._note(self._evaluator.tick(self._states, due, only=(key,)), due)
                self.settle(due)

    def _look_again(self, at: datetime) -> None:
        looked = False
        while self._older and self._older[0][0] <= at:
            due, (kind, subject) = heappop(self._older)
            # As above.
            if self._again[kind, subject] == due:
                self._look(kind, subject, due)
                looked = True
        if looked:
            self.settle(at)

    def take(self, fact: Fact, at: datetime) -> None:
        histories = self._histories.get(fact.kind)
        if histories is not None and histories.put(fact):
            self._look(fact.kind, fact.subject, at)

    def settle(self, at: datetime) -> None:
        """Let inhibited warnings come back whose inhibitor was another subject's, and silence."""
        if self._unsettled:
            self._note(self._evaluator.tick(self._states, at), at)

    def _look(self, kind: str, subject: str, at: datetime) -> None:
        together = kind in self._whole
        looked_at = self._histories[kind].look(subject, at, together=together)
        self._looked_at.append((at, looked_at))
        self._note(self._evaluator.observe(looked_at, self._states, at), at)
        again = self._ageing[kind].following(self._histories[kind].window(subject, at), at)
        self._again[kind, subject] = again
        if again is not None:
            heappush(self._older, (again, (kind, subject)))

    def _note(self, outcome: Outcome, at: datetime) -> None:
        for state in outcome.states:
            key = (state.rule, state.subject)
            self._states[key] = state
            self._changes.append((at, state))
            due = self._evaluator.due(state)
            if due is not None:
                heappush(self._due, (due, key))
        for firing in outcome.firings:
            self._firings.setdefault(firing.key, firing)

    def timeline(self) -> Timeline:
        return Timeline(
            firings=tuple(self._firings.values()),
            looked_at=tuple(self._looked_at),
            changes=tuple(self._changes),
        )


class _Histories:
    """Facts of one kind: of each subject the one known last for each period."""

    def __init__(self, kind: FactKind, found: tuple[Feature, ...]) -> None:
        self._kind = kind
        self._features = found
        self._reach = features.reach(kind, found)
        self._facts: dict[str, dict[int, Fact]] = {}
        self._periods: dict[str, list[int]] = {}
        #: Whether a fact says less, or something else, only because time has passed.
        self._ages = any(field.max_age is not None for field in kind.fields) or any(
            feature.aggregate in {Aggregate.AGE, Aggregate.UNCHANGED} for feature in found
        )
        self._enriched: dict[str, dict[str, object]] = {name: {} for name in kind.subjects}
        self._as_of: dict[str, datetime] = {}

    def put(self, fact: Fact) -> bool:
        """Take a fact in; gives whether the latest period of its subject is touched by it."""
        facts = self._facts.setdefault(fact.subject, {})
        periods = self._periods.setdefault(fact.subject, [])
        known = facts.get(fact.period)
        if known is None:
            insort(periods, fact.period)
        elif (fact.known_at, fact.id) < (known.known_at, known.id):
            return False
        facts[fact.period] = fact
        latest = periods[-1]
        if fact.period == latest:
            return True
        return features.affected(self._kind, self._features, fact.period) >= latest

    def look(self, subject: str, at: datetime, *, together: bool) -> LookedAt:
        """Enrich the latest fact of a subject; `together`: with all the others of the kind."""
        window = self.window(subject, at)
        last = window[-1]
        fact = features.enrich(self._kind, self._features, window, at)
        as_of = min(last.at, last.known_at)
        self._enriched[subject], self._as_of[subject] = fact, as_of
        others = self._others(subject, at) if together else {}
        return LookedAt(
            kind=self._kind.name,
            subject=subject,
            fact=fact,
            fact_ids=tuple(one.id for one in reversed(window)),
            period=last.period,
            as_of=as_of,
            others=others,
            others_as_of={name: self._as_of[name] for name in others if name in self._as_of},
        )

    def _others(self, subject: str, at: datetime) -> dict[str, dict[str, object]]:
        for name in self._facts if self._ages else ():
            window = self.window(name, at)
            self._enriched[name] = features.enrich(self._kind, self._features, window, at)
        return {name: fact for name, fact in self._enriched.items() if name != subject}

    def window(self, subject: str, at: datetime) -> list[Fact]:
        """Give the facts that the windows of the latest one reach, ascending."""
        facts, periods = self._facts[subject], self._periods[subject]
        first = bisect_left(periods, self._reach.start(periods[-1], at))
        if self._reach.one_before and first > 0:
            first = bisect_left(periods, periods[first - 1] - self._reach.beyond)
        return [facts[period] for period in periods[first:]]
