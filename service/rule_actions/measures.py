"""Measures: what is frozen, suspended, asked for, proposed or credited because a rule fired."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from service.actions.trail import record
from service.actors import SYSTEM
from service.registered import registered, roles_of
from service.rule_actions.episodes import ENDS, is_overtaken
from service.rule_actions.messages import tell
from service.rule_records import Measure, MeasureState
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.ports.records import Unit
    from service.rule_actions.order import Order
    from service.rule_records import FiringRow

TO_CONFIRM = Text(zh="请阅读并确认“{what}”。{sentence}", en="Read and confirm {what}. {sentence}")
TO_APPROVE = Text(
    zh="“{what}”（{subject}）待您审批。{sentence}",
    en="{what} ({subject}) waits for your approval. {sentence}",
)


def put_in_force(unit: Unit, order: Order) -> None:
    """Put something in force until the episode ends or a person lifts it.

    What the end itself orders stands until the next episode ends.
    What stands already is not put twice: a breaker that opens again has let go of nothing yet.
    """
    if _stands(unit, order):
        return
    is_late = is_overtaken(unit, order.firing)
    _add(unit, order, MeasureState.LIFTED if is_late else MeasureState.IN_FORCE)


def ask_to_confirm(unit: Unit, order: Order) -> None:
    """Ask the people of the roles to confirm that they have read something, while it matters."""
    put_in_force(unit, order)
    if is_overtaken(unit, order.firing):
        return
    named = replace(order, parameters={**order.parameters, "what": order.parameters["doc"]})
    tell(unit, named, roles_of(order.parameters["to"]), TO_CONFIRM)


def propose(unit: Unit, order: Order) -> None:
    """Lay a proposal before its approvers; the deadline counts from the firing."""
    _add(unit, order, MeasureState.WAITING)
    tell(unit, order, roles_of(order.parameters["approvers"]), TO_APPROVE)


def credit(unit: Unit, order: Order) -> None:
    """Note what somebody has earned; the ledger books what waits here."""
    _add(unit, order, MeasureState.WAITING)


def wait_for(unit: Unit, order: Order) -> None:
    """Note something that waits for a person."""
    _add(unit, order, MeasureState.WAITING)


def lift_all(unit: Unit, firings: Iterable[FiringRow]) -> None:
    """Lift what the ended episodes among the firings had put in force, in their transaction."""
    for firing in firings:
        if firing.event not in ENDS or firing.shadow:
            continue
        where = {"rule": firing.rule, "subject": firing.subject, "state": "in_force"}
        for measure in unit.rules.measures.find(where):
            if measure.episode <= firing.episode:
                _lift(unit, measure, firing)


def labels() -> dict[str, Text]:
    """Give what people call each action."""
    return {one.name: Text(zh=one.label.zh, en=one.label.en) for one in registered().actions}


def _add(unit: Unit, order: Order, state: MeasureState) -> None:
    firing, within = order.firing, order.parameters.get("within")
    ended = state is MeasureState.LIFTED
    measure = Measure(
        id=unit.new_id(),
        key=order.key,
        action=order.action,
        rule=firing.rule,
        kind=firing.kind,
        subject=firing.subject,
        episode=firing.episode,
        firing=firing.id,
        parameters=order.parameters,
        state=state,
        at=unit.now(),
        due_at=None if within is None else firing.at + timedelta(seconds=within),
        ended_at=unit.now() if ended else None,
        ended_by=SYSTEM if ended else None,
        reason="the episode had ended before" if ended else None,
        region=firing.region,
        team=firing.team,
        owner_id=firing.owner_id,
    )
    unit.rules.measures.add(measure)
    record(unit, f"measures.{state.value}", after=measure)


def _lift(unit: Unit, measure: Measure, firing: FiringRow) -> None:
    after = unit.rules.measures.replace(
        replace(
            measure,
            state=MeasureState.LIFTED,
            ended_at=unit.now(),
            ended_by=SYSTEM,
            reason=f"firing {firing.id}",
        )
    )
    record(unit, "measures.lifted", after=after, before=measure)


def _stands(unit: Unit, order: Order) -> bool:
    """Tell whether the very same is in force for the same episode."""
    where = {
        "rule": order.firing.rule,
        "subject": order.firing.subject,
        "action": order.action,
        "state": MeasureState.IN_FORCE.value,
    }
    return any(
        one.episode == order.firing.episode and one.parameters == order.parameters
        for one in unit.rules.measures.find(where)
    )
