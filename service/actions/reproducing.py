"""A payment computed again from what it names, and what differs where it does not come out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.coefficient.payment import InputsRefused
from service.actions.coefficients import rebuilt
from service.actions.trail import snapshot
from service.errors import FileLost, Invalid, NotFound
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.payment_records import Payment
    from service.ports import Ports
    from service.ports.records import Unit
    from service.ports.tariffs import Tariffs


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that is not what it was; `against` is what the row was held against."""

    against: str
    field: str
    paid: Any
    found: Any


class NotReproduced(Exception):
    """A payment that does not come out again; the message names its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduced:
    payment: Payment
    #: Canonical JSON, computed now.
    figures: str
    #: Empty: the same bytes, and the row is as the audit trail has it.
    differences: tuple[Difference, ...]


def reproduce(unit: Unit, tariffs: Tariffs, payment_id: str) -> Reproduced:
    """Compute a payment's figures again, and hold its row against them and the audit trail.

    Raises NotFound; Invalid where its inputs were damaged or its model is gone or does not open any
    more; FileLost where the card is gone.
    """
    payment = unit.payments.rows.get(payment_id)
    if payment is None:
        raise NotFound(
            Text(zh="找不到这笔支付。", en="There is no such payment."),
            remedy=Text(
                zh="支付编号见 GET /payments?order_id=订单号。",
                en="GET /payments?order_id=ORDER lists the payments of an order.",
            ),
        )
    try:
        figures = rebuilt(tariffs, payment).decode()
    except InputsRefused as refused:
        raise Invalid(
            Text(
                zh=f"支付 {payment.id} 的输入已被改动，无法重算：{refused}。",
                en=f"The inputs of payment {payment.id} were changed; nothing can be computed from "
                f"them: {refused}.",
            ),
            remedy=Text(
                zh="请用 countermark audit verify 查看改动，并从备份恢复这一行。",
                en="See what was changed by `countermark audit verify`; restore the row from a "
                "backup.",
            ),
        ) from refused
    except FileLost as lost:
        raise _no_card(payment) from lost
    return Reproduced(
        payment=payment,
        figures=figures,
        differences=(*_rebuilt_otherwise(payment, figures), *_told_otherwise(unit, payment)),
    )


def _no_card(payment: Payment) -> FileLost:
    """Say which file it is: of a model that is gone another sentence is told."""
    sha256 = payment.card_sha256
    return FileLost(
        Text(
            zh=f"费率卡 {payment.card}（{sha256}）在存储中已丢失或被改动，不能按它计算。",
            en=f"The rate card {payment.card} ({sha256}) is gone from the storage, or was changed: "
            "nothing is computed by it.",
        ),
        remedy=Text(
            zh="请从备份恢复存储中的这个文件；内容须与该散列值相符。",
            en="Restore that file of the storage from a backup; it has to have this hash.",
        ),
    )


def check(ports: Ports, payment_id: str) -> None:
    """Compute a payment again as the outbox orders it. Raises NotReproduced, and as `reproduce`."""
    with ports.records.read() as unit:
        found = reproduce(unit, ports.tariffs, payment_id)
    if found.differences:
        names = ", ".join(f"{one.field} ({one.against})" for one in found.differences)
        raise NotReproduced(f"payment {payment_id} does not come out again: {names}")


def _rebuilt_otherwise(payment: Payment, figures: str) -> tuple[Difference, ...]:
    if figures == payment.figures:
        return ()
    told = _object(payment.figures)
    if told is None:
        return (
            Difference(against="rebuilt", field="figures", paid=payment.figures, found=figures),
        )
    # The same values in another form differ in their bytes alone.
    found = _unlike("rebuilt", told, json.loads(figures))
    return found or (
        Difference(against="rebuilt", field="figures", paid=payment.figures, found=figures),
    )


def _told_otherwise(unit: Unit, payment: Payment) -> tuple[Difference, ...]:
    """Hold the row against its entry in the audit trail, whose chain nobody changes unseen."""
    entries = unit.audit.entries(where={"object_kind": "payment", "object_id": payment.id})
    if not entries or entries[-1].after is None:
        return (Difference(against="audit trail", field="id", paid=payment.id, found=None),)
    return _unlike("audit trail", snapshot(payment), entries[-1].after)


def _unlike(
    against: str, paid: Mapping[str, Any], found: Mapping[str, Any]
) -> tuple[Difference, ...]:
    return tuple(
        Difference(against=against, field=name, paid=paid.get(name), found=found.get(name))
        for name in sorted(paid.keys() | found.keys())
        if paid.get(name) != found.get(name)
    )


def _object(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
