"""Models beside the champion: what each would have paid for what closes, kept and never paid.

They see what the champion saw: the same deal, events, limit, policy and card. Only the lead is
read anew, by their own contract. Whatever is wrong with one of them is kept as a trouble: nobody
waits for his pay because of a model that does not pay.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.coefficient.deals import by_deal
from models.coefficient.payment import from_json, settled
from service.actions import closed_leads
from service.champions import shadows_of
from service.errors import Invalid, ServiceError
from service.model_records import ModelName
from service.payment_records import ShadowScore, ShadowTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.coefficient.orders import Order
    from models.coefficient.payment import Inputs
    from service.actions.closed_leads import ClosedLead
    from service.model_records import Model
    from service.payment_records import Payment
    from service.ports.records import Unit
    from service.ports.tariffs import OpenedModel, Tariffs

LOG = logging.getLogger("countermark.service")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    """The lead that a deal is judged by, as a model sees it."""

    row: tuple[float, ...] | None
    segment: str


def beside(unit: Unit) -> tuple[Model, ...]:
    """Give the models that score beside the champion."""
    events = unit.models.events.find({"name": ModelName.COEFFICIENT.value}, order="turn")
    known = (unit.models.models.get(one) for one in shadows_of(events))
    return tuple(one for one in known if one is not None)


def score(
    tariffs: Tariffs, unit: Unit, leads: Sequence[ClosedLead], paid: Sequence[Payment]
) -> None:
    """Keep what each model beside the champion would have paid in the place of `paid`."""
    standing = beside(unit) if paid else ()
    deals: defaultdict[tuple[str, int], list[Payment]] = defaultdict(list)
    for one in paid:
        deals[one.customer, one.period].append(one)
    for model in standing:
        opened = tariffs.model(model.archive_sha256)
        seen = _Beside(tariffs, unit, model, opened)
        orders = seen.orders(leads)
        for payments in deals.values():
            seen.deal(payments, orders)


class _Beside:
    """One model at work beside the champion, in one transaction."""

    def __init__(
        self, tariffs: Tariffs, unit: Unit, model: Model, opened: OpenedModel | None
    ) -> None:
        self._tariffs, self._unit, self._model, self._opened = tariffs, unit, model, opened

    def orders(self, leads: Sequence[ClosedLead]) -> Mapping[str, Order]:
        """Read the leads by the model's contract; those that do not do are left out."""
        if self._opened is None:
            return {}
        now = self._unit.now()
        try:
            return closed_leads.orders(leads, self._opened, self._unit, now=now)
        except Invalid:
            return self._orders_apart(leads)

    def _orders_apart(self, leads: Sequence[ClosedLead]) -> Mapping[str, Order]:
        found: dict[str, Order] = {}
        for one in leads:
            try:
                at = self._unit.now()
                found |= closed_leads.orders([one], self._opened, self._unit, now=at)
            except Invalid:
                continue
        return found

    def deal(self, payments: Sequence[Payment], orders: Mapping[str, Order]) -> None:
        """Keep a score, or why there is none, for each payment of one deal."""
        first = payments[0]
        inputs = from_json(first.inputs.encode())
        (lines,) = by_deal(inputs.lines).values()
        sent = {one.order_id for one in payments}
        lead = self._lead(lines[0].id, sent, orders)
        if isinstance(lead, ShadowTrouble):
            self._keep_trouble(payments, lead)
            return
        try:
            told, figures = self._figures(inputs, lead, first.card_sha256)
        except (ServiceError, ValueError, KeyError, RuntimeError) as error:
            LOG.error("shadow.not_scored model=%s error=%s", self._model.id, error)  # noqa: TRY400
            self._keep_trouble(payments, ShadowTrouble.SCORE)
            return
        for one in payments:
            self._keep(one, inputs=told, figures=figures[one.order_id])

    def _lead(
        self, order: str, sent: set[str], orders: Mapping[str, Order]
    ) -> _Lead | ShadowTrouble:
        if self._opened is None:
            return ShadowTrouble.UNOPENED
        if order in orders:
            row = orders[order].row
            told = None if row is None else tuple(row.tolist())
            return _Lead(row=told, segment=orders[order].segment)
        return self._earlier(order) or (
            ShadowTrouble.LEAD if order in sent else ShadowTrouble.EARLIER
        )

    def _earlier(self, order: str) -> _Lead | None:
        """Give the lead of an order that this model scored when it was closed."""
        for payment in self._unit.payments.rows.find({"order_id": order}, order="-turn"):
            where = {"payment_id": payment.id, "model_id": self._model.id}
            for one in self._unit.payments.shadows.find(where):
                if one.inputs is not None:
                    inputs = from_json(one.inputs.encode())
                    return _Lead(row=inputs.row, segment=inputs.segment)
        return None

    def _figures(
        self, inputs: Inputs, lead: _Lead, card_sha256: str
    ) -> tuple[str, Mapping[str, str]]:
        if self._opened is None:
            raise ValueError("the model did not open")
        artefact = self._opened.artefact
        mine = replace(inputs, row=lead.row, segment=lead.segment, offset=artefact.win.offset)
        in_force = self._tariffs.card()
        card = (
            in_force.card if in_force.sha256 == card_sha256 else self._tariffs.card_of(card_sha256)
        )
        paid, figures = settled(mine, artefact, card)
        told = zip(paid, figures, strict=True)
        return mine.to_json().decode(), {one.order: text.decode() for one, text in told}

    def _keep_trouble(self, payments: Sequence[Payment], trouble: ShadowTrouble) -> None:
        for one in payments:
            self._keep(one, trouble=trouble)

    def _keep(
        self,
        payment: Payment,
        *,
        inputs: str | None = None,
        figures: str | None = None,
        trouble: ShadowTrouble | None = None,
    ) -> None:
        self._unit.payments.shadows.add(
            ShadowScore(
                id=self._unit.new_id(),
                model_id=self._model.id,
                payment_id=payment.id,
                scored_at=self._unit.now(),
                inputs=inputs,
                figures=figures,
                trouble=trouble,
            )
        )
