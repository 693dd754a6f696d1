"""Which leads a model learns from, and which judge it.

With times: the oldest learn, the newest judge, and who was assigned within the embargo before the
first judge, or whose end was not known then, does neither. Without: a seeded split by customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.coefficient.leads import Leads

#: Share of the leads that judge.
JUDGES = 0.25
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Places of rows; `embargoed` is how many are in neither."""

    learn: NDArray[np.int64]
    judge: NDArray[np.int64]
    embargoed: int
    by_time: bool


def split(leads: Leads, *, embargo_days: float, seed: int) -> Split:
    """Give the split; by time where every lead has one, else by a seeded draw of customers."""
    if not leads.dated:
        return _drawn(leads, seed)
    order = np.argsort(leads.assigned_at, kind="stable")
    first = leads.assigned_at[order[int(leads.count * (1 - JUDGES))]]
    judge = np.flatnonzero(leads.assigned_at >= first)
    known = np.where(np.isnan(leads.known_at), leads.assigned_at, leads.known_at)
    old = leads.assigned_at < first - embargo_days * DAY_S
    learn = np.flatnonzero(old & (known < first))
    embargoed = leads.count - learn.size - judge.size
    return Split(learn=learn, judge=judge, embargoed=embargoed, by_time=True)


def folds(leads: Leads, *, count: int, seed: int) -> NDArray[np.int64]:
    """Give each row's fold; a customer's rows are all in one."""
    customers, place = np.unique(leads.customer, return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(customers.size) % count
    return np.asarray(drawn[place], dtype=np.int64)


def _drawn(leads: Leads, seed: int) -> Split:
    fold = folds(leads, count=round(1 / JUDGES), seed=seed)
    return Split(
        learn=np.flatnonzero(fold != 0),
        judge=np.flatnonzero(fold == 0),
        embargoed=0,
        by_time=False,
    )
