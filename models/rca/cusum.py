"""Sums of daily evidence (CUSUM), and the threshold at which they seldom alarm falsely."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, erf, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DAYS_A_YEAR = 365.25
STATES = 80
MOST_THRESHOLD = 30.0
#: Of the search for a threshold: its bracket's width, steps, and least rise of log days.
NARROW, MOST_SECANTS, LEAST_SLOPE = 1e-7, 24, 1e-3
#: Days to an alarm that never comes.
NEVER = 1e15


@dataclass(frozen=True, slots=True)
class Flow:
    """Days × ages: deals that were open on the day, and those of them that converted."""

    at_risk: Ints
    converted: Ints
    #: Of the first day; 0 is Monday.
    weekday: int


def evidence_of(seen: Flow, hazard: Floats, fall: float | Floats) -> Floats:
    """Give each day's log-likelihood ratio of the hazard times `fall` against the usual one."""
    came = log(fall) if isinstance(fall, float) else np.log(fall)
    kept = seen.at_risk - seen.converted
    lost = np.log((1 - fall * hazard) / (1 - hazard))
    return np.asarray((seen.converted * came + kept * lost).sum(axis=1), dtype=np.float64)


def alarm_of(evidence: Floats, threshold: float) -> int | None:
    """Give the day that the sum of evidence passes the threshold on."""
    total = 0.0
    for day, one in enumerate(evidence):
        total = max(0.0, total + float(one))
        if total > threshold:
            return day
    return None


def peak_of(evidence: Floats, alarm: int) -> int:
    """Give the day from the alarm on that the evidence of the fall was largest on."""
    total, peak, last = 0.0, 0.0, alarm
    for day, one in enumerate(evidence):
        total = max(0.0, total + float(one))
        if day > alarm and total <= 0:
            break
        if day >= alarm and total > peak:
            peak, last = total, day
    return last


def threshold_of(information: float, false_alarms_a_year: float) -> float:
    """Give the threshold whose mean time to a false alarm is a year over so many."""
    wanted = DAYS_A_YEAR / false_alarms_a_year
    low, high = 0.0, MOST_THRESHOLD
    under, over = _bracket(information, wanted)
    for _ in range(30):
        middle = (low + high) / 2
        # Run lengths rise with the threshold: outside the bracket it is known which side this is.
        is_under = middle <= under or (middle < over and _run_length(middle, information) < wanted)
        if is_under:
            low = middle
        else:
            high = middle
    return high


def _bracket(information: float, wanted: float) -> tuple[float, float]:
    """Give thresholds close together, one with a shorter run length and one with as long a one.

    By secants on the run length's logarithm, from the guess that it rises as the threshold does.
    """
    low, high = 0.0, MOST_THRESHOLD
    at, slope = min(log(1 + wanted * information / 2), MOST_THRESHOLD / 2), 1.0
    gap = log(_run_length(at, information) / wanted)
    for _ in range(MOST_SECANTS):
        low, high = (at, high) if gap < 0 else (low, at)
        if high - low < NARROW:
            break
        # A little too far, so that the crossing is closed in from both sides.
        to = at - gap / slope - copysign(NARROW / 3, gap)
        to = to if low < to < high else (low + high) / 2
        before, gap = gap, log(_run_length(to, information) / wanted)
        at, slope = to, max((gap - before) / (to - at), LEAST_SLOPE)
    return low, high


def _run_length(threshold: float, information: float) -> float:
    """Give the mean days to an alarm where nothing fell, by a chain over the sum (Brook, Evans).

    A day's evidence is taken for normal, with mean -information/2 and variance information.
    More days than numbers can tell from never are `NEVER`.
    """
    width = threshold / STATES
    # From the middle of a state to the upper edge of one so many further.
    further = (np.arange(1 - STATES, STATES) + 0.5) * width
    scaled = (further + information / 2) / sqrt(2 * information)
    below = np.array([0.5 * (1 + erf(one)) for one in scaled.tolist()])
    states = np.arange(STATES)
    moves = np.diff(below[states[None, :] - states[:, None] + STATES - 1], axis=1, prepend=0.0)
    try:
        days = float(np.linalg.solve(np.eye(STATES) - moves, np.ones(STATES))[0])
    except np.linalg.LinAlgError:
        return NEVER
    return days if 0 < days < NEVER else NEVER
