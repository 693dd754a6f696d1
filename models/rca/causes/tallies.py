"""What each candidate's deals did: sums by day, before and since the onset, since the event.

A shift is first order on the logit scale: (converted less owed) / variance; its variance is
1 / variance. A difference in differences takes away what the others did and what was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.cohorts import Cohorts

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Inverse variances of priors of no shift: since the onset, and before it, when the leaves' own
#: history has been taken away and little can be left.
PRIOR, PRIOR_BEFORE = 1.0, 20.0
#: Breaks of the exposed are sought so many days around the onset.
NEAR_BEFORE, NEAR_AFTER = 10, 4
#: What fell before an event is sought so many days before it, at most.
EARLY_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """Candidates × days that deals entered on: exposed deals, won, gap, variance."""

    #: Days since the onset, ascending.
    days: Ints
    deals: Floats
    won: Floats
    gap: Floats
    variance: Floats
    #: 2 × days: gap and variance of all deals, exposed or not.
    whole: Floats

    def since(self, day: Ints) -> tuple[Floats, Floats]:
        """Sum gap and variance from each candidate's own day on; the rest lies before it."""
        late = self.days[None, :] >= day[:, None]
        return (self.gap * late).sum(axis=1), (self.variance * late).sum(axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """One row a candidate; NaN where nobody knows its deals."""

    #: Deals exposed before and since the onset.
    deals_before: Floats
    deals_after: Floats
    won_before: Floats
    won_after: Floats
    #: Since the onset: owed less converted, and its variance.
    shortfall: Floats
    variance: Floats
    #: Shift of the exposed since the onset, of the others, and its z.
    shift: Floats
    others_z: Floats
    #: Difference in differences on the logit scale (below 0: it fell), and its z.
    did: Floats
    did_z: Floats
    #: 1 where others are left unexposed since the onset: there `did` holds them against it.
    has_others: Floats
    #: Exposed deals since the event beside those before it.
    break_z: Floats
    #: Exposed deals between the event and the onset.
    between_z: Floats
    #: The steepest fall of the days just before the event, of the exposed deals and of the others:
    #: what fell already is not the event's doing.
    early_z: Floats
    others_early_z: Floats
    #: The others' deals since the event: where they had fallen and do no longer, it helped them.
    others_since_z: Floats
    #: The likeliest first day of the exposed deals' fall (days since the onset) and its nats.
    own_onset: Floats
    own_nats: Floats
    #: All deals since the onset: how many, owed less converted, variance.
    whole: tuple[float, float, float]


def exposed_rows(found: Sequence[Candidate], deals: int) -> Floats:
    """Give candidates × deals, 1 where exposed; a candidate that nobody knows of has none."""
    rows = np.zeros((len(found), deals))
    for place, one in enumerate(found):
        if one.members is not None:
            rows[place] = one.members
    return rows


def daily(rows: Floats, seen: Cohorts) -> Daily:
    """Sum each candidate's deals by day of entry."""
    days, code = np.unique(seen.day, return_inverse=True)
    sums = np.zeros((4, len(rows), len(days)))
    for place, row in enumerate(rows > 0):
        inside = np.flatnonzero(row)
        # Whoever touches all deals needs none picked out.
        chosen = slice(None) if len(inside) == len(row) else inside
        at = code[chosen]
        for kind, each in enumerate((None, seen.won, seen.gap, seen.variance)):
            weights = None if each is None else each[chosen]
            sums[kind, place] = np.bincount(at, weights, len(days))
    whole = np.stack(
        [np.bincount(code, one, len(days)) for one in (seen.gap, seen.variance)], dtype=np.float64
    )
    return Daily(days=days, deals=sums[0], won=sums[1], gap=sums[2], variance=sums[3], whole=whole)


def tallies(found: Sequence[Candidate], by_day: Daily, seen: Cohorts) -> Tallies:
    """Sum up what the exposed did."""
    after = seen.after
    all_since = np.array([after.sum(), seen.gap[after].sum(), seen.variance[after].sum()])
    all_before = np.array([seen.gap[~after].sum(), seen.variance[~after].sum()])
    zero = np.zeros(len(found), dtype=np.int64)
    gap, variance = by_day.since(zero)
    early = by_day.gap.sum(axis=1) - gap, by_day.variance.sum(axis=1) - variance
    shift, doubt = _shift(gap, variance)
    was, was_doubt = _shift(*early, PRIOR_BEFORE)
    others, others_doubt = _shift(all_since[1] - gap, all_since[2] - variance)
    were, were_doubt = _shift(all_before[0] - early[0], all_before[1] - early[1], PRIOR_BEFORE)
    others_z = others / np.sqrt(others_doubt)
    # Where nobody is left unexposed there is no difference to take but that in time.
    has_others = all_since[2] - variance > PRIOR
    did = shift - was - np.where(has_others, others - were, 0.0)
    did_doubt = doubt + was_doubt + np.where(has_others, others_doubt + were_doubt, 0.0)
    unknown = np.array([one.members is None for one in found])
    late = by_day.days >= 0
    breaks = _breaks(found, by_day)
    table = {
        "deals_before": by_day.deals[:, ~late].sum(axis=1),
        "deals_after": by_day.deals[:, late].sum(axis=1),
        "won_before": by_day.won[:, ~late].sum(axis=1),
        "won_after": by_day.won[:, late].sum(axis=1),
        "shortfall": -gap,
        "variance": variance,
        "shift": shift,
        "others_z": np.where(has_others, others_z, 0.0),
        "did": did,
        "did_z": did / np.sqrt(did_doubt),
        "has_others": has_others * 1.0,
        **breaks,
        **_around(found, by_day),
    }
    known = {name: np.where(unknown, np.nan, values) for name, values in table.items()}
    whole = (float(all_since[0]), float(-all_since[1]), float(all_since[2]))
    return Tallies(**known, whole=whole)


def _shift(gap: Floats, variance: Floats, prior: float = PRIOR) -> tuple[Floats, Floats]:
    doubt = 1 / (variance + prior)
    return gap * doubt, doubt


def _breaks(found: Sequence[Candidate], by_day: Daily) -> dict[str, Floats]:
    lead = np.array([one.lead for one in found], dtype=np.int64)
    gap, variance = by_day.since(-lead)
    total, total_variance = by_day.gap.sum(axis=1), by_day.variance.sum(axis=1)
    late, late_doubt = _shift(gap, variance)
    early, early_doubt = _shift(total - gap, total_variance - variance)
    onset_gap, onset_variance = by_day.since(np.zeros_like(lead))
    before = lead > 0
    between = np.where(before, gap - onset_gap, 0.0)
    between_variance = np.where(before, variance - onset_variance, 0.0)
    onset, nats = _own_onset(by_day)
    return {
        "break_z": (late - early) / np.sqrt(late_doubt + early_doubt),
        "between_z": between / np.sqrt(between_variance + PRIOR),
        "own_onset": onset,
        "own_nats": nats,
    }


def _around(found: Sequence[Candidate], by_day: Daily) -> dict[str, Floats]:
    """Give what fell just before each event, and what the others did since."""
    at = np.array([-one.lead for one in found], dtype=np.int64)
    own = by_day.gap, by_day.variance
    others = by_day.whole[0] - by_day.gap, by_day.whole[1] - by_day.variance
    since = by_day.days[None, :] >= at[:, None]
    gap, variance = ((one * since).sum(axis=1) for one in others)
    return {
        "early_z": _early(by_day.days, at, *own),
        "others_early_z": _early(by_day.days, at, *others),
        "others_since_z": gap / np.sqrt(variance + PRIOR),
    }


def _early(days: Ints, at: Ints, gap: Floats, variance: Floats) -> Floats:
    """Give the least z of the last 1, 2 … days before `at`; 0 where nothing fell."""
    found = np.zeros(len(at))
    for length in range(1, EARLY_DAYS + 1):
        inside = (days[None, :] >= at[:, None] - length) & (days[None, :] < at[:, None])
        fall = (gap * inside).sum(axis=1) / np.sqrt((variance * inside).sum(axis=1) + PRIOR)
        found = np.minimum(found, fall)
    return found


def _own_onset(by_day: Daily) -> tuple[Floats, Floats]:
    """Give the first day from which the exposed deals' fall is the likeliest, and its nats."""
    gap = np.cumsum(by_day.gap[:, ::-1], axis=1)[:, ::-1]
    variance = np.cumsum(by_day.variance[:, ::-1], axis=1)[:, ::-1]
    nats = np.where(gap < 0, gap**2 / (2 * (variance + PRIOR)), 0.0)
    near = (by_day.days >= -NEAR_BEFORE) & (by_day.days <= NEAR_AFTER)
    if not near.any():
        return np.zeros(len(gap)), np.zeros(len(gap))
    best = np.argmax(nats[:, near], axis=1)
    return by_day.days[near][best].astype(np.float64), nats[:, near].max(axis=1)
