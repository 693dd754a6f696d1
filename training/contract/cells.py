"""One cell by its field: a number, a time in seconds, minor units, or a word; or why it is none."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from models.text import Text
from models.written import is_line, moment_of, ungrouped
from training.contract.contract import Kind, Role

if TYPE_CHECKING:
    from training.contract.contract import Field

MINOR = 100
#: Minor units; sums of a million orders stay exact in 64 bits.
MOST_MONEY = 10**12
MOST_WORD = 200
_YES = {"1", "1.0", "yes", "y", "true", "t", "是", "有"}
_NO = {"0", "0.0", "no", "n", "false", "f", "否", "无"}
#: Before this nobody sold by computer: a cell like it is a default that nobody filled.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()


_WORD = Text(
    zh=f"一行文字，不超过 {MOST_WORD} 字，不含换行等控制字符",
    en=f"one line of at most {MOST_WORD} characters, without control characters such as line ends",
)


class NotOfKind(ValueError):
    """A cell that its field cannot hold."""

    def __init__(self, code: str, expected: Text) -> None:
        self.code, self.expected = code, expected
        super().__init__(f"{code}: expected {expected.en}")


def number_of(field: Field, cell: str) -> float:
    """Give the number that a cell (not blank) stands for. Raises NotOfKind."""
    if field.role is Role.LABEL:
        return _label(field, cell)
    value = _READERS[field.kind](cell)
    least = -math.inf if field.least is None else field.least
    most = math.inf if field.most is None else field.most
    scale = MINOR if field.kind is Kind.MONEY else 1
    if not least * scale <= value <= most * scale:
        unit = f" {field.unit}" if field.unit else ""
        raise NotOfKind("range", _same(f"{least:g}..{most:g}{unit}"))
    return value


def word_of(cell: str) -> str:
    """Give a word. Raises NotOfKind for one that nobody would read."""
    if len(cell) > MOST_WORD or not is_line(cell):
        raise NotOfKind("word", _WORD)
    return cell


def _label(field: Field, cell: str) -> float:
    """1 won, 0 lost, NaN open."""
    for words, value in ((field.won, 1.0), (field.lost, 0.0), (field.open, math.nan)):
        if cell in words:
            return value
    raise NotOfKind("label", _same(" | ".join((*field.won, *field.lost, *field.open))))


def _number(cell: str) -> float:
    try:
        value = float(ungrouped(cell))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise NotOfKind("number", Text(zh="有限的数字", en="a finite number"))
    return value


def _flag(cell: str) -> float:
    lower = cell.lower()
    if lower not in _YES | _NO:
        raise NotOfKind("flag", Text(zh="是或否", en="yes or no"))
    return float(lower in _YES)


def _time(cell: str) -> float:
    try:
        moment = moment_of(cell)
    except ValueError:
        raise NotOfKind(
            "time", Text(zh="如 2026-01-31 的日期", en="a day like 2026-01-31")
        ) from None
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if seconds < _EARLIEST:
        raise NotOfKind("time", Text(zh="1990 年以后的日期", en="a day after 1990"))
    return seconds


def _money(cell: str) -> float:
    try:
        minor = Decimal(ungrouped(cell)) * MINOR
    except (InvalidOperation, ValueError):
        minor = Decimal("NaN")
    if not (minor.is_finite() and abs(minor) <= MOST_MONEY and minor == int(minor)):
        raise NotOfKind(
            "money",
            Text(zh="最多两位小数、不带货币符号的金额", en="an amount of two decimals at most"),
        )
    return float(minor)


def _same(text: str) -> Text:
    return Text(zh=text, en=text)


_READERS = {Kind.NUMBER: _number, Kind.FLAG: _flag, Kind.TIME: _time, Kind.MONEY: _money}
