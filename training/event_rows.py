"""The log of contacts from a CSV file: what systems wrote down, and what people entered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from models.origin import Event, EventKind, OriginPolicy, is_foretold
from models.text import Text
from models.written import moment_of
from training.closed_orders import MOST_TOLD, OrdersRefused, RowProblem
from training.contract.table import TableRefused, from_csv

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.contract.table import Row

#: Column → what it is called in a Chinese export.
COLUMNS = {
    "id": "编号",
    "kind": "类型",
    "customer": "客户",
    "at": "时间",
    "known_at": "记录时间",
    "by_system": "系统记录",
    "answers": "回应",
}
_KINDS = {"来访": EventKind.INBOUND, "联系": EventKind.OUTREACH, "回应": EventKind.RESPONSE}
_KINDS |= {kind.value: kind for kind in EventKind}
_TIME = Text(zh="如 2026-01-31 10:20 的时间", en="a time like 2026-01-31 10:20")
_SOMETHING = Text(zh="非空", en="something")
_EXPECTED = {
    "id": _SOMETHING,
    "kind": Text(zh="来访 | 联系 | 回应", en=" | ".join(EventKind)),
    "customer": _SOMETHING,
    "at": _TIME,
    "known_at": _TIME,
    "by_system": Text(zh="是 | 否", en="yes | no"),
}
_NOT_BEFORE = Text(
    zh="不早于事件时间（系统只记录已发生的事）",
    en="not before it happened (at): systems write down what has happened",
)
_YES = {"yes": True, "true": True, "1": True, "是": True}
_NO = {"no": False, "false": False, "0": False, "否": False}


def read(data: bytes) -> tuple[Event, ...]:
    """Give the events of a CSV file (UTF-8 or GB 18030). Raises OrdersRefused, TableRefused."""
    table = from_csv(data)
    places = _places(table.header)
    problems: list[RowProblem] = []
    found = []
    for row in table.rows:
        if len(row.cells) != len(table.header):
            expected = Text(zh=f"{len(table.header)} 个单元格", en=f"{len(table.header)} cells")
            seen = f"{len(row.cells)}"
            problems.append(RowProblem(line=row.line, column="", seen=seen, expected=expected))
            continue
        event = _event(row, places, problems)
        if event is not None:
            found.append(event)
    if problems:
        raise OrdersRefused(tuple(problems[:MOST_TOLD]), max(0, len(problems) - MOST_TOLD))
    return tuple(found)


def _places(header: tuple[str, ...]) -> Mapping[str, int]:
    places = {
        column: header.index(name)
        for column, chinese in COLUMNS.items()
        for name in (column, chinese)
        if name in header
    }
    missing = [f"{name} ({chinese})" for name, chinese in COLUMNS.items() if name not in places]
    if missing:
        raise TableRefused(
            "line 1",
            seen=", ".join(header),
            expected=Text(zh="列 " + "、".join(missing), en="the columns " + ", ".join(missing)),
            remedy=Text(zh="请补上这些列后重新导出。", en="Export it anew with them."),
        )
    return places


def _event(row: Row, places: Mapping[str, int], problems: list[RowProblem]) -> Event | None:
    cells = {name: row.cells[place].strip() for name, place in places.items()}
    found: dict[str, Any] = {
        "id": cells["id"] or None,
        "kind": _KINDS.get(cells["kind"]),
        "customer": cells["customer"] or None,
        "at": _time(cells["at"]),
        "known_at": _time(cells["known_at"]),
        "by_system": {**_YES, **_NO}.get(cells["by_system"].lower()),
    }
    wrong = [column for column, value in found.items() if value is None]
    problems += [
        RowProblem(line=row.line, column=name, seen=cells[name][:80], expected=_EXPECTED[name])
        for name in wrong
    ]
    if wrong:
        return None
    event = Event(**found, answers=cells["answers"] or None)
    if is_foretold(event, OriginPolicy()):
        seen = cells["known_at"][:80]
        problems.append(
            RowProblem(line=row.line, column="known_at", seen=seen, expected=_NOT_BEFORE)
        )
    return event


def _time(cell: str) -> datetime | None:
    try:
        moment = moment_of(cell)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
