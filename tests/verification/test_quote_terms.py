"""What stands beside the sums of a quote: rates, currencies, days, lines that cost something."""

# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

from dataclasses import replace

import pymupdf
import pytest

from tests.verification import quoting as made
from tests.verification.quoting import word
from tests.verification.test_quote_sums import HEADING, LINES, TEN_THOUSANDS, Row, total
from tests.verification.test_quotes import judge, told
from tests.verification.test_rivals import SECOND, rival
from verification.rivals import Rival, compare
from verification.values import Status

P, I, X = Status.PASSED, Status.INDETERMINATE, Status.FAILED  # noqa: E741 - columns of tables


def quote(
    *below: Row,
    lines: tuple[Row, ...] = LINES,
    heading: Row = HEADING,
    above: str = "",
    valid: str = "有效期至2026-12-31",
) -> bytes:
    names = ("报价单位：北京恒信数码科技有限公司", "统一社会信用代码：91110108MA01A2B370")
    return word(["报价单", *names, above, heading, *lines, *below, valid])


_TAXED = ("名称", "数量", "单价（元）", "金额（元）", "税额（元）", "价税合计（元）")
_PLAIN = ("名称", "数量", "单价", "金额")
_GROSS = ("价税合计", "", "", "", "", "418100")
_STORE = ("存储", "1", "300000", "300000", "39000", "339000")
ROWS = [
    ("totals", quote(total("370000", "小计"), total("48100", "增值税(13%)"), total("418100", "总计")), P, None, "a tax that is its rate"),
    ("totals", quote(total("370000", "小计"), total("99999", "增值税(13%)"), total("469999", "总计")), I, "TOTAL_DIFFERS", "a tax that is not its rate"),
    ("totals", quote(total("370000"), total("42566.37", "其中增值税(13%)")), P, None, "a tax in the prices at its rate"),
    ("totals", quote(total("370000"), total("70000", "其中增值税(13%)")), I, "TOTAL_DIFFERS", "a tax in the prices, not at its rate"),
    ("totals", quote(total("20000", "运费"), total("370000", "小计"), total("48100", "增值税(13%)"), total("438100", "总计")), P, None, "freight that bears no tax"),
    ("totals", quote(total("392200", "合计（含13%增值税）")), X, "TOTAL_DIFFERS", "a total at another rate than it says"),
    ("totals", quote(_GROSS, heading=_TAXED, lines=(("服务器", "2", "35000", "70000", "9100", "79100"), _STORE)), P, None, "lines with their taxes"),
    ("totals", quote(("价税合计", "", "", "", "", "728100"), heading=_TAXED, lines=(("服务器", "2", "35000", "70000", "9100", "389100"), _STORE)), X,
     "TOTAL_DIFFERS", "a line that is more than its amount and its tax"),
    ("complete", quote(("合计", "", "", "￥370,000.00"), heading=_PLAIN, lines=(("服务器", "2", "￥35,000.00", "￥70,000.00"), ("存储", "1", "￥300,000.00", "￥300,000.00"))), P, None, "one currency"),
    ("complete", quote(("合计", "", "", "￥370,000.00"), heading=_PLAIN, lines=(("服务器", "2", "$35,000.00", "$70,000.00"), ("存储", "1", "$300,000.00", "$300,000.00"))), I,
     "QUOTE_INCOMPLETE", "lines in dollars and a total in yuan"),
    ("complete", quote(("合计", "", "", "￥370,000.00"), heading=("名称", "数量", "单价(USD)", "金额(USD)")), I, "QUOTE_INCOMPLETE", "a heading in dollars and a total in yuan"),
    ("complete", quote(("Total", "", "", "$370,000.00"), heading=("名称", "数量", "单价(HK$)", "金额(HK$)")), P, None, "Hong Kong dollars, and a dollar sign"),
    ("complete", quote(total("370000"), "本报价单加盖公章后有效。", "交货日期：2027-03-01", valid=""), I, "QUOTE_INCOMPLETE", "valid with a seal, and a day of delivery below"),
    ("complete", quote(total("370000"), "资质证书有效期至2030-12-31", valid=""), I, "QUOTE_INCOMPLETE", "until when a certificate stands"),
    ("complete", quote(total("370000"), "质保有效期 3 年，至2030-12-31", valid=""), I, "QUOTE_INCOMPLETE", "until when a warranty stands"),
    ("complete", quote(total("370000"), "报价有效期", "2026-12-31", valid=""), P, None, "the day under its label"),
    ("valid", quote(total("370000"), valid="有效期至2026-12-31  质保期：3年"), P, None, "a warranty named behind it"),
    ("valid", quote(total("370000"), "有效期至2026-12-31", valid="本报价有效期至2026-11-05"), I, "QUOTE_EXPIRED", "two days until which it stands, one past"),
    ("valid", quote(total("370000"), "有效期至2026-12-31", valid="本报价有效期至2026-12-31"), P, None, "one day, said twice"),
    ("valid", quote(total("370000"), above="报价日期：2027-05-01", valid="有效期：90天"), I, "TIME_IN_FUTURE", "dated after it was handed in"),
    ("valid", quote(total("370000"), above="报价日期：2026-11-20", valid="有效期：90天"), P, None, "dated on the day on which it was handed in"),
    ("valid", quote(total("370000"), above="报价日期：2026-10-20", valid="本报价在2026年10月31日前有效"), X, "QUOTE_EXPIRED", "before a day that is past"),
    ("valid", quote(total("370000"), above="报价日期：2026-10-20", valid="此报价于2026年10月31日之前有效"), X, "QUOTE_EXPIRED", "before a day that is past, in other words"),
    ("valid", quote(total("370000"), above="报价日期：2026-10-20", valid="本报价2026年10月31日前有效，逾期作废"), X, "QUOTE_EXPIRED", "before a day that is past, void afterwards"),
    ("valid", quote(total("370000"), above="报价日期：2026-10-20", valid="本报价在2026年12月31日前有效"), P, None, "before a day to come"),
    ("valid", quote(total("370000"), above="报价日期：2026-10-20", valid="本报价3个月内有效"), P, None, "three months"),
    ("complete", quote(total("370000"), above="报价日期：2026-10-20", valid="本报价10月31日前有效"), I, "QUOTE_INCOMPLETE", "before a day of no year"),
    ("complete", quote(total("370000"), above="报价日期：2026-10-20", valid="2026年10月31日前签字盖章并且按时付清全部首期货款的人有效"), I, "QUOTE_INCOMPLETE", "a day far before the word"),
    ("complete", quote(total("370000"), above="报价日期：2026-10-20", valid="本报价自2026年10月31日起有效"), I, "QUOTE_INCOMPLETE", "from a day on"),
    ("valid", quote(total("370000"), valid="有效期至：2026\u201112\u201131"), P, None, "hyphens that do not break"),
    ("valid", quote(total("370000"), valid="有效期至：2026\u201111\u201101"), X, "QUOTE_EXPIRED", "hyphens that do not break, and a day that is past"),
    ("valid", quote(total("370000"), above="报价日期：2026-11-10", valid="自报价之日起三十日内有效"), P, None, "within thirty days, in Chinese figures"),
    ("totals", quote(total("37万")), P, None, "a total in ten thousands, without yuan"),
    ("totals", quote(total("37万元")), P, None, "a total in ten thousands of yuan"),
    ("totals", quote(total("37k")), None, None, "a total in thousands, by a letter"),
    ("totals", quote(total("37.00"), lines=TEN_THOUSANDS, above="单位：万元"), P, None, "figures in ten thousands, and no words"),
    ("totals", quote(total("370000"), "大写：叁拾柒万元整", "注册资本：伍仟万元整"), P, None, "the firm's capital in words below"),
    ("totals", quote(total("370000"), "大写：叁拾柒万元整", "首付款：壹拾万元整"), P, None, "a first payment in words below"),
    ("totals", quote(total("370000"), "合计大写：叁拾捌万元整", "大写：叁拾柒万元整"), I, "TOTAL_DIFFERS", "two sums in words, one wrong"),
    ("complete", quote(total("370000"), ("另收实施费", "", "", "99,000.00")), I, "QUOTE_INCOMPLETE", "more to pay below the total"),
    ("complete", quote(total("370000"), ("年度维护费（必选）", "", "", "99,000.00")), I, "QUOTE_INCOMPLETE", "a yearly fee below the total"),
    ("complete", quote(total("370000"), ("交货期", "", "", "30天"), ("预付款", "", "", "111,000.00"), ("维护费说明", "", "", "已含")), P, None, "terms below the total"),
    ("complete", quote(total("370000"), lines=(*LINES, ("培训", "1", "另议", "另议"))), I, "QUOTE_INCOMPLETE", "a line whose price is not said"),
    ("complete", quote(total("370000"), lines=(*LINES, ("培训", "1", "赠送", "赠送"))), P, None, "a line that is given away"),
    ("totals", quote(total("360000"), lines=(*LINES, ("以旧换新抵扣", "1", "(10,000.00)", "(10,000.00)"))), P, None, "a line that is taken off"),
    ("valid", quote(total("370000"), valid="Valid for 30 days from 2 November 2026"), P, None, "days from a day that is named"),
    ("valid", quote(total("370000"), valid="Valid for 10 days from 2 November 2026"), X, "QUOTE_EXPIRED", "too few days from a day that is named"),
    ("valid", quote(total("370000"), valid="本报价自2026年11月2日起30天内有效"), P, None, "days from a day, in Chinese"),
    ("valid", quote(total("370000"), above="报价日期：2026-11-10", valid="本报价自报价之日起三十天内有效"), P, None, "days in Chinese figures"),
    ("valid", quote(total("370000"), above="报价日期：2026-10-10", valid="本报价自报价之日起三十天内有效"), X, "QUOTE_EXPIRED", "too few days in Chinese figures"),
    ("valid", quote(total("370000"), above="报价日期：2026-11-10", valid="Prices are valid for thirty (30) days"), P, None, "days in words and figures"),
    ("complete", quote(total("370000"), lines=(*LINES, ("培训", "1", "免费提供", "0.00"))), P, None, "a line that is given away, and says so"),
    ("complete", quote(("合计", "", "", "HK$370,000.00"), lines=(("服务器", "2", "HK$35,000", "HK$70,000"), ("存储", "1", "HK$300,000", "HK$300,000"))), P, None,
     "Hong Kong dollars under a heading in 元"),
    ("totals", quote(LINES[0], total("70000", "过次页"), HEADING, total("70000", "承前页"), LINES[1], total("370000"), lines=()), P, None, "sums carried to the next page"),
    ("totals", quote(LINES[0], total("70000", "过次页"), HEADING, total("70000", "承前页"), LINES[1], total("440000"), lines=()), X, "TOTAL_DIFFERS", "a sum that was carried, and counted twice"),
    ("totals", quote(total("$370,000.00", "Total"), heading=("Description", "Qty", "Unit price", "Ext. price"), lines=(("Server", "2", "$35,000.00", "$70,000.00"), ("Storage", "1", "$300,000.00", "$300,000.00"))), P, None, "an extended price"),
    ("totals", quote(total("370000", "小计"), total("20000", "安装调试"), total("390000", "总计")), P, None, "a charge by another name between the sums"),
    ("totals", quote(total("370000", "小计"), total("20000", "安装调试"), total("395000", "总计")), X, "TOTAL_DIFFERS", "a total that the charge does not give"),
    ("complete", quote(total("370000", "总计"), total("350000", "实付金额")), I, "QUOTE_INCOMPLETE", "what is to be paid in the end, below the total"),
    ("complete", quote(total("370000", "总计"), total("111000", "首付款")), P, None, "a first payment below the total"),
    ("complete", quote(total("370000"), valid="This offer is valid from 1 December 2026"), I, "QUOTE_INCOMPLETE", "a day from which it stands"),
    ("complete", quote(total("370000"), valid="Valid from 1 November 2026 to 31 December 2026"), P, None, "a day from which, and one until which it stands"),
    ("totals", quote(total("370 000.00")), P, None, "thousands parted by blanks"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "data", "status", "reason"),
    [pytest.param(*row[:4], id=f"{row[0]}: {row[4]}") for row in ROWS],
)
def test_what_stands_beside_the_sums_is_heard(
    check: str, data: bytes, status: Status | None, reason: str | None
) -> None:
    found = [one for one in judge(data, "a.docx").checks if one.id == f"quote.{check}"]
    told = {(one.status, one.sub_indication) for one in found}
    assert told == (set() if status is None else {(status, reason)}), [f.message.en for f in found]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("上海恒信数码科技有限公司", I, id="the same name in another city"),
        pytest.param("恒信数码科技集团股份有限公司", I, id="its group"),
        pytest.param("北京恒信数码科技有限公司上海分公司", X, id="its branch"),
        pytest.param("上海数码科技有限公司", P, id="the trade alone"),
        pytest.param("上海恒信节能设备有限公司", P, id="two letters of the name"),
    ],
)
def test_firms_of_one_group_are_told(name: str, status: Status) -> None:
    offer = replace(SECOND, supplier=name)
    claims = judge(made.side_by_side(offer)).claims
    found = compare(Rival(name="b", claims=claims), [rival(made.letterhead, "first")])
    assert {(one.status, one.sub_indication) for one in found} == {
        (status, None if status is P else "SAME_SUPPLIER")
    }


def test_a_quote_of_which_no_line_was_read_is_compared_with_none() -> None:
    own, other = rival(made.side_by_side, "second"), rival(made.letterhead, "first")
    bare = Rival(name="scan.pdf", claims=tuple(one for one in other.claims if one.kind != "item"))
    found = compare(own, [bare])
    assert [(one.status, one.sub_indication) for one in found] == [(I, "QUOTE_INCOMPLETE")]
    assert "scan.pdf" in found[0].message.zh
    assert [one.status for one in compare(own, [other])] == [P]
    lone = Rival(name="b", claims=tuple(one for one in own.claims if one.kind != "item"))
    assert [one.status for one in compare(lone, [other])] == [I]


def test_a_container_that_is_not_read_is_named() -> None:
    found = [
        one
        for one in judge(b"name,price\nserver,1\n", "a.csv").checks
        if one.id == "quote.complete"
    ]
    assert [(one.status, one.sub_indication) for one in found] == [(I, "QUOTE_INCOMPLETE")]
    assert found[0].remedy is not None
    for words in ("xlsx", "PDF", "Word"):
        assert words in found[0].remedy.en
        assert words in found[0].remedy.zh
    assert "txt" in found[0].message.en


def _narrow(gap: float, *, wrong: bool = False) -> bytes:
    """Print a quote whose prices and amounts stand so many points apart."""
    with pymupdf.open() as document:
        page = document.new_page()
        y = 60.0
        for text in (
            "供应商：北京恒信数码科技有限公司",
            "统一社会信用代码：91110108MA01A2B370",
            "有效期至2026-12-31",
            "币种：人民币",
        ):
            page.insert_text((60, y), text, fontname="china-s", fontsize=11)
            y += 20
        price = 310 + pymupdf.get_text_length("35000.00", "helv", 11) + gap
        for row in (
            ("名称", "数量", "单价", "金额"),
            ("服务器", "2", "35000.00", "70000.00"),
            ("存储", "1", "30000.00", "30000.00"),
            ("总计", "", "", "120000.00" if wrong else "100000.00"),
        ):
            y += 22
            for x, text in zip((60, 240, 310, price), row, strict=True):
                page.insert_text(
                    (x, y), text, fontname="helv" if text.isascii() else "china-s", fontsize=11
                )
        return bytes(document.tobytes())


@pytest.mark.parametrize("gap", [0.5, 3.0, 40.0])
def test_figures_that_stand_near_one_another_are_told_apart(gap: float) -> None:
    assert told(judge(_narrow(gap))) == set()
    assert ("quote.totals", X, "TOTAL_DIFFERS") in told(judge(_narrow(gap, wrong=True)))
