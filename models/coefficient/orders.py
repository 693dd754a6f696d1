"""From closed orders, events, models and a card to what each order is paid: the only way.

1. Orders become deals: all of one customer in one quarter.
2. Each deal's origin, from the events of its customer up to its last closing.
3. What the models say of its first lead, at the value of the whole deal.
4. Whether it reaches the card's high value, by the periods closed before its own.
5. The card pays; every order of the deal gets the deal's coefficient.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.deals import by_deal, deal_of
from models.coefficient.floors import qualifying
from models.coefficient.scored import Scores, Unlearned, coefficient
from models.origin import Closing, Origin, OriginPolicy, trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from models.coefficient.card import RateCard
    from models.coefficient.deals import Deal, OrderLine
    from models.coefficient.scored import Coefficient
    from models.coefficient.scoring import Contribution, ValueModel, WinModel
    from models.coefficient.segments import SegmentRates
    from models.origin import Event, Traced


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A closed order and what was known of its lead when it was assigned."""

    line: OrderLine
    #: Of the feature matrix; None where there is no model.
    row: NDArray[np.float64] | None = None
    segment: str = ""
    #: What the seller entered as the source; it changes no pay.
    claimed: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The models of one artefact, ready to score."""

    win: WinModel
    #: None: the models know nothing of values, and every deal stands in the lowest value band.
    value: ValueModel | None
    segments: SegmentRates


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What decides beside orders and events; without models the card's floor alone pays."""

    card: RateCard
    models: Models | None = None
    policy: OriginPolicy = field(default_factory=OriginPolicy)


def coefficients(
    orders: Sequence[Order],
    events: Iterable[Event],
    tariff: Tariff,
    *,
    limits: Mapping[int, float] | None = None,
) -> tuple[Coefficient, ...]:
    """Give each order's coefficient, in the order of `orders`.

    Without `limits` (of each period) the orders are also the history that the floor is measured by:
    give all of its window. Raises ValueError for a card that measures by segment or product, and
    for an order without a row where there are models.
    """
    # 1. deals
    deals = by_deal(order.line for order in orders)
    known = {order.line.id: order for order in orders}
    firsts = {deal: known[lines[0].id] for deal, lines in deals.items()}
    # 2. origins
    traced = _traced(deals, firsts, events, tariff.policy)
    # 3. scores
    scores = _scores(deals, firsts, tariff.models)
    # 4. floors
    reached = qualifying(deals, tariff.card.high_value, limits)
    # 5. the card
    factors = _factors(firsts, tariff.models)
    paid = {
        deal: coefficient(
            traced[deal],
            scores[deal],
            tariff.card,
            qualifies=reached[deal],
            factors=factors.get(deal, ()),
            unlearned=_unlearned(firsts[deal], tariff.models),
        )
        for deal in deals
    }
    return tuple(replace(paid[deal_of(one.line)], order=one.line.id) for one in orders)


def _traced(
    deals: Mapping[Deal, tuple[OrderLine, ...]],
    firsts: Mapping[Deal, Order],
    events: Iterable[Event],
    policy: OriginPolicy,
) -> dict[Deal, Traced]:
    of_customer: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        of_customer[event.customer].append(event)
    found = {}
    for deal, lines in deals.items():
        closed_at = max(line.closed_at for line in lines)
        # A log goes on after a closing; what came later is no evidence and no doubt.
        seen = [event for event in of_customer[deal.customer] if event.at <= closed_at]
        closing = Closing(
            order=lines[0].id,
            customer=deal.customer,
            closed_at=closed_at,
            claimed=firsts[deal].claimed,
        )
        found[deal] = trace(closing, seen, policy)
    return found


def _scores(
    deals: Mapping[Deal, tuple[OrderLine, ...]],
    firsts: Mapping[Deal, Order],
    models: Models | None,
) -> dict[Deal, Scores | None]:
    if models is None or not deals:
        return dict.fromkeys(deals)
    matrix = _matrix(firsts)
    sums = np.array([sum(line.value for line in lines) for lines in deals.values()], dtype=float)
    quantiles: list[float | None] = [None] * len(matrix)
    if models.value is not None:
        quantiles = models.value.quantiles(matrix, sums).tolist()
    columns = zip(deals, models.win.p_win(matrix).tolist(), quantiles, strict=True)
    return {
        deal: Scores(
            p_win=win,
            p_segment=models.segments.rate(firsts[deal].segment),
            value_quantile=quantile,
        )
        for deal, win, quantile in columns
    }


def _factors(
    firsts: Mapping[Deal, Order], models: Models | None
) -> Mapping[Deal, tuple[Contribution, ...]]:
    """Give what moved each deal's chance most, beside the typical lead."""
    if models is None or not firsts:
        return {}
    added = models.win.contributions(_matrix(firsts))[:, :-1]
    return {deal: models.win.largest(row) for deal, row in zip(firsts, added, strict=True)}


def _unlearned(first: Order, models: Models | None) -> Unlearned:
    if models is None or first.row is None:
        return Unlearned()
    segments = models.segments
    is_known = not segments.field or first.segment in segments.rates
    return Unlearned(
        words=models.win.features.unlearned(first.row),
        segment=None if is_known else first.segment,
    )


def _matrix(firsts: Mapping[Deal, Order]) -> NDArray[np.float64]:
    rows = []
    for first in firsts.values():
        if first.row is None:
            raise ValueError(f"order {first.line.id} has no row of features")
        rows.append(first.row)
    return np.array(rows)
