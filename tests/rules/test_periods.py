"""Periods: weeks that belong to the other year, days that begin in the business zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import periods
from rules.errors import FactError
from rules.facts import Period

NEW_YORK = timezone(timedelta(hours=-5))
TIMES = st.datetimes(datetime(1901, 1, 1), datetime(2198, 12, 31))  # noqa: DTZ001 - the zone is drawn beside it
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=periods.ZONE)  # type: ignore[arg-type, misc]  # year, month, …


@pytest.mark.parametrize(
    ("period", "at", "written"),
    [
        pytest.param(Period.DAY, local(2026, 1, 15), "2026-01-15", id="midnight begins a day"),
        pytest.param(
            Period.DAY,
            datetime(2026, 1, 14, 16, tzinfo=UTC),
            "2026-01-15",
            id="a day begins at 16:00 UTC",
        ),
        pytest.param(
            Period.DAY,
            datetime(2026, 1, 14, 15, 59, tzinfo=UTC),
            "2026-01-14",
            id="a minute earlier is the day before",
        ),
        pytest.param(
            Period.DAY,
            datetime(2026, 1, 14, 12, tzinfo=NEW_YORK),
            "2026-01-15",
            id="noon in New York is the next day here",
        ),
        pytest.param(Period.WEEK, local(2026, 1, 18, 23, 59), "2026-W03", id="Sunday ends a week"),
        pytest.param(Period.WEEK, local(2026, 1, 19), "2026-W04", id="Monday begins the next"),
        pytest.param(Period.WEEK, local(2027, 1, 3), "2026-W53", id="January days of a leap week"),
        pytest.param(Period.WEEK, local(2025, 12, 29), "2026-W01", id="December days of week 1"),
        pytest.param(Period.WEEK, local(1969, 12, 28), "1969-W52", id="before 1970"),
        pytest.param(
            Period.MONTH, local(2026, 12, 31, 23, 59), "2026-12", id="a year's last month"
        ),
        pytest.param(Period.MONTH, local(2027, 1, 1), "2027-01", id="and the next one's first"),
        pytest.param(
            Period.MONTH,
            datetime(2026, 12, 31, 16, tzinfo=UTC),
            "2027-01",
            id="a month begins at 16:00 UTC",
        ),
        pytest.param(
            Period.MOMENT,
            datetime(2026, 1, 15, 0, 0, 0, 5, tzinfo=UTC),
            "2026-01-15T08:00:00.000005+08:00",
            id="a moment is written in the business zone",
        ),
    ],
)
def test_a_time_belongs_to_a_period(period: Period, at: datetime, written: str) -> None:
    assert periods.text(period, periods.number(period, at)) == written


@pytest.mark.parametrize(
    ("period", "written", "number"),
    [
        pytest.param(Period.DAY, "1970-01-01", 0, id="days count from 1970"),
        pytest.param(Period.WEEK, "1970-W01", 0, id="weeks count from the one of 1970-01-01"),
        pytest.param(Period.MONTH, "1970-01", 0, id="months count from January 1970"),
        pytest.param(Period.MOMENT, "1970-01-01T08:00:00+08:00", 0, id="moments from UTC midnight"),
        pytest.param(Period.WEEK, "2026-W53", 2974, id="2026 has 53 weeks"),
        pytest.param(Period.WEEK, "2025-W53", None, id="2025 has 52"),
        pytest.param(Period.WEEK, "2027-W01", 2975, id="after W53 comes W01"),
        pytest.param(Period.WEEK, "2026-W00", None, id="no week 0"),
        pytest.param(Period.WEEK, "２０２６－Ｗ０３", 2924, id="full-width digits"),
        pytest.param(Period.WEEK, " 2026-W03 ", 2924, id="blanks around it"),
        pytest.param(Period.WEEK, "2026-W3", None, id="one digit is not enough"),
        pytest.param(Period.WEEK, "2026-W03-1", None, id="a day of a week is no week"),
        pytest.param(Period.WEEK, "2026-01-15", None, id="a day is no week"),
        pytest.param(Period.WEEK, "٢٠٢٦-W٠٣", None, id="digits of other scripts"),
        pytest.param(Period.DAY, "2024-02-29", 19782, id="a leap day"),
        pytest.param(Period.DAY, "2026-02-29", None, id="a leap day of another year"),
        pytest.param(Period.DAY, "2026-13-01", None, id="month 13"),
        pytest.param(Period.DAY, "0226-01-15", None, id="a year mistyped"),
        pytest.param(Period.DAY, "9999-12-31", None, id="a year that stands for never"),
        pytest.param(Period.MONTH, "2026-00", None, id="month 0"),
        pytest.param(Period.MONTH, "2026-01-15", None, id="a day is no month"),
        pytest.param(Period.MOMENT, "1970-01-01T00:00:01Z", 1_000_000, id="Z"),
        pytest.param(Period.MOMENT, "1970-01-01t00:00:01z", 1_000_000, id="small letters"),
        pytest.param(Period.MOMENT, "1970-01-01 00:00:01+00:00", 1_000_000, id="a blank for T"),
        pytest.param(
            Period.MOMENT, "1969-12-31T19:00:00.5-05:00", 500_000, id="a part of a second"
        ),
        pytest.param(Period.MOMENT, "2026-01-15T08:00:00", None, id="no zone"),
        pytest.param(Period.MOMENT, "2026-01-15", None, id="no time of day"),
        pytest.param(Period.MOMENT, "2026-01-15T25:00:00Z", None, id="hour 25"),
        pytest.param(Period.MOMENT, "2026-01-15T08:00:00.1234567Z", None, id="below a microsecond"),
        pytest.param(Period.NONE, "1970-01-01T00:00:01Z", 1_000_000, id="a snapshot is a moment"),
        pytest.param(Period.NONE, "2026-W03", None, id="a snapshot is of no week"),
    ],
)
def test_a_period_is_read(period: Period, written: str, number: int | None) -> None:
    found = periods.read(period, written)
    assert (found and found[0]) == number


@pytest.mark.parametrize(
    ("period", "written", "end"),
    [
        pytest.param(Period.DAY, "2026-12-31", local(2027, 1, 1), id="a day ends at midnight"),
        pytest.param(Period.WEEK, "2026-W53", local(2027, 1, 4), id="a week ends with its Sunday"),
        pytest.param(Period.MONTH, "2024-02", local(2024, 3, 1), id="a short month"),
        pytest.param(Period.MONTH, "2026-12", local(2027, 1, 1), id="the last month"),
        pytest.param(
            Period.MOMENT, "2026-01-15T00:00:00Z", local(2026, 1, 15, 8), id="a moment is its end"
        ),
    ],
)
def test_a_period_ends_with_the_instant_after_it(
    period: Period, written: str, end: datetime
) -> None:
    found = periods.read(period, written)
    assert found is not None
    assert found[1] == end
    assert found[1].tzinfo is not None


@pytest.mark.parametrize("period", Period)
def test_a_time_without_its_zone_is_refused(period: Period) -> None:
    with pytest.raises(FactError) as caught:
        periods.number(period, datetime(2026, 1, 15))  # noqa: DTZ001 - that is the point
    assert "2026-01-15T00:00:00" in caught.value.message.zh
    assert "+08:00" in caught.value.message.zh
    assert "2026-01-15T00:00:00" in caught.value.message.en


@given(st.sampled_from(Period), TIMES, ZONES)
def test_what_is_written_is_read_back(period: Period, at: datetime, zone: timezone) -> None:
    number = periods.number(period, at.replace(tzinfo=zone))
    assert periods.read(period, periods.text(period, number)) == (
        number,
        periods.end(period, number),
    )


@given(st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]), TIMES, ZONES)
def test_periods_lie_side_by_side(period: Period, at: datetime, zone: timezone) -> None:
    """Every time lies before the end of its period and not before the end of the one before."""
    at = at.replace(tzinfo=zone)
    number = periods.number(period, at)
    assert periods.end(period, number - 1) <= at < periods.end(period, number)
    assert periods.number(period, periods.end(period, number)) == number + 1


@given(st.sampled_from(Period), st.text(max_size=30))
def test_any_text_is_read_or_is_not_one(period: Period, written: str) -> None:
    found = periods.read(period, written)
    assert found is None or periods.read(period, periods.text(period, found[0])) == found
