"""The seed's rule of high value on history: its basis, who qualifies, what each reading costs.

Values are sums of a customer's period in minor units. Of heavy tails a mean is a bad ruler (on real
orders it was 29 times the median); the card names its basis, and both readings of 超均值200% are
shown with their cost before one is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.card import Basis, Compare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.card import HighValue

#: Below so many customer-periods no basis is taken: it would change with every order.
FEWEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Closed orders as columns of one length; money in minor units."""

    value: NDArray[np.int64]
    commission: NDArray[np.int64]
    #: A number for each customer and period, from 0: orders with the same one are summed.
    customer_period: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Raise ValueError for columns of different lengths or a negative number."""
        columns = (self.value, self.commission, self.customer_period)
        if len({column.shape for column in columns}) != 1 or self.value.ndim != 1:
            raise ValueError(f"columns differ in length: {[column.shape for column in columns]}")
        if any(column.size and column.min() < 0 for column in columns):
            raise ValueError("value, commission and customer_period must not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one reading of the rule would have done to the orders."""

    rule: HighValue
    #: In minor units; a period at or above it qualifies.
    limit: float
    #: Of all orders, 0..1.
    orders_share: float
    #: What the weight adds to the commission pool, as a share of it.
    pool_cost: float
    #: Orders that would qualify only if a customer's orders were bundled into one, as a share of
    #: all orders. The rule is applied to sums, so that bundling gains nothing; a rule of single
    #: orders would be exposed by so much.
    bundling_exposure: float


def basis_of(sums: NDArray[np.int64], rule: HighValue) -> float:
    """Give the basis of customer-period sums; raises ValueError below `FEWEST` of them."""
    if sums.size < FEWEST:
        raise ValueError(f"{sums.size} customer-periods; a basis needs {FEWEST} or more")
    if rule.basis is Basis.MEAN:
        return float(np.mean(sums))
    if rule.basis is Basis.MEDIAN:
        return float(np.median(sums))
    if rule.fraction is None:
        raise ValueError(f"basis {rule.basis} needs a fraction")
    if rule.basis is Basis.QUANTILE:
        return float(np.quantile(sums, rule.fraction))
    cut = int(sums.size * rule.fraction)
    return float(np.mean(np.sort(sums)[cut : sums.size - cut]))


def sums_of(orders: Orders) -> NDArray[np.int64]:
    """Give the value of each customer-period, indexed by its number; exact."""
    sums = np.zeros(int(orders.customer_period.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(sums, orders.customer_period, orders.value)
    return sums


def qualifies(orders: Orders, sums: NDArray[np.int64], limit: float) -> NDArray[np.bool_]:
    """Say of each order whether the sum of its customer's period (`sums_of`) reaches the limit.

    A limit of 0 is reached by nobody: half of the sums or more are 0, and no value is high.
    """
    return ((sums >= limit) & (limit > 0))[orders.customer_period]


def preview(orders: Orders, rule: HighValue, history: NDArray[np.int64]) -> tuple[Reading, ...]:
    """Give the rule as it stands and, of an excess in per cent, its other reading as well.

    `history`: the customer-period sums that the basis is taken of. 超均值200% reads as three times
    the mean (exceeds by 200 %) or as twice (200 % of it); both are shown.
    """
    basis = basis_of(history, rule)
    rules = (rule, _other(rule))
    sums = sums_of(orders)
    return tuple(_reading(orders, sums, one, basis * one.multiple) for one in rules)


def _other(rule: HighValue) -> HighValue:
    """The same number read the other way."""
    if rule.compare is Compare.EXCEEDS_BY_PCT:
        return replace(rule, compare=Compare.AT_LEAST_MULTIPLE, amount=rule.amount / 100)
    return replace(rule, compare=Compare.EXCEEDS_BY_PCT, amount=rule.amount * 100)


def _reading(orders: Orders, sums: NDArray[np.int64], rule: HighValue, limit: float) -> Reading:
    reached = qualifies(orders, sums, limit)
    pool = int(orders.commission.sum())
    extra = (rule.weight - 1) * float(orders.commission[reached].sum())
    count = max(1, reached.size)
    return Reading(
        rule=rule,
        limit=limit,
        orders_share=float(reached.sum()) / count,
        pool_cost=extra / pool if pool else 0.0,
        bundling_exposure=float((reached & (orders.value < limit)).sum()) / count,
    )
