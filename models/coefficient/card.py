"""The rate card: what a coefficient is, by origin, difficulty and value. Sales ops own it.

A model says how difficult an order was and how large for a customer like this; what that is worth
stands here, published and versioned, so that a retrain cannot change a price.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from models.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Nothing pays less than the order's own commission, nothing more than one and a half of it.
LEAST, MOST = 1.0, 1.5
#: Rates are multiples of it: a card is read aloud.
STEP = 0.01


class Basis(StrEnum):
    """The figure that a high value is measured by."""

    MEAN = "mean"
    TRIMMED_MEAN = "trimmed_mean"
    MEDIAN = "median"
    QUANTILE = "quantile"


class Compare(StrEnum):
    """The two readings of 超均值200%; a card must choose one."""

    #: `amount` times the basis: 2.0 is twice the mean.
    AT_LEAST_MULTIPLE = "at_least_multiple"
    #: `amount` per cent above the basis: 200 is three times the mean.
    EXCEEDS_BY_PCT = "exceeds_by_pct"


Scope = Literal["company", "segment", "product"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HighValue:
    """The seed's floor: what a customer bought in a period, measured against the basis."""

    basis: Basis
    scope: Scope
    #: The basis is taken of customer-periods closed in so many days before the period began.
    window_days: int
    compare: Compare
    amount: float
    #: Coefficient of whatever qualifies.
    weight: float
    #: Trimmed off each end (trimmed mean), or the quantile itself; 0..1.
    fraction: float | None = None
    #: Splitting an order or bundling several changes nothing: only the sum of the period counts.
    aggregate_by: Literal["customer_period"] = "customer_period"
    #: Who knows the limit before the period begins cannot be surprised by it.
    frozen_at: Literal["period_start"] = "period_start"

    @property
    def multiple(self) -> float:
        """How many times the basis the value of a period must be."""
        if self.compare is Compare.AT_LEAST_MULTIPLE:
            return self.amount
        return 1 + self.amount / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """`rates[origin][difficulty band][value band]`; bands are numbered from 0, the easiest.

    Construct it through `card_file.read`, which says everything that is wrong at once, with lines.
    """

    id: str
    version: str
    #: Difficulty 0..1 and value quantile 0..1 at which the next band begins, ascending.
    difficulty_from: tuple[float, ...]
    value_from: tuple[float, ...]
    rates: Mapping[Origin, tuple[tuple[float, ...], ...]]
    high_value: HighValue
    cap: float = MOST
    #: Share of the commission pool that the card may cost; the solver keeps to it.
    budget: float = 0.08

    @property
    def floor(self) -> float:
        """What high value pays at least: nothing pays more than the cap."""
        return min(self.high_value.weight, self.cap)

    def difficulty_band(self, difficulty: float) -> int:
        """Give the band of a difficulty in 0..1."""
        return bisect_right(self.difficulty_from, difficulty)

    def value_band(self, quantile: float) -> int:
        """Give the band of a value quantile in 0..1."""
        return bisect_right(self.value_from, quantile)

    def rate(self, origin: Origin, difficulty_band: int, value_band: int) -> float:
        """Give the published rate. Raises IndexError for a band that the card does not have."""
        return self.rates[origin][difficulty_band][value_band]


def falls(rates: Mapping[Origin, Sequence[Sequence[float]]]) -> list[tuple[Origin, int, int]]:
    """Name the cells that pay less than their neighbour below along one of the three axes.

    A card without such cells is monotone: a harder origin, a higher difficulty or a higher value
    never pays less.
    """
    known = {
        (rank, row, column): rate
        for rank, origin in enumerate(Origin)
        for row, cells in enumerate(rates[origin])
        for column, rate in enumerate(cells)
    }
    steps = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    return [
        (list(Origin)[rank], row, column)
        for (rank, row, column), rate in known.items()
        if any(known.get((rank - a, row - b, column - c), 0.0) > rate for a, b, c in steps)
    ]
