"""Deals of a funnel's stages from a CSV file: the day each entered, the day it converted."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from models.rca.case import CaseProblem, CaseRefused, decoded
from models.rca.columns import DEALS, named
from models.rca.columns import told as words_of
from models.rca.detect import flow
from models.rca.stage_names import unknown
from models.text import Text
from models.written import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.rca.cusum import Flow

COLUMNS = ("stage", "entered", "converted")
#: A longer history says little of what is usual now, and days × ages would grow with it.
MOST_DAYS = 4000
#: No stage has another name.
NOT_RENAMED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage; its first day is the table's, so that a stage which stopped is seen to fall."""

    name: str
    first_day: date
    flow: Flow

    @property
    def span(self) -> tuple[date, date]:
        """The days that its first and its last deal entered on."""
        filled = np.flatnonzero(self.flow.at_risk[:, 0])
        ends = (int(filled[0]), int(filled[-1]))
        return self.first_day + timedelta(ends[0]), self.first_day + timedelta(ends[1])


def read(
    data: bytes, *, until: date | None = None, renamed: Mapping[str, str] = NOT_RENAMED
) -> tuple[Stage, ...]:
    """Give the stages of a CSV file, in order of appearance. Raises CaseRefused with mistakes.

    The last day named is taken for today, so a day after `until` (None: any will do) is a mistake;
    so is an id (where there is such a column) that stands twice in a stage. `renamed`: old names of
    stages and the names that they count under.
    """
    rows = csv.reader(io.StringIO(decoded(data), newline=""))
    try:
        header = named(next(rows, []), DEALS)
        if any(header.count(name) != 1 for name in COLUMNS):
            told = ", ".join(COLUMNS)
            zh = f"各列一次：{words_of(COLUMNS, DEALS)}"
            expected = Text(zh=zh, en=f"each column once: {told}")
            raise _refused(_problem(1, "", ", ".join(header), expected))
        problems: list[CaseProblem] = []
        at = header.index("stage")
        table = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        expected = Text(zh="完整的 CSV 行", en="a whole line of CSV")
        raise _refused(_problem(rows.line_num, "", str(error), expected)) from error
    problems += unknown(renamed, {row[at].strip() for _, row in table if len(row) > at})
    for _, row in table if renamed else ():
        row[at : at + 1] = [renamed.get(name.strip(), name) for name in row[at : at + 1]]
    deals = [_deal(line, row, header, problems) for line, row in table]
    _once(table, header, problems)
    _not_to_come(table, header, (deals, until), problems)
    if problems:
        raise CaseRefused(tuple(problems))
    if not deals:
        expected = Text(zh="至少一行数据", en="one row at least")
        raise _refused(_problem(1, "", "", expected))
    return _stages([deal for deal in deals if deal])


def _deal(
    line: int, row: list[str], header: list[str], problems: list[CaseProblem]
) -> tuple[str, date, date | None] | None:
    if len(row) != len(header):
        expected = Text(zh=f"{len(header)} 个单元格", en=f"{len(header)} cells")
        problems.append(_problem(line, "", f"{len(row)}", expected))
        return None
    stage, *days = (row[header.index(name)].strip() for name in COLUMNS)
    expected = Text(zh="日期，如 2026-01-15", en="a date such as 2026-01-15")
    read_days: list[date | None] = []
    for name, cell in zip(COLUMNS[1:], days, strict=True):
        read_days.append(_day(cell))
        if read_days[-1] is None and (cell or name == "entered"):
            problems.append(_problem(line, name, cell, expected))
    entered, converted = read_days
    if not stage:
        expected = Text(zh="阶段名", en="the name of the stage")
        problems.append(_problem(line, "stage", stage, expected))
    if entered and converted and converted < entered:
        expected = Text(zh=f"不早于 {entered}", en=f"no day before {entered}")
        problems.append(_problem(line, "converted", days[1], expected))
    return (stage, entered, converted) if entered else None


def _once(
    table: list[tuple[int, list[str]]], header: list[str], problems: list[CaseProblem]
) -> None:
    """Note ids that a stage has had before."""
    if "id" not in header:
        return
    first: dict[tuple[str, str], int] = {}
    places = header.index("stage"), header.index("id")
    for line, row in table:
        if len(row) != len(header):
            continue
        stage, name = (row[place].strip() for place in places)
        known = first.setdefault((stage, name), line)
        if known != line:
            expected = Text(
                zh=f"另一个编号（第 {known} 行已有）", en=f"another id (line {known} has it)"
            )
            problems.append(_problem(line, "id", name, expected))


def _not_to_come(
    table: list[tuple[int, list[str]]],
    header: list[str],
    told: tuple[list[tuple[str, date, date | None] | None], date | None],
    problems: list[CaseProblem],
) -> None:
    """Note days after the last that may be."""
    deals, until = told
    for (line, row), deal in zip(table, deals, strict=True):
        if deal is None or until is None:
            continue
        for name, day in zip(COLUMNS[1:], deal[1:], strict=True):
            if day is not None and day > until:
                seen = row[header.index(name)].strip()
                problems.append(_problem(line, name, seen, not_after(until)))


def not_after(day: date) -> Text:
    """Say what was expected in place of a day to come."""
    return Text(zh=f"不晚于 {day} 的日期", en=f"a day up to {day}")


def _day(cell: str) -> date | None:
    try:
        return day_of(cell)
    except ValueError:
        return None


def _stages(deals: list[tuple[str, date, date | None]]) -> tuple[Stage, ...]:
    first = min(entered for _, entered, _ in deals)
    last = max(converted or entered for _, entered, converted in deals)
    days = (last - first).days + 1
    if days > MOST_DAYS:
        expected = Text(zh=f"最多 {MOST_DAYS} 天", en=f"{MOST_DAYS} days at most")
        raise _refused(_problem(1, "entered", f"{first} … {last}", expected))
    by_stage: dict[str, list[tuple[int, int]]] = {}
    for stage, entered, converted in deals:
        won = -1 if converted is None else (converted - first).days
        by_stage.setdefault(stage, []).append(((entered - first).days, won))
    stages = []
    for name, pairs in by_stage.items():
        entered_on, converted_on = np.array(pairs, dtype=np.int64).T
        counts = flow(entered_on, converted_on, days, first.weekday())
        stages.append(Stage(name=name, first_day=first, flow=counts))
    return tuple(stages)


def _problem(line: int, column: str, seen: str, expected: Text) -> CaseProblem:
    return CaseProblem(line=line, column=column, seen=seen[:80], expected=expected)


def _refused(problem: CaseProblem) -> CaseRefused:
    return CaseRefused((problem,))
