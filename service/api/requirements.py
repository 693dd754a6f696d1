"""/requirements: what a stage asks for, and uploads to it."""

from __future__ import annotations

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import Field

from service.actions import requirements as actions
from service.api.bodies import Change, NoQuery
from service.api.fields import Both, Days, Name, Out
from service.api.versions import etag, seen_version
from service.api.work import Work, reading, writing

requirements = APIBlueprint(
    "requirements", __name__, url_prefix="/api/v1/requirements", tag="requirements"
)


class RequirementChange(Change):
    formats: Annotated[list[Name], Field(max_length=30)] = Field(
        default_factory=list, description="Formats as a report's `type.format`; empty: any"
    )
    max_age_days: Days | None = None
    signer_role: Name | None = Field(None, description="A role of the path's contacts")


class RequirementOut(Out):
    id: str
    customer_id: str
    stage_id: str
    item: str
    title: Both
    formats: list[str]
    needed: int
    signer_role: str | None
    max_age_days: int | None
    policy: str
    content: dict[str, Any]
    version: int


@requirements.get("/<requirement_id>")
@requirements.input(NoQuery, location="query")
@requirements.output(RequirementOut)
@reading
def show_requirement(work: Work, requirement_id: str, query_data: NoQuery) -> Any:
    """Show one requirement; its ETag is what a change must name."""
    del query_data
    requirement = actions.get(work.unit, work.actor, requirement_id)
    return requirement, 200, etag(requirement.version)


@requirements.patch("/<requirement_id>")
@requirements.input(RequirementChange, arg_name="body")
@writing
@requirements.output(RequirementOut)
def change_requirement(work: Work, requirement_id: str, body: RequirementChange) -> Any:
    """Change what is asked, for deliverables uploaded from now on (If-Match)."""
    before = actions.get(work.unit, work.actor, requirement_id, action="requirements.change")
    changes = body.model_dump(exclude_unset=True)
    if "formats" in changes:
        changes["formats"] = tuple(changes["formats"])
    requirement = actions.change(
        work.unit,
        work.actor,
        requirement_id,
        version=seen_version(before.version),
        changes=changes,
    )
    return requirement, 200, etag(requirement.version)
