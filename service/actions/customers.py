"""Customers and the decision path that each is on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from service import access, paths
from service.actions import stages
from service.actions.trail import record
from service.errors import Invalid, NotFound, StaleVersion, Trouble
from service.records import Customer, Stage, StageRequirement, StageState
from verification.values import Text

if TYPE_CHECKING:
    from service.actors import Actor
    from service.paths import DecisionPath, PathRequirement
    from service.ports import RulePorts
    from service.ports.records import Unit

MISSING = Text(zh="找不到这个客户。", en="There is no such customer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    name: str
    registered_name: str
    path: str
    contacts: dict[str, Any]


def create(ports: RulePorts, unit: Unit, actor: Actor, draft: CustomerDraft) -> Customer:
    """Enter a customer with all stages of its path, each locked until its gate opens."""
    access.require(actor, "customers.create")
    path = paths.load(draft.path)
    _check_contacts(path, draft.contacts)
    customer = Customer(
        id=unit.new_id(),
        name=draft.name,
        registered_name=draft.registered_name,
        path=path.id,
        owner_id=actor.person_id,
        team=actor.team,
        region=actor.region,
        contacts=draft.contacts,
        created_at=unit.now(),
    )
    unit.customers.add(customer)
    record(unit, "customers.create", after=customer, actor=actor)
    _lay_out(ports, unit, actor, customer)
    return customer


def get(unit: Unit, actor: Actor, customer_id: str, *, action: str = "customers.read") -> Customer:
    """Give a customer that the actor may see; NotFound for everybody else's."""
    scope = access.scope(actor, action)
    found = unit.customers.find({**scope, "id": customer_id}, limit=1)
    if not found:
        raise NotFound(MISSING)
    return found[0]


def find(
    unit: Unit, actor: Actor, *, after: str | None = None, limit: int = 50
) -> tuple[Customer, ...]:
    """Give the customers that the actor may see, oldest first."""
    return unit.customers.find(access.scope(actor, "customers.read"), after=after, limit=limit)


def change(
    unit: Unit, actor: Actor, customer_id: str, *, version: int, changes: dict[str, Any]
) -> Customer:
    """Change name, registered name or contacts of the version that the caller has seen."""
    before = get(unit, actor, customer_id, action="customers.change")
    if "contacts" in changes:
        _check_contacts(paths.load(before.path), changes["contacts"])
    require_version(before.version, version)
    after = unit.customers.replace(replace(before, **changes))
    record(unit, "customers.change", after=after, before=before, actor=actor)
    return after


def require_version(current: int, seen: int) -> None:
    """Raise StaleVersion unless the caller has seen the current version."""
    if current != seen:
        raise StaleVersion(
            Text(
                zh=f"您看到的是第 {seen} 版，现在已是第 {current} 版。",
                en=f"You have seen version {seen}; it is version {current} by now.",
            ),
            remedy=Text(
                zh="请重新读取后再修改。", en="Read it again, then send your change with its ETag."
            ),
        )


def _check_contacts(path: DecisionPath, contacts: dict[str, Any]) -> None:
    unknown = [role for role in contacts if role not in path.contacts]
    if unknown:
        known = ", ".join(path.contacts)
        text = Text(
            zh=f"联系人角色 {unknown[0]} 不在此路径中，可选：{known}。",
            en=f"The contact role {unknown[0]!r} is not on this path; there are: {known}.",
        )
        where = f"/contacts/{unknown[0]}"
        trouble = Trouble(where=where, seen=unknown[0], expected=known, message=text)
        raise Invalid(text, troubles=(trouble,))


def _lay_out(ports: RulePorts, unit: Unit, actor: Actor, customer: Customer) -> None:
    for position, plan in enumerate(paths.load(customer.path).stages):
        stage = Stage(
            id=unit.new_id(),
            customer_id=customer.id,
            key=plan.key,
            position=position,
            title=plan.title,
            state=StageState.LOCKED,
            locked_as=None,
            missing=(),
            rule_set=None,
            since=unit.now(),
        )
        unit.stages.add(stage)
        for need in plan.requirements:
            requirement = _requirement(unit.new_id(), stage, need)
            unit.requirements.add(requirement)
            record(unit, "requirements.create", after=requirement, actor=actor)
        stages.evaluate(ports, unit, stage.id)


def _requirement(row_id: str, stage: Stage, need: PathRequirement) -> StageRequirement:
    return StageRequirement(
        id=row_id,
        customer_id=stage.customer_id,
        stage_id=stage.id,
        item=need.item,
        title=need.title,
        formats=need.formats,
        needed=need.needed,
        signer_role=need.signer_role,
        max_age_days=need.max_age_days,
        policy=need.policy,
        content=need.content,
    )
