"""The one state machine: (rule, state, observation, at) → (state, what is to be told).

Pure, the clock is an argument; used live, in cases, in backtests and in shadow. One file for each
kind of rule; :mod:`rules.evaluation` finds out what a fact says and makes firings of what is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.kinds import WHOLE, Award, Breaker, Gate, Scope, WarningRule
from rules.machine import award, breaker, gate, warning
from rules.machine.steps import Change, Observation, Told, at_rest
from rules.states import Phase, RuleState

if TYPE_CHECKING:
    from datetime import datetime

    from rules.form import AnyRule

__all__ = [
    "Change",
    "Observation",
    "Told",
    "at_rest",
    "due",
    "end",
    "fits",
    "observe",
    "start",
    "wake",
]

#: The phases of each kind of rule, the one that it starts in first.
PHASES: dict[type[AnyRule], tuple[Phase, ...]] = {
    WarningRule: (Phase.CLEAR, Phase.ACTIVE, Phase.INHIBITED),
    Gate: (Phase.LOCKED, Phase.UNLOCKED),
    Breaker: (Phase.CLOSED, Phase.OPEN, Phase.HALF_OPEN),
    Award: (Phase.NOT_GIVEN, Phase.GIVEN),
}


def start(rule: AnyRule, subject: str, state: RuleState | None, at: datetime) -> RuleState:
    """Give the state to go on from.

    A rule edited under the same id keeps its state, and with it an open episode. Where it became
    another kind of rule it starts anew and only goes on counting episodes.
    """
    phases = PHASES[type(rule)]
    if state is None:
        return RuleState(rule=rule.id, subject=subject, phase=phases[0], episode=0, since=at)
    if state.phase in phases:
        return state
    return replace(
        state,
        phase=phases[0],
        since=at,
        level=None,
        missing=(),
        step=0,
        told_at=None,
        no_data=False,
    )


def observe(rule: AnyRule, state: RuleState, seen: Observation, at: datetime) -> Change:
    """Go one step by a fact. `state` is from :func:`start`; a repeat changes nothing."""
    match rule:
        case WarningRule():
            return warning.observe(rule, state, seen, at)
        case Breaker():
            return breaker.observe(rule, state, seen, at)
        case Award():
            return award.observe(rule, state, seen, at)
        case Gate():
            return gate.observe(state, seen, at)


def wake(rule: AnyRule, state: RuleState, at: datetime, *, inhibited: bool = False) -> Change:
    """Do what time alone, or another warning, changes."""
    if rule.effective_to is not None and rule.effective_to <= at:
        return end(rule, state, at)
    if isinstance(rule, WarningRule):
        return warning.wake(rule, state, at, inhibited=inhibited)
    return breaker.wake(rule, state, at) if isinstance(rule, Breaker) else Change(state=state)


def due(rule: AnyRule, state: RuleState) -> datetime | None:
    """Say when time alone changes something next, inhibition apart; None: never."""
    if at_rest(state):
        return None
    times = [rule.effective_to] if state.phase in _ENDS else []
    if isinstance(rule, WarningRule) and state.phase is Phase.ACTIVE:
        times.append(warning.repeat_due(rule, state))
    if isinstance(rule, Breaker):
        times.append(breaker.wake_due(rule, state))
    return min((time for time in times if time is not None), default=None)


def end(rule: AnyRule, state: RuleState, at: datetime) -> Change:
    """End an open episode: the rule is no longer valid, or withdrawn.

    A gate stays as it was, and an award is no episode: neither is ended.
    """
    match rule:
        case WarningRule():
            return warning.end(rule, state, at)
        case Breaker():
            return breaker.end(rule, state, at)
        case _:
            return Change(state=state)


def whole(rule: AnyRule) -> bool:
    """Say whether one state stands for all subjects; a gate has one for each, whatever it says."""
    return rule.scope is not Scope.EACH and not isinstance(rule, Gate)


def fits(rule: AnyRule, state: RuleState) -> bool:
    """Say whether a state is one of the rule's kind and scope."""
    return state.phase in PHASES[type(rule)] and whole(rule) == (state.subject == WHOLE)


_ENDS = frozenset({Phase.ACTIVE, Phase.INHIBITED, Phase.OPEN, Phase.HALF_OPEN})
