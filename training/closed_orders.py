"""Closed orders from a CSV file: what a card would cost is told on a tenant's own history."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from models.coefficient.deals import OrderLine
from models.no_csv import begin, instead
from models.origin import Origin
from models.text import Text
from models.written import moment_of, ungrouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Column → what it is called in a Chinese export.
COLUMNS = {
    "order": "订单号",
    "customer": "客户",
    "closed_at": "成交日期",
    "value": "金额",
    "commission": "佣金",
}
#: What `countermark score` adds; all of them or none.
SCORED = {"origin": "来源", "difficulty_band": "难度档", "value_band": "价值档"}
#: Where an export has such a column, all its orders are of one currency.
CURRENCY = ("currency", "币种")
MINOR = 100
#: A file with more mistakes is another file; the rest is counted.
MOST_TOLD = 20
#: In minor units; sums of a million orders stay exact in 64 bits.
MOST_MONEY = 10**12
MOST_BAND = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong in a line of the file (from 1, the header's) and what was expected."""

    line: int
    column: str
    seen: str
    expected: Text


class OrdersRefused(ValueError):
    """A file with mistakes; nothing of it is used."""

    def __init__(self, problems: tuple[RowProblem, ...], untold: int = 0) -> None:
        self.problems = problems
        #: So many more are not listed.
        self.untold = untold
        first = problems[0]
        super().__init__(f"line {first.line}, {first.column}: seen {first.seen!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedOrder:
    line: OrderLine
    #: None where the file is not scored.
    cell: tuple[Origin, int, int] | None


def read(data: bytes, *, until: datetime | None = None) -> tuple[ClosedOrder, ...]:
    """Give the orders of a CSV file (UTF-8 or GB 18030). Raises OrdersRefused with its mistakes.

    An order that closes after the day of `until` (None: any day will do) is a mistake.
    """
    header, rows = _lines(data)
    places = _places(header)
    _check_currency(header, rows)
    problems: list[RowProblem] = []
    orders: dict[str, ClosedOrder] = {}
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            expected = Text(zh=f"{len(header)} 个单元格", en=f"{len(header)} cells")
            problems.append(
                RowProblem(line=number, column="", seen=f"{len(row)}", expected=expected)
            )
            continue
        reader = _Row(number, {name: row[place] for name, place in places.items()}, problems)
        order = reader.order()
        if until is not None and order.line.closed_at.date() > until.date():
            latest = f"{until.date()}"
            reader.wrong(
                "closed_at", Text(zh=f"不晚于 {latest} 的日期", en=f"a day up to {latest}")
            )
        if order.line.id in orders:
            reader.wrong("order", Text(zh="未出现过的订单号", en="an order not seen before"))
        orders[order.line.id] = order
    if problems:
        raise OrdersRefused(tuple(problems[:MOST_TOLD]), max(0, len(problems) - MOST_TOLD))
    return tuple(orders.values())


def _lines(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Give the header, and each row with the line that it ends in."""
    lines = csv.reader(io.StringIO(_text(data), newline=""))
    try:
        header = next(lines, [])
        return header, [(lines.line_num, row) for row in lines]
    except csv.Error as error:
        expected = Text(zh="引号成对的 CSV", en="CSV whose quotes are closed")
        place = RowProblem(line=lines.line_num, column="", seen=f"{error}", expected=expected)
        raise OrdersRefused((place,)) from error


def _text(data: bytes) -> str:
    if other := instead(data):
        raise OrdersRefused((RowProblem(line=1, column="", seen=begin(data), expected=other),))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
    line = data[:place].count(b"\n") + 1
    expected = Text(zh="UTF-8 或 GB 18030 文本", en="text in UTF-8 or GB 18030")
    seen = data[place : place + 4].hex(" ")
    raise OrdersRefused((RowProblem(line=line, column="", seen=seen, expected=expected),))


def _places(header: list[str]) -> dict[str, int]:
    """Find the columns by their English or Chinese names."""
    names = [cell.strip() for cell in header]
    known = {**COLUMNS, **SCORED}
    found = {
        column: names.index(name)
        for column, chinese in known.items()
        # A word of an export's own (来源 of a lead) gives way to the column that we added.
        for name in (chinese, column)
        if name in names
    }
    wanted = set(COLUMNS) | (set(SCORED) if found.keys() & SCORED.keys() else set())
    missing = [name for name in known if name in wanted - found.keys()]
    if missing or len(set(names)) != len(names):
        columns = ", ".join(f"{name} ({known[name]})" for name in missing or known)
        expected = Text(zh=f"各列一次：{columns}", en=f"each column once: {columns}")
        seen = ", ".join(names)[:80]
        raise OrdersRefused((RowProblem(line=1, column="", seen=seen, expected=expected),))
    return found


def _check_currency(header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Refuse amounts of several currencies: they would be added up as if they were one."""
    names = [cell.strip() for cell in header]
    for place in (names.index(name) for name in CURRENCY if name in names):
        told = [(line, row[place].strip()) for line, row in rows if len(row) == len(header)]
        others = [(line, seen) for line, seen in told if seen != told[0][1]]
        if others:
            line, seen = others[0]
            first = told[0][1] or '""'
            expected = Text(
                zh=f"与第一行相同的币种 {first}，不换算：请按币种分开",
                en=f"{first} as in the first row; nothing is converted: split by currency",
            )
            problem = RowProblem(line=line, column=names[place], seen=seen, expected=expected)
            raise OrdersRefused((problem,), len(others) - 1)


class _Row:
    """One line of the file; a mistake is noted and something harmless stands in its place."""

    def __init__(self, number: int, cells: Mapping[str, str], problems: list[RowProblem]) -> None:
        self._number, self._problems = number, problems
        self._cells = {name: cell.strip() for name, cell in cells.items()}

    def wrong(self, column: str, expected: Text) -> None:
        seen = self._cells.get(column, "")[:80]
        self._problems.append(
            RowProblem(line=self._number, column=column, seen=seen, expected=expected)
        )

    def order(self) -> ClosedOrder:
        closed_at = self._day()
        line = OrderLine(
            id=self._word("order"),
            customer=self._word("customer"),
            closed_at=closed_at,
            value=self._money("value"),
            commission=self._money("commission"),
            assigned_at=closed_at,
        )
        scored = "origin" in self._cells
        return ClosedOrder(line=line, cell=self._cell() if scored else None)

    def _word(self, column: str) -> str:
        if not self._cells[column]:
            self.wrong(column, Text(zh="非空", en="something"))
        return self._cells[column]

    def _day(self) -> datetime:
        try:
            day = moment_of(self._cells["closed_at"])
            # A deal is of a quarter of UTC, as what is paid.
            return day.astimezone(UTC) if day.tzinfo else day.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.wrong("closed_at", Text(zh="如 2026-01-31 的日期", en="a day like 2026-01-31"))
            return datetime(2000, 1, 1, tzinfo=UTC)

    def _money(self, column: str) -> int:
        try:
            minor = Decimal(ungrouped(self._cells[column])) * MINOR
        except (InvalidOperation, ValueError):
            minor = Decimal(-1)
        if not (minor.is_finite() and 0 <= minor <= MOST_MONEY and minor == int(minor)):
            expected = Text(
                zh="不小于 0、最多两位小数的金额", en="an amount from 0, two decimals at most"
            )
            self.wrong(column, expected)
            return 0
        return int(minor)

    def _cell(self) -> tuple[Origin, int, int]:
        origin = self._cells["origin"]
        if origin not in list(Origin):
            self.wrong("origin", Text(zh=" | ".join(Origin), en=" | ".join(Origin)))
            origin = Origin.NATURAL
        difficulty, value = self._bands()
        return Origin(origin), difficulty, value

    def _bands(self) -> Iterator[int]:
        for column in ("difficulty_band", "value_band"):
            text = self._cells[column]
            if text.isascii() and text.isdigit() and int(text) <= MOST_BAND:
                yield int(text)
            else:
                self.wrong(column, Text(zh=f"0..{MOST_BAND}", en=f"0..{MOST_BAND}"))
                yield 0
