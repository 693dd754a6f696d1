"""Stages: the gate is asked whenever something that it looks at has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service import access, paths
from service.actions.trail import record
from service.errors import NotFound
from service.records import Decision, Deliverable, DeliverableState, StageState
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.gates import GateAnswer, MissingItem
    from service.actors import Actor
    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Customer, Stage, StageRequirement


def evaluate(ports: Ports, unit: Unit, stage_id: str, *, reason: str | None = None) -> Stage:
    """Ask the stage's gate again and keep its answer; an unchanged answer changes nothing."""
    stage = _require(unit.stages.get(stage_id))
    customer = unit.customers.get(stage.customer_id)
    requirements = unit.requirements.find({"stage_id": stage.id})
    deliverables = unit.deliverables.find({"stage_id": stage.id}, without=("report",))
    if customer is None:
        raise NotFound(Text(zh="找不到这个客户。", en="There is no such customer."))
    answer = ports.gates.answer(customer.path, _fact(customer, stage, requirements, deliverables))
    after = replace(
        stage,
        state=StageState.OPEN if answer.open else StageState.LOCKED,
        locked_as=None if answer.open else answer.state,
        missing=_missing(answer, requirements, deliverables),
        rule_set=ports.gates.version(customer.path),
    )
    if after == stage:
        return stage
    if after.state is not stage.state:
        after = replace(after, since=unit.now())
    after = unit.stages.replace(after)
    record(unit, _event(stage, after), after=after, before=stage, reason=reason)
    return after


def get(unit: Unit, actor: Actor, stage_id: str) -> Stage:
    """Give a stage of a customer that the actor may see."""
    scope = access.through_customer(access.scope(actor, "customers.read"))
    found = unit.stages.find({**scope, "id": stage_id}, limit=1)
    return _require(found[0] if found else None)


def of_customer(unit: Unit, customer: Customer) -> tuple[Stage, ...]:
    """Give the stages of a customer in the order of its path."""
    return unit.stages.find({"customer_id": customer.id}, order="position")


def _event(before: Stage, after: Stage) -> str:
    if before.state is after.state:
        return "stages.asked"
    return "stages.opened" if after.state is StageState.OPEN else "stages.locked"


def _require(stage: Stage | None) -> Stage:
    if stage is None:
        raise NotFound(Text(zh="找不到这个阶段。", en="There is no such stage."))
    return stage


def _fact(
    customer: Customer,
    stage: Stage,
    requirements: Sequence[StageRequirement],
    deliverables: Sequence[Deliverable],
) -> dict[str, object]:
    """One flat fact: the stage, and per item of the path how its deliverables stand."""
    fact: dict[str, object] = {"stage": stage.key}
    items = {requirement.id: requirement.item for requirement in requirements}
    for item in paths.load(customer.path).items:
        mine = [d for d in deliverables if items.get(d.requirement_id) == item]
        fact.update({f"{item}.{name}": count for name, count in _counts(mine).items()})
    return fact


def _counts(deliverables: Iterable[Deliverable]) -> dict[str, int]:
    rows = list(deliverables)
    return {
        "uploaded": len(rows),
        "pending": sum(row.state is DeliverableState.PENDING for row in rows),
        "passed": sum(row.verdict == "PASSED" for row in rows),
        "failed": sum(row.verdict == "FAILED" for row in rows),
        "indeterminate": sum(row.verdict == "INDETERMINATE" for row in rows),
        "accepted": sum(row.decision is Decision.ACCEPT for row in rows),
        "rejected": sum(row.decision is Decision.REJECT for row in rows),
        "counted": len({row.sha256 for row in rows if counts(row)}),
    }


def counts(deliverable: Deliverable) -> bool:
    """A deliverable counts when it passed and nobody rejected it, or a reviewer accepted it."""
    if deliverable.decision is not None:
        return deliverable.decision is Decision.ACCEPT
    return deliverable.verdict == "PASSED"


def _missing(
    answer: GateAnswer,
    requirements: Sequence[StageRequirement],
    deliverables: Sequence[Deliverable],
) -> tuple[dict[str, Any], ...]:
    items = {requirement.item: requirement for requirement in requirements}
    missing = [_missing_item(item, items.get(item.item), deliverables) for item in answer.missing]
    # As the database gives it back, so that an unchanged answer compares equal.
    return tuple(json.loads(json.dumps(missing)))


def _missing_item(
    item: MissingItem, requirement: StageRequirement | None, deliverables: Sequence[Deliverable]
) -> dict[str, Any]:
    mine = [d for d in deliverables if requirement and d.requirement_id == requirement.id]
    return {
        "item": item.item,
        "name": {"zh": item.name.zh, "en": item.name.en},
        "clauses": [
            {
                "field": clause.field,
                "operator": clause.operator,
                "threshold": clause.threshold,
                "value": clause.value,
                "sentence": {"zh": clause.sentence.zh, "en": clause.sentence.en},
            }
            for clause in item.clauses
        ],
        "because": [_because(row) for row in mine if not counts(row)],
    }


def _because(row: Deliverable) -> Mapping[str, Any]:
    return {
        "deliverable": row.id,
        "name": row.name,
        "state": row.state.value,
        "verdict": row.verdict,
        "sub_indication": row.sub_indication,
        "decision": row.decision.value if row.decision else None,
    }
