"""What reaches the service of each won lead: the order as entered, and the events of systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from models.origin import Event, EventKind, Origin

if TYPE_CHECKING:
    from training.simulate.world import World

#: The first day of every world.
BEGAN = datetime(2025, 1, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One order line as somebody entered it, beside what systems know."""

    order: str
    #: Row of its lead in the world.
    lead: int
    rep: int
    #: Number in the register of companies; found by tax number, not by what was typed.
    registered: int
    #: What the seller typed: customer key, size band, source of the lead.
    typed_customer: str
    typed_size: int
    claimed: Origin | None
    #: Minor units.
    value: int
    commission: int
    closed_at: datetime
    events: tuple[Event, ...]


def claims(world: World) -> tuple[Claim, ...]:
    """Give an honest claim for each won lead."""
    return tuple(_claim(world, int(lead)) for lead in np.flatnonzero(world.won))


def _claim(world: World, lead: int) -> Claim:
    leads = world.leads
    customer = int(leads.customer[lead])
    return Claim(
        order=f"o{lead}",
        lead=lead,
        rep=int(leads.rep[lead]),
        registered=customer,
        typed_customer=f"c{customer}",
        typed_size=int(leads.size[lead]),
        claimed=None,
        value=int(world.value[lead]),
        commission=int(world.commission[lead]),
        closed_at=BEGAN + timedelta(days=int(world.closed[lead])),
        events=_events(world, lead),
    )


def _events(world: World, lead: int) -> tuple[Event, ...]:
    """Give one answered contact a day from assignment on; the customer comes between the two."""
    before, later = int(world.answered_days[lead]), int(world.answered_later[lead])
    first = BEGAN + timedelta(days=int(world.leads.day[lead]))
    # All lies between assignment and closing, however many there are.
    step = (int(world.closed[lead]) - int(world.leads.day[lead])) / (before + later + 2)
    customer = f"c{int(world.leads.customer[lead])}"
    found: list[Event] = []

    def seen(kind: EventKind, day: float, answers: str | None = None) -> str:
        at = first + timedelta(days=day)
        name = f"e{lead}-{len(found)}"
        found.append(
            Event(
                id=name,
                kind=kind,
                customer=customer,
                at=at,
                known_at=at,
                by_system=True,
                answers=answers,
            )
        )
        return name

    for contact in range(before + later):
        # What came after the customer lies behind his coming, in the middle of the gap.
        day = (contact + 1 + (contact >= before)) * step
        asked = seen(EventKind.OUTREACH, day - step / 4)
        seen(EventKind.RESPONSE, day, asked)
    if world.inbound[lead]:
        seen(EventKind.INBOUND, (before + 1) * step - step / 2)
    return tuple(found)
