"""Deals against what history owed at their age: before and since the fall, of any set of deals.

1. how soon deals convert, from those that entered before the fall; 2. what each leaf was expected
to convert within the horizon, by the same model as the localiser's; 3. what a deal of its age owes
by the last day. A deal that entered yesterday owes little, so nobody waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.baseline import baseline, expit
from models.rca.causes.leaf_codes import leaf_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.incident import Deals, Incident

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

#: By then this share of what converts has converted; later conversions are not looked at.
HORIZON_SHARE = 0.9
MOST_HORIZON = 60
#: Rates nearer to 0 or 1 than this say nothing of odds.
LEAST_RATE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """One row a deal."""

    #: Days since the onset; below 0: before it.
    day: Ints
    #: Days to convert in, from 1.
    horizon: int
    #: Converted within the horizon, 0 or 1, less what was owed.
    gap: Floats
    #: What was owed, and its binomial variance.
    owed: Floats
    variance: Floats
    won: Floats
    #: Converted by the last day, though it took longer than the horizon.
    came: Bools
    #: Days from entry to conversion beyond what is usual of deals that convert by that age, and
    #: the variance of that; 0 where it did not come. Young deals that came did so early.
    later: Floats
    later_variance: Floats

    @property
    def after(self) -> Bools:
        return np.asarray(self.day >= 0)


def cohorts(incident: Incident) -> Cohorts:
    """Give the cohorts of an incident; there is a deal before the onset."""
    deals = incident.deals
    onset, end = incident.onset.at.toordinal(), incident.seen_until.toordinal()
    day = deals.entered - onset
    before = day < 0
    age = end - deals.entered
    delay = np.where(deals.converted >= 0, deals.converted - deals.entered, -1)
    curve = _curve(delay[before], age[before])
    horizon = len(curve) - 1
    seen = np.minimum(age, horizon)
    won = ((delay >= 0) & (delay <= horizon)).astype(np.float64)
    rate = _rates(deals, before, won, curve[seen])
    whole = _curve(delay[before], age[before], share=1.0)
    mean, spread = _delays(whole)
    came, by_age = delay >= 0, np.minimum(age, len(whole) - 1)
    owed = np.clip(rate * curve[seen], LEAST_RATE, 1 - LEAST_RATE)
    return Cohorts(
        day=day,
        horizon=horizon,
        gap=won - owed,
        owed=owed,
        variance=owed * (1 - owed),
        won=won,
        came=came,
        later=np.where(came, delay - mean[by_age], 0.0),
        later_variance=np.where(came, spread[by_age], 0.0),
    )


def _curve(delay: Ints, age: Ints, share: float = HORIZON_SHARE) -> Floats:
    """Give the share of conversions within 0, 1 … days; the last is 1, at the horizon.

    `share` of the conversions, 0..1, have come by the horizon.
    """
    # Those that have had their time; where none have, all that there are.
    old = age >= MOST_HORIZON
    delays = delay[old & (delay >= 0)] if (old & (delay >= 0)).any() else delay[delay >= 0]
    if not delays.size:
        return np.ones(1)
    horizon = int(min(np.quantile(delays, share, method="higher"), MOST_HORIZON))
    counts = np.bincount(np.minimum(delays, horizon + 1), minlength=horizon + 2)[: horizon + 1]
    # As if one conversion more had come on each of the days: no day is impossible.
    total = np.cumsum(counts + 1.0 / (horizon + 1))
    return np.asarray(total / total[-1], dtype=np.float64)


def _delays(curve: Floats) -> tuple[Floats, Floats]:
    """Give mean and variance of the days to convert, of those who do by an age of 0, 1 … days."""
    days = np.arange(len(curve))
    each = np.diff(curve, prepend=0.0)
    mean = np.cumsum(days * each) / curve
    square = np.cumsum(days**2 * each) / curve
    return mean, np.maximum(square - mean**2, 0.0)


def _rates(deals: Deals, before: Bools, won: Floats, part: Floats) -> Floats:
    """Give the rate within the horizon that each deal's leaf had before the onset."""
    sizes = tuple(len(values) for values in deals.values)
    if not sizes:
        return np.full(len(before), won[before].sum() / max(part[before].sum(), 1.0))
    first, leaf = leaf_codes(deals.codes, sizes)
    count = len(first)
    # A deal that is young counts as so much of one.
    entered = np.bincount(leaf[before], part[before], count).astype(np.float64)
    converted = np.minimum(np.bincount(leaf[before], won[before], count), entered)
    logit = baseline(deals.codes[first], sizes, entered, converted)
    return np.asarray(expit(logit)[leaf], dtype=np.float64)
