"""The date grammars: every short form, and texts that look like dates and are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verification.moments import (
    Moment,
    MomentError,
    exif_moment,
    iso_moment,
    mail_moment,
    pdf_moment,
    unix_moment,
)

READERS = {"pdf": pdf_moment, "iso": iso_moment, "exif": exif_moment, "mail": mail_moment}

READ = [
    ("pdf", "D:20261120101530+08'00'", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("pdf", "D:20261120101530+08'00", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("pdf", "D:20261120101530+08'", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("pdf", "D:20261120101530+0800", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("pdf", "D:20261120101530-03'30'", "2026-11-20T10:15:30-03:30", "-03:30"),
    ("pdf", "D:20261120101530Z", "2026-11-20T10:15:30Z", "UTC"),
    ("pdf", "D:20261120101530Z'", "2026-11-20T10:15:30Z", "UTC"),
    ("pdf", "D:20261120101530Z00'00'", "2026-11-20T10:15:30Z", "UTC"),
    ("pdf", "D:20261120101530+00'00'", "2026-11-20T10:15:30Z", "UTC"),
    ("pdf", "D:20261120101530", "2026-11-20T10:15:30", None),
    ("pdf", "D:202611201015", "2026-11-20T10:15", None),
    ("pdf", "D:2026112010", "2026-11-20T10:00", None),
    ("pdf", "D:20261120", "2026-11-20", None),
    ("pdf", "D:202611", "2026-11", None),
    ("pdf", "D:2026", "2026", None),
    ("pdf", "20261120101530", "2026-11-20T10:15:30", None),
    ("pdf", " 2026-11-20T10:15:30+08:00 ", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("pdf", "D:20261120101530+08'00''", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("pdf", "Tue Oct  3 10:20:30 2006", "2006-10-03T10:20:30", None),
    ("pdf", "D:20161231235960Z", "2016-12-31T23:59:59Z", "UTC"),
    ("iso", "2026-11-20T10:15:30.123Z", "2026-11-20T10:15:30Z", "UTC"),
    ("iso", "2026-11-20T10:15:30-8:00", "2026-11-20T10:15:30-08:00", "-08:00"),
    ("iso", "2026-11-20T10:15", "2026-11-20T10:15", None),
    ("iso", "2026", "2026", None),
    ("exif", "2026:11:20 10:15:30\0", "2026-11-20T10:15:30", None),
    ("exif", "2026: 1: 2  3:04:05", "2026-01-02T03:04:05", None),
    ("exif", "2026:11:20", "2026-11-20", None),
    ("mail", "Fri, 20 Nov 2026 10:15:30 +0800", "2026-11-20T10:15:30+08:00", "+08:00"),
    ("mail", "20 Nov 26 10:15 EST", "2026-11-20T10:15:00-05:00", "-05:00"),
    ("mail", "Fri, 20 Nov 2026 10:15:30 -0000", "2026-11-20T10:15:30Z", "UTC"),
    ("mail", "Fri, 20 Nov 2026 10:15:30", "2026-11-20T10:15:30", None),
]


@pytest.mark.parametrize(("grammar", "text", "value", "zone"), READ)
def test_reads(grammar: str, text: str, value: str, zone: str | None) -> None:
    moment = READERS[grammar](text)
    assert moment is not None
    assert (moment.text, moment.zone) == (value, zone)


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        ("pdf", ""),
        ("pdf", "D:"),
        ("pdf", "D:00000000000000Z"),
        ("iso", "0000-00-00"),
        ("exif", "    :  :     :  :  "),
        ("exif", "0000:00:00 00:00:00"),
        ("mail", " "),
    ],
)
def test_a_field_that_holds_nothing(grammar: str, text: str) -> None:
    assert READERS[grammar](text) is None


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        ("pdf", "D:20261320101530Z"),
        ("pdf", "D:20260230"),
        ("pdf", "D:20261120256161"),
        ("pdf", "D:20261120101530+25'00'"),
        ("pdf", "D:191261120101530"),
        ("pdf", "D:２０２６"),
        ("pdf", "Tue Oct 33 10:20:30 2006"),
        ("iso", "2026-11-20T10"),
        ("iso", "20.11.2026"),
        ("exif", "2026:13:01 00:00:00"),
        ("exif", "yesterday"),
        ("mail", "Fri, 99 Nov 2026 10:15:30 +0800"),
        ("mail", "soon"),
    ],
)
def test_what_is_no_date_is_said_to_be_none(grammar: str, text: str) -> None:
    with pytest.raises(MomentError, match="expected"):
        READERS[grammar](text)


@pytest.mark.parametrize(
    ("moment", "is_epoch"),
    [
        (unix_moment(0), True),
        (iso_moment("1970-01-01T08:00:00+08:00"), True),
        (iso_moment("1904-01-01T00:00:00Z"), True),
        (iso_moment("1980-01-01T00:00:00"), True),
        (iso_moment("1980-01-01T00:00:02"), False),
        (iso_moment("0001-01-01T00:00:00Z"), True),
        (iso_moment("2026-11-20T00:00:00Z"), False),
    ],
)
def test_clocks_that_were_never_set(moment: Moment, is_epoch: bool) -> None:  # noqa: FBT001 - a column of the table
    assert moment.is_epoch is is_epoch


@settings(deadline=None)
@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(-14 * 60, 14 * 60),
)
def test_any_date_written_as_pdf_or_iso_is_read_back(when: datetime, minutes: int) -> None:
    wall = when.replace(tzinfo=timezone(timedelta(minutes=minutes)), microsecond=0)
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    stamp = f"{wall.year:04}{wall:%m%d%H%M%S}"
    moment = pdf_moment(f"D:{stamp}{sign}{size // 60:02}'{size % 60:02}'")
    assert moment is not None
    assert datetime.fromisoformat(moment.text) == wall
    assert iso_moment(moment.text) == moment


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(sorted(READERS)))
def test_any_text_is_a_moment_or_nothing_or_a_named_error(text: str, grammar: str) -> None:
    try:
        READERS[grammar](text)
    except MomentError as error:
        assert "expected" in str(error)  # noqa: PT017 - most texts raise, some do not


@settings(deadline=None)
@given(st.integers(-(2**70), 2**70))
def test_any_number_of_seconds_is_a_moment_or_a_named_error(seconds: int) -> None:
    try:
        unix_moment(seconds)
    except MomentError as error:
        assert "expected" in str(error)  # noqa: PT017 - only far numbers raise
