"""Lengths of time as people write them: ``72h``, ``2 weeks``, ``3 天``, ``连续两周``.

length = NUMBER unit        unit = min | h | d | w | month, in English or Chinese
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.facts import Period, Window
from rules.language.numbers import Trouble
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE, HOUR, DAY, WEEK, MONTH = "minute", "hour", "day", "week", "month"
_SPELLED: Mapping[str, tuple[str, ...]] = {
    MINUTE: ("min", "mins", "minute", "minutes", "分钟"),
    HOUR: ("h", "hour", "hours", "小时"),
    DAY: ("d", "day", "days", "天", "日"),
    WEEK: ("w", "week", "weeks", "周", "星期"),
    MONTH: ("month", "months", "个月", "月"),
}
UNITS = {word: unit for unit, words in _SPELLED.items() for word in words}
SECONDS = {MINUTE: 60, HOUR: 3_600, DAY: 86_400, WEEK: 604_800}
_SHOWN = {
    MINUTE: Text(zh="分钟", en="minute"),
    HOUR: Text(zh="小时", en="hour"),
    DAY: Text(zh="天", en="day"),
    WEEK: Text(zh="周", en="week"),
    MONTH: Text(zh="个月", en="month"),
}
_NUMERALS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
#: A number and a unit, to be put into the patterns of longer lines.
COUNT = r"(?P<count>\d+|[一二两三四五六七八九十])"
UNIT = r"(?P<unit>[A-Za-z]+|个月|小时|分钟|星期|[天日周月年])"
LENGTH = rf"{COUNT}\s*{UNIT}"
_LENGTH = re.compile(LENGTH, re.ASCII)
#: In units of a window, and days of a duration: ten years.
LONGEST_WINDOW = 400
LONGEST_DAYS = 3_660

#: Unit → how many of the kind's own periods it is.
_FITTING: Mapping[Period, Mapping[str, int]] = {
    Period.DAY: {DAY: 1, WEEK: 7},
    Period.WEEK: {WEEK: 1},
    Period.MONTH: {MONTH: 1},
    Period.MOMENT: SECONDS,
}


def read_duration(text: str) -> int | Trouble:
    """Give seconds."""
    parts = apart(text)
    return parts if isinstance(parts, Trouble) else duration(*parts)


def apart(text: str) -> tuple[str, str] | Trouble:
    """Give the number and the unit of a length."""
    found = _LENGTH.fullmatch(normal(text))
    return (found["count"], found["unit"]) if found else _no_duration(text)


def duration(count: str, unit: str) -> int | Trouble:
    """Give the seconds of a length that is apart already."""
    written, number = f"{count} {unit}", numeral(count)
    known = UNITS.get(unit.lower())
    if known is None:
        return _no_unit(written, unit)
    if known == MONTH:
        message = Text(
            zh=f"“{written}”长短不定，请用天或周来写。",
            en=f"'{written}' is not always equally long: write it in days or weeks.",
        )
        return Trouble(code="DURATION", message=message, expected="30d, 4w", seen=written)
    seconds = number * SECONDS[known]
    if not 0 < seconds <= LONGEST_DAYS * SECONDS[DAY]:
        return _no_duration(written)
    return seconds


def window(count: str, unit: str, period: Period) -> Window | Trouble:
    """Give the window of a length, if its unit fits what a fact of the kind covers."""
    written, number = f"{count} {unit}", numeral(count)
    known = UNITS.get(unit.lower())
    if known is None:
        return _no_unit(written, unit)
    fitting = _FITTING.get(period, {})
    if known not in fitting:
        return _no_fit(written, period)
    if not 0 < number <= LONGEST_WINDOW:
        message = Text(
            zh=f"时间段“{written}”要在 1 到 {LONGEST_WINDOW} 之间。",
            en=f"The window '{written}' must be within 1 and {LONGEST_WINDOW}.",
        )
        return Trouble(code="WINDOW", message=message, expected="4 weeks", seen=written)
    return Window(length=number * fitting[known], unit=period)


def numeral(count: str) -> int:
    """Give the number of digits or of one Chinese numeral."""
    return _NUMERALS.get(count) or int(count[:9])


def named(window: Window) -> tuple[int, str]:
    """Give a window as number and unit; seconds in the largest unit that divides them."""
    if window.unit is not Period.MOMENT:
        return window.length, window.unit.value
    unit = next(one for one in (DAY, HOUR, MINUTE) if window.length % SECONDS[one] == 0)
    return window.length // SECONDS[unit], unit


def said(window: Window) -> Text:
    """Give a window in words: ``4 周`` with a blank before it, ``4 weeks``."""
    number, unit = named(window)
    return Text(
        zh=f" {number} {_SHOWN[unit].zh}",
        en=f"{number} {_SHOWN[unit].en}{'' if number == 1 else 's'}",
    )


def _no_duration(text: str) -> Trouble:
    message = Text(
        zh=f"“{text}”不是一段时间。请写成 72h、3d、2w 或“3 天”，最长 {LONGEST_DAYS} 天。",
        en=f"'{text}' is no length of time. Write 72h, 3d or 2w, at most {LONGEST_DAYS} days.",
    )
    return Trouble(code="DURATION", message=message, expected="72h, 3d, 2w", seen=text)


def _no_unit(written: str, unit: str) -> Trouble:
    message = Text(
        zh=f"不认识时间单位“{unit}”（“{written}”）。",
        en=f"The unit of time '{unit}' in '{written}' is not known.",
    )
    near = nearest(unit.lower(), UNITS)
    expected = "min, h, d, w, month"
    return Trouble(code="DURATION", message=message, expected=expected, seen=unit, suggestion=near)


def _no_fit(written: str, period: Period) -> Trouble:
    fitting = tuple(_FITTING.get(period, {}))
    if not fitting:
        message = Text(
            zh=f"这种事实是快照，没有前后各期，不能写“{written}”。",
            en=f"Facts of this kind are snapshots without periods: '{written}' looks back at none.",
        )
        return Trouble(code="WINDOW", message=message, expected="no window", seen=written)
    listed = Text(
        zh="、".join(_SHOWN[unit].zh for unit in fitting),
        en=", ".join(_SHOWN[unit].en for unit in fitting),
    )
    message = Text(
        zh=f"“{written}”和这种事实的周期不合，单位可以用：{listed.zh}。",
        en=f"'{written}' does not fit the period of this kind of fact; its units are: {listed.en}.",
    )
    return Trouble(code="WINDOW", message=message, expected=listed.en, seen=written)
