"""A funnel table as a case: leaves of some dimensions with deals entered and converted.

Columns: any dimensions, then ``n_hist,k_hist,n_cur,k_cur``; further windows of history as
``n_1,k_1,n_2,k_2`` where there are any.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.no_csv import begin, instead
from models.rca import columns
from models.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

COUNTS = ("n_hist", "k_hist", "n_cur", "k_cur")
WINDOW = re.compile(r"[nk]_[1-9][0-9]{0,3}")
#: Meant as a count, and none: taken for a dimension it would part every leaf from its like.
_NEARLY = re.compile(r"[nk]_(?:hist|cur|[0-9]+)", re.IGNORECASE)
#: What exports call a row of sums.
_SUMS = frozenset({"total", "totals", "grand total", "subtotal", "sum", "all"})
_SUMS |= {"合计", "总计", "小计", "汇总", "总和", "全部", "全国"}
#: More rows that are called so are no sums, or the first of them tell.
MOST_SUMS = 200
MOST_DIMENSIONS = 40
#: A file with more mistakes is another file; the rest is counted.
MOST_TOLD = 20
MOST_SEEN = 80
#: Sums of a million leaves stay exact as floats.
MOST_DEALS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProblem:
    """What is wrong in a line of the file (from 1, the header's) and what was expected."""

    line: int
    column: str
    seen: str
    expected: Text


class CaseRefused(ValueError):
    """A table with mistakes; nothing of it is used."""

    def __init__(self, problems: tuple[CaseProblem, ...]) -> None:
        self.problems = problems[:MOST_TOLD]
        #: So many more are not listed.
        self.untold = max(0, len(problems) - MOST_TOLD)
        first = problems[0]
        super().__init__(f"line {first.line}, {first.column}: seen {first.seen!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelCase:
    """A table whose rows are leaves: no two have the same values in all dimensions."""

    dimensions: tuple[str, ...]
    #: For each dimension the values that occur, sorted.
    values: tuple[tuple[str, ...], ...]
    #: Leaves × dimensions, places in `values`.
    codes: Ints
    entered_before: Floats
    converted_before: Floats
    entered: Floats
    converted: Floats
    #: Entered and converted of windows that history is made of, or of some of them.
    windows: tuple[tuple[Floats, Floats], ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(values) for values in self.values)


def read(data: bytes) -> FunnelCase:
    """Give the case of a CSV file (UTF-8 or GB 18030). Raises CaseRefused with its mistakes."""
    lines = csv.reader(io.StringIO(decoded(data), newline=""))
    try:
        return _read([(lines.line_num, row) for row in lines])
    except csv.Error as error:
        expected = Text(zh="完整的 CSV 行", en="a whole line of CSV")
        raise _refused(lines.line_num, "", str(error), expected) from error


def _read(rows: list[tuple[int, list[str]]]) -> FunnelCase:
    rows = [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
    if len(rows) <= 1:
        seen = ", ".join(rows[0][1]) if rows else ""
        raise _refused(
            1, "", seen, Text(zh="表头和至少一行数据", en="a header and one row at least")
        )
    names = columns.named(rows[0][1], columns.COUNTS)
    dimensions = _dimensions(names)
    problems: list[CaseProblem] = []
    body = [(line, row) for line, row in rows[1:] if _is_whole(line, row, names, problems)]
    reader = _Body(names, body, problems)
    counts = {name: reader.count(name) for name in names if name not in dimensions}
    for name, converted in counts.items():
        if name.startswith("k_"):
            reader.compare(name, converted, counts["n" + name[1:]])
    named = [reader.values(name) for name in dimensions]
    reader.unique(named)
    reader.no_sums(named, [counts[name] for name in COUNTS])
    if problems:
        raise CaseRefused(tuple(sorted(problems, key=lambda one: one.line)))
    for name in ("n_hist", "n_cur"):
        if not counts[name].sum():
            expected = Text(zh="有商机进入的窗口", en="a window that deals entered")
            raise _refused(1, name, "0", expected)
    found = [np.unique(np.array(column), return_inverse=True) for column in named]
    return FunnelCase(
        dimensions=dimensions,
        values=tuple(tuple(str(value) for value in values) for values, _ in found),
        codes=np.stack([codes for _, codes in found], axis=1).astype(np.int64),
        entered_before=counts["n_hist"],
        converted_before=counts["k_hist"],
        entered=counts["n_cur"],
        converted=counts["k_cur"],
        windows=tuple(
            (counts[name], counts["k" + name[1:]])
            for name in names
            if WINDOW.fullmatch(name) and name.startswith("n")
        ),
    )


def decoded(data: bytes) -> str:
    """Give the text of a file in UTF-8 or GB 18030. Raises CaseRefused for neither, or no CSV."""
    if other := instead(data):
        raise _refused(1, "", begin(data), other)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
    expected = Text(zh="UTF-8 或 GB 18030 文本", en="text in UTF-8 or GB 18030")
    raise _refused(data[:place].count(b"\n") + 1, "", data[place : place + 4].hex(" "), expected)


def _refused(line: int, column: str, seen: str, expected: Text) -> CaseRefused:
    seen = seen[:MOST_SEEN]
    return CaseRefused((CaseProblem(line=line, column=column, seen=seen, expected=expected),))


def _dimensions(names: list[str]) -> tuple[str, ...]:
    """Give the names of the dimensions; whatever is no count is one."""
    seen = ", ".join(names)
    windows = {name for name in names if WINDOW.fullmatch(name)}
    missing = [name for name in COUNTS if name not in names]
    missing += sorted({("k" if one[0] == "n" else "n") + one[1:] for one in windows} - windows)
    if missing:
        told = ", ".join(missing)
        raise _refused(
            1,
            "",
            seen,
            Text(
                zh=f"还要有列 {columns.told(missing, columns.COUNTS)}",
                en=f"the columns {told} as well",
            ),
        )
    if len(set(names)) != len(names) or "" in names:
        expected = Text(zh="每列有名称且只出现一次", en="a name for each column, each once")
        raise _refused(1, "", seen, expected)
    dimensions = tuple(name for name in names if name not in windows and name not in COUNTS)
    if nearly := [name for name in dimensions if _NEARLY.fullmatch(name)]:
        told = ", ".join((*COUNTS, "n_1", "k_1", "n_2", "…"))
        expected = Text(zh=f"计数列按此书写：{told}", en=f"counts by these names: {told}")
        raise _refused(1, "", ", ".join(nearly), expected)
    if not 1 <= len(dimensions) <= MOST_DIMENSIONS:
        expected = Text(
            zh=f"1 到 {MOST_DIMENSIONS} 个维度列", en=f"1 to {MOST_DIMENSIONS} dimension columns"
        )
        raise _refused(1, "", f"{len(dimensions)}", expected)
    return dimensions


def _is_whole(line: int, row: list[str], names: list[str], problems: list[CaseProblem]) -> bool:
    if len(row) == len(names):
        return True
    expected = Text(zh=f"{len(names)} 个单元格", en=f"{len(names)} cells")
    problems.append(CaseProblem(line=line, column="", seen=f"{len(row)}", expected=expected))
    return False


class _Body:
    """The rows, read column by column; a mistake is noted, and NaN stands in its place."""

    def __init__(
        self, names: list[str], rows: list[tuple[int, list[str]]], problems: list[CaseProblem]
    ) -> None:
        self._lines = [line for line, _ in rows]
        columns = zip(*(row for _, row in rows), strict=True) if rows else ((),) * len(names)
        self._columns = dict(zip(names, columns, strict=True))
        self._problems = problems

    def count(self, name: str) -> Floats:
        expected = Text(zh=f"0 到 {MOST_DEALS} 的整数", en=f"a whole number, 0 to {MOST_DEALS}")
        counts = np.full(len(self._lines), np.nan)
        for place, cell in enumerate(self._columns[name]):
            digits = cell.strip()
            if digits.isascii() and digits.isdecimal() and len(digits) <= len(f"{MOST_DEALS}"):
                counts[place] = int(digits)
            else:
                self._wrong(place, name, cell, expected)
        for large in np.flatnonzero(counts > MOST_DEALS):
            place = int(large)
            self._wrong(place, name, self._columns[name][place], expected)
        return counts

    def compare(self, name: str, converted: Floats, entered: Floats) -> None:
        """Note rows that converted more deals than entered."""
        for place in map(int, np.flatnonzero(converted > entered)):
            most = f"{entered[place]:.0f}"
            expected = Text(zh=f"不超过进入的 {most}", en=f"no more than the {most} that entered")
            self._wrong(place, name, self._columns[name][place], expected)

    def values(self, name: str) -> list[str]:
        values = [cell.strip() for cell in self._columns[name]]
        expected = Text(zh="一个取值（不知道就写 unknown）", en="a value (unknown if it is not)")
        for place, value in enumerate(values):
            if not value:
                self._wrong(place, name, "", expected)
        return values

    def unique(self, columns: list[list[str]]) -> None:
        """Note rows whose values have all been seen before."""
        first: dict[tuple[str, ...], int] = {}
        for place, leaf in enumerate(zip(*columns, strict=True)):
            known = first.setdefault(leaf, self._lines[place])
            if known != self._lines[place]:
                expected = Text(
                    zh=f"没有出现过的组合（第 {known} 行已有）",
                    en=f"values not seen before (line {known} has them)",
                )
                self._wrong(place, "", ", ".join(leaf), expected)

    def no_sums(self, columns: list[list[str]], counts: list[Floats]) -> None:
        """Note rows that are called sums and are those of other rows: all would count twice."""
        named = [{one for one in set(column) if one.casefold() in _SUMS} for column in columns]
        # Beside other mistakes nothing is summed.
        if self._problems or not any(named):
            return
        is_sum = [
            np.array([one in some for one in column])
            for column, some in zip(columns, named, strict=True)
        ]
        single = ~np.any(is_sum, axis=0)
        expected = Text(zh="叶子行；合计行请删去", en="a leaf; leave rows of sums out")
        for place in map(int, np.flatnonzero(~single)[:MOST_SUMS]):
            of = single.copy()
            for column, some in zip(columns, is_sum, strict=True):
                if not some[place]:
                    of &= np.array(column) == column[place]
            if of.any() and all(one[of].sum() == one[place] for one in counts):
                self._wrong(place, "", ", ".join(column[place] for column in columns), expected)

    def _wrong(self, place: int, column: str, seen: str, expected: Text) -> None:
        line, seen = self._lines[place], seen[:MOST_SEEN]
        self._problems.append(CaseProblem(line=line, column=column, seen=seen, expected=expected))
