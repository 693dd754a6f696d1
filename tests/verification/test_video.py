"""`video.clock` and `video.content`: honest films, their bad twins, and films that are broken."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import cv2
import numpy as np
import pytest

from tests.verification import films
from verification import pipeline
from verification.content import Content, Video
from verification.films import clock, digits, layout, lines, sampling
from verification.limits import Limits
from verification.pages import drawing
from verification.policies import load as load_policy
from verification.readers import opencv_film
from verification.readers.film_tables import film_of, film_track
from verification.readers.isobmff import BoxError
from verification.readers.matroska_film import key_film
from verification.readers.rapidocr import available
from verification.sandbox.client import Sandbox
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Finding, Requirement, Status, Submission, VideoBox

AT = datetime(2026, 6, 1, tzinfo=UTC)
#: When the clock of every film begins, for a camera in China.
MADE = datetime(2026, 1, 15, 2, 23, 45, tzinfo=UTC)
SCRIPT = films.Script(seconds=14, rate=6, created=MADE, font="hershey-simplex", style="outlined")

CLOCK = Video(clock=True)
PICTURE = cv2.imencode(".png", np.zeros((20, 20), np.uint8))[1].tobytes()


@cache
def film(twin: films.Twin = "honest", codec: str = "mpeg4-mp4") -> bytes:
    return films.film(replace(SCRIPT, twin=twin, codec=codec))


def findings(data: bytes, asked: Video | None = CLOCK) -> list[Finding]:
    return _told(data, asked)


@cache
def _told(data: bytes, asked: Video | None) -> list[Finding]:
    terms = Terms(
        at=AT,
        policy=load_policy(),
        requirement=Requirement(
            content=Content(video=asked),
            not_before=datetime(2026, 1, 10, tzinfo=UTC),
            not_after=datetime(2026, 2, 1, tzinfo=UTC),
        ),
    )
    told = pipeline.verify(Submission(data=data, name="film.mp4"), terms)
    return [one for one in told.checks if one.id.startswith("video.")]


def reasons(data: bytes, asked: Video | None = CLOCK) -> set[str | None]:
    return {one.sub_indication for one in findings(data, asked)}


@pytest.mark.parametrize(
    ("twin", "expected"),
    [
        pytest.param("honest", {None}, id="an honest film passes both checks"),
        pytest.param("spliced", {"CLOCK_JUMPS", None}, id="seven seconds were cut out"),
        pytest.param("frozen", {"CLOCK_FROZEN", None}, id="the clock stands still"),
        pytest.param(
            "wrong_day", {"CLOCK_OUT_OF_WINDOW", "CLOCK_DIFFERS", None}, id="filmed on another day"
        ),
        pytest.param("sped_up", {"CLOCK_RATE", None}, id="played slower than it was filmed"),
        pytest.param("black", {None, "VIDEO_BLACK"}, id="nothing but the clock is seen"),
        pytest.param("still", {None, "VIDEO_FROZEN"}, id="a still picture with a clock over it"),
    ],
)
def test_what_is_said_of_a_film(twin: films.Twin, expected: set[str | None]) -> None:
    assert reasons(film(twin)) == expected


@pytest.mark.parametrize(
    ("pattern", "start", "told"),
    [
        pytest.param("%H:%M:%S", SCRIPT.start, {"CLOCK_UNREAD", None}, id="the time of day alone"),
        pytest.param(
            "%m/%d/%Y %H:%M:%S", SCRIPT.start, {None}, id="01/15/2026: there is one meaning"
        ),
        pytest.param(
            "%m/%d/%Y %H:%M:%S",
            SCRIPT.start + timedelta(days=60),
            {"CLOCK_OUT_OF_WINDOW", "CLOCK_DIFFERS", None},
            id="03/16/2026: too late",
        ),
        pytest.param(
            "%d/%m/%Y %H:%M:%S",
            SCRIPT.start + timedelta(days=52),
            {"CLOCK_OUT_OF_WINDOW", "CLOCK_DIFFERS", None},
            id="08/03/2026: the eighth of March and the third of August are both too late",
        ),
    ],
)
def test_a_day_is_asked_of_the_clock_however_it_is_written(
    pattern: str, start: datetime, told: set[str | None]
) -> None:
    assert reasons(films.film(replace(SCRIPT, pattern=pattern, start=start))) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        pytest.param(20, {"CLOCK_DIFFERS", None}, id="twenty minutes, which no zone explains"),
        pytest.param(-20, {"CLOCK_DIFFERS", None}, id="twenty minutes the other way"),
        pytest.param(8 * 60 - 330, {None}, id="a camera in India"),
        pytest.param(8 * 60 + 9 * 60 + 30, {None}, id="a camera on the Marquesas"),
        pytest.param(9, {None}, id="nine minutes, as clocks go wrong"),
    ],
)
def test_what_the_header_says_is_compared_in_zones_that_there_are(
    minutes: int, told: set[str | None]
) -> None:
    assert reasons(films.stamped(film(), MADE + timedelta(minutes=minutes))) == told


def test_a_repeated_stretch_is_told_by_the_clock_or_by_the_picture() -> None:
    assert reasons(film("repeated")) & {"CLOCK_JUMPS", "VIDEO_REPEATED"}


def test_pictures_alone_never_fail_a_file() -> None:
    twins: tuple[films.Twin, ...] = ("spliced", "frozen", "wrong_day", "still", "black")
    statuses = {one.status for twin in twins for one in findings(film(twin))}
    assert statuses == {Status.PASSED, Status.INDETERMINATE}


def test_evidence_names_the_time_and_the_place_of_the_jump() -> None:
    told = next(one for one in findings(film("spliced")) if one.sub_indication == "CLOCK_JUMPS")
    before, after = told.evidence
    assert isinstance(before, VideoBox)
    assert isinstance(after, VideoBox)
    assert before.t_ms < 7_100
    assert after.t_ms >= 6_900
    assert after.box[2] - after.box[0] > 100
    assert "+7" in told.message.zh or "+8" in told.message.zh


def test_the_reviewer_sees_the_frame_with_the_box_drawn_on_it() -> None:
    told = next(one for one in findings(film("spliced")) if one.sub_indication == "CLOCK_JUMPS")
    _, after = told.evidence
    assert isinstance(after, VideoBox)
    plain = drawing.render(film("spliced"), drawing.Wanted(page=after.t_ms + 1, max_side=2000))
    boxed = drawing.render(
        film("spliced"), drawing.Wanted(page=after.t_ms + 1, max_side=2000, clip=after.box)
    )
    assert (boxed.width, boxed.height) == (plain.width, plain.height) == (640, 360)
    before, drawn = (
        np.frombuffer(one.rgb, np.uint8).reshape(360, 640, 3) for one in (plain, boxed)
    )
    rows, columns = np.nonzero((before != drawn).any(axis=2))
    assert abs(int(columns.min()) - round(after.box[0])) <= 8
    assert abs(int(rows.max()) - round(after.box[3])) <= 8


def test_a_film_that_cannot_be_decoded_has_no_picture() -> None:
    with pytest.raises(drawing.CannotRender, match="broken"):
        drawing.render(b"\0\0\0\x18ftypisom", drawing.Wanted(max_side=100))


def test_a_film_in_av1_is_told_by_that_name() -> None:
    data = film().replace(b"mp4v", b"av01").replace(b"esds", b"free")
    told = {one.sub_indication: one.message for one in findings(data)}
    assert "AV1" in told["VIDEO_UNREADABLE"].en
    assert "AV1" in told["VIDEO_UNREADABLE"].zh


@pytest.mark.parametrize(
    "data",
    [pytest.param(b"11:20:33 all went well\n", id="a text"), pytest.param(PICTURE, id="png")],
)
def test_what_is_no_film_does_not_pass_for_one(data: bytes) -> None:
    [told] = findings(data)
    assert (told.status, told.sub_indication) == (Status.INDETERMINATE, "VIDEO_UNREADABLE")


def test_without_a_requirement_no_frame_is_decoded() -> None:
    assert findings(film(), None) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Video(least_seconds=10), (Status.PASSED, None)),
        (Video(least_seconds=30), (Status.FAILED, "VIDEO_TOO_SHORT")),
        (Video(most_seconds=10), (Status.FAILED, "VIDEO_TOO_LONG")),
    ],
)
def test_how_long_it_lasts_may_fail(asked: Video, expected: tuple[Status, str | None]) -> None:
    assert [(one.status, one.sub_indication) for one in findings(film(), asked)] == [expected]


def test_a_film_without_a_clock_is_said_to_have_none() -> None:
    data = films.film(replace(SCRIPT, pattern=""))
    assert "CLOCK_NOT_FOUND" in reasons(data)


@pytest.mark.parametrize("codec", ["mpeg4-mov", "mjpeg-avi", "xvid-avi", "mpeg4-mkv"])
def test_other_codecs_and_containers_are_read(codec: str) -> None:
    form = films.CODECS[codec][1]
    told = clock.read(sampling.sampled(film("honest", codec), form).frames)
    assert len(told.readings) >= 3
    assert all(
        one.shown in {SCRIPT.clock(one.at + 0.03), SCRIPT.clock(one.at - 0.03)}
        for one in told.readings
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-1510:23:45", (datetime(2026, 1, 15, 10, 23, 45), False)),  # noqa: DTZ001 - a wall clock
        ("CAM1 2026年1月15日 10时23分45秒", (datetime(2026, 1, 15, 10, 23, 45), False)),  # noqa: DTZ001
        ("05.01.2026 10:23:45", (datetime(2026, 1, 5, 10, 23, 45), True)),  # noqa: DTZ001
        ("01/15/2026 10:23:45", (datetime(2026, 1, 15, 10, 23, 45), False)),  # noqa: DTZ001
        ("10:23:45", (datetime(1, 1, 1, 10, 23, 45), False)),  # noqa: DTZ001
        pytest.param("2026-13-15 10:23:45", None, id="no such month"),
        pytest.param("2026-03-2 10:23:45", None, id="03-12, of which a digit was not read"),
        pytest.param("2026-01-15 10:23:451", None, id="a digit too many"),
        pytest.param("tel. 010-23-45", None, id="a telephone number"),
    ],
)
def test_what_a_line_says(text: str, expected: tuple[datetime, bool] | None) -> None:
    assert lines.said(text) == expected


@pytest.mark.skipif(not available(), reason="the extra ocr is not installed")
def test_a_clock_that_our_network_does_not_see_is_read_by_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = sampling.sampled(film(), "mp4").frames
    monkeypatch.setattr(clock, "rows", lambda *_: [])
    told = clock.read(frames)
    assert len(told.readings) >= 0.8 * len(frames)
    assert all(
        one.shown in {SCRIPT.clock(one.at + 0.03), SCRIPT.clock(one.at - 0.03)}
        for one in told.readings
    )
    monkeypatch.setattr(lines, "available", lambda: False)
    assert clock.read(frames).readings == ()


def _without(data: bytes, name: bytes) -> bytes:
    return data.replace(name, b"free")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(lambda d: d[: len(d) // 3], "cut off before its tables", id="first third"),
        pytest.param(lambda d: _without(d, b"trak"), "no track", id="no track"),
        pytest.param(lambda d: d.replace(b"vide", b"soun"), "sound", id="sound alone"),
        pytest.param(lambda d: _without(d, b"stsz"), "no sizes", id="sizes are missing"),
        pytest.param(
            lambda d: d.replace(b"stsz" + bytes(8), b"stsz" + bytes(4) + b"\0\0\0\1"),
            "every sample is one byte",
            id="samples of one byte",
        ),
        pytest.param(
            lambda d: d[: d.index(b"mdat") + 4] + bytes(len(d) - d.index(b"mdat") - 4 - 4000)
            + d[-4000:],
            "zeros",
            id="pictures of zeros",
        ),
        pytest.param(
            lambda d: d[: d.index(b"stco") + 12]
            + struct.pack(">I", 0xFFFFFFF0)
            + d[d.index(b"stco") + 16 :],
            "chunks far beyond the end",
            id="chunks beyond the end",
        ),
    ],
)  # fmt: skip
def test_a_broken_film_gives_findings_and_no_exception(data: object, why: str) -> None:
    assert callable(data)
    told = findings(data(film()))
    assert told, why
    assert "CHECK_BROKE" not in {one.sub_indication for one in told}
    assert all(one.status is not Status.PASSED for one in told if one.id == "video.clock")


def test_key_frames_keep_their_times_in_a_film_of_their_own() -> None:
    data = film()
    track = film_track(data)
    assert track is not None
    keys = [int(one) for one in track.keys]
    few = film_of(data, track, keys)
    frames = list(opencv_film.frames(few, lambda _, __: True, 100))
    wanted = [float(track.shown[one]) / track.timescale for one in keys]
    assert [round(one.at, 2) for one in frames] == [round(one, 2) for one in wanted]
    assert len(few) < len(data)
    whole = list(opencv_film.frames(data, lambda number, _: number == keys[1], 100))
    assert np.array_equal(whole[0].pixels, frames[1].pixels)


def test_key_frames_of_matroska_keep_their_times() -> None:
    keys = key_film(film("honest", "mpeg4-mkv"))
    assert keys is not None
    frames = list(opencv_film.frames(keys.film, lambda _, __: True, 100))
    assert len(frames) == keys.count
    assert frames[1].at == pytest.approx(2.0, abs=0.01)


def test_tables_that_promise_too_much_are_refused() -> None:
    data = bytearray(film())
    struct.pack_into(">I", data, data.index(b"stts") + 8, 0x7FFFFFFF)
    with pytest.raises(BoxError, match="stts"):
        film_track(bytes(data))


def test_a_film_that_was_turned_is_seen_upright() -> None:
    data = bytearray(film())
    start = data.index(b"tkhd") + 4 + 40
    struct.pack_into(">9i", data, start, 0, 0x10000, 0, -0x10000, 0, 0, 360 << 16, 0, 1 << 30)
    assert sampling.sampled(bytes(data), "mp4").size == (360, 640)


WIDE, THIN, INK = 0.9, 0.05, 0.95


@pytest.mark.parametrize(
    ("text", "ends", "day", "hour"),
    [
        ("20260115102345", (3, 5, 7, 9, 11), date(2026, 1, 15), time(10, 23, 45)),
        ("15012026102345", (1, 3, 7, 9, 11), date(2026, 1, 15), time(10, 23, 45)),
        ("01152026102345", (1, 3, 7, 9, 11), date(2026, 1, 15), time(10, 23, 45)),
        ("2026115102345", (3, 4, 6, 8, 10), date(2026, 1, 15), time(10, 23, 45)),
        ("2026125102345", (3, 5, 6, 8, 10), date(2026, 12, 5), time(10, 23, 45)),
        ("102345", (1, 3), None, time(10, 23, 45)),
        ("20260115", (3, 5), date(2026, 1, 15), None),
    ],
)
def test_fields_are_told_by_the_gaps(
    text: str, ends: tuple[int, ...], day: date | None, hour: time | None
) -> None:
    gaps = [INK if place in ends else THIN for place in range(len(text) - 1)]
    told = layout.said(text, gaps)
    assert told is not None
    assert (told.day, told.hour) == (day, hour)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        pytest.param("20261315102345", (3, 5, 7, 9, 11), id="a thirteenth month"),
        pytest.param("252345", (1, 3), id="twenty-five hours"),
        pytest.param("102345", (), id="one number of six digits"),
        pytest.param("13800138000", (2, 6), id="a telephone number"),
        pytest.param("2025032212822", (3, 5, 6, 8, 10), id="03-12, whose 1 was not seen"),
        pytest.param("2025102212822", (3, 4, 6, 8, 10), id="1-02, of which a digit was not seen"),
        pytest.param("0232025212822", (1, 2, 6, 8, 10), id="02.3, of which a digit was not seen"),
    ],
)
def test_what_is_no_clock(text: str, ends: tuple[int, ...]) -> None:
    gaps = [INK if place in ends else THIN for place in range(len(text) - 1)]
    told = layout.said(text, gaps)
    assert told is None or told.whole is None


@pytest.mark.slow
def test_a_film_is_decoded_in_the_confined_child() -> None:
    terms = Terms(
        at=AT, policy=load_policy(), requirement=Requirement(content=Content(video=CLOCK))
    )
    with Sandbox.start(limits=Limits()) as sandbox:
        report = verify_file(sandbox, io.BytesIO(film()), Request(name="film.mp4", terms=terms))
        assert report.sandbox == sandbox.level
    told = {one.id: one.status for one in report.checks if one.id.startswith("video.")}
    assert told == {"video.clock": Status.PASSED, "video.content": Status.PASSED}


def test_weights_that_are_not_those_of_the_network_are_refused() -> None:
    layers = digits.weights()
    text = digits.write(layers, {})
    assert np.allclose(digits.read(text)[0][0], layers[0][0])
    with pytest.raises(digits.BadWeights):
        digits.read(text.replace(digits.FORMAT, "another"))
    with pytest.raises(digits.BadWeights):
        digits.read(digits.write(layers[1:], {}))
