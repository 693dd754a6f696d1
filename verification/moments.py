"""Points in time as files write them: the date grammars, and nothing that is not in the text.

A zone that is not written stays unknown, and a date that is cut short keeps its precision. The
parsers give None for a field that holds nothing (blank, zeros) and raise MomentError for
a text that is no date.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import Literal

Precision = Literal["year", "month", "day", "minute", "second"]

#: No place on earth is further from UTC (Kiribati).
WIDEST_OFFSET = timedelta(hours=14)
#: Hours by which clocks are set somewhere; left out are those that few keep to (8:45, 12:45).
ZONES = (*map(float, range(-12, 15)), -9.5, -3.5, -2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 9.5, 10.5)

#: Zero of the clocks that files use: .NET, FILETIME, MacOS and MP4, Unix, FAT and ZIP. A clock
#: that stands there was never set, so it says nothing.
EPOCHS = (
    datetime(1, 1, 1),  # noqa: DTZ001 - epochs are compared as written, whatever the zone
    datetime(1601, 1, 1),  # noqa: DTZ001 - as above
    datetime(1904, 1, 1),  # noqa: DTZ001 - as above
    datetime(1970, 1, 1),  # noqa: DTZ001 - as above
    datetime(1980, 1, 1),  # noqa: DTZ001 - as above
)

_ISO_PATTERN = {
    "year": "%Y",
    "month": "%Y-%m",
    "day": "%Y-%m-%d",
    "minute": "%Y-%m-%dT%H:%M",
    "second": "%Y-%m-%dT%H:%M:%S",
}
_LENGTH = {
    "day": timedelta(days=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}

# Some writers, LibreOffice among them, close a Z as they close an offset: `Z'`.
_ZONE = r"(?P<zone>[Zz]'?(?:00'?:?00'?)?|[+-]\d{2}(?:[:']?\d{2})?'*|[+-]\d:\d{2})?"
_PDF = re.compile(
    r"D?:?(?P<year>\d{4})(?:(?P<month>\d{2})(?:(?P<day>\d{2})(?:(?P<hour>\d{2})"
    r"(?:(?P<minute>\d{2})(?P<second>\d{2})?)?)?)?)?\s*" + _ZONE,
    re.ASCII,
)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*" + _ZONE + r")?)?)?",
    re.ASCII,
)
_EXIF = re.compile(
    r"(?P<year>\d{4})[:/.-](?P<month>[\d ]\d)[:/.-](?P<day>[\d ]\d)"
    r"(?:[ T](?P<hour>[\d ]\d):(?P<minute>[\d ]\d)(?::(?P<second>[\d ]\d)(?:\.\d*)?)?\s*"
    + _ZONE
    + r")?",
    re.ASCII,
)
#: As people write it, months and days of one digit too.
_LOOSE = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?",
    re.ASCII,
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}|\d(?=:))[:']?(?P<minutes>\d{2})?'*", re.ASCII)
_MAIL_ZONE = re.compile(r"[+-]\d{4}\b|\b(?:UTC?|GMT|Z|[ECMP][SD]T)\b", re.ASCII | re.IGNORECASE)
_ASCTIME = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \d{4}", re.ASCII)
_MAIL_COMMENT = re.compile(r"\([^()]*\)")
_EMPTY = re.compile(r"(?:D:)?[\s0:/.TZ-]*", re.ASCII)


class MomentError(ValueError):
    """A text that should be a date and is none."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as it was written: a wall clock, its distance from UTC if it was said."""

    wall: datetime
    offset: timedelta | None
    precision: Precision = "second"

    @property
    def text(self) -> str:
        """ISO 8601, no finer than what was written, with the offset where it is known."""
        # strftime("%Y") does not pad years before 1000 on Linux.
        pattern = _ISO_PATTERN[self.precision].replace("%Y", f"{self.wall.year:04}")
        written = self.wall.strftime(pattern)
        if self.offset is None or self.precision not in {"minute", "second"}:
            return written
        return written + ("Z" if not self.offset else str(self.zone))

    @property
    def zone(self) -> str | None:
        """``UTC``, an offset such as ``+08:00``, or None where it was not written."""
        if self.offset is None:
            return None
        minutes = int(self.offset.total_seconds() // 60)
        if not minutes:
            return "UTC"
        return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    @property
    def aware(self) -> datetime | None:
        """The beginning as an aware time in UTC; None where the zone is not known."""
        if self.offset is None:
            return None
        return shifted(self.wall, -self.offset).replace(tzinfo=UTC)

    @property
    def length(self) -> timedelta:
        """How long the written period lasts: `wall` is its beginning."""
        if self.precision in _LENGTH:
            return _LENGTH[self.precision]
        year, month = self.wall.year, self.wall.month
        if self.precision == "year":
            return timedelta(days=365 + isleap(year))
        return timedelta(days=monthrange(year, month)[1])

    @property
    def is_epoch(self) -> bool:
        """The clock stands at a zero, or at a zero of UTC seen from another zone."""
        wall = self.wall.replace(tzinfo=None)
        seen = {wall}
        if self.offset is not None:
            seen.add(shifted(wall, -self.offset))
        return not seen.isdisjoint(EPOCHS)


def shifted(when: datetime, by: timedelta) -> datetime:
    """Add, staying inside the calendar that Python knows."""
    try:
        return when + by
    except OverflowError:
        if by > timedelta(0):
            return datetime.max.replace(tzinfo=when.tzinfo)
        return datetime.min.replace(tzinfo=when.tzinfo)


def pdf_moment(text: str) -> Moment | None:
    """Read a PDF date (ISO 32000-1, 7.9.4) in all its short forms.

    ISO 8601 and C's asctime (``Tue Oct  3 10:20:30 2006``) are what old programs put in its place.
    """
    if _ASCTIME.fullmatch(text.strip()):
        return mail_moment(text)
    return _read(text, (_PDF, _ISO), "D:YYYYMMDDHHmmSS+HH'mm'")


def iso_moment(text: str) -> Moment | None:
    """Read ISO 8601 as XMP and OOXML write it (W3C-DTF), year alone included."""
    return _read(text, (_ISO,), "YYYY-MM-DDThh:mm:ss+hh:mm")


def exif_moment(text: str, offset: str = "") -> Moment | None:
    """Read an EXIF date with the text of its OffsetTime field (Exif 2.32, 4.6.5)."""
    moment = _read(text.strip("\0 "), (_EXIF, _ISO), "YYYY:MM:DD hh:mm:ss")
    if moment is None or moment.offset is not None or not offset.strip("\0 :"):
        return moment
    return Moment(moment.wall, _offset(offset.strip("\0 ")), moment.precision)


def loose_moment(text: str) -> Moment | None:
    """Read a date in whichever form it is written; for fields whose writers keep to no grammar."""
    if found := _LOOSE.fullmatch(text.strip()):
        return _built({"zone": None, **found.groupdict()})
    for read in (iso_moment, exif_moment, pdf_moment, mail_moment):
        try:
            return read(text)
        except MomentError:
            continue
    raise MomentError("expected a date such as 2026-11-24 10:00:00")


def mail_moment(text: str) -> Moment | None:
    """Read the date of a mail header (RFC 5322, 3.3; obsolete forms too).

    ``-0000`` is UTC by that standard; an unknown zone name leaves the zone unknown.
    """
    # A comment may stand anywhere, even between the time and its zone.
    text = _MAIL_COMMENT.sub(" ", text)
    if not text.strip():
        return None
    parts = parsedate_tz(text)
    if parts is None:
        raise MomentError("expected a date like Tue, 24 Nov 2026 10:00:00 +0800")
    # parsedate_tz gives 0 for a zone that is missing or that it does not know.
    offset = timedelta(seconds=parts[9] or 0) if _MAIL_ZONE.search(text) else None
    return _checked(parts[:6], offset)


def unix_moment(seconds: int) -> Moment | None:
    """Read seconds since 1970 in UTC, negative ones too."""
    try:
        return Moment(datetime(1970, 1, 1) + timedelta(seconds=seconds), timedelta(0))  # noqa: DTZ001 - the offset stands beside it
    except OverflowError as error:
        raise MomentError("expected a year from 1 to 9999") from error


def aware_moment(when: datetime) -> Moment:
    """Take an aware time over as UTC, to the second."""
    return Moment(when.astimezone(UTC).replace(tzinfo=None, microsecond=0), timedelta(0))


def _read(text: str, grammars: tuple[re.Pattern[str], ...], expected: str) -> Moment | None:
    stripped = text.strip()
    if _EMPTY.fullmatch(stripped):
        return None
    for grammar in grammars:
        if found := grammar.fullmatch(stripped):
            return _built(found.groupdict())
    raise MomentError(f"expected {expected}")


def _built(fields: dict[str, str | None]) -> Moment:
    names = ("year", "month", "day", "hour", "minute", "second")
    written = [int(value) for name in names if (value := fields[name]) is not None]
    zone = fields["zone"]
    precision: tuple[Precision, ...] = ("year", "month", "day", "minute", "minute", "second")
    return _checked(
        tuple(written + [1, 1, 0, 0, 0][len(written) - 1 :]),
        None if zone is None else _offset(zone),
        precision[len(written) - 1],
    )


def _checked(
    written: tuple[int, ...], offset: timedelta | None, precision: Precision = "second"
) -> Moment:
    year, month, day, hour, minute, second = written
    if offset is not None and abs(offset) > WIDEST_OFFSET:
        raise MomentError("expected an offset of at most 14 hours")
    try:
        # A leap second is the last second of its minute.
        wall = datetime(year, month, day, hour, minute, 59 if second == 60 else second)  # noqa: DTZ001, PLR2004 - the offset stands beside it; 60 is the leap second
    except ValueError as error:
        raise MomentError(f"expected a day of the calendar ({error})") from error
    return Moment(wall, offset, precision)


def _offset(text: str) -> timedelta:
    if text[:1] in {"Z", "z"}:
        return timedelta(0)
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise MomentError("expected an offset like +08:00")
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return -size if found["sign"] == "-" else size
