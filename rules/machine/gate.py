"""Gates: locked with the list of what is missing, unlocked, locked again when some of it goes.

What is missing is the answer of :mod:`rules.gates`. A gate that is not asked stays as it was:
only an answer unlocks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.machine.steps import Change, Observation, Told, mark
from rules.states import Event, Phase

if TYPE_CHECKING:
    from datetime import datetime

    from rules.states import RuleState


def observe(state: RuleState, seen: Observation, at: datetime) -> Change:
    """Go one step by a fact; each change of the phase or of the list is told."""
    missing = seen.missing
    phase = Phase.LOCKED if missing else Phase.UNLOCKED
    if missing is None or (state.phase, state.missing) == (phase, missing):
        return Change(state=state)
    # It starts as locked without a list; the first answer is a change all the same.
    changes = state.phase is not phase or state.told_at is None
    event = Event.LOCKED if missing else Event.UNLOCKED
    after = replace(
        state,
        phase=phase,
        episode=state.episode + (changes and phase is Phase.LOCKED),
        since=at if changes else state.since,
        missing=missing,
        told_at=at,
    )
    key = (state.subject, after.episode, event, missing, seen.fact_ids, mark(state))
    return Change(state=after, told=(Told(event=event, episode=after.episode, key=key),))
