"""What the service remembers of root causes: deals' stages, evidence, incidents.

Stage events, evidence, examinations and verdicts are only ever added; an incident and its breaker
change, one audit entry a change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the adapters read the annotations at run time
from enum import StrEnum
from typing import Any

from rules.states import Phase  # noqa: TC001 - the adapters read it at run time


class IncidentState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CauseRole(StrEnum):
    """What a person says of a candidate."""

    ROOT = "root"
    CONTRIBUTING = "contributing"
    MEDIATOR = "mediator"
    SYMPTOM = "symptom"
    UNRELATED = "unrelated"
    #: Of the incident as a whole: the cause is not among the candidates.
    NONE_OF_THESE = "none_of_these"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvent:
    """A deal came to a stage. Unique by source and the source's own id."""

    id: str
    source: str
    source_id: str
    deal: str
    #: A stage of `policy/funnel.yaml`.
    stage: str
    at: datetime
    rep: str | None
    #: Dimension → value as they were then; what is missing is known by an earlier event or not.
    dims: dict[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A dated event that may have caused something. Unique by source and the source's own id."""

    id: str
    source: str
    source_id: str
    type: str
    #: Calendar day in the business's zone, ISO.
    day: str
    until: str | None
    title: dict[str, Any]
    #: As `models.rca.Exposure` has it, in JSON; None: nobody recorded whom it touched.
    exposure: dict[str, Any] | None
    #: ``{"first_day": …, "counts": […]}``.
    stream: dict[str, Any] | None
    #: Figures for people, such as how many quotes of how many.
    figures: dict[str, Any]
    received_at: datetime
    received_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A stage that fell; at most one is open a stage."""

    id: str
    stage: str
    #: ISO day on which the fall began, and the day that it was noticed on.
    onset: str
    alarm: str
    state: IncidentState
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One look at an incident: what was known, and what followed from it, byte for byte."""

    id: str
    incident_id: str
    #: From 1.
    turn: int
    #: Of the canonical JSON in the storage that the answer was made from.
    snapshot_sha256: str
    snapshot_size: int
    #: Canonical JSON: detection, localisation, ranked causes.
    answer: str
    answer_sha256: str
    examined_at: datetime
    examined_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person says a candidate of an examination was."""

    id: str
    incident_id: str
    examination_id: str
    #: Id of the candidate; None with NONE_OF_THESE.
    candidate: str | None
    role: CauseRole
    #: Rank at which it was shown to the person, from 1; people confirm what stands first.
    position: int | None
    person_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentBreaker:
    """The breaker of an incident, by the incident's id; what it does is in firings and measures."""

    id: str
    stage: str
    phase: Phase
    #: Counts openings.
    episode: int
    #: Shares of the release that were let through; 0: none.
    step: int
    since: datetime
    #: Cells (dimension → value) within which it acts; empty while it was never open, [{}]: all.
    scope: tuple[Any, ...]
    #: Conversions that came of those that were due, in the fall: what recovery is tested against.
    fallen: float
    #: The last answer of its test, for people.
    test: dict[str, Any] | None
    changed_at: datetime
    version: int = 1
