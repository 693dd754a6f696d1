"""Orders that were sent, as scoring takes them: by the contract of the model, or plainly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from models.coefficient.deals import OrderLine
from models.coefficient.orders import Order
from models.origin import OriginPolicy, is_foretold
from service.actions import earlier_orders
from service.errors import Invalid, Trouble
from training.contract.contract import Kind, Role
from training.contract.staging import staged
from training.contract.table import Row, Table
from training.orders import orders_of
from training.snapshot import snapshot
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.origin import Event, Origin
    from service.ports.records import Unit
    from service.ports.tariffs import OpenedModel
    from training.contract.contract import Contract, Field
    from training.contract.staging import Reject

MOST_TROUBLES = 20
MINOR = 100
#: Roles whose cell is given beside the lead: where in the order.
_BESIDE = {
    Role.ORDER: "order",
    Role.CUSTOMER: "customer",
    Role.ASSIGNED: "assigned_at",
    Role.CLOSED: "closed_at",
    Role.VALUE: "value",
    Role.CURRENCY: "currency",
}
#: Roles that no score is read from.
_UNREAD = frozenset({Role.LABEL, Role.AUDIT, Role.FORBIDDEN, Role.OWNER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLead:
    """A closed order as it was sent; `place` is its place in the request, from 0."""

    place: int
    order: str
    customer: str
    closed_at: datetime
    assigned_at: datetime
    #: Minor units.
    value: int
    currency: str | None = None
    claimed: Origin | None = None
    #: What was known at assignment, by the contract's columns.
    lead: Mapping[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> OrderLine:
        return OrderLine(
            id=self.order,
            customer=self.customer,
            closed_at=self.closed_at.astimezone(UTC),
            value=self.value,
            commission=0,
            assigned_at=self.assigned_at.astimezone(UTC),
        )


def check(leads: Sequence[ClosedLead], *, now: datetime, currency: str | None) -> None:
    """Raise Invalid for what no contract is needed to see, every mistake at once.

    `currency`: that of what was paid before; None: nothing says.
    """
    troubles = []
    seen: dict[str, int] = {}
    only = currency or next((one.currency for one in leads if one.currency), None)
    for one in leads:
        where = f"/orders/{one.place}"
        if seen.setdefault(one.order, one.place) != one.place:
            first = seen[one.order]
            wanted = Text(zh=f"与 /orders/{first} 不同", en=f"another one than /orders/{first}")
            troubles.append(_trouble(f"{where}/order", one.order, wanted))
        if one.value <= 0:
            wanted = Text(zh="大于 0 的金额", en="an amount above 0")
            troubles.append(_trouble(f"{where}/value", "0", wanted))
        if one.closed_at > now:
            wanted = Text(zh="不晚于现在", en="not later than now")
            troubles.append(_trouble(f"{where}/closed_at", one.closed_at.isoformat(), wanted))
        if one.assigned_at > one.closed_at:
            wanted = Text(zh="不晚于 closed_at", en="not later than closed_at")
            troubles.append(_trouble(f"{where}/assigned_at", one.assigned_at.isoformat(), wanted))
        if one.currency not in {None, only}:
            wanted = Text(
                zh=f"{only}：所有订单同一币种，不换算",
                en=f"only {only}: one currency for all, nothing is converted",
            )
            troubles.append(_trouble(f"{where}/currency", str(one.currency), wanted))
    _refuse(troubles)


def check_events(events: Sequence[Event]) -> None:
    """Raise Invalid for what was written down long before it happened."""
    wanted = Text(
        zh="不早于 at：系统只记录已发生的事",
        en="not before at: systems write down what has happened",
    )
    _refuse(
        [
            _trouble(f"/events/{place}/known_at", one.known_at.isoformat(), wanted)
            for place, one in enumerate(events)
            if is_foretold(one, OriginPolicy())
        ]
    )


def orders(
    leads: Sequence[ClosedLead], model: OpenedModel | None, unit: Unit, *, now: datetime
) -> dict[str, Order]:
    """Give the orders by their ids. Raises Invalid with every mistake.

    A model whose contract asks for a customer's history sees what was paid in `unit`, too.
    """
    if model is None:
        return {one.order: Order(line=one.line, claimed=one.claimed) for one in leads}
    contract = model.contract
    known = {one.order: one for one in leads}
    table = _table(leads, contract)
    rows = staged(table, contract, at=now.timestamp())
    _refuse([_rejected(one, contract) for one in rows.rejects])
    customers = {one.customer for one in leads}
    earlier = earlier_orders.records(unit, contract, customers=customers, beside=known)
    taken = snapshot((*rows.records, *earlier), contract)
    found = orders_of(taken, model.artefact.win.features)
    return {
        one.line.id: Order(
            line=known[one.line.id].line,
            row=one.row,
            segment=one.segment,
            claimed=known[one.line.id].claimed,
        )
        for one in found
        if one.line.id in known
    }


def _table(leads: Sequence[ClosedLead], contract: Contract) -> Table:
    troubles: list[Trouble] = []
    rows = []
    for one in leads:
        cells = []
        for asked in contract.fields:
            cell = _cell(one, asked, contract)
            if cell is None:
                where = f"/orders/{one.place}/lead"
                wanted = Text(zh=f"列 {asked.column}", en=f"the column {asked.column}")
                troubles.append(_trouble(where, ", ".join(one.lead) or "{}", wanted))
            cells.append(cell or "")
        rows.append(Row(line=one.place, cells=tuple(cells)))
    _refuse(troubles)
    return Table(header=tuple(one.column for one in contract.fields), rows=tuple(rows))


def _cell(one: ClosedLead, asked: Field, contract: Contract) -> str | None:
    """Give the text of a cell; None where the lead does not name the column."""
    if asked.role in _BESIDE:
        beside = {
            Role.ORDER: one.order,
            Role.CUSTOMER: one.customer,
            Role.ASSIGNED: one.assigned_at.isoformat(),
            Role.CLOSED: one.closed_at.isoformat(),
            Role.VALUE: f"{one.value // MINOR}.{one.value % MINOR:02}",
            Role.CURRENCY: one.currency or contract.currency,
        }
        return beside[asked.role]
    if asked.role in _UNREAD:
        return asked.won[0] if asked.role is Role.LABEL else ""
    if asked.column not in one.lead:
        return None
    told = one.lead[asked.column]
    if isinstance(told, bool) and asked.kind in {Kind.FLAG, Kind.CATEGORY}:
        return str(int(told))
    return "" if told is None else str(told)


def _rejected(one: Reject, contract: Contract) -> Trouble:
    field_ = contract.named(one.field)
    inside = "" if field_ is None else _BESIDE.get(field_.role, f"lead/{field_.column}")
    wanted = Text(zh=one.reason.zh, en=one.reason.en)
    return _trouble(f"/orders/{one.line}/{inside}", one.seen, wanted)


def _trouble(where: str, seen: str, expected: Text) -> Trouble:
    shown = seen[:80]
    return Trouble(
        where=where,
        seen=shown,
        expected=expected.en,
        message=Text(
            zh=f"{where}：看到“{shown}”，应为{expected.zh}。",
            en=f'{where}: saw "{shown}", expected {expected.en}.',
        ),
    )


def _refuse(troubles: Sequence[Trouble]) -> None:
    if troubles:
        count = len(troubles)
        raise Invalid(
            Text(
                zh=f"订单有 {count} 处错误，没有计算任何系数。",
                en=f"The orders have {count} mistakes; nothing was scored.",
            ),
            remedy=Text(
                zh="请改正后重新发送全部订单。", en="Correct them and send all orders again."
            ),
            troubles=tuple(troubles[:MOST_TROUBLES]),
        )
