"""A table of words from a file: CSV (UTF-8, GB 18030, gzip), Parquet, or one SELECT on SQLite."""

from __future__ import annotations

import csv
import gzip
import io
import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from models.no_csv import begin, instead
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Unpacked; a larger history is brought in parts.
MOST_BYTES = 2 << 30
_GZIP = b"\x1f\x8b"
#: Floats up to here are exact whole numbers.
_EXACT = 1 << 53


class TableRefused(ValueError):
    """The file cannot be read as a table: where, what was seen, expected, and what to do next."""

    def __init__(self, where: str, *, seen: str, expected: Text, remedy: Text) -> None:
        self.where, self.seen, self.expected, self.remedy = where, seen[:200], expected, remedy
        super().__init__(f"{where}: seen {self.seen!r}, expected {expected.en}. {remedy.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells under the header's names, with the line (CSV) or the number of the row, from 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read(path: Path, *, query: str | None = None) -> Table:
    """Read by the file's name: `.parquet`, `.db`/`.sqlite` (with a query), else CSV.

    Raises TableRefused and OSError.
    """
    suffixes = [part.lower() for part in path.suffixes]
    if suffixes[-1:] == [".parquet"]:
        return from_parquet(path)
    if suffixes[-1:] in ([".db"], [".sqlite"], [".sqlite3"]):
        return from_sqlite(path, query or "")
    return from_csv(path.read_bytes())


def from_csv(data: bytes) -> Table:
    """Read CSV, packed by gzip or not. Raises TableRefused."""
    plain = _unpacked(data)
    if other := instead(plain):
        raise TableRefused(
            "line 1",
            seen=begin(plain),
            expected=other,
            remedy=Text(zh="请重新导出。", en="Export it anew."),
        )
    text = _text(plain)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = tuple(cell.strip() for cell in next(rows, []))
        found = []
        line = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                found.append(Row(line=line, cells=tuple(cells)))
            line = rows.line_num + 1
    except csv.Error as error:
        raise TableRefused(
            f"line {rows.line_num}",
            seen=str(error),
            expected=Text(zh="CSV", en="CSV"),
            remedy=Text(
                zh="请检查引号是否成对，并重新导出。", en="Check its quotes, or export it anew."
            ),
        ) from error
    return _checked(header, found)


def from_parquet(path: Path) -> Table:
    """Read Parquet by pyarrow, where that is installed. Raises TableRefused."""
    try:
        from pyarrow import parquet  # noqa: PLC0415 - large, and most histories are CSV
    except ImportError as error:
        raise TableRefused(
            path.name,
            seen="pyarrow: not installed",
            expected=Text(zh="pyarrow", en="pyarrow"),
            remedy=Text(
                zh="请执行 pip install pyarrow，或导出为 CSV。",
                en="Run pip install pyarrow, or export the table as CSV.",
            ),
        ) from error
    try:
        table = parquet.read_table(path)
        columns = [column.to_pylist() for column in table.columns]
    # Of a zone that nobody knows the library gives a LookupError.
    except (OSError, ValueError, LookupError) as error:
        raise TableRefused(
            path.name,
            seen=str(error),
            expected=Text(zh="Parquet 文件", en="a Parquet file"),
            remedy=Text(zh="请重新导出。", en="Export it anew."),
        ) from error
    return _numbered(tuple(table.column_names), zip(*columns, strict=True))


def from_sqlite(path: Path, query: str) -> Table:
    """Run one SELECT on a SQLite file that is opened to be read only. Raises TableRefused."""
    if not query:
        raise TableRefused(
            path.name,
            seen="",
            expected=Text(zh="一条 SELECT 语句", en="one SELECT"),
            remedy=Text(zh="请用 --query 给出。", en="Give it by --query."),
        )
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA query_only = ON")
            cursor = database.execute(query)
            header = tuple(str(column[0]) for column in cursor.description or ())
            return _numbered(header, cursor)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise TableRefused(
            path.name,
            seen=str(error),
            expected=Text(zh="能在该文件上运行的 SELECT", en="a SELECT that runs on this file"),
            remedy=Text(
                zh="数据库只读打开；请检查语句和文件。",
                en="The database is opened read-only; check the query and the file.",
            ),
        ) from error


def _numbered(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Table:
    found = []
    for number, cells in enumerate(rows, start=1):
        try:
            found.append(Row(line=number, cells=tuple(_cell(one) for one in cells)))
        except (TypeError, ValueError) as error:
            raise TableRefused(
                f"row {number}",
                seen=str(error),
                expected=Text(
                    zh="每个单元格一个值，文字为 UTF-8", en="one value a cell, words in UTF-8"
                ),
                remedy=Text(zh="请去掉或转换这一列。", en="Leave that column out, or convert it."),
            ) from error
    return _checked(header, found)


def _cell(value: object) -> str:
    """Give what a CSV export would have. Raises TypeError or ValueError for none."""
    if value is None or value != value:  # noqa: PLR0124 - NaN stands for a blank
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        # Whole numbers beside blanks come as floats; an id of 1001 is not 1001.0.
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, dict)):
        raise TypeError(f"{value!r}"[:80])
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _checked(header: tuple[str, ...], rows: list[Row]) -> Table:
    twice = sorted({name for name in header if header.count(name) > 1})
    if not header or twice:
        raise TableRefused(
            "line 1",
            seen=", ".join(twice),
            expected=Text(zh="不重复的列名", en="a header whose names differ"),
            remedy=Text(zh="请给每一列不同的名字。", en="Give each column a name of its own."),
        )
    return Table(header=header, rows=tuple(rows))


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            plain = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise TableRefused(
            "gzip",
            seen=str(error),
            expected=Text(zh="完整的 gzip 文件", en="a whole gzip file"),
            remedy=Text(zh="请重新压缩或传输。", en="Pack or transfer it again."),
        ) from error
    if len(plain) > MOST_BYTES:
        raise TableRefused(
            "gzip",
            seen=f"> {MOST_BYTES >> 30} GiB",
            expected=Text(zh="较小的文件", en="a smaller file"),
            remedy=Text(zh="请按时间分批导入。", en="Bring it in parts, by time."),
        )
    return plain


def _text(data: bytes) -> str:
    place = 0
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
    raise TableRefused(
        f"line {data[:place].count(10) + 1}",
        seen=data[place : place + 4].hex(" "),
        expected=Text(zh="UTF-8 或 GB 18030 文本", en="text in UTF-8 or GB 18030"),
        remedy=Text(
            zh="该处字节已损坏或是别的编码；请重新导出为 UTF-8。",
            en="The bytes there are damaged or of another encoding; export the file as UTF-8.",
        ),
    )
