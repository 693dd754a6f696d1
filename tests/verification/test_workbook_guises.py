"""Figures that a book shows otherwise than it holds them, and cells that no rule was told of."""

# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

import io
import zipfile

import pytest

from tests.verification.booking import (
    F,
    Styled,
    Tab,
    book,
    cost_sheet,
    roi,
    sheet_version,
    templates,
)
from tests.verification.test_workbook_checks import relations, styled, with_
from tests.verification.test_workbook_two_ways import tab
from verification.readers.workbook_formats import is_guise
from verification.values import Status

P, I, X = Status.PASSED, Status.INDETERMINATE, Status.FAILED  # noqa: E741 - columns of tables
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


@pytest.mark.parametrize(
    ("value", "code", "other"),
    [
        pytest.param(*row[:3], id=row[3])
        for row in [
            (0.05, "[$12]0%", True, "a currency that is a figure"),
            (0.05, "[$¥-804]0%", False, "a currency"),
            (0.12, '0"0"0%', True, "a figure among the digits"),
            (5550123.0, '000"-"0000', False, "a line among the digits"),
            (1.25, r"0\.0%", True, "a point of the format's own"),
            (12_345.0, r'0\.0,"万"', False, "ten thousands, thousands left out"),
            (12.0, 'd"0%"', True, "the day of a number with a nought behind it"),
            (46_000.0, 'yyyy"年"m"月"d"日"', False, "a day in words"),
            (5.0, "[h]", True, "days told as hours"),
            (5.0, "[h]:mm", False, "a time"),
            (44.0, "d", True, "a number told as the day of its month"),
            (46_000.0, 'm"月"', False, "the month of a day of our time"),
            (0.05, "*90%", True, "a figure that fills the cell"),
            (0.05, "* 0%", False, "blanks that fill the cell"),
            (-0.05, "[<0]0%;0%", True, "a loss on a condition without its minus"),
            (-0.05, "[Red][<0]0%;0%", False, "a loss on a condition in red"),
            (-50_000.0, '[>=10000]0.0,"万";0', False, "a large figure on a condition"),
            ("x", ';;;"ROI 120%"', True, "a figure in place of a text"),
            ("x", '0;-0;0;"（"@"）"', False, "a text in brackets"),
            ("x", '"120%"', False, "a format that texts do not take"),
        ]
    ],
)
def test_a_format_that_shows_another_figure_is_known(
    value: float | str, code: str, *, other: bool
) -> None:
    assert is_guise(value, code) is other


_ARRAYS: dict[str, object] = {"A1": 1.0, "A2": 2.0}
for _number in range(1, 203):
    _ARRAYS[f"B{2 * _number}"] = F(
        "A1:A2*2", 2.0, f't="array" ref="B{2 * _number}:B{2 * _number + 1}"'
    )
    _ARRAYS[f"B{2 * _number + 1}"] = 4.0
_LAST = "B405"
_PIVOT = {
    "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{_MAIN}"/>',
    "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations(
        f'<Relationship Id="a" Type="{_OFFICE}/externalLinkPath" Target="file:///other.xlsx" TargetMode="External"/>'
    ),
}
_CACHE = (
    f'<Relationship Id="p" Type="{_OFFICE}/pivotCacheDefinition" '
    'Target="pivotCache/pivotCacheDefinition1.xml"/>'
)
_OWN = {**_PIVOT, "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations("")}
_CONDITION = (
    f'<extLst><ext xmlns:x14="{_X14}"><x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule '
    '><x14:dxf><numFmt numFmtId="180" formatCode="{}"/></x14:dxf></x14:cfRule>'
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
)
_LOCAL = '<definedName name="rate" localSheetId="1">H!$A$1</definedName>'
_NAMED = book({"S": with_(C1=F("H!rate", 5.0)), "H": Tab({"A1": 5.0}, "hidden")})
_TWICE = "<definedNames><definedName name='rate'>S!$B$1</definedName><definedName name='RATE'>S!$B$2</definedName>"
_WIDE = {f"{column}1": 2.0 for column in ("IA", "IB")}


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """Change one text of a part, which must hold it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            assert name != part or old in text
            after.writestr(name, text.replace(old, new, 1) if name == part else text)
    return stream.getvalue()


def unseen(colour: str, code: str = "0.0") -> bytes:
    """Write the good book with its result in a colour and a format, and words behind it."""
    styles = (
        f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts><fonts><font/>'
        f'<font>{colour}</font></fonts><cellXfs><xf/><xf numFmtId="170" fontId="1"/></cellXfs></styleSheet>'
    )
    link = f'<Relationship Id="x" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    cells = with_(B3=Styled(F("B2-B1", 20.0), 1), C3="回报可达 120%")
    return book({"S": cells}, relations=link, parts={"xl/styles.xml": styles})


_SHEET, _BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
GOOD = book({"S": with_()})
ROWS = [
    ("roi.recompute", book({"S": _ARRAYS}), P, None, "more than two hundred array formulas"),
    ("roi.recompute", book({"S": {**_ARRAYS, _LAST: 9.0}}), X, "FIGURE_DIFFERS",
     "an altered second cell of the last of two hundred and two array formulas"),
    ("roi.recompute", book({"S": with_(A9=F("B1*1", 10.0, 't="array" ref="A9:IB9"'), IB9=99.0)}), X, "FIGURE_DIFFERS",
     "an altered cell far right in an array formula"),
    ("roi.recompute", replaced(GOOD, _SHEET, "<v>20.0</v>", "<v>20.0</v><v>90</v>"), I, "FORMAT_FAILURE", "two results in one cell"),
    ("roi.recompute", replaced(GOOD, _SHEET, "<f >B2-B1</f>", "<f>B2*3</f><f>B2-B1</f>"), I, "FORMAT_FAILURE", "two formulas in one cell"),
    ("roi.recompute", replaced(GOOD, _SHEET, 'r="B3"', 'r="b3"'), I, "FORMAT_FAILURE", "a cell's name in small letters"),
    ("roi.recompute", replaced(GOOD, _SHEET, 'r="B3"', 'r="B7"'), I, "FORMAT_FAILURE", "a cell that is not in its row"),
    ("roi.recompute", replaced(replaced(GOOD, _SHEET, '<row r="3" >', "<row>"), _SHEET, '<row r="2" >', "<row>"), P, None, "rows without numbers"),
    ("roi.recompute", replaced(book({"S": with_(B9=F("B3*2", 40.0))}), _SHEET, '<row r="9" >', "<row>"), P, None, "a row without a number, below empty ones"),
    ("roi.hidden", replaced(book({"S": with_(B9=5.0, B12=F("B9*2", 10.0))}), _SHEET, '<row r="9" >', '<row hidden="1">'), I, "HIDDEN_CELLS",
     "a hidden row without a number, below empty ones"),
    ("roi.recompute", replaced(GOOD, _SHEET, "<v>20.0</v>", "<v>2_0</v>"), X, "FIGURE_DIFFERS", "a number that only Python reads"),
    ("roi.recompute", replaced(GOOD, _SHEET, "<v>20.0</v>", "<v>2E1</v>"), P, None, "a number with an exponent"),
    ("roi.recompute", replaced(book({"S": with_(C1=F("rate", 30.0))}), _BOOK, "<definedNames>", _TWICE), I, "FORMULA_NOT_COMPUTED",
     "a name that is defined twice"),
    ("roi.recompute", book({"S": with_(C1=F("rate", 10.0))}, names={"rate": "$B$1"}), I, "FORMULA_NOT_COMPUTED",
     "a name that says no sheet"),
    ("roi.recompute", replaced(book({"S": with_(C1=F("C2-C3", 0.5), C2=46_000.0, C3=45_999.5)}), _SHEET,
                               '<c r="C2"><v>46000.0</v>', '<c r="C2" t="d"><v>2025-12-09T00:00:00</v>'), P, None, "a day with its time"),
    ("roi.hidden", replaced(_NAMED, _BOOK, "<definedNames>", f"<definedNames>{_LOCAL}"), I, "HIDDEN_SHEET",
     "a name of the hidden sheet's own"),
    ("roi.hidden", book({"S": Tab(with_(D1=F("C1", 5.0), C1=5.0), before='<sheetFormatPr defaultColWidth="0"/><cols><col min="4" max="4" width="12"/></cols>')}), I, "HIDDEN_CELLS", "columns of no width by default"),
    ("roi.hidden", book({"S": Tab(with_(), before='<sheetFormatPr defaultColWidth="0"/><cols><col min="1" max="9" width="12"/></cols>')}),
     P, None, "no width by default, and filled columns that have one"),
    ("roi.hidden", book({"S": Tab(with_(), rows={3: 'ht="15"'}, before='<sheetFormatPr defaultRowHeight="0" customHeight="1"/>')}), I, "HIDDEN_CELLS",
     "rows of no height by default"),
    ("roi.hidden", book({"S": Tab(with_(), before='<sheetFormatPr defaultRowHeight="15"/>')}), P, None, "rows of a usual height"),
    ("roi.hidden", replaced(book({"S": with_(C1=F("rate", 5.0))}, names={"rate": "5"}), _BOOK, 'name="rate"', 'name="rate" hidden="1"'),
     I, "HIDDEN_CELLS", "a figure in a hidden name"),
    ("roi.hidden", book({"S": with_(C1=F("rate", 5.0))}, names={"rate": "5"}), P, None, "a figure in a name"),
    ("roi.hidden", tab(with_(), _CONDITION.format("&quot;99%&quot;")), I, "FIGURE_DISGUISED", "a figure that a newer condition puts in"),
    ("roi.hidden", tab(with_(), _CONDITION.format("0.0%")), P, None, "a newer condition with a usual format"),
    ("roi.hidden", styled('numFmt formatCode="[$12]0.0"'), I, "FIGURE_DISGUISED", "a currency that is a figure"),
    ("roi.hidden", book({"S": with_(C3=Styled("x", 1))}, relations=f'<Relationship Id="x" Type="{_OFFICE}/styles" Target="styles.xml"/>',
                        parts={"xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="170" formatCode=";;;&quot;120%&quot;"/>'
                               '</numFmts><fonts><font/></fonts><cellXfs><xf/><xf numFmtId="170"/></cellXfs></styleSheet>'}),
     I, "FIGURE_DISGUISED", "a text that a format shows as a figure"),
    ("roi.external", book({"S": with_()}, relations=_CACHE, parts=_PIVOT), I, "EXTERNAL_LINK", "a pivot table of another book"),
    ("roi.external", book({"S": with_()}, relations=_CACHE, parts=_OWN), P, None, "a pivot table of its own cells"),
    ("roi.figures", unseen('<color rgb="FFFFFFFF"/>'), I, "FIGURE_MISSING", "the figure in white, and words behind it"),
    ("roi.figures", unseen(""), P, None, "the figure in black, and words behind it"),
    ("roi.figures", unseen("", ";;;"), I, "FIGURE_MISSING", "the figure in a format that shows nothing"),
    ("roi.figures", book({"S": {"A1": "净现值", "B1": "约 120%", "C1": F("1", 20.0)}}), I, "FIGURE_MISSING", "about so much, before the number"),
    ("roi.figures", book({"S": {"A1": "净现值", "B1": "CNY 2,000 以上", "C1": F("1", 20.0)}}), I, "FIGURE_MISSING", "a currency by its code"),
    ("roi.figures", book({"S": {"A1": "净现值", "B1": "折现率 12%", "C1": F("1", 20.0)}}), P, None, "a rate that is named between"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "data", "status", "reason"),
    [pytest.param(*row[:4], id=f"{row[0]}: {row[4]}") for row in ROWS],
)
def test_a_cell_that_shows_other_than_it_holds_is_told_and_its_twin_is_not(
    check: str, data: bytes, status: Status, reason: str | None
) -> None:
    found = roi(data, check, "净现值")
    assert [(one.status, one.sub_indication) for one in found] == [(status, reason)]


_WHITE = {
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts><font/><font><color rgb="FFFFFFFF"/></font></fonts>'
    '<cellXfs><xf/><xf fontId="1"/></cellXfs></styleSheet>'
}
_STYLES = f'<Relationship Id="x" Type="{_OFFICE}/styles" Target="styles.xml"/>'


def behind(style: int) -> bytes:
    """Write this year's template in one style below a sheet of somebody's own."""
    new = {f"{name[0]}{int(name[1:]) + 60}": Styled(told, style)
           for name, told in cost_sheet(2026).cells.items()}  # fmt: skip
    return book({"S": {"A1": "我们的成本", "B1": 1.0, **new}}, relations=_STYLES, parts=_WHITE)


_NUMBERED = cost_sheet(2026).cells


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        pytest.param(behind(1), I, "TEMPLATE_UNKNOWN", id="this year's in white letters"),
        pytest.param(behind(0), P, None, id="this year's, in letters that are seen"),
        pytest.param(
            book({"成本核算": {**_NUMBERED, "A1": "成本核算", "G1": "模板版本", "H1": 2025.0}}),
            X, "VERSION_CONTRADICTED", id="another year beside its label",
        ),
        pytest.param(
            book({"成本核算": {**_NUMBERED, "G1": "模板版本", "H1": 2026.0}}), P, None,
            id="this year beside its label",
        ),
        pytest.param(
            book({"成本核算": {**_NUMBERED, "G1": "版本说明", "H1": 3.0}}), P, None,
            id="a number that is no year",
        ),
    ],
)  # fmt: skip
def test_a_cost_sheet_is_what_is_seen_of_it(
    data: bytes, status: Status, reason: str | None
) -> None:
    found = sheet_version(data, templates())
    assert (found.status, found.sub_indication) == (status, reason), found.message.en


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.ods", "a.xlsb"])
def test_what_is_no_workbook_of_ours_says_how_to_make_one(name: str) -> None:
    found = sheet_version(b"item,price\nserver,1\n", templates(), name)
    assert (found.status, found.sub_indication) == (I, "NOT_SUPPORTED")
    assert found.remedy is not None
    assert "xlsx" in found.remedy.zh
    assert "save it as an xlsx workbook" in found.remedy.en
