"""Labels, in Chinese and English, and the words that stand behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from verification.quotes.amounts import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.printed import Cell, Printed, Row


def _label(chinese: str, english: str) -> re.Pattern[str]:
    """Match a label where a word may begin, up to its colon."""
    return re.compile(
        rf"(?:(?<![\u4e00-\u9fff])(?:{chinese})(?:[((][^))]{{0,12}}[))])?|"
        rf"(?<![A-Za-z])(?:{english})(?![A-Za-z]))\s*(?P<colon>[::]|$|\s)",
        re.IGNORECASE,
    )


SUPPLIER = _label(
    "供应商(?:名称)?|供货?方(?:名称)?|供货(?:单位|商)(?:名称)?|乙方|卖方|报价(?:单位|方|公司|人)(?:名称)?|"
    "投标(?:人|单位)|销售方(?:名称)?|销货单位",
    "supplier(?: name)?|vendor(?: name)?|seller|quoted by|bidder|from|company(?: name)?|"
    "prepared by|offered by|contractor",
)
BUYER = _label(
    "客户(?:名称)?|需方(?:名称)?|甲方|买方|购(?:买|货)方(?:名称)?|采购(?:方|单位|人)(?:名称)?|"
    "询价(?:单位|方)|收货单位|致|需求单位",
    "to|bill to|ship to|sold to|customer(?: name)?|buyer|client|purchaser|prepared for|quote to|"
    "quotation for|attn|attention",
)
HOLDER = _label(
    "(?:银行)?户名|账户名称|帐户名称|开户名称?|收款(?:单位|人)",
    "account (?:name|holder)|beneficiary",
)
TAX_NUMBER = _label(
    "统一社会信用代码(?:/?纳税人识别号)?|(?:纳税人)?识别号|税务登记号|税号|信用代码",
    r"vat (?:no\.?|number|id|reg(?:istration)?\.?(?: no\.?)?)|vat|ust-?id(?:-?nr)?\.?|"
    r"tax (?:id|no\.?|number)|"
    r"tva(?: no\.?)?|p\.? ?iva|uid|ein|tin|uscc|unified social credit code|gst(?:in)?",
)
ACCOUNT = _label(
    "(?:银行|开户|收款|对公|公司)?[账帐](?:号|户)(?:号码)?",
    r"(?:bank )?(?:account|acct\.?|a/c)(?: (?:no\.?|number|#))?|iban",
)
PHONE = _label(
    "(?:联系|公司|服务)?电话|手机(?:号码?)?|联系方式|热线|电\\s*话|Tel",
    r"tel\.?|telephone|phone(?: no\.?)?|mobile|cell|ph\.?",
)
DATED = _label(
    "报价日期|报价时间|日\\s*期|制表日期|出具日期|开具日期",
    r"(?:quot(?:e|ation)|offer|issue) date|"
    r"date(?: of (?:issue|quotation|offer))?|dated|issued(?: on)?",
)

#: Labels stand in cells; a paragraph's first words may be one.
_MOST_LETTERS = 400
#: Blanks may be so wide that a number falls into several cells.
_FIGURES = re.compile(r"[\d\s()+./-]+")
#: A number may stand behind a label within a line; words there are the sentence's.
_NUMBERED = re.compile(r"[+(]?\d|[A-Z]{2} ?\d")
#: What forms put around words.
_EDGES = " :,;。_"
#: Where the words behind a label end: the next label in the same cell.
_NEXT = re.compile(r"\s+[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z. /]{1,20}[::]")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words that stand behind, or under, a label."""

    text: str
    cell: Cell
    label: Cell


def find(printed: Printed, label: re.Pattern[str]) -> Iterator[Labelled]:
    """Give what stands behind each label, in reading order."""
    for number, row in enumerate(printed.rows):
        for place, cell in enumerate(row.cells):
            matches = label.finditer(fold(cell.text[:_MOST_LETTERS]))
            values = (_behind(printed, number, place, found) for found in matches)
            yield from (value for value in values if value is not None)


def _behind(printed: Printed, number: int, place: int, found: re.Match[str]) -> Labelled | None:
    row = printed.rows[number]
    cell = row.cells[place]
    rest = found.string[found.end() :]
    if following := _NEXT.search(" " + rest):
        rest = rest[: max(0, following.start() - 1)]
    rest = rest.strip(_EDGES)
    if rest:
        if found["colon"].isspace() and found.start() > 0 and not _NUMBERED.match(rest):
            return None  # the word in the middle of a sentence
        more = takewhile(_FIGURES.fullmatch, (fold(one.text) for one in row.cells[place + 1 :]))
        return Labelled(" ".join((rest, *more)), cell, cell)
    if found.start() > 0 and found["colon"] not in {":", "："} and len(found.string) > 20:  # noqa: PLR2004 - a sentence
        return None
    other = _next_cell(row, place) or _under(printed.rows[number + 1 : number + 2], cell)
    return None if other is None else Labelled(fold(other.text), other, cell)


def _next_cell(row: Row, place: int) -> Cell | None:
    if place + 1 >= len(row.cells):
        return None
    following = row.cells[place + 1]
    # Two labels side by side are headings: their words stand under them.
    return None if fold(following.text).endswith(":") else following


def _under(rows: tuple[Row, ...], label: Cell) -> Cell | None:
    cells = [cell for row in rows for cell in row.cells if cell.page == label.page]
    return next((cell for cell in cells if not cell.gap(label)), None)
