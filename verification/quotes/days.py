"""Days as quotes and letters write them, and until when an offer stands."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from verification.printed import Row
from verification.quotes.amounts import fold
from verification.quotes.labels import DATED, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.printed import Cell, Printed

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*)\.?"
_SHAPES = (
    re.compile(
        r"(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})(?!\d)"
    ),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*[-\s.]?\s*{_MONTH}[-\s,]*(?P<y>20\d{{2}})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_MONTH}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*(?P<y>20\d{{2}})", re.IGNORECASE
    ),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d{2})"),
)
#: Day or month first: read only where one of them cannot be a month.
_EITHER = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](20\d{2})")
_CAPITAL = re.compile(r"(二[〇零○OО0][〇零○一二三四五六七八九]{2})年(.{1,3})月(.{1,3})日")

_BEFORE = 24
_UNTIL = re.compile(
    r"有效期?(?:截止|截至)?(?:日期)?[::\s]*(?:至|到|截止)|有效期(?:限)?(?:截止|截至)|截止日期|有效日期|有效至|"
    r"valid(?:ity)?\s*(?:until|till|through|thru|to|up to|date)|expir(?:y|es|ation)(?:\s*date)?|"
    r"offer (?:ends|closes)",
    re.IGNORECASE,
)
_VALID = re.compile(
    r"有效期?(?:限)?|有效|valid(?:ity)?|open for acceptance|offer stands", re.IGNORECASE
)
#: Until when something else stands, in the words right before; a comma begins another thing.
_OF_ANOTHER = re.compile(
    r"(?:证书?|资质|执照|许可|保修|质保|合同|协议|授权|保函|licen[cs]e|certificate|warranty|"
    r"guarantee|contract|agreement|permit)[^,。,;;]{0,24}$",
    re.IGNORECASE,
)
#: A label alone, whose day may stand below it.
_HEADS = re.compile(
    r"(?:有效期(?:限|至|截止)?|有效日期|截止日期|有效至|validity|valid (?:until|till|to|through)|"
    r"expir(?:y|es|ation)(?: date)?)(?:\([^)]*\))?\s*[:]?$",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"(?:交货|交付|到货|发货|付款|质保|保修|签订|delivery|payment|warranty|shipping)[^:]{0,12}[::]",
    re.IGNORECASE,
)
#: Right before the day from which the days are counted.
_FROM = re.compile(r"(?:自|从|自从|\bfrom|\bafter|\bas of|\bsince)\s*(?:the\s+)?$", re.IGNORECASE)
_HAN = "零一二三四五六七八九"
#: Right behind the day before which it stands (在2026年10月31日前有效).
_BY = re.compile(r"[^,。,;;]{6,20}?(?:之|以)?前\s*")
#: No part of a day: 10月 is no ten months, 10月31日 no 31 days.
_LASTS = re.compile(
    r"(?<![\d年月./-])(?<![年月]\s)(?P<count>\d{1,3}|[一二三四五六七八九两]?十[一二三四五六七八九]?|[一二三四五六七八九两])"
    r"\s*(?:\(\w+\)|\))?\s*"
    r"(?P<unit>(?:个\s*)?(?:自然日|工作日|天|日|周)|个\s*月|"
    r"(?:calendar |working |business )?days?|weeks?|months?)",
    re.IGNORECASE,
)


def read_day(text: str) -> date | None:
    """Read the first day that is written; None where none is, or where it could be two."""
    return next((day for _place, day in days_within(text)), None)


def days_within(text: str) -> Iterator[tuple[int, date]]:
    """Give each day that can be read one way only, with where it stands."""
    folded = fold(text)
    found = [
        (m.start(), day)
        for shape in _SHAPES
        for m in shape.finditer(folded)
        if (day := _day(m.groupdict()))
    ]
    found += [
        (match.start(), day)
        for match in _EITHER.finditer(folded)
        if (day := _either(int(match[1]), int(match[2]), int(match[3])))
    ]
    if (match := _CAPITAL.search(folded)) and (day := _in_capitals(match)):
        found.append((match.start(), day))
    yield from sorted(found)


def _day(fields: dict[str, str | None]) -> date | None:
    name = fields.get("month")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(fields["m"] or 0)
    return _built(int(fields["y"] or 0), month, int(fields["d"] or 0))


def _either(first: int, second: int, year: int) -> date | None:
    """Read 25/12/2026 and 12/25/2026; 03/04/2026 is read by nobody."""
    if first == second or second > 12:  # noqa: PLR2004 - months
        return _built(year, first, second)
    return _built(year, second, first) if first > 12 else None  # noqa: PLR2004 - months


def _in_capitals(match: re.Match[str]) -> date | None:
    digits = {
        **dict(zip("〇一二三四五六七八九", "0123456789", strict=True)),
        "零": "0",
        "○": "0",
        "O": "0",
        "О": "0",
        "0": "0",
    }
    year = int("".join(digits[c] for c in match[1]))
    month, day = _small(match[2], digits), _small(match[3], digits)
    return None if month is None or day is None else _built(year, month, day)


def _small(text: str, digits: dict[str, str]) -> int | None:
    tens, ten, ones = text.partition("十")
    if any(c not in digits for c in tens + ones) or len(tens) > 1 + (not ten) or len(ones) > 1:
        return None
    if not ten:
        return int("".join(digits[c] for c in text))
    return int(digits.get(tens, "1")) * 10 + int(digits.get(ones, "0"))


def _built(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def quoted_on(printed: Printed) -> tuple[date, Cell] | None:
    """Find the day of the quote behind its label."""
    for found in find(printed, DATED):
        if (day := read_day(found.text)) and not _UNTIL.search(fold(found.label.text)):
            return day, found.cell
    return None


def valid_until(printed: Printed, dated: date | None) -> tuple[tuple[date, Cell], ...]:
    """Find until when it stands: days, or a number of days after the day of the quote.

    Each day once, in the order of reading; how long a certificate or a warranty stands is left out.
    """
    kept: dict[date, Cell] = {}
    for number, row in enumerate(printed.rows):
        for place, cell in enumerate(row.cells):
            words = fold(cell.text)
            marker = _UNTIL.search(words) or _VALID.search(words)
            if marker is None or _OF_ANOTHER.search(words[: marker.start()]):
                continue
            rest = Row(row.cells[place:])
            below = printed.rows[number + 1 : number + 2] if _HEADS.search(words) else ()
            # Below a label its day may stand; one with a label of its own is another's.
            near = [rest, *(one for one in below if not _OTHER_DAY.search(fold(one.text)))]
            days = ((_until(fold(one.text), dated), one.cells[-1]) for one in near)
            day, at = next((found for found in days if found[0] is not None), (None, cell))
            if day is not None:
                kept.setdefault(day, at)
    return tuple(kept.items())


def _until(words: str, dated: date | None) -> date | None:
    marker = _UNTIL.search(words) or _VALID.search(words)
    start = marker.end() if marker else 0
    first = marker.start() if marker else 0
    named = [
        day
        for place, day in days_within(words)
        if place >= start or _BY.fullmatch(words, place, max(place, first))
    ]
    # 30 日内有效: the days may stand right before the word. No slice: a day would be cut in two.
    lasts = _LASTS.search(words, start) or _LASTS.search(words, max(0, start - _BEFORE), start)
    origins = [day for place, day in days_within(words) if _FROM.search(words[:place])]
    if named and (len(named) > 1 or named != origins):
        # From one day to another: the later one ends it.
        return max(named)
    origin = origins[0] if origins else dated
    if lasts is None or origin is None:
        return None  # a day from which it stands is none until which it does
    return _after(origin, _count(lasts["count"]), lasts["unit"].lower().lstrip("个 "))


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.replace("两", "二").partition("十")
    if not ten:
        return _HAN.index(tens)
    return (_HAN.index(tens) if tens else 1) * 10 + (_HAN.index(ones) if ones else 0)


def _after(day: date, count: int, unit: str) -> date:
    if unit.startswith("month") or unit == "月":
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return next(d for back in range(4) if (d := _built(year, month + 1, day.day - back)))
    if unit.startswith("week") or unit == "周":
        return day + timedelta(weeks=count)
    if unit.startswith(("working", "business", "工作")):
        # Five working days last a week, holidays aside: in doubt the offer is taken for longer.
        return day + timedelta(days=count * 7 // 5 + 2)
    return day + timedelta(days=count)
