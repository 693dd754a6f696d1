"""`roi.hidden`: what a visible figure is computed from can be seen too.

Rows that an automatic filter hides are told and worsen nothing: one click shows them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.readers.workbook_formats import is_guise
from verification.values import PackagePart, Status, Text
from verification.workbooks.study import asked
from verification.workbooks.telling import listed, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from verification.examination import Examination
    from verification.formulas.grid import Key
    from verification.readers.workbook import Sheet
    from verification.values import Finding
    from verification.workbooks.study import Study

_ID = "roi.hidden"


def run(examination: Examination) -> Iterable[Finding]:
    found = asked(examination)
    if found is None:
        return
    sheets, cells = _fed(found)
    deep = {n for n, sheet in enumerate(found.book.sheets) if sheet.state == "veryHidden"}
    findings = [
        *(_sheet(found, number, sheets.get(number, [])) for number in sorted(deep | set(sheets))),
        *_lines(found, cells),
        *_guises(found),
    ]
    yield from findings
    if not findings:
        yield told(_ID, Status.PASSED, _nothing(found))


@dataclass(frozen=True, slots=True)
class _Unseen:
    """What of a visible sheet nobody sees: rows, and cells by their columns, all sorted."""

    rows: Sequence[int]
    columns: Mapping[int, Sequence[int]]
    order: Sequence[int]

    def meets(self, box: tuple[int, int, int, int]) -> bool:
        """Say whether any of it stands in cells that a formula reads."""
        top, left, bottom, right = box
        if _within(self.rows, top, bottom):
            return True
        among = self.order[bisect_left(self.order, left) : bisect_right(self.order, right)]
        return any(_within(self.columns[column], top, bottom) for column in among)


def _within(places: Sequence[int], first: int, last: int) -> bool:
    place = bisect_left(places, first)
    return place < len(places) and places[place] <= last


def _fed(found: Study) -> tuple[dict[int, list[Key]], list[Key]]:
    """Give which visible formulas read each hidden sheet, and which other things unseen."""
    sheets: dict[int, list[Key]] = {}
    cells: list[Key] = []
    unseen = [_unseen(found, number) for number in range(len(found.book.sheets))]
    for key in found.grid.formulas:
        if not found.is_shown(key):
            continue
        for number, box in found.reads(key):
            if found.book.sheets[number].state != "visible":
                sheets.setdefault(number, []).append(key)
            elif unseen[number].meets(box):
                cells.append(key)
                break
        else:
            cells += [key] if found.reads_hidden_name(key) else []
    return sheets, cells


def _unseen(found: Study, number: int) -> _Unseen:
    sheet = found.book.sheets[number]
    columns: dict[int, list[int]] = {}
    unseen = _hidden_cells(sheet) | _covered_numbers(found, number) | _faint(found, number)
    for row, column in sorted(unseen):
        columns.setdefault(column, []).append(row)
    return _Unseen(_hidden_rows(sheet), columns, sorted(columns))


def _hidden_cells(sheet: Sheet) -> set[tuple[int, int]]:
    """Give the cells in hidden columns."""
    hidden = {
        column
        for column in {column for _, column in sheet.cells}
        if any(first <= column <= last for first, last in sheet.hidden_columns)
    }
    return {place for place in sheet.cells if place[1] in hidden}


def _covered_numbers(found: Study, number: int) -> set[tuple[int, int]]:
    """Give the cells beneath merged ones that sums count."""
    cells = found.book.sheets[number].cells
    return {place for place in found.covered[number] if isinstance(cells[place].value, float)}


def _faint(found: Study, number: int) -> set[tuple[int, int]]:
    """Give the cells whose figures have the ground's colour, or a format that shows nothing."""
    return {
        place
        for place, cell in found.book.sheets[number].cells.items()
        if isinstance(cell.value, float) and found.is_faint((number, *place))
    }


def _format(found: Study, style: int) -> str:
    formats = found.book.formats
    return formats[style] if 0 <= style < len(formats) else "General"


def _guises(found: Study) -> Iterator[Finding]:
    """Tell of figures that a format shows as others, and of conditions that may do so."""
    keys = [
        (number, *place)
        for number, sheet in enumerate(found.book.sheets)
        for place, cell in sheet.cells.items()
        if is_guise(cell.value, _format(found, cell.style)) and found.is_shown((number, *place))
    ]
    if keys:
        cells = listed([found.where(key) for key in keys])
        yield _guise(
            f"数字格式使单元格显示的数字与其中的值不同：{cells}。",
            f"A number format shows another figure than the cell holds: {cells}.",
            tuple(found.evidence(key) for key in keys[:20]),
        )
    codes = [one for one in found.book.conditional if any(is_guise(v, one) for v in (1.5, -1.5))]
    if codes:
        yield _guise(
            f"条件格式可以使单元格显示的数字与其中的值不同：{listed(codes)}。",
            f"A conditional format may show other figures than cells hold: {listed(codes)}.",
            (PackagePart(part=found.book.part),),
        )


def _guise(zh: str, en: str, evidence: tuple[PackagePart, ...]) -> Finding:
    return told(
        _ID,
        Status.INDETERMINATE,
        Text(zh=zh, en=en),
        sub_indication="FIGURE_DISGUISED",
        evidence=evidence,
    )


def _hidden_rows(sheet: Sheet) -> list[int]:
    """Give the hidden rows that hold something and that no filter hides, sorted."""
    if not sheet.hidden_rows:
        return []
    filled = {row for row, _ in sheet.cells}
    return sorted(row for row in sheet.hidden_rows & filled if not _is_filtered(sheet, row))


def _is_filtered(sheet: Sheet, row: int) -> bool:
    return any(heading < row <= last for heading, last in sheet.filtered)


def _sheet(found: Study, number: int, keys: list[Key]) -> Finding:
    sheet = found.book.sheets[number]
    how = "深度隐藏" if sheet.state == "veryHidden" else "隐藏"
    deep = "hidden so that no menu shows it" if sheet.state == "veryHidden" else "hidden"
    cells = listed([found.where(key) for key in keys])
    fed = f"，可见单元格 {cells} 的数字取自它" if keys else ""
    fed_en = f", and figures that are seen come from it: {cells}" if keys else ""
    message = Text(
        zh=f"工作表“{sheet.name}”被{how}{fed}。",
        en=f"The sheet “{sheet.name}” is {deep}{fed_en}.",
    )
    evidence = (PackagePart(part=sheet.part), *(found.evidence(key) for key in keys[:10]))
    return told(
        _ID, Status.INDETERMINATE, message, sub_indication="HIDDEN_SHEET", evidence=evidence
    )


def _lines(found: Study, keys: list[Key]) -> Iterator[Finding]:
    if not keys:
        return
    cells = listed([found.where(key) for key in keys])
    message = Text(
        zh=f"可见数字取自看不见的单元格（隐藏的行列、合并单元格下、与底色同色或不显示的格式，或隐藏的名称）：{cells}。",
        en=f"Figures that are seen are computed from cells that are not: hidden rows or columns, "
        f"beneath merged cells, in the ground's colour, a format that shows nothing, or a hidden "
        f"name: {cells}.",
    )
    evidence = tuple(found.evidence(key) for key in keys[:20])
    yield told(_ID, Status.INDETERMINATE, message, sub_indication="HIDDEN_CELLS", evidence=evidence)


def _nothing(found: Study) -> Text:
    sheets = [sheet.name for sheet in found.book.sheets if sheet.state != "visible"]
    filtered = sum(
        _is_filtered(sheet, row) for sheet in found.book.sheets for row in sheet.hidden_rows
    )
    named, rows = f"（{listed(sheets)}）" if sheets else "", f"，筛选隐藏 {filtered} 行"
    return Text(
        zh=f"可见数字都不来自隐藏的内容；隐藏工作表 {len(sheets)} 个{named}{rows}。",
        en="No figure that is seen comes from what is hidden; "
        f"hidden sheets: {len(sheets)}, rows hidden by a filter: {filtered}.",
    )


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
