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
#: No lead counts for more than twenty.
_LEAST_WATCHED = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Places of rows; `embargoed` is how many are in neither."""

    learn: NDArray[np.int64]
    judge: NDArray[np.int64]
    embargoed: int
    by_time: bool
    #: What each that learns counts for.
    weight: NDArray[np.float64]


def split(leads: Leads, *, embargo_days: float, seed: int, weighed: bool = False) -> Split:
    """Give the split; by time where every lead has one, else by a seeded draw of customers.

    `weighed`: leads whose end came after the first judge are left out all the same, and those that
    ended by then count for them too (inverse probability of censoring).
    """
    if not leads.dated:
        return _drawn(leads, seed)
    order = np.argsort(leads.assigned_at, kind="stable")
    first = leads.assigned_at[order[int(leads.count * (1 - JUDGES))]]
    judge = np.flatnonzero(leads.assigned_at >= first)
    known = np.where(np.isnan(leads.known_at), leads.assigned_at, leads.known_at)
    old = leads.assigned_at < first - embargo_days * DAY_S
    learn = np.flatnonzero(old & (known < first))
    embargoed = leads.count - learn.size - judge.size
    weight = np.ones(learn.size)
    if weighed:
        early = np.flatnonzero(old)
        spans = np.minimum(known[early], first) - leads.assigned_at[early]
        uncensored = known[early] < first
        weight = 1 / not_censored(spans, uncensored)[uncensored]
    return Split(learn=learn, judge=judge, embargoed=embargoed, by_time=True, weight=weight)


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
        weight=np.ones(int((fold != 0).sum())),
    )


def not_censored(spans: NDArray[np.float64], ended: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give, for each span, the chance of being watched that long (Kaplan and Meier; above 0)."""
    moments, place = np.unique(spans, return_inverse=True)
    at_risk = spans.size - np.searchsorted(np.sort(spans), moments, "left")
    ends = np.bincount(place, weights=ended, minlength=moments.size)
    lost = np.bincount(place, weights=~ended, minlength=moments.size)
    # Whoever ends in a moment was watched through it: only the others are at risk of being lost.
    stays = 1 - lost / np.maximum(at_risk - ends, 1)
    before = np.concatenate([[1.0], np.cumprod(stays)[:-1]])
    return np.asarray(np.maximum(before[place], _LEAST_WATCHED), dtype=np.float64)
