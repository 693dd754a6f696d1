"""Won orders of an export, as scoring takes them: read by the contract of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from models.artefact.parts import CONTRACT
from models.artefact.refusal import ArtefactRefused
from models.coefficient.deals import OrderLine
from models.coefficient.features import FeatureKind, FeaturesRefused
from models.coefficient.orders import Order
from training.contract.contract import Role
from training.contract.contract_file import ContractRefused, read
from training.features import matrix_of
from training.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.coefficient.features import FeatureContract
    from training.contract.contract import Contract
    from training.snapshot import Snapshot

_READABLE = "a contract by which orders can be scored"
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


def contract_in(parts: Mapping[str, bytes], features: FeatureContract) -> Contract:
    """Give the contract that lies in a model with these features.

    Raises ArtefactRefused for one by which no order could be read or scored: without it the model
    opens and pays nobody.
    """
    if CONTRACT not in parts:
        expected = "the contract that orders are read by"
        raise ArtefactRefused("part_missing", CONTRACT, seen="nothing", expected=expected)
    try:
        contract = read(parts[CONTRACT].decode())
        orders_of(snapshot((), contract), features)
    except (UnicodeDecodeError, ContractRefused, ContractLacks, FeaturesRefused) as error:
        raise ArtefactRefused("model", CONTRACT, seen=error, expected=_READABLE) from error
    words = {field.name for field in contract.learnt_from if field.is_word}
    for one in features.features:
        if (one.name in words) != (one.kind is FeatureKind.CATEGORY):
            raise ArtefactRefused("model", CONTRACT, seen=f"another {one.name}", expected=one.kind)
    return contract


def orders_of(taken: Snapshot, features: FeatureContract) -> tuple[Order, ...]:
    """Give the won orders; every lead of the snapshot counts for their histories.

    Raises ContractLacks, and FeaturesRefused where the contract holds other features.
    """
    names = _fields(taken.contract)
    label = taken.contract.one(Role.LABEL)
    rows = matrix_of(taken, features)
    found = []
    for record, row in zip(taken.records, rows, strict=True):
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
