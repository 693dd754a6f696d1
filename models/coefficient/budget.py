"""What a card costs on history, and the card that keeps to its budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.card import LEAST, STEP
from models.origin import Origin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.card import RateCard

#: Halvings of the interval in which the solver looks; finer than one step of a rate.
HALVINGS = 24
#: Lifting a rate by more than this many times its distance from 1 would be another card.
MOST_STRETCH = 4.0
#: Against a rate like 1.29999…, which is 1.30.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Orders as columns of one length: which cell of a card each lies in, and what it pays."""

    #: Place of the origin in `Origin`: 0 natural, 1 assisted, 2 hard-won.
    origin: NDArray[np.uint8]
    difficulty_band: NDArray[np.uint8]
    value_band: NDArray[np.uint8]
    #: In minor units.
    commission: NDArray[np.int64]
    #: The customer's period reaches the card's high value.
    qualifies: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What coefficients above 1 add to the commission pool; shares of the pool."""

    share: float
    #: What the floor alone, with every rate at 1, would add.
    floor_share: float


class OverBudget(ValueError):
    """The floor alone costs more than the budget; no rates can mend that."""

    def __init__(self, floor_share: float, budget: float) -> None:
        #: Of the commission pool, 0..1.
        self.floor_share = floor_share
        super().__init__(
            f"the floor alone costs {floor_share:.1%} of the pool; the budget is {budget:.1%}: "
            "raise the budget, or the amount of high_value"
        )


def paid(cells: Cells, card: RateCard) -> NDArray[np.float64]:
    """Give the coefficient of each order."""
    table = np.array([card.rates[origin] for origin in Origin])
    rates = table[cells.origin, cells.difficulty_band, cells.value_band]
    floors = np.where(cells.qualifies, card.high_value.weight, LEAST)
    capped: NDArray[np.float64] = np.minimum(np.maximum(rates, floors), card.cap)
    return capped


def cost(cells: Cells, card: RateCard) -> Cost:
    """Give what the card would have cost on these orders."""
    pool = int(cells.commission.sum())
    if pool == 0:
        return Cost(share=0.0, floor_share=0.0)
    floors = np.where(cells.qualifies, min(card.high_value.weight, card.cap) - LEAST, 0.0)
    return Cost(
        share=float((paid(cells, card) - LEAST) @ cells.commission) / pool,
        floor_share=float(floors @ cells.commission) / pool,
    )


def solve(cells: Cells, card: RateCard) -> RateCard:
    """Give the card with all rates drawn towards or away from 1 until it meets its budget.

    The shape stays: every rate keeps its distance from 1 in proportion, is cut at the cap and
    rounded down to a step, so that the result is monotone where the card was and never costs more
    than the budget. Raises OverBudget where the floor alone does.
    """
    now = cost(cells, card)
    if now.floor_share > card.budget:
        raise OverBudget(now.floor_share, card.budget)
    low, high = 0.0, MOST_STRETCH
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        within = cost(cells, stretched(card, middle)).share <= card.budget
        low, high = (middle, high) if within else (low, middle)
    return stretched(card, low)


def stretched(card: RateCard, by: float) -> RateCard:
    """Give the card with each rate's distance from 1 times `by`, cut and rounded down."""
    rates = {
        origin: tuple(tuple(_rate(rate, by, card.cap) for rate in row) for row in rows)
        for origin, rows in card.rates.items()
    }
    return replace(card, rates=rates)


def _rate(rate: float, by: float, cap: float) -> float:
    wished = min(cap, LEAST + (rate - LEAST) * by)
    return round(int(wished / STEP + _SLACK) * STEP, 2)
