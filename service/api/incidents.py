"""/incidents: a stage that fell, what may have caused it, what people say, and its breaker."""

from __future__ import annotations

import json
from datetime import date, datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response
from pydantic import BaseModel, ConfigDict, Field

from rules.states import Phase  # noqa: TC001 - pydantic reads it
from service.actions import (
    cause_verdicts,
    incident_again,
    incident_breakers,
    incident_reports,
    quote_passage,
)
from service.actions import incidents as actions
from service.api.bodies import Body, NoQuery
from service.api.fields import Both, Line, Out, PageQuery
from service.api.identity import required
from service.api.languages import chosen
from service.api.paging import listed
from service.api.site import site
from service.api.work import Work, reading, writing
from service.cause_records import CauseRole, IncidentState  # noqa: TC001 - pydantic reads them
from service.errors import NotFound
from verification.values import Text

incidents = APIBlueprint("incidents", __name__, url_prefix="/api/v1", tag="root causes")

Stage = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class NewDetection(Body):
    until: Annotated[date, Field(strict=False)] | None = Field(
        None, description="As things stood at the end of that day; today if left out"
    )
    stage: Stage | None = Field(None, description="All watched stages if left out")


class LookedOut(Out):
    stage: str
    status: Literal["fell", "steady", "too_short", "no_deals"]
    incident: str | None
    examination: str | None
    answer: dict[str, Any] = Field(description="docs/causes.md has its fields")


class DetectionOut(Out):
    items: list[LookedOut]


class IncidentOut(Out):
    id: str
    stage: str
    onset: str
    alarm: str
    state: IncidentState
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    reason: str | None
    version: int


class IncidentsOut(Out):
    items: list[IncidentOut]
    next: str | None


class IncidentsQuery(PageQuery):
    stage: Stage | None = None
    state: IncidentState | None = None


class VerdictOut(Out):
    id: str
    examination_id: str
    candidate: str | None
    role: CauseRole
    position: int | None
    person_id: str
    at: datetime
    reason: str


class BreakerOut(Out):
    stage: str
    phase: Phase
    episode: int
    step: int
    since: datetime
    scope: list[dict[str, Any]]
    fallen: float
    test: dict[str, Any] | None


class ExaminationOut(Out):
    id: str
    turn: int
    snapshot_sha256: str
    answer_sha256: str
    examined_at: datetime
    examined_by: str


class IncidentDetail(IncidentOut):
    examination: ExaminationOut
    answer: dict[str, Any]
    verdicts: list[VerdictOut]
    breaker: BreakerOut | None


class NewVerdict(Body):
    role: CauseRole
    candidate: str | None = Field(None, max_length=2000, description="Id in `causes` of the answer")
    position: int | None = Field(None, ge=1, le=1000, description="Rank at which it was shown")
    reason: Line


class Reason(Body):
    reason: Line


class Word(Reason):
    scope: list[dict[str, str]] = Field(
        default=[], max_length=60, description="Cells within what fell; all of it if left out"
    )


class JudgementOut(Out):
    trips: bool
    scope: list[dict[str, str]]
    reasons: list[Both]
    breaker: BreakerOut | None


class AgainOut(Out):
    snapshot_sha256: str
    answer_sha256: str
    again_sha256: str
    same: bool
    program: str | None = Field(description="Sources that examined it; null: they did not say")
    this_program: str
    why: Both | None = Field(description="Why the bytes are others; null: they are the same")


class DealsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    candidate: str = Field(max_length=2000)


class ReportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["md", "pdf"] = "pdf"
    language: Literal["zh", "en"] | None = Field(None, description="Else as Accept-Language says")


class DealOut(Out):
    deal: str
    rep: str
    entered: str
    converted: str | None
    dims: dict[str, str]


class DealsOut(Out):
    items: list[DealOut] | None = Field(description="null: nobody knows which deals it touched")


class PassageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    deal: str | None = Field(None, min_length=1, max_length=200)
    quote: str | None = Field(
        None, min_length=1, max_length=200, description="Id of the quote as a deliverable"
    )


class HoldOut(Out):
    measure: str
    incident: str
    stage: str
    phase: Phase
    what: str
    why: list[Both] = Field(description="The breaker, its scope, the measure's condition")
    way_out: list[Both] = Field(description="What would let it go, whichever comes first")


class PassageOut(Out):
    passes: bool = Field(description="No measure of an open breaker holds it")
    deal: str | None
    quote: str | None
    verified: bool | None = Field(
        description="Its cost sheet was found valid; null: no quote named"
    )
    dims: dict[str, str]
    holds: list[HoldOut]


class LabelsOut(Out):
    items: list[dict[str, Any]] = Field(
        description="An `incident` and a person's `verdict`, as `train causes` reads them"
    )


@incidents.post("/incidents/detection")
@incidents.input(NewDetection, arg_name="body")
@incidents.output(DetectionOut)
def detect(body: NewDetection) -> Any:
    """Look whether stages fell; open an incident, or examine the open one again.

    Its breaker is asked, or moved by what came since. The same data again changes nothing.
    """
    found = actions.detect(site().ports, required().actor, until=body.until, stage=body.stage)
    return DetectionOut(
        items=[
            LookedOut(
                stage=one.stage,
                status=one.answer["status"],
                incident=None if one.incident is None else one.incident.id,
                examination=None if one.examination is None else one.examination.id,
                answer=one.answer,
            )
            for one in found
        ]
    )


@incidents.get("/incidents")
@incidents.input(IncidentsQuery, location="query", arg_name="query")
@incidents.output(IncidentsOut)
@reading
def list_incidents(work: Work, query: IncidentsQuery) -> Any:
    """List incidents, the latest first."""
    return listed(actions.find, work, query)


@incidents.get("/incidents/<incident_id>")
@incidents.input(NoQuery, location="query")
@incidents.output(IncidentDetail)
@reading
def show_incident(work: Work, incident_id: str, query_data: NoQuery) -> Any:
    """Show an incident with its latest examination, the verdicts that stand, and its breaker."""
    del query_data
    incident, examination = actions.get(work.unit, work.actor, incident_id)
    breaker = work.unit.causes.breakers.get(incident_id)
    return IncidentDetail(
        **IncidentOut.model_validate(incident).model_dump(),
        examination=ExaminationOut.model_validate(examination),
        answer=json.loads(examination.answer),
        verdicts=[
            VerdictOut.model_validate(one)
            for one in cause_verdicts.standing(work.unit, incident_id)
        ],
        breaker=None if breaker is None else BreakerOut.model_validate(breaker),
    )


@incidents.post("/incidents/<incident_id>/verdicts")
@incidents.input(NewVerdict, arg_name="body")
@writing
@incidents.output(VerdictOut, status_code=201)
def judge_incident(work: Work, incident_id: str, body: NewVerdict) -> Any:
    """Say what a candidate was, or that the cause is none of them; the ranker learns from it."""
    new = cause_verdicts.NewVerdict(
        role=body.role, candidate=body.candidate, position=body.position, reason=body.reason
    )
    return cause_verdicts.give(work.unit, work.actor, incident_id, new)


@incidents.post("/incidents/<incident_id>/closing")
@incidents.input(Reason, arg_name="body")
@writing
@incidents.output(IncidentOut)
def close_incident(work: Work, incident_id: str, body: Reason) -> Any:
    """Close an incident, and its breaker with it."""
    return actions.close(work.unit, work.actor, incident_id, body.reason)


@incidents.get("/incidents/<incident_id>/again")
@incidents.input(NoQuery, location="query")
@incidents.output(AgainOut)
def examine_again(incident_id: str, query_data: NoQuery) -> Any:
    """Compute the answer again from its snapshot: the same bytes, or why they are not."""
    del query_data
    found = incident_again.again(site().ports, required().actor, incident_id)
    return AgainOut(
        snapshot_sha256=found.examination.snapshot_sha256,
        answer_sha256=found.examination.answer_sha256,
        again_sha256=found.again_sha256,
        same=found.same,
        program=found.program,
        this_program=found.this_program,
        why=None if found.why is None else Both.model_validate(found.why),
    )


@incidents.get("/incidents/<incident_id>/deals")
@incidents.input(DealsQuery, location="query", arg_name="query")
@incidents.output(DealsOut)
def list_deals(incident_id: str, query: DealsQuery) -> Any:
    """List the very deals since the onset that a candidate touches."""
    from service.causes.export import deals_behind  # noqa: PLC0415 - numpy

    ports = site().ports
    with ports.records.read() as unit:
        _, examination = actions.get(unit, required().actor, incident_id)
    data = actions.snapshot_of(ports, examination)
    try:
        found = deals_behind(data, examination.answer, query.candidate)
    except KeyError as error:
        raise NotFound(Text(zh="没有这个候选。", en="There is no such candidate.")) from error
    items = None if found is None else [DealOut.model_validate(one) for one in found]
    return DealsOut(items=items)


@incidents.get("/incidents/<incident_id>/report")
@incidents.input(ReportQuery, location="query", arg_name="query")
@reading
def show_report(work: Work, incident_id: str, query: ReportQuery) -> Response:
    """Give the report as Markdown or PDF, in Chinese or English."""
    from service.causes import report  # noqa: PLC0415 - as little as others need

    seen = incident_reports.material(work.unit, work.actor, incident_id)
    told = report.report(seen, query.language or chosen())
    if query.format == "md":
        answer = make_response(report.markdown(told))
        answer.mimetype = "text/markdown"
    else:
        from service.causes.report_pdf import pdf  # noqa: PLC0415 - PyMuPDF

        answer = make_response(pdf(told))
        answer.mimetype = "application/pdf"
    name = f"incident-{incident_id}.{query.format}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@incidents.post("/incidents/<incident_id>/breaker")
@incidents.input(Word, arg_name="body")
@writing
@incidents.output(JudgementOut)
def trip_breaker(work: Work, incident_id: str, body: Word) -> Any:
    """Say that the breaker shall trip: in place of a likely root, never of the other gates."""
    incident, examination = actions.get(work.unit, work.actor, incident_id)
    judged, row = incident_breakers.trip_by_word(
        work.unit,
        work.actor,
        incident,
        json.loads(examination.answer),
        word=incident_breakers.Word(
            reason=body.reason,
            scope=body.scope,
            snapshot=lambda: actions.snapshot_of(work.ports, examination),
        ),
    )
    return JudgementOut(
        trips=judged.trips,
        scope=[dict(cell) for cell in judged.scope],
        reasons=[Both.model_validate(one) for one in judged.reasons],
        breaker=None if row is None else BreakerOut.model_validate(row),
    )


@incidents.post("/incidents/<incident_id>/breaker/closing")
@incidents.input(Reason, arg_name="body")
@writing
@incidents.output(BreakerOut)
def close_breaker(work: Work, incident_id: str, body: Reason) -> Any:
    """Close the breaker by a person's word; all its measures are lifted."""
    incident, _ = actions.get(work.unit, work.actor, incident_id)
    return incident_breakers.close_by_word(work.unit, work.actor, incident, body.reason)


@incidents.get("/quote-passage")
@incidents.input(PassageQuery, location="query", arg_name="query")
@incidents.output(PassageOut)
@reading
def show_passage(work: Work, query: PassageQuery) -> Any:
    """Say whether a quote may pass finance, and which measures of breakers hold it and why."""
    return quote_passage.asked(work.unit, work.actor, deal=query.deal, quote=query.quote)


@incidents.get("/incident-labels")
@incidents.input(NoQuery, location="query")
@incidents.output(LabelsOut)
def export_labels(query_data: NoQuery) -> Response:
    """Give every judged incident with its verdicts, for the ranker to be trained on."""
    del query_data
    found = cause_verdicts.labels(site().ports, required().actor)
    return make_response(jsonify({"items": list(found)}))
