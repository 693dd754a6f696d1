"""`video.clock`: the clock in a film's picture runs as the film does, and shows a day that fits.

A picture proves nothing, and digits can be misread: so this passes or leaves it open.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.films.forms import FORMATS
from verification.films.pace import TOLERATED, pace, steady
from verification.films.reading import NO_DAY
from verification.films.telling import LOOK_AT_IT, ORIGINAL, VERSION, finding, place, shown, unseen
from verification.moments import WIDEST_OFFSET, ZONES
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.contradictions import Placed
    from verification.examination import Examination
    from verification.films.clock import Clock
    from verification.films.pace import Pace
    from verification.films.reading import Reading
    from verification.values import Finding, Requirement, VideoBox

_ID = "video.clock"
#: Readings without which nothing is said of how the clock runs.
LEAST_READINGS = 3
#: Share of the film that must lie between the first and the last reading.
_COVERED = 0.6
#: By so much may a film's header and its clock differ, beyond the zone that is not written.
_TOLERATED = timedelta(minutes=10)
#: So many seconds a counter of the film's own time may be off.
_COUNTED = 2.0
#: What a clock is told to be wrong by, so much of its readings must say.
_MOST = 0.75

_CAPTION = Text(zh="画面中的时钟", en="Clock in the picture")


def run(examination: Examination) -> Iterable[Finding]:
    asked = examination.context.requirement.content.video
    if asked is None or not asked.clock:
        return
    film = examination.reel.film
    if not film.frames:
        yield unseen(_ID, film)
        return
    clock = examination.reel.clock
    if len(clock.readings) < LEAST_READINGS:
        yield _not_read(examination, clock)
        return
    faults = list(_faults(examination, clock))
    yield from faults or [_passed(clock)]


def _faults(examination: Examination, clock: Clock) -> Iterable[Finding]:
    running = pace(clock.readings, has_day=clock.has_day)
    if running is None:
        yield _not_read(examination, clock)
        return
    if running.fault == "unsure":
        yield _not_read(examination, clock)
    elif running.fault is not None:
        yield _runs_wrong(running)
    seconds = examination.reel.film.seconds or 0.0
    if running.fault is None and running.last.at - running.first.at < _COVERED * seconds:
        yield _partly(running, seconds)
    asked = examination.context.requirement
    if _counts_up(clock):
        yield _counter(clock)
    elif not clock.has_day and (asked.not_before or asked.not_after):
        yield _without_day(clock)
    if clock.has_day:
        kept = replace(clock, readings=tuple(steady(clock.readings, has_day=True)))
        yield from _outside(asked, kept)
        yield from _against_header(examination, kept)


def _runs_wrong(running: Pace) -> Finding:
    first, last = running.first, running.last
    said = f"{shown(first)} → {shown(last)}"
    took = f"{first.at:.1f} s → {last.at:.1f} s"
    reason, zh, en = {
        "frozen": ("CLOCK_FROZEN", "画面中的时钟停住不走", "The clock in the picture stands still"),
        "jump": (
            "CLOCK_JUMPS",
            f"画面中的时钟跳动了 {running.gained:+.0f} 秒，影片可能经过剪接",
            f"The clock in the picture jumps by {running.gained:+.0f} s: perhaps the film was cut",
        ),
        "rate": (
            "CLOCK_RATE",
            f"画面中的时钟走速是影片的 {running.rate:.2f} 倍（允许 1 ± {TOLERATED}）",
            f"The clock runs {running.rate:.2f} times as fast as the film (1 ± {TOLERATED})",
        ),
    }[running.fault or "jump"]
    return finding(
        _ID,
        reason,
        Text(zh=f"{zh}：影片 {took}，时钟 {said}。", en=f"{en}: film {took}, clock {said}."),
        LOOK_AT_IT,
        evidence=(_place(first), _place(last)),
    )


def _partly(running: Pace, seconds: float) -> Finding:
    first, last = running.first.at, running.last.at
    return finding(
        _ID,
        "CLOCK_UNREAD",
        Text(
            zh=f"只在 {first:.0f} 至 {last:.0f} 秒之间读出了时钟，影片长 {seconds:.0f} 秒。",
            en=f"The clock was read from {first:.0f} s to {last:.0f} s only; "
            f"the film lasts {seconds:.0f} s.",
        ),
        LOOK_AT_IT,
        evidence=(_place(running.first), _place(running.last)),
    )


def _counts_up(clock: Clock) -> bool:
    """Say whether it shows how long the film has run: 00:00:12 twelve seconds after its start."""
    nought = datetime.combine(NO_DAY, time.min)
    return not clock.has_day and all(
        abs((one.shown - nought).total_seconds() - one.at) <= _COUNTED for one in clock.readings
    )


def _counter(clock: Clock) -> Finding:
    first, last = clock.readings[0], clock.readings[-1]
    return finding(
        _ID,
        "CLOCK_UNREAD",
        Text(
            zh=f"画面中的数字从零开始计时（{shown(first)} 至 {shown(last)}），"
            "是影片的计时器，不是时钟。",
            en=f"What runs in the picture counts from nought ({shown(first)} to {shown(last)}): "
            "it tells how long the film has run, and no time of day.",
        ),
        LOOK_AT_IT,
        evidence=(_place(first), _place(last)),
    )


def _without_day(clock: Clock) -> Finding:
    first = clock.readings[0]
    return finding(
        _ID,
        "CLOCK_UNREAD",
        Text(
            zh=f"画面中的时钟只读出时刻（{shown(first)}），没有读出日期，"
            "无法判断是否在要求的时间范围内。",
            en=f"Of the clock in the picture the time of day alone was read ({shown(first)}), and "
            "no day: whether it is in the time asked for cannot be said.",
        ),
        LOOK_AT_IT,
        evidence=(_place(first),),
    )


def _outside(requirement: Requirement, clock: Clock) -> Iterable[Finding]:
    """Compare with the window, whatever the zone of the clock is."""
    early, late = requirement.not_before, requirement.not_after
    outside = [
        one
        for one in clock.readings
        if all(
            (early is not None and meant + WIDEST_OFFSET < early)
            or (late is not None and meant - WIDEST_OFFSET > late)
            for meant in _meant(one)
        )
    ]
    if len(outside) >= _MOST * len(clock.readings) > 0:
        first = outside[0]
        yield finding(
            _ID,
            "CLOCK_OUT_OF_WINDOW",
            Text(
                zh=f"画面中的时钟显示 {shown(first)}，不在要求的时间范围内。",
                en=f"The clock in the picture shows {shown(first)}: not in the time asked for.",
            ),
            Text(
                zh="请重新拍摄，或请审核人员查看画面。",
                en="Film it again, or have a reviewer look at the picture.",
            ),
            evidence=(_place(first),),
        )


def _against_header(examination: Examination, clock: Clock) -> Iterable[Finding]:
    """Compare with when the film says it was made: its beginning or its end, in any zone."""
    if not clock.readings:
        return
    seconds = timedelta(seconds=examination.reel.film.seconds or 0.0)
    for made in examination.timeline.own:
        if made.event != "created" or not made.claim.source.startswith(("mp4:", "matroska:")):
            continue
        apart = [one for one in clock.readings if _off(one, made, seconds) > _TOLERATED]
        if len(apart) < _MOST * len(clock.readings):
            return
        first = apart[0]
        yield finding(
            _ID,
            "CLOCK_DIFFERS",
            Text(
                zh=f"画面中的时钟显示 {shown(first)}，"
                f"影片文件记录的拍摄时间是 {made.claim.value}。",
                en=f"The clock in the picture shows {shown(first)}; "
                f"the file says it was made at {made.claim.value}.",
            ),
            ORIGINAL,
            evidence=(_place(first), *made.claim.evidence),
        )
        return


def _meant(one: Reading) -> tuple[datetime, ...]:
    """Give what the clock may mean: of 05/01/2026 month and day may be the other way round."""
    wall = one.shown.replace(tzinfo=UTC)
    return (wall, wall.replace(month=wall.day, day=wall.month)) if one.ambiguous else (wall,)


def _off(first: Reading, made: Placed, seconds: timedelta) -> timedelta:
    """Give by how much they differ once the zone is chosen that brings them nearest."""
    middle = made.earliest + (made.latest - made.earliest) / 2
    rests = [wall - middle - timedelta(hours=zone) for wall in _meant(first) for zone in ZONES]
    return min(min(abs(rest), abs(rest + seconds)) for rest in rests)


def _not_read(examination: Examination, clock: Clock) -> Finding:
    count, looked = len(clock.readings), clock.looked
    width, height = examination.reel.film.size
    if clock.box is None:
        return finding(
            _ID,
            "CLOCK_NOT_FOUND",
            Text(
                zh=f"要求画面中有时钟，但在查看的 {looked} 帧上没有看到。",
                en=f"A clock in the picture is asked for; none is seen on {looked} frames.",
            ),
            Text(
                zh="请打开相机的日期时间水印后重新拍摄；若画面中有时钟，请审核人员查看。",
                en="Film again with the camera's date stamp on; "
                "if there is a clock, a reviewer may look.",
            ),
            evidence=(place(examination.reel.film.frames[0].at, (0.0, 0.0, width, height)),),
        )
    return finding(
        _ID,
        "CLOCK_UNREAD",
        Text(
            zh=f"画面中像是有时钟，但在 {looked} 帧中只读出 {count} 帧，无法判断它怎样走。",
            en=f"There seems to be a clock, but it was read on {count} of {looked} frames only.",
        ),
        LOOK_AT_IT,
        evidence=(place(examination.reel.film.frames[0].at, clock.box, _CAPTION),),
    )


def _passed(clock: Clock) -> Finding:
    first, last = clock.readings[0], clock.readings[-1]
    count = len(clock.readings)
    return finding(
        _ID,
        None,
        Text(
            zh=f"画面中的时钟在 {count} 帧上读出，从 {shown(first)} 走到 {shown(last)}，"
            "与影片同步。",
            en=f"The clock in the picture was read on {count} frames; it runs from {shown(first)} "
            f"to {shown(last)}, as the film does.",
        ),
        None,
        evidence=(_place(first), _place(last)),
        status=Status.PASSED,
    )


def _place(one: Reading) -> VideoBox:
    return place(one.at, one.box, _CAPTION)


CHECK = Check(id=_ID, version=VERSION, formats=FORMATS, run=run)
