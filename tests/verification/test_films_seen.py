"""Films known again: copies in other forms, and other days of the same place beside them."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verification import filmed
from tests.verification.filmed import COPIES, Scene, coded, extension, take
from verification.films import strip
from verification.fingerprints import film_likeness
from verification.fingerprints.film_making import fingerprint
from verification.fingerprints.films import (
    OpenedFilm,
    asked_words,
    kept_words,
    opened,
)
from verification.fingerprints.kept import FilmFingerprint
from verification.fingerprints.pages import NoFingerprint
from verification.limits import Limits
from verification.sandbox.client import Sandbox
from verification.sandbox.film_prints import fingerprint_film

if TYPE_CHECKING:
    from verification.fingerprints.film_likeness import Measured

SCENE = Scene(place=3, seconds=12.0, size=(480, 270))
SCREEN = replace(SCENE, kind="screen", seconds=14.0)


@cache
def film(scene: Scene = SCENE, copied: str = "") -> OpenedFilm:
    shot = take(scene)
    shot = COPIES[copied](shot) if copied else shot
    made = fingerprint(coded(shot), extension(shot))
    assert made is not None
    return opened(made)


def measured(new: OpenedFilm, earlier: OpenedFilm) -> Measured:
    told = film_likeness.compare(new, earlier)
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("scene", "copied"),
    [
        pytest.param(SCENE, "VP8 in WebM", id="another codec and container"),
        pytest.param(SCENE, "made smaller to 44 %", id="smaller pictures"),
        pytest.param(SCENE, "half of it (25 to 75 %)", id="half of it"),
        pytest.param(SCENE, "cropped by 5 % a side", id="edges cut off"),
        pytest.param(SCENE, "brighter, less contrast", id="brighter"),
        pytest.param(SCENE, "recorded in a player's window", id="recorded from a screen"),
        pytest.param(SCENE, "another clock drawn over", id="another clock"),
        pytest.param(SCENE, "frame rate 12 to 25", id="another frame rate"),
        pytest.param(SCENE, "mirrored", id="mirrored"),
        pytest.param(SCREEN, "frame rate 12 to 8", id="a screen, at another frame rate"),
        pytest.param(
            replace(SCENE, kind="hand"), "cropped by 5 % a side", id="a camera in a hand, cut"
        ),
    ],
)
def test_a_copy_is_found_and_told(scene: Scene, copied: str) -> None:
    copy, earlier = film(scene, copied), film(scene)
    assert measured(copy, earlier).is_copy
    assert len({*asked_words(copy)} & {*kept_words(earlier)}) >= 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(SCENE, replace(SCENE, day=2), id="one room on two days"),
        pytest.param(
            replace(SCENE, clock=36_000),
            replace(SCENE, day=2, clock=36_600),
            id="one room, and clocks whose seconds go together",
        ),
        pytest.param(SCREEN, replace(SCREEN, day=2), id="one program with one start page"),
        pytest.param(
            replace(SCENE, kind="machine"),
            replace(SCENE, kind="machine", day=2),
            id="one machine that does the same again and again",
        ),
        pytest.param(
            replace(SCENE, kind="slides", seconds=15.0),
            replace(SCENE, kind="slides", seconds=15.0, day=2),
            id="slides of one look",
        ),
        pytest.param(
            replace(SCENE, intro=4.0), replace(SCENE, place=4, intro=4.0), id="one short intro"
        ),
    ],
)
def test_another_film_is_not_told(one: Scene, other: Scene) -> None:
    told = film_likeness.compare(film(one), film(other))
    assert told is None or not told.is_copy


def test_a_part_of_a_longer_film_is_told_with_its_times() -> None:
    long = take(replace(SCENE, seconds=24.0))
    part = long.pictures[6 * 12 : 18 * 12]
    other = take(replace(SCENE, place=8, seconds=6.0))
    mixed = replace(long, pictures=(*other.pictures, *part))
    new = fingerprint(coded(mixed), "mp4")
    assert new is not None
    told = measured(opened(new), film(replace(SCENE, seconds=24.0)))
    assert told.is_copy
    assert told.here == pytest.approx((6, 18), abs=0.7)
    assert told.there == pytest.approx((6, 18), abs=0.7)
    assert all(abs(here - there) < 0.2 for here, there in told.moments)


def test_a_film_too_long_to_be_decoded_whole_is_known_by_parts_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = replace(SCENE, seconds=30.0)
    shot, whole = take(scene), film(scene)
    monkeypatch.setattr(strip, "_DECODED", 200 * 480 * 270)
    made = fingerprint(coded(shot), "mp4")
    assert made is not None
    few = opened(made)
    assert len(few.times) < 0.8 * len(whole.times)
    assert few.times[-1] > 25
    assert measured(few, whole).is_copy
    assert measured(whole, few).is_copy


@pytest.mark.parametrize(
    "shade", [pytest.param(4, id="black"), pytest.param(200, id="one bright colour")]
)
def test_a_film_of_one_colour_has_no_fingerprint(shade: int) -> None:
    picture = np.full((180, 320, 3), shade, np.uint8)
    shot = filmed.Take(pictures=(picture,) * 40, rate=10)
    assert fingerprint(coded(shot), "mp4") is None


def test_of_a_broken_film_there_is_none_or_a_part() -> None:
    data = coded(take(replace(SCENE, seconds=4.0)))
    for end in range(0, len(data), len(data) // 7):
        made = fingerprint(data[:end], "mp4")
        assert made is None or opened(made).times[-1] <= 4


def test_the_sandbox_gives_the_same() -> None:
    data = coded(take(replace(SCENE, seconds=3.0)))
    with Sandbox.start(limits=Limits()) as sandbox:
        assert fingerprint_film(sandbox, io.BytesIO(data), "mp4") == fingerprint(data, "mp4")
        assert fingerprint_film(sandbox, io.BytesIO(b"no film"), "mp4") is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80), st.binary())
def test_bytes_that_are_no_fingerprint_are_refused(
    times: bytes, smalls: bytes, points: bytes, mirrored: bytes
) -> None:
    said = FilmFingerprint(
        width=1, height=1, times=times, smalls=smalls, points=points, mirrored=mirrored
    )
    with pytest.raises(NoFingerprint):
        opened(said)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 40), st.integers(1, 300), st.booleans())
def test_any_two_films_can_be_compared(seed: int, count: int, apart: int, blank: bool) -> None:  # noqa: FBT001
    random = np.random.default_rng(seed)
    made = [
        OpenedFilm(
            times=np.cumsum(random.integers(1, apart + 1, count)) / 100,
            smalls=random.integers(0, 1 if blank else 256, (count, 18, 32)).astype(np.uint8),
            views=np.sort(random.integers(0, 8, 60)).astype(np.uint8),
            places=random.random((60, 2)),
            descriptions=random.integers(0, 256, (60, 32)).astype(np.uint8),
            mirrored=np.zeros((0, 32), np.uint8),
        )
        for _ in range(2)
    ]
    told = film_likeness.compare(*made)
    assert told is None or not told.is_copy
    assert film_likeness.compare(made[0], made[0]) is None or not blank
    assert kept_words(made[0])


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param(0, 9, id="a frame that is none of eight"),
        pytest.param(37 * 150, 0, id="frames out of order"),
    ],
)
def test_points_of_frames_that_cannot_be_are_refused(place: int, value: int) -> None:
    shot = take(replace(SCENE, seconds=3.0))
    made = fingerprint(coded(shot), "mp4")
    assert made is not None
    assert opened(made).views.max() > 0
    points = bytearray(made.points)
    points[place] = value
    with pytest.raises(NoFingerprint):
        opened(replace(made, points=bytes(points)))


def test_a_moment_is_shown_as_it_was() -> None:
    shot = take(replace(SCENE, seconds=8.0))
    data = coded(shot)
    for at in (0.0, 3.3, 6.0):
        frame = strip.frame_at(data, "mp4", at)
        assert frame is not None
        assert abs(frame.at - at) < 0.1
        drawn = shot.pictures[round(frame.at * shot.rate)].astype(int)
        assert np.abs(frame.pixels.astype(int) - drawn).mean() < 6
