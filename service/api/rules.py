"""/rules and /fact-kinds: what is in force, what may be sent, and why a rule fired or did not."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Any

from apiflask import APIBlueprint
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rules.facts import FieldType, Period  # noqa: TC001 - pydantic reads them
from rules.kinds import Mode, Scope  # noqa: TC001 - pydantic reads them
from rules.states import Phase  # noqa: TC001 - pydantic reads it
from service.actions import rules_in_force as actions
from service.actions import why
from service.api.bodies import NoQuery
from service.api.fields import Both, Line, Out
from service.api.firings import ResultOut  # noqa: TC001 - pydantic reads it
from service.api.work import Work, reading

rules = APIBlueprint("rules", __name__, url_prefix="/api/v1", tag="rules")


class RuleOut(Out):
    id: str
    name: Both
    kind: str = Field(description="warning, gate, breaker or award")
    on: str = Field(description="The kind of fact that it looks at")
    mode: Mode
    scope: Scope
    severity: str | None
    owner: str | None
    effective_from: datetime | None
    effective_to: datetime | None
    file: str


class RulesOut(Out):
    version: str = Field(description="SHA-256 of everything that answers depend on")
    since: datetime = Field(description="When this process put it in force")
    trouble: Both | None = Field(description="Why the files as they are now are not in force")
    items: list[RuleOut]


class FieldOut(Out):
    name: str
    label: Both
    type: FieldType
    choices: list[str]
    minimum: float | None
    maximum: float | None
    unit: str | None
    derived: bool = Field(description="Computed here and never sent")


class FactKindOut(Out):
    name: str
    label: Both
    period: Period
    subject: Both
    subjects: list[str]
    fields: list[FieldOut]


class FactKindsOut(Out):
    items: list[FactKindOut]


class WhyQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Line
    at: AwareDatetime | None = Field(None, description="Now where it is left out")


class ReasonOut(Out):
    code: str
    sentence: Both


class ChangeOut(Out):
    field: str
    label: Both
    seen: float | str | bool | None
    to: float | str | bool
    sentence: Both


class WhyOut(Out):
    rule: str
    subject: str
    at: datetime
    rule_set: str
    name: Both
    looked_at: str = Field(description="Whose fact; of a rule over all, one who decides")
    fired: bool = Field(description="It fires on this fact, or is still in force")
    holds: bool | None = Field(description="Whether the part that was asked holds; null: open")
    part: str
    phase: Phase | None = Field(description="Null where nothing ever happened")
    fact: str | None = Field(description="The fact that was looked at")
    known: dict[str, Any] = Field(description="What was known, with features")
    clauses: list[ResultOut]
    reasons: list[ReasonOut]
    changes: list[ChangeOut] = Field(description="The nearest change that would turn the answer")
    sentence: Both


@rules.get("/rules")
@rules.input(NoQuery, location="query")
@rules.output(RulesOut)
@reading
def list_rules(work: Work, query_data: NoQuery) -> Any:
    """List the rules in force, in the order in which they are asked."""
    del query_data
    return actions.in_force(work.ports, work.actor)


@rules.get("/fact-kinds")
@rules.input(NoQuery, location="query")
@rules.output(FactKindsOut)
@reading
def list_fact_kinds(work: Work, query_data: NoQuery) -> Any:
    """List the kinds of fact that are taken, with their fields."""
    del query_data
    return {"items": actions.kinds(work.ports, work.actor)}


@rules.get("/rules/<rule>/why")
@rules.input(WhyQuery, location="query", arg_name="query")
@rules.output(WhyOut)
@reading
def explain_rule(work: Work, rule: str, query: WhyQuery) -> Any:
    """Say why a rule fired, or did not, for a subject at a time, by what was known then."""
    question = why.Question(rule=rule, subject=query.subject, at=query.at)
    return why.answer(work.ports, work.unit, work.actor, question)
