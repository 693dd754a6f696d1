"""A clock whose day stands apart from its time: both are read, and joined where that is sure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import cv2
import numpy as np
import pytest

from verification.films import clock, lines
from verification.films.reading import NO_DAY
from verification.readers import rapidocr
from verification.readers.opencv_film import Frame

START = datetime(2026, 1, 15, 10, 23, 45)  # noqa: DTZ001 - a wall clock
DAY = START.date()
FACE, SIZE = cv2.FONT_HERSHEY_SIMPLEX, (360, 640)


def frames(*days: tuple[str, tuple[int, int], float], start: datetime = START) -> list[Frame]:
    """Draw three frames, two seconds apart: the time below at the left, days as they are said."""
    noise = np.random.default_rng(1).integers(60, 160, (*SIZE, 3), dtype=np.uint8)
    ground, drawn = cv2.GaussianBlur(noise, (0, 0), 9), []
    for second in range(0, 6, 2):
        shown, picture = start + timedelta(seconds=second), ground.copy()
        for form, at, large in (("%H:%M:%S", (20, 340), 0.9), *days):
            for colour, wide in (((0, 0, 0), 5), ((255, 255, 255), 2)):
                text = shown.strftime(form)
                cv2.putText(picture, text, at, FACE, large, colour, wide, cv2.LINE_AA)
        drawn.append(Frame(at=float(second), pixels=np.asarray(picture, np.uint8)))
    return drawn


@pytest.mark.parametrize(
    ("days", "day"),
    [
        pytest.param([("%Y-%m-%d", (440, 40), 0.9)], DAY, id="in another corner"),
        pytest.param([("%Y-%m-%d", (450, 340), 0.9)], DAY, id="far off on its line"),
        pytest.param([("%Y-%m-%d", (200, 340), 0.9)], DAY, id="behind the time"),
        pytest.param([("%d.%m.%Y", (440, 40), 0.9)], DAY, id="day first"),
        pytest.param([("2025-03-04", (440, 40), 1.7)], NO_DAY, id="a large one is no clock's"),
        pytest.param(
            [("%Y-%m-%d", (440, 40), 0.9), ("2025-03-04", (20, 40), 0.9)], NO_DAY, id="two days"
        ),
        pytest.param([("%y-%m-%d", (440, 40), 0.9)], NO_DAY, id="a year of two figures"),
        pytest.param([("2026-01-%S", (440, 40), 0.9)], NO_DAY, id="one that changes"),
    ],
)
def test_a_day_that_stands_apart_is_joined(
    days: list[tuple[str, tuple[int, int], float]], day: date
) -> None:
    seen = clock.read(frames(*days, start=START.replace(second=10)))
    assert {one.shown.date() for one in seen.readings} == {day}
    assert len(seen.readings) == 3
    assert seen.has_day is (day != NO_DAY)


def test_over_midnight_nobody_knows_which_day_it_was() -> None:
    late = START.replace(hour=23, minute=59, second=57)
    seen = clock.read(frames(("2026-01-15", (440, 40), 0.9), start=late))
    assert {one.shown.date() for one in seen.readings} == {NO_DAY}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-01-15 10:23:45", "2026-01-15T10:23:45"),
        ("15-Jan-2026 10:23:45", "2026-01-15T10:23:45"),
        ("15 January 2026, 10:23:45 UTC+8", "2026-01-15T10:23:45"),
        ("2026年1月15日 下午3:04:05", "2026-01-15T15:04:05"),
        ("2026-01-15 03:04:05 PM", "2026-01-15T15:04:05"),
        ("2026-01-15 12:04:05 AM", "2026-01-15T00:04:05"),
        ("2026-01-15 10:23:45+08:00", "2026-01-15T10:23:45"),
        ("11:04:05 pm", "0001-01-01T23:04:05"),
        ("2026-01-15 15:04:05 PM", None),
        ("2026-01-15 3:04:05", None),
        ("15-Jan-2026 10:23", None),
        ("26-01-15 10:23:45", "0001-01-01T10:23:45"),
    ],
)
def test_a_line_says_its_time(text: str, shown: str | None) -> None:
    told = lines.said(text)
    assert (told and told[0].isoformat()) == shown


@pytest.mark.skipif(not rapidocr.available(), reason="the extra ocr is not installed")
def test_a_month_that_is_a_name_is_read() -> None:
    seen = clock.read(frames(("%d-%b-%Y %H:%M:%S", (150, 60), 0.9)))
    assert {one.shown.date() for one in seen.readings} == {DAY}
