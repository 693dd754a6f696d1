"""What each stage asks for; sales ops may tighten or loosen it for one customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service import access
from service.actions.customers import require_version
from service.actions.snapshots import snapshot
from service.errors import NotFound
from service.records import AuditDraft, StageRequirement
from verification.values import Text

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Customer


def of_customer(unit: Unit, customer: Customer) -> tuple[StageRequirement, ...]:
    """Give everything that is asked of a customer, in the order of its path."""
    return unit.requirements.find({"customer_id": customer.id})


def get(
    unit: Unit, actor: Actor, requirement_id: str, *, action: str = "customers.read"
) -> StageRequirement:
    """Give a requirement of a customer that the actor may see."""
    scope = access.through_customer(access.scope(actor, action))
    found = unit.requirements.find({**scope, "id": requirement_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这项要求。", en="There is no such requirement."))
    return found[0]


def change(
    unit: Unit, actor: Actor, requirement_id: str, *, version: int, changes: dict[str, Any]
) -> StageRequirement:
    """Change formats, age or signer for deliverables that are uploaded from now on."""
    before = get(unit, actor, requirement_id, action="requirements.change")
    require_version(before.version, version)
    after = unit.requirements.replace(replace(before, **changes))
    unit.audit.append(
        AuditDraft(
            action="requirements.change",
            object_kind="requirement",
            object_id=after.id,
            before=snapshot(before),
            after=snapshot(after),
        ),
        actor=actor.person_id,
        request_id=actor.request_id,
    )
    return after
