"""Deals before and since the onset as a table of leaves, young deals counting as part of one.

A deal that entered yesterday has not had its time: it counts as the share of conversions that
come by its age, so that nobody waits for cohorts to mature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.case import FunnelCase
from models.rca.causes.leaf_codes import leaf_codes

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from models.rca.causes.incident import Deals

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

#: By then so much of what converts has converted; later conversions are not looked at.
HORIZON_SHARE = 0.95
MOST_HORIZON = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One row a deal."""

    #: Days to convert in.
    horizon: int
    #: How much of a deal it counts as, in (0, 1].
    part: Floats
    #: Converted within the horizon.
    won: Bools
    since: Bools


def window(deals: Deals, onset: date, seen_until: date) -> Window:
    """Weigh deals; those before the onset are seen as they were on the day before it."""
    first, last = onset.toordinal(), seen_until.toordinal()
    since = deals.entered >= first
    end = np.where(since, last, first - 1)
    age = end - deals.entered
    delay = np.where(
        (deals.converted >= 0) & (deals.converted <= end), deals.converted - deals.entered, -1
    )
    curve = _curve(delay[~since], age[~since])
    horizon = len(curve) - 1
    return Window(
        horizon=horizon,
        part=curve[np.minimum(age, horizon)],
        won=np.asarray((delay >= 0) & (delay <= horizon)),
        since=np.asarray(since),
    )


def _curve(delay: Ints, age: Ints) -> Floats:
    """Give the share of conversions within 0, 1 … days; 1 at the horizon."""
    old = (age >= MOST_HORIZON) & (delay >= 0)
    delays = delay[old] if old.any() else delay[delay >= 0]
    if not delays.size:
        return np.ones(1)
    horizon = int(min(np.quantile(delays, HORIZON_SHARE, method="higher"), MOST_HORIZON))
    counts = np.bincount(np.minimum(delays, horizon + 1), minlength=horizon + 2)[: horizon + 1]
    # As if one more had come on each of the days: no age is impossible.
    total = np.cumsum(counts + 1.0 / (horizon + 1))
    return np.asarray(total / total[-1], dtype=np.float64)


def case_of(deals: Deals, seen: Window) -> FunnelCase | None:
    """Give the table of leaves; None where no deal entered on one side of the onset."""
    if not seen.since.any() or seen.since.all() or not deals.dimensions:
        return None
    first, place = leaf_codes(deals.codes, [len(one) for one in deals.values])
    sums: dict[tuple[str, bool], Floats] = {
        (name, side): np.asarray(
            np.bincount(place, weights * (seen.since == side), len(first)),
            dtype=np.float64,
        )
        for name, weights in (("n", seen.part), ("k", seen.won * 1.0))
        for side in (False, True)
    }
    return FunnelCase(
        dimensions=deals.dimensions,
        values=deals.values,
        codes=deals.codes[first],
        # A leaf of young deals that all converted soon would hold more than it has.
        entered_before=np.maximum(sums["n", False], sums["k", False]),
        converted_before=sums["k", False],
        entered=np.maximum(sums["n", True], sums["k", True]),
        converted=sums["k", True],
    )
