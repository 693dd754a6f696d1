"""Which deals reach the card's high value: measured by what closed before their period began.

The limit of a period is known on its first day and does not move: nobody is surprised by it, and
no order of the period itself changes what another one is paid.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.deals import MONTHS
from models.coefficient.high_value import FEWEST, basis_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.coefficient.card import HighValue
    from models.coefficient.deals import Deal, OrderLine

_PERIOD_MONTHS = 3


class ScopeUnknown(ValueError):
    """A card that measures by segment or product, which orders do not name."""


def qualifying(
    deals: Mapping[Deal, tuple[OrderLine, ...]],
    rule: HighValue,
    limits: Mapping[int, float] | None = None,
) -> Mapping[Deal, bool]:
    """Say of each deal whether its value reaches the limit of its period. Raises ScopeUnknown.

    The limits are measured by the deals themselves where none are given.
    """
    known = limits_of(deals, rule) if limits is None else limits
    return {
        deal: sum(line.value for line in lines) >= known[deal.period]
        for deal, lines in deals.items()
    }


def limit_by(sums: Sequence[int], rule: HighValue) -> float:
    """Give the limit of a period by the sums of the deals before it.

    Infinite for too few, and where the basis is 0, which every deal would reach.
    """
    if rule.scope != "company":
        raise ScopeUnknown(f"the card measures by {rule.scope}; the orders name none")
    if len(sums) < FEWEST:
        return float("inf")
    return basis_of(np.array(sums, dtype=np.int64), rule) * rule.multiple or float("inf")


def limits_of(deals: Mapping[Deal, tuple[OrderLine, ...]], rule: HighValue) -> Mapping[int, float]:
    """Give the limit of each period in minor units; infinite where too few deals lie before it."""
    if rule.scope != "company":
        raise ScopeUnknown(f"the card measures by {rule.scope}; the orders name none")
    ended: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for deal, lines in deals.items():
        last = max(line.closed_at for line in lines)
        ended[deal.period].append((last, sum(line.value for line in lines)))
    return {period: _limit(period, ended, rule) for period in ended}


def _limit(period: int, ended: Mapping[int, list[tuple[datetime, int]]], rule: HighValue) -> float:
    start = period_start(period)
    since = start - timedelta(days=rule.window_days)
    sums = [
        value
        for earlier, some in ended.items()
        if earlier < period
        for last, value in some
        if last >= since
    ]
    return limit_by(sums, rule)


def period_start(period: int) -> datetime:
    """Give the first moment (UTC) of a deal's period."""
    a_year = MONTHS // _PERIOD_MONTHS
    return datetime(period // a_year, period % a_year * _PERIOD_MONTHS + 1, 1, tzinfo=UTC)
