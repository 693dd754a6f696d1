"""Stages: their gates are asked whenever something that they look at has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service import access, paths
from service.actions import stage_gates
from service.actions.gate_evidence import counts
from service.actions.stage_gates import Case
from service.actions.trail import record
from service.errors import NotFound
from service.records import Decision, Deliverable, DeliverableState, StageState
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.gates import GateState, MissingItem
    from service.actors import Actor
    from service.ports import RulePorts
    from service.ports.records import Unit
    from service.records import Customer, Stage, StageRequirement

    #: Item → its deliverables.
    ByItem = Mapping[str, Sequence[Deliverable]]


def _how_many(holds: Callable[[Deliverable], bool]) -> Callable[[Sequence[Deliverable]], int]:
    return lambda rows: sum(map(holds, rows))


#: How each of `paths.FIGURES` is counted.
COUNTED: Mapping[str, Callable[[Sequence[Deliverable]], int]] = {
    "uploaded": len,
    "pending": _how_many(lambda row: row.state is DeliverableState.PENDING),
    "passed": _how_many(lambda row: row.verdict == "PASSED"),
    "failed": _how_many(lambda row: row.verdict == "FAILED"),
    "indeterminate": _how_many(lambda row: row.verdict == "INDETERMINATE"),
    "accepted": _how_many(lambda row: row.decision is Decision.ACCEPT),
    "rejected": _how_many(lambda row: row.decision is Decision.REJECT),
    # The same file twice is one copy.
    "counted": lambda rows: len({row.sha256 for row in rows if counts(row)}),
}


def evaluate(ports: RulePorts, unit: Unit, stage_id: str, *, reason: str | None = None) -> Stage:
    """Ask the stage's gates again and keep their answer; an unchanged answer changes nothing."""
    customer = unit.customers.get(_require(unit.stages.get(stage_id)).customer_id)
    if customer is None:
        raise NotFound(Text(zh="找不到这个客户。", en="There is no such customer."))
    with ports.rules.using() as in_force:
        stage_gates.lock(unit, in_force, customer, stage_id)
        stage = _require(unit.stages.get(stage_id))
        case = _case(unit, customer, stage, reason)
        answer = stage_gates.ask(ports, unit, in_force, case)
        version = stage_gates.version(in_force, customer)
    after = _answered(stage, answer, case.deliverables, version)
    if after == stage:
        return stage
    if after.state is not stage.state:
        after = replace(after, since=unit.now())
    after = unit.stages.replace(after)
    record(unit, _event(stage, after), after=after, before=stage, reason=reason)
    return after


def _case(unit: Unit, customer: Customer, stage: Stage, reason: str | None) -> Case:
    requirements = unit.requirements.find({"stage_id": stage.id})
    deliverables = unit.deliverables.find({"stage_id": stage.id}, without=("report",))
    by_item = _by_item(customer, stage, requirements, deliverables)
    values = _values(stage, by_item)
    return Case(customer=customer, stage=stage, values=values, deliverables=by_item, reason=reason)


def _answered(stage: Stage, answer: Sequence[GateState], by_item: ByItem, version: str) -> Stage:
    """Give the stage as its gates have it; without any that was asked it stays locked."""
    locked = [gate for gate in answer if not gate.open]
    return replace(
        stage,
        state=StageState.OPEN if answer and not locked else StageState.LOCKED,
        locked_as=locked[0].state if locked else None,
        missing=_missing([item for gate in locked for item in gate.missing], by_item),
        rule_set=version,
    )


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


def _by_item(
    customer: Customer,
    stage: Stage,
    requirements: Sequence[StageRequirement],
    deliverables: Sequence[Deliverable],
) -> ByItem:
    """Give the deliverables of each item that the path has in this stage."""
    items = {requirement.id: requirement.item for requirement in requirements}
    return {
        item: tuple(row for row in deliverables if items.get(row.requirement_id) == item)
        for item in paths.load(customer.path).items_of(stage.key)
    }


def _values(stage: Stage, by_item: ByItem) -> dict[str, object]:
    """One flat fact: the stage, and per item how its deliverables stand."""
    values: dict[str, object] = {"stage": stage.key}
    for item, rows in by_item.items():
        values |= {f"{item}.{name}": COUNTED[name](rows) for name in paths.FIGURES}
    return values


def _missing(missing: Sequence[MissingItem], by_item: ByItem) -> tuple[dict[str, Any], ...]:
    listed = [_missing_item(item, by_item.get(item.item, ())) for item in missing]
    # As the database gives it back, so that an unchanged answer compares equal.
    return tuple(json.loads(json.dumps(listed)))


def _missing_item(item: MissingItem, deliverables: Sequence[Deliverable]) -> dict[str, Any]:
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
        "because": [_because(row) for row in deliverables if not counts(row)],
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
