"""A payment's inputs, and from them its figures again: byte for byte, years after.

Whatever decided is in the inputs, in one canonical form: the deal's orders, its first lead as the
model saw it, the events up to the last closing, the limit of the period, the policy of origins and
the rolling offset. Model and card are named by the payment and handed in. Sentences for people are
not part of the figures: a better word changes nobody's pay.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from models.artefact.canonical import written
from models.coefficient import offset as offsets
from models.coefficient.deals import OrderLine, deal_of
from models.coefficient.orders import Models, Order, Tariff, coefficients
from models.origin import Event, EventKind, Origin, OriginPolicy

if TYPE_CHECKING:
    from models.artefact.opening import Artefact
    from models.coefficient.card import RateCard
    from models.coefficient.offset import Offset
    from models.coefficient.scored import Coefficient

FORMAT = "payment/v1"
_DIGITS = 12


class InputsRefused(ValueError):
    """A text that is no inputs of a payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that decides about the orders of one deal, beside model and card."""

    lines: tuple[OrderLine, ...]
    #: Of the lead that was assigned first, as the model's features; None: there was no model.
    row: tuple[float, ...] | None
    segment: str
    claimed: Origin | None
    events: tuple[Event, ...]
    #: Minor units; None: too few deals before the period, and nothing reaches it.
    limit: float | None
    #: The model's own, where it is None.
    offset: Offset | None = None
    policy: OriginPolicy = field(default_factory=OriginPolicy)

    def to_json(self) -> bytes:
        """Write them in the one form."""
        row = None if self.row is None else [None if math.isnan(one) else one for one in self.row]
        told = {
            "format": FORMAT,
            "lines": [_line(one) for one in sorted(self.lines, key=lambda one: one.id)],
            "row": row,
            "segment": self.segment,
            "claimed": self.claimed,
            "events": [_event(one) for one in sorted(self.events, key=_event_order)],
            "limit": self.limit,
            "offset": None if self.offset is None else json.loads(self.offset.to_json()),
            "policy": _policy(self.policy),
        }
        return written(told)


def settled(
    inputs: Inputs, artefact: Artefact | None, card: RateCard
) -> tuple[tuple[Coefficient, ...], tuple[bytes, ...]]:
    """Give the coefficients of the deal's orders, and the figures of each."""
    row = None if inputs.row is None else np.array(inputs.row)
    orders = [
        Order(line=one, row=row, segment=inputs.segment, claimed=inputs.claimed)
        for one in inputs.lines
    ]
    tariff = Tariff(card=card, models=_models(inputs, artefact), policy=inputs.policy)
    limit = math.inf if inputs.limit is None else inputs.limit
    limits = {deal_of(one).period: limit for one in inputs.lines}
    paid = coefficients(orders, inputs.events, tariff, limits=limits)
    return paid, tuple(written(figures_of(one, artefact, card)) for one in paid)


def rebuild(inputs: bytes, order: str, artefact: Artefact | None, card: RateCard) -> bytes:
    """Give the figures of a paid order again. Raises InputsRefused."""
    known = from_json(inputs)
    paid, figures = settled(known, artefact, card)
    for one, told in zip(paid, figures, strict=True):
        if one.order == order:
            return told
    raise InputsRefused(f"the inputs hold no order {order}")


def figures_of(paid: Coefficient, artefact: Artefact | None, card: RateCard) -> dict[str, Any]:
    """Give what is paid and by what, without the sentences for people."""
    return {
        "order": paid.order,
        "coefficient": paid.coefficient,
        "origin": paid.origin.value,
        "origin_evidence": list(paid.origin_evidence),
        "p_win": _round(paid.p_win),
        "difficulty_band": paid.difficulty_band,
        "value_quantile": _round(paid.value_quantile),
        "value_band": paid.value_band,
        "floor_applied": paid.floor_applied,
        "model": None if artefact is None else artefact.sha256,
        "card": f"{card.id}/{card.version}",
        "data": None if artefact is None else artefact.manifest.origin.data_sha256,
        "fallback": paid.fallback,
    }


def _round(chance: float | None) -> float | None:
    """Leave out the last digits: processors round an exponential differently there."""
    return None if chance is None else float(f"{chance:.{_DIGITS}g}")


def from_json(data: bytes) -> Inputs:
    """Raises InputsRefused for anything that `to_json` would not have written."""
    try:
        told = json.loads(data)
        found = _inputs(told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputsRefused(f"no inputs of a payment: {type(error).__name__}: {error}") from error
    if told.get("format") != FORMAT or found.to_json() != data:
        raise InputsRefused(f"{told.get('format')!r} in another form than {FORMAT}")
    return found


def _models(inputs: Inputs, artefact: Artefact | None) -> Models | None:
    if artefact is None:
        return None
    win = artefact.win
    if inputs.offset is not None:
        win = replace(win, offset=inputs.offset)
    return Models(win=win, value=artefact.value, segments=artefact.segments)


def _inputs(told: dict[str, Any]) -> Inputs:
    policy, row = told["policy"], told["row"]
    known = None if told["offset"] is None else offsets.from_json(json.dumps(told["offset"]))
    return Inputs(
        lines=tuple(_line_of(one) for one in told["lines"]),
        row=None if row is None else tuple(math.nan if one is None else one for one in row),
        segment=told["segment"],
        claimed=None if told["claimed"] is None else Origin(told["claimed"]),
        events=tuple(_event_of(one) for one in told["events"]),
        limit=told["limit"],
        offset=known,
        policy=OriginPolicy(
            window=timedelta(seconds=policy["window_s"]),
            hard_won_days=policy["hard_won_days"],
            most_days=policy["most_days"],
            written_within=timedelta(seconds=policy["written_within_s"]),
            # Payments before it was decided do not have it, and counted by each event's own zone.
            one_calendar=policy.get("one_calendar", False),
        ),
    )


def _line(one: OrderLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "customer": one.customer,
        "closed_at": one.closed_at.astimezone(UTC).isoformat(),
        "value": one.value,
        "assigned_at": one.assigned_at.astimezone(UTC).isoformat(),
    }


def _line_of(told: dict[str, Any]) -> OrderLine:
    return OrderLine(
        id=told["id"],
        customer=told["customer"],
        closed_at=datetime.fromisoformat(told["closed_at"]),
        value=told["value"],
        commission=0,
        assigned_at=datetime.fromisoformat(told["assigned_at"]),
    )


def _event(one: Event) -> dict[str, Any]:
    """Write an event in its own zone: its calendar day is evidence."""
    return {
        "id": one.id,
        "kind": one.kind,
        "customer": one.customer,
        "at": one.at.isoformat(),
        "known_at": one.known_at.isoformat(),
        "by_system": one.by_system,
        "answers": one.answers,
    }


def _event_of(told: dict[str, Any]) -> Event:
    return Event(
        id=told["id"],
        kind=EventKind(told["kind"]),
        customer=told["customer"],
        at=datetime.fromisoformat(told["at"]),
        known_at=datetime.fromisoformat(told["known_at"]),
        by_system=told["by_system"],
        answers=told["answers"],
    )


def _event_order(one: Event) -> tuple[str, ...]:
    return (one.id, one.at.isoformat(), one.known_at.isoformat(), one.kind, one.answers or "")


def _policy(policy: OriginPolicy) -> dict[str, Any]:
    later = {"one_calendar": True} if policy.one_calendar else {}
    return {
        **later,
        "window_s": policy.window.total_seconds(),
        "hard_won_days": policy.hard_won_days,
        "most_days": policy.most_days,
        "written_within_s": policy.written_within.total_seconds(),
    }
