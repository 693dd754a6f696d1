"""Our network and PP-OCR read one clock: what a text says, and what is told where they differ."""

from __future__ import annotations

from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from verification.films import clock, texts
from verification.films.reading import NO_DAY, Reading
from verification.films.weighing import weighed
from verification.readers import rapidocr
from verification.readers.opencv_film import Frame

AT = datetime(2026, 11, 28, 14, 3, 22)  # noqa: DTZ001 - a wall clock
LATE = AT.replace(hour=23, minute=59, second=58)
BOX = (0.0, 0.0, 100.0, 10.0)


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("11-28-2026 Sat 14:03:22", "2026-11-28", "14:03:22"),
        ("2026年11月28日 星期六 14:03:22", "2026-11-28", "14:03:22"),
        ("14:03:22 28.11.2026", "2026-11-28", "14:03:22"),
        ("14:03:22  2026-11-28", "2026-11-28", "14:03:22"),
        ("2026.11.2814:03:22", "2026-11-28", "14:03:22"),
        ("NoV 28, 2026 2:03:22 PM", "2026-11-28", "14:03:22"),
        ("0ct22,20262:03:22 PM", "2026-10-22", "14:03:22"),
        ("220CT202614:03:22", "2026-10-22", "14:03:22"),
        ("PM 2:03:22", None, "14:03:22"),
        ("NOV 28 2026", "2026-11-28", None),
        ("2026-II-28 I4:03:22", "2026-11-28", "14:03:22"),
        ("28-11-2026 Sat 14: 03:22", "2026-11-28", "14:03:22"),
        ("2026-11-28 14:03:22:15", "2026-11-28", "14:03:22"),
        pytest.param("2026-11-2日at 14:03:22", None, None, id="an 8 that is taken for 日"),
        pytest.param("Jan-2026 10:23:45", None, "10:23:45", id="an hour is no month"),
        pytest.param("2026 SATURDAY", None, None, id="a year is no day"),
    ],
)
def test_what_a_line_of_text_says(text: str, day: str | None, hour: str | None) -> None:
    told = texts.told(text)
    said = (told.day, told.hour) if told else (None, None)
    assert tuple(one and one.isoformat() for one in said) == (day, hour)


def readings(*shown: datetime | None, half: bool = False, figures: int = 14) -> list[Reading]:
    """Give readings two seconds apart; None: not read there."""
    return [
        Reading(at=2.0 * n, shown=one, box=BOX, sure=1.0, half=half, figures=figures)
        for n, one in enumerate(shown)
        if one is not None
    ]


def running(start: datetime, count: int = 5) -> list[datetime]:
    return [start + timedelta(seconds=2 * n) for n in range(count)]


RIGHT = running(AT)
OFF = timedelta(minutes=5)
DAYLESS = [datetime.combine(NO_DAY, one.time()) for one in RIGHT]
MORNING = [one - timedelta(hours=12) for one in RIGHT]
NOON = running(AT.replace(hour=12, minute=59, second=56))


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [
        pytest.param(readings(*RIGHT), [], RIGHT, id="one reader alone"),
        pytest.param([], readings(*RIGHT), RIGHT, id="the other reader alone"),
        pytest.param(
            readings(*RIGHT),
            readings(RIGHT[0], None, RIGHT[2] + OFF, *RIGHT[3:]),
            RIGHT,
            id="a slip of the other one",
        ),
        pytest.param(
            readings(*RIGHT[:2], RIGHT[2] - OFF, *RIGHT[3:]),
            readings(*RIGHT),
            RIGHT,
            id="a slip of our own",
        ),
        pytest.param(
            readings(*RIGHT),
            readings(*(one + OFF for one in RIGHT)),
            RIGHT,
            id="3 taken for 8 throughout: our network counts",
        ),
        pytest.param(
            readings(*(one.replace(month=1) for one in RIGHT), figures=13),
            readings(*RIGHT),
            RIGHT,
            id="a 1 of 11 lost throughout: more figures count",
        ),
        pytest.param(
            readings(*RIGHT[:4])
            + readings(None, None, None, None, RIGHT[4].replace(month=1), figures=13),
            [],
            RIGHT[:4],
            id="a day that lost a figure, beside others",
        ),
        pytest.param(readings(*DAYLESS), readings(*RIGHT), RIGHT, id="a day counts more"),
        pytest.param(readings(*RIGHT), readings(*DAYLESS), RIGHT, id="a day counts more, ours too"),
        pytest.param(
            readings(*DAYLESS),
            readings(RIGHT[0], RIGHT[1]),
            DAYLESS,
            id="a day on few frames does not",
        ),
        pytest.param(
            readings(*MORNING),
            readings(RIGHT[0], None, *RIGHT[2:], half=True),
            RIGHT,
            id="PM beside the figures",
        ),
        pytest.param(
            readings(*NOON[:2], *(one - timedelta(hours=12) for one in NOON[2:])),
            readings(*NOON[:4], None, half=True),
            NOON,
            id="PM from 12 to 1",
        ),
        pytest.param(
            readings(*MORNING),
            readings(RIGHT[0], half=True) + readings(None, *MORNING[1:]),
            MORNING,
            id="PM on one frame of five is a slip",
        ),
    ],
)
def test_what_two_readers_say_is_weighed(
    own: list[Reading], other: list[Reading], told: list[datetime]
) -> None:
    assert [one.shown for one in weighed(own, other)] == told


def drawn(*lines: tuple[str, int], start: datetime = AT) -> list[Frame]:
    """Draw three frames, two seconds apart, with lines at heights."""
    noise = np.random.default_rng(1).integers(60, 160, (240, 480, 3), dtype=np.uint8)
    ground, out = cv2.GaussianBlur(noise, (0, 0), 9), []
    for second in (0, 2, 4):
        picture = ground.copy()
        for form, low in lines:
            text = (start + timedelta(seconds=second)).strftime(form)
            for colour, wide in (((0, 0, 0), 5), ((255, 255, 255), 2)):
                cv2.putText(
                    picture, text, (20, low), cv2.FONT_HERSHEY_SIMPLEX, 0.7, colour, wide, 16
                )
        out.append(Frame(at=float(second), pixels=np.asarray(picture, np.uint8)))
    return out


@pytest.mark.skipif(not rapidocr.available(), reason="the extra ocr is not installed")
@pytest.mark.parametrize(
    ("lines", "start"),
    [
        pytest.param([("%d/%m/%Y %I:%M:%S %p", 220)], AT, id="PM"),
        pytest.param([("%m/%d/%Y %I:%M:%S %p", 220)], AT.replace(hour=12, minute=59, second=58),
                     id="PM, from 12 to 1"),
        pytest.param([("%b %d, %Y %I:%M:%S %p", 40)], AT, id="a month in letters"),
        pytest.param([("%b %d %Y", 40), ("%p %I:%M:%S", 66)], AT, id="a day above the time"),
        pytest.param([("%I:%M:%S %p", 194), ("%d %b %Y", 220)], AT, id="a day below the time"),
        pytest.param([("%H:%M:%S %d.%m.%Y", 40)], AT, id="the time first"),
        pytest.param([("%b %d %Y", 40), ("%H:%M:%S", 66)], LATE,
                     id="a day above the time, over midnight"),
    ],
)  # fmt: skip
def test_a_clock_is_read_as_cameras_write_it(lines: list[tuple[str, int]], start: datetime) -> None:
    seen = clock.read(drawn(*lines, start=start))
    assert [one.shown for one in seen.readings] == running(start, 3)
    assert seen.has_day
