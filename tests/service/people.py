"""Rows that most tests of the service begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.records import (
    Customer,
    Deliverable,
    DeliverableState,
    Person,
    Role,
    Stage,
    StageRequirement,
    StageState,
)

if TYPE_CHECKING:
    from service.ports.records import Unit

AT = datetime(2026, 5, 1, 1, 2, 3, 456789, tzinfo=UTC)


def person(row_id: str, *, region: str | None = "east", role: Role = Role.SALESPERSON) -> Person:
    return Person(
        id=row_id,
        login=f"{row_id}@example.com",
        name="王芳",
        role=role,
        region=region,
        team="t1",
        password_hash=None,
        locale="zh",
        active=True,
        created_at=AT,
    )


def customer(row_id: str, owner: str, *, region: str | None = "east") -> Customer:
    return Customer(
        id=row_id,
        name="华东精密",
        registered_name="华东精密机械有限公司",
        path="software",
        owner_id=owner,
        team="t1",
        region=region,
        contacts={"cto": {"name": "李雷", "email": "li@example.com"}},
        created_at=AT,
    )


def stage(row_id: str, customer_id: str, *, position: int = 0) -> Stage:
    return Stage(
        id=row_id,
        customer_id=customer_id,
        key=f"stage-{position}",
        position=position,
        title={"zh": "技术评估", "en": "Technical evaluation"},
        state=StageState.LOCKED,
        locked_as="待补全",
        missing=({"item": "poc_report"},),
        rule_set=None,
        since=AT,
    )


def requirement(row_id: str, customer_id: str, stage_id: str) -> StageRequirement:
    return StageRequirement(
        id=row_id,
        customer_id=customer_id,
        stage_id=stage_id,
        item=f"item-{row_id}",
        title={"zh": "POC 报告", "en": "POC report"},
        formats=("pdf", "docx"),
        needed=1,
        signer_role="it_lead",
        max_age_days=None,
        policy="signed",
        content={},
    )


def deliverable(row_id: str, *, customer_id: str = "c1") -> Deliverable:
    return Deliverable(
        id=row_id,
        customer_id=customer_id,
        stage_id="s1",
        requirement_id="r1",
        uploader_id="p1",
        name="报告.pdf",
        declared_type="application/pdf",
        sha256="0" * 64,
        size=2**40,
        received_at=AT,
        asked={"policy": "signed", "requirement": {"id": "poc_report"}},
        state=DeliverableState.PENDING,
    )


def settle_in(unit: Unit) -> None:
    """Enter one person, customer, stage and requirement: p1, c1, s1, r1."""
    unit.people.add(person("p1"))
    unit.customers.add(customer("c1", "p1"))
    unit.stages.add(stage("s1", "c1"))
    unit.requirements.add(requirement("r1", "c1", "s1"))
