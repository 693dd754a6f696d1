"""What each event explains from its own day on, alone, beside a rival, and with a remedy's help.

A fall that had begun before an event is not of its doing, however steeply its deals fell since.
And where a remedy came after the fall, those whom it missed fall most of all: beside the cause
that began it, what happened is "all of that one's deals, but those that the remedy reached".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.overlap_features import JOINT_RIDGE
from models.rca.causes.tallies import NEAR_AFTER, NEAR_BEFORE, PRIOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.cohorts import Cohorts

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

#: Nats that a remedy must bring, for it was chosen among the others.
CHOSEN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Sums of the deals that two candidates share, from each day on: days × candidates²."""

    days: Ints
    gap: Floats
    variance: Floats


def timed_features(
    found: Sequence[Candidate], exposed: Floats, seen: Cohorts, peers: Bools
) -> dict[str, Floats]:
    """Give the columns. `peers`: known events that nothing declared may have caused."""
    at = np.array([-one.lead for one in found], dtype=np.int64)
    shared = _shared(exposed, seen)
    if not shared.days.size:
        names = ("timed_nats_behind", "helped_nats_behind", "timed_pair_z")
        return dict.fromkeys(names, np.zeros(len(at)))
    allowed = _allowed(shared.days, at)
    own = np.einsum("dii->di", shared.gap), np.einsum("dii->di", shared.variance)
    nats = np.where(allowed, _nats(*own), 0.0)
    start = np.argmax(nats, axis=0)
    alone = nats.max(axis=0)
    is_event = np.array([one.item is not None and one.members is not None for one in found])
    helped = np.maximum(alone, _helped(shared, at, allowed, is_event) - CHOSEN)
    return {
        "timed_nats_behind": alone.max() - alone,
        "helped_nats_behind": helped.max() - helped,
        "timed_pair_z": _pair_z(shared, start, peers),
    }


def _shared(exposed: Floats, seen: Cohorts) -> Shared:
    near = np.flatnonzero(seen.day >= -NEAR_BEFORE)
    order = near[np.argsort(seen.day[near], kind="stable")]
    days, first = np.unique(seen.day[order], return_index=True)
    # Without a deal near the onset there is no day, and no end of one.
    ends = np.append(first[1:], len(order))[: len(first)]
    count = len(exposed)
    gap, variance = np.zeros((len(days), count, count)), np.zeros((len(days), count, count))
    rows = exposed[:, order]
    for place, (begin, end) in enumerate(zip(first, ends, strict=True)):
        one, chosen = rows[:, begin:end], order[begin:end]
        gap[place] = (one * seen.gap[chosen]) @ one.T
        variance[place] = (one * seen.variance[chosen]) @ one.T
    return Shared(days=days, gap=_since(gap), variance=_since(variance))


def _since(sums: Floats) -> Floats:
    return np.asarray(np.cumsum(sums[::-1], axis=0)[::-1], dtype=np.float64)


def _allowed(days: Ints, at: Ints) -> Bools:
    """Tell on which days what an event did may have begun: days × candidates."""
    last = np.maximum(at, NEAR_AFTER)
    return np.asarray((days[:, None] >= at[None, :]) & (days[:, None] <= last[None, :]))


def _nats(gap: Floats, variance: Floats) -> Floats:
    return np.where(gap < 0, gap**2 / (2 * (np.maximum(variance, 0.0) + PRIOR)), 0.0)


def _helped(shared: Shared, at: Ints, allowed: Bools, is_event: Bools) -> Floats:
    """Give the most nats of each candidate where some later event helped those that it lists not.

    Its deals count from a day before that event; from the event on, only those that both list.
    """
    count = len(at)
    place = np.minimum(np.searchsorted(shared.days, at), len(shared.days) - 1)
    other = np.arange(count)
    best = np.zeros(count)
    for one in range(count):
        own = shared.gap[:, one, one], shared.variance[:, one, one]
        later = [sums[place, one, other] for sums in (shared.gap, shared.variance)]
        gone = [mine[place] - both for mine, both in zip(own, later, strict=True)]
        nats = _nats(own[0][:, None] - gone[0][None, :], own[1][:, None] - gone[1][None, :])
        before = shared.days[:, None] < at[None, :]
        inside = allowed[:, one][:, None] & before & is_event[None, :]
        inside &= (at <= shared.days[-1])[None, :]
        best[one] = np.where(inside, nats, 0.0).max(initial=0.0)
    return best


def _pair_z(shared: Shared, start: Ints, peers: Bools) -> Floats:
    """Give the least z that is left of a candidate's fall beside any one rival's.

    Rivals are peers that came at their own time; of itself, where it has none.
    """
    count = len(start)
    one = np.arange(count)
    owed, own = shared.gap[start, one, one], shared.variance[start, one, one]
    both = np.maximum(start[:, None], start[None, :])
    cross = shared.variance[both, one[:, None], one[None, :]]
    left = owed[:, None] - cross / (own + JOINT_RIDGE)[None, :] * owed[None, :]
    room = own[:, None] - cross**2 / (own + JOINT_RIDGE)[None, :]
    z = left / np.sqrt(np.maximum(room, 0.0) + JOINT_RIDGE)
    rival = peers[None, :] & ~np.eye(count, dtype=np.bool_) & (room > JOINT_RIDGE)
    worst = np.where(rival, z, -np.inf).max(axis=1)
    alone = owed / np.sqrt(own + JOINT_RIDGE)
    return np.asarray(np.where(np.isinf(worst), alone, worst), dtype=np.float64)
