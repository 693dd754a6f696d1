"""What the daily counts of a candidate did, beside the days before and beside their season.

A count that rises every Monday, or with every month, rose on the day of the event because of the
day. So it is held against the same weekdays and the same days of the month as well.
"""

from __future__ import annotations

from calendar import monthrange
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


def stream_figures(one: Candidate, incident: Incident) -> tuple[float, float, float, float]:
    """Give four z of its counts; NaN without a stream, or where too little of it is known.

    From the event and from the onset on beside all days before; then the same two, each the least
    of that and of those beside the season (never above the first two).
    """
    if one.item is None or one.item.stream is None:
        return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN
    stream = one.item.stream
    at = (one.item.at - stream.first_day).days
    onset = (incident.onset.at - stream.first_day).days
    until = max(min(at, onset), 0)
    plain = _plain(stream, at, until), _plain(stream, onset, until)
    return *plain, _least(stream, at, until, plain[0]), _least(stream, onset, until, plain[1])


def _plain(stream: Stream, at: int, until: int) -> float:
    usual = np.array(stream.counts[:until])
    now = _window(stream, at)
    if usual.size < STREAM_DAYS or not now.size:
        return UNKNOWN
    z = (float(now.mean()) - float(usual.mean())) / np.sqrt(_spread(usual) / now.size)
    return float(np.clip(z, -MOST_Z, MOST_Z))


def _window(stream: Stream, at: int) -> Floats:
    return np.array(stream.counts[max(at, 0) : max(at, 0) + STREAM_DAYS])


def _spread(usual: Floats) -> float:
    """Give the variance of a day; counts scatter by their root at least, as drawn by chance."""
    return max(float(usual.var()), float(usual.mean()), 0.25)


def _least(stream: Stream, at: int, until: int, plain: float) -> float:
    """Give the least of the plain z and of those beside the same weekdays and days of months."""
    if np.isnan(plain):
        return UNKNOWN
    now, at = _window(stream, at), max(at, 0)
    found = [plain]
    weeks = [at - WEEK * back for back in range(1, MOST_WEEKS + 1)]
    for starts, least in ((weeks, LEAST_WEEKS), (_months(stream.first_day, at), 1)):
        kept = [one for one in starts if one >= 0 and one + now.size <= until]
        if len(kept) >= least:
            mates = np.array([stream.counts[one : one + now.size] for one in kept])
            doubt = _spread(mates) * (1 / now.size + 1 / mates.size)
            found.append(float((now.mean() - mates.mean()) / np.sqrt(doubt)))
    return float(np.clip(min(found), -MOST_Z, MOST_Z))


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
