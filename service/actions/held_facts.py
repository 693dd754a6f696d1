"""Rows that were not taken: kept with their reason until somebody repairs or discards them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service import access
from service.actions import facts
from service.actions.fact_fates import Batch, Late
from service.actions.trail import record
from service.actions.whereabouts import scope_of
from service.errors import AlreadyThere, Invalid, NotFound, Trouble
from service.rule_records import HeldFact, HeldState
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.actions.fact_fates import RowFate
    from service.actors import Actor
    from service.ports import RulePorts
    from service.ports.records import Unit


def get(unit: Unit, actor: Actor, held_id: str) -> HeldFact:
    """Give a held row that the actor may see. Raises NotFound."""
    scope = scope_of(access.scope(actor, "facts.repair"))
    found = unit.rules.held_facts.find({**scope, "id": held_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这一行。", en="There is no such row."))
    return found[0]


def find(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, Any] | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[HeldFact, ...]:
    """Give held rows within the actor's reach, the oldest first."""
    scope = scope_of(access.scope(actor, "facts.repair"))
    return unit.rules.held_facts.find({**scope, **(where or {})}, after=after, limit=limit)


def repair(
    ports: RulePorts, unit: Unit, actor: Actor, *, held_id: str, row: Mapping[str, Any] | None
) -> tuple[HeldFact, RowFate]:
    """Take a row in the place of a held one, which may be that very row: late, but right.

    Raises Invalid where this row is no fact either; nothing changes then.
    """
    before = _waiting(get(unit, actor, held_id))
    batch = Batch(kind=before.kind, rows=(row or before.row,), late=Late.ACCEPT)
    (fate,) = facts.take(ports, unit, actor, batch).fates
    if fate.reason is not None:
        where = f"/row{fate.where or ''}"
        trouble = Trouble(
            where=where, seen="this row", expected="a fact of its kind", message=fate.reason
        )
        raise Invalid(fate.reason, troubles=(trouble,))
    after = _settle(unit, before, actor, state=HeldState.REPAIRED, fact=fate.fact)
    record(unit, "held_facts.repair", after=after, before=before, actor=actor)
    return after, fate


def discard(unit: Unit, actor: Actor, held_id: str, *, reason: str) -> HeldFact:
    """Lay a held row aside for good; it stays readable."""
    before = _waiting(get(unit, actor, held_id))
    after = _settle(unit, before, actor, state=HeldState.DISCARDED)
    record(unit, "held_facts.discard", after=after, before=before, actor=actor, reason=reason)
    return after


def _settle(
    unit: Unit, held: HeldFact, actor: Actor, *, state: HeldState, fact: str | None = None
) -> HeldFact:
    return unit.rules.held_facts.replace(
        replace(held, state=state, settled_at=unit.now(), settled_by=actor.person_id, fact=fact)
    )


def _waiting(held: HeldFact) -> HeldFact:
    if held.state is not HeldState.WAITING:
        raise AlreadyThere(
            Text(zh="这一行已经处理过。", en="This row has been settled already."),
            remedy=Text(zh="请处理列表中的下一行。", en="Go on with the next one of the list."),
        )
    return held
