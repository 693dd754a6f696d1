"""Deals with their dimensions from a CSV file, a table for each stage.

Columns: ``entered,converted`` (dates; empty: not yet), where there are any ``id``, ``rep`` and
``stage``, and any dimensions. A row without an id is named by its line.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from models.rca.case import MOST_DIMENSIONS, CaseProblem, CaseRefused, decoded
from models.rca.causes.incident import UNKNOWN, Deal, Deals
from models.rca.columns import DEALS, named
from models.rca.columns import told as words_of
from models.rca.deals import MOST_DAYS, NOT_RENAMED, not_after
from models.rca.stage_names import unknown
from models.text import Text
from models.written import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

OWN = ("id", "rep", "stage", "entered", "converted")
_DAY = Text(zh="日期，如 2026-01-15", en="a date such as 2026-01-15")
#: Where the file has no stages, all deals are of this one.
ONLY_STAGE = "all"


def read_deals(
    data: bytes,
    *,
    needed: Sequence[str] = ("entered", "converted"),
    until: date | None = None,
    renamed: Mapping[str, str] = NOT_RENAMED,
) -> dict[str, Deals]:
    """Give the deals of each stage, in order of appearance. Raises CaseRefused with mistakes.

    A day after `until` (None: any will do) is a mistake. `renamed`: old names of stages and the
    names that they count under.
    """
    lines = csv.reader(io.StringIO(decoded(data), newline=""))
    table = _Table(needed, until, renamed)
    try:
        table.header(named(next(lines, []), DEALS))
        for row in lines:
            if any(cell.strip() for cell in row):
                table.row(lines.line_num, row)
    except csv.Error as error:
        expected = Text(zh="完整的 CSV 行", en="a whole line of CSV")
        raise CaseRefused((_problem(lines.line_num, "", str(error), expected),)) from error
    return table.stages()


class _Table:
    """Rows as they come; mistakes are noted and told together."""

    def __init__(
        self, needed: Sequence[str], until: date | None, renamed: Mapping[str, str]
    ) -> None:
        self._needed, self._until, self._renamed = needed, until, renamed
        #: Stages as the rows call them.
        self._told: set[str] = set()
        self._names: list[str] = []
        self._dimensions: list[str] = []
        self._rows: dict[str, list[Deal]] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._problems: list[CaseProblem] = []

    def header(self, names: list[str]) -> None:
        told = ", ".join(names)
        if any(names.count(name) != 1 for name in self._needed):
            wanted = ", ".join(self._needed)
            zh = f"各列一次：{words_of(self._needed, DEALS)}"
            expected = Text(zh=zh, en=f"each column once: {wanted}")
            raise CaseRefused((_problem(1, "", told, expected),))
        if len(set(names)) != len(names) or "" in names:
            expected = Text(zh="每列有名称且只出现一次", en="a name for each column, each once")
            raise CaseRefused((_problem(1, "", told, expected),))
        self._names = names
        self._dimensions = [name for name in names if name not in OWN]
        if len(self._dimensions) > MOST_DIMENSIONS:
            expected = Text(
                zh=f"至多 {MOST_DIMENSIONS} 个维度列", en=f"at most {MOST_DIMENSIONS} dimensions"
            )
            raise CaseRefused((_problem(1, "", f"{len(self._dimensions)}", expected),))

    def row(self, line: int, cells: list[str]) -> None:
        if len(cells) != len(self._names):
            expected = Text(zh=f"{len(self._names)} 个单元格", en=f"{len(self._names)} cells")
            self._problems.append(_problem(line, "", f"{len(cells)}", expected))
            return
        told = dict(zip(self._names, (cell.strip() for cell in cells), strict=True))
        stage = told.get("stage", ONLY_STAGE)
        self._told.add(stage)
        stage = self._renamed.get(stage, stage)
        name = told.get("id", f"line {line}")
        for column in ("stage", "id", "rep"):
            if column in told and not told[column]:
                self._wrong(line, column, "", Text(zh="一个取值", en="a value"))
        first = self._seen.setdefault((stage, name), line)
        if first != line:
            expected = Text(
                zh=f"另一个编号（第 {first} 行已有）", en=f"another id (line {first} has it)"
            )
            self._wrong(line, "id", name, expected)
        entered, converted = (self._day(line, told, one) for one in ("entered", "converted"))
        if entered is None:
            return
        if converted and converted < entered:
            expected = Text(zh=f"不早于 {entered}", en=f"no day before {entered}")
            self._wrong(line, "converted", f"{converted}", expected)
        deal = Deal(
            id=name,
            rep=told.get("rep", UNKNOWN),
            entered=entered,
            converted=converted,
            dims={one: told[one] or UNKNOWN for one in self._dimensions},
        )
        self._rows.setdefault(stage, []).append(deal)

    def stages(self) -> dict[str, Deals]:
        if not self._rows and not self._problems:
            self._wrong(1, "", "", Text(zh="至少一行数据", en="one row at least"))
        self._problems += unknown(self._renamed, self._told)
        if self._problems:
            raise CaseRefused(tuple(self._problems))
        self._check_span()
        return {name: Deals.of(rows, self._dimensions) for name, rows in self._rows.items()}

    def _check_span(self) -> None:
        deals = [deal for rows in self._rows.values() for deal in rows]
        first = min(deal.entered for deal in deals)
        last = max(deal.converted or deal.entered for deal in deals)
        if (last - first).days >= MOST_DAYS:
            expected = Text(zh=f"最多 {MOST_DAYS} 天", en=f"{MOST_DAYS} days at most")
            raise CaseRefused((_problem(1, "entered", f"{first} … {last}", expected),))

    def _day(self, line: int, told: dict[str, str], column: str) -> date | None:
        cell = told[column]
        try:
            if cell or column == "entered":
                day = day_of(cell)
                if self._until is not None and day > self._until:
                    self._wrong(line, column, cell, not_after(self._until))
                return day
        except ValueError:
            self._wrong(line, column, cell, _DAY)
        return None

    def _wrong(self, line: int, column: str, seen: str, expected: Text) -> None:
        self._problems.append(_problem(line, column, seen, expected))


def _problem(line: int, column: str, seen: str, expected: Text) -> CaseProblem:
    return CaseProblem(line=line, column=column, seen=seen[:80], expected=expected)
