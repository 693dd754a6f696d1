"""A CSV table of facts: one row a fact, headed by the names or labels of the kind's fields.

The first row names the columns: the subject (``subject``, or the kind's own word for it), the
period (``period``, 时段, or the word for its length) and fields by name or by either label. An
empty cell is an absent value. Cells become what their field declares where they can; where not,
the cell stays text and the row is held for its reason.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from rules.facts import FieldType, Period
from rules.language.comparators import takes_percent
from rules.names import nearest, normal
from service.actions.fact_fates import MOST_ROWS
from service.actions.whereabouts import REGIONS
from service.errors import Invalid, Trouble, place
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rules.facts import FactKind, Field

SUBJECT_WORDS, PERIOD_WORDS = ("subject", "对象"), ("period", "时段", "期间", "at", "时间")
REGION_WORDS = ("region", "区域", "大区")
WORDS_OF_PERIOD = {
    Period.DAY: ("day", "date", "日期"),
    Period.WEEK: ("week", "周"),
    Period.MONTH: ("month", "月份", "月"),
}
YES, NO = ("yes", "true", "是", "1"), ("no", "false", "否", "0")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"\d{1,18}", re.ASCII)
LARGEST_CELL = 8192


def read_table(
    kind: FactKind, text: str, *, most: int | None = MOST_ROWS
) -> Iterator[dict[str, Any]]:
    """Give the rows as JSON has them: subject, period, values. Raises Invalid for the table."""
    csv.field_size_limit(LARGEST_CELL)
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heads = next(lines, None)
        if not heads:
            raise _invalid("line 1", Text(zh="空表", en="an empty table"), _HEADED)
        columns = _columns(kind, heads)
        yield from _rows(columns, lines, most)
    except csv.Error as error:
        raise _invalid(f"line {lines.line_num}", _unreadable(error), _CSV) from error


def _rows(
    columns: Sequence[tuple[str, Field | None]], lines: Any, most: int | None
) -> Iterator[dict[str, Any]]:
    count = 0
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if most is not None and count > most:
            raise _invalid(
                f"line {lines.line_num}",
                Text(zh=f"第 {count} 行", en=f"row {count}"),
                Text(zh=f"至多 {most} 行", en=f"at most {most} rows"),
            )
        yield _row(columns, cells)


def _row(columns: Sequence[tuple[str, Field | None]], cells: Sequence[str]) -> dict[str, Any]:
    if len(cells) != len(columns):
        # Held by the reader: a part that no row has says what was seen.
        return {"cells": list(cells)[:50], "count": len(cells), "expected": len(columns)}
    row: dict[str, Any] = {"values": {}}
    for (name, field), cell in zip(columns, cells, strict=True):
        if field is None:
            row[name] = cell.strip()
        elif cell.strip():
            row["values"][name] = _value(field, cell)
    return row


def _columns(kind: FactKind, heads: Sequence[str]) -> list[tuple[str, Field | None]]:
    known = _names(kind)
    columns: list[tuple[str, Field | None]] = []
    for number, head in enumerate(heads, 1):
        found = known.get(_key(head))
        where = f"line 1, column {number}"
        if found is None:
            raise _invalid(where, _quoted(head), _one_of(kind, head))
        if found in columns:
            raise _invalid(where, _quoted(head), Text(zh="每列只出现一次", en="each column once"))
        columns.append(found)
    for part, zh in (("subject", kind.subject.zh), ("period", PERIOD_WORDS[1])):
        if (part, None) not in columns:
            raise _invalid("line 1", Text(zh=f"没有“{zh}”列", en=f"no column {part}"), _HEADED)
    return columns


def _names(kind: FactKind) -> dict[str, tuple[str, Field | None]]:
    names: dict[str, tuple[str, Field | None]] = {}
    for field in kind.fields:
        for word in (field.label.en, field.label.zh, field.name):
            names[_key(word)] = (field.name, field)
    periods = (*PERIOD_WORDS, *WORDS_OF_PERIOD.get(kind.period, ()))
    names |= {_key(word): ("period", None) for word in periods if _key(word) not in names}
    word = kind.subject.en.lower()
    regions = REGION_WORDS if word in REGIONS else ()
    subjects = (*SUBJECT_WORDS, *regions, kind.subject.zh, word)
    return names | {_key(word): ("subject", None) for word in subjects}


def _value(field: Field, cell: str) -> Any:
    """Give a cell as its field declares it; 45 % of days is no figure and stays text."""
    if normal(cell).endswith("%") and not takes_percent(field):
        return cell
    return _CELLS.get(field.type, str)(cell)


def _count(cell: str) -> Any:
    text = normal(cell)
    return int(text) if WHOLE.fullmatch(text) else cell


def _number(cell: str) -> Any:
    text = normal(cell)
    share = text.endswith("%")
    text = text.removesuffix("%").strip()
    if not NUMBER.fullmatch(text):
        return cell
    if not share:
        return float(text)
    # 79.3 % is 0.793 and not 0.7929999999999999: the decimal point moves, nothing is divided.
    return float(f"{text}e-2") if "e" not in text.lower() else float(text) / 100


def _flag(cell: str) -> Any:
    word = _key(cell)
    return True if word in YES else False if word in NO else cell


_CELLS: dict[FieldType, Callable[[str], Any]] = {
    FieldType.COUNT: _count,
    FieldType.NUMBER: _number,
    FieldType.FLAG: _flag,
    FieldType.CHOICE: normal,
    FieldType.TIME: normal,
}
_HEADED = Text(zh="表头写明对象、时段和各字段", en="columns subject, period and fields")
#: What Python's reader of CSV says, by a word of it.
_UNREADABLE = {
    "end of data": Text(zh="没有闭合的引号", en="a quote that is never closed"),
    "expected after": Text(zh="引号之后还有文字", en="more text after a closing quote"),
    "field limit": Text(
        zh=f"超过 {LARGEST_CELL} 个字符的单元格",
        en=f"a cell of more than {LARGEST_CELL} characters",
    ),
    "NUL": Text(zh="空字符（NUL）", en="a NUL character"),
}
_STRANGE = Text(zh="无法读取的内容", en="what cannot be read")
_CSV = Text(zh="以逗号分隔、引号成对的 CSV", en="CSV with commas and closed quotes")


def _key(word: str) -> str:
    return normal(word).casefold()


def _unreadable(error: csv.Error) -> Text:
    said = str(error)
    return next((text for word, text in _UNREADABLE.items() if word in said), _STRANGE)


def _quoted(head: str) -> Text:
    shown = head[:80]
    return Text(zh=f"列名“{shown}”", en=f"the column {shown!r}")


def _one_of(kind: FactKind, head: str) -> Text:
    names = [field.name for field in kind.fields if field.derived is None]
    near = nearest(normal(head), names)
    listed = ", ".join(names[:20])
    if near is not None:
        return Text(zh=f"“{near}”或其他字段（{listed}）", en=f"{near}, or another field ({listed})")
    return Text(zh=f"其中之一：{listed}", en=f"one of {listed}")


def _invalid(where: str, seen: Text, expected: Text) -> Invalid:
    said = place(where)
    message = Text(
        zh=f"{said.zh}：看到{seen.zh}，应为{expected.zh}。",
        en=f"{said.en}: saw {seen.en}, expected {expected.en}.",
    )
    trouble = Trouble(where=where, seen=seen.en, expected=expected.en, message=message)
    return Invalid(
        message,
        remedy=Text(
            zh="请改正表格后重新提交，没有保存任何内容。",
            en="Correct the table and send it again; nothing was kept.",
        ),
        troubles=(trouble,),
    )
