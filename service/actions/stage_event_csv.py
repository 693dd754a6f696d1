"""Stage events as a CSV table: columns by any of their words, rows as the API takes them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from models.no_csv import MOST_LINE, instead
from rules.names import normal
from service.actions.stage_events import FIELDS, MOST_ROWS
from service.errors import Invalid, Trouble
from service.funnel import funnel
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Column by the words that are used for it; dimensions have theirs in `policy/funnel.yaml`.
WORDS = {
    "source_id": ("source_id", "编号", "记录编号", "id"),
    "deal": ("deal", "商机", "商机编号", "opportunity"),
    "stage": ("stage", "阶段", "商机阶段"),
    "at": ("at", "时间", "进入时间", "entered_at"),
    "rep": ("rep", "销售", "负责人", "owner"),
}
LEAST = ("source_id", "deal", "stage", "at")


def read(text: str) -> list[dict[str, Any]]:
    """Give the rows of a table. Raises Invalid for one that is none; rows are judged later."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        heads = next(lines, [])
        if other := instead(text[:MOST_LINE].encode()):
            raise _wrong("line 1", ", ".join(heads)[:80], Text(zh=other.zh, en=other.en))
        columns = _columns(heads)
        rows = [_row(columns, cells) for cells in lines if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise _wrong(f"line {lines.line_num}", str(error), _CSV) from error
    if not 1 <= len(rows) <= MOST_ROWS:
        expected = Text(zh=f"1 到 {MOST_ROWS} 行", en=f"1 to {MOST_ROWS} rows")
        raise _wrong("line 2", f"{len(rows)} rows", expected)
    return rows


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    # A row of another width lacks a field or has one that nobody knows: it is refused by itself.
    row: dict[str, Any] = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
    if len(cells) > len(columns):
        row[f"column {len(columns) + 1}"] = cells[len(columns)]
    return row


def _columns(heads: Sequence[str]) -> list[str]:
    known = {word: name for name, words in WORDS.items() for word in words}
    found: list[str] = []
    for number, head in enumerate(heads, 1):
        dimension = funnel().dimension(head)
        name = known.get(normal(head).casefold()) or (dimension.id if dimension else None)
        if name is None or name in found:
            names = ", ".join((*FIELDS, *(one.id for one in funnel().dimensions)))
            expected = Text(zh=f"各一次：{names}", en=f"each once: {names}")
            raise _wrong(f"line 1, column {number}", head[:80], expected)
        found.append(name)
    if missing := [name for name in LEAST if name not in found]:
        told = ", ".join(missing)
        raise _wrong("line 1", ", ".join(heads)[:80], Text(zh=f"还有列 {told}", en=f"also {told}"))
    return found


_CSV = Text(zh="以逗号分隔、引号成对的 CSV", en="CSV with commas and closed quotes")


def _wrong(where: str, seen: str, expected: Text) -> Invalid:
    message = Text(
        zh=f"{where}：看到“{seen}”，应为{expected.zh}。",
        en=f"{where}: saw {seen!r}, expected {expected.en}.",
    )
    return Invalid(
        message,
        remedy=Text(
            zh="请改正表格后重新提交，没有保存任何内容。",
            en="Correct the table and send it again; nothing was kept.",
        ),
        troubles=(Trouble(where=where, seen=seen, expected=expected.en, message=message),),
    )
