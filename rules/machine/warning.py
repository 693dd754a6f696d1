"""Warnings: clear → active → clear, or inhibited while a graver one is active.

- In CLEAR it begins when `when` holds. It lasts while `when` holds, whatever `until` says; else it
  is over when `until` holds, or without `until` when `when` is known not to hold.
- While an inhibiting warning is active it is INHIBITED and tells nothing. One that was told
  already goes there and comes back within its episode; when it comes back that is told as
  REPEATED, with its actions, because it now is the gravest again.
- What was told to begin is told to end, with `then`, even where it ends while inhibited: no
  measure stays in force without an end. What was never told ends silently.
- ``dedupe.until_clear: false`` keeps a second firing of one key quiet; it never makes a firing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.machine import keys
from rules.machine.steps import Change, Observation, Told, decided, known, lack, mark
from rules.states import Event, Phase

if TYPE_CHECKING:
    from datetime import datetime

    from rules.kinds import WarningRule
    from rules.machine.steps import Key
    from rules.states import RuleState

#: Keys that a state remembers; beyond them the database's unique key still keeps doubles out.
MOST_KEYS = 64


def observe(rule: WarningRule, state: RuleState, seen: Observation, at: datetime) -> Change:
    """Go one step by a fact."""
    begun = state.phase is not Phase.CLEAR
    over = _over(rule, seen) if begun else None
    holds = decided(rule, held=seen.holds)
    if (over if begun else holds) is None:
        step = Change(state=state) if seen.inhibited else lack(rule, state, seen, at)
    else:
        step = Change(state=known(state))
    if not begun:
        return step.then(_begin(rule, step.state, seen, at)) if holds else step
    if over:
        return end(rule, step.state, at)
    return step.then(wake(rule, step.state, at, inhibited=seen.inhibited, key=seen.key or ()))


def _over(rule: WarningRule, seen: Observation) -> bool | None:
    holds = decided(rule, held=seen.holds)
    if rule.until is None or holds:
        return None if holds is None else not holds
    return decided(rule, held=seen.ends)


def _begin(rule: WarningRule, state: RuleState, seen: Observation, at: datetime) -> Change:
    phase = Phase.INHIBITED if seen.inhibited else Phase.ACTIVE
    begun = replace(
        state, phase=phase, episode=state.episode + 1, since=at, level=None, step=0, told_at=None
    )
    return Change(state=begun) if seen.inhibited else _enter(rule, begun, at, seen.key or ())


def _enter(rule: WarningRule, state: RuleState, at: datetime, key: Key) -> Change:
    """Tell that the episode has begun, unless it was told of the same key before."""
    episode = state.episode if rule.dedupe.until_clear else None
    firing_key = (state.subject, episode, Event.ENTERED, key)
    told_keys = state.told_keys
    if not rule.dedupe.until_clear:
        short = keys.digest(firing_key)[: keys.SHORT]
        if short in told_keys:
            return Change(state=state)
        told_keys = (*told_keys, short)[-MOST_KEYS:]
    told = Told(
        event=Event.ENTERED,
        episode=state.episode,
        key=firing_key,
        actions=rule.do,
        level=rule.level,
    )
    entered = replace(state, level=rule.level, told_at=at, told_keys=told_keys)
    return Change(state=entered, told=(told,))


def wake(
    rule: WarningRule, state: RuleState, at: datetime, *, inhibited: bool, key: Key = ()
) -> Change:
    """Do what an inhibitor or time alone changes: silence, coming back, the next repeat."""
    if inhibited and state.phase is Phase.ACTIVE:
        return Change(state=replace(state, phase=Phase.INHIBITED, since=at))
    if inhibited or state.phase is Phase.CLEAR:
        return Change(state=state)
    if state.phase is Phase.INHIBITED:
        back = replace(state, phase=Phase.ACTIVE, since=at)
        return _enter(rule, back, at, key) if state.level is None else _repeat(rule, back, at)
    due = repeat_due(rule, state)
    return Change(state=state) if due is None or due > at else _repeat(rule, state, at)


def repeat_due(rule: WarningRule, state: RuleState) -> datetime | None:
    """Say when an episode that was told is to be told again."""
    if rule.repeat is None or state.level is None or state.told_at is None:
        return None
    return state.told_at + timedelta(seconds=rule.repeat)


def _repeat(rule: WarningRule, state: RuleState, at: datetime) -> Change:
    told = Told(
        event=Event.REPEATED,
        episode=state.episode,
        key=(state.subject, state.episode, Event.REPEATED, mark(state)),
        actions=rule.do,
        level=state.level,
    )
    return Change(state=replace(state, told_at=at, step=state.step + 1), told=(told,))


def end(rule: WarningRule, state: RuleState, at: datetime) -> Change:
    """End the episode, by a fact, the end of the rule's validity or its withdrawal."""
    if state.phase is Phase.CLEAR:
        return Change(state=state)
    over = replace(state, phase=Phase.CLEAR, since=at, level=None, no_data=False)
    if state.level is None:
        return Change(state=over)
    told = Told(
        event=Event.CLEARED,
        episode=state.episode,
        key=(state.subject, state.episode, Event.CLEARED),
        actions=rule.then,
        level=state.level,
    )
    return Change(state=replace(over, told_at=at), told=(told,))
