"""Awards: once a key, ever.

The key of the firing is unique in the database, and whoever records firings leaves out one that
is there already: that is what makes "ever" true, for thousands of keys a person and over years.
The state remembers a few of the last keys only to save work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.machine import keys
from rules.machine.steps import Change, Observation, Told, decided, known, lack
from rules.states import Event, Phase

if TYPE_CHECKING:
    from datetime import datetime

    from rules.kinds import Award
    from rules.states import RuleState

MOST_KEYS = 16


def observe(rule: Award, state: RuleState, seen: Observation, at: datetime) -> Change:
    """Go one step by a fact. One that lacks a part of the key decides nothing."""
    holds = decided(rule, held=seen.holds)
    if holds is None or (holds and seen.key is None):
        return lack(rule, state, seen, at)
    state = known(state)
    if not holds:
        return Change(state=state)
    key = (None, None, Event.AWARDED, seen.key)
    short = keys.digest(key)[: keys.SHORT]
    if short in state.told_keys:
        return Change(state=state)
    given = replace(
        state,
        phase=Phase.GIVEN,
        episode=state.episode + 1,
        since=at if state.phase is not Phase.GIVEN else state.since,
        told_at=at,
        told_keys=(*state.told_keys, short)[-MOST_KEYS:],
    )
    told = Told(event=Event.AWARDED, episode=given.episode, key=key, actions=rule.do)
    return Change(state=given, told=(told,))
