"""The figures that every row of the ranking shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from models.rca.causes.candidates import Candidate
    from models.rca.causes.tallies import Tallies

Z95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a candidate's deals did. None where nobody knows which they are."""

    deals_after: int | None
    #: Shares of deals converted within the horizon, 0..1: before the onset as counted; since it,
    #: the former times what came over what was due, so that young deals do not look lost.
    rate_before: float | None
    rate_after: float | None
    #: Conversions since the onset: due by the last day at the deals' age, and come.
    due: float | None
    converted: int | None
    #: Deals short since the onset, with a 95 % interval.
    shortfall: float | None
    interval: tuple[float, float] | None
    #: Difference in differences, z; below 0: they fell more than the others.
    did_z: float | None
    #: Deals enough since the onset are not its own: `did_z` holds them against it.
    has_others: bool
    #: Days from the event to the onset; below 0: it came after.
    lead: int


def figures(one: Candidate, told: Tallies, place: int) -> Figures:
    """Give what a row of the table shows."""
    if one.members is None:
        return Figures(
            deals_after=None,
            rate_before=None,
            rate_after=None,
            due=None,
            converted=None,
            shortfall=None,
            interval=None,
            did_z=None,
            has_others=False,
            lead=one.lead,
        )
    short, won = float(told.shortfall[place]), float(told.won_after[place])
    due = short + won
    half = Z95 * float(np.sqrt(told.variance[place]))
    deals = float(told.deals_before[place])
    before = float(told.won_before[place]) / deals if deals else None
    return Figures(
        deals_after=int(told.deals_after[place]),
        rate_before=before,
        # Of few deals that converted early more came than was due: no more than all of them did.
        rate_after=None if before is None or due <= 0 else min(before * won / due, 1.0),
        due=due,
        converted=int(won),
        shortfall=short,
        interval=(short - half, short + half),
        did_z=float(told.did_z[place]),
        has_others=bool(told.has_others[place]),
        lead=one.lead,
    )
