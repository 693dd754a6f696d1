"""/firings, /rule-states, /measures, /notices: what rules have told, and what follows from it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import Field

from rules.states import Event, Phase  # noqa: TC001 - pydantic reads them
from service.actions import firings as actions
from service.api.bodies import Body, NoQuery
from service.api.fields import Both, Line, Out, PageQuery, YesNo
from service.api.paging import listed, page
from service.api.work import Work, reading, writing
from service.records import Decision, DeliverableState  # noqa: TC001 - pydantic reads them
from service.rule_records import MeasureState  # noqa: TC001 - pydantic reads it

firings = APIBlueprint("firings", __name__, url_prefix="/api/v1", tag="rules")

RuleId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\u0000-\u0020\u007f]+$")]


class FiringsQuery(PageQuery):
    rule: RuleId | None = None
    subject: Line | None = None
    kind: RuleId | None = None
    event: Event | None = None
    shadow: YesNo | None = None


class StatesQuery(PageQuery):
    rule: RuleId | None = None
    subject: Line | None = None
    kind: RuleId | None = None
    phase: Phase | None = None
    shadow: YesNo | None = None


class MeasuresQuery(PageQuery):
    rule: RuleId | None = None
    subject: Line | None = None
    action: str | None = Field(None, pattern=r"^[a-z_]{1,64}$")
    state: MeasureState | None = None
    firing: str | None = Field(None, pattern=r"^[0-9A-Za-z_-]{1,64}$")


class NoticesQuery(PageQuery):
    unread: YesNo | None = Field(None, description="Only those that were not confirmed yet")


class EvidenceOut(Out):
    deliverable: str
    state: DeliverableState
    verdict: str | None
    sub_indication: str | None
    decision: Decision | None


class ResultOut(Out):
    part: str
    field: str
    label: Both
    operator: str
    threshold: str
    value: float | str | bool | None
    passed: bool
    fact: str | None
    sentence: Both
    because: list[EvidenceOut] | None = Field(
        None, description="Of a stage's gate: the deliverables of the required item"
    )


class ActionOut(Out):
    key: str
    name: str
    parameters: dict[str, Any]


class FiringOut(Out):
    id: str
    key: str
    rule: str
    name: Both
    rule_set: str
    kind: str
    subject: str
    event: Event
    episode: int
    at: datetime
    level: str | None
    severity: str | None
    facts: list[str] = Field(description="Ids of the facts that it rests on")
    explanation: list[ResultOut]
    sentence: Both
    actions: list[ActionOut] = Field(description="What it ordered; a shadow's are not carried out")
    shadow: bool
    share: float | None = Field(description="What a half-open breaker lets through")
    region: str | None


class FiringsOut(Out):
    items: list[FiringOut]
    next: str | None


class StateOut(Out):
    id: str
    rule: str
    subject: str
    shadow: bool
    phase: Phase
    episode: int
    since: datetime
    level: str | None
    missing: list[str]
    step: int
    told_at: datetime | None
    no_data: bool
    kind: str
    region: str | None
    changed_at: datetime
    version: int


class StatesOut(Out):
    items: list[StateOut]
    next: str | None


class MeasureOut(Out):
    id: str
    key: str
    action: str
    rule: str
    kind: str
    subject: str
    episode: int
    firing: str
    parameters: dict[str, Any]
    state: MeasureState
    at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None
    region: str | None
    version: int


class MeasuresOut(Out):
    items: list[MeasureOut]
    next: str | None


class NoticeOut(Out):
    id: str
    firing: str
    action: str
    text: Both
    at: datetime
    read_at: datetime | None


class NoticesOut(Out):
    items: list[NoticeOut]
    next: str | None


class Lift(Body):
    reason: Line


@firings.get("/firings")
@firings.input(FiringsQuery, location="query", arg_name="query")
@firings.output(FiringsOut)
@reading
def list_firings(work: Work, query: FiringsQuery) -> Any:
    """List what rules have told within one's reach, the latest first, with the reasons."""
    return listed(actions.find, work, query)


@firings.get("/firings/<firing_id>")
@firings.input(NoQuery, location="query")
@firings.output(FiringOut)
@reading
def show_firing(work: Work, firing_id: str, query_data: NoQuery) -> Any:
    """Show a firing with its explanation clause by clause."""
    del query_data
    return actions.get(work.unit, work.actor, firing_id)


@firings.get("/rule-states")
@firings.input(StatesQuery, location="query", arg_name="query")
@firings.output(StatesOut)
@reading
def list_rule_states(work: Work, query: StatesQuery) -> Any:
    """List how rules stand with their subjects; where there is no row, nothing ever happened."""
    return listed(actions.states, work, query)


@firings.get("/measures")
@firings.input(MeasuresQuery, location="query", arg_name="query")
@firings.output(MeasuresOut)
@reading
def list_measures(work: Work, query: MeasuresQuery) -> Any:
    """List what is frozen, suspended, asked for, proposed or credited, the latest first."""
    return listed(actions.measures, work, query)


@firings.post("/measures/<measure_id>/lift")
@firings.input(Lift, arg_name="body")
@writing
@firings.output(MeasureOut)
def lift_measure(work: Work, measure_id: str, body: Lift) -> Any:
    """End a measure by hand, with a reason."""
    return actions.lift(work.unit, work.actor, measure_id, reason=body.reason)


@firings.get("/notices")
@firings.input(NoticesQuery, location="query", arg_name="query")
@firings.output(NoticesOut)
@reading
def list_notices(work: Work, query: NoticesQuery) -> Any:
    """List one's own notices, the latest first."""
    rows = actions.notices(
        work.unit, work.actor, unread=bool(query.unread), after=query.after, limit=query.limit + 1
    )
    return page(rows, query.limit, lambda row: row.id)


@firings.post("/notices/<notice_id>/read")
@firings.input(NoQuery, location="query")
@writing
@firings.output(NoticeOut)
def read_notice(work: Work, notice_id: str, query_data: NoQuery) -> Any:
    """Confirm that one has read a notice."""
    del query_data
    return actions.read_notice(work.unit, work.actor, notice_id)
