"""What a row of digits with gaps between them says, where it is a date, a time, or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Years that a clock in a film may show.
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
#: A larger number is a day: 01/15/2026.
MONTHS = 12

#: Fields in the order in which they are written, and how many digits each has.
_WHOLE = "YMDhms"
_LAYOUTS: tuple[tuple[str, tuple[int, ...]], ...] = (
    (_WHOLE, (4, 2, 2, 2, 2, 2)),
    ("DMYhms", (2, 2, 4, 2, 2, 2)),
    (_WHOLE, (4, 1, 2, 2, 2, 2)),
    (_WHOLE, (4, 2, 1, 2, 2, 2)),
    (_WHOLE, (4, 1, 1, 2, 2, 2)),
    ("DMYhms", (1, 1, 4, 2, 2, 2)),
    ("DMYhms", (1, 2, 4, 2, 2, 2)),
    ("DMYhms", (2, 1, 4, 2, 2, 2)),
    ("hmsYMD", (2, 2, 2, 4, 2, 2)),
    ("hmsDMY", (2, 2, 2, 2, 2, 4)),
    ("YMD", (4, 2, 2)),
    ("DMY", (2, 2, 4)),
    ("YMD", (4, 1, 2)),
    ("hms", (2, 2, 2)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands there; `first` and `last` are the digits (from 0) that say it."""

    day: date | None
    hour: time | None
    first: int
    last: int
    #: Month and day could also be the other way round.
    ambiguous: bool = False

    @property
    def whole(self) -> datetime | None:
        """Give day and time of day; None where one of them is not said."""
        if self.day is None or self.hour is None:
            return None
        return datetime.combine(self.day, self.hour)


def said(digits: str, gaps: Sequence[float]) -> Said | None:
    """Read digits; `gaps` say after each but the last how surely a field ends there, 0 to 1.

    The layout that takes in most of the digits wins; None where none fits.
    """
    best: tuple[float, Said] | None = None
    for score, one in _fitting(digits, gaps):
        if best is None or score > best[0]:
            best = score, one
    return best[1] if best else None


def _fitting(digits: str, gaps: Sequence[float]) -> Iterator[tuple[float, Said]]:
    for fields, lengths in _LAYOUTS:
        count = sum(lengths)
        for first in range(len(digits) - count + 1):
            last = first + count - 1
            ends = _ends(lengths, first)
            bare = (first > 0 and gaps[first - 1] < 0.5) or (  # noqa: PLR2004 - the digit before belongs to it
                last < len(digits) - 1 and gaps[last] < 0.5  # noqa: PLR2004 - as above
            )
            fit = _fit(gaps[first:last], ends, first)
            if fit < 0.5 or bare:  # noqa: PLR2004 - a gap in a field, or none between two
                continue
            one = _read(digits[first : last + 1], fields, lengths)
            if one is not None:
                day, hour, ambiguous = one
                yield (
                    count + fit,
                    Said(day=day, hour=hour, first=first, last=last, ambiguous=ambiguous),
                )


def of_one_kind(month: str, day: str) -> bool:
    """Say whether both are filled up with a nought, or neither: 03-2 has lost a digit."""
    return len(month) == len(day) or "0" not in {month[0], day[0]}


def _ends(lengths: Sequence[int], first: int) -> set[int]:
    at, ends = first - 1, set()
    for length in lengths[:-1]:
        at += length
        ends.add(at)
    return ends


def _fit(gaps: Sequence[float], ends: set[int], first: int) -> float:
    """Give how well the worst gap fits: wide where a field ends, narrow elsewhere."""
    worst = 1.0
    for place, gap in enumerate(gaps, start=first):
        worst = min(worst, gap if place in ends else 1 - gap)
    return worst


def _read(
    digits: str, fields: str, lengths: Sequence[int]
) -> tuple[date | None, time | None, bool] | None:
    written, at = {}, 0
    for name, length in zip(fields, lengths, strict=True):
        written[name] = digits[at : at + length]
        at += length
    if "Y" in written and not of_one_kind(written["M"], written["D"]):
        return None
    values = {name: int(number) for name, number in written.items()}
    if "DMY" in fields and values["M"] > MONTHS >= values["D"]:
        values["D"], values["M"] = values["M"], values["D"]
    day, hour = None, None
    try:
        if "Y" in values:
            day = date(values["Y"], values["M"], values["D"])
        if "h" in values:
            hour = time(values["h"], values["m"], values["s"])
    except ValueError:
        return None
    if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    swapped = day is not None and day.month != day.day <= MONTHS
    return day, hour, swapped and "DMY" in fields
