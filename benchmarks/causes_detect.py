"""Days until a fall of a stage is told, at one false alarm in two years (about a minute).

Histories with weekdays and a spread of days (.12 logit) beyond chance; demos convert the same day,
52 % of them, or 35 % from the day of the fall, which counts as day 1. The peers are the
seed's fixed rule, a rate of seven days under 35 %, and the same with the limit at which it, too,
gives one false alarm in two years. Settings were chosen on seeds below 1000.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.promise import record
from models.rca.detect import WATCHED, Flow, detect, flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

AIMS = {8: 7, 30: 4, 150: 1}
USUAL, FALLEN = 0.52, 0.35
A_YEAR, YEAR = 0.5, 365.25
DAYS, FALL_DAY, WEEK = 240, 190, 7
HALVES = {"seeds that settings were chosen on": range(100), "seeds kept back": range(1000, 1100)}
NEVER = 99


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
    return 0 if all(met) else 1


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
    weekday = np.array([1.1, 1.1, 1.05, 1.0, 0.9, 0.6, 0.5])
    days = np.arange(DAYS)
    came = draw.poisson(demos * (weekday / weekday.mean())[days % WEEK])
    entered = np.repeat(days, came)
    usual = np.where((days >= (fall_day or DAYS)), FALLEN, USUAL)
    logit = np.log(usual / (1 - usual)) + draw.normal(0, 0.12, DAYS)
    won = draw.random(len(entered)) < (1 / (1 + np.exp(-logit)))[entered]
    return flow(entered, np.where(won, entered, -1), DAYS, 0)


if __name__ == "__main__":
    sys.exit(main())
