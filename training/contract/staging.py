"""Rows against the contract: what is taken, and what is rejected, each row with its reasons.

1. The columns: every field of the contract is there, under its name.
2. Each cell: of its kind, within its range, in the one currency.
3. Each row: an id not seen before, an order of times that can be, a value above 0 where it was won.
4. What was known only after assignment is no row to learn from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from models.text import Text
from training.contract import cells
from training.contract.contract import ASSIGNMENT, Kind, Role
from training.contract.table import TableRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.contract.contract import Contract, Field
    from training.contract.table import Row, Table

#: Roles whose cell a row cannot be without.
_NEEDED = frozenset({Role.ORDER, Role.LABEL, Role.ASSIGNED})
#: Not read at all: it is named so that nobody uses it.
_UNREAD = frozenset({Role.FORBIDDEN, Role.OWNER})
_NOT_BLANK = Text(zh="不能为空", en="not blank")

Record: TypeAlias = "Mapping[str, float | str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One reason why a row is not taken; `line` as in the file, from 1."""

    line: int
    field: str
    code: str
    seen: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """Rows that keep to the contract; nothing has been written yet."""

    #: A number is NaN and a word "" where the cell was blank.
    records: tuple[Record, ...]
    rejects: tuple[Reject, ...]
    rejected_rows: int
    #: Columns of the file that the contract does not name.
    unused: tuple[str, ...]


def staged(table: Table, contract: Contract, *, at: float) -> Staged:
    """Give the rows; `at` is now, in seconds since 1970. Raises TableRefused."""
    places = _places(table, contract)
    reader = _Reader(contract, places, at)
    records = []
    bad: set[int] = set()
    for row in table.rows:
        record = reader.record(row, len(table.header))
        if record is None:
            bad.add(row.line)
        else:
            records.append(record)
    named = {field.column for field in contract.fields}
    return Staged(
        records=tuple(records),
        rejects=tuple(reader.rejects),
        rejected_rows=len(bad),
        unused=tuple(name for name in table.header if name not in named),
    )


def _places(table: Table, contract: Contract) -> Mapping[str, int]:
    missing = [field for field in contract.fields if field.column not in table.header]
    if missing:
        named = {field.column for field in contract.fields}
        free = [name for name in table.header if name not in named]
        near = [get_close_matches(one.column, free, n=1, cutoff=0.5) for one in missing]
        meant = ", ".join(
            f"{one.column} → {found[0]}?" for one, found in zip(missing, near, strict=True) if found
        )
        raise TableRefused(
            "line 1",
            seen=", ".join(table.header),
            expected=Text(
                zh="列 " + "、".join(one.column for one in missing),
                en="the columns " + ", ".join(one.column for one in missing),
            ),
            remedy=Text(
                zh=f"列改名了就在契约中改 column。{meant}",
                en=f"Where a column was renamed, write its new name as `column`. {meant}",
            ),
        )
    return {field.name: table.header.index(field.column) for field in contract.fields}


class _Reader:
    def __init__(self, contract: Contract, places: Mapping[str, int], at: float) -> None:
        self.rejects: list[Reject] = []
        self._contract, self._places, self._at = contract, places, at
        self._fields = [one for one in contract.fields if one.role not in _UNREAD]
        self._blank = {"", *contract.missing}
        self._by_role = {role: contract.one(role) for role in Role}
        self._seen: dict[str, Row] = {}

    def record(self, row: Row, width: int) -> Record | None:
        """Give the row's record; None, with the reasons noted, where it is rejected."""
        if len(row.cells) != width:
            expected = Text(zh=f"{width} 个单元格", en=f"{width} cells")
            self._reject(row, "", ("width", expected), f"{len(row.cells)}")
            return None
        before = len(self.rejects)
        record = {field.name: self._value(row, field) for field in self._fields}
        if len(self.rejects) == before:
            self._check_row(row, record)
        return None if len(self.rejects) > before else record

    def _value(self, row: Row, field: Field) -> float | str:
        cell = row.cells[self._places[field.name]].strip()
        is_open = field.role is Role.LABEL and cell in field.open
        if cell in self._blank and not is_open:
            if field.role in _NEEDED:
                self._reject(row, field.name, ("blank", _NOT_BLANK), cell)
            return "" if field.is_word else math.nan
        try:
            return cells.word_of(cell) if field.is_word else cells.number_of(field, cell)
        except cells.NotOfKind as error:
            self._reject(row, field.name, (error.code, error.expected), cell)
            return math.nan

    def _check_row(self, row: Row, record: dict[str, float | str]) -> None:
        for check in (self._check_id, self._check_times, self._check_money, self._check_known):
            check(row, record)

    def _check_id(self, row: Row, record: dict[str, float | str]) -> None:
        field = self._by_role[Role.ORDER]
        order = str(record[field.name]) if field else ""
        first = self._seen.setdefault(order, row)
        if field and first is not row:
            same = first.cells == row.cells
            reason = Text(
                zh=f"与第 {first.line} 行{'完全相同' if same else '同号而内容不同'}",
                en=f"line {first.line} {'is the same' if same else 'has this id and differs'}",
            )
            self._reject(row, field.name, ("repeated" if same else "duplicate", reason), order)

    def _check_times(self, row: Row, record: dict[str, float | str]) -> None:
        for field in self._fields:
            value = record[field.name]
            if field.kind is Kind.TIME and float(value) > self._at:
                reason = Text(zh="不能晚于导入时间", en="not later than the import")
                self._reject(row, field.name, ("future", reason), self._cell(row, field))
        assigned, closed = self._of(Role.ASSIGNED, record), self._of(Role.CLOSED, record)
        ending = self._by_role[Role.CLOSED]
        if ending and closed < assigned:
            reason = Text(zh="不能早于分配时间", en="not before the assignment")
            self._reject(row, ending.name, ("order", reason), self._cell(row, ending))

    def _check_money(self, row: Row, record: dict[str, float | str]) -> None:
        currency, value = self._by_role[Role.CURRENCY], self._by_role[Role.VALUE]
        if currency and record[currency.name] != self._contract.currency:
            only = self._contract.currency
            reason = Text(zh=f"只接受 {only}，不换算", en=f"only {only}; nothing is converted")
            self._reject(row, currency.name, ("currency", reason), str(record[currency.name]))
        if value and float(record[value.name]) <= 0 and self._of(Role.LABEL, record) == 1:
            reason = Text(zh="赢单金额应大于 0", en="the value of a won order is above 0")
            self._reject(row, value.name, ("amount", reason), self._cell(row, value))

    def _check_known(self, row: Row, record: dict[str, float | str]) -> None:
        assigned = self._of(Role.ASSIGNED, record)
        for field in self._fields:
            if not field.learnt_from or field.known_at in {None, ASSIGNMENT}:
                continue
            value, known = record[field.name], float(record[str(field.known_at)])
            blank = value == "" or value != value  # noqa: PLR0124 - NaN
            if not (blank or known <= assigned):
                reason = Text(
                    zh=f"{field.known_at} 应不晚于分配时间，否则泄露未来",
                    en=f"{field.known_at} is to be no later than assignment: else the future leaks",
                )
                self._reject(row, field.name, ("known_at", reason), self._cell(row, field))

    def _of(self, role: Role, record: dict[str, float | str]) -> float:
        field = self._by_role[role]
        return float(record[field.name]) if field else math.nan

    def _cell(self, row: Row, field: Field) -> str:
        return row.cells[self._places[field.name]]

    def _reject(self, row: Row, field: str, why: tuple[str, Text], seen: str) -> None:
        code, reason = why
        one = Reject(line=row.line, field=field, code=code, seen=seen[:80], reason=reason)
        self.rejects.append(one)
