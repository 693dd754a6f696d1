"""What the text of one line says of a day and a time of day, as cameras and programs write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from verification.films import layout

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: An O is read as a nought, and the other way round.
_NAME = rf"(?P<name>{'|'.join(_MONTHS).replace('o', '[o0]')})[a-z]*"
_YEAR = r"(?P<year>20\d\d)"
#: Year first, day first, 28 Nov 2026, Nov 28, 2026. A reader of text often drops the spaces.
_DAYS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}(?P<apart>[^\d:]{{1,2}})(?P<month>\d\d?)[^\d:]{{1,2}}(?P<day>\d\d?)日?",
        rf"(?<!\d)(?P<day>\d\d)[./-](?P<month>\d\d)[./-]{_YEAR}",
        rf"(?<!\d)(?P<day>\d\d?)[-\s./]?{_NAME}[-\s.,/]{{0,2}}{_YEAR}",
        rf"(?<![a-z]){_NAME}[-\s./]{{0,2}}(?P<day>\d\d?)[-\s.,/]{{0,2}}{_YEAR}",
    )
)
_HOUR = re.compile(r"(?<!\d)(\d\d?)\s?[:：时]\s?(\d\d)\s?[:：分]\s?(\d\d)(?!\d)")
#: Behind a day a full stop may stand in the time too.
_HOUR_BEHIND = re.compile(r"(?<!\d)(\d\d?)\s?[:：.时]\s?(\d\d)\s?[:：.分]\s?(\d\d)(?!\d)")
#: Which half of the day a clock of twelve hours shows.
_HALF = re.compile(
    r"(?P<late>下午|晚上|(?<![A-Za-z])P\.?M(?![A-Za-z]))|上午|凌晨|(?<![A-Za-z])A\.?M(?![A-Za-z])",
    re.IGNORECASE,
)
_NOON = 12
#: What a reader of text makes of figures of old style and of pixels.
_LIKE_FIGURES = str.maketrans("IlO|o", "11010")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a line says; a day, a time of day, or both."""

    day: date | None
    hour: time | None
    #: Month and day could be the other way round.
    ambiguous: bool = False
    #: AM or PM, 上午 or 下午 stands there too.
    half: bool = False
    #: How many figures say it.
    figures: int = 0

    @property
    def moment(self) -> datetime | None:
        """Give the time; in the year 1 where no day is said, None where no time is."""
        return None if self.hour is None else datetime.combine(self.day or date.min, self.hour)


def told(text: str) -> Told | None:
    """Read a line; None where it says no day and no time, or one that cannot be."""
    both = (_told(text), _told(text.translate(_LIKE_FIGURES)))
    return max((one for one in both if one), key=lambda one: one.figures, default=None)


def _told(text: str) -> Told | None:
    hour = None
    found = next((one for form in _DAYS if (one := form.search(text))), None)
    if found is not None:
        hour = _HOUR_BEHIND.search(text[found.end() :]) or _HOUR.search(text[: found.start()])
    if hour is None:
        hour = _HOUR.search(text)
        rest = "" if hour is None else text[hour.end() :]
        found = next((one for form in _DAYS if (one := form.search(rest))), found)
    day = None if found is None else _day(found)
    if (found is not None and day is None) or (found is None and hour is None):
        return None
    return _whole(day, hour, _HALF.search(text), 0 if found is None else _figures(found))


def _whole(
    day: tuple[date, bool] | None,
    hour: re.Match[str] | None,
    half: re.Match[str] | None,
    figures: int,
) -> Told | None:
    shown = None
    if hour is not None:
        first, minute, second = (int(one) for one in hour.groups())
        if half is not None:
            if not 1 <= first <= _NOON:
                return None
            first = first % _NOON + (_NOON if half["late"] else 0)
        elif len(hour[1]) == 1:
            return None  # it may be what is left of two figures
        try:
            shown = time(first, minute, second)
        except ValueError:
            return None
        figures += _figures(hour)
    return Told(
        day=day[0] if day else None,
        hour=shown,
        ambiguous=bool(day and day[1]),
        half=half is not None and hour is not None,
        figures=figures,
    )


def _figures(found: re.Match[str]) -> int:
    """Count figures; a month in letters is as good as its two."""
    named = 2 if found.groupdict().get("name") else 0
    return named + sum(one.isdigit() for one in found[0])


def _day(found: re.Match[str]) -> tuple[date, bool] | None:
    parts = found.groupdict()
    ambiguous = False
    if "name" in parts:
        month, day = _MONTHS.index(parts["name"].lower().replace("0", "o")) + 1, int(parts["day"])
    else:
        if not layout.of_one_kind(parts["month"], parts["day"]):
            return None
        # 2026-11-2日 has lost a figure: pixels of an 8 look like 日.
        if found[0].endswith("日") and "年" not in found[0]:
            return None
        month, day = int(parts["month"]), int(parts["day"])
        if "apart" not in parts:
            if month > layout.MONTHS:
                month, day = day, month
            ambiguous = month != day <= layout.MONTHS
    try:
        return date(int(parts["year"]), month, day), ambiguous
    except ValueError:
        return None
