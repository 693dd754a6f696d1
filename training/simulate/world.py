"""A sales world with known truth: leads, what was done for them, what came of it, what was seen.

The truth (how much of a win was the seller's work) is kept apart from the records that the service
would have. Assumptions are ours; no public data set holds this truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

#: First system-recorded touches and how they move the log-odds of winning: a referral is easiest.
CHANNELS = {"walk_in": 0.9, "referral": 1.7, "web": 0.1, "event": -0.3, "cold": -1.6}
_CHANNEL_SHARES = (0.25, 0.1, 0.3, 0.1, 0.25)
SEGMENTS, REPS = 5, 60
#: Share of customers who have bought before.
RETURNING = 0.25
#: A year, and the length of the periods that customers' values are summed over.
DAYS, PERIOD_DAYS = 360, 90
COMMISSION = 0.05
#: How many answered contacts a targeted customer gives, in the mean.
ANSWERS = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """One row a lead, as systems recorded it at assignment; columns of one length."""

    #: Place in `CHANNELS` of the first touch that a system recorded.
    channel: NDArray[np.int64]
    segment: NDArray[np.int64]
    #: Size band 0..4 from the register of companies.
    size: NDArray[np.int64]
    returning: NDArray[np.bool_]
    #: List price of the product line, standardised logarithm.
    price: NDArray[np.float64]
    rep: NDArray[np.int64]
    customer: NDArray[np.int64]
    #: Day of assignment, from 0.
    day: NDArray[np.int64]

    @property
    def count(self) -> int:
        return int(self.day.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What nobody in the world can see."""

    #: P(win) with ordinary handling, and with what was really done.
    p_natural: NDArray[np.float64]
    p_done: NDArray[np.float64]
    targeted: NDArray[np.bool_]

    @property
    def share(self) -> NDArray[np.float64]:
        """The part of a win that would not have been without the seller's work, 0..1."""
        return 1 - self.p_natural / self.p_done


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    leads: Leads
    truth: Truth
    won: NDArray[np.bool_]
    #: Minor units; of won leads, else 0.
    value: NDArray[np.int64]
    #: Day of closing.
    closed: NDArray[np.int64]
    #: Customer-days with an answered contact before the customer came by himself.
    answered_days: NDArray[np.int64]
    #: The same after he came; these only assist.
    answered_later: NDArray[np.int64]
    #: He came by himself: walked in, wrote, called.
    inbound: NDArray[np.bool_]

    @property
    def commission(self) -> NDArray[np.int64]:
        """In minor units, of won leads."""
        paid: NDArray[np.int64] = np.rint(self.value * COMMISSION).astype(np.int64)
        return paid

    @property
    def period(self) -> NDArray[np.int64]:
        return self.closed // PERIOD_DAYS


def world(seed: int, *, leads: int = 20_000) -> World:
    """Make a world; the same seed gives the same one."""
    rng = np.random.default_rng(seed)
    drawn = _leads(rng, leads)
    truth = _truth(rng, drawn)
    won = rng.random(leads) < truth.p_done
    closed = drawn.day + rng.integers(5, 60, leads)
    days, later, inbound = _seen(rng, drawn, truth)
    return World(
        leads=drawn,
        truth=truth,
        won=won,
        value=np.where(won, _values(rng, drawn), 0),
        closed=closed,
        answered_days=days,
        answered_later=later,
        inbound=inbound,
    )


def _leads(rng: Generator, count: int) -> Leads:
    channel = rng.choice(len(CHANNELS), count, p=_CHANNEL_SHARES)
    return Leads(
        channel=channel,
        segment=rng.integers(0, SEGMENTS, count),
        size=rng.choice(5, count, p=(0.35, 0.3, 0.2, 0.1, 0.05)),
        returning=rng.random(count) < RETURNING,
        price=rng.normal(size=count),
        rep=rng.integers(0, REPS, count),
        # Some customers buy more than once in a period.
        customer=rng.integers(0, int(count * 0.8), count),
        day=np.sort(rng.integers(0, DAYS, count)),
    )


def _truth(rng: Generator, leads: Leads) -> Truth:
    by_channel = np.array(list(CHANNELS.values()))[leads.channel]
    odds = (
        -1.2
        + by_channel
        + 0.15 * (leads.segment - 2)
        - 0.35 * leads.size
        + 0.8 * leads.returning
        - 0.3 * leads.price
        + 0.3 * rng.normal(size=leads.count)
    )
    natural = 1 / (1 + np.exp(-odds))
    # Sellers work on what would not come by itself, each in his own measure.
    zeal = rng.normal(size=REPS)[leads.rep]
    targeted = rng.random(leads.count) < 1 / (1 + np.exp(3.2 + 0.8 * odds - 0.5 * zeal))
    effect = np.where(targeted, rng.beta(3, 5, leads.count), 0.0)
    return Truth(p_natural=natural, p_done=1 - (1 - natural) * (1 - effect), targeted=targeted)


def _values(rng: Generator, leads: Leads) -> NDArray[np.int64]:
    """Heavy-tailed, by size, segment and price; nearly unrelated to the work."""
    location = 11.5 + 0.45 * leads.size + 0.2 * leads.segment + 0.35 * leads.price
    spread = 0.6 + 0.08 * leads.size
    return np.rint(np.exp(location + spread * rng.normal(size=leads.count))).astype(np.int64)


def _seen(
    rng: Generator, leads: Leads, truth: Truth
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Give what systems saw: answers before and after the customer came, and whether he came."""
    came = rng.random(leads.count) < np.where(truth.targeted, 0.25, 0.9)
    answers = rng.poisson(np.where(truth.targeted, ANSWERS, 0.15))
    # Of a targeted customer who came as well, most answers are from before.
    before = np.where(truth.targeted, rng.binomial(answers, np.where(came, 0.6, 1.0)), 0)
    return before, answers - before, came
