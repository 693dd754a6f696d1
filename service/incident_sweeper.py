"""Every hour: whether the funnel fell; of several processes one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.actions import incidents

if TYPE_CHECKING:
    from service.ports import Ports

#: How often the turn is asked for, and how often one has it.
ASK_EVERY_S, LOOK_EVERY_S = 60.0, 3600.0
ROUND = "incidents"


def look(ports: Ports) -> None:
    """Look for a fall where there are events and no process has looked within the hour."""
    with ports.records.read() as unit:
        if not unit.causes.stage_events.find(limit=1):
            return
    with ports.records.begin() as unit:
        mine = unit.rules.rounds.take(ROUND, every_s=LOOK_EVERY_S)
    if mine:
        incidents.detect(ports, None)
