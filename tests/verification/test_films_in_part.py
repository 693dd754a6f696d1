"""Films of which a part is missing or cannot be decoded, and counters that are no clocks."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.verification import films
from verification import pipeline
from verification.content import Content, Video
from verification.films import rows, sampling
from verification.films.film import CUT_OFF, PARTLY
from verification.films.rows import Piece
from verification.policies import load
from verification.readers.film_tables import FilmTrack
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = films.Script(
    seconds=8, rate=6, size=(320, 180), digits=16, font="hershey-simplex", style="outlined"
)


@cache
def film(codec: str) -> bytes:
    return films.film(replace(SCRIPT, codec=codec))


def reasons(data: bytes, name: str) -> dict[str, set[str | None]]:
    terms = Terms(
        at=datetime(2026, 2, 1, tzinfo=UTC),
        policy=load(),
        requirement=Requirement(content=Content(video=Video(clock=True))),
    )
    told: dict[str, set[str | None]] = {}
    for one in pipeline.verify(Submission(data=data, name=name), terms).checks:
        if one.id.startswith("video."):
            assert one.status is not Status.FAILED
            told.setdefault(one.id, set()).add(one.sub_indication)
    return told


def lasting(seconds: float) -> Callable[[bytes], bytes]:
    """Let the head of a Matroska film say how long it lasts: it counts milliseconds."""

    def changed(data: bytes) -> bytes:
        at = data.index(b"\x44\x89\x88") + 3
        return data[:at] + struct.pack(">d", seconds * 1000) + data[at + 8 :]

    return changed


@pytest.mark.parametrize(
    ("codec", "change", "trouble"),
    [
        pytest.param("mpeg4-mkv", lambda d: d, None, id="Matroska, whole"),
        pytest.param("vp8-webm", lambda d: d, None, id="WebM, whole"),
        pytest.param("mjpeg-avi", lambda d: d, None, id="AVI, whole"),
        pytest.param("mpeg4-mkv", lambda d: d[: len(d) * 9 // 10], CUT_OFF, id="Matroska, cut"),
        pytest.param("vp8-webm", lambda d: d[: len(d) * 9 // 10], CUT_OFF, id="WebM, cut"),
        pytest.param("mjpeg-avi", lambda d: d[: len(d) * 9 // 10], CUT_OFF, id="AVI, cut"),
        pytest.param("mpeg4-mkv", lasting(9), None, id="Matroska that says one second more"),
        pytest.param("mpeg4-mkv", lasting(7200), PARTLY, id="Matroska that says two hours"),
        pytest.param("mpeg4-mkv", lasting(float("nan")), None, id="Matroska that says no number"),
        pytest.param(
            "mpeg4-mkv",
            lambda d: d[: len(d) // 2] + bytes(len(d) // 2),
            PARTLY,
            id="Matroska, its second half of zeros",
        ),
    ],
)
def test_a_film_of_which_a_part_is_missing_is_told_so(
    codec: str, change: Callable[[bytes], bytes], trouble: str | None
) -> None:
    form = films.CODECS[codec][1]
    seen = sampling.sampled(change(film(codec)), form)
    assert seen.trouble == trouble
    assert seen.frames
    told = reasons(change(film(codec)), f"film.{form}")["video.content"]
    assert told == ({None} if trouble is None else {"VIDEO_UNREADABLE"})


def track(keys: list[int], shown: list[int]) -> FilmTrack:
    count = np.arange(len(shown))
    return FilmTrack(
        timescale=1, duration=len(shown), matrix=b"", descriptions=b"", sizes=count * 0 + 1,
        offsets=count, decoded=count, shown=np.array(shown), keys=np.array(keys),
    )  # fmt: skip


#: In decoding order: before 20 is shown, 17 to 19 are, that are drawn upon 16 and 20.
OPEN = [*range(17), 20, 17, 18, 19, *range(21, 200)]


@pytest.mark.parametrize(
    ("keys", "shown", "pixels", "chosen"),
    [
        pytest.param([0, 17], OPEN, 1, set(range(200)), id="all of it fits"),
        pytest.param(
            [0, 17, 50, 90],
            OPEN,
            190_000_000 // 16,
            {0, 1, 2, 3, 17, 50, 51, 52, 53, 90, 91, 92, 93},
            id="pictures before their key frame are left out",
        ),
        pytest.param(
            [0], list(range(200)), 190_000_000 // 100, set(range(200)), id="one key frame alone"
        ),
    ],
)
def test_what_is_decoded_can_be(
    keys: list[int], shown: list[int], pixels: int, chosen: set[int]
) -> None:
    one = track(keys, shown)
    got = sampling._chosen(one, one.keys, np.ones(len(shown), bool), pixels)  # noqa: SLF001 - the rule itself
    assert set(got) == chosen


@pytest.mark.parametrize(
    ("start", "told"),
    [
        pytest.param("00:00:00", {"CLOCK_UNREAD"}, id="from nought: a counter"),
        pytest.param("10:23:45", {None}, id="a time of day"),
        pytest.param("00:07:00", {None}, id="seven minutes after midnight"),
    ],
)
def test_a_counter_is_no_clock(start: str, told: set[str | None]) -> None:
    hour, minute, second = (int(one) for one in start.split(":"))
    begun = SCRIPT.start.replace(hour=hour, minute=minute, second=second)
    data = films.film(replace(SCRIPT, start=begun, pattern="%H:%M:%S"))
    assert reasons(data, "film.mp4")["video.clock"] == told


def spelled(text: str, doubtful: int | None = None) -> list[Piece]:
    """Give pieces 10 wide and 16 high; a space or a stroke keeps the room of one."""
    return [
        Piece(
            box=(12 * place, 0, 12 * place + 9, 16),
            digit=int(one),
            sure=0.55 if place == doubtful else 1.0,
        )
        for place, one in enumerate(text)
        if one.isdigit()
    ]


@pytest.mark.parametrize(
    ("text", "doubtful", "whole"),
    [
        pytest.param("11-28-2026  14:03:22", None, "2026-11-28T14:03:22", id="nothing between"),
        pytest.param("11-28-2026 5at 14:03:22", 11, "2026-11-28T14:03:22", id="Sat, read as 5at"),
        pytest.param("11-28-2026 57  14:03:22", 11, None, id="two figures that stand between"),
    ],
)
def test_a_letter_between_day_and_time_is_no_digit(
    text: str, doubtful: int | None, whole: str | None
) -> None:
    mask = np.zeros((16, 12 * len(text)), np.uint8)
    for place, one in enumerate(text):
        if not one.isspace():
            mask[4:12, 12 * place + 2 : 12 * place + 8] = 1
    found = list(rows._says(spelled(text, doubtful), mask))  # noqa: SLF001 - one row, its pieces given
    read = [one.said.whole for one in found if one.said.whole]
    assert [one.isoformat() for one in read] == ([] if whole is None else [whole])
