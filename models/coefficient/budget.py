"""What a card costs on history, and the card that keeps to its budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.card import LEAST, STEP
from models.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.coefficient.card import RateCard

    Rows = tuple[tuple[float, ...], ...]

#: Halvings of the interval in which the solver looks; finer than one step of a rate.
HALVINGS = 24
#: Lifting a rate by more than this many times its distance from 1 would be another card.
MOST_STRETCH = 4.0
#: Against a rate like 1.29999…, which is 1.30.
_SLACK = 1e-9
_HARDEST = list(Origin).index(Origin.HARD_WON)


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
    """Give the card with its rates drawn towards or away from 1 until it meets its budget.

    Too dear a card loses what natural orders are paid first, then assisted ones, hard-won ones
    last: that leaves more fairness for the same money than drawing all alike (docs/coefficient.md).
    Within an origin the shape stays: every rate keeps its distance from 1 in proportion, is cut at
    the cap and rounded down to a step, so that the result is monotone where the card was and never
    costs more than the budget. Raises OverBudget where the floor alone does.
    """
    now = cost(cells, card)
    if now.floor_share > card.budget:
        raise OverBudget(now.floor_share, card.budget)
    return _last(card, lambda one: cost(cells, one).share <= card.budget)


def hard_won_ratio(cells: Cells, card: RateCard) -> float | None:
    """Give the mean coefficient of hard-won orders over that of all others; None without either."""
    coefficients = paid(cells, card)
    hard = cells.origin == _HARDEST
    if hard.all() or not hard.any():
        return None
    return float(coefficients[hard].mean() / coefficients[~hard].mean())


def budget_for(cells: Cells, card: RateCard, ratio: float) -> float | None:
    """Give the budget that pays hard-won orders `ratio` times as much as others.

    None where no stretch of this card does.
    """

    def short(one: RateCard) -> bool:
        found = hard_won_ratio(cells, one)
        return found is None or found < ratio

    if short(drawn(card, 1.0)):
        return None
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if short(drawn(card, middle)) else (low, middle)
    return cost(cells, drawn(card, high)).share


def _last(card: RateCard, within: Callable[[RateCard], bool]) -> RateCard:
    low, high = 0.0, len(Origin) - 1 + MOST_STRETCH
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if within(drawn(card, middle)) else (low, middle)
    return drawn(card, low)


def drawn(card: RateCard, by: float) -> RateCard:
    """Give the card with its origins' rates opened one after the other, the hardest first.

    0: every rate is 1; 1: hard-won ones are as they were; 3: all are; beyond: all are lifted.
    """
    hardest, lifted = len(Origin) - 1, max(1.0, by - len(Origin) + 1)
    # An easier origin never keeps more of its rates than a harder one: the card stays monotone.
    shares = [max(0.0, min(1.0, by - hardest + rank)) for rank in range(len(Origin))]
    rates = {
        origin: _stretched(card.rates[origin], share * lifted, card.cap)
        for origin, share in zip(Origin, shares, strict=True)
    }
    return replace(card, rates=rates)


def stretched(card: RateCard, by: float) -> RateCard:
    """Give the card with each rate's distance from 1 times `by`, cut and rounded down."""
    rates = {origin: _stretched(rows, by, card.cap) for origin, rows in card.rates.items()}
    return replace(card, rates=rates)


def _stretched(rows: Rows, by: float, cap: float) -> Rows:
    return tuple(tuple(_rate(rate, by, cap) for rate in row) for row in rows)


def _rate(rate: float, by: float, cap: float) -> float:
    wished = min(cap, LEAST + (rate - LEAST) * by)
    return round(int(wished / STEP + _SLACK) * STEP, 2)
