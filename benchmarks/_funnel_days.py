"""Days of a funnel: histories of slow conversions, and the least delay any test can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.rca.detect import flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.cusum import Flow

    Floats = NDArray[np.float64]

What = Literal["nothing", "rate", "delay"]

WEEKDAY = np.array([1.1, 1.1, 1.05, 1.0, 0.9, 0.6, 0.5])
USUAL, FALLEN = 0.52, 0.35
DAYS, FALL_DAY, WEEK, YEAR = 240, 190, 7, 365.25
#: The day that people close a fall on, and the day of what comes after.
CLOSED_DAY, LATER_DAY = 197, 215
#: Beyond chance, of a day's logit.
DAY_SPREAD = 0.12
#: Days to a conversion: geometric with this mean, and up to two more.
MEAN_LAG, MOST_LAG = 7, 59
#: Days that all conversions from the day of the fall on come later by.
DELAY = 5
QUIET, FALLS, AHEAD, WATCHED = 6000, 2000, 10, 60


@dataclass(frozen=True, slots=True)
class Told:
    """A test that is told the true rates: median and 90 % days to its alarm."""

    median: float
    ninth: float


def slow(seed: int, demos: int, what: What) -> Flow:
    """Give a history whose deals convert after a week or so."""
    draw = np.random.default_rng([seed, demos, len(what)])
    came = draw.poisson(demos * (WEEKDAY / WEEKDAY.mean())[np.arange(DAYS) % WEEK])
    entered = np.repeat(np.arange(DAYS), came)
    lag = draw.geometric(1 / MEAN_LAG, len(entered)) - 1 + draw.integers(0, 3, len(entered))
    due = entered + np.minimum(lag, MOST_LAG)
    logit = np.log(USUAL / (1 - USUAL)) + draw.normal(0, DAY_SPREAD, DAYS)
    rate = (1 / (1 + np.exp(-logit)))[entered]
    if what == "rate":
        rate = np.where(due >= FALL_DAY, rate * FALLEN / USUAL, rate)
    if what == "delay":
        due = np.where(due >= FALL_DAY, due + DELAY, due)
    is_won = (draw.random(len(entered)) < rate) & (due < DAYS)
    return flow(entered, np.where(is_won, due, -1), DAYS, 0)


def closed(seed: int, demos: int, mean_lag: int, rates: tuple[float, float, float]) -> Flow:
    """Give a history with a closed fall: rates from the fall, from the closing, and later on."""
    draw = np.random.default_rng([seed, demos, mean_lag])
    came = draw.poisson(demos * (WEEKDAY / WEEKDAY.mean())[np.arange(DAYS) % WEEK])
    entered = np.repeat(np.arange(DAYS), came)
    usual = np.where(entered < FALL_DAY, USUAL, rates[0])
    usual = np.where(entered > CLOSED_DAY, np.where(entered < LATER_DAY, *rates[1:]), usual)
    logit = np.log(usual / (1 - usual)) + draw.normal(0, DAY_SPREAD, DAYS)[entered]
    due = entered + draw.geometric(1 / (mean_lag + 1), len(entered)) - 1
    is_won = (draw.random(len(entered)) < 1 / (1 + np.exp(-logit))) & (due < DAYS)
    return flow(entered, np.where(is_won, due, -1), DAYS, 0)


def told_rates(demos: int, false_alarms_a_year: float) -> Told:
    """Run the Shiryaev-Roberts sum, which no test beats on average, with both rates known to it.

    Its threshold is the one at which so many of the quiet days' runs alarm as is put up with.
    """
    draw = np.random.default_rng(demos)
    quiet = _sums(draw, (QUIET, WATCHED), demos, WATCHED)
    kept = np.exp(-false_alarms_a_year * WATCHED / YEAR)
    limit = np.quantile(quiet.max(axis=1), kept)
    over = _sums(draw, (FALLS, AHEAD + WATCHED), demos, AHEAD) > limit
    over = over[~over[:, :AHEAD].any(axis=1), AHEAD:]
    days = np.where(over.any(axis=1), over.argmax(axis=1) + 1, WATCHED + 1)
    return Told(float(np.median(days)), float(np.quantile(days, 0.9)))


def _sums(draw: np.random.Generator, shape: tuple[int, int], demos: int, fall: int) -> Floats:
    """Give runs × days of the log of the sum; conversions fall on a day."""
    days = np.arange(shape[1])
    came = draw.poisson(demos * (WEEKDAY / WEEKDAY.mean())[days % WEEK], shape)
    rate = np.where(days < fall, USUAL, FALLEN)
    logit = np.log(rate / (1 - rate)) + draw.normal(0, DAY_SPREAD, shape)
    won = draw.binomial(came, 1 / (1 + np.exp(-logit)))
    evidence = won * np.log(FALLEN / USUAL) + (came - won) * np.log((1 - FALLEN) / (1 - USUAL))
    sums, total = np.empty(shape), np.full(shape[0], -np.inf)
    for day in range(shape[1]):
        total = np.logaddexp(0.0, total) + evidence[:, day]
        sums[:, day] = total
    return sums
