"""What was told, how things stand, what is in force and whom it was said to: the read side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service import access
from service.actions.trail import record
from service.actions.whereabouts import scope_of
from service.errors import AlreadyThere, NotFound
from service.rule_records import MeasureState
from verification.values import Text

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit
    from service.rule_records import FiringRow, Measure, Notice, StateRow

Where = dict[str, Any]
#: What a person may still end.
OPEN = (MeasureState.IN_FORCE, MeasureState.WAITING)


def find(
    unit: Unit, actor: Actor, where: Where, *, after: str | None = None, limit: int = 50
) -> tuple[FiringRow, ...]:
    """Give firings within the actor's reach, the latest first."""
    scope = scope_of(access.scope(actor, "firings.read"))
    return unit.rules.firings.find({**scope, **where}, order="-id", after=after, limit=limit)


def get(unit: Unit, actor: Actor, firing_id: str) -> FiringRow:
    """Give a firing within the actor's reach. Raises NotFound."""
    found = find(unit, actor, {"id": firing_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这次触发。", en="There is no such firing."))
    return found[0]


def states(
    unit: Unit, actor: Actor, where: Where, *, after: str | None = None, limit: int = 50
) -> tuple[StateRow, ...]:
    """Give the states of rules within the actor's reach."""
    scope = scope_of(access.scope(actor, "firings.read"))
    return unit.rules.state_rows.find({**scope, **where}, after=after, limit=limit)


def measures(
    unit: Unit, actor: Actor, where: Where, *, after: str | None = None, limit: int = 50
) -> tuple[Measure, ...]:
    """Give measures within the actor's reach, the latest first."""
    scope = scope_of(access.scope(actor, "measures.read"))
    return unit.rules.measures.find({**scope, **where}, order="-id", after=after, limit=limit)


def lift(unit: Unit, actor: Actor, measure_id: str, *, reason: str) -> Measure:
    """End a measure before its episode does, or what waits for a person; with a reason."""
    scope = scope_of(access.scope(actor, "measures.lift"))
    found = unit.rules.measures.find({**scope, "id": measure_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这项措施。", en="There is no such measure."))
    before = found[0]
    if before.state not in OPEN:
        raise AlreadyThere(
            Text(zh="这项措施已经结束。", en="This measure has ended already."),
            remedy=Text(zh="无需再做什么。", en="Nothing more is to be done."),
        )
    after = unit.rules.measures.replace(
        replace(
            before,
            state=MeasureState.LIFTED,
            ended_at=unit.now(),
            ended_by=actor.person_id,
            reason=reason,
        )
    )
    record(unit, "measures.lifted", after=after, before=before, actor=actor, reason=reason)
    return after


def notices(
    unit: Unit, actor: Actor, *, unread: bool, after: str | None = None, limit: int = 50
) -> tuple[Notice, ...]:
    """Give one's own notices, the latest first."""
    where: Where = access.scope(actor, "notices.read", owner="person_id")
    if unread:
        where["read_at"] = None
    return unit.rules.notices.find(where, order="-id", after=after, limit=limit)


def read_notice(unit: Unit, actor: Actor, notice_id: str) -> Notice:
    """Confirm that a notice was read; the first time counts."""
    where = access.scope(actor, "notices.read", owner="person_id")
    found = unit.rules.notices.find({**where, "id": notice_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这条通知。", en="There is no such notice."))
    if found[0].read_at is not None:
        return found[0]
    after = unit.rules.notices.replace(replace(found[0], read_at=unit.now()))
    record(unit, "notices.read", after=after, before=found[0], actor=actor)
    return after
