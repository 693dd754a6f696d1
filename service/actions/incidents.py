"""Incidents: opened by detection, examined on a snapshot that stays, judged by people.

1. Stage events and evidence up to a day are put together, outside any writing transaction; 2. they
are written down as a snapshot and examined; 3. where a stage fell its incident is opened, or the
open one examined again; the same snapshot is not examined twice. 4. What the breaker does about it
is in the same transaction. 5. A breaker that is not closed is moved by the deals of its own scope,
whether a fall is told still or not. 6. A look at a day of long ago moves no breaker, one at an
earlier day than the latest examination's is told and not kept, and a fall that people have closed
is opened again by a person's look alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from rules.states import Phase
from service import access
from service.actions import (
    cause_evidence,
    incident_breakers,
    incident_falls,
    incident_warnings,
    models,
    quote_evidence,
)
from service.actions.cause_evidence import MOST_ITEMS
from service.actions.incident_breakers import TURN
from service.actions.incident_refusals import wrong
from service.actions.trail import record
from service.actors import SYSTEM
from service.cause_records import Examination, Incident, IncidentState
from service.causes.stage_deals import BUSINESS_ZONE, by_deal, day_of, deals_of
from service.errors import AlreadyThere, FileLost, NotFound
from service.funnel import funnel
from service.model_records import ModelName
from service.ports.storage import StoredFile
from service.ports.tariffs import RankerFiles
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.actors import Actor
    from service.cause_records import EvidenceRow
    from service.causes.snapshot import Closed
    from service.causes.stage_deals import DatedEvents
    from service.ports import Ports
    from service.ports.records import Unit

#: Days of history that are looked at.
HISTORY_DAYS = 400
#: Evidence that is older has no part in a fall of today.
EVIDENCE_DAYS = 90
#: The day that is looked at is this one, or the last that is whole.
RECENT_DAYS = 1
MOST_SNAPSHOT = 256 * 1024 * 1024
FALSE_ALARMS_A_YEAR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was seen of a stage; `incident` where it fell."""

    stage: str
    answer: dict[str, Any]
    incident: Incident | None
    examination: Examination | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the funnel up to a day."""

    until: date
    events: DatedEvents
    evidence: tuple[EvidenceRow, ...]
    ranker: RankerFiles | None
    #: So near to today that breakers are moved by it.
    recent: bool


def detect(
    ports: Ports, actor: Actor | None, *, until: date | None = None, stage: str | None = None
) -> tuple[Looked, ...]:
    """Look at every watched stage, or one, as things stood at the end of a day (today).

    Without an actor the system looks. Raises Invalid for a day to come or no watched stage.
    """
    if actor is not None:
        access.require(actor, "incidents.detect")
    stages = _stages(stage)
    today = day_of(ports.clock())
    if until is not None and until > today:
        raise wrong("until", f"{until}", Text(zh=f"不晚于 {today}", en=f"no day after {today}"))
    quote_evidence.collect(ports, until or today)
    known = _known(ports, until or today)
    return tuple(_look(ports, actor, one, known) for one in stages)


def _stages(stage: str | None) -> tuple[str, ...]:
    watched = tuple(one.id for one in funnel().watched)
    if stage is not None and stage not in watched:
        names = ", ".join(watched)
        raise wrong("stage", stage, Text(zh=f"{names} 之一", en=f"one of {names}"))
    return watched if stage is None else (stage,)


def _known(ports: Ports, until: date) -> _Known:
    end = datetime.combine(until + timedelta(days=1), time(), BUSINESS_ZONE).astimezone(UTC)
    first = until - timedelta(days=EVIDENCE_DAYS)
    with ports.records.read() as unit:
        events = unit.causes.events_between(end - timedelta(days=HISTORY_DAYS), end)
        evidence = unit.causes.evidence.find(order="-day")
    inside = cause_evidence.standing(evidence)
    inside = [one for one in inside if f"{first}" <= one.day <= f"{until}"]
    inside = quote_evidence.latest(inside)
    return _Known(
        until=until,
        events=by_deal(events),
        evidence=tuple(inside[:MOST_ITEMS]),
        ranker=_rules(ports),
        recent=until >= day_of(ports.clock()) - timedelta(days=RECENT_DAYS),
    )


def _rules(ports: Ports) -> RankerFiles | None:
    """Give the champion among the rankers, else the one that ships; None where none does."""
    from models.rca.causes.evidence import catalogue_text  # noqa: PLC0415 - numpy
    from service.causes import rankers  # noqa: PLC0415

    with ports.records.read() as unit:
        champion = models.champion(unit, ModelName.CAUSES)
    found = None if champion is None else ports.tariffs.ranker(champion.archive_sha256)
    shipped = rankers.shipped()
    if found is not None or shipped is None:
        return found
    return RankerFiles(trees=shipped[0], scale=shipped[1], dag=catalogue_text())


def _look(ports: Ports, actor: Actor | None, stage: str, known: _Known) -> Looked:
    taken = _snapshot(stage, known)
    answer = answered(taken, known.ranker)
    told = json.loads(answer)
    looked = Looked(stage=stage, answer=told, incident=None, examination=None)
    if told["status"] != "fell":
        if known.recent:
            _follow(ports, stage, taken)
        return looked
    taken, answer, told = _further(ports, known, (taken, answer, told))
    looked = replace(looked, answer=told)
    with ports.records.read() as unit:
        before = incident_falls.settled_already(unit, told, by_person=actor is not None)
    if before is not None:
        return replace(looked, incident=before)
    for part in () if known.ranker is None else (known.ranker.trees, known.ranker.scale):
        _keep(ports, part)
    stored = _keep(ports, taken)
    with ports.records.begin() as unit:
        unit.take_turn(TURN)
        # Somebody may have closed it, or looked at a later day, since this look began.
        before = incident_falls.settled_already(unit, told, by_person=actor is not None)
        if before is not None:
            return replace(looked, incident=before)
        incident = _opened(unit, actor, told)
        examination = _examined(unit, actor, incident, stored=stored, answer=answer)
        if known.recent and not _moved(unit, incident, taken):
            incident_breakers.consider(unit, actor, incident, told)
    return Looked(stage=stage, answer=told, incident=incident, examination=examination)


def _further(
    ports: Ports, known: _Known, first: tuple[bytes, bytes, dict[str, Any]]
) -> tuple[bytes, bytes, dict[str, Any]]:
    """Give the fall that came after one that people have closed, where there is one; else it."""
    from service.causes.snapshot import Closed  # noqa: PLC0415 - numpy

    told = first[2]
    with ports.records.read() as unit:
        last = incident_falls.closed_one(unit, told)
    if last is None or last.closed_at is None:
        return first
    closed = Closed(onset=date.fromisoformat(last.onset), until=day_of(last.closed_at))
    taken = _snapshot(told["stage"], known, closed)
    answer = answered(taken, known.ranker)
    further = json.loads(answer)
    return (taken, answer, further) if further["status"] == "fell" else first


def _keep(ports: Ports, data: bytes) -> StoredFile:
    """Store what is not there whole: the ranker is the same look after look."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        with ports.storage.open(sha256):
            return StoredFile(sha256=sha256, size=len(data))
    except FileLost:
        return ports.storage.put([data], max_bytes=MOST_SNAPSHOT)


def _follow(ports: Ports, stage: str, taken: bytes) -> None:
    """Move the breaker of an incident in which nothing is told to fall any more."""
    with ports.records.read() as unit:
        incident = incident_falls.open_one(unit, stage)
        if incident is None or not _is_held(unit, incident):
            return
    with ports.records.begin() as unit:
        unit.take_turn(TURN)
        incident = incident_falls.open_one(unit, stage)
        if incident is not None:
            _moved(unit, incident, taken)


def _is_held(unit: Unit, incident: Incident) -> bool:
    return incident_breakers.state_of(unit, incident).phase is not Phase.CLOSED


def _snapshot(stage: str, known: _Known, closed: Closed | None = None) -> bytes:
    from models.rca.causes.evidence import catalogue_text  # noqa: PLC0415 - numpy
    from service.causes import rankers, snapshot  # noqa: PLC0415

    asked = snapshot.Asked(
        stage=stage,
        following=funnel().after(stage).id,
        seen_until=known.until,
        false_alarms_a_year=FALSE_ALARMS_A_YEAR,
        closed=closed,
    )
    deals = deals_of(known.events, stage, asked.following, known.until)
    dimensions = tuple(one.id for one in funnel().dimensions)
    ranker = known.ranker
    rules = snapshot.Rules(
        dag=catalogue_text() if ranker is None else ranker.dag,
        ranker=None if ranker is None else rankers.hashes((ranker.trees, ranker.scale)),
        program=rankers.program(),
    )
    return snapshot.write(asked, deals, dimensions, evidence=known.evidence, rules=rules)


def answered(taken: bytes, ranker: RankerFiles | None) -> bytes:
    """Give the answer. Raises Invalid for evidence that does not fit the ranker's types."""
    from models.rca.causes.incident import IncidentRefused  # noqa: PLC0415 - numpy
    from service.causes import rankers  # noqa: PLC0415
    from service.causes.examine import examine  # noqa: PLC0415

    opened = None if ranker is None else rankers.opened(ranker.trees, ranker.scale)
    try:
        return examine(taken, opened)
    except IncidentRefused as refused:
        raise cause_evidence.refusal(refused.problems) from refused


def _moved(unit: Unit, incident: Incident, taken: bytes) -> bool:
    """Move a breaker that was open once by the quotes and deals that came since; one step a look.

    False where it never was: then it may trip.
    """
    from service.causes.recovery import cohort  # noqa: PLC0415 - numpy

    state = incident_breakers.state_of(unit, incident)
    if not state.episode or state.since is None:
        return False
    if state.phase is not Phase.CLOSED:
        scope = [dict(cell) for cell in state.scope]
        fell, began = date.fromisoformat(incident.onset), day_of(state.since)
        seen = cohort(taken, scope, fell=fell, began=began)
        if state.phase is Phase.OPEN:
            incident_breakers.look_at_quotes(unit, incident, seen)
        else:
            incident_breakers.look_at_deals(unit, incident, seen)
    return True


def _opened(unit: Unit, actor: Actor | None, told: Mapping[str, Any]) -> Incident:
    known = incident_falls.open_one(unit, told["stage"])
    if known is not None:
        return known
    incident = Incident(
        id=unit.new_id(),
        stage=told["stage"],
        onset=told["onset"]["at"],
        alarm=told["detection"]["alarm"],
        state=IncidentState.OPEN,
        opened_at=unit.now(),
        opened_by=actor.person_id if actor else SYSTEM,
    )
    unit.causes.incidents.add(incident)
    record(unit, "incidents.open", after=incident, actor=actor)
    incident_warnings.warn(unit, incident, told)
    return incident


def _examined(
    unit: Unit, actor: Actor | None, incident: Incident, *, stored: StoredFile, answer: bytes
) -> Examination:
    before = incident_falls.latest(unit, incident.id)
    if before is not None and before.snapshot_sha256 == stored.sha256:
        return before
    examination = Examination(
        id=unit.new_id(),
        incident_id=incident.id,
        turn=1 if before is None else before.turn + 1,
        snapshot_sha256=stored.sha256,
        snapshot_size=stored.size,
        answer=answer.decode(),
        answer_sha256=hashlib.sha256(answer).hexdigest(),
        examined_at=unit.now(),
        examined_by=actor.person_id if actor else SYSTEM,
    )
    unit.causes.examinations.add(examination)
    record(unit, "incidents.examine", after=examination, actor=actor)
    return examination


def find(
    unit: Unit, actor: Actor, *, where: dict[str, Any], after: str | None = None, limit: int = 50
) -> tuple[Incident, ...]:
    """Give incidents, the latest first."""
    access.require(actor, "incidents.read")
    return unit.causes.incidents.find(where, order="-id", after=after, limit=limit)


def get(unit: Unit, actor: Actor, incident_id: str) -> tuple[Incident, Examination]:
    """Give an incident and its latest examination. Raises NotFound."""
    access.require(actor, "incidents.read")
    incident = unit.causes.incidents.get(incident_id)
    examination = incident_falls.latest(unit, incident_id)
    if incident is None or examination is None:
        raise NotFound(Text(zh="找不到这个事件。", en="There is no such incident."))
    return incident, examination


def close(unit: Unit, actor: Actor, incident_id: str, reason: str) -> Incident:
    """Close an incident, and with it its breaker. Raises NotFound, AlreadyThere."""
    access.require(actor, "incidents.close")
    unit.take_turn(TURN)
    incident, _ = get(unit, actor, incident_id)
    if incident.state is IncidentState.CLOSED:
        raise AlreadyThere(
            Text(zh="这个事件已经关闭。", en="This incident is closed already."),
            remedy=Text(zh="无需再做什么。", en="Nothing more is to be done."),
        )
    incident_breakers.close_if_open(unit, actor, incident, reason)
    after = unit.causes.incidents.replace(
        replace(
            incident,
            state=IncidentState.CLOSED,
            closed_at=unit.now(),
            closed_by=actor.person_id,
            reason=reason,
        )
    )
    record(unit, "incidents.close", after=after, before=incident, actor=actor, reason=reason)
    return after


def snapshot_of(ports: Ports, examination: Examination) -> bytes:
    """Give the snapshot of an examination. Raises FileLost."""
    return stored(ports, examination.snapshot_sha256)


def stored(ports: Ports, sha256: str) -> bytes:
    """Give a file of an examination by its hash. Raises FileLost."""
    with ports.storage.open(sha256) as file:
        return file.read()
