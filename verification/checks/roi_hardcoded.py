"""`roi.hardcoded`: no figure that should be computed was typed in.

Three signs: a number among formulas that are filled alike; a number that is the sum of those above
or left of it; a number beside a label that names a result. A sign is a reason to look, no proof.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verification.checks.roi_recompute import shown
from verification.examination import Check
from verification.values import Status, Text
from verification.workbooks.figures import asked_figure, is_result, label_of, plain
from verification.workbooks.shapes import computes, shape
from verification.workbooks.study import asked
from verification.workbooks.telling import told

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from verification.examination import Examination
    from verification.formulas.grid import Key
    from verification.values import Finding
    from verification.workbooks.study import Study

_ID = "roi.hardcoded"
_WHY = {
    "hole": Text(
        zh="两侧都是同样的公式，只有此处是数字", en="a number among formulas that are filled alike"
    ),
    "sum": Text(
        zh="正好等于相邻各数之和，却不是公式", en="the sum of the numbers beside it, typed in"
    ),
    "label": Text(
        zh="标签表明应由公式算出，却是数字", en="its label names a result, yet it was typed in"
    ),
}
_FEWEST, _FEWEST_NAMED, _LONGEST = 3, 2, 500


def run(examination: Examination) -> Iterable[Finding]:
    found = asked(examination)
    workbook = examination.context.requirement.content.workbook
    if found is None or workbook is None or not found.grid.formulas:
        return  # a book without formulas is told by `roi.recompute`
    names = tuple(map(plain, workbook.figures))
    asked_for = (asked_figure(found, wanted) for wanted in workbook.figures)
    figures = {figure for figure in asked_for if figure is not None}
    places = list(typed_in(found, names, figures))
    for key, sign in places[:20]:
        value, why = shown(found.cell(key).value), _WHY[sign]
        message = Text(
            zh=f"单元格 {found.where(key)} 的 {value} 疑为手工填写：{why.zh}。",
            en=f"The {value} in {found.where(key)} seems to be typed in: {why.en}.",
        )
        yield told(
            _ID,
            Status.INDETERMINATE,
            message,
            sub_indication="HARDCODED_FIGURE",
            evidence=(found.evidence(key, why),),
        )
    if not places:
        message = Text(
            zh="没有发现应由公式算出却手工填写的数字。",
            en="No figure was found that should be computed and was typed in.",
        )
        yield told(_ID, Status.PASSED, message)


def typed_in(
    found: Study, names: tuple[str, ...] = (), figures: Container[Key] = ()
) -> Iterator[tuple[Key, str]]:
    """Give the cells that show a sign, and which.

    `names` are labels of results besides ours, `figures` the cells that stand beside them.
    """
    for number, sheet in enumerate(found.book.sheets):
        values = {place: cell.value for place, cell in sheet.cells.items()}
        shapes = {
            place: shape(cell.formula.text, cell.formula.base)
            for place, cell in sheet.cells.items()
            if cell.formula is not None and computes(cell.formula.text)
        }
        for place, cell in sheet.cells.items():
            if place in shapes or not isinstance(cell.value, float) or not cell.value:
                continue
            signs = list(_signs(place, values, shapes, names))
            signs += ["label"] if (number, *place) in figures else []
            # A sum of numbers in a formula was worked out there: its like beside it proves nothing.
            left = [one for one in signs if one != "sum" or cell.formula is None]
            if left:
                yield (number, *place), left[0]


def _signs(
    place: tuple[int, int],
    values: Mapping[tuple[int, int], object],
    shapes: dict[tuple[int, int], str],
    names: tuple[str, ...],
) -> Iterator[str]:
    row, column = place
    for before, after in (
        ((row, column - 1), (row, column + 1)),
        ((row - 1, column), (row + 1, column)),
    ):
        if before in shapes and shapes[before] == shapes.get(after):
            yield "hole"
    label = label_of(values, row, column) or ""
    named = is_result(label) or any(name in plain(label) for name in names)
    fewest = _FEWEST_NAMED if named else _FEWEST
    for down, across in ((1, 0), (0, 1)):
        line = _line(place, values, (down, across))
        if len(line) >= fewest and _is_sum(values[place], line):
            yield "sum"
    if named:
        yield "label"


def _line(
    place: tuple[int, int], values: Mapping[tuple[int, int], object], step: tuple[int, int]
) -> list[float]:
    """Give the numbers right above, or left of, a cell up to the first that is none."""
    found: list[float] = []
    row, column = place
    while len(found) < _LONGEST:
        row, column = row - step[0], column - step[1]
        value = values.get((row, column))
        if not isinstance(value, float):
            break
        found.append(value)
    return found


def _is_sum(value: object, line: list[float]) -> bool:
    total = math.fsum(line)
    same = isinstance(value, float) and math.isclose(value, total, rel_tol=1e-9, abs_tol=1e-9)
    # Zeros and one number beside zeros are their own sum by chance.
    return same and sum(one != 0 for one in line) > 1


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
