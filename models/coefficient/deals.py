"""A deal: all that one customer ordered in one period. It has one coefficient.

A seller chooses how he writes an order down; he does not choose what a customer buys in a quarter.
With the deal as the unit, splitting an order and bundling several change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MONTHS = 12


class Deal(NamedTuple):
    """Key of a deal: the registered customer, and the period counted from year 0."""

    customer: str
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One order as entered; money in minor units."""

    id: str
    #: By the register of companies (tax number), not by what was typed.
    customer: str
    closed_at: datetime
    value: int
    commission: int
    #: When its lead was assigned: the deal's difficulty is that of its first lead.
    assigned_at: datetime


def deal_of(line: OrderLine, *, months: int = 3) -> Deal:
    """Give the deal that an order belongs to; `months` (a divisor of 12) make a period."""
    if MONTHS % months:
        raise ValueError(f"a period of {months} months does not divide a year")
    closed = line.closed_at
    return Deal(line.customer, closed.year * (MONTHS // months) + (closed.month - 1) // months)


def by_deal(lines: Iterable[OrderLine], *, months: int = 3) -> dict[Deal, tuple[OrderLine, ...]]:
    """Group orders into deals; in each the one whose lead was assigned first stands first."""
    groups: dict[Deal, list[OrderLine]] = {}
    for line in lines:
        groups.setdefault(deal_of(line, months=months), []).append(line)
    return {
        deal: tuple(sorted(some, key=lambda one: (one.assigned_at, one.id)))
        for deal, some in groups.items()
    }
