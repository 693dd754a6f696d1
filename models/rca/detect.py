"""When a stage of a funnel fell: conversions of each day against what deals of their age owed.

A deal that entered two days ago has not had its time: each day counts deals at risk by their age,
so that nobody waits for cohorts to mature. 1. The hazard at each age and the weekday's factor come
from history; 2. a CUSUM adds up a day's evidence of a fall; 3. its threshold is the one at which
false alarms come so often a year; 4. a likelihood ratio over possible onsets dates a fall, by the
days up to the one that its evidence peaks on. Of a fall that people have closed nothing is told
again: what comes after is held against the level that it was closed at, until it has recovered.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from models.rca.cusum import Flow, alarm_of, evidence_of, peak_of, threshold_of
from models.rca.settled import Watch, after

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.settled import Settled

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

WEEK = 7
#: Older deals are taken for lost.
MOST_AGE = 60
#: The last days are watched; what lies before them is history, eight weeks at least.
WATCHED, LEAST_HISTORY = 60, 56
#: The fall that the sum is quickest at: to so much of the usual hazard.
FALL = 0.7
#: Onsets whose evidence is no further from the best's are in the interval (95 %).
ONSET_NATS = 1.92
MOST_HAZARD = 0.98


class TooShort(ValueError):
    """Too few days of history, or too few conversions in them, to know what is usual."""

    def __init__(self, days: int, conversions: int) -> None:
        super().__init__(f"{days} days of history with {conversions} conversions")
        self.days, self.conversions = days, conversions


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Days are places in the flow; None where nothing fell."""

    alarm: int | None
    onset: int | None
    interval: tuple[int, int] | None
    #: Conversions since the onset (or in all watched days) and what history says they should be.
    observed: int
    expected: float
    #: Days that conversions came later than usual since then, and its z.
    later: float
    later_z: float
    threshold: float


def flow(entered: Ints, converted: Ints, days: int, weekday: int) -> Flow:
    """Give the flow of deals by days of entry and of conversion (-1: not yet)."""
    shape = (days, MOST_AGE)
    age = np.where(converted < 0, MOST_AGE, converted - entered)
    won = np.zeros(shape, dtype=np.int64)
    is_young = age < MOST_AGE
    np.add.at(won, (converted[is_young], age[is_young]), 1)
    cohorts = np.bincount(entered, minlength=days)
    at_risk = np.zeros(shape, dtype=np.int64)
    left = cohorts.copy()
    for one in range(min(MOST_AGE, days)):
        at_risk[one:, one] = left[: days - one]
        left[: days - one] -= won[one:, one]
    return Flow(at_risk, won, weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """The days at the end of a flow on which no deal entered, where there are more than ever."""

    #: Place in the flow of the last day that a deal entered on.
    last: int
    #: Days since then, and the most between two days with a deal before.
    days: int
    usual: int

    @property
    def leaves_nothing(self) -> bool:
        """Tell whether no deal entered in all the days that are watched."""
        return self.days >= WATCHED


def idle(seen: Flow) -> Idle | None:
    """Say that deals stopped coming; None where the last gap is no longer than those before."""
    filled = np.flatnonzero(seen.at_risk[:, 0])
    if not len(filled):
        return None
    last = int(filled[-1])
    days = len(seen.at_risk) - 1 - last
    usual = int(np.diff(filled).max(initial=1)) - 1
    if days < WEEK or days <= usual:
        return None
    return Idle(last=last, days=days, usual=usual)


def detect(seen: Flow, false_alarms_a_year: float, settled: Settled | None = None) -> Detection:
    """Say whether and when conversions fell in the watched days, and after those of `settled`.

    Raises TooShort.
    """
    days = len(seen.at_risk)
    first = days - WATCHED
    # Days before the stage's first deal say nothing of it; other stages of the table have them.
    began = int(np.argmax(seen.at_risk[:, 0] > 0))
    conversions = int(seen.converted[: max(first, 0)].sum())
    if first - began < LEAST_HISTORY or conversions < MOST_AGE:
        raise TooShort(max(first - began, 0), conversions)
    hazard = _hazard(seen, first)
    over = _over(seen, hazard, slice(began + WEEK, first))
    spread = (seen.at_risk * hazard * (1 - hazard))[began:first]
    each = float(spread.sum(axis=1).mean()) / over
    threshold = threshold_of(
        each * (1 - FALL) ** 2 / _odds(hazard, seen, first), false_alarms_a_year
    )
    if settled is not None:
        watch = Watch(first=first, over=over, threshold=threshold, fall=FALL)
        first, hazard = after(settled, seen, hazard, watch)
    evidence = evidence_of(seen, hazard, FALL) / over
    alarm = alarm_of(evidence[first:], threshold)
    if alarm is None:
        return _told(seen, hazard, min(first, days - 1), threshold)
    # Days after the alarm date the fall too, as long as it went on.
    last = peak_of(evidence[first:], alarm)
    onset, low, high = _onset(seen, hazard, first, last)
    told = _told(seen, hazard, first + onset, threshold)
    return Detection(
        alarm=first + alarm,
        onset=first + onset,
        interval=(first + low, first + high),
        observed=told.observed,
        expected=told.expected,
        later=told.later,
        later_z=told.later_z,
        threshold=threshold,
    )


def _over(seen: Flow, hazard: Floats, known: slice) -> float:
    """Give by how much the known days vary more than chance; 1 at least.

    The first week is not known: it lacks the deals that had entered before the table began.
    """
    gap = seen.converted.sum(axis=1) - (seen.at_risk * hazard).sum(axis=1)
    spread = (seen.at_risk * hazard * (1 - hazard)).sum(axis=1)
    return max(1.0, float((gap[known] ** 2).sum() / max(spread[known].sum(), 1e-9)))


def _hazard(seen: Flow, first: int) -> Floats:
    """Give days × ages: hazard by age from history, times the weekday's factor."""
    risk, won = seen.at_risk[:first].sum(axis=0), seen.converted[:first].sum(axis=0)
    by_age = won / np.maximum(risk, 1)
    weekdays = (np.arange(len(seen.at_risk)) + seen.weekday) % WEEK
    owed = np.bincount(weekdays[:first], (seen.at_risk[:first] * by_age).sum(axis=1), WEEK)
    came = np.bincount(weekdays[:first], seen.converted[:first].sum(axis=1), WEEK)
    # Drawn towards 1 as by ten conversions that came as owed.
    factor = (came + 10) / (owed + 10)
    hazard = np.clip(by_age * factor[weekdays][:, None], 0.0, MOST_HAZARD)
    return np.asarray(hazard, dtype=np.float64)


def _odds(hazard: Floats, seen: Flow, first: int) -> float:
    """Give the mean of (1 - hazard)², by conversions: turns a ratio into a logit's shift."""
    weight = seen.at_risk[:first] * hazard[:first]
    return float((weight * (1 - hazard[:first]) ** 2).sum() / max(weight.sum(), 1e-9))


def _onset(seen: Flow, hazard: Floats, first: int, last: int) -> tuple[int, int, int]:
    """Give the likeliest first day of a fall that lasted so long, and the range of likely ones.

    Days are counted from `first`.
    """
    watched = slice(first, first + last + 1)
    owed = (seen.at_risk[watched] * hazard[watched]).sum(axis=1)
    spread = (seen.at_risk[watched] * hazard[watched] * (1 - hazard[watched])).sum(axis=1)
    gap = np.cumsum((owed - seen.converted[watched].sum(axis=1))[::-1])[::-1]
    doubt = np.cumsum(spread[::-1])[::-1]
    nats = np.where(gap > 0, gap**2 / (2 * np.maximum(doubt, 1e-9)), 0.0)
    likely = np.flatnonzero(nats >= nats.max() - ONSET_NATS)
    return int(np.argmax(nats)), int(likely[0]), int(likely[-1])


def _told(seen: Flow, hazard: Floats, since: int, threshold: float) -> Detection:
    ages = np.arange(MOST_AGE)
    owed = _due(seen, hazard, since)
    came = seen.converted[since:].sum(axis=0)
    usual = float((owed * ages).sum() / max(owed.sum(), 1e-9))
    spread = float((owed * (ages - usual) ** 2).sum() / max(owed.sum(), 1e-9))
    later = float((came * ages).sum() / max(came.sum(), 1)) - usual if came.sum() else 0.0
    doubt = sqrt(max(spread / max(int(came.sum()), 1), 1e-9))
    return Detection(
        alarm=None,
        onset=None,
        interval=None,
        observed=int(came.sum()),
        expected=float(owed.sum()),
        later=later,
        later_z=later / doubt if spread > 0 else 0.0,
        threshold=threshold,
    )


def _due(seen: Flow, hazard: Floats, since: int) -> Floats:
    """Give conversions by age from a day on, had all deals converted as usual from then on.

    Deals that a fall keeps open are not at risk here: they would be owed a second time, and at a
    greater age.
    """
    owed = np.zeros(MOST_AGE)
    left = seen.at_risk[since].astype(np.float64)
    for day in range(since, len(seen.at_risk)):
        left[0] = seen.at_risk[day, 0]
        gone = left * hazard[day]
        owed += gone
        left[1:] = (left - gone)[:-1]
    return owed
