"""The report of an incident, from what is stored of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service.actions import cause_verdicts, incidents
from service.causes.report import Material
from service.funnel import funnel

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit


def material(unit: Unit, actor: Actor, incident_id: str) -> Material:
    """Give all that a report is made of. Raises NotFound."""
    incident, examination = incidents.get(unit, actor, incident_id)
    verdicts = cause_verdicts.standing(unit, incident_id)
    closed_by = () if incident.closed_by is None else (incident.closed_by,)
    ids = tuple({*(one.person_id for one in verdicts), *closed_by})
    people = unit.people.find({"id": ids}) if ids else ()
    return Material(
        incident=incident,
        examination=examination,
        told=json.loads(examination.answer),
        verdicts=verdicts,
        people={one.id: one.name for one in people},
        breaker=unit.causes.breakers.get(incident_id),
        funnel=funnel(),
    )
