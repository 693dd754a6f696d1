"""Amounts, capital numerals, tax numbers, accounts and days: read exactly or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification.quoting import capitals
from verification.quotes.amounts import currency_of, read_amount
from verification.quotes.days import read_day
from verification.quotes.identity import (
    read_account,
    read_phone,
    read_tax_number,
    tax_number_holds,
)
from verification.quotes.numerals import read_capitals


@given(st.integers(min_value=1, max_value=10**14 - 1))
def test_capitals_are_read_as_they_were_written(cents: int) -> None:
    value = Decimal(cents) / 100
    if value >= 1:
        assert read_capitals(capitals(value)) == value


@given(st.text(alphabet="零壹贰叁万亿拾佰仟元角分整负圆 a", max_size=30))
def test_no_text_breaks_the_reading_of_capitals(text: str) -> None:
    value = read_capitals(text)
    assert value is None or value == value  # noqa: PLR0124 - any amount, no exception


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", "1234567.89", id="all places"),
        pytest.param("大写：拾伍元整", "15", id="ten without a one"),
        pytest.param("壹亿零叁万元整", "100030000", id="a zero between groups"),
        pytest.param("一千二百元", "1200", id="usual numerals"),
        pytest.param("叁 万 元 整", "30000", id="set wide apart"),
        pytest.param("壹贰叁元整", None, id="figures without units"),
        pytest.param("佰仟元", None, id="units in no falling order"),
        pytest.param("没有金额", None, id="no amount"),
    ],
)
def test_capitals(text: str, value: str | None) -> None:
    assert read_capitals(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        pytest.param("¥1,234.50", False, "1234.50", id="yuan"),
        pytest.param("1.234,50 €", True, "1234.50", id="German"),
        pytest.param("12 500,00", True, "12500.00", id="French"),
        pytest.param("-300.00", False, "-300.00", id="a discount"),
        pytest.param(
            "（300.00）".replace("（", "-").replace("）", ""), False, "-300.00", id="less"
        ),
        pytest.param("３６，５００．００", False, "36500.00", id="full width"),
        pytest.param("4 台", False, "4", id="with what is counted"),
        pytest.param("12.5万元", False, "125000.0", id="ten thousands"),
        pytest.param("13%", False, None, id="a percentage"),
        pytest.param("2026-11-02", False, None, id="a day"),
        pytest.param("R740", False, None, id="a model"),
        pytest.param("", False, None, id="nothing"),
    ],
)
def test_amounts(text: str, value: str | None, *, comma: bool) -> None:
    assert read_amount(text, comma=comma) == (None if value is None else Decimal(value))


@given(st.text(max_size=60), st.booleans())
def test_no_text_breaks_the_readers(text: str, comma: bool) -> None:  # noqa: FBT001 - hypothesis
    read_amount(text, comma=comma)
    number = read_tax_number(text)
    assert number is None or tax_number_holds(number) in {True, False, None}
    read_account(text)
    read_phone(text)
    read_day(text)
    currency_of(text)


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        ("91350100M000100Y43", True),  # the example of GB 32100-2015
        ("91350100M000100Y44", False),
        ("DE136695976", True),
        ("DE136695967", False),
        ("FR40303265045", True),
        ("FR41303265045", False),
        ("IT00743110157", True),
        ("IT00743110158", False),
        ("GB980780684", True),
        ("GB980780685", False),
        ("ATU13585627", True),
        ("ATU13585628", False),
        ("PL8567346215", True),
        ("PL8567346216", False),
        ("BE0428759497", True),
        ("BE0428759498", False),
        ("NL004495445B01", None),
    ],
)
def test_check_digits(number: str, *, holds: bool | None) -> None:
    assert read_tax_number(f"No. {number}") == number
    assert tax_number_holds(number) is holds


def test_every_wrong_figure_of_a_social_code_is_noticed() -> None:
    code = "91350100M000100Y43"
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for place in range(18):
        for letter in letters.replace(code[place], ""):
            assert not tax_number_holds(code[:place] + letter + code[place + 1 :])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2026年12月31日", date(2026, 12, 31), id="Chinese"),
        pytest.param("二〇二六年十二月三十一日", date(2026, 12, 31), id="in Chinese numerals"),
        pytest.param("31 Dec 2026", date(2026, 12, 31), id="day first"),
        pytest.param("December 31st, 2026", date(2026, 12, 31), id="month first"),
        pytest.param("31/12/2026", date(2026, 12, 31), id="only one reading"),
        pytest.param("12/31/2026", date(2026, 12, 31), id="American"),
        pytest.param("31.12.2026", date(2026, 12, 31), id="German"),
        pytest.param("03/04/2026", None, id="two readings: none"),
        pytest.param("2026-02-30", None, id="no day of the calendar"),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert read_day(text) == day
