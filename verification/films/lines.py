"""The clock read by PP-OCR where our own network sees none: only with the extra `ocr`.

Its detector would cost seconds a frame. Instead lines are found as rows of ink of one height, and
the recogniser alone is asked what they say.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.films import layout
from verification.films.rows import LEAST_HIGH, company, masks_of
from verification.readers.rapidocr import CannotRead, available, read_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from verification.readers.opencv_film import Frame

    Pixels = NDArray[np.uint8]
    Box = tuple[float, float, float, float]

#: Frames on which a line is looked for, and lines that are read on each.
_FRAMES, _LINES = 3, 10
#: So sure the recogniser must be.
_SURE = 0.8
#: Gaps inside a line are narrower, in heights.
_GAP = 2.2
_DAY_FIRST = re.compile(
    r"(?<!\d)(20\d\d)[^\d]{1,2}(\d\d?)[^\d]{1,2}(\d\d?)\D*(\d\d?)[:时.](\d\d)[:分.](\d\d)(?!\d)"
)
_DAY_LAST = re.compile(r"(?<!\d)(\d\d)[./-](\d\d)[./-](20\d\d)\D*(\d\d?)[:.](\d\d)[:.](\d\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    rf"(?<!\d)(\d\d?)[-\s./]?({'|'.join(_MONTHS)})[a-z]*[-\s.,/]{{0,2}}(20\d\d)"
    r"\D*(\d\d?)[:.](\d\d)[:.](\d\d)(?!\d)",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?<!\d)(\d\d?)[:时](\d\d)[:分](\d\d)(?!\d)")
#: Which half of the day a clock of twelve hours shows.
_HALF = re.compile(
    r"(?P<late>下午|晚上|(?<![A-Za-z])P\.?M\b)|上午|凌晨|(?<![A-Za-z])A\.?M\b", re.IGNORECASE
)


def found(frames: Sequence[Frame]) -> Box | None:
    """Give where a line stands that says a time; None without the extra too."""
    if not frames or not available():
        return None
    places = np.unique(np.linspace(0, len(frames) - 1, _FRAMES).round().astype(int))
    for number in places:
        pixels = frames[int(number)].pixels
        for box in _lines(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)):
            if told(pixels, box) is not None:
                return box
    return None


def told(pixels: Pixels, box: Box) -> tuple[datetime, float, bool] | None:
    """Read what stands in a box: the time (without a day: of the year 1), how sure, ambiguous."""
    left, top, right, bottom = (round(edge) for edge in box)
    room = max(4, (bottom - top) // 3)
    piece = pixels[max(0, top - room) : bottom + room, max(0, left - 2 * room) : right + 2 * room]
    try:
        read = read_line(np.ascontiguousarray(piece[:, :, ::-1]), size="tiny")
    except CannotRead:
        return None
    if read is None or read[1] < _SURE:
        return None
    moment = said(read[0])
    return None if moment is None else (moment[0], read[1], moment[1])


def said(text: str) -> tuple[datetime, bool] | None:
    """Read a clock's text, and whether month and day could be the other way round."""
    found = _written(text)
    half = _HALF.search(text)
    if found is None or half is None:
        # A single figure of the hour may be what is left of two.
        return found[:2] if found and found[2] else None
    moment, swapped, _two = found
    if not 1 <= moment.hour <= 12:  # noqa: PLR2004 - a clock of twelve hours
        return None
    return moment.replace(hour=moment.hour % 12 + (12 if half["late"] else 0)), swapped


def _written(text: str) -> tuple[datetime, bool, bool] | None:
    """Read day and time as they are written; last, whether the hour has two figures."""
    forms = (_DAY_FIRST, _DAY_LAST, _NAMED, _HOUR)
    first, last, named, hour = (form.search(text) for form in forms)
    told = first or last or named or hour
    moment = None if told is None else _read(first, last, named, hour)
    return None if told is None or moment is None else (*moment, len(told.groups()[-3]) == 2)  # noqa: PLR2004


def _read(
    first: re.Match[str] | None,
    last: re.Match[str] | None,
    named: re.Match[str] | None,
    hour: re.Match[str] | None,
) -> tuple[datetime, bool] | None:
    if first:
        whole = layout.of_one_kind(first[2], first[3])
        return _moment(first.groups(), swapped=False) if whole else None
    if last:
        day, month, year, *rest = last.groups()
        if int(month) > layout.MONTHS:
            day, month = month, day
        swapped = int(day) <= layout.MONTHS and day != month
        return _moment((year, month, day, *rest), swapped=swapped)
    if named:
        day, name, year, *rest = named.groups()
        month = str(_MONTHS.index(name.lower()) + 1)
        return _moment((year, month, day, *rest), swapped=False)
    return _moment(("1", "1", "1", *hour.groups()), swapped=False) if hour else None


def _moment(numbers: Sequence[str], *, swapped: bool) -> tuple[datetime, bool] | None:
    year, month, day, hour, minute, second = (int(one) for one in numbers)
    try:
        return datetime(year, month, day, hour, minute, second), swapped  # noqa: DTZ001 - a wall clock
    except ValueError:
        return None


def _lines(grey: Pixels) -> list[Box]:
    """Find rows of ink of one height, those with most pieces first."""
    rows: list[tuple[int, Box]] = []
    for mask, _ in masks_of(grey):
        for row in _of_mask(mask):
            if not any(_covers(other, row[1]) for _, other in rows):
                rows.append(row)
    rows.sort(key=lambda row: -row[0])
    return [box for _, box in rows[:_LINES]]


def _of_mask(mask: Pixels) -> Iterable[tuple[int, Box]]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    numbers = np.arange(1, count)
    fits = (stats[1:, 3] >= LEAST_HIGH) & (stats[1:, 3] <= mask.shape[0] * 0.16)
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
