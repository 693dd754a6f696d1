"""The clock read by PP-OCR, beside our own network or alone: only with the extra `ocr`.

Its detector would cost seconds a frame. Instead lines are found as rows of ink of one height, and
the recogniser alone is asked what they say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.films import texts
from verification.films.reading import NO_DAY, Reading
from verification.films.rows import LEAST_HIGH, company, masks_of
from verification.readers.rapidocr import CannotRead, available, read_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from verification.films.texts import Told
    from verification.readers.opencv_film import Frame

    Pixels = NDArray[np.uint8]
    Box = tuple[float, float, float, float]

#: Frames on which a line is looked for, and lines that are read on each.
_FRAMES, _LINES = 3, 10
#: So sure the recogniser must be.
_SURE = 0.8
#: Letters are lower than such a share of the picture.
_MOST_HIGH = 0.16
#: Gaps inside a line are narrower, in heights.
_GAP = 2.2
#: The line of a clock is read so much further on either side, in heights; where it says no day,
#: the day may stand further off on its line.
_REACH, _REACH_DAY = 4.5, 14.0
#: A time alone is less wide, in heights.
_TIME_WIDE = 9.0
#: A line that says the day is looked for so far above and below, in heights.
_NEAR = 2.6
#: It differs in height by less: 年 is higher than a figure.
_ALIKE = 0.5


def found(frames: Sequence[Frame]) -> Box | None:
    """Give where a line says a time, and a day if one does; None without the extra too."""
    timed: Box | None = None
    for box, one in _telling(frames) if available() else ():
        if one.day is not None:
            return box
        timed = timed or box
    return timed


def _telling(frames: Sequence[Frame]) -> Iterator[tuple[Box, Told]]:
    """Give lines that say a time, on some frames that lie apart."""
    if not frames:
        return
    for number in np.unique(np.linspace(0, len(frames) - 1, _FRAMES).round().astype(int)):
        pixels = frames[int(number)].pixels
        for box in _lines(_grey(pixels)):
            one = told(pixels, box)
            if one is not None and one[0].hour is not None:
                yield box, one[0]


def read(frames: Sequence[Frame], box: Box) -> list[Reading]:
    """Read the line at a box on every frame, and the line of the day above or below it.

    Nothing without the extra.
    """
    if not available():
        return []
    high = box[3] - box[1]
    reach = high * (_REACH if box[2] - box[0] > _TIME_WIDE * high else _REACH_DAY)
    seen = [(one, told(one.pixels, box, reach)) for one in frames]
    timed = [(frame, one) for frame, one in seen if one is not None and one[0].hour is not None]
    dayless = 2 * sum(one[0].day is None for _, one in timed) > len(timed)
    other = _line_of_day([frame for frame, _ in timed], box) if dayless else None
    return [
        reading for frame, one in timed if (reading := _reading(frame, one, box, other)) is not None
    ]


def _reading(frame: Frame, one: tuple[Told, float], box: Box, other: Box | None) -> Reading | None:
    text, sure = one
    if text.day is None and other is not None:
        line = told(frame.pixels, other)
        if line is None or line[0].day is None:
            return None
        text = replace(
            text,
            day=line[0].day,
            ambiguous=line[0].ambiguous,
            figures=text.figures + line[0].figures,
        )
    if text.moment is None:
        return None
    shown = text.moment if text.day else datetime.combine(NO_DAY, text.moment.time())
    return Reading(
        at=frame.at, shown=shown, box=box, sure=round(sure, 3), ambiguous=text.ambiguous,
        half=text.half, figures=text.figures,
    )  # fmt: skip


def _line_of_day(frames: Sequence[Frame], box: Box) -> Box | None:
    """Find the line above or below that says a day, in one place on most frames looked at."""
    if not frames:
        return None
    high = box[3] - box[1]
    places = np.unique(np.linspace(0, len(frames) - 1, _FRAMES).round().astype(int))
    days: list[Box] = []
    for number in places:
        pixels = frames[int(number)].pixels
        tall, wide = pixels.shape[:2]
        left, right = max(0, int(box[0] - high * 8)), min(wide, int(box[2] + high * 8))
        top, bottom = max(0, int(box[1] - high * _NEAR)), min(tall, int(box[3] + high * _NEAR))
        for line in _lines(_grey(pixels[top:bottom, left:right]), 1.5 * high):
            moved = (line[0] + left, line[1] + top, line[2] + left, line[3] + top)
            alike = abs(moved[3] - moved[1] - high) < _ALIKE * high
            one = told(pixels, moved) if alike and not _level(moved, box) else None
            if one is not None and one[0].day is not None and one[0].hour is None:
                days.append(moved)
                break
    same = [one for one in days if sum(_level(one, other) for other in days) > len(places) / 2]
    return same[0] if same else None


def _level(one: Box, other: Box) -> bool:
    down = min(one[3], other[3]) - max(one[1], other[1])
    return down > 0.5 * min(one[3] - one[1], other[3] - other[1])


def told(pixels: Pixels, box: Box, reach: float | None = None) -> tuple[Told, float] | None:
    """Read what stands in a box, and `reach` pixels beside it: what it says, and how sure."""
    left, top, right, bottom = (round(edge) for edge in box)
    room = max(4, (bottom - top) // 3)
    aside = 2 * room if reach is None else round(reach)
    piece = pixels[max(0, top - room) : bottom + room, max(0, left - aside) : right + aside]
    try:
        text = read_line(np.ascontiguousarray(piece[:, :, ::-1]), size="tiny")
    except CannotRead:
        return None
    if text is None or text[1] < _SURE:
        return None
    one = texts.told(text[0])
    return None if one is None else (one, text[1])


def said(text: str) -> tuple[datetime, bool] | None:
    """Read a time, in the year 1 where no day is said, and whether it is ambiguous."""
    one = texts.told(text)
    return None if one is None or one.moment is None else (one.moment, one.ambiguous)


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def _lines(grey: Pixels, most: float | None = None) -> list[Box]:
    """Find rows of ink of one height, `most` pixels high, those with most pieces first."""
    most = grey.shape[0] * _MOST_HIGH if most is None else most
    rows: list[tuple[int, Box]] = []
    for mask, _ in masks_of(grey):
        for row in _of_mask(mask, most):
            if not any(_covers(other, row[1]) for _, other in rows):
                rows.append(row)
    rows.sort(key=lambda row: -row[0])
    return [box for _, box in rows[:_LINES]]


def _of_mask(mask: Pixels, most: float) -> Iterable[tuple[int, Box]]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    numbers = np.arange(1, count)
    fits = (stats[1:, 3] >= LEAST_HIGH) & (stats[1:, 3] <= most)
    fits &= stats[1:, 2] <= 12 * stats[1:, 3]
    own = np.asarray(stats, np.int32)
    kept = sorted(company(numbers[fits], own), key=lambda number: int(own[number, 0]))
    while kept:
        row = [kept[0]]
        for number in kept[1:]:
            if _follows(own[row[-1]], own[number]):
                row.append(number)
        kept = [one for one in kept if one not in row]
        boxes = own[row]
        right, bottom = (boxes[:, 0] + boxes[:, 2]).max(), (boxes[:, 1] + boxes[:, 3]).max()
        if len(row) > 4:  # noqa: PLR2004 - a time has six digits, and two may touch
            yield len(row), (
                float(boxes[:, 0].min()), float(boxes[:, 1].min()), float(right), float(bottom)
            )  # fmt: skip


def _follows(one: NDArray[np.int32], other: NDArray[np.int32]) -> bool:
    high = max(int(one[3]), int(other[3]))
    level = abs(int(one[1]) - int(other[1])) <= max(2, 0.25 * high)
    alike = abs(int(one[3]) - int(other[3])) <= max(2, 0.25 * high)
    return level and alike and int(other[0]) - int(one[0]) - int(one[2]) <= _GAP * high


def _covers(one: Box, other: Box) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 0.9 * (other[2] - other[0]) and high > 0.7 * (other[3] - other[1])
