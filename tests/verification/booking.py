"""Workbooks written part by part, with the results that the writer says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from tests.verification import typed
from verification import pipeline
from verification.content import Content, CostSheet, TemplateVersion, Workbook
from verification.limits import Limits
from verification.policies import load
from verification.terms import Terms
from verification.values import Finding, Report, Requirement, Submission

AT = datetime(2026, 11, 20, tzinfo=UTC)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
NO_RESULT = object()


@dataclass(frozen=True)
class F:
    """A formula and the result that is saved with it."""

    text: str
    value: object = NO_RESULT
    #: Attributes of the element, e.g. ``t="shared" si="0"``.
    attributes: str = ""


@dataclass(frozen=True)
class Styled:
    """What a cell holds, and the number of its style."""

    told: object
    style: int


@dataclass(frozen=True)
class Tab:
    """A sheet: cells by name, and XML besides."""

    cells: dict[str, object]
    state: str = "visible"
    before: str = ""
    after: str = ""
    rows: dict[int, str] = field(default_factory=dict)


def _cell(name: str, told: object) -> str:
    formula, value = "", told
    if isinstance(told, F):
        inner = escape(told.text)
        formula, value = f"<f {told.attributes}>{inner}</f>", told.value
    if value is NO_RESULT:
        return f'<c r="{name}">{formula}</c>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b">{formula}<v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{name}">{formula}<v>{value!r}</v></c>'
    text = str(value)
    if text.startswith("#"):
        return f'<c r="{name}" t="e">{formula}<v>{text}</v></c>'
    if formula:
        return f'<c r="{name}" t="str">{formula}<v>{escape(text)}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _row_of(name: str) -> int:
    return int("".join(c for c in name if c.isdigit()))


def _sheet(tab: Tab) -> str:
    rows: dict[int, list[str]] = {}
    for name, told in tab.cells.items():
        style, held = (told.style, told.told) if isinstance(told, Styled) else (0, told)
        cell = (
            _cell(name, held).replace("<c ", f'<c s="{style}" ', 1) if style else _cell(name, held)
        )
        rows.setdefault(_row_of(name), []).append(cell)
    data = "".join(
        f'<row r="{number}" {tab.rows.get(number, "")}>{"".join(rows[number])}</row>'
        for number in sorted(rows)
    )
    cells = f"<sheetData>{data}</sheetData>"
    return f'<worksheet xmlns="{_MAIN}">{tab.before}{cells}{tab.after}</worksheet>'


def _types(sheets: int) -> str:
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/octet-stream"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f"{overrides}</Types>"
    )


def book(
    tabs: dict[str, Tab | dict[str, object]],
    *,
    properties: str = "",
    names: dict[str, str] | None = None,
    calc: str = "",
    relations: str = "",
    parts: dict[str, str] | None = None,
) -> bytes:
    """Write a workbook; `relations` and `parts` are added to its own."""
    whole = {n: t if isinstance(t, Tab) else Tab(t) for n, t in tabs.items()}
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" state="{tab.state}" r:id="s{n}"/>'
        for n, (name, tab) in enumerate(whole.items(), 1)
    )
    defined = "".join(
        f'<definedName name="{name}">{escape(text)}</definedName>'
        for name, text in (names or {}).items()
    )
    links = "".join(
        f'<Relationship Id="s{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(whole) + 1)
    )
    return typed.zipped(
        {
            "[Content_Types].xml": _types(len(whole)),
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr '
            f"{properties}/><sheets>{sheets}</sheets><definedNames>{defined}</definedNames>"
            f"<calcPr {calc}/></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f"{links}{relations}</Relationships>",
            **{
                f"xl/worksheets/sheet{n}.xml": _sheet(tab)
                for n, tab in enumerate(whole.values(), 1)
            },
            **(parts or {}),
        }
    )


def examine(
    data: bytes, content: Content, name: str = "a.xlsx", limits: Limits | None = None
) -> Report:
    """Examine a file of which this content is asked."""
    terms = Terms(
        at=AT,
        policy=load(),
        requirement=Requirement(content=content),
        limits=limits or Limits(),
    )
    return pipeline.verify(Submission(data=data, name=name, received_at=AT), terms)


def roi(data: bytes, check: str, *figures: str, name: str = "a.xlsx") -> list[Finding]:
    """Give what one check of workbooks says."""
    report = examine(data, Content(workbook=Workbook(figures=figures)), name)
    return [one for one in report.checks if one.id == check]


def sheet_version(data: bytes, asked: CostSheet, name: str = "a.xlsx") -> Finding:
    """Give what is said of a cost sheet's version."""
    report = examine(data, Content(cost_sheet=asked), name)
    (found,) = (one for one in report.checks if one.id == "cost_sheet.version")
    return found


#: Labels and formulas of the cost sheets of two years.
_LINES = ("软件许可", "实施服务", "硬件设备", "培训", "差旅", "维护")
_NEW_LINES = ("软件订阅", "实施服务", "云资源", "培训", "差旅", "维护", "数据迁移")


def cost_sheet(year: int, *, title: int | None = None, amounts: tuple[float, ...] = ()) -> Tab:
    """Write the template of a year, `title` being the year it says; amounts fill it in."""
    told, lines = title or year, _LINES if year < 2026 else _NEW_LINES
    heads = (
        ("项目", "数量", "单价", "金额")
        if year < 2026
        else ("项目", "数量", "含税单价", "税率", "金额")
    )
    cells: dict[str, object] = {"A1": f"{told}年版成本核算表", "A2": "编制单位", "C2": "编制日期"}
    for column, head in zip("ABCDE", heads, strict=False):
        cells[f"{column}4"] = head
    for row, line in enumerate(lines, 5):
        amount = amounts[(row - 5) % len(amounts)] if amounts else 0.0
        cells[f"A{row}"], cells[f"B{row}"], cells[f"C{row}"] = line, 1, amount
        last, text = ("D", f"B{row}*C{row}") if year < 2026 else ("E", f"B{row}*C{row}/(1+D{row})")
        cells[f"{last}{row}"] = F(text, amount)
    end = len(lines) + 5
    last = "D" if year < 2026 else "E"
    cells[f"A{end}"], cells[f"{last}{end}"] = "合计", F(f"SUM({last}5:{last}{end - 1})", 0.0)
    cells[f"A{end + 1}"] = "管理费" if year < 2026 else "风险准备金"
    cells[f"{last}{end + 1}"] = F(f"{last}{end}*{0.05 if year < 2026 else 0.03}", 0.0)
    return Tab(cells)


def templates(force: str = "2026") -> CostSheet:
    """Register the templates of two years."""
    from verification.readers.workbook import read  # noqa: PLC0415 - this one function
    from verification.workbooks.templates import fingerprint  # noqa: PLC0415

    known = [
        TemplateVersion(
            version=str(year),
            fingerprints=(fingerprint(read(book({"成本核算": cost_sheet(year)}), Limits())),),
        )
        for year in (2025, 2026)
    ]
    return CostSheet(version=force, known=tuple(known))
