"""Periods: which day, week or month a time belongs to, how they are numbered, written and read.

Days, weeks and months are those of the business zone, which has no daylight saving. Numbers of
neighbouring periods differ by 1, so a gap in a history is seen by subtracting. A snapshot
(:attr:`Period.NONE`) is numbered as a moment is: the latest one counts.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.facts import Period, shown
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

#: The business zone: China has one, all year round.
ZONE = timezone(timedelta(hours=8))
MICROSECOND = timedelta(microseconds=1)
#: Years outside are a slip of the keyboard; inside them microseconds are exact in a float.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_0 = date(1970, 1, 1).toordinal()
#: The Monday of the week that holds day 0.
_WEEK_0 = date(1969, 12, 29).toordinal()
_MONTHS = 12
_DAYS = 7

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
#: RFC 3339; more than microseconds would make two moments one.
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def number(period: Period, at: datetime) -> int:
    """Give the number of the period that holds a time; of a moment, microseconds since 1970 UTC.

    Raises FactError for a time without its zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        raise _naive(at)
    return _NUMBER[period](at)


def read(period: Period, text: str) -> tuple[int, datetime] | None:
    """Read what :func:`text` writes: number and end of the period; None: it is not one.

    ``2026-01-15``, ``2026-W03``, ``2026-01`` or a moment of RFC 3339 with its zone; full-width
    digits read as plain ones. A date, week or time of day that does not exist is not one.
    """
    try:
        found = _READ[period](normal(text))
    except ValueError:
        return None
    return None if found is None else (found, end(period, found))


def text(period: Period, number: int) -> str:
    """Write a period as people do; a moment in the business zone."""
    return _TEXT[period](number)


def end(period: Period, number: int) -> datetime:
    """Give the first instant after a period, in the business zone; of a moment, itself."""
    return _END[period](number)


def said(at: datetime) -> str:
    """Write a time to the minute, as people in the business zone do."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def microseconds(at: datetime) -> int:
    """Give the microseconds since 1970 UTC of an aware time."""
    return (at - _EPOCH) // MICROSECOND


def _day_number(at: datetime) -> int:
    return at.astimezone(ZONE).toordinal() - _DAY_0


def _week_number(at: datetime) -> int:
    return (at.astimezone(ZONE).toordinal() - _WEEK_0) // _DAYS


def _month_number(at: datetime) -> int:
    local = at.astimezone(ZONE)
    return _month(local.year, local.month)


def _month(year: int, month: int) -> int:
    return (year - 1970) * _MONTHS + month - 1


def _read_moment(line: str) -> int | None:
    line = line.upper()
    if not _MOMENT.fullmatch(line) or not _in_reach(int(line[:4])):
        return None
    return microseconds(datetime.fromisoformat(line))


def _read_day(line: str) -> int | None:
    found = _DATE.fullmatch(line)
    if not found or not _in_reach(int(found[1])):
        return None
    return date(*map(int, found.groups())).toordinal() - _DAY_0


def _read_week(line: str) -> int | None:
    found = _WEEK.fullmatch(line)
    if not found or not _in_reach(int(found[1])):
        return None
    # Raises ValueError for week 53 of a year that has 52.
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return (monday.toordinal() - _WEEK_0) // _DAYS


def _read_month(line: str) -> int | None:
    found = _MONTH.fullmatch(line)
    if not found or not _in_reach(int(found[1])):
        return None
    first = date(int(found[1]), int(found[2]), 1)
    return _month(first.year, first.month)


def _in_reach(year: int) -> bool:
    return EARLIEST_YEAR <= year <= LATEST_YEAR


def _day(number: int) -> date:
    return date.fromordinal(number + _DAY_0)


def _monday(number: int) -> date:
    return date.fromordinal(number * _DAYS + _WEEK_0)


def _first(number: int) -> date:
    years, months = divmod(number, _MONTHS)
    return date(1970 + years, months + 1, 1)


def _week_text(number: int) -> str:
    # The ISO year: the days around New Year may belong to a week of the other year.
    year, week, _ = _monday(number).isocalendar()
    return f"{year:04}-W{week:02}"


def _moment(number: int) -> datetime:
    return (_EPOCH + number * MICROSECOND).astimezone(ZONE)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _naive(at: datetime) -> FactError:
    seen = shown(at.isoformat())
    expected = "its zone as well, such as 2026-01-15T08:00:00+08:00"
    message = Text(
        zh=f"时间 {seen} 没有写明时区，不能确定属于哪一期。请连时区一起写，"
        "例如 2026-01-15T08:00:00+08:00。",
        en=f"The time {seen} does not say its zone, so its period is not known. Write {expected}.",
    )
    return FactError(message, kind="", field=None, seen=seen, expected=expected)


_NUMBER: dict[Period, Callable[[datetime], int]] = {
    Period.NONE: microseconds,
    Period.MOMENT: microseconds,
    Period.DAY: _day_number,
    Period.WEEK: _week_number,
    Period.MONTH: _month_number,
}
_READ: dict[Period, Callable[[str], int | None]] = {
    Period.NONE: _read_moment,
    Period.MOMENT: _read_moment,
    Period.DAY: _read_day,
    Period.WEEK: _read_week,
    Period.MONTH: _read_month,
}
_TEXT: dict[Period, Callable[[int], str]] = {
    Period.NONE: lambda number: _moment(number).isoformat(),
    Period.MOMENT: lambda number: _moment(number).isoformat(),
    Period.DAY: lambda number: _day(number).isoformat(),
    Period.WEEK: _week_text,
    Period.MONTH: lambda number: _first(number).isoformat()[:7],
}
_END: dict[Period, Callable[[int], datetime]] = {
    Period.NONE: _moment,
    Period.MOMENT: _moment,
    Period.DAY: lambda number: _midnight(_day(number + 1)),
    Period.WEEK: lambda number: _midnight(_monday(number + 1)),
    Period.MONTH: lambda number: _midnight(_first(number + 1)),
}
