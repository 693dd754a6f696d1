"""/stages: what the gate says."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Any

from apiflask import APIBlueprint
from pydantic import Field

from service.actions import stages as actions
from service.api.bodies import NoQuery
from service.api.fields import Both, Out
from service.api.versions import etag
from service.api.work import Work, reading
from service.records import StageState  # noqa: TC001 - pydantic reads the annotations

stages = APIBlueprint("stages", __name__, url_prefix="/api/v1/stages", tag="stages")


class ClauseOut(Out):
    field: str
    operator: str
    threshold: Any
    value: Any
    sentence: Both


class BecauseOut(Out):
    deliverable: str
    name: str
    state: str
    verdict: str | None
    sub_indication: str | None
    decision: str | None


class MissingOut(Out):
    """One item that keeps a stage locked."""

    item: str
    name: Both
    clauses: list[ClauseOut] = Field(description="Conditions of the gate that do not hold")
    because: list[BecauseOut] = Field(description="What was uploaded and does not count")


class StageOut(Out):
    id: str
    customer_id: str
    key: str
    position: int
    title: Both
    state: StageState
    locked_as: str | None
    missing: list[MissingOut]
    rule_set: str | None
    since: datetime


@stages.get("/<stage_id>")
@stages.input(NoQuery, location="query")
@stages.output(StageOut)
@reading
def show_stage(work: Work, stage_id: str, query_data: NoQuery) -> Any:
    """Show a stage: open, or locked with the list of what is missing and why."""
    del query_data
    stage = actions.get(work.unit, work.actor, stage_id)
    return stage, 200, etag(stage.version)
