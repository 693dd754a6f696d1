"""What is said of workbooks: each fault beside a twin without it."""

# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.verification import typed
from tests.verification.booking import (
    F,
    Styled,
    Tab,
    book,
    cost_sheet,
    examine,
    roi,
    sheet_version,
    templates,
)
from verification import formulas
from verification.checks.roi_recompute import _MISSED_RATE, _OTHER_ERROR
from verification.content import Content, CostSheet, Workbook
from verification.limits import Limits
from verification.values import PackagePart, Status
from verification.workbooks.wording import wording

GOOD = {
    "A1": "成本",
    "B1": 10.0,
    "A2": "收益",
    "B2": 30.0,
    "A3": "净现值（NPV）",
    "B3": F("B2-B1", 20.0),
}
P, I, X = Status.PASSED, Status.INDETERMINATE, Status.FAILED  # noqa: E741 - columns of tables
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def related(kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="x" Type="{_OFFICE}/{kind}" Target="{target}"{more}/>'


def relations(row: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{row}</Relationships>'


_LINK = related("externalLink", "externalLinks/externalLink1.xml")
_TABLE = {
    "xl/worksheets/_rels/sheet1.xml.rels": relations(related("table", "../tables/table1.xml")),
    "xl/tables/table1.xml": f'<table xmlns="{_MAIN}" ref="A1:B3"><autoFilter ref="A1:B3"/></table>',
}
_SHORT = {name: part.replace("A1:B3", "A1:B2") for name, part in _TABLE.items()}
_LINKED = {
    "xl/externalLinks/externalLink1.xml": "<externalLink/>",
    "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
        related("externalLinkPath", "file:///other.xlsx", ' TargetMode="External"')
    ),
}
_MERGED = '<mergeCells><mergeCell ref="B3:B4"/></mergeCells>'
_MACRO = related("vbaProject", "vbaProject.bin").replace(
    _OFFICE, "http://schemas.microsoft.com/office/2006/relationships"
)


def with_(**cells: object) -> dict[str, object]:
    return {**GOOD, **cells}


def styled(what: str, *, loss: bool = False, ground: str = "") -> bytes:
    """Write the good book with one style for what is added up, or for a loss that comes of it."""
    element = what.split(" ", 1)[1] if what.startswith(("font", "dxf")) else what
    coded = what.replace("numFmt", 'numFmt numFmtId="170"')
    number = f'<numFmts count="1"><{coded}/></numFmts>'
    font = f"<font><{element}/></font>" if what.startswith("font") else "<font/>"
    solid = f'<fill><patternFill patternType="solid"><fgColor rgb="{ground}"/></patternFill></fill>'
    condition = f"<dxfs><dxf><{element}/></dxf></dxfs>" if what.startswith("dxf") else ""
    own = what.startswith("numFmt")
    parts = {
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{number if own else ""}<fonts><font/>{font}</fonts>'
        f'<fills><fill><patternFill patternType="none"/></fill>{solid if ground else ""}</fills>'
        f'<cellXfs><xf/><xf numFmtId="{170 if own else 0}" fontId="1" fillId="{1 if ground else 0}"/></cellXfs>'
        f"{condition}</styleSheet>"
    }
    cells = (
        {"B1": Styled(10.0, 1)} if not loss else {"B1": 50.0, "B3": Styled(F("B2-B1", -20.0), 1)}
    )
    return book({"S": with_(**cells)}, relations=related("styles", "styles.xml"), parts=parts)


ROWS = [
    ("roi.recompute", book({"S": GOOD}), P, None, "figures that are what the formulas give"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1", 25.0))}), X, "FIGURE_DIFFERS", "an altered figure"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1", "20"))}), X, "FIGURE_DIFFERS", "a text for a number"),
    ("roi.recompute", book({"S": with_(B3=F("B2/0", "#DIV/0!"))}), P, None, "an error that is one"),
    ("roi.recompute", book({"S": with_(B3=F("B2/0", "#VALUE!"))}), I, "FORMULA_NOT_COMPUTED",
     "an error that another program names otherwise"),
    ("roi.recompute", book({"S": with_(C1=-100.0, C2=30.0, C3=F("IRR(C1:C2)", "#NUM!"))}), I, "FORMULA_NOT_COMPUTED",
     "a rate that the program did not find"),
    ("roi.recompute", book({"S": with_(C1=-100.0, C2=30.0, C3=F("IRR(C1:C2)", -1.49))}), I, "FORMULA_NOT_COMPUTED",
     "a root that is no rate"),
    ("roi.recompute", book({"S": with_(C1=-100.0, C2=30.0, C3=F("IRR(C1:C2)", 0.3))}), X, "FIGURE_DIFFERS", "an altered rate"),
    ("roi.recompute", book({"S": with_(B3=F("B2/0", 20.0))}), X, "FIGURE_DIFFERS", "a figure for an error"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1", "#N/A"))}), X, "FIGURE_DIFFERS", "an error for a figure"),
    ("roi.recompute", book({"S": with_(C3=F("TODAY()", 46000.0))}), I, "FORMULA_NOT_COMPUTED", "volatile"),
    ("roi.recompute", book({"S": with_(C3=F("C4", 0.0), C4=F("C3", 0.0))}), I, "FORMULA_CIRCULAR", "a circle"),
    ("roi.recompute", book({"S": {"A1": "ROI", "B1": 3.0}}), I, "NO_FORMULAS", "no formula"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1"))}), I, "NO_SAVED_RESULTS", "no result saved"),
    ("roi.recompute", book({"S": with_(C1=1e9, C2=0.1, C3=F("C1+C2-C1-C2", 1.2e-8))}), P, None, "what rounding leaves of large sums"),
    ("roi.recompute", book({"S": with_(C1=1e9, C2=300.0, C3=F("C2/SUM(C1:C2)", 3.2e-7))}), X, "FIGURE_DIFFERS", "an altered share of a large sum"),
    ("roi.recompute", book({"S": GOOD}, calc='iterate="1"'), I, "FORMULA_NOT_COMPUTED", "iteration"),
    ("roi.recompute", book({"S": with_(C1=F("YEAR(C2)", 2026.0), C2=44800.0)}, properties='date1904="1"'),
     P, None, "days counted from 1904"),
    ("roi.recompute", book({"S": with_(C1=F("B1*2", 20.0, 't="shared" si="0" ref="C1:C2"'),
                                       C2=F("", 60.0, 't="shared" si="0"'))}), P, None, "a shared formula"),
    ("roi.recompute", book({"S": with_(C1=F("B1*2", 20.0, 't="shared" si="0" ref="C1:C2"'),
                                       C2=F("", 61.0, 't="shared" si="0"'))}),
     X, "FIGURE_DIFFERS", "an altered cell of a shared formula"),
    ("roi.recompute", book({"S": with_(C1=F("B1:B2*2", 20.0, 't="array" ref="C1:C2"'), C2=60.0)}),
     P, None, "an array formula over two cells"),
    ("roi.recompute", book({"S": with_(C1=F("B1:B2*2", 20.0, 't="array" ref="C1:C2"'), C2=66.0)}),
     X, "FIGURE_DIFFERS", "an altered second cell of an array formula"),
    ("roi.recompute", book({"S": with_(C1=F("rate*2", 0.2))}, names={"rate": "S!$D$1"} ) , X, "FIGURE_DIFFERS",
     "a name that leads to a blank"),
    ("roi.recompute", typed.compound({"Workbook": b"x"}), I, "NOT_SUPPORTED", "an old xls"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1", 0.0))}), X, "FIGURE_DIFFERS", "a nought that is none"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1", 0.0))}, calc='fullCalcOnLoad="1"'), I, "NO_SAVED_RESULTS",
     "noughts of a program that computes nothing (XlsxWriter)"),
    ("roi.recompute", book({"S": with_(B3=F("B2-B1", 12.0))}, calc='fullCalcOnLoad="1"'), I, "FIGURE_DIFFERS",
     "another figure, of a template or altered, in a book that is computed once more when opened"),
    ("roi.recompute", book({"S": GOOD}, calc='fullCalcOnLoad="1"'), P, None, "right figures, computed once more when opened"),
    ("roi.hidden", book({"S": GOOD}), P, None, "nothing hidden"),
    ("roi.hidden", book({"S": Tab(with_(B4=5.0, B5=F("SUM(B1:B4)", 65.0)), after=_MERGED)}), I, "HIDDEN_CELLS",
     "a number beneath a merged cell that a sum counts"),
    ("roi.hidden", book({"S": Tab(with_(B4="x", B5=F("SUM(B1:B4)", 60.0)), after=_MERGED)}), P, None,
     "words beneath a merged cell"),
    ("roi.hidden", book({"S": Tab(with_(B4=5.0, B5=F("SUM(B1:B3)", 60.0)), after=_MERGED)}), P, None,
     "a number beneath a merged cell that feeds nothing"),
    ("roi.hidden", book({"S": Tab(with_(), rows={1: 'ht="0.75" customHeight="1"'})}), I, "HIDDEN_CELLS", "a row one dot high"),
    ("roi.hidden", book({"S": Tab(with_(), rows={1: 'ht="8.25" customHeight="1"'})}), P, None, "a low row"),
    ("roi.hidden", book({"S": Tab(with_(D1=F("C1", 5.0), C1=5.0),
                                  before='<cols><col min="3" max="3" width="0.08" customWidth="1"/></cols>')}),
     I, "HIDDEN_CELLS", "a column one dot wide"),
    ("roi.hidden", styled('numFmt formatCode="&quot;120%&quot;"'), I, "FIGURE_DISGUISED", "a figure of the format's own"),
    ("roi.hidden", styled('numFmt formatCode="&quot;1&quot;0.0%"'), I, "FIGURE_DISGUISED", "a figure put before it"),
    ("roi.hidden", styled('numFmt formatCode="[&gt;0]&quot;88%&quot;;0%"'), I, "FIGURE_DISGUISED", "a figure on a condition"),
    ("roi.hidden", styled('numFmt formatCode="0.0;0.0"', loss=True), I, "FIGURE_DISGUISED", "a loss without its minus"),
    ("roi.hidden", styled('numFmt formatCode="#,##0;[Red]#,##0"', loss=True), P, None, "a loss in red"),
    ("roi.hidden", styled('numFmt formatCode="#,##0.00_);(#,##0.00)"', loss=True), P, None, "a loss in brackets"),
    ("roi.hidden", styled('numFmt formatCode="0&quot;个月(12期)&quot;"'), P, None, "words beside a figure"),
    ("roi.hidden", styled('numFmt formatCode="0!.0,"'), P, None, "ten thousands"),
    ("roi.hidden", styled('numFmt formatCode="yyyy&quot;年&quot;m&quot;月&quot;"'), P, None, "a day"),
    ("roi.hidden", styled('numFmt formatCode=";;;"'), I, "HIDDEN_CELLS", "a format that shows nothing"),
    ("roi.hidden", styled('font color rgb="FFFFFFFF"'), I, "HIDDEN_CELLS", "white figures"),
    ("roi.hidden", styled('font color theme="0"'), I, "HIDDEN_CELLS", "white by the theme"),
    ("roi.hidden", styled('font sz val="1"'), I, "HIDDEN_CELLS", "figures of one point"),
    ("roi.hidden", styled('font color rgb="FFFFFFFF"', ground="FF1F4E78"), P, None, "white upon blue"),
    ("roi.hidden", styled('font color rgb="FF1F4E78"', ground="FF1F4E78"), I, "HIDDEN_CELLS", "blue upon blue"),
    ("roi.hidden", styled('dxf numFmt formatCode="&quot;99%&quot;"'), I, "FIGURE_DISGUISED", "a figure that a condition puts in"),
    ("roi.hidden", book({"S": GOOD, "L": Tab({"A1": 1.0}, "hidden")}), P, None, "a hidden sheet that feeds nothing"),
    ("roi.hidden", book({"S": with_(C1=F("L!A1", 1.0)), "L": Tab({"A1": 1.0}, "hidden")}), I, "HIDDEN_SHEET",
     "a hidden sheet that feeds"),
    ("roi.hidden", book({"S": GOOD, "L": Tab({"A1": 1.0}, "veryHidden")}), I, "HIDDEN_SHEET", "a deeply hidden sheet"),
    ("roi.hidden", book({"S": Tab(with_(), rows={1: 'hidden="1"'})}), I, "HIDDEN_CELLS", "a hidden row that feeds"),
    ("roi.hidden", book({"S": Tab(with_(), rows={1: 'ht="0"'})}), I, "HIDDEN_CELLS", "a row of no height"),
    ("roi.hidden", book({"S": Tab(with_(B9=F("SUM(B1:B3)", 60.0)), rows={2: 'hidden="1"', 3: 'hidden="1"'},
                                  after='<autoFilter ref="A1:B3"/>')}), P, None, "rows hidden by a filter"),
    ("roi.hidden", book({"S": Tab(with_(B9=F("SUM(B1:B3)", 60.0)), rows={2: 'hidden="1"', 3: 'hidden="1"'})},
                        parts=_TABLE), P, None, "rows hidden by a table's filter"),
    ("roi.hidden", book({"S": Tab(with_(B9=F("SUM(B1:B3)", 60.0)), rows={2: 'hidden="1"', 3: 'hidden="1"'})},
                        parts=_SHORT), I, "HIDDEN_CELLS", "a row hidden by hand below a table"),
    ("roi.hidden", book({"S": Tab(with_(D1=F("C1", 5.0), C1=5.0),
                                  before='<cols><col min="3" max="3" hidden="1"/></cols>')}),
     I, "HIDDEN_CELLS", "a hidden column that feeds"),
    ("roi.external", book({"S": GOOD}), P, None, "no other file"),
    ("roi.external", book({"S": with_(C1=F("[1]T!A1", 5.0))}, relations=_LINK, parts=_LINKED), I, "EXTERNAL_LINK",
     "a link to another file"),
    ("roi.macros", book({"S": GOOD}), P, None, "no macro"),
    ("roi.macros", book({"S": GOOD}, relations=_MACRO, parts={"xl/vbaProject.bin": "x"}), I, "MACROS", "a macro"),
    ("roi.figures", book({"S": GOOD}), P, None, "the figure beside its label"),
    ("roi.figures", book({"S": {"A1": "净现值", "B1": "元", "A2": "x", "C2": F("1", 1.0)}}), I, "FIGURE_MISSING",
     "a label without a figure"),
    ("roi.figures", book({"S": {"A1": "x", "B1": F("1", 1.0)}}), I, "FIGURE_MISSING", "no label"),
    ("roi.figures", book({"S": {"A1": "净现值", "B1": "2,000万元", "C1": F("1", 20.0)}}), I, "FIGURE_MISSING",
     "a figure written as a text before the number"),
    ("roi.figures", book({"S": {"A1": "净现值", "B1": "第 1 年", "C1": F("1", 20.0)}}), P, None, "a text between that is no figure"),
    ("roi.hardcoded", book({"S": GOOD}), P, None, "results by formulas"),
    ("roi.hardcoded", book({"S": {"A1": "净现值", "A2": 20.0, "A5": F("A2*2", 40.0)}}), I, "HARDCODED_FIGURE",
     "a result typed in below its label"),
    ("roi.hardcoded", book({"S": {"A1": "净现值", "A2": F("A5/2", 20.0), "A5": 40.0}}), P, None, "a formula below its label"),
    ("roi.hardcoded", book({"S": with_(B3=F("18+2", 20.0), B5=F("B3", 20.0))}), I, "HARDCODED_FIGURE",
     "a result typed in as a formula of numbers"),
    ("roi.hardcoded", book({"S": with_(B1=F("5*2", 10.0))}), P, None, "an entry worked out in its cell"),
    ("roi.hardcoded", book({"S": {"A1": 4.0, "B1": 4.0, "C1": 4.0, "D1": F("4*3", 12.0), "D2": F("D1", 12.0)}}), P, None,
     "an entry worked out in its cell that is a sum by chance"),
    ("roi.hardcoded", book({"S": with_(B3=20.0, B5=F("B3", 20.0))}), I, "HARDCODED_FIGURE", "a result typed in"),
    ("roi.hardcoded", book({"S": {"A1": 1.0, "B1": 2.0, "C1": 3.0, "A2": F("A1*2", 2.0), "B2": 4.1,
                                  "C2": F("C1*2", 6.0)}}), I, "HARDCODED_FIGURE", "a number among formulas"),
    ("roi.hardcoded", book({"S": {"A1": 100.0, "B1": F("A1*2", 200.0), "C1": F("B1*2", 400.0)}}), P, None,
     "the first of a row that grows"),
    ("roi.hardcoded", book({"S": {"A1": 3.0, "A2": 4.0, "A3": 5.0, "A4": 12.0, "B4": F("A4", 12.0)}}), I,
     "HARDCODED_FIGURE", "a sum typed in"),
    ("roi.hardcoded", book({"S": {"A1": 1.0, "A2": 2.0, "A3": 3.0, "A4": 4.0, "B4": F("A4", 4.0)}}), P, None,
     "numbers of rows"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "data", "status", "reason"),
    [pytest.param(*row[:4], id=f"{row[0]}: {row[4]}") for row in ROWS],
)
def test_a_fault_is_told_and_its_twin_is_not(
    check: str, data: bytes, status: Status, reason: str | None
) -> None:
    found = roi(data, check, "净现值")
    assert [(one.status, one.sub_indication) for one in found] == [(status, reason)]
    for one in found:
        assert (one.remedy is None) == (status is P)
        assert one.evidence or status is P or reason in {"NO_FORMULAS", "NOT_SUPPORTED"}


def test_an_altered_figure_names_cell_formula_and_both_values() -> None:
    (found,) = roi(book({"S": with_(B3=F("B2-B1", 25.0))}), "roi.recompute")
    for words in (found.message.zh, found.message.en):
        assert all(part in words for part in ("S!B3", "B2-B1", "25", "20"))
    (place,) = found.evidence
    assert isinstance(place, PackagePart)
    assert (place.part, place.path) == ("xl/worksheets/sheet1.xml", "B3")


def _reasons() -> set[str]:
    """Collect every reason for which the evaluator gives a formula up, from its own sources."""
    found: set[str] = set()
    for path in Path(formulas.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "NotComputed":
                found |= {str(one.value) for one in node.args if isinstance(one, ast.Constant)}
    return found | {
        "structured reference",
        "iteration",
        "precision as displayed",
        "nesting",
        _OTHER_ERROR,
        _MISSED_RATE,
    }


def test_error_values_that_agree_are_named_and_pass() -> None:
    """Many honest books hold some, and a reviewer wants to know."""
    (found,) = roi(book({"S": with_(B3=F("B2/0", "#DIV/0!"))}), "roi.recompute")
    assert found.status is P
    assert "S!B3" in found.message.zh
    assert "S!B3" in found.message.en


def test_every_reason_for_not_computing_is_said_in_chinese() -> None:
    assert len(_reasons()) > 30
    assert [one for one in _reasons() if wording(one).zh.isascii()] == []
    assert wording("XIRR").zh == "XIRR"
    assert wording("PMT of 7 arguments").zh == "7 个参数的 PMT"


def test_what_is_not_computed_is_told_in_each_language_by_its_own_words() -> None:
    cells = with_(C3=F("A1#", 1.0), C4=F("XIRR(A1)", 1.0), C5=F("", 1.0, 't="dataTable"'))
    (found,) = roi(book({"S": cells}), "roi.recompute")
    assert "（模拟运算表, XIRR, 不认识的写法）" in found.message.zh
    assert "(data table, XIRR, notation)" in found.message.en


def test_nothing_is_said_where_nothing_is_asked() -> None:
    report = examine(book({"S": with_(B3=F("B2-B1", 25.0))}), Content())
    assert not [one for one in report.checks if one.id.startswith(("roi.", "cost_sheet."))]


@pytest.mark.parametrize(
    ("limits", "data", "name"),
    [
        pytest.param(Limits(workbook_cells=3), book({"S": GOOD}), "workbook_cells", id="cells"),
        pytest.param(
            Limits(), book({"S": with_(B3=F("1" + "+1" * 5000, 1.0))}), "formula_chars", id="length"
        ),
        pytest.param(
            Limits(), book({"S": with_(B3=F("(" * 70 + "1" + ")" * 70, 1.0))}), "formula_levels",
            id="depth",
        ),
    ],
)  # fmt: skip
def test_caps_are_told(limits: Limits, data: bytes, name: str) -> None:
    report = examine(data, Content(workbook=Workbook()), limits=limits)
    assert [one.name for one in report.limits] == [name]
    assert report.verdict is I


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_broken_parts_are_findings(cut: int) -> None:
    parts = {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c r='A1'><f>1</f>"[: cut + 5]}
    (found,) = roi(book({"S": GOOD}, parts=parts), "roi.recompute")
    assert (found.status, found.sub_indication) == (I, "FORMAT_FAILURE")


def inserted(tab: Tab) -> Tab:
    """Add lines of data below the last one, as people do."""
    more = {f"A{row}": f"补充项目{row}" for row in range(40, 60)}
    return Tab({**tab.cells, **more})


def reworded(tab: Tab) -> Tab:
    """Give two labels other words."""
    return Tab({**tab.cells, "A5": "另写之一", "A6": "另写之二"})


FILLED = (1200.0, 88.5, 4000.0)
VERSIONS = [
    ({"成本核算": cost_sheet(2026, amounts=FILLED)}, "a.xlsx", P, None, "the right one, filled in"),
    ({"成本核算": inserted(cost_sheet(2026, amounts=FILLED))}, "a.xlsx", P, None, "rows added"),
    ({"核算2026": cost_sheet(2026)}, "a.xlsx", P, None, "the sheet has another name"),
    ({"成本核算": cost_sheet(2025)}, "a.xlsx", X, "TEMPLATE_OUTDATED", "last year's"),
    ({"成本核算": cost_sheet(2025, title=2026)}, "a.xlsx", X, "TEMPLATE_OUTDATED", "its title changed"),
    ({"2026成本核算": inserted(cost_sheet(2025, title=2026, amounts=FILLED))}, "2026年成本核算表.xlsx", X,
     "TEMPLATE_OUTDATED", "everything renamed, rows added"),
    ({"成本核算": cost_sheet(2026, title=2025)}, "a.xlsx", X, "VERSION_CONTRADICTED", "an older title"),
    ({"成本核算": cost_sheet(2026)}, "2025年成本核算表.xlsx", I, "VERSION_CONTRADICTED", "an older file name"),
    ({"S": {"A1": "报价", "B1": 1.0}}, "a.xlsx", I, "TEMPLATE_UNKNOWN", "something else"),
    ({"成本核算": reworded(cost_sheet(2025, title=2026)), "模板": Tab(cost_sheet(2026).cells, "hidden")}, "a.xlsx", I, "TEMPLATE_UNKNOWN",
     "last year's, and this year's hidden behind it"),
    ({"成本核算": reworded(cost_sheet(2025, title=2026)), "模板": cost_sheet(2026)}, "a.xlsx", I, "TEMPLATE_UNKNOWN",
     "last year's, and this year's empty beside it"),
    ({"成本核算": reworded(cost_sheet(2026)), "去年": Tab(cost_sheet(2025).cells, "hidden")}, "a.xlsx", I, "TEMPLATE_UNKNOWN",
     "this year's, and last year's kept behind it"),
    ({"S": {"A1": "我们的成本", "B1": 1.0}, "模板": Tab(cost_sheet(2026).cells, "hidden")}, "a.xlsx", I, "TEMPLATE_UNKNOWN",
     "something else, and this year's hidden behind it"),
    ({"S": Tab(cost_sheet(2026).cells, rows=dict.fromkeys(range(1, 30), 'hidden="1"'))}, "a.xlsx", I, "TEMPLATE_UNKNOWN", "of which nobody sees a row"),
    ({"成本核算": cost_sheet(2026), "清单": Tab({"A1": "甲类", "A2": "乙类"}, "hidden")}, "a.xlsx", P, None, "a hidden list"),
    ({"S": {"A1": "2024年成本核算表", "B1": 1.0}}, "a.xlsx", I, "TEMPLATE_OUTDATED", "unknown, and says it is old"),
    ({"S": {"A1": "2026年成本核算表", "B1": 1.0}}, "a.xlsx", I, "TEMPLATE_UNKNOWN", "unknown, and says it is new"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tabs", "name", "status", "reason"), [pytest.param(*row[:4], id=row[4]) for row in VERSIONS]
)
def test_a_cost_sheet_is_known_by_its_structure(
    tabs: dict[str, Tab | dict[str, object]], name: str, status: Status, reason: str | None
) -> None:
    found = sheet_version(book(tabs), templates(), name)
    assert (found.status, found.sub_indication) == (status, reason), found.message.en
    assert (found.remedy is None) == (status is P)


def test_without_registered_templates_nothing_passes() -> None:
    found = sheet_version(book({"S": cost_sheet(2026)}), CostSheet(version="2026"))
    assert (found.status, found.sub_indication) == (I, "TEMPLATE_UNKNOWN")


def test_two_templates_of_one_structure_are_not_told_apart() -> None:
    known = templates().known
    same = tuple(
        type(known[0])(version=v, fingerprints=known[1].fingerprints) for v in ("2025", "2026")
    )
    found = sheet_version(book({"S": cost_sheet(2026)}), CostSheet(version="2026", known=same))
    assert (found.status, found.sub_indication) == (I, "TEMPLATE_UNKNOWN")
