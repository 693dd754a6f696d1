"""Sums as suppliers print them: honest ones pass, and what does not fit together is told."""

from __future__ import annotations

import pymupdf
import pytest

from tests.verification import quoting as made
from tests.verification.quoting import word
from tests.verification.test_quotes import judge
from tests.verification.test_rivals import FIRST, SECOND
from verification.values import Status

PASSED, OPEN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
LINES = (("服务器", "2", "35000", "70000"), ("存储", "1", "300000", "300000"))
TEN_THOUSANDS = (("服务器", "2", "3.50", "7.00"), ("存储", "1", "30.00", "30.00"))
HEADING = ("名称", "数量", "单价（元）", "金额（元）")
Row = str | tuple[str, ...]


def quote(
    *sums: Row, lines: tuple[Row, ...] = LINES, heading: Row = HEADING, above: str = ""
) -> bytes:
    names = ("报价单位：北京恒信数码科技有限公司", "统一社会信用代码：91110108MA01A2B370")
    return word(["报价单", *names, above, heading, *lines, *sums, "有效期至2026-12-31"])


def total(amount: str, label: str = "合计") -> Row:
    return (label, "", "", amount)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(quote(total("370000"), "大写：叁拾柒万元整"), PASSED, id="as it should be"),
        pytest.param(
            quote(total("37.00"), "大写：叁拾柒万元整", lines=TEN_THOUSANDS, above="单位：万元"),
            PASSED,
            id="figures in ten thousands, words in yuan",
        ),
        pytest.param(
            quote(total("370000"), total("360000", "优惠后总价"), "大写：叁拾陆万元整"),
            PASSED,
            id="a price after a discount",
        ),
        pytest.param(
            quote(
                total("370000", "合计（抹零）"),
                lines=(("服务器", "2", "35000.50", "70001.00"), LINES[1]),
            ),
            PASSED,
            id="the odd yuan left off, and said so",
        ),
        pytest.param(
            quote(total("418100", "合计（含13%增值税）")), PASSED, id="a total with tax by its rate"
        ),
        pytest.param(quote(total("428100", "合计（含13%增值税）")), FAILED, id="another tax"),
        pytest.param(quote(total("380000", "优惠后总价")), FAILED, id="more after a discount"),
        pytest.param(
            quote(total("370000"), "大写：人民币叁拾捌万整"), FAILED, id="words without 元"
        ),
        pytest.param(
            quote(
                total("370000", "小计"),
                total("48100", "税额（13%）"),
                total("418100"),
                "大写：叁拾柒万元整",
            ),
            OPEN,
            id="words say the subtotal",
        ),
        pytest.param(
            quote(total("270000"), total("370000", "总计")), OPEN, id="two totals, one wrong"
        ),
        pytest.param(
            quote(total("370000"), above="报价总额：￥300,000.00"), OPEN, id="another total on top"
        ),
        pytest.param(
            quote(total("370000"), above="报价总额：￥370,000.00"), PASSED, id="the total on top"
        ),
    ],
)
def test_sums_are_held_against_one_another(data: bytes, status: Status) -> None:
    found = [one for one in judge(data, "a.docx").checks if one.id == "quote.totals"]
    assert {one.status for one in found} == {status}, found[0].message.en


def test_quotes_of_two_suppliers_in_one_file_are_left_open() -> None:
    with pymupdf.open(stream=made.letterhead(FIRST)) as one:
        with pymupdf.open(stream=made.side_by_side(SECOND)) as other:
            one.insert_pdf(other)
        both = bytes(one.tobytes())
    found = {
        (check.id, check.status)
        for check in judge(both).checks
        if check.id in {"quote.complete", "quote.totals"}
    }
    assert found == {("quote.complete", OPEN), ("quote.totals", OPEN)}
