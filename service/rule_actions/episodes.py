"""Whether the episode of a firing has ended before what it ordered is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.states import Event

if TYPE_CHECKING:
    from service.ports.records import Unit
    from service.rule_records import FiringRow

#: What ends an episode, and with it the measures that it put in force.
ENDS = (Event.CLEARED, Event.CLOSED)


def has_ended(unit: Unit, firing: FiringRow) -> bool:
    """Tell whether the episode has ended."""
    where = {
        "rule": firing.rule,
        "subject": firing.subject,
        "event": ENDS,
        "episode": firing.episode,
        "shadow": firing.shadow,
    }
    return bool(unit.rules.firings.find(where, limit=1))


def is_overtaken(unit: Unit, firing: FiringRow) -> bool:
    """Tell whether another firing ended it; what the end itself orders is overtaken by nothing."""
    return firing.event not in ENDS and has_ended(unit, firing)
