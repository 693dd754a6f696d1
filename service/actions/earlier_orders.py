"""What customers ordered before, for models whose contract asks for their history.

An order counts once it was closed here: the payments hold who, when and for how much, their inputs
when its lead was assigned. The features look at what had closed before a lead's own assignment, as
in training. A lead's segment is kept for the first lead of a deal, and stands for all of the deal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.coefficient.payment import from_json
from training.contract.contract import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.payment_records import Payment
    from service.ports.records import Unit
    from training.contract.contract import Contract
    from training.contract.staging import Record

WON = 1.0


def records(
    unit: Unit, contract: Contract, *, customers: Collection[str], beside: Collection[str]
) -> tuple[Record, ...]:
    """Give the customers' paid orders as rows of the contract, without those `beside` (ids).

    Nothing but what a history is read from stands in them; all else is blank.
    """
    if not contract.history:
        return ()
    paid: dict[str, Payment] = {}
    for one in unit.payments.rows.find({"customer": tuple(customers)}, order="turn"):
        if one.order_id not in beside:
            paid[one.order_id] = one
    return tuple(_record(one, contract) for one in paid.values())


def _record(payment: Payment, contract: Contract) -> Record:
    inputs = from_json(payment.inputs.encode())
    line = next(one for one in inputs.lines if one.id == payment.order_id)
    told: dict[Role, float | str] = {
        Role.ORDER: payment.order_id,
        Role.CUSTOMER: payment.customer,
        Role.SEGMENT: inputs.segment,
        Role.LABEL: WON,
        Role.ASSIGNED: line.assigned_at.timestamp(),
        Role.CLOSED: payment.closed_at.timestamp(),
        Role.VALUE: float(payment.value),
        Role.CURRENCY: payment.currency or contract.currency,
    }
    return {
        field.name: told.get(field.role, "" if field.is_word else float("nan"))
        for field in contract.fields
        if field.role not in {Role.FORBIDDEN, Role.OWNER}
    }
