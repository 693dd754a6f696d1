"""Who is the champion, and who was: read off the decisions about models, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from service.model_records import CROWNING, ModelEvent, ModelStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reign:
    """A stretch of time in which one model, or none (None), was the champion."""

    model_id: str | None
    since: datetime
    #: None: it lasts.
    until: datetime | None


def reigns(events: Sequence[ModelEvent]) -> tuple[Reign, ...]:
    """Give every reign, the first one first; `events` are all of one name."""
    crowned = [event for event in _in_order(events) if event.step in CROWNING]
    return tuple(
        Reign(model_id=event.model_id, since=event.at, until=later.at if later else None)
        for event, later in zip_longest(crowned, crowned[1:])
    )


def champion_of(events: Sequence[ModelEvent], at: datetime | None = None) -> str | None:
    """Give the champion's id now, or at a moment; None where no model was."""
    known = [reign for reign in reigns(events) if at is None or reign.since <= at]
    return known[-1].model_id if known else None


def shadows_of(events: Sequence[ModelEvent]) -> tuple[str, ...]:
    """Give the models that score beside the champion: put there after they last reigned."""
    found: dict[str, None] = {}
    for event in _in_order(events):
        if event.step is ModelStep.SHADOW and event.model_id:
            found[event.model_id] = None
        elif event.step in CROWNING:
            found.pop(event.model_id or "", None)
    return tuple(found)


def before_it(events: Sequence[ModelEvent]) -> str | None:
    """Give whom a roll-back brings back: who was the champion before the present one came.

    Never a model that was rolled back from: another roll-back would promote it by one person.
    Where no model pays, the last one that did.
    """
    line: list[str] = []
    reigning = None
    for event in _in_order(events):
        if event.step not in CROWNING:
            continue
        reigning = event.model_id
        if reigning is None:
            continue
        if reigning in line:
            place = line.index(reigning)
            went_back = event.step is ModelStep.ROLLED_BACK
            line = line[:place] + ([] if went_back else line[place + 1 :])
        line.append(reigning)
    before = line if reigning is None else line[:-1]
    return before[-1] if before else None


def open_proposal(events: Sequence[ModelEvent], model_id: str) -> ModelEvent | None:
    """Give the proposal that waits for a second person; another coronation made it void."""
    for event in reversed(_in_order(events)):
        if event.step in CROWNING:
            return None
        if event.step is ModelStep.PROPOSED and event.model_id == model_id:
            return event
    return None


def _in_order(events: Sequence[ModelEvent]) -> list[ModelEvent]:
    return sorted(events, key=lambda event: event.turn)
