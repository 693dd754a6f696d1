"""Whether a clock in a film runs as the film runs: frozen, jumping, too fast, too slow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.films.reading import Reading

#: A clock shows whole seconds: two readings miss each other by less than one, and some for coding.
_ROUNDING = 1.25
#: How far the rate may be from 1.
TOLERATED = 0.02
#: Rates that are tried on either side of 1; of so many readings one may be misread by a second.
_STEPS, _MANY = 8, 12
#: A clock that stands still for so many seconds is frozen.
_STILL = 2.5
#: A time of day that falls by more than this passed midnight.
_HALF_DAY, _DAY = 43_200, 86_400

#: Unsure: it seems to jump, and too few readings on either side bear that out.
Fault = Literal["frozen", "jump", "rate", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a clock does between its first and its last reading."""

    fault: Fault | None
    #: Seconds of the clock for each second of the film.
    rate: float
    #: Between which readings it is worst.
    first: Reading
    last: Reading
    #: Seconds that the clock gained there (or lost: negative).
    gained: float


def pace(readings: Sequence[Reading], *, has_day: bool) -> Pace | None:
    """Judge at least two readings; None where they are fewer or of one moment."""
    kept = steady(readings, has_day=has_day)
    if len(kept) < 2 or kept[-1].at - kept[0].at <= 0:  # noqa: PLR2004 - a pace needs two
        return None
    first, last = kept[0], kept[-1]
    lasted = last.at - first.at
    whole = _went(first, last, has_day=has_day)
    rate = whole / lasted
    pairs = list(pairwise(kept))
    worst = max(pairs, key=lambda pair: abs(_gain(*pair, has_day=has_day)))
    gained = _gain(*worst, has_day=has_day)
    still = _still(kept, has_day=has_day)
    if still is not None:
        gain = _gain(*still, has_day=has_day)
        return Pace(fault="frozen", rate=rate, first=still[0], last=still[1], gained=gain)
    step = worst[1].at - worst[0].at
    if (
        abs(gained)
        > _ROUNDING
        + max(TOLERATED, abs(rate - 1) if _even(kept, rate, has_day=has_day) else 0) * step
    ):
        sure = _borne_out(kept, pairs.index(worst), has_day=has_day)
        fault: Fault = "jump" if sure else "unsure"
        return Pace(fault=fault, rate=rate, first=worst[0], last=worst[1], gained=gained)
    if abs(whole - lasted) > _ROUNDING + TOLERATED * lasted or not _fits(kept, has_day=has_day):
        return Pace(fault="rate", rate=rate, first=first, last=last, gained=whole - lasted)
    return Pace(fault=None, rate=rate, first=first, last=last, gained=whole - lasted)


def steady(readings: Sequence[Reading], *, has_day: bool) -> list[Reading]:
    """Leave out readings that contradict both neighbours where these agree: they are misread."""
    kept = list(readings)
    out = []
    for place, one in enumerate(kept):
        near = [kept[n] for n in (place - 2, place - 1, place + 1, place + 2) if 0 <= n < len(kept)]
        agree = sum(
            abs(_gain(one, other, has_day=has_day)) <= _allowed(one, other) for other in near
        )
        among = any(
            abs(_gain(a, b, has_day=has_day)) <= _allowed(a, b)
            for number, a in enumerate(near)
            for b in near[number + 1 :]
        )
        if agree or not among:
            out.append(one)
    return out


def _borne_out(readings: Sequence[Reading], place: int, *, has_day: bool) -> bool:
    """Say whether the readings before and after a jump each agree with one more on their side."""
    before, after = readings[: place + 1], readings[place + 1 :]
    return all(
        any(
            abs(_gain(near, other, has_day=has_day)) <= _allowed(near, other)
            for other in others[:3]
        )
        for near, others in ((before[-1], before[-2::-1]), (after[0], after[1:]))
    )


def _allowed(one: Reading, other: Reading) -> float:
    return _ROUNDING + 0.2 * abs(other.at - one.at)


def _went(one: Reading, other: Reading, *, has_day: bool) -> float:
    seconds = (other.shown - one.shown) / timedelta(seconds=1)
    if (one.shown.hour, other.shown.hour) == (12, 1) and -_HALF_DAY < seconds < 0:
        return seconds + _HALF_DAY  # a clock of twelve hours
    if has_day:
        return seconds
    if seconds < -_HALF_DAY:
        return seconds + _DAY
    return seconds - _DAY if seconds > _HALF_DAY else seconds


def _gain(one: Reading, other: Reading, *, has_day: bool) -> float:
    return _went(one, other, has_day=has_day) - (other.at - one.at)


def _even(readings: Sequence[Reading], rate: float, *, has_day: bool) -> bool:
    """Say whether the clock keeps one rate, be it a wrong one."""
    first = readings[0]
    return all(
        abs(_went(first, one, has_day=has_day) - rate * (one.at - first.at)) <= _ROUNDING + 0.3
        for one in readings
    )


def _fits(readings: Sequence[Reading], *, has_day: bool) -> bool:
    """Say whether some rate that is allowed explains all readings but one of many."""
    first = readings[0]
    gains = [(_gain(first, one, has_day=has_day), one.at - first.at) for one in readings]
    spare = len(readings) >= _MANY

    def apart(rate: float) -> float:
        left = sorted(gain - (rate - 1) * at for gain, at in gains)
        return min(left[-1] - left[spare], left[-1 - spare] - left[0])

    rates = [1 + TOLERATED * step / _STEPS for step in range(-_STEPS, _STEPS + 1)]
    return min(map(apart, rates)) <= _ROUNDING


def _still(readings: Sequence[Reading], *, has_day: bool) -> tuple[Reading, Reading] | None:
    """Find the longest stretch in which the clock shows one time."""
    best: tuple[Reading, Reading] | None = None
    first = readings[0]
    for one in readings[1:]:
        if _went(first, one, has_day=has_day) != 0:
            first = one
        elif one.at - first.at > _STILL and (
            best is None or one.at - first.at > best[1].at - best[0].at
        ):
            best = first, one
    return best
