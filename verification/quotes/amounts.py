"""Figures and amounts of money as people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The longer names first: HK$ is no $, 美元 no 元.
_NAMES = {
    "HK$": "HKD",
    "US$": "USD",
    "S$": "SGD",
    "人民币": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "港元": "HKD",
    "港币": "HKD",
    "日元": "JPY",
    "英镑": "GBP",
    "RMB": "CNY",
    **{code: code for code in ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "CHF", "SGD", "INR")},
    "¥": "CNY",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "元": "CNY",
}
_NAMED = re.compile("|".join(map(re.escape, _NAMES)))
_MONEY = r"(?:CNY|RMB|人民币|USD|US\$|HK\$|EUR|GBP|JPY|HKD|CHF|SGD|INR|[¥￥$€£₹])"
_FIGURE = (
    r"\d{1,3}(?:[.' ]\d{3})+,\d{1,2}(?!\d)|"
    r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?"
)
#: A cell that holds one amount and nothing else but its currency and what it is counted in.
_AMOUNT = re.compile(
    rf"(?P<minus>[-−(])?\s*{_MONEY}?\s*:?\s*(?P<minus2>[-−])?\s*(?P<figure>{_FIGURE})\s*\)?"
    rf"\s*(?P<scale>百万|千万|[万亿]|千(?=元))?\s*(?:{_MONEY}|元整?|圆)?\s*(?:/?\s*[^\d\s%‰,.:=+*-]{{1,8}})?\s*",
    re.IGNORECASE,
)
_SCALES = {"千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, None: 1}
#: Some mean thousands, some millions: read by nobody.
_OTHER_SCALE = re.compile(
    r"\d\s*(?:k|mn|mio|mrd|bn|million|thousand|lakhs?|crores?)\b", re.IGNORECASE
)
#: A sign that several currencies have, where another name says which.
_SHARED = {
    "$": frozenset({"USD", "HKD", "SGD"}),
    "¥": frozenset({"CNY", "JPY"}),
    "元": frozenset({"CNY", "HKD"}),
}
_COMMA = re.compile(r"\d,\d{2}(?!\d)")
_POINT = re.compile(r"\d\.\d{2}(?!\d)")


def fold(text: str) -> str:
    """Write full-width letters, odd blanks and hyphens that do not break as usual ones."""
    usual = unicodedata.normalize("NFKC", text)
    return usual.replace("\u00a0", " ").replace("\u2010", "-").strip()


def has_decimal_comma(texts: list[str]) -> bool:
    """Tell whether a document writes 1.234,50: some amounts do and none says 1,234.50."""
    joined = "\n".join(texts)
    return bool(_COMMA.search(joined)) and not _POINT.search(joined)


def read_amount(text: str, *, comma: bool) -> Decimal | None:
    """Read a cell that is one amount; None where it holds anything else."""
    folded = fold(text)
    found = _AMOUNT.fullmatch(folded)
    if found is None or _OTHER_SCALE.search(folded):
        return None
    value = _number(found["figure"], comma=comma)
    if value is None:
        return None
    value *= _SCALES[found["scale"]]
    return -value if found["minus"] or found["minus2"] else value


def _number(figure: str, *, comma: bool) -> Decimal | None:
    plain = figure.replace(" ", "").replace("'", "")
    if comma or re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    else:
        plain = plain.replace(",", "")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def currency_of(text: str) -> str | None:
    """Give the ISO 4217 code of the first currency that is named; None where none is."""
    found = _NAMED.search(fold(text))
    return _NAMES[found[0]] if found else None


def currencies_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Give every currency that is named, each once; a sign that two share is either's."""
    signs = [sign for text in texts for sign in _NAMED.findall(fold(text))]
    told = dict.fromkeys(_NAMES[sign] for sign in signs if sign not in _SHARED)
    for sign in signs:
        if not _SHARED.get(sign, frozenset()) & told.keys():
            told[_NAMES[sign]] = None
    return tuple(told)


def decimals(value: Decimal) -> int:
    """Give how many figures stand behind the point as written."""
    return max(0, -int(value.as_tuple().exponent))
