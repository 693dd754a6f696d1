"""Clocks in films: read exactly, bad films found, honest ones left alone, processor time.

The typefaces are those that nothing was learned from. PyAV (not installed with countermark) adds
H.264 and H.265; without it the codecs of OpenCV are used. Peer: decoding every frame.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.promise import record
from tests.verification import films
from verification import pipeline
from verification.content import Content, Video
from verification.films import clock, sampling
from verification.policies import load
from verification.readers import opencv_film
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERNS = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S",
    "%Y年%m月%d日 %H时%M分%S秒", "%H:%M:%S",
)  # fmt: skip
_STYLES: tuple[films.Style, ...] = ("white", "outlined", "boxed", "dark", "yellow")
_CODECS = (
    "mpeg4-mp4", "mpeg4-mov", "mjpeg-avi", "xvid-avi", "mpeg4-mkv", "mjpeg-mov", "vp8-webm",
    "h264-mp4", "h264-mov", "h264-mkv", "h265-mp4",
)  # fmt: skip
_BAD: dict[films.Twin, frozenset[str]] = {
    "spliced": frozenset({"CLOCK_JUMPS"}),
    "frozen": frozenset({"CLOCK_FROZEN"}),
    "wrong_day": frozenset({"CLOCK_DIFFERS", "CLOCK_OUT_OF_WINDOW"}),
    "sped_up": frozenset({"CLOCK_RATE", "CLOCK_JUMPS"}),
    "repeated": frozenset({"CLOCK_JUMPS", "VIDEO_REPEATED"}),
    "still": frozenset({"VIDEO_FROZEN"}),
    "black": frozenset({"VIDEO_BLACK"}),
}
_SEEDS = {"tuning": 1_000, "reporting": 50_000}


@dataclass
class Tally:
    """What came of one half."""

    films: int = 0
    exact: int = 0
    readings: int = 0
    wrong: int = 0
    missed: Counter[str] = field(default_factory=Counter)


def scripts(half: str, count: int) -> Iterator[films.Script]:
    """Give films of every codec, typeface and look, by turns."""
    faces = films.TUNING if half == "tuning" else films.REPORTING
    codecs = [one for one in _CODECS if films.can_write(one)]
    for number in range(count):
        chance = random.Random(_SEEDS[half] + number)  # noqa: S311 - a sample
        pattern = chance.choice(_PATTERNS)
        face = faces[number % len(faces)]
        if "年" in pattern:
            face = "noto-sans" if half == "tuning" else "noto-serif"
        large = chance.random() < 0.5
        yield films.Script(
            seed=_SEEDS[half] + number,
            codec=codecs[number % len(codecs)],
            font=face,
            style=_STYLES[number % 5 if number % 2 else chance.randrange(5)],
            pattern=pattern,
            size=(1280, 720) if large else (640, 360),
            digits=chance.choice((18, 22, 28, 36) if large else (14, 16, 20, 24)),
            seconds=12.0,
            rate=6,
            start=datetime(2025, 1, 1) + timedelta(seconds=chance.randrange(40_000_000)),  # noqa: DTZ001 - a wall clock
        )


def form(script: films.Script) -> str:
    return (films.CODECS.get(script.codec) or films.AV_CODECS[script.codec])[1]


def reading(half: str, count: int) -> Tally:
    """Read clocks and compare them with what was drawn."""
    tally = Tally()
    for script in scripts(half, count):
        film = sampling.sampled(films.film(script), form(script))
        told = clock.read(film.frames)
        wrong = sum(not _right(script, one) for one in told.readings)
        tally.films += 1
        tally.readings += len(told.readings)
        tally.wrong += wrong
        if not wrong and len(told.readings) >= 3:
            tally.exact += 1
        else:
            why = f"{wrong} of {len(told.readings)} wrong"
            tally.missed[
                f"{script.font} {script.style} {script.digits} px, {script.codec}: {why}"
            ] += 1
    return tally


def _right(script: films.Script, one: clock.Reading) -> bool:
    shown = {script.clock(one.at + slack) for slack in (0.03, -0.03)}
    if "%Y" not in script.pattern:
        shown = {datetime.combine(clock.NO_DAY, moment.time()) for moment in shown}
    return one.shown in shown


def reasons(script: films.Script) -> tuple[set[str], set[Status]]:
    """Give what the two checks say of a film whose header states an honest time."""
    made = script.start.replace(tzinfo=UTC) - timedelta(hours=8)
    data = films.film(replace(script, created=made))
    terms = Terms(
        at=datetime(2027, 1, 1, tzinfo=UTC),
        policy=load(),
        requirement=Requirement(
            not_before=made - timedelta(days=2),
            not_after=made + timedelta(days=2),
            content=Content(video=Video(clock=True)),
        ),
    )
    name = f"film.{form(script)}"
    told = [
        one
        for one in pipeline.verify(Submission(data=data, name=name), terms).checks
        if one.id.startswith("video.")
    ]
    return {one.sub_indication for one in told if one.sub_indication}, {one.status for one in told}


def twins(half: str, count: int) -> None:
    """Show films that are bad in one way, and count those that are told so."""
    chosen = [
        replace(one, pattern="%Y-%m-%d %H:%M:%S" if one.pattern == "%H:%M:%S" else one.pattern)
        for one in scripts(half, count)
    ]
    failed = 0
    for twin, expected in _BAD.items():
        found = 0
        for script in chosen:
            seen, statuses = reasons(replace(script, twin=twin, seconds=16.0))
            found += bool(seen & expected)
            failed += Status.FAILED in statuses
        _tell(f"video.{twin}.found.{half}", found / count, count, aim=1.0)
    said = Counter[str]()
    for script in chosen:
        seen, statuses = reasons(replace(script, seconds=16.0))
        failed += Status.FAILED in statuses
        said.update(seen or {"none"})
    print("said of honest films:", dict(said))
    alarms = sum(
        n for why, n in said.items() if why not in {"none", "CLOCK_NOT_FOUND", "CLOCK_UNREAD"}
    )
    unread = said["CLOCK_NOT_FOUND"] + said["CLOCK_UNREAD"]
    _tell(f"video.false_alarms.{half}", alarms / count, count, aim=0.0, better="lower")
    _tell(f"video.unread.{half}", unread / count, count, aim=0.02, better="lower")
    _tell(f"video.failed_by_picture.{half}", failed / count, count, aim=0.0, better="lower")


def processor() -> None:
    """Time a minute of 1080p, beside decoding all of it."""
    codec = "h264-mov" if films.can_write("h264-mov") else "mpeg4-mov"
    script = films.Script(
        seed=77, codec=codec, size=(1920, 1080), seconds=60.0, rate=10, digits=40,
        font="dejavu-bold", style="outlined",
    )  # fmt: skip
    data = films.film(script)
    start = time.process_time()
    film = sampling.sampled(data, "mov")
    sampled = time.process_time() - start
    told = clock.read(film.frames)
    own = time.process_time() - start
    start = time.process_time()
    for _ in opencv_film.frames(data, lambda _, __: False, 10_000):
        pass
    peer = time.process_time() - start
    record(
        id="video.cpu.1080p", value=own, unit="s", better="lower", aim=2.0, own_value=own, n=1,
        peer="OpenCV, every frame decoded and none read", peer_value=peer,
        note=f"{codec}, 60 s at 10 frames a second; {sampled:.2f} s of it decoding; "
        f"{len(told.readings)} readings on "
        f"{len(film.frames)} frames",
    )  # fmt: skip


def _tell(name: str, value: float, n: int, *, aim: float, better: str = "higher") -> None:
    record(
        id=name, value=value, unit="share", better="lower" if better == "lower" else "higher",
        aim=aim, peer="none", peer_value=None, own_value=value, n=n,
    )  # fmt: skip


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--films", type=int, default=66, help="of each half, for reading")
    given.add_argument("--twins", type=int, default=11, help="of each half and sort")
    options = given.parse_args()
    pipeline.warm()
    processor()
    for half in _SEEDS:
        tally = reading(half, options.films)
        print(f"{half}: not exact:", dict(tally.missed))
        _tell(f"video.clock.exact.{half}", tally.exact / tally.films, tally.films, aim=0.98)
        right = 1 - tally.wrong / max(1, tally.readings)
        _tell(f"video.clock.readings.{half}", right, tally.readings, aim=0.98)
        twins(half, options.twins)


if __name__ == "__main__":
    main()
