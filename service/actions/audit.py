"""The audit trail, for those who check the checkers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import access

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import AuditEntry


def entries(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, str] | None = None,
    after: int = 0,
    limit: int = 50,
) -> tuple[AuditEntry, ...]:
    """Give entries in order, those with seq > `after`."""
    access.require(actor, "audit.read")
    return unit.audit.entries(after=after, limit=limit, where=where)


def about(unit: Unit, object_ids: tuple[str, ...]) -> tuple[AuditEntry, ...]:
    """Give the entries of objects that the caller has been allowed to see already."""
    return unit.audit.entries(where={"object_id": object_ids})
