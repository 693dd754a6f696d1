"""Daily counts of an event as a system logs them: a rise with the event, or only with its season.

A bystander's count may rise on its day because it does every Monday, or with every month; a real
event's may have such a habit as well.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.evidence import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.rca.events import Event

    Floats = NDArray[np.float64]

STREAM_BEFORE = 28
#: Items with a stream of counts; what it rises to, in times of the usual, for real and idle events.
WITH_STREAM = 0.6
LOUD, SYMPTOM_LOUD, IDLE = (1.5, 4.0), (3.0, 9.0), (0.8, 2.5)
#: Days of history of a count with a season, and what it rises to in it.
SEASON_BEFORE, SEASON_RISE = (42, 120), (2.0, 6.0)
#: Weeks rather than months; the season's peak falls on the event's day, of bystanders and others.
WEEKLY, BYSTANDER_PEAK, PEAK = 0.6, 0.7, 0.3
#: A month's start lasts so many days.
MONTH_DAYS = 3


def stream(event: Event, at: date, seen_until: int, draw: np.random.Generator) -> Stream | None:
    """Draw counts without a season; None: nobody counted it."""
    if draw.random() > WITH_STREAM:
        return None
    first = at - timedelta(days=STREAM_BEFORE)
    days = seen_until - first.toordinal() + 1
    usual = float(np.exp(draw.uniform(0.0, 4.0)))
    rise = _rise(event, draw)
    level = np.full(days, usual)
    level[STREAM_BEFORE : STREAM_BEFORE + int(draw.integers(2, 7))] *= rise
    return _counted(first, level, draw)


def _rise(event: Event, draw: np.random.Generator) -> float:
    spans = {"symptom": SYMPTOM_LOUD, "coincident": IDLE}
    return float(draw.uniform(*spans.get(event.role, LOUD)))


def _counted(first: date, level: Floats, draw: np.random.Generator) -> Stream:
    counts = draw.poisson(level * draw.gamma(10.0, 0.1, len(level)))
    return Stream(first_day=first, counts=tuple(float(one) for one in counts))


def seasonal(event: Event, at: date, seen_until: int, draw: np.random.Generator) -> Stream:
    """Draw counts with a season; a bystander's rise with nothing else."""
    before = int(draw.integers(*SEASON_BEFORE))
    first = at - timedelta(days=before)
    days = seen_until - first.toordinal() + 1
    level = np.full(days, float(np.exp(draw.uniform(0.0, 4.0))))
    is_idle = event.role == "coincident"
    on_day = draw.random() < (BYSTANDER_PEAK if is_idle else PEAK)
    peak = at if on_day else at + timedelta(days=int(draw.integers(1, 28)))
    level[_peaks(first, days, peak, draw)] *= float(draw.uniform(*SEASON_RISE))
    lasts, rise = int(draw.integers(2, 7)), _rise(event, draw)
    if not is_idle:
        level[before : before + lasts] *= rise
    return _counted(first, level, draw)


def _peaks(first: date, days: int, peak: date, draw: np.random.Generator) -> Floats:
    every = [first + timedelta(days=one) for one in range(days)]
    if draw.random() < WEEKLY:
        return np.array([one.weekday() == peak.weekday() for one in every])
    starts = {peak.day + one for one in range(MONTH_DAYS)}
    return np.array([one.day in starts for one in every])
