"""Days until a fall of a stage is told, at one false alarm in two years (about two minutes).

Histories with weekdays and a spread of days (.12 logit) beyond chance; demos convert the same day,
52 % of them, or 35 % from the day of the fall, which counts as day 1. The peers are the
seed's fixed rule, a rate of seven days under 35 %, and the same with the limit at which it, too,
gives one false alarm in two years; and the sum of Shiryaev and Roberts told of both true rates,
below which no delay can be expected. Then deals that convert after a week or so: whether a fall of
the rate and a delay of all conversions are told apart. Settings were chosen on seeds below 1000.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._funnel_days import (
    CLOSED_DAY,
    DAYS,
    FALL_DAY,
    FALLEN,
    LATER_DAY,
    USUAL,
    WEEK,
    WEEKDAY,
    YEAR,
    closed,
    slow,
    told_rates,
)
from benchmarks.promise import record
from models.rca.detect import WATCHED, detect, flow
from models.rca.settled import Settled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.cusum import Flow

AIMS = {8: 7, 30: 4, 150: 1}
A_YEAR = 0.5
HALVES = {"seeds that settings were chosen on": range(100), "seeds kept back": range(1000, 1100)}
NEVER = 99
#: From here conversions are told to come later (service/cli/funnel_watch.py).
LATER_Z = 3.0
SLOW_SEEDS = range(1000, 1060)
#: Rates from the fall, from its closing, and from `LATER_DAY` on.
AFTER = {
    "goes on": (0.35, 0.35, 0.35),
    "recovers": (0.35, 0.52, 0.52),
    "recovers and falls again": (0.35, 0.52, 0.35),
    "falls further, to 15 %": (0.35, 0.35, 0.15),
}


@dataclass(frozen=True, slots=True)
class Delays:
    """Days to the alarm, by method; and false alarms a year where nothing fell."""

    own: list[int]
    fixed: list[int]
    calibrated: list[int]
    false_alarms: float
    fixed_false_alarms: float


def main() -> int:
    """Print a table for each half; 1 where a promise is missed on the half kept back."""
    met = []
    for title, seeds in HALVES.items():
        print(f"{title} ({len(seeds)} each): median (p90) days to the alarm")
        for demos, aim in AIMS.items():
            found = _delays(demos, seeds)
            print(
                f"  {demos:4} a day: CUSUM {_told(found.own)}, 7 days under 35 % "
                f"{_told(found.fixed)}, 7-day rate calibrated {_told(found.calibrated)}; "
                f"false alarms a year {found.false_alarms:.2f}, of the rule as written "
                f"{found.fixed_false_alarms:.2f}"
            )
            if seeds.start:
                met.append(_record(demos, aim, found))
    for demos in AIMS:
        floor = told_rates(demos, A_YEAR)
        print(f"  {demos:4} a day, told both rates: {floor.median:.0f} ({floor.ninth:.0f})")
    met += [_apart(demos) for demos in AIMS]
    for lag in (0, 3, 7):
        for demos in AIMS:
            _after_closing(demos, lag)
    return 0 if all(met) else 1


def _apart(demos: int) -> bool:
    """Print what is told of slow conversions; a fall must not be called a delay, nor it a fall."""
    wrong = 0
    print(f"{demos} a day that convert after a week or so (n {len(SLOW_SEEDS)} each)")
    for what in ("nothing", "rate", "delay"):
        seen = [detect(slow(seed, demos, what), A_YEAR) for seed in SLOW_SEEDS]
        alarmed = [one for one in seen if one.alarm is not None and one.alarm >= FALL_DAY]
        later = sum(one.later_z >= LATER_Z for one in seen)
        wrong += len(seen) - later if what == "delay" else later
        if what == "nothing":
            print(f"  nothing: {sum(one.alarm is not None for one in seen)} alarmed")
            continue
        days = _told([_delay(one.alarm) for one in seen])
        errors = [abs(one.onset - FALL_DAY) for one in alarmed if one.onset is not None]
        inside = [one.interval[0] <= FALL_DAY <= one.interval[1] for one in alarmed if one.interval]
        print(
            f"  {what}: {days} days, told to come later {later}, onset off by {median(errors):.0f} "
            f"days (median), its interval holds it in {sum(inside)} of {len(inside)}"
        )
    return record(
        id=f"causes.detect_apart_{demos}",
        value=wrong / (3 * len(SLOW_SEEDS)),
        unit="share taken for the other: a delay, a fall or nothing",
        better="lower",
        aim=0.05,
        peer="none",
        peer_value=None,
        own_value=wrong / (3 * len(SLOW_SEEDS)),
        n=3 * len(SLOW_SEEDS),
    )


def _after_closing(demos: int, lag: int) -> None:
    """Print how often something new is told after a fall that people have closed."""
    n = len(SLOW_SEEDS)
    print(
        f"closed; {demos} a day that convert after {lag} days (n {n} each): told before, from then"
    )
    for what, rates in AFTER.items():
        settled = Settled(onset=FALL_DAY, until=CLOSED_DAY)
        flows = [closed(seed, demos, lag, rates) for seed in SLOW_SEEDS]
        found = [detect(one, A_YEAR, settled).alarm for one in flows]
        days = [one - LATER_DAY + 1 for one in found if one is not None]
        late = [one for one in days if one > 0]
        told = f", median {median(late):.0f} days" if late else ""
        print(f"  {what}: {len(days) - len(late)}, {len(late)}{told}")


def _record(demos: int, aim: int, found: Delays) -> bool:
    return record(
        id=f"causes.detect_{demos}",
        value=median(found.own),
        unit="days, median",
        better="lower",
        aim=aim,
        peer="7-day rate at the same false alarms",
        peer_value=median(found.calibrated),
        own_value=median(found.own),
        n=len(found.own),
        note=f"false alarms a year {found.false_alarms:.2f} (wanted {A_YEAR})",
    )


def _told(delays: list[int]) -> str:
    ninth = float(np.quantile(delays, 0.9))
    return f"{_days(median(delays))} ({_days(ninth)})"


def _days(value: float) -> str:
    return f"{value:.0f}" if value < NEVER else f"> {DAYS - FALL_DAY}"


def _delays(demos: int, seeds: range) -> Delays:
    quiet = [_history(seed, demos, None) for seed in seeds]
    fallen = [_history(seed + 500_000, demos, FALL_DAY) for seed in seeds]
    alarms = sum(detect(one, A_YEAR).alarm is not None for one in quiet)
    watched_years = len(quiet) * WATCHED / YEAR
    limit = _calibrated(quiet, watched_years)
    return Delays(
        own=[_delay(detect(one, A_YEAR).alarm) for one in fallen],
        fixed=[_delay(_under(one, FALLEN)) for one in fallen],
        calibrated=[_delay(_under(one, limit)) for one in fallen],
        false_alarms=alarms / watched_years,
        fixed_false_alarms=sum(_under(one, FALLEN) is not None for one in quiet) / watched_years,
    )


def _delay(alarm: int | None) -> int:
    return NEVER if alarm is None or alarm < FALL_DAY else alarm - FALL_DAY + 1


def _weekly(seen: Flow) -> NDArray[np.float64]:
    """Give the rate of the seven days up to each day, from the eighth watched day on."""
    ones = np.ones(WEEK)
    won = np.convolve(seen.converted.sum(axis=1), ones, "valid")
    came = np.convolve(seen.at_risk[:, 0], ones, "valid")
    return np.asarray(won / np.maximum(came, 1))


def _under(seen: Flow, limit: float) -> int | None:
    first = DAYS - WATCHED
    rates = _weekly(seen)[first - WEEK + 1 :]
    days = np.flatnonzero(rates < limit)
    return int(days[0]) + first if len(days) else None


def _calibrated(quiet: list[Flow], years: float) -> float:
    """Give the limit under which so many of the quiet histories fall as false alarms are put up."""
    lowest = sorted(float(_weekly(one)[DAYS - WATCHED - WEEK + 1 :].min()) for one in quiet)
    return lowest[round(A_YEAR * years)]


def _history(seed: int, demos: int, fall_day: int | None) -> Flow:
    draw = np.random.default_rng([seed, demos])
    days = np.arange(DAYS)
    came = draw.poisson(demos * (WEEKDAY / WEEKDAY.mean())[days % WEEK])
    entered = np.repeat(days, came)
    usual = np.where((days >= (fall_day or DAYS)), FALLEN, USUAL)
    logit = np.log(usual / (1 - usual)) + draw.normal(0, 0.12, DAYS)
    won = draw.random(len(entered)) < (1 / (1 + np.exp(-logit)))[entered]
    return flow(entered, np.where(won, entered, -1), DAYS, 0)


if __name__ == "__main__":
    sys.exit(main())
