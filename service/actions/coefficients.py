"""Closed orders to coefficients, and coefficients to payments that stay as they are.

1. Orders of one customer and quarter are a deal; it keeps model and card of its first payment.
2. Its inputs are put together: what was paid of it before, and what was sent.
3. The limit of its quarter is what earlier quarters' payments give; once used it stands.
4. Every order of the deal has the deal's coefficient. Where a later order moves it, an order that
   was paid gets another row, which names the one that it replaces; no row is changed.
5. With each payment goes an order on the outbox to compute it again from what was kept.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.coefficient.deals import Deal, by_deal, deal_of
from models.coefficient.floors import ScopeUnknown, limit_by, period_start
from models.coefficient.payment import Inputs, from_json, rebuild, settled
from models.origin import OriginPolicy
from service import access
from service.actions import closed_leads, models, shadows
from service.actions.trail import record
from service.errors import AlreadyThere, Invalid, NotFound
from service.model_records import ModelName
from service.payment_records import REPRODUCE, Payment
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from models.coefficient.card import RateCard
    from models.coefficient.orders import Order
    from models.coefficient.scored import Coefficient
    from models.origin import Event
    from service.actions.closed_leads import ClosedLead
    from service.actors import Actor
    from service.ports import Ports
    from service.ports.records import Unit
    from service.ports.tariffs import OpenedModel, Tariffs

TURN = "payments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    orders: tuple[ClosedLead, ...]
    #: Of their customers, what systems wrote down.
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """By what a deal is paid."""

    archive: str | None
    model: OpenedModel | None
    card: RateCard
    card_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One order of a deal, as it is paid now."""

    figures: str
    #: Each in zh and en.
    reasons: tuple[Any, ...]
    #: None: it was scored and not closed.
    payment: Payment | None


def open_models(ports: Ports, asked: Asked) -> None:
    """Open every model that the orders will need, before a transaction waits for it."""

    def needed(unit: Unit) -> set[str]:
        champion = models.champion(unit, ModelName.COEFFICIENT)
        found = {one.archive_sha256 for one in shadows.beside(unit)}
        found |= {champion.archive_sha256} if champion else set()
        for deal in {deal_of(one.line) for one in asked.orders}:
            found |= {
                one.archive_sha256 for one in _paid(unit, deal).values() if one.archive_sha256
            }
        return found

    with ports.records.read() as unit:
        archives = needed(unit)
    for archive in archives:
        ports.tariffs.model(archive)


def score(ports: Ports, unit: Unit, actor: Actor, asked: Asked) -> tuple[Settled, ...]:
    """Give what each order would be paid, in the order of the request; nothing is kept."""
    access.require(actor, "coefficients.score")
    found = _Settling(ports, unit, actor, keep=False).all(asked)
    return tuple(found[one.order] for one in asked.orders)


def close(ports: Ports, unit: Unit, actor: Actor, asked: Asked) -> tuple[Settled, ...]:
    """Fix what each order is paid; orders of the same deals that were moved come last.

    What was closed already comes back as it is. Raises Invalid, AlreadyThere.
    """
    access.require(actor, "payments.close")
    unit.take_turn(TURN)
    settling = _Settling(ports, unit, actor, keep=True)
    found = settling.all(asked)
    shadows.score(ports.tariffs, unit, asked.orders, settling.fresh)
    sent = {one.order for one in asked.orders}
    moved = sorted(found.keys() - sent)
    return tuple(found[order] for order in (*(one.order for one in asked.orders), *moved))


def get(unit: Unit, actor: Actor, payment_id: str) -> Payment:
    """Raises NotFound."""
    access.require(actor, "payments.read")
    found = unit.payments.rows.get(payment_id)
    if found is None:
        raise NotFound(Text(zh="找不到这笔支付。", en="There is no such payment."))
    return found


def find(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, Any],
    after: str | None = None,
    limit: int = 50,
) -> tuple[Payment, ...]:
    """Give payments, the oldest first."""
    access.require(actor, "payments.read")
    return unit.payments.rows.find(where, after=after, limit=limit)


def rebuilt(tariffs: Tariffs, payment: Payment) -> bytes:
    """Compute a payment's figures again from its inputs, model and card.

    Raises Invalid where its model is gone or does not open any more, FileLost where its card is
    gone.
    """
    opened = _model_of(tariffs, payment)
    card = tariffs.card_of(payment.card_sha256)
    artefact = None if opened is None else opened.artefact
    return rebuild(payment.inputs.encode(), payment.order_id, artefact, card)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A deal, with what stands of it."""

    deal: Deal
    #: By order.
    known: Mapping[str, Payment]
    versions: Versions


class _Settling:
    """One request on its way through one transaction."""

    def __init__(self, ports: Ports, unit: Unit, actor: Actor, *, keep: bool) -> None:
        self._ports, self._unit, self._actor, self._keep = ports, unit, actor, keep
        self._now = ports.clock()
        self._in_force = ports.tariffs.card()
        champion = models.champion(unit, ModelName.COEFFICIENT)
        self._champion = None if champion is None else champion.archive_sha256
        self._limits: dict[tuple[int, str], float] = {}
        self._currency: str | None = None
        self.fresh: list[Payment] = []

    def all(self, asked: Asked) -> dict[str, Settled]:
        """Give every order of the deals that the request is about."""
        currency = self._unit.payments.currency()
        closed_leads.check(asked.orders, now=self._now, currency=currency)
        closed_leads.check_events(asked.events)
        self._currency = currency or next((o.currency for o in asked.orders if o.currency), None)
        deals = by_deal(one.line for one in asked.orders)
        self._refuse_paid_otherwise(asked.orders)
        standing = _all_paid(self._unit, deals)
        cases = {deal: self._case(deal, standing[deal]) for deal in deals}
        orders = self._orders(asked.orders, cases)
        of_customer: defaultdict[str, list[Event]] = defaultdict(list)
        for event in asked.events:
            of_customer[event.customer].append(event)
        found: dict[str, Settled] = {}
        # A quarter's limit counts what this request closed in the quarters before it.
        for deal in sorted(deals, key=lambda one: (one.period, one.customer)):
            case = cases[deal]
            fresh = [orders[line.id] for line in deals[deal] if line.id not in case.known]
            if fresh:
                found |= self._deal(case, self._inputs(case, fresh, of_customer[deal.customer]))
            else:
                # Evidence that is brought later, without an order, moves nobody's pay.
                found |= {one.order_id: _standing(one) for one in case.known.values()}
        return found

    def _orders(self, leads: Sequence[ClosedLead], cases: Mapping[Deal, _Case]) -> dict[str, Order]:
        groups: defaultdict[str | None, list[ClosedLead]] = defaultdict(list)
        opened: dict[str | None, OpenedModel | None] = {}
        for one in leads:
            told = cases[deal_of(one.line)].versions
            key = told.archive if told.model else None
            groups[key].append(one)
            opened[key] = told.model
        found: dict[str, Order] = {}
        for key, some in groups.items():
            found |= closed_leads.orders(some, opened[key], self._unit, now=self._now)
        return found

    def _case(self, deal: Deal, known: Mapping[str, Payment]) -> _Case:
        tariffs = self._ports.tariffs
        if known:
            first = min(known.values(), key=lambda one: one.id)
            archive, card_sha256 = first.archive_sha256, first.card_sha256
            model, card = _model_of(tariffs, first), tariffs.card_of(card_sha256)
        else:
            archive = self._champion
            card, card_sha256 = self._in_force.card, self._in_force.sha256
            model = None if archive is None else tariffs.model(archive)
        told = Versions(archive=archive, model=model, card=card, card_sha256=card_sha256)
        return _Case(deal=deal, known=known, versions=told)

    def _inputs(self, case: _Case, fresh: Sequence[Order], events: Sequence[Event]) -> Inputs:
        limit = self._limit(case.deal.period, case.versions)
        lines = [order.line for order in fresh]
        row, segment, claimed, seen, policy = None, "", None, tuple(events), OriginPolicy()
        if case.known:
            latest = max(case.known.values(), key=lambda one: one.id)
            before = from_json(latest.inputs.encode())
            lines += before.lines
            row, segment, claimed = before.row, before.segment, before.claimed
            seen, policy = (*before.events, *events), before.policy
        (ordered,) = by_deal(lines).values()
        first = next((one for one in fresh if one.line.id == ordered[0].id), None)
        if first is not None:
            row = None if first.row is None else tuple(first.row.tolist())
            segment, claimed = first.segment, first.claimed
        model = case.versions.model
        return Inputs(
            lines=tuple(lines),
            row=row,
            segment=segment,
            claimed=claimed,
            events=tuple(dict.fromkeys(seen)),
            limit=None if math.isinf(limit) else limit,
            offset=None if model is None else model.artefact.win.offset,
            policy=policy,
        )

    def _limit(self, period: int, versions: Versions) -> float:
        key = (period, versions.card_sha256)
        if key not in self._limits:
            stands = self._unit.payments.limit(*key)
            self._limits[key] = self._measured(period, versions) if stands is None else stands
        return self._limits[key]

    def _measured(self, period: int, versions: Versions) -> float:
        rule = versions.card.high_value
        since = period_start(period) - timedelta(days=rule.window_days)
        try:
            return limit_by(self._unit.payments.sums(before=period, since=since), rule)
        except ScopeUnknown as error:
            raise Invalid(
                Text(
                    zh=f"费率卡按 {rule.scope} 计基准，订单里没有这一列。",
                    en=f"The rate card is of no use here: {error}.",
                ),
                remedy=Text(zh="请用 scope: company。", en="Use scope: company."),
            ) from error

    def _deal(self, case: _Case, inputs: Inputs) -> dict[str, Settled]:
        model = case.versions.model
        artefact = None if model is None else model.artefact
        found = {}
        for paid, figures in zip(*settled(inputs, artefact, case.versions.card), strict=True):
            payment = case.known.get(paid.order)
            if self._keep and (payment is None or payment.coefficient != paid.coefficient):
                payment = self._payment(case, inputs, paid, figures)
            told = Settled(figures=figures.decode(), reasons=_reasons(paid), payment=payment)
            found[paid.order] = told
        return found

    def _payment(self, case: _Case, inputs: Inputs, paid: Coefficient, figures: bytes) -> Payment:
        versions, before = case.versions, case.known.get(paid.order)
        line = next(one for one in inputs.lines if one.id == paid.order)
        artefact = None if versions.model is None else versions.model.artefact
        payment = Payment(
            id=self._unit.new_id(),
            order_id=paid.order,
            turn=1 if before is None else before.turn + 1,
            customer=line.customer,
            period=case.deal.period,
            closed_at=line.closed_at,
            value=line.value,
            currency=self._currency,
            coefficient=paid.coefficient,
            fallback=paid.fallback,
            model_sha256=None if artefact is None else artefact.sha256,
            archive_sha256=None if artefact is None else versions.archive,
            data_sha256=None if artefact is None else artefact.manifest.origin.data_sha256,
            card=f"{versions.card.id}/{versions.card.version}",
            card_sha256=versions.card_sha256,
            offset_version=None if inputs.offset is None else inputs.offset.version,
            limit_value=inputs.limit,
            inputs=inputs.to_json().decode(),
            figures=figures.decode(),
            reasons=_reasons(paid),
            paid_at=self._now,
            paid_by=self._actor.person_id,
            replaces=None if before is None else before.id,
        )
        if not case.known:
            self._ports.tariffs.keep(self._in_force)
        self._unit.payments.rows.add(payment)
        self.fresh.append(payment)
        record(self._unit, "payments.close", after=payment, actor=self._actor)
        order = {"payment_id": payment.id}
        self._unit.outbox.put(key=f"{REPRODUCE}:{payment.id}", kind=REPRODUCE, payload=order)
        return payment

    def _refuse_paid_otherwise(self, leads: Sequence[ClosedLead]) -> None:
        """An order is closed once; the same again is no mistake."""
        ids = tuple(one.order for one in leads)
        found = {one.order_id: one for one in self._unit.payments.rows.find({"order_id": ids})}
        for line in (one.line for one in leads):
            paid = found.get(line.id)
            if paid is None:
                continue
            then, now = ((some.customer, some.closed_at, some.value) for some in (paid, line))
            if then != now:
                raise AlreadyThere(
                    Text(
                        zh=f"订单 {line.id} 已按另外的客户、时间或金额支付（{paid.id}）。",
                        en=f"Order {line.id} was paid with another customer, time or value "
                        f"({paid.id}).",
                    ),
                    remedy=Text(
                        zh="已支付的不能修改；请核对订单，更正以新订单入账。",
                        en="What was paid is not changed. Check it; enter a correction as an "
                        "order of its own.",
                    ),
                )


def _reasons(paid: Coefficient) -> tuple[dict[str, Any], ...]:
    """Give the sentences for people; those that call a person name their doubt and events."""
    reasons = [{"zh": one.zh, "en": one.en} for one in paid.reasons]
    return (*reasons, *(one.as_object() for one in paid.review))


def _standing(payment: Payment) -> Settled:
    return Settled(figures=payment.figures, reasons=payment.reasons, payment=payment)


def _all_paid(unit: Unit, deals: Collection[Deal]) -> dict[Deal, dict[str, Payment]]:
    """Give the payment that stands of each order, for many deals at once."""
    customers = tuple({deal.customer for deal in deals})
    periods = tuple({deal.period for deal in deals})
    found: dict[Deal, dict[str, Payment]] = {deal: {} for deal in deals}
    where = {"customer": customers, "period": periods}
    for one in unit.payments.rows.find(where, order="turn"):
        deal = Deal(one.customer, one.period)
        if deal in found:
            found[deal][one.order_id] = one
    return found


def _paid(unit: Unit, deal: Deal) -> dict[str, Payment]:
    """Give the payment that stands of each order of a deal."""
    where = {"customer": deal.customer, "period": deal.period}
    return {one.order_id: one for one in unit.payments.rows.find(where, order="turn")}


def _model_of(tariffs: Tariffs, payment: Payment) -> OpenedModel | None:
    """Give the model of a payment, None where the card alone paid. Raises Invalid."""
    if payment.archive_sha256 is None:
        return None
    opened = tariffs.model(payment.archive_sha256)
    if opened is None:
        raise Invalid(
            Text(
                zh=f"模型 {payment.model_sha256} 无法打开，不能按它计算。",
                en=f"The model {payment.model_sha256} does not open: nothing is computed by it.",
            ),
            remedy=Text(
                zh="请恢复存储中的归档，并确认其签名密钥仍在 model-keys 中。",
                en="Restore its archive, and see that its key still lies in model-keys.",
            ),
        )
    return opened
