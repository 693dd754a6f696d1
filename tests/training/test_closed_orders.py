"""Closed orders from CSV: what reads, and what is wrong, with its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coefficient import shipped_card
from models.coefficient.deals import deal_of
from models.origin import Origin
from training.card_cost import NoScope, NoSuchBand, what_if
from training.closed_orders import OrdersRefused, read

HEAD = "order,customer,closed_at,value,commission"
ROW = "o1,c1,2026-01-31,1200.50,60.03"


def told(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(OrdersRefused) as refused:
        read(text.encode())
    assert all(one.expected.zh and one.expected.en for one in refused.value.problems)
    return [(one.line, one.column, one.seen) for one in refused.value.problems]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"{HEAD}\n{ROW}\n".encode(), id="UTF-8"),
        pytest.param(f"\ufeff{HEAD}\r\n{ROW}\r\n\r\n".encode(), id="as Excel writes it"),
        pytest.param(
            '订单号,客户,成交日期,金额,佣金\no1,c1,2026/01/31,"1,200.50",60.03'.encode("gb18030"),
            id="a Chinese export",
        ),
        pytest.param(
            f"{HEAD}\n{ROW.replace('2026-01-31', '2026/1/31 9:05')}\n".encode(),
            id="a day as a spreadsheet writes it",
        ),
        pytest.param(
            f"{HEAD}\n{ROW.replace('2026-01-31', '2026年1月31日')}\n".encode(),
            id="a day in Chinese",
        ),
        pytest.param(
            b"commission,value,closed_at,customer,order,more\n60.03,1200.50,2026-01-31,c1,o1,x",
            id="another order of columns, and one more",
        ),
    ],
)
def test_orders_are_read(data: bytes) -> None:
    (order,) = read(data)
    line = order.line
    assert (line.id, line.customer, line.value, line.commission) == ("o1", "c1", 120_050, 6_003)
    assert line.closed_at.date().isoformat() == "2026-01-31"
    assert order.cell is None


@pytest.mark.parametrize(
    ("closed_at", "quarter"),
    [
        pytest.param("2026-04-01T00:30:00+08:00", 0, id="still March by UTC, as it would be paid"),
        pytest.param("2026-03-31T16:30:00Z", 0, id="the same moment written otherwise"),
        pytest.param("2026-04-01T08:00:00+08:00", 1, id="April by UTC as well"),
    ],
)
def test_a_quarter_is_that_of_utc_as_in_payments(closed_at: str, quarter: int) -> None:
    (order,) = read(f"{HEAD}\n{ROW.replace('2026-01-31', closed_at)}\n".encode())
    assert deal_of(order.line).period % 4 == quarter


@pytest.mark.parametrize(
    ("closed_at", "refused"),
    [
        pytest.param("2026-01-31", False, id="of the very day"),
        pytest.param("2026-02-01", True, id="of the day after"),
    ],
)
def test_an_order_closes_before_it_is_scored(closed_at: str, *, refused: bool) -> None:
    data = f"{HEAD}\n{ROW.replace('2026-01-31', closed_at)}\n".encode()
    assert len(read(data)) == 1
    seen: list[str] = []
    try:
        read(data, until=datetime(2026, 1, 31, 9, tzinfo=UTC))
    except OrdersRefused as found:
        seen = [f"{one.column} {one.seen}" for one in found.problems]
    assert seen == ([f"closed_at {closed_at}"] if refused else [])


def test_scored_orders_carry_their_cell() -> None:
    text = f"{HEAD},origin,difficulty_band,value_band\n{ROW},hard_won,4,3\n"
    (order,) = read(text.encode())
    assert order.cell == (Origin.HARD_WON, 4, 3)


@pytest.mark.parametrize(
    ("row", "column", "seen"),
    [
        pytest.param("o1,c1,31.1.2026,1,1", "closed_at", "31.1.2026", id="another kind of date"),
        pytest.param("o1,c1,0001-01-01,1,1", "closed_at", "0001-01-01", id="a day that is none"),
        pytest.param("o1,c1,2026-01-31,-1,1", "value", "-1", id="a negative amount"),
        pytest.param("o1,c1,2026-01-31,1.005,1", "value", "1.005", id="a tenth of a cent"),
        pytest.param("o1,c1,2026-01-31,NaN,1", "value", "NaN", id="no number"),
        pytest.param('o1,c1,2026-01-31,"12,34",1', "value", "12,34", id="a comma for a point"),
        pytest.param(
            "o1,c1,9999-12-31T23:00-05:00,1,1",
            "closed_at",
            "9999-12-31T23:00-05:00",
            id="a day after the last there is",
        ),
        pytest.param(
            "o1,c1,2026-01-31,12_50,1", "value", "12_50", id="an underscore groups nothing"
        ),
        pytest.param("o1,c1,2026/13/1,1,1", "closed_at", "2026/13/1", id="a thirteenth month"),
        pytest.param("o1,c1,2026-01-31,1,1e99", "commission", "1e99", id="more than there is"),
        pytest.param(",c1,2026-01-31,1,1", "order", "", id="no order number"),
        pytest.param("o1,c1,2026-01-31,1", "", "4", id="a cell is missing"),
    ],
)
def test_a_mistake_is_told_with_line_and_column(row: str, column: str, seen: str) -> None:
    assert told(f"{HEAD}\no0,c0,2026-01-30,1,1\n{row}\n") == [(3, column, seen)]


def test_a_quote_that_swallows_the_file_is_a_mistake() -> None:
    assert told(f'{HEAD}\n"{ROW}\n{"x" * 140_000}')[0][1] == ""


@pytest.mark.parametrize(
    ("second", "mistakes"),
    [
        pytest.param("CNY", [], id="one currency"),
        pytest.param("USD", [(3, "币种", "USD")], id="two currencies"),
        pytest.param("", [(3, "币种", "")], id="nobody knows which"),
    ],
)
def test_orders_are_of_one_currency(second: str, mistakes: list[tuple[int, str, str]]) -> None:
    text = f"{HEAD},币种\n{ROW},CNY\n{ROW.replace('o1', 'o2')},{second}\n"
    if mistakes:
        assert told(text) == mistakes
    else:
        assert len(read(text.encode())) == 2


def test_an_order_twice_is_a_mistake() -> None:
    assert told(f"{HEAD}\n{ROW}\n{ROW}\n") == [(3, "order", "o1")]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param("order,customer,closed_at,value", id="a column is missing"),
        pytest.param(f"{HEAD},origin", id="half of the scores"),
        pytest.param(f"{HEAD},order", id="a column twice"),
        pytest.param("", id="an empty file"),
    ],
)
def test_a_wrong_header_is_told(head: str) -> None:
    assert told(head)[0][0] == 1


def test_many_mistakes_are_counted_and_the_first_ones_told() -> None:
    rows = "\n".join(f"o{number},c,x,1,1" for number in range(30))
    with pytest.raises(OrdersRefused) as refused:
        read(f"{HEAD}\n{rows}".encode())
    assert (len(refused.value.problems), refused.value.untold) == (20, 10)


def test_bytes_of_no_encoding_are_told_with_their_line() -> None:
    with pytest.raises(OrdersRefused) as refused:
        read(HEAD.encode() + b"\no1,\xff\xff\xff,2026-01-31,1,1\n")
    assert refused.value.problems[0].line == 2


@given(st.binary(max_size=200))
def test_whatever_the_bytes_they_are_read_or_refused(data: bytes) -> None:
    try:
        read(HEAD.encode() + b"\n" + data)
    except OrdersRefused:
        return


def history(count: int, scores: str = "") -> bytes:
    head = HEAD + (",origin,difficulty_band,value_band" if scores else "")
    rows = [f"o{n},c{n},2026-01-{n % 28 + 1:02},{100 + n},10{scores}" for n in range(count)]
    return "\n".join([head, *rows]).encode()


def test_a_card_is_tried_on_orders_with_and_without_scores() -> None:
    plain = what_if(read(history(40)), shipped_card())
    assert (plain.orders, plain.deals, plain.cost) == (40, 40, None)
    scored = what_if(read(history(40, ",hard_won,0,0")), shipped_card())
    assert scored.cost is not None
    assert scored.cost.share == pytest.approx(0.3)


def test_a_card_by_segment_is_not_tried_on_orders_without_segments() -> None:
    card = shipped_card()
    by_segment = replace(card, high_value=replace(card.high_value, scope="segment"))
    with pytest.raises(NoScope, match="segment"):
        what_if(read(history(40)), by_segment)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(history(10), ValueError, id="too few for a basis"),
        pytest.param(history(40, ",natural,5,0"), NoSuchBand, id="a band the card has not"),
    ],
)
def test_what_cannot_be_tried_is_refused(data: bytes, error: type[ValueError]) -> None:
    with pytest.raises(error, match=r"30|bands"):
        what_if(read(data), shipped_card())
