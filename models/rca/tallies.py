"""What each candidate's deals did: sums before and since the onset, and since the event itself.

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

    from models.rca.candidates import Candidate
    from models.rca.cohorts import Cohorts

    Floats = NDArray[np.float64]

#: Inverse variances of priors of no shift: since the onset, and before it, when the leaves' own
#: history has been taken away and little can be left.
PRIOR, PRIOR_BEFORE = 1.0, 20.0
TINY = 1e-9


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
    #: Shift of the exposed since the onset.
    shift: Floats
    #: Difference in differences on the logit scale (below 0: it fell), and its z.
    did: Floats
    did_z: Floats
    #: Exposed deals since the event beside those before it.
    break_z: Floats
    #: All deals since the onset: how many, owed less converted, variance.
    whole: tuple[float, float, float]


def exposed_rows(found: Sequence[Candidate], deals: int) -> Floats:
    """Give candidates × deals, 1 where exposed; a candidate that nobody knows of has none."""
    rows = np.zeros((len(found), deals))
    for place, one in enumerate(found):
        if one.members is not None:
            rows[place] = one.members
    return rows


def tallies(found: Sequence[Candidate], rows: Floats, seen: Cohorts) -> Tallies:
    """Sum up; `rows` are those of `exposed_rows`."""
    after = seen.after.astype(np.float64)
    each = np.stack([np.ones_like(seen.gap), seen.won, seen.gap, seen.variance])
    since, before = rows @ (each * after).T, rows @ (each * (1 - after)).T
    all_since, all_before = (each * after).sum(axis=1), (each * (1 - after)).sum(axis=1)
    shift, doubt = _shift(since)
    terms = [
        _shift(before, PRIOR_BEFORE),
        _shift(all_since - since),
        _shift(all_before - before, PRIOR_BEFORE),
    ]
    # Where nobody is left unexposed there is no difference to take but that in time.
    has_others = (all_since - since)[:, 3] > PRIOR
    others = np.where(has_others, terms[1][0] - terms[2][0], 0.0)
    others_doubt = np.where(has_others, terms[1][1] + terms[2][1], 0.0)
    did = shift - terms[0][0] - others
    break_z = _break_z(found, rows, seen)
    unknown = np.array([one.members is None for one in found])

    def known(values: Floats) -> Floats:
        return np.where(unknown, np.nan, values)

    return Tallies(
        deals_before=known(before[:, 0]),
        deals_after=known(since[:, 0]),
        won_before=known(before[:, 1]),
        won_after=known(since[:, 1]),
        shortfall=known(-since[:, 2]),
        variance=known(since[:, 3]),
        shift=known(shift),
        did=known(did),
        did_z=known(did / np.sqrt(doubt + terms[0][1] + others_doubt)),
        break_z=known(break_z),
        whole=(float(all_since[0]), float(-all_since[2]), float(all_since[3])),
    )


def _shift(sums: Floats, prior: float = PRIOR) -> tuple[Floats, Floats]:
    doubt = 1 / (sums[:, 3] + prior)
    return sums[:, 2] * doubt, doubt


def _break_z(found: Sequence[Candidate], rows: Floats, seen: Cohorts) -> Floats:
    z = np.zeros(len(found))
    for place, one in enumerate(found):
        inside = np.flatnonzero(rows[place])
        since = seen.day[inside] >= -one.lead
        gap, variance = seen.gap[inside], seen.variance[inside]
        total, total_variance = gap.sum(), variance.sum()
        late, late_variance = gap[since].sum(), variance[since].sum()
        early, early_variance = total - late, total_variance - late_variance
        fall = late / (late_variance + PRIOR) - early / (early_variance + PRIOR)
        z[place] = fall / np.sqrt(1 / (late_variance + PRIOR) + 1 / (early_variance + PRIOR))
    return z
