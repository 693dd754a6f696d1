"""A house's own deals, to inject causes into: CSV of id, rep, entered, converted and dimensions."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from models.rca.case import MOST_TOLD, CaseProblem, CaseRefused, decoded
from models.rca.incident import UNKNOWN, Deal, Deals
from models.text import Text
from training.rca.quiet import AFTER_DAYS, HISTORY_DAYS, Quiet, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

COLUMNS = ("id", "rep", "entered", "converted")
#: Windows with fewer deals a day teach little.
LEAST_DEALS_A_DAY = 10
_DAY = Text(zh="日期，如 2026-01-15", en="a date such as 2026-01-15")


def read_history(data: bytes) -> Deals:
    """Give the deals of a CSV file. Raises CaseRefused with its mistakes."""
    lines = csv.reader(io.StringIO(decoded(data), newline=""))
    header = [cell.strip() for cell in next(lines, [])]
    dimensions = [name for name in header if name not in COLUMNS]
    if any(header.count(name) != 1 for name in COLUMNS) or len(set(header)) != len(header):
        told = ", ".join(COLUMNS)
        expected = Text(
            zh=f"各列一次：{told}，以及维度", en=f"each column once: {told}, and dimensions"
        )
        raise CaseRefused((_problem(1, "", ", ".join(header), expected),))
    problems: list[CaseProblem] = []
    seen: dict[str, int] = {}
    rows = []
    for row in lines:
        number = lines.line_num
        if any(row) and len(problems) <= MOST_TOLD:
            found = list(_deal(number, dict(zip(header, row, strict=False)), problems))
            rows += found
            for one in found:
                if seen.setdefault(one.id, number) != number:
                    expected = Text(
                        zh=f"另一个编号（第 {seen[one.id]} 行已有）",
                        en=f"another id (line {seen[one.id]} has it)",
                    )
                    problems.append(_problem(number, "id", one.id, expected))
    if not rows and not problems:
        expected = Text(zh="至少一行数据", en="one row at least")
        problems.append(_problem(1, "", "", expected))
    if problems:
        raise CaseRefused(tuple(problems))
    return Deals.of(rows, dimensions)


def windows(
    deals: Deals, quiet_until: date | None = None
) -> Callable[[np.random.Generator], Quiet]:
    """Give a drawer of quiet weeks. Raises CaseRefused where there are too few days or deals."""
    last = int(deals.entered.max()) if quiet_until is None else quiet_until.toordinal()
    first, days = int(deals.entered.min()), HISTORY_DAYS + AFTER_DAYS
    span = last - first + 1
    inside = int((deals.entered <= last).sum())
    if span < days or inside < LEAST_DEALS_A_DAY * span:
        expected = Text(
            zh=f"至少 {days} 天、每天 {LEAST_DEALS_A_DAY} 个商机的平稳历史",
            en=f"{days} quiet days at least, with {LEAST_DEALS_A_DAY} deals a day",
        )
        seen = f"{max(span, 0)} days, {inside} deals"
        raise CaseRefused((_problem(1, "entered", seen, expected),))

    def draw(generator: np.random.Generator) -> Quiet:
        return cut(deals, first + int(generator.integers(0, span - days + 1)))

    return draw


def _deal(number: int, row: dict[str, str], problems: list[CaseProblem]) -> Iterator[Deal]:
    told = {name: value.strip() for name, value in row.items()}
    days: dict[str, date | None] = {}
    for name in ("entered", "converted"):
        cell = told.get(name, "")
        try:
            days[name] = date.fromisoformat(cell) if cell else None
        except ValueError:
            problems.append(_problem(number, name, cell, _DAY))
            return
    entered, converted = days["entered"], days["converted"]
    if entered is None:
        problems.append(_problem(number, "entered", "", _DAY))
        return
    if converted and converted < entered:
        expected = Text(zh=f"不早于 {entered}", en=f"no day before {entered}")
        problems.append(_problem(number, "converted", f"{converted}", expected))
        return
    for name in ("id", "rep"):
        if not told.get(name):
            problems.append(_problem(number, name, "", Text(zh="一个取值", en="a value")))
            return
    dims = {name: value or UNKNOWN for name, value in told.items() if name not in COLUMNS}
    yield Deal(id=told["id"], rep=told["rep"], entered=entered, converted=converted, dims=dims)


def _problem(line: int, column: str, seen: str, expected: Text) -> CaseProblem:
    return CaseProblem(line=line, column=column, seen=seen[:80], expected=expected)
