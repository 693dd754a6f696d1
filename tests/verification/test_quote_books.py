"""Quotes as workbooks: read as a person sees them, and judged like those on paper."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.verification import quoting as made
from tests.verification.test_quotes import EXPIRED, INCOMPLETE, INVALID, TOTAL, ZH, judge, told
from verification.readers.workbook_text import shown
from verification.values import PackagePart, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from verification.formulas.values import Scalar

MONEY = '"¥"#,##0.00'
HEADING = ("序号", "项目", "数量", "单价", "金额")


def book(offer: made.Offer, change: Callable[[Worksheet], None] | None = None) -> bytes:
    """Write the quote as offices do: labels beside values, a table, sums, days as days."""
    sums = made.sums(offer)
    made_book = Workbook()
    made_book.properties.creator = offer.author or None
    sheet = made_book.active
    sheet.append(["报价单"])
    sheet.append(["客户", offer.buyer])
    sheet.append([])
    sheet.append(["供应商", offer.supplier])
    sheet.append(["统一社会信用代码", offer.tax_number])
    sheet.append(["银行账号", offer.bank_account, None, "联系电话", offer.phone])
    sheet.append(["报价日期", day(offer.dated)])
    sheet.append(["有效期至", day(offer.valid_until)])
    sheet.append([])
    sheet.append(HEADING)
    for number, ((name, quantity, price), amount) in enumerate(
        zip(offer.items, sums.amounts, strict=True), start=1
    ):
        sheet.append([number, name, int(quantity), figure(price), figure(amount)])
    for label, amount in (
        ("小计", sums.subtotal),
        (f"增值税（{offer.rate}%）", sums.tax),
        ("含税合计", offer.total or sums.total),
    ):
        sheet.append([None, label, None, None, figure(amount)])
    for row in sheet.iter_rows(min_row=11, min_col=4, max_col=5):
        for cell in row:
            cell.number_format = MONEY
    if change:
        change(sheet)
    stream = io.BytesIO()
    made_book.save(stream)
    return stream.getvalue()


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def figure(text: str) -> float:
    return float(Decimal(text.replace(",", "")))


def hide_a_line(sheet: Worksheet) -> None:
    sheet.row_dimensions[12].hidden = True


def hide_the_prices(sheet: Worksheet) -> None:
    sheet.column_dimensions["E"].hidden = True


def odd_formats(sheet: Worksheet) -> None:
    """Formats as nobody writes them: long, broken, without an end."""
    for number, code in enumerate(('"' * 300, "[[[[", "0" * 300, "\\" * 99, "yyyy" * 90, ";;;@")):
        sheet.cell(30 + number, 1, 46_000.5).number_format = code


def lines_elsewhere(sheet: Worksheet) -> None:
    sheet.parent.create_sheet("空表")
    sheet.sheet_state = "hidden"
    sheet.parent.active = 1


def in_white(sheet: Worksheet) -> None:
    sheet["B8"].font = Font(color="FFFFFFFF")


def in_grey(sheet: Worksheet) -> None:
    sheet["B8"].font = Font(color="FF808080")


def beneath_another(sheet: Worksheet) -> None:
    sheet.merged_cells.add("A8:B8")


def more_than_is_shown(sheet: Worksheet) -> None:
    """Of a price only two places are shown; the total was reckoned from what is shown."""
    sheet["E11"].value += 0.0004


def test_an_honest_quote_is_read_and_passes() -> None:
    report = judge(book(ZH), "a.xlsx")
    assert told(report) == set()
    passed = {one.id for one in report.checks if one.status is Status.PASSED}
    assert {"quote.complete", "quote.supplier", "quote.totals", "quote.valid"} <= passed
    claims = {claim.kind: claim for claim in report.claims}
    assert claims["supplier"].value == ZH.supplier
    assert claims["buyer"].value == ZH.buyer
    assert claims["valid_until"].value == ZH.valid_until
    assert claims["currency"].value == "CNY"
    (place,) = claims["total"].evidence
    assert isinstance(place, PackagePart)
    assert place.path == "E17"
    items = [claim.value.split("\t") for claim in report.claims if claim.kind == "item"]
    assert [item[0] for item in items] == [name for name, _quantity, _price in ZH.items]
    assert [Decimal(item[2]) for item in items] == [Decimal(p) for _n, _q, p in ZH.items]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(book(replace(ZH, total="375,938.00")), {TOTAL}, id="total off by one figure"),
        pytest.param(book(replace(ZH, valid_until="2026-11-10")), {EXPIRED}, id="expired"),
        pytest.param(
            book(replace(ZH, tax_number="91110108MA01A2B371")), {INVALID}, id="no tax number"
        ),
        pytest.param(book(ZH, hide_a_line), {TOTAL}, id="a line is hidden and still in the total"),
        pytest.param(book(ZH, hide_the_prices), {INCOMPLETE}, id="amounts that nobody sees"),
        pytest.param(book(ZH, in_white), {INCOMPLETE}, id="a day in white letters"),
        pytest.param(book(ZH, in_grey), set(), id="a day in grey letters"),
        pytest.param(book(ZH, beneath_another), {INCOMPLETE}, id="a day beneath a merged cell"),
        pytest.param(book(ZH, odd_formats), set(), id="formats that nobody writes"),
        pytest.param(book(ZH, lines_elsewhere), {INCOMPLETE}, id="nothing on a sheet that is seen"),
        pytest.param(book(ZH, more_than_is_shown), set(), id="an amount with more than is shown"),
        pytest.param(book(ZH)[:900], {INCOMPLETE}, id="half a file"),
    ],
)
def test_a_bad_quote_is_told(data: bytes, expected: set[tuple[str, Status, str | None]]) -> None:
    assert told(judge(data, "a.xlsx")) == expected


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (1234.5, "General", "1234.5"),
        (1234.5, "#,##0.00", "1234.50"),
        (0.125, "0.0%", "12.5%"),
        (2.675, "0.00", "2.68"),
        (99.5, '"¥"#,##0.00', "¥99.50"),
        (99.5, "[$€-407] #,##0.00;[Red]-[$€-407] #,##0.00", "€99.50"),
        (7.0, '0"元"', "7元"),
        (46000.0, "yyyy-mm-dd", "2025-12-09"),
        (46000.0, 'yyyy"年"m"月"d"日"', "2025-12-09"),
        (46000.0, "0000", "46000"),
        (80000.0, '"100,000"', "100,000"),
        (80000.0, ";;;", ""),
        (80000.0, "#,##0,", "80"),
        (80000.0, '0.00,,"M"', "0.08M"),
        (80000.0, '[>1000]"5,000";0', ""),
        (80000.0, '0"."00', ""),
        (80000.0, '"USD" General', "USD80000"),
        (80000.0, "[DBNum2][$-804]General", "80000"),
        (5.0, '"1"0', "15"),
        (5.0, 'General"元"', "5元"),
        (-5.0, "0.00", "-5.00"),
        (-5.0, "0;0", "5"),
        (-5.0, "#,##0.00_);(#,##0.00)", "-5.00"),
        (-5.0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-5.00"),
        (0.0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0"),
        (0.0, "0;0;;@", ""),
        (-1.0, "yyyy-mm-dd", "-1"),
        (1e300, "0.00", "1e+300"),
        ("  两 行\n文字 ", "@", "两 行 文字"),
        (True, "General", "TRUE"),
        (None, "General", ""),
    ],
)
def test_a_value_is_written_as_it_is_shown(value: Scalar, code: str, words: str) -> None:
    assert shown(value, code) == words
