"""A card on closed orders: what it would have cost, and what each reading of its floor would."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """In which cell of its card each order lies; columns of one length."""

    #: Place of the origin in `Origin`.
    origin: NDArray[np.uint8]
    difficulty_band: NDArray[np.uint8]
    value_band: NDArray[np.uint8]


def what_if(orders: Sequence[ClosedOrder], card: RateCard) -> WhatIf:
    """Try a card on orders. Raises NoScope, NoSuchBand, ValueError for too few customer-periods."""
    return tried(_columns(orders), _placed(orders), card)


def tried(columns: Orders, placed: Placed | None, card: RateCard) -> WhatIf:
    """Try a card on orders as columns; `placed` is None where they carry no scores.

    Raises as `what_if` does.
    """
    if card.high_value.scope != "company":
        raise NoScope(f"the card measures by {card.high_value.scope}; the orders name none")
    sums = sums_of(columns)
    limit = basis_of(sums, card.high_value) * card.high_value.multiple
    cells = None
    if placed is not None:
        _require_bands(placed, card)
        cells = Cells(
            origin=placed.origin,
            difficulty_band=placed.difficulty_band,
            value_band=placed.value_band,
            commission=columns.commission,
            qualifies=qualifies(columns, sums, limit),
        )
    return WhatIf(
        orders=columns.value.size,
        deals=sums.size,
        readings=preview(columns, replace(card.high_value, weight=card.floor), sums),
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


def _placed(orders: Sequence[ClosedOrder]) -> Placed | None:
    scored = [order.cell for order in orders if order.cell is not None]
    if not scored:
        return None
    ranks = {origin: rank for rank, origin in enumerate(Origin)}
    origin, row, column = (
        np.array([(ranks[one], *bands) for one, *bands in scored]).astype(np.uint8).T
    )
    return Placed(origin=origin, difficulty_band=row, value_band=column)


def _require_bands(placed: Placed, card: RateCard) -> None:
    seen = tuple(int(one.max(initial=0)) + 1 for one in (placed.difficulty_band, placed.value_band))
    known = (len(card.difficulty_from) + 1, len(card.value_from) + 1)
    if any(one > other for one, other in zip(seen, known, strict=True)):
        raise NoSuchBand(f"{seen} bands in the orders, {known} in the card")
