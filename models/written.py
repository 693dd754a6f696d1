"""Days, amounts and words as exports write them: what is meant, or that it cannot be told."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

#: As spreadsheets write a day, with a time of day where there is one: 2026/1/8 9:05, 2026年1月8日.
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ]+(.+))?")
_TIME = re.compile(r"([0-9]):")
#: A comma groups thousands and does nothing else: 12,34 would be a hundred times 12.34.
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")


def is_line(text: str) -> bool:
    """Tell whether all of it can be shown in one line; a blank may have any width."""
    return text.isprintable() or all(
        one.isprintable() or unicodedata.category(one) == "Zs" for one in text
    )


#: An earlier year stands for nothing: 1899 and 0001 are what programs write where no day is known.
FIRST_YEAR = 1900


def moment_of(text: str) -> datetime:
    """Give the moment; naive where no zone is written. Raises ValueError."""
    found = _moment_of(text)
    if found.year < FIRST_YEAR:
        raise ValueError(f"a year that nobody means: {text!r}")
    return found


def _moment_of(text: str) -> datetime:
    found = _DAY.fullmatch(text)
    if not found:
        return datetime.fromisoformat(text)
    year, month, day, time = found.groups()
    told = f"{year}-{month:0>2}-{day:0>2}"
    if time:
        told += "T" + (f"0{time}" if _TIME.match(time) else time)
    return datetime.fromisoformat(told)


def day_of(text: str) -> date:
    """Give the day of the organisation's calendar. Raises ValueError, for a zone as well.

    Of a moment with a zone nobody has said which day it is here.
    """
    moment = moment_of(text)
    if moment.tzinfo is not None:
        raise ValueError(f"a moment of a zone: {text!r}")
    return moment.date()


def ungrouped(text: str) -> str:
    """Give a number's text without the commas that group its thousands.

    Raises ValueError where a comma stands elsewhere, and for the underscores of Python.
    """
    if "_" in text:
        raise ValueError(f"an underscore in a number: {text!r}")
    if "," in text and not _GROUPED.fullmatch(text):
        raise ValueError(f"a comma that groups no thousands: {text!r}")
    return text.replace(",", "")
