"""Whether a clock in a film runs as the film does, by what was read of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from verification.films import clock, lines, pace
from verification.films.reading import NO_DAY, Reading
from verification.readers.opencv_film import Frame


def _readings(clocks: list[float], step: float = 2.0) -> list[Reading]:
    start = datetime(2026, 1, 15, 23, 59, 50)  # noqa: DTZ001 - a wall clock
    return [
        Reading(
            at=number * step,
            shown=(start + timedelta(seconds=told)).replace(microsecond=0),
            box=(0, 0, 1, 1),
            sure=1.0,
        )
        for number, told in enumerate(clocks)
    ]


@pytest.mark.parametrize(
    ("clocks", "fault"),
    [
        pytest.param([0, 2, 4, 6, 8, 10], None, id="it runs as the film does"),
        pytest.param([0, 2, 4, 1000, 8, 10], None, id="one frame misread"),
        pytest.param([0, 2, 4, 9, 11, 13], "jump", id="three seconds are missing"),
        pytest.param([0, 2, 4, 1, 3, 5], "jump", id="it goes back"),
        pytest.param([0, 2, 40, 96, 8, 10], None, id="two frames misread, each otherwise"),
        pytest.param([0, 2, 4, 6, 88], None, id="the last frame misread"),
        pytest.param([0, 70, 20, 90, 40], "unsure", id="no two frames agree"),
        pytest.param([0, 0, 0, 0, 0], "frozen", id="it stands"),
        pytest.param([n * 2.4 for n in range(12)], "rate", id="a fifth too fast"),
        pytest.param([n * 2.02 for n in range(12)], None, id="one hundredth too fast"),
        pytest.param([n * 2.1 for n in range(30)], "rate", id="a twentieth too fast, for 58 s"),
        pytest.param([n * 1.9 for n in range(30)], "rate", id="a twentieth too slow, for 58 s"),
        pytest.param([n * 2.04 + 0.9 for n in range(30)], None, id="two hundredths, for 58 s"),
        pytest.param(
            [n * 2 - 0.2 * (n % 3 == 0) for n in range(24)], None, id="the stamp is a frame late"
        ),
        pytest.param(
            [n * 2.02 + (n == 11) for n in range(24)], None, id="one frame misread by a second"
        ),
    ],
)
def test_how_a_clock_runs(clocks: list[float], fault: str | None) -> None:
    told = pace.pace(_readings(clocks), has_day=True)
    assert told is not None
    assert told.fault == fault


def test_a_clock_without_a_day_may_pass_midnight() -> None:
    readings = [
        replace(one, shown=datetime.combine(NO_DAY, one.shown.time()))
        for one in _readings([0, 4, 8, 12, 16], 4.0)
    ]
    told = pace.pace(readings, has_day=False)
    assert told is not None
    assert told.fault is None


@pytest.mark.parametrize(
    ("clocks", "fault"),
    [
        pytest.param([0, 4, 8, -43_188, -43_184, -43_180], None, id="12:59:59 to 01:00:03"),
        pytest.param([0, 4, 8, -43_128, -43_124, -43_120], "jump", id="a minute is missing"),
    ],
)
@pytest.mark.parametrize("day", [True, False])
def test_a_clock_of_twelve_hours_may_pass_one(
    clocks: list[float], fault: str | None, *, day: bool
) -> None:
    noon = timedelta(hours=13, seconds=1)
    readings = [replace(one, shown=one.shown + noon) for one in _readings(clocks, 4.0)]
    if not day:
        readings = [replace(r, shown=datetime.combine(NO_DAY, r.shown.time())) for r in readings]
    told = pace.pace(readings, has_day=day)
    assert told is not None
    assert told.fault == fault


@pytest.mark.parametrize(
    ("clocks", "told"),
    [
        pytest.param([0, 2, 4, -530, 8, 10], [0, 2, 4, 8, 10], id="one frame misread"),
        pytest.param([0, 2, 4, 20, 22, 24], [0, 2, 4, 20, 22, 24], id="sixteen seconds cut out"),
    ],
)
def test_a_reading_that_contradicts_those_around_it_is_not_told(
    monkeypatch: pytest.MonkeyPatch, clocks: list[float], told: list[float]
) -> None:
    read = {one.at: one for one in _readings(clocks)}
    monkeypatch.setattr(clock, "_found", lambda _: (0, 0, 1, 1))
    monkeypatch.setattr(clock, "_read", lambda frame, _: read[frame.at])
    monkeypatch.setattr(lines, "found", lambda _: None)
    frames = [Frame(at=at, pixels=np.zeros((1, 1, 3), np.uint8)) for at in read]
    assert list(clock.read(frames).readings) == _readings_of(read, clocks, told)


def _readings_of(
    read: dict[float, Reading], clocks: list[float], told: list[float]
) -> list[Reading]:
    return [one for one, clock_ in zip(read.values(), clocks, strict=True) if clock_ in told]
