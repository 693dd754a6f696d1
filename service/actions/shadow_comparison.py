"""A model beside what was paid: deal by deal, the same orders, and the money that would move.

Every stored order was won. A loss by outcomes cannot be told from them alone: whichever model says
more would win it. That is what `training.paired` is for, on an export with lost leads too.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service import access
from service.errors import NotFound
from training.coefficient.metrics import interval
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.actors import Actor
    from service.payment_records import Payment, ShadowScore
    from service.ports.records import Unit
    from training.coefficient.metrics import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """What two models pay for the same deals; shares of the deals' value at coefficient 1."""

    deals: int
    higher: int
    lower: int
    #: Of the coefficient, model less paid, a deal a pair; None: fewer than two deals.
    difference: Interval | None
    #: What lies above coefficient 1.
    extra_paid: float
    extra_by_model: float
    #: What would go elsewhere, up or down.
    moved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowComparison:
    model_id: str
    overall: Pay
    #: `origin hard_won`, `segment 华东` …
    slices: Mapping[str, Pay]
    #: Trouble → orders that the model did not score.
    unscored: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """One deal."""

    value: int
    paid: float
    model: float
    origin: str
    segment: str


def compare(unit: Unit, actor: Actor, model_id: str) -> ShadowComparison:
    """Compare a model with what was paid while it stood beside. Raises NotFound."""
    access.require(actor, "models.read")
    return compared(unit, model_id)


def compared(unit: Unit, model_id: str) -> ShadowComparison:
    """Compare without asking who asks: the command line of the machine reads everything."""
    if unit.models.models.get(model_id) is None:
        raise NotFound(Text(zh="找不到这个模型。", en="There is no such model."))
    scores = unit.payments.shadows.find({"model_id": model_id})
    pairs = _pairs(_standing(unit), scores)
    slices: defaultdict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        slices[f"origin {pair.origin}"].append(pair)
        if pair.segment:
            slices[f"segment {pair.segment}"].append(pair)
    return ShadowComparison(
        model_id=model_id,
        overall=_pay(pairs),
        slices={name: _pay(slices[name]) for name in sorted(slices)},
        unscored=Counter(one.trouble.value for one in scores if one.trouble),
    )


def _standing(unit: Unit) -> dict[str, Payment]:
    """Give the payments that no later one replaced, by their ids."""
    rows = unit.payments.rows.find(order="turn", without=("inputs", "reasons"))
    return {one.id: one for one in {one.order_id: one for one in rows}.values()}


def _pairs(standing: Mapping[str, Payment], scores: Iterable[ShadowScore]) -> list[_Pair]:
    deals: defaultdict[tuple[str, int], list[tuple[Payment, ShadowScore]]] = defaultdict(list)
    for score in scores:
        payment = standing.get(score.payment_id)
        if payment is not None and score.figures is not None:
            deals[payment.customer, payment.period].append((payment, score))
    return [_pair(some) for some in deals.values()]


def _pair(some: Sequence[tuple[Payment, ShadowScore]]) -> _Pair:
    payment, score = some[-1]
    figures = json.loads(score.figures or "{}")
    return _Pair(
        value=sum(one.value for one, _ in some),
        paid=payment.coefficient,
        model=figures["coefficient"],
        origin=figures["origin"],
        segment=json.loads(score.inputs or "{}").get("segment", ""),
    )


def _pay(pairs: Sequence[_Pair]) -> Pay:
    value = np.array([one.value for one in pairs], dtype=np.float64)
    paid = np.array([one.paid for one in pairs])
    model = np.array([one.model for one in pairs])
    whole = float(value.sum()) or 1.0
    return Pay(
        deals=len(pairs),
        higher=int((model > paid).sum()),
        lower=int((model < paid).sum()),
        difference=interval(model - paid) if len(pairs) > 1 else None,
        extra_paid=float((value * (paid - 1)).sum()) / whole,
        extra_by_model=float((value * (model - 1)).sum()) / whole,
        moved=float((value * np.abs(model - paid)).sum()) / whole,
    )
