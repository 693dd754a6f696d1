"""A rule set at work: one observation in, changed states and firings out; the clock is given.

1. The executor is asked once for the rows that match the fact.
2. Most facts concern no rule: nothing matches, and every state is at rest. They cost little more.
3. For each other rule, inhibitors first, :mod:`rules.watching` finds out what the fact says,
   and holds what the executor said against the reference.
4. The machine goes one step; what it tells becomes firings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from rules import machine, telling
from rules.errors import EngineError
from rules.explaining import explanation
from rules.kinds import WHOLE, Mode
from rules.machine import at_rest
from rules.states import Phase
from rules.text import Text
from rules.watching import Watched, observation, watch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from rules.executors import Executor
    from rules.form import AnyRule, RuleSet
    from rules.looked_at import LookedAt
    from rules.machine import Change
    from rules.states import Firing, RuleState

    #: By rule and subject.
    States = Mapping[tuple[str, str], RuleState]

__all__ = ["Evaluator", "Outcome", "at_rest", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    #: Changed or new ones only.
    states: tuple[RuleState, ...] = ()
    #: In the order of the rules.
    firings: tuple[Firing, ...] = ()


NOTHING = Outcome()


class Evaluator:
    """A compiled rule set. Close it, or use it in a `with` block; it closes its executor."""

    def __init__(self, rule_set: RuleSet, executor: Executor) -> None:
        if executor.version != rule_set.version:
            raise _other_version(executor.version, rule_set.version)
        self._version = rule_set.version
        self._executor = executor
        self._watched = watch(rule_set.rules)
        self._by_id = {watched.id: watched for watched in self._watched}
        self._by_kind: dict[str, tuple[Watched, ...]] = {}
        for watched in self._watched:
            kind = watched.rule.on
            self._by_kind[kind] = (*self._by_kind.get(kind, ()), watched)

    def observe(self, looked_at: LookedAt, states: States, at: datetime) -> Outcome:
        """Ask all rules that look at this kind of fact; asking again changes nothing.

        `states` holds the rows of the subject and of `*`. Raises FactError for a fact that is not
        as declared, EngineError when no answer can be trusted.
        """
        matched = frozenset(self._executor.match(looked_at.kind, looked_at.fact))
        concerned = self._concerned(looked_at, matched, states)
        if not concerned:
            return NOTHING
        going = _Going(self._version, states, at)
        for watched in concerned:
            if watched.asked_at(at):
                going.observe(watched, matched, looked_at)
        return going.outcome()

    def _concerned(
        self, looked_at: LookedAt, matched: frozenset[str], states: States
    ) -> list[Watched]:
        subject, present = looked_at.subject, looked_at.fact.keys()
        concerned = []
        for watched in self._by_kind.get(looked_at.kind, ()):
            state = states.get((watched.id, WHOLE if watched.whole else subject))
            if (
                watched.begin_row in matched
                or (state is not None and not at_rest(state))
                or watched.eager
                or (watched.tells_lack and not watched.fields <= present)
            ):
                concerned.append(watched)
        return concerned

    def tick(
        self,
        states: States,
        at: datetime,
        *,
        only: Collection[tuple[str, str]] | None = None,
    ) -> Outcome:
        """Do what time alone changes, and what an inhibitor of another subject changes.

        `states` holds at least all rows that are not at rest; `only` names those that may move.
        """
        moving: dict[str, list[str]] = {}
        for rule_id, subject in states if only is None else only:
            state = states.get((rule_id, subject))
            if state is not None and not at_rest(state):
                moving.setdefault(rule_id, []).append(subject)
        going = _Going(self._version, states, at)
        for watched in self._watched if moving else ():
            if watched.id in moving and watched.asked_at(at):
                for subject in sorted(moving[watched.id]):
                    going.wake(watched, subject)
        return going.outcome()

    def due(self, state: RuleState) -> datetime | None:
        """Say when time alone changes a state next; None: never."""
        watched = self._by_id.get(state.rule)
        return None if watched is None else machine.due(watched.rule, state)

    def close(self) -> None:
        self._executor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Going:
    """One observation or tick under way: the states as it has changed them so far."""

    def __init__(self, version: str, states: States, at: datetime) -> None:
        self._version = version
        self._states = states
        self._at = at
        self._changed: dict[tuple[str, str], RuleState] = {}
        self._told: list[tuple[int, str, Firing]] = []

    def observe(self, watched: Watched, matched: frozenset[str], looked_at: LookedAt) -> None:
        rule = watched.rule
        subject = WHOLE if watched.whole else looked_at.subject
        state = self._state(watched.id, subject)
        if rule.effective_to is not None and rule.effective_to <= self._at:
            self._wake(watched, subject, state)
            return
        begun = machine.start(rule, subject, state, self._at)
        inhibited = self._inhibited(watched, subject)
        seen = observation(watched, matched, looked_at, begun, inhibited=inhibited, at=self._at)
        change = machine.observe(rule, begun, seen, self._at)
        self._take(watched, state, change, looked_at)

    def wake(self, watched: Watched, subject: str) -> None:
        self._wake(watched, subject, self._state(watched.id, subject))

    def _wake(self, watched: Watched, subject: str, state: RuleState | None) -> None:
        if state is None:
            return
        begun = machine.start(watched.rule, subject, state, self._at)
        inhibited = self._inhibited(watched, subject)
        change = machine.wake(watched.rule, begun, self._at, inhibited=inhibited)
        self._take(watched, state, change, None)

    def _state(self, rule: str, subject: str) -> RuleState | None:
        return self._changed.get((rule, subject)) or self._states.get((rule, subject))

    def _inhibited(self, watched: Watched, subject: str) -> bool:
        return any(
            state is not None and state.phase is Phase.ACTIVE and _in_force(rule, self._at)
            for rule in watched.inhibitors
            for state in (self._state(rule.id, subject), self._state(rule.id, WHOLE))
        )

    def _take(
        self,
        watched: Watched,
        before: RuleState | None,
        change: Change,
        looked_at: LookedAt | None,
    ) -> None:
        after = change.state
        # A row that never was and is at rest need not be made.
        if after != before and (before is not None or change.told or not at_rest(after)):
            self._changed[after.rule, after.subject] = after
        for told in change.told:
            firing = telling.firing(
                watched.rule,
                after.subject,
                told,
                rule_set=self._version,
                at=self._at,
                facts=looked_at.fact_ids if looked_at else (),
                explanation=explanation(watched, told.event, looked_at) if looked_at else (),
                reason=telling.no_longer_valid(watched.rule, self._at),
            )
            self._told.append((watched.place, after.subject, firing))

    def outcome(self) -> Outcome:
        if not self._changed and not self._told:
            return NOTHING
        # Stable: what one rule tells of one subject stays in its order.
        self._told.sort(key=lambda one: one[:2])
        firings = tuple(firing for _, _, firing in self._told)
        return Outcome(states=tuple(self._changed.values()), firings=firings)


def _in_force(rule: AnyRule, at: datetime) -> bool:
    return rule.effective_to is None or at < rule.effective_to


def retired(old: RuleSet, new: RuleSet, states: States, at: datetime) -> Outcome:
    """Say what ends when `new` takes the place of `old`.

    The open episode of a rule that is gone or off, in another mode, of another kind or over other
    subjects ends with CLEARED or CLOSED, and its `then` is ordered as ever: nobody else would lift
    what it put in force. All other states are kept. `states` holds the rows that `old` moved.
    """
    going = {rule.id: rule for rule in new.rules}
    ended: list[RuleState] = []
    firings: list[Firing] = []
    for rule in old.rules:
        if rule.mode is Mode.OFF or _goes_on(rule, going.get(rule.id)):
            continue
        reason = _withdrawn(going.get(rule.id))
        for state in _of(rule, states.values()):
            change = machine.end(rule, state, at)
            ended += [change.state] if change.state != state else []
            firings += [
                telling.firing(
                    rule, state.subject, told, rule_set=old.version, at=at, reason=reason
                )
                for told in change.told
            ]
    return Outcome(states=tuple(ended), firings=tuple(firings))


def _goes_on(rule: AnyRule, later: AnyRule | None) -> bool:
    return (
        later is not None
        and type(later) is type(rule)
        and (later.mode, machine.whole(later)) == (rule.mode, machine.whole(rule))
    )


def _withdrawn(later: AnyRule | None) -> Text:
    """Say why an episode of a rule does not go on when other rules take the place of its own."""
    if later is None:
        return Text(zh="规则已撤下，因此结束。", en="It ended because the rule was withdrawn.")
    if later.mode is Mode.OFF:
        return Text(
            zh="规则已停用（mode: off），因此结束。",
            en="It ended because the rule was switched off (mode: off).",
        )
    return Text(
        zh="规则的类型、范围或模式已改变，因此结束。",
        en="It ended because the rule's kind, scope or mode was changed.",
    )


def _of(rule: AnyRule, states: Iterable[RuleState]) -> list[RuleState]:
    return sorted(
        (state for state in states if state.rule == rule.id and machine.fits(rule, state)),
        key=lambda state: state.subject,
    )


def _other_version(seen: str, expected: str) -> EngineError:
    return EngineError(
        Text(
            zh=f"规则执行器编译的是另一版规则（{seen[:12]}，应为 {expected[:12]}），请重新加载。",
            en=f"The executor was compiled from another version of the rules ({seen[:12]}, not "
            f"{expected[:12]}). Load the rules again.",
        )
    )
