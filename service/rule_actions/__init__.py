"""What firings order, carried out from the outbox: once for each action key, however often tried.

`CARRIED_OUT` has a function for each action of `policy/actions.yaml`. Each runs inside one
transaction with the claim of its key, so a repeat finds the key taken and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.actors import SYSTEM
from service.records import AuditDraft, Role
from service.rule_actions import measures, messages, reviews
from service.rule_actions.order import Order
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.ports import Ports
    from service.ports.records import Unit
    from service.rule_records import FiringRow

#: The kind of their rows on the outbox.
ACT = "rules.act"

CARRIED_OUT: Mapping[str, Callable[[Unit, Order], None]] = {
    "notify": messages.notify,
    "push": messages.push,
    "freeze": measures.put_in_force,
    "suspend": measures.put_in_force,
    "require_training": measures.put_in_force,
    "read_confirm": measures.ask_to_confirm,
    "propose": measures.propose,
    "award": measures.credit,
    "open_review": reviews.open_review,
}


def put(unit: Unit, firing: FiringRow) -> None:
    """Put all that a firing orders on the outbox, in the transaction of the firing."""
    for action in firing.actions:
        payload = {"firing": firing.id, "action": action}
        unit.outbox.put(key=f"{ACT}:{action['key']}", kind=ACT, payload=payload)


def carry_out(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Carry out one action of a firing; a repeat changes nothing. Raises KeyError."""
    with ports.records.begin() as unit:
        order = _order(unit, payload)
        # Whether the episode has ended is asked while nobody can end it.
        unit.rules.facts.lock(order.firing.kind, None)
        if unit.effects.claim(f"{ACT}:{order.key}"):
            CARRIED_OUT[order.action](unit, order)


def give_up(ports: Ports, payload: Mapping[str, Any], error: str) -> None:
    """Say that an action could not be carried out: to the trail and to sales operations."""
    with ports.records.begin() as unit:
        order = _order(unit, payload)
        if not unit.effects.claim(f"{ACT}:{order.key}:failed"):
            return
        unit.audit.append(
            AuditDraft(
                action="rules.action_failed",
                object_kind="action",
                object_id=order.key,
                after={"action": order.action, "firing": order.firing.id},
                reason=error[:500],
            ),
            actor=SYSTEM,
        )
        failed = Text(
            zh=f"规则“{order.firing.rule}”的动作 {order.action} 三次未能执行，请人工处理。",
            en=f"The action {order.action} of rule {order.firing.rule} failed three times: "
            "do it by hand.",
        )
        messages.tell(unit, order, (Role.SALES_OPS,), failed)


def _order(unit: Unit, payload: Mapping[str, Any]) -> Order:
    firing = unit.rules.firings.get(payload["firing"])
    if firing is None:
        raise LookupError(f"there is no firing {payload['firing']}")
    action = payload["action"]
    return Order(
        key=action["key"],
        action=action["name"],
        parameters=action["parameters"],
        firing=firing,
    )
