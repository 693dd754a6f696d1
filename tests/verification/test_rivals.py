"""Quotes held against one another: honest triples pass, each bad pair is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.verification import quoting as made
from tests.verification.test_quotes import judge
from verification.quotes.scope import Pair, constant_factor, pair_up
from verification.quotes.stated import Item
from verification.rivals import Rival, compare
from verification.values import Claim, Status, Trust

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED, OPEN = Status.FAILED, Status.INDETERMINATE

FIRST = made.Offer()
SECOND = replace(
    FIRST,
    supplier="深圳市蓝图信息技术有限公司",
    tax_number="91440300708461136T",
    bank_account="755912345610801",
    phone="0755-86123456",
    producer="Microsoft® Word 2019",
    created="D:20261104151200+08'00'",
    items=(
        ("R740 机架式服务器", "4", "35900.00"),
        ("全闪存存储阵列（20TB）", "1", "131500.00"),
        ("48口万兆交换机", "2", "20950.00"),
        ("安装与调试服务（现场）", "10", "1680.00"),
    ),
)
THIRD = replace(
    FIRST,
    supplier="苏州华诚智能科技股份有限公司",
    tax_number="91320500MA1WQX8K2X",
    bank_account="32201988536059123456",
    phone="0512-65551234",
    created="D:20261106101500+08'00'",
    items=(
        ("机架式服务器（R740）", "4", "37250.00"),
        ("全闪存储阵列 20TB", "1", "126800.00"),
        ("交换机 万兆 48口", "2", "22400.00"),
        ("现场安装、调试", "10", "1420.00"),
    ),
)
ENGLISH = made.ENGLISH
OTHER_ENGLISH = replace(
    ENGLISH,
    supplier="Baltic Data Ltd",
    tax_number="GB980780684",
    bank_account="GB82 WEST 1234 5698 7654 32",
    phone="+44 20 7946 0958",
    producer="LibreOffice 24.2",
    created="D:20261105120000Z",
    items=(
        ("R740 rack server", "4", "5410.00"),
        ("All-flash storage array, 20 TB", "1", "17990.00"),
        ("10 GbE switch, 48 ports", "2", "3240.00"),
        ("Installation & commissioning", "10", "198.00"),
    ),
)

SIX = replace(FIRST, items=(*FIRST.items, ("机柜", "2", "4300.00"), ("延保三年", "1", "2200.00")))


@cache
def rival(write: Callable[[made.Offer], bytes], offer_name: str) -> Rival:
    offer = OFFERS[offer_name]
    name = f"{offer_name}.{'docx' if write is made.in_word else 'pdf'}"
    return Rival(name=name, claims=judge(write(offer), name).claims)


OFFERS = {
    "first": FIRST,
    "second": SECOND,
    "third": THIRD,
    "english": ENGLISH,
    "other english": OTHER_ENGLISH,
    "first again, other prices": replace(
        FIRST, items=SECOND.items, producer=SECOND.producer, created=SECOND.created
    ),
    "scaled": replace(
        made.scaled(FIRST, "1.05"),
        **{
            name: getattr(SECOND, name)
            for name in ("supplier", "tax_number", "bank_account", "phone", "created")
        },
    ),
    "same prices": replace(SECOND, items=FIRST.items),
    "other name, same bank": replace(SECOND, bank_account=FIRST.bank_account),
    "other name, same tax number": replace(SECOND, tax_number=FIRST.tax_number),
    "other legal form": replace(SECOND, supplier="北京恒信数码科技股份有限公司"),
    "same phone": replace(SECOND, phone="+86 10 6257 1234"),
    "same phone, extension": replace(SECOND, phone="010-62571234-801"),
    "same phone, zero in brackets": replace(SECOND, phone="+86 (0)10 6257 1234"),
    "name with a blank": replace(SECOND, supplier="北 京恒信数码科技有限公司"),
    "name, its parts turned": replace(SECOND, supplier="恒信数码科技（北京）有限公司"),
    "ten times the price": replace(
        SECOND, items=tuple((n, q, f"{Decimal(p) * 10}") for n, q, p in SECOND.items)
    ),
    "scaled but for one": replace(
        SECOND,
        items=(*made.scaled(SIX, "1.03").items[:-1], ("延保三年", "1", "2600.00")),
    ),
    "six lines": SIX,
    "same author": replace(SECOND, author="zhang.wei"),
    "first by the author": replace(FIRST, author="zhang.wei"),
    "same sitting": replace(SECOND, producer=FIRST.producer, created="D:20261102093400+08'00'"),
    "other quantity": replace(
        SECOND, items=(("R740 机架式服务器", "2", "35900.00"), *SECOND.items[1:])
    ),
    "other things": replace(
        SECOND, items=(("办公桌椅", "20", "880.00"), ("会议投影仪", "3", "5400.00"))
    ),
    "nobody is the author": replace(SECOND, author="Administrator"),
    "first by nobody": replace(FIRST, author="Administrator"),
}


@pytest.mark.parametrize(
    ("own", "others"),
    [
        pytest.param(
            (made.letterhead, "first"),
            [(made.side_by_side, "second"), (made.in_word, "third")],
            id="three suppliers in Chinese",
        ),
        pytest.param(
            (made.english, "english"), [(made.english_plain, "other english")], id="two in English"
        ),
        pytest.param(
            (made.letterhead, "first by nobody"),
            [(made.side_by_side, "nobody is the author")],
            id="programs put in the same author",
        ),
    ],
)
def test_honest_quotes_pass(own: tuple, others: list) -> None:  # type: ignore[type-arg] # pairs of a writer and a name
    for one, rest in ((own, others), *((other, [own]) for other in others)):
        findings = compare(rival(*one), [rival(*other) for other in rest])
        assert [(f.status, f.message.en) for f in findings if f.status is not Status.PASSED] == []
        assert [f.status for f in findings] == [Status.PASSED]


@pytest.mark.parametrize(
    ("own", "other", "status", "reason"),
    [
        ((made.side_by_side, "first again, other prices"), "first", FAILED, "SAME_SUPPLIER"),
        ((made.side_by_side, "other name, same bank"), "first", FAILED, "SAME_SUPPLIER"),
        ((made.side_by_side, "other name, same tax number"), "first", FAILED, "SAME_SUPPLIER"),
        ((made.side_by_side, "other legal form"), "first", OPEN, "SAME_SUPPLIER"),
        ((made.side_by_side, "scaled"), "first", OPEN, "PRICES_SCALED"),
        ((made.side_by_side, "same prices"), "first", OPEN, "PRICES_SCALED"),
        ((made.side_by_side, "same phone"), "first", OPEN, "QUOTES_LOOK_ALIKE"),
        ((made.side_by_side, "same phone, extension"), "first", OPEN, "QUOTES_LOOK_ALIKE"),
        ((made.side_by_side, "same phone, zero in brackets"), "first", OPEN, "QUOTES_LOOK_ALIKE"),
        ((made.side_by_side, "name with a blank"), "first", OPEN, "SAME_SUPPLIER"),
        ((made.side_by_side, "name, its parts turned"), "first", OPEN, "SAME_SUPPLIER"),
        ((made.side_by_side, "ten times the price"), "first", OPEN, "PRICES_INCOMPARABLE"),
        ((made.side_by_side, "scaled but for one"), "six lines", OPEN, "PRICES_SCALED"),
        ((made.side_by_side, "same author"), "first by the author", OPEN, "QUOTES_LOOK_ALIKE"),
        ((made.side_by_side, "same sitting"), "first", OPEN, "QUOTES_LOOK_ALIKE"),
        ((made.letterhead, "second"), "first", OPEN, "QUOTES_LOOK_ALIKE"),
        ((made.side_by_side, "other quantity"), "first", OPEN, "QUOTE_SCOPE_DIFFERS"),
        ((made.side_by_side, "other things"), "first", OPEN, "QUOTE_SCOPE_DIFFERS"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else str(value),
)
def test_a_bad_pair_is_told(own: tuple, other: str, status: Status, reason: str) -> None:  # type: ignore[type-arg] # a writer and a name
    findings = compare(rival(*own), [rival(made.letterhead, other)])
    told = {(finding.status, finding.sub_indication) for finding in findings}
    assert told == {(status, reason)}
    for finding in findings:
        assert other in finding.message.zh
        assert other in finding.message.en
        assert finding.evidence
        assert finding.remedy is not None


def test_a_customer_that_all_name_is_no_supplier_of_two() -> None:
    """Both name the same customer with its tax number, and neither is taken for it."""
    claims = rival(made.side_by_side, "second").claims
    assert FIRST.buyer_tax_number not in {
        claim.value for claim in claims if claim.kind == "tax_number"
    }


def test_numbers_from_a_picture_leave_it_open() -> None:
    read = tuple(
        replace(claim, source=claim.source.replace("text", "ocr", 1))
        for claim in rival(made.side_by_side, "other name, same bank").claims
    )
    findings = compare(Rival(name="scan", claims=read), [rival(made.letterhead, "first")])
    assert {(f.status, f.sub_indication) for f in findings} == {(OPEN, "SAME_SUPPLIER")}


def test_prices_in_another_currency_are_not_compared() -> None:
    claims = tuple(
        replace(claim, value="USD") if claim.kind == "currency" else claim
        for claim in rival(made.side_by_side, "second").claims
    )
    findings = compare(Rival(name="b", claims=claims), [rival(made.letterhead, "first")])
    assert {(f.status, f.sub_indication) for f in findings} == {(OPEN, "PRICES_INCOMPARABLE")}


def test_nothing_is_said_where_there_is_nothing_to_compare() -> None:
    own = rival(made.letterhead, "first")
    assert compare(own, []) == ()
    strange = Claim(kind="author", source="pdf:/Info/Author", value="x", trust=Trust.T2)
    assert compare(own, [Rival(name="b", claims=(strange,))]) == ()
    assert compare(Rival(name="b", claims=(strange,)), [own]) == ()


def item(name: str, price: str) -> Item:
    value = Decimal(price)
    return Item(
        name=name, quantity=Decimal(1), price=value, amount=value, tax=None, gross=None, evidence=()
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "factor"),
    [
        pytest.param(
            ["100", "220", "340"], ["105", "231", "357"], "1.0500", id="five per cent more"
        ),
        pytest.param(
            ["101.37", "220.11", "345.93", "12.49"],
            ["98.33", "213.51", "335.55", "12.12"],
            "0.9700",
            id="rounded to cents",
        ),
        pytest.param(["100", "220", "340"], ["105", "231", "360"], None, id="one line differs"),
        pytest.param(["100"], ["105"], None, id="one line proves nothing"),
        pytest.param(["100", "100"], ["105", "105"], None, id="neither do equal lines"),
    ],
)
def test_a_factor_is_seen_on_every_line_or_not_at_all(
    ours: list[str], theirs: list[str], factor: str | None
) -> None:
    pairs = [Pair(item("a", one), item("a", two)) for one, two in zip(ours, theirs, strict=True)]
    assert constant_factor(pairs) == (None if factor is None else Decimal(factor))


def test_lines_are_matched_by_what_they_name() -> None:
    ours = [item("机架式服务器", "1"), item("全闪存储阵列", "2")]
    theirs = [item("全闪存存储阵列", "3"), item("办公桌", "4"), item("服务器（机架式）", "5")]
    assert [(p.ours.name, p.theirs.name) for p in pair_up(ours, theirs)] == [
        ("机架式服务器", "服务器（机架式）"),
        ("全闪存储阵列", "全闪存存储阵列"),
    ]
