"""What people say the candidates of an incident were; labels for the ranker to learn from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service import access
from service.actions import incidents
from service.actions.trail import record
from service.cause_records import CauseRole, Verdict
from service.errors import Invalid, Trouble
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.actors import Actor
    from service.cause_records import Examination
    from service.ports import Ports
    from service.ports.records import Unit

#: So many incidents are exported at once, the latest.
MOST_EXPORTED = 500
#: Nobody means both.
_OPPOSED = (CauseRole.ROOT, CauseRole.NONE_OF_THESE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVerdict:
    role: CauseRole
    #: None: of the incident as a whole, with NONE_OF_THESE.
    candidate: str | None
    #: Rank at which it was shown; the answer's own where nothing is said.
    position: int | None
    reason: str


def give(unit: Unit, actor: Actor, incident_id: str, new: NewVerdict) -> Verdict:
    """Add a verdict on the latest examination; one's latest on a candidate counts.

    Raises NotFound, Invalid.
    """
    access.require(actor, "incidents.judge")
    incident, examination = incidents.get(unit, actor, incident_id)
    verdict = Verdict(
        id=unit.new_id(),
        incident_id=incident.id,
        examination_id=examination.id,
        candidate=new.candidate,
        role=new.role,
        position=_position(examination, new),
        person_id=actor.person_id,
        at=unit.now(),
        reason=new.reason,
    )
    unit.causes.verdicts.add(verdict)
    record(unit, "incidents.judge", after=verdict, actor=actor, reason=new.reason)
    return verdict


def standing(unit: Unit, incident_id: str) -> tuple[Verdict, ...]:
    """Give the verdicts that stand: the latest of each person on each candidate.

    A person names one root: the last one, or "none of these", takes back what he named before.
    """
    found = unit.causes.verdicts.find({"incident_id": incident_id})
    latest = {(one.person_id, one.candidate): one for one in found}
    given = sorted(latest.values(), key=lambda one: one.id)
    # Of either kind the last one that a person gave.
    last = {one.person_id: one.id for one in given if one.role in _OPPOSED}
    return tuple(one for one in given if one.role not in _OPPOSED or one.id == last[one.person_id])


def labels(ports: Ports, actor: Actor) -> tuple[dict[str, Any], ...]:
    """Give every person's verdict on an incident as `countermark train causes` reads it.

    A verdict goes with the examination that it was given on. Who named no root there, nor said
    "none of these", is left out: without a root it would be read as that. Raises FileLost.
    """
    from service.causes.export import incident_json  # noqa: PLC0415 - numpy

    access.require(actor, "incidents.export")
    with ports.records.read() as unit:
        rows = unit.causes.incidents.find(order="-id", limit=MOST_EXPORTED)
        given = [one for row in rows for one in standing(unit, row.id)]
        ids = tuple({one.examination_id for one in given if one.role in _OPPOSED})
        examinations = unit.causes.examinations.find({"id": ids}) if ids else ()
    found = []
    for examination in examinations:
        data = incidents.snapshot_of(ports, examination)
        told = incident_json(examination.incident_id, data, examination.answer)
        mine = [one for one in given if one.examination_id == examination.id]
        found += [
            {"incident": told, "verdict": _label(examination, person, mine), "person": person}
            for person in dict.fromkeys(one.person_id for one in mine if one.role in _OPPOSED)
        ]
    return tuple(found)


def _label(examination: Examination, person: str, given: Sequence[Verdict]) -> dict[str, Any]:
    """Give what a person said, and the order that the candidates were shown in."""
    mine = [one for one in given if one.person_id == person]
    ranked = sorted(json.loads(examination.answer)["causes"], key=lambda one: int(one["rank"]))
    return {
        # Without a root it says: none of these.
        "roles": {one.candidate: one.role.value for one in mine if one.candidate is not None},
        "shown": [one["id"] for one in ranked],
    }


def _position(examination: Examination, new: NewVerdict) -> int | None:
    ranks = {one["id"]: int(one["rank"]) for one in json.loads(examination.answer)["causes"]}
    if new.role is CauseRole.NONE_OF_THESE:
        if new.candidate is not None:
            expected = Text(zh="不写 candidate", en="no candidate with none_of_these")
            raise _wrong(new.candidate, expected)
        return None
    if new.candidate not in ranks:
        names = ", ".join(list(ranks)[:20])
        raise _wrong(f"{new.candidate}", Text(zh=f"{names} 之一", en=f"one of {names}"))
    return ranks[new.candidate] if new.position is None else new.position


def _wrong(seen: str, expected: Text) -> Invalid:
    message = Text(
        zh=f"candidate：看到“{seen}”，应为{expected.zh}。",
        en=f"candidate: saw {seen!r}, expected {expected.en}.",
    )
    return Invalid(
        message,
        remedy=Text(zh="请从事件的候选中选择。", en="Choose one of the incident's candidates."),
        troubles=(Trouble(where="candidate", seen=seen, expected=expected.en, message=message),),
    )
