"""Won orders of an export, as scoring takes them: read by the contract of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.deals import OrderLine
from models.coefficient.orders import Order
from training.contract.contract import Role
from training.features import matrix_of

if TYPE_CHECKING:
    from models.coefficient.features import FeatureContract
    from training.contract.contract import Contract
    from training.snapshot import Snapshot

#: Without these no order has a coefficient.
NEEDED = (Role.CUSTOMER, Role.CLOSED, Role.VALUE)


class ContractLacks(ValueError):
    """A contract without a field that every coefficient needs."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles
        super().__init__(f"no field has the role {', '.join(roles)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    order: str
    customer: str
    closed: str
    value: str
    assigned: str | None
    segment: str | None


def orders_of(snapshot: Snapshot, features: FeatureContract) -> tuple[Order, ...]:
    """Give the won orders; every lead of the snapshot counts for their histories.

    Raises ContractLacks, and FeaturesRefused where the contract holds other features.
    """
    names = _fields(snapshot.contract)
    label = snapshot.contract.one(Role.LABEL)
    rows = matrix_of(snapshot, features)
    found = []
    for record, row in zip(snapshot.records, rows, strict=True):
        closed, value = float(record[names.closed]), float(record[names.value])
        if label is None or record[label.name] != 1 or np.isnan(closed) or not value > 0:
            continue
        assigned = closed if names.assigned is None else float(record[names.assigned])
        line = OrderLine(
            id=str(record[names.order]),
            customer=str(record[names.customer]) or str(record[names.order]),
            closed_at=_moment(closed),
            value=round(value),
            commission=0,
            assigned_at=_moment(assigned),
        )
        segment = "" if names.segment is None else str(record[names.segment])
        found.append(Order(line=line, row=row, segment=segment))
    return tuple(found)


def _fields(contract: Contract) -> _Fields:
    missing = tuple(role for role in (Role.ORDER, *NEEDED) if contract.one(role) is None)
    if missing:
        raise ContractLacks(missing)
    names = {field.role: field.name for field in contract.fields}
    return _Fields(
        order=names[Role.ORDER],
        customer=names[Role.CUSTOMER],
        closed=names[Role.CLOSED],
        value=names[Role.VALUE],
        assigned=names.get(Role.ASSIGNED),
        segment=names.get(Role.SEGMENT),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
