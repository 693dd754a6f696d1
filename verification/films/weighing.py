"""Two readers of one clock, our network and PP-OCR: what is told of a frame where they differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from verification.films.reading import NO_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.films.reading import Reading

#: Two frames bear each other out where the clock went as the film did, but for rounding, and for
#: a share of the time between them: a clock that runs wrong is to be told, not mended.
_ROUNDING, _SHARE = 1.25, 0.2
#: A reading has this share of the support of the other one, or it is out.
_OUT = 0.5
#: AM or PM is believed where so many frames, and such a share of them, show it.
_HALVES, _HALF_SHARE = 3, 1 / 3
_HALF_DAY = timedelta(hours=12)


def weighed(own: Sequence[Reading], other: Sequence[Reading]) -> list[Reading]:
    """Give one reading for each frame that was read, at most.

    Where the readers differ, that one counts which the other frames bear out; where both are borne
    out, that one which has more figures, and our network's where they have as many. A day counts
    more than a time alone.
    """
    if dated(own) != dated(other):
        with_day, without = (own, other) if dated(own) else (other, own)
        return _whole(with_day) if 2 * len(with_day) >= len(without) else list(without)
    if dated(own):
        own, other = _with_day(own), _with_day(other)
    own = _in_its_half(own, other)
    every = [*own, *other]
    kept: dict[float, Reading] = {}
    for at in sorted({one.at for one in every}):
        here = [one for one in every if one.at == at]
        kept[at] = here[0] if len(here) == 1 else _believed(here[0], here[1], every)
    return _whole(list(kept.values()))


def dated(readings: Sequence[Reading]) -> bool:
    """Say whether half of the readings or more show a day."""
    return 2 * len(_with_day(readings)) >= len(readings) > 0


def _with_day(readings: Sequence[Reading]) -> list[Reading]:
    return [one for one in readings if one.shown.date() != NO_DAY]


def _believed(own: Reading, other: Reading, every: Sequence[Reading]) -> Reading:
    mine, its = _borne_out(own, every), _borne_out(other, every)
    if min(mine, its) < _OUT * max(mine, its):
        return own if mine > its else other
    return own if own.figures >= other.figures else other


def _whole(readings: Sequence[Reading]) -> list[Reading]:
    """Leave out days that lost a figure: 01-28 beside 11-28, at times that follow one another."""
    return [
        one
        for one in readings
        if not any(
            other.figures > one.figures
            and other.shown.date() != one.shown.date()
            and _agree(one, replace(other, shown=datetime.combine(one.shown, other.shown.time())))
            for other in readings
        )
    ]


def _borne_out(one: Reading, every: Sequence[Reading]) -> int:
    """Count the other frames on which a reading agrees."""
    return len({other.at for other in every if other.at != one.at and _agree(one, other)})


def _agree(one: Reading, other: Reading) -> bool:
    apart = other.at - one.at
    went = (other.shown - one.shown) / timedelta(seconds=1)
    return abs(went - apart) <= _ROUNDING + _SHARE * abs(apart)


def _in_its_half(own: Sequence[Reading], other: Sequence[Reading]) -> list[Reading]:
    """Put figures of a clock of twelve hours into the half of the day that is read beside them."""
    halves = [one for one in other if one.half]
    if len(halves) < max(_HALVES, _HALF_SHARE * len(other)):
        return list(own)
    out = []
    for one in own:
        near = min(halves, key=lambda half: abs(half.at - one.at))
        expected = near.shown + timedelta(seconds=one.at - near.at)
        out.append(replace(one, shown=_nearer(one.shown, expected)))
    return out


def _nearer(shown: datetime, expected: datetime) -> datetime:
    """Turn a time of twelve hours to the half of its day that is nearer."""
    if not 1 <= shown.hour <= 12:  # noqa: PLR2004 - a clock of twelve hours
        return shown
    turned = shown + _HALF_DAY if shown.hour < 12 else shown - _HALF_DAY  # noqa: PLR2004 - noon
    return min(shown, turned, key=lambda moment: abs(moment - expected))
