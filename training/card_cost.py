"""A card on closed orders: what it would have cost, and what each reading of its floor would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.budget import Cells, Cost, cost
from models.coefficient.deals import deal_of
from models.coefficient.high_value import Orders, Reading, basis_of, preview, qualifies, sums_of
from models.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.coefficient.card import RateCard
    from training.closed_orders import ClosedOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What a card would have done; `cells` and `cost` are None where orders carry no scores.

    The basis is taken of the very orders that it is applied to: a preview, not a payment.
    """

    orders: int
    deals: int
    readings: tuple[Reading, ...]
    cells: Cells | None
    cost: Cost | None


class NoSuchBand(ValueError):
    """Orders that were scored by a card with more bands."""


class NoScope(ValueError):
    """A card that measures by segment or product, and orders that name none."""


def what_if(orders: Sequence[ClosedOrder], card: RateCard) -> WhatIf:
    """Try a card on orders. Raises NoScope, NoSuchBand, ValueError for too few customer-periods."""
    if card.high_value.scope != "company":
        raise NoScope(f"the card measures by {card.high_value.scope}; the orders name none")
    columns = _columns(orders)
    sums = sums_of(columns)
    limit = basis_of(sums, card.high_value) * card.high_value.multiple
    cells = _cells(orders, columns, card, qualifies(columns, limit))
    return WhatIf(
        orders=len(orders),
        deals=sums.size,
        readings=preview(columns, card.high_value, sums),
        cells=cells,
        cost=None if cells is None else cost(cells, card),
    )


def _columns(orders: Sequence[ClosedOrder]) -> Orders:
    deals: dict[tuple[str, int], int] = {}
    numbers = [deals.setdefault(deal_of(order.line), len(deals)) for order in orders]
    return Orders(
        value=np.array([order.line.value for order in orders], dtype=np.int64),
        commission=np.array([order.line.commission for order in orders], dtype=np.int64),
        customer_period=np.array(numbers, dtype=np.int64),
    )


def _cells(
    orders: Sequence[ClosedOrder], columns: Orders, card: RateCard, reached: NDArray[np.bool_]
) -> Cells | None:
    scored = [order.cell for order in orders if order.cell is not None]
    if not scored:
        return None
    ranks = {origin: rank for rank, origin in enumerate(Origin)}
    found = np.array([(ranks[origin], row, column) for origin, row, column in scored])
    bands = (len(card.difficulty_from) + 1, len(card.value_from) + 1)
    if (found[:, 1:] >= bands).any():
        raise NoSuchBand(f"{found[:, 1:].max(axis=0) + 1} bands in the orders, {bands} in the card")
    origin, row, column = found.astype(np.uint8).T
    return Cells(
        origin=origin,
        difficulty_band=row,
        value_band=column,
        commission=columns.commission,
        qualifies=reached,
    )
