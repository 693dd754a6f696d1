"""Breakers: closed → open → half-open → closed, and open again where it gets bad meanwhile.

- Only facts later than the start of the phase count while it is open or half-open: a reading from
  before can neither close it nor open it again, and a subject without a later one has said nothing.
- Where both conditions hold, it stays open or opens again.
- `half_open_after` passes by itself. At half-opening the first step of the release is made; each
  further one, and closing, at least `every` seconds after the one before.
- A fact that leaves `open_when` undecided stops the release until one decides it.
- Without `half_open_after`, `close_when` closes an open breaker, or begins its release.
- Opening again orders `do` anew only where a step of the release had let something go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.machine.steps import Change, Observation, Told, decided, known, lack, mark
from rules.states import Event, Phase

if TYPE_CHECKING:
    from datetime import datetime

    from rules.kinds import Action, Breaker
    from rules.states import RuleState


def observe(rule: Breaker, state: RuleState, seen: Observation, at: datetime) -> Change:
    """Go one step by a fact, after what time alone has brought."""
    # In half-open the fact is judged first: a step must not be made that it stops.
    half_open = state.phase is Phase.HALF_OPEN
    before = Change(state=state) if half_open else wake(rule, state, at)
    state = before.state
    holds = decided(rule, held=seen.holds)
    if state.phase is Phase.CLOSED:
        if holds is None:
            return lack(rule, state, seen, at)
        return _open(rule, known(state), at) if holds else Change(state=known(state))
    if seen.as_of <= state.since:
        return wake(rule, state, at) if half_open else before
    if holds is None:
        # That not all were heard of again is no lack of data, but it stops the release as well.
        told = Change(state=state) if seen.stale else lack(rule, state, seen, at)
        return before.then(replace(told, state=replace(told.state, no_data=True)))
    return before.then(_judge(rule, known(state), seen, at, holds=holds))


def _judge(
    rule: Breaker, state: RuleState, seen: Observation, at: datetime, *, holds: bool
) -> Change:
    recovered = not holds and seen.ends is True
    if state.phase is Phase.HALF_OPEN:
        if holds:
            return _reopen(rule, state, at)
        # Time may have passed while the release was stopped.
        moved = wake(rule, state, at)
        if recovered and _released(rule, moved.state, at):
            return moved.then(end(rule, moved.state, at))
        return moved
    if not recovered or rule.half_open_after is not None:
        return Change(state=state)
    return end(rule, state, at) if rule.release is None else _half_open(rule, state, at)


def wake(rule: Breaker, state: RuleState, at: datetime) -> Change:
    """Do what time alone changes."""
    due = wake_due(rule, state)
    if due is None or due > at:
        return Change(state=state)
    return _half_open(rule, state, at) if state.phase is Phase.OPEN else _step(rule, state, at)


def wake_due(rule: Breaker, state: RuleState) -> datetime | None:
    """Say when time alone changes something next."""
    if state.phase is Phase.OPEN and rule.half_open_after is not None:
        return state.since + timedelta(seconds=rule.half_open_after)
    if state.phase is not Phase.HALF_OPEN or rule.release is None or state.no_data:
        return None
    if state.step >= len(rule.release.steps):
        return None
    return state.since if state.step == 0 else _next(rule, state)


def _next(rule: Breaker, state: RuleState) -> datetime:
    """Say when the present step has lasted as long as it must."""
    every = rule.release.every if rule.release else 0
    return (state.told_at or state.since) + timedelta(seconds=every)


def _released(rule: Breaker, state: RuleState, at: datetime) -> bool:
    if rule.release is None:
        return True
    return state.step >= len(rule.release.steps) and _next(rule, state) <= at


def _open(rule: Breaker, state: RuleState, at: datetime) -> Change:
    opened = replace(
        state, phase=Phase.OPEN, episode=state.episode + 1, since=at, step=0, told_at=at
    )
    return _told(Event.OPENED, opened, rule.do)


def _reopen(rule: Breaker, state: RuleState, at: datetime) -> Change:
    opened = replace(state, phase=Phase.OPEN, since=at, step=0, told_at=at)
    return _told(Event.REOPENED, opened, rule.do if state.step else (), mark(state))


def _half_open(rule: Breaker, state: RuleState, at: datetime) -> Change:
    step = 1 if rule.release is not None and not state.no_data else 0
    half = replace(state, phase=Phase.HALF_OPEN, since=at, step=step, told_at=at)
    return _told(Event.HALF_OPENED, half, (), mark(state), share=_share(rule, step))


def _step(rule: Breaker, state: RuleState, at: datetime) -> Change:
    step = state.step + 1
    moved = replace(state, step=step, told_at=at)
    return _told(Event.RELEASED, moved, (), mark(state), share=_share(rule, step))


def _share(rule: Breaker, step: int) -> float | None:
    return rule.release.steps[step - 1] if rule.release is not None and step else None


def end(rule: Breaker, state: RuleState, at: datetime) -> Change:
    """Close it: it has recovered, its validity is over or it was withdrawn."""
    if state.phase is Phase.CLOSED:
        return Change(state=state)
    closed = replace(state, phase=Phase.CLOSED, since=at, step=0, told_at=at, no_data=False)
    return _told(Event.CLOSED, closed, rule.then)


def _told(
    event: Event,
    state: RuleState,
    actions: tuple[Action, ...],
    *marks: str,
    share: float | None = None,
) -> Change:
    key = (state.subject, state.episode, event, *marks)
    told = Told(event=event, episode=state.episode, key=key, actions=actions, share=share)
    return Change(state=state, told=(told,))
