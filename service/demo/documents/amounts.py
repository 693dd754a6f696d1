"""Amounts of money as Chinese papers write them: in digits, and in capitals nobody can alter."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")
#: From here on all four places of a group are filled.
FULL_GROUP = 1000

#: VAT on software and services in the demo, in per cent.
VAT_PERCENT = 6


def yuan(fen: int) -> str:
    """Give an amount of 0.01 CNY units as ``1,280,000.00``."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def net_of_vat(gross_fen: int) -> int:
    """Give the price before VAT, rounded to the fen; gross minus net is the tax."""
    return round(gross_fen * 100 / (100 + VAT_PERCENT))


def capitals(fen: int) -> str:
    """Give an amount below 10^12 CNY in capitals: ``壹佰贰拾万零伍佰元整``."""
    whole, rest = divmod(fen, 100)
    words = ""
    gap = False
    for index, group in reversed(list(enumerate(_groups(whole)))):
        if not group:
            gap = bool(words)
            continue
        # A group that does not fill its four places is joined with one zero.
        joint = DIGITS[0] if words and (gap or group < FULL_GROUP) else ""
        words += joint + _four(group) + GROUPS[index]
        gap = False
    words = (words or DIGITS[0]) + "元"
    if not rest:
        return words + "整"
    jiao, last = divmod(rest, 10)
    words += DIGITS[jiao] + ("角" if jiao else "")
    return words + (DIGITS[last] + "分" if last else "")


def _groups(whole: int) -> list[int]:
    """Cut into groups of four digits, the last first."""
    groups = []
    while whole:
        whole, group = divmod(whole, 10_000)
        groups.append(group)
    return groups


def _four(group: int) -> str:
    words = ""
    zero = False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            zero = bool(words)
            continue
        words += (DIGITS[0] if zero else "") + DIGITS[digit] + PLACES[place]
        zero = False
    return words
