"""What the daily counts of a candidate did, beside the days before and beside their season.

A count that rises every Monday, or with every month, rose on the day of the event because of the
day. So it is held against the same weekdays and the same days of the month as well.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.evidence import Stream
    from models.rca.causes.incident import Incident

    Floats = NDArray[np.float64]

#: A stream is looked at for so many days from the event, and from the onset.
STREAM_DAYS = 3
MOST_Z = 50.0
WEEK = 7
#: Fewer weeks show no habit; of months one does, for a house rarely has logs of many.
LEAST_WEEKS, MOST_WEEKS, MOST_MONTHS = 3, 8, 6
#: Days of a month are counted from its end from this one on: months differ in length.
FROM_END = 16
UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFigures:
    """All NaN without a stream, or where too little of it is known."""

    #: z of the counts from the event, and from the onset on, beside all days before.
    plain: float = UNKNOWN
    plain_after: float = UNKNOWN
    #: The least of these and of those beside the season: never above them.
    season: float = UNKNOWN
    season_after: float = UNKNOWN
    #: Nats: logarithm of the counts from the event on beside the usual, or the season's if more.
    rise: float = UNKNOWN


def stream_figures(one: Candidate, incident: Incident) -> StreamFigures:
    """Give what the counts of a candidate did."""
    if one.item is None or one.item.stream is None:
        return StreamFigures()
    stream = one.item.stream
    at = (one.item.at - stream.first_day).days
    onset = (incident.onset.at - stream.first_day).days
    until = max(min(at, onset), 0)
    plain, season, rise = _beside(stream, at, until)
    plain_after, season_after, _ = _beside(stream, onset, until)
    return StreamFigures(
        plain=plain, plain_after=plain_after, season=season, season_after=season_after, rise=rise
    )


def _beside(stream: Stream, at: int, until: int) -> tuple[float, float, float]:
    """Give the z beside all days before, the least beside any usual, and the least rise."""
    usual, at = np.array(stream.counts[:until]), max(at, 0)
    now = np.array(stream.counts[at : at + STREAM_DAYS])
    if usual.size < STREAM_DAYS or not now.size:
        return UNKNOWN, UNKNOWN, UNKNOWN
    plain = (now.mean() - usual.mean()) / np.sqrt(_spread(usual) / now.size)
    found, most = [plain], usual.mean()
    weeks = [at - WEEK * back for back in range(1, MOST_WEEKS + 1)]
    for starts, least in ((weeks, LEAST_WEEKS), (_months(stream.first_day, at), 1)):
        kept = [one for one in starts if one >= 0 and one + now.size <= until]
        if len(kept) >= least:
            mates = np.array([stream.counts[one : one + now.size] for one in kept])
            doubt = _spread(mates) * (1 / now.size + 1 / mates.size)
            found.append((now.mean() - mates.mean()) / np.sqrt(doubt))
            most = max(most, mates.mean())
    # As if one more had been counted over the days: nothing of nothing is no rise.
    rise = np.log((now.sum() + 1) / (most * now.size + 1))
    ends = np.clip([plain, min(found)], -MOST_Z, MOST_Z)
    return float(ends[0]), float(ends[1]), float(rise)


def _spread(usual: Floats) -> float:
    """Give the variance of a day; counts scatter by their root at least, as drawn by chance."""
    return max(float(usual.var()), float(usual.mean()), 0.25)


def _months(first_day: date, at: int) -> list[int]:
    """Give the places of the same day in the months before, from the month's end for late days."""
    day = first_day + timedelta(days=at)
    left = monthrange(day.year, day.month)[1] - day.day
    found = []
    month = day
    for _ in range(MOST_MONTHS):
        month = month.replace(day=1) - timedelta(days=1)
        place = month.day - left if day.day >= FROM_END else day.day
        found.append((month.replace(day=max(place, 1)) - first_day).days)
    return found
