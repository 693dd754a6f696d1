"""The clock that is burnt into a film: where it is, and what it shows on each frame.

It is looked for on a few frames; where it stands it is then read on all of them. A time is told
only where several cuts of the ink agree.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.films import lines
from verification.films.pace import pace, steady
from verification.films.reading import NO_DAY, Reading
from verification.films.rows import LEAST_HIGH, masks_of, rows
from verification.films.weighing import dated, weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.films.rows import Row
    from verification.readers.opencv_film import Frame

    Pixels = NDArray[np.uint8]
    Box = tuple[float, float, float, float]

#: Frames on which it is looked for, by turns, until it is found.
_SEARCHED = 6
#: Digits that are lower are read enlarged.
_SMALL = 20
#: A time is told where the cuts of the ink agree so far.
_AGREED = 0.6
#: So many clear cuts that say one thing, and none another, are enough.
_CUTS, _CLEAR = 4, 0.7
#: Rows of one clock differ in height by less. A day that stands apart is looked for on so many.
_ALIKE, _DAY_FRAMES = 0.35, 3
#: What a row says is worth less where some of its digits are left over.
_LEFT_OVER = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Readings in the order of their frames; `looked` frames were looked at."""

    readings: tuple[Reading, ...]
    looked: int
    #: False: it shows the time of day alone.
    has_day: bool
    box: Box | None = None


def read(frames: Sequence[Frame]) -> Clock:
    """Find the clock and read it on every frame: by our network, and by PP-OCR if it is there."""
    box = _found(frames)
    readings = [] if box is None else _all(frames, box)
    if box is not None:
        readings = weighed(readings, lines.read(frames, _line_of(readings) or box))
    if 2 * len(readings) < len(frames) or _runs_wrong(readings) or not dated(readings):
        box, readings = _elsewhere(frames, box, readings)
    if box is None:
        return Clock(readings=(), looked=len(frames), has_day=False)
    if readings and not dated(readings):
        readings = _with_day_apart(frames, readings)
    with_day = [one for one in readings if one.shown.date() != NO_DAY]
    has_day = dated(readings)
    kept = with_day if has_day else [one for one in readings if one not in with_day]
    told = tuple(steady(kept, has_day=has_day))
    return Clock(readings=told, looked=len(frames), has_day=has_day, box=box)


def _line_of(readings: Sequence[Reading]) -> Box | None:
    """Give where the line of the time stands: a day may have its own."""
    if not readings:
        return None
    left, top, right, bottom = np.median([one.box for one in readings], axis=0)
    return float(left), float(top), float(right), float(bottom)


def _elsewhere(
    frames: Sequence[Frame], box: Box | None, readings: list[Reading]
) -> tuple[Box | None, list[Reading]]:
    """Look for a line that PP-OCR reads as a clock, and take it where it says more."""
    other = lines.found(frames)
    if other is None:
        return box, readings
    second = lines.read(frames, other)
    here = _line_of(readings)
    # What both say of one place has been weighed.
    weighed_already = here is not None and _same(here, other) and 2 * len(readings) >= len(second)
    more = len(second) > len(readings) // 2 and dated(second) >= dated(readings)
    if more and (dated(second) > dated(readings) or not weighed_already):
        return other, second
    return box, readings


def _with_day_apart(frames: Sequence[Frame], readings: list[Reading]) -> list[Reading]:
    """Put to the times the one day that stands elsewhere on the frames, in digits as high.

    It must stand in one place on all that are looked at; over midnight nobody knows which it was.
    """
    times = [one.shown.time() for one in readings]
    if times != sorted(times):
        return readings
    high = float(np.median([one.box[3] - one.box[1] for one in readings]))
    places = np.unique(np.linspace(0, len(frames) - 1, _DAY_FRAMES).round().astype(int))
    seen = [_days(frames[int(place)], readings[0].box, high) for place in places]
    kept = [
        one
        for one in seen[0]
        if all(any(_same_day(one, other) for other in others) for others in seen[1:])
    ]
    days = {one.said.day for one in kept}
    if len(places) < _DAY_FRAMES or len(days) != 1:
        return readings
    day = kept[0].said.day or NO_DAY
    ambiguous = any(one.said.ambiguous for one in kept)
    return [
        replace(one, shown=datetime.combine(day, one.shown.time()), ambiguous=ambiguous)
        for one in readings
    ]


def _days(frame: Frame, time: Box, high: float) -> list[Row]:
    """Give rows that say a day, and nothing of a time: 15-Jan-*2026 10:23*:45 is no 23 October."""
    grey = _grey(frame.pixels)
    return [
        one
        for one in rows(grey, masks_of(grey))
        if one.said.day is not None
        and one.said.hour is None
        and not one.left_over
        and abs(one.box[3] - one.box[1] - high) < _ALIKE * high
        and _apart(one.box, time) > -_ALIKE * high
    ]


def _same_day(one: Row, other: Row) -> bool:
    return one.said.day == other.said.day and _same(one.box, other.box)


def _runs_wrong(readings: Sequence[Reading]) -> bool:
    """Say whether a second opinion is wanted before a fault is told."""
    running = pace(readings, has_day=dated(readings))
    return running is not None and running.fault is not None


def _all(frames: Sequence[Frame], box: Box) -> list[Reading]:
    return [one for frame in frames if (one := _read(frame, box)) is not None]


def _found(frames: Sequence[Frame]) -> Box | None:
    """Look on frames that lie apart until two see a clock at one place."""
    if not frames:
        return None
    places = np.unique(np.linspace(0, len(frames) - 1, _SEARCHED).round().astype(int))
    order = [*places[::2], *places[1::2]]
    seen: list[tuple[float, Box]] = []
    for number in order:
        grey = _grey(frames[int(number)].pixels)
        here = _best(rows(grey, masks_of(grey)))
        if here is None:
            continue
        worth, box = here
        for other_worth, other in seen:
            if _same(box, other) and max(worth, other_worth) > 8:  # noqa: PLR2004 - a time alone is seen by two too
                return _joined([box, other])
        seen.append(here)
    return max(seen)[1] if seen else None


def _best(found: list[Row]) -> tuple[float, Box] | None:
    """Give the place of the row that says most, with a day that has its own line."""
    timed = [one for one in found if one.said.hour is not None]
    if not timed:
        return None
    best = max(timed, key=_worth)
    boxes = [best.box]
    if best.said.day is None:
        boxes += [one.box for one in found if one.said.day is not None and _beside(one, best)][:1]
    return _worth(best) + 8 * (len(boxes) - 1), _joined(boxes)


def _worth(row: Row) -> float:
    return len(row.text) + row.sure - (0.5 * row.left_over)


def _beside(one: Row, other: Row) -> bool:
    """Say whether two rows are two lines, or two halves of one line, of the same clock."""
    high = other.box[3] - other.box[1]
    apart = max(one.box[1] - other.box[3], other.box[1] - one.box[3])
    across = max(one.box[0] - other.box[2], other.box[0] - one.box[2])
    alike = abs((one.box[3] - one.box[1]) - high) < _ALIKE * high
    # Else some ink would be a digit of the day and of the time.
    alone = _apart(one.box, other.box) > -_ALIKE * high
    return alike and alone and apart < 1.6 * high and across < 12 * high


def _apart(one: Box, other: Box) -> float:
    """Give how far two boxes lie apart; less than nothing where they overlap."""
    across = max(one[0] - other[2], other[0] - one[2])
    return max(across, one[1] - other[3], other[1] - one[3])


def _same(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.6 * min(one[2] - one[0], other[2] - other[0]) and down > 0.6 * min(
        one[3] - one[1], other[3] - other[1]
    )


def _joined(boxes: Sequence[Box]) -> Box:
    return (
        min(one[0] for one in boxes),
        min(one[1] for one in boxes),
        max(one[2] for one in boxes),
        max(one[3] for one in boxes),
    )


def _read(frame: Frame, box: Box) -> Reading | None:
    """Read one frame where the clock stands; low digits enlarged, else as they are.

    Digits of single pixels lose their shape when they are enlarged.
    """
    scales = (2, 1) if box[3] - box[1] < _SMALL * 2 else (1,)
    tried = (_read_at(frame, box, scale) for scale in scales)
    return next((one for one in tried if one is not None), None)


def _read_at(frame: Frame, box: Box, scale: int) -> Reading | None:
    """Tell what most cuts of the ink say, weighed by how sure they are."""
    room = int(max(6, min(box[3] - box[1], 60)))
    tall, wide = frame.pixels.shape[:2]
    left, top = max(0, int(box[0]) - room * 2), max(0, int(box[1]) - room // 2)
    right, bottom = min(wide, int(box[2]) + room * 2), min(tall, int(box[3]) + room // 2)
    piece = _grey(frame.pixels[top:bottom, left:right])
    if piece.size == 0:
        return None
    if scale > 1:
        large = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        piece = np.asarray(large, np.uint8)
    told = _cuts(piece, scale)
    if not told:
        return None
    shown, votes = max(told.items(), key=lambda item: sum(worth for worth, _ in item[1]))
    total = sum(worth for several in told.values() for worth, _ in several)
    sure = sum(worth for worth, _ in votes) / total
    if sure < _AGREED:
        return None
    best = max(votes, key=lambda vote: vote[0])[1]
    place = [float(edge) / scale + (left, top)[number % 2] for number, edge in enumerate(best.box)]
    return Reading(
        at=frame.at,
        shown=shown,
        box=(place[0], place[1], place[2], place[3]),
        sure=round(sure, 3),
        ambiguous=best.said.ambiguous,
        figures=len(best.text),
    )


def _cuts(piece: Pixels, scale: int) -> dict[datetime, list[tuple[float, Row]]]:
    """Cut the ink out at one level after the other, until enough cuts say one thing."""
    told: dict[datetime, list[tuple[float, Row]]] = {}
    found: list[Row] = []
    for mask in masks_of(piece, fine=True):
        found += rows(piece, [mask])
        told = _told(found, scale)
        if len(told) == 1 and sum(vote[0] > _CLEAR for vote in next(iter(told.values()))) >= _CUTS:
            break
    return told


def _told(found: list[Row], scale: int) -> dict[datetime, list[tuple[float, Row]]]:
    """Give each time that is told, with the rows that tell it and their worth."""
    told: dict[datetime, list[tuple[float, Row]]] = defaultdict(list)
    for day, row, worth in _whole(found, scale):
        shown = datetime.combine(day or NO_DAY, row.said.hour or datetime.min.time())
        told[shown].append((worth, row))
    return told


def _whole(found: list[Row], scale: int) -> list[tuple[date | None, Row, float]]:
    """Give each time of day with its day, be it on the same line or beside it, and its worth."""
    days = [one for one in found if one.said.day is not None]
    out: list[tuple[date | None, Row, float]] = []
    for one in found:
        if one.said.hour is None or one.box[3] - one.box[1] < LEAST_HIGH * scale * 0.8:
            continue
        day, worth = one.said.day, one.sure**4 * (_LEFT_OVER if one.left_over else 1.0)
        if day is None:
            near = [other for other in days if other.said.hour is None and _beside(other, one)]
            day = max(near, key=lambda other: other.sure).said.day if near else None
        out.append((day, one, worth * (3.0 if day else 1.0)))
    return out


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
