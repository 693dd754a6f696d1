"""To which incident a fall belongs, and whether a look at it brings anything new."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from service.cause_records import Examination, Incident, IncidentState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.ports.records import Unit

#: An incident whose fall began so many days before another's cannot be told as that one.
WATCHED = 60
#: Closed incidents of a stage that a fall is held against, the last first.
MOST_CLOSED = 20


def open_one(unit: Unit, stage: str) -> Incident | None:
    """Give the incident of a stage that is open; there is one at most."""
    where = {"stage": stage, "state": IncidentState.OPEN.value}
    found = unit.causes.incidents.find(where, limit=1)
    return found[0] if found else None


def latest(unit: Unit, incident_id: str) -> Examination | None:
    """Give the latest examination of an incident."""
    found = unit.causes.examinations.find({"incident_id": incident_id}, order="-turn", limit=1)
    return found[0] if found else None


def settled_already(unit: Unit, told: Mapping[str, Any], *, by_person: bool) -> Incident | None:
    """Give the incident whose standing a look shall leave as it is; None: it brings something new.

    That is the open one where it has been examined on data of a later day; and, where no person
    looks, the one of this very fall that people have closed.
    """
    known = open_one(unit, told["stage"])
    if known is not None:
        seen = _answer(unit, known)
        later = seen is not None and seen["seen_until"] > told["seen_until"]
        return known if later else None
    return None if by_person else closed_one(unit, told)


def closed_one(unit: Unit, told: Mapping[str, Any]) -> Incident | None:
    """Give the last incident that people have closed, where the fall is one that they closed.

    Detection tells the first fall of the days it watches, which may lie before the last one closed.
    """
    where = {"stage": told["stage"], "state": IncidentState.CLOSED.value}
    since = _day(told["onset"]["first"]) - timedelta(days=WATCHED)
    closed = unit.causes.incidents.find(where, order="-id", limit=MOST_CLOSED)
    near = [one for one in closed if _day(one.onset) >= since]
    if any(_is_of(unit, one, told) for one in near):
        return near[0]
    return None


def _is_of(unit: Unit, one: Incident, told: Mapping[str, Any]) -> bool:
    seen = _answer(unit, one)
    return seen is not None and _meet(seen["onset"], told["onset"])


def _day(day: str) -> date:
    return date.fromisoformat(day)


def _meet(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Tell whether two intervals of onset have a day in common."""
    return one["first"] <= other["last"] and other["first"] <= one["last"]


def _answer(unit: Unit, incident: Incident) -> dict[str, Any] | None:
    examination = latest(unit, incident.id)
    return None if examination is None else json.loads(examination.answer)
