"""Amounts in Chinese capital numerals (正确填写票据和结算凭证的基本规定, annex 1), read exactly."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

_DIGITS = {
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    "貳": 2,
    "參": 3,
    "陸": 6,
    "两": 2,
    "兩": 2,
    "弍": 2,
}
_TENS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SMALL = {"角": Decimal("0.1"), "分": Decimal("0.01")}
_NUMERAL = "".join((*_DIGITS, *_TENS, *_GROUPS))
#: An amount: figures, 元, and what may follow it.
CAPITALS = re.compile(
    # 37万元 is a figure, and 单位：万元 none.
    rf"(?<![\d.])(?=负?[^{''.join(_GROUPS)}])负?[{_NUMERAL}]+[元圆圓](?:[{''.join(_DIGITS)}]角)?(?:零?[{''.join(_DIGITS)}]分)?[整正]?|"
    # 叁拾捌万整: the unit goes without saying.
    r"负?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,}(?=[整正])"
)


def read_capitals(text: str) -> Decimal | None:
    """Read the first amount of a text; None where there is none, or it breaks the grammar."""
    found = CAPITALS.search("".join(text.split()))
    if found is None:
        return None
    whole, _unit, rest = re.sub("[元圆圓]", "元", found[0]).partition("元")
    negative = whole.startswith("负")
    yuan = _whole(whole.removeprefix("负"))
    if yuan is None:
        return None
    total = Decimal(yuan) + _fraction(rest)
    return -total if negative else total


def _fraction(text: str) -> Decimal:
    pairs = pairwise(text)
    return sum(
        (_DIGITS[d] * _SMALL[unit] for d, unit in pairs if unit in _SMALL and d in _DIGITS),
        Decimal(0),
    )


def _whole(text: str) -> int | None:
    """Read groups of four figures; None where units stand in no falling order."""
    total = group = 0
    last_group = 10**16
    for piece in re.findall(rf"[^{''.join(_GROUPS)}]+|[{''.join(_GROUPS)}]+", text):
        if piece[0] not in _GROUPS:
            read = _four(piece)
            if read is None:
                return None
            group = read
            continue
        scale = 1
        for unit in piece:
            scale *= _GROUPS[unit]
        if scale == 10**8 and total and last_group == 10**4 * 10**8:
            total, group = total + group * scale, 0
        elif scale >= last_group:
            # 万亿 is written as 万…亿: everything before belongs to the 亿.
            if scale != 10**8:
                return None
            total, group = (total + group) * scale, 0
        else:
            total, group = total + group * scale, 0
        last_group = scale
    return total + group


def _four(text: str) -> int | None:
    value, digit, last = 0, None, 10_000
    for letter in text:
        if letter in _DIGITS:
            if digit:
                return None  # two figures without a unit between them
            digit = _DIGITS[letter]
            continue
        unit = _TENS[letter]
        if unit >= last or digit == 0:
            return None
        value, digit, last = value + (1 if digit is None else digit) * unit, None, unit
    if digit and last == 1:
        return None
    return value + (digit or 0)
