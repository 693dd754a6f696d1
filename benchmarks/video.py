"""Clocks in films: read exactly, bad films found, honest ones left alone, processor time.

Three halves: typefaces that were tuned on, named ones that nothing was learned from, and (given
`--faces FOLDER`, unpacked as `training/clock/faces.py` says) whole families kept back. PyAV (not
installed with countermark) adds H.264 and H.265; without it the codecs of OpenCV are used. Peers:
decoding every frame; PP-OCR on the same frames.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._video_peers import Peer
from benchmarks.promise import record
from tests.verification import films
from training.clock import faces
from verification import pipeline
from verification.content import Content, Video
from verification.films import clock, sampling
from verification.films.reading import NO_DAY, Reading
from verification.policies import load
from verification.readers import opencv_film
from verification.readers.rapidocr import available
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verification.films.film import Film

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
_SEEDS = {"tuning": 1_000, "reporting": 150_000, "kept_back": 250_000}
_CHINESE = {"tuning": "noto-sans", "reporting": "noto-serif", "kept_back": "noto-serif"}


@dataclass
class Tally:
    """What came of one half."""

    films: int = 0
    exact: int = 0
    readings: int = 0
    wrong: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    ocr: Peer = field(default_factory=Peer)
    #: Processor seconds of finding and reading.
    seconds: float = 0.0


def scripts(half: str, count: int, kept: Sequence[str] = ()) -> Iterator[films.Script]:
    """Give films of every codec, typeface and look, by turns."""
    known = {"tuning": films.TUNING, "reporting": films.REPORTING, "kept_back": kept}[half]
    codecs = [one for one in _CODECS if films.can_write(one)]
    for number in range(count):
        chance = random.Random(_SEEDS[half] + number)  # noqa: S311 - a sample
        pattern = chance.choice(_PATTERNS)
        face = known[number % len(known)]
        if "年" in pattern:
            face = _CHINESE[half]
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


def reading(chosen: Iterable[films.Script]) -> Tally:
    """Read clocks and compare them with what was drawn."""
    tally = Tally()
    for script in chosen:
        film = sampling.sampled(films.film(script), form(script))
        start = time.process_time()
        told = clock.read(film.frames)
        tally.seconds += time.process_time() - start
        _peer(tally.ocr, script, film)
        wrong = sum(not _right(script, one) for one in told.readings)
        tally.films += 1
        tally.readings += len(told.readings)
        tally.wrong += wrong
        if not wrong and len(told.readings) >= 3:
            tally.exact += 1
        else:
            why = f"{wrong} of {len(told.readings)} wrong"
            face = script.font.rsplit("/", 1)[-1]
            tally.missed[f"{face} {script.style} {script.digits} px, {script.codec}: {why}"] += 1
    return tally


def _peer(ocr: Peer, script: films.Script, film: Film) -> None:
    if available():
        read = ocr.reads(film.frames)
        right = [_shows(script, at, shown) for at, shown in read]
        ocr.exact += len(read) >= 3 and all(right)


def _right(script: films.Script, one: Reading) -> bool:
    return _shows(script, one.at, one.shown)


def _shows(script: films.Script, at: float, told: datetime) -> bool:
    shown = {script.clock(at + slack) for slack in (0.03, -0.03)}
    if "%Y" not in script.pattern:
        shown = {datetime.combine(NO_DAY, moment.time()) for moment in shown}
    return told in shown


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


def twins(half: str, scripts_of_half: Sequence[films.Script]) -> None:
    """Show films that are bad in one way, and count those that are told so."""
    chosen = [
        replace(one, pattern="%Y-%m-%d %H:%M:%S" if one.pattern == "%H:%M:%S" else one.pattern)
        for one in scripts_of_half
    ]
    failed, count = 0, len(chosen)
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
    given.add_argument("--films", type=int, default=33, help="of each half, for reading")
    given.add_argument("--twins", type=int, default=6, help="of each half and sort")
    given.add_argument("--faces", type=Path, help="folder of typefaces that were kept back")
    given.add_argument("--halves", nargs="*", choices=list(_SEEDS), default=list(_SEEDS))
    options = given.parse_args()
    pipeline.warm()
    processor()
    kept = families(options.faces) if options.faces else ()
    for half in options.halves:
        if half == "kept_back" and not kept:
            print("kept_back: left out, no --faces given")
            continue
        _half(half, list(scripts(half, options.films, kept)), options.twins)


def _half(half: str, chosen: Sequence[films.Script], bad: int) -> None:
    tally = reading(chosen)
    print(f"{half}: not exact:", dict(tally.missed))
    own, n = tally.exact / tally.films, tally.films
    ocr = tally.ocr
    peer = ocr.exact / ocr.films if ocr.films else None
    record(
        id=f"video.clock.exact.{half}", value=own, unit="share", better="higher", aim=0.98,
        peer="PP-OCR tiny, found once and read on" if ocr.films else "none: no extra ocr",
        peer_value=peer, own_value=own, n=n,
        note=f"{tally.seconds / n:.2f} s of processor time a film beside {ocr.seconds / n:.2f} s",
    )  # fmt: skip
    right = 1 - tally.wrong / max(1, tally.readings)
    _tell(f"video.clock.readings.{half}", right, tally.readings, aim=0.98)
    twins(half, chosen[:bad])


def families(folder: Path) -> tuple[str, ...]:
    """Give the faces in a folder by turns of their families, so that few films show many."""
    by_family: dict[str, list[str]] = {}
    for one in faces.learned_from(folder):
        by_family.setdefault(re.split(r"[-.]", one.name)[0][:8], []).append(str(one))
    rounds = zip_longest(*(sorted(some) for some in by_family.values()))
    return tuple(one for some in rounds for one in some if one is not None)


if __name__ == "__main__":
    main()
