"""How actions write the audit trail: one entry a change, the record before and after."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from service.actors import SYSTEM
from service.cause_records import (
    EvidenceRow,
    Examination,
    Incident,
    IncidentBreaker,
    Verdict,
)
from service.model_records import Model, ModelEvent
from service.payment_records import Payment
from service.records import (
    AuditDraft,
    Customer,
    Deliverable,
    Person,
    Review,
    Session,
    Stage,
    StageRequirement,
    Token,
)
from service.rule_records import HeldFact, Measure, Notice

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit

Kept = (
    Customer
    | Deliverable
    | EvidenceRow
    | Examination
    | HeldFact
    | Incident
    | IncidentBreaker
    | Measure
    | Model
    | ModelEvent
    | Notice
    | Payment
    | Person
    | Review
    | Session
    | Stage
    | StageRequirement
    | Token
    | Verdict
)

#: What the trail calls each kind of record.
KINDS: dict[type[Kept], str] = {
    Customer: "customer",
    Deliverable: "deliverable",
    EvidenceRow: "evidence_item",
    Examination: "examination",
    HeldFact: "held_fact",
    Incident: "incident",
    IncidentBreaker: "incident_breaker",
    Measure: "measure",
    Model: "model",
    ModelEvent: "model_event",
    Notice: "notice",
    Payment: "payment",
    Person: "person",
    Review: "review",
    Session: "session",
    Stage: "stage",
    StageRequirement: "requirement",
    Token: "token",
    Verdict: "cause_verdict",
}
#: Secrets, and bulk that is stored elsewhere under its own hash.
#: The inputs of a payment give its figures again, which are told.
LEFT_OUT = frozenset({"password_hash", "secret_hash", "csrf", "report", "inputs", "answer"})


def record(
    unit: Unit,
    action: str,
    *,
    after: Kept,
    before: Kept | None = None,
    actor: Actor | None = None,
    reason: str | None = None,
) -> None:
    """Chain one entry, in the transaction of the change; without an actor the system did it."""
    unit.audit.append(
        AuditDraft(
            action=action,
            object_kind=KINDS[type(after)],
            object_id=after.id,
            before=snapshot(before) if before else None,
            after=snapshot(after),
            reason=reason,
        ),
        actor=actor.person_id if actor else SYSTEM,
        request_id=actor.request_id if actor else None,
    )


def snapshot(kept: Kept) -> dict[str, Any]:
    """Give the JSON form of a record for `before` and `after` of an audit entry."""
    kind: type = type(kept)
    return {name: _plain(getattr(kept, name)) for name in _told(kind)}


@cache
def _told(kind: type) -> tuple[str, ...]:
    """Name the fields of a kind of record that the trail tells."""
    return tuple(field.name for field in fields(kind) if field.name not in LEFT_OUT)


def _plain(value: Any) -> Any:
    if type(value) is str or value is None:  # as most are
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
