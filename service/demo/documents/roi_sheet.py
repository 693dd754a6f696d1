"""The ROI workbook: inputs, three years of cash flow, result, by real formulas.

openpyxl writes formulas without their results; a spreadsheet program stores both, and so does
this module, which works the figures out itself. Core properties carry the dates they are told and
ZIP entries the empty date of 1980, as Excel writes them: the same brief gives the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from service.demo.documents.brief import WORKBOOK, Draft
from service.demo.documents.quotes import our_total_fen
from service.demo.documents.workbook_parts import link_to, with_macro

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from service.demo.documents.brief import Brief

YEARS = 3
MONTHS_A_YEAR = 12
#: Of the purchase price, every year after the first.
UPKEEP_SHARE = 0.15
DISCOUNT_RATE = 0.08
TITLE_FILL = PatternFill("solid", start_color="1F3864")
HEAD_FILL = PatternFill("solid", start_color="D9E2F3")
INPUT_FILL = PatternFill("solid", start_color="FFF9E5")
EDGE = Side(style="thin", color="BFBFBF")
MONEY = "#,##0.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What docProps/core.xml says."""

    created: datetime
    modified: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its label's row is known by its reference; `formula` None makes it an input."""

    ref: str
    value: float
    formula: str | None = None
    form: str = MONEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What finance was told; money in yuan, as workbooks hold it."""

    seats: int
    price: float
    hours_saved: float
    hour_cost: float
    stock_saved: float


#: The edition of the template that the path `software` asks for, and the one before it.
EDITION = "2026"
#: What last year's template called by another name, or computed another way.
LAST_YEAR: Mapping[str, str] = {
    "首年采购总价（含税）": "采购总价（不含税）",
    "次年起运维费占比": "运维费率",
    "人均每月节省工时": "节省工时合并估算",
    "每年减少的库存占用成本": "其他收益",
    "节省人力": "人力收益",
    "库存成本下降": "其他收益（年）",
    "静态回收期": "回收期（年）",
    "一、测算参数": "一、基础数据",
    "二、现金流测算": "二、收益测算",
    "三、测算结论": "三、结论",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a forger does besides changing dates."""

    #: Saved results that their formulas do not give: cell → figure.
    altered: Mapping[str, float] = field(default_factory=dict)
    #: Labels of the template → what stands there instead.
    words: Mapping[str, str] = field(default_factory=dict)
    #: Figures under the result that somebody noted by hand: label → figure.
    notes: Mapping[str, float] = field(default_factory=dict)
    #: Cells whose formula gave way to its result.
    typed_in: tuple[str, ...] = ()
    #: Rows that nobody sees.
    hidden_rows: tuple[int, ...] = ()
    #: Where the yearly saving (C10) is taken from instead of being entered.
    saving_from: str | None = None
    #: A program that runs when the book is opened.
    has_macro: bool = False


SOUND = Fault()
#: Last year's template, under this year's name.
OUTDATED = Fault(words=LAST_YEAR)
NOTES_ROW = 28
SAVING = "C10"
FROM_HIDDEN_SHEET = "=底稿!B1"
FROM_OTHER_BOOK = "=[1]Sheet1!$B$1"


def file_name(brief: Brief) -> str:
    return f"{brief.customer.name}_ROI测算表_{EDITION}版.xlsx"


def write(brief: Brief, dates: Dates | None = None, fault: Fault = SOUND) -> Draft:
    """Write the workbook; `dates` other than those of its making are a forger's."""
    dates = dates or Dates(created=brief.made_at, modified=brief.made_at)
    inputs = _inputs(brief)
    book = Workbook()
    # As a spreadsheet program saves it, with its results.
    book.calculation.fullCalcOnLoad = False
    sheet = book.active
    sheet.title = "ROI测算"
    cells = tuple(_spoilt(cell, fault) for cell in (*_input_cells(inputs), *_flow_cells(inputs)))
    _lay_out(sheet, brief)
    for cell in cells:
        _put(sheet, cell)
    _reword(sheet, fault.words)
    for row, (label, figure) in enumerate(fault.notes.items(), start=NOTES_ROW):
        sheet.cell(row, 1, label)
        sheet.cell(row, 3, figure)
    _hide(book, fault, inputs.stock_saved)
    _describe(book, brief, dates)
    raw = BytesIO()
    book.save(raw)
    results = {cell.ref: cell.value for cell in cells if cell.formula} | dict(fault.altered)
    data = _finish(raw.getvalue(), results, dates)
    if fault.has_macro:
        data = with_macro(data)
    return Draft(name=file_name(brief), media_type=WORKBOOK, data=data)


def _spoilt(cell: Cell, fault: Fault) -> Cell:
    if cell.ref in fault.typed_in:
        return replace(cell, formula=None)
    if cell.ref == SAVING and fault.saving_from:
        return replace(cell, formula=fault.saving_from)
    return cell


def _hide(book: Workbook, fault: Fault, saving: float) -> None:
    for row in fault.hidden_rows:
        book.active.row_dimensions[row].hidden = True
    if fault.saving_from == FROM_HIDDEN_SHEET:
        sheet = book.create_sheet("底稿")
        sheet["A1"], sheet["B1"] = "每年减少的库存占用成本", saving
        sheet.sheet_state = "hidden"
    if fault.saving_from == FROM_OTHER_BOOK:
        link_to(book, "成本底稿.xlsx")


def _inputs(brief: Brief) -> Inputs:
    rng = brief.rng("roi")
    price = our_total_fen(brief) / 100
    return Inputs(
        seats=brief.customer.seats,
        price=price,
        hours_saved=rng.choice((1.5, 2.0, 2.5)),
        hour_cost=float(rng.randrange(58, 84, 2)),
        stock_saved=round(price * rng.uniform(0.28, 0.42), -3),
    )


def _input_cells(inputs: Inputs) -> tuple[Cell, ...]:
    return (
        Cell("C5", inputs.seats, form="0"),
        Cell("C6", inputs.price),
        Cell("C7", UPKEEP_SHARE, form="0%"),
        Cell("C8", inputs.hours_saved, form="0.0"),
        Cell("C9", inputs.hour_cost),
        Cell("C10", inputs.stock_saved),
        Cell("C11", DISCOUNT_RATE, form="0%"),
    )


def _flow_cells(inputs: Inputs) -> list[Cell]:
    """Columns C..F are the years 0..3, rows 15..19 cost, labour, stock, net, running sum."""
    labour = inputs.seats * inputs.hours_saved * inputs.hour_cost * MONTHS_A_YEAR
    cells: list[Cell] = []
    flow: list[float] = []
    for year, column in enumerate("CDEF"):
        cost = -inputs.price if not year else -inputs.price * UPKEEP_SHARE
        flow.append(cost + (labour + inputs.stock_saved if year else 0.0))
        before = chr(ord(column) - 1)
        total = f"={column}18" if not year else f"={before}19+{column}18"
        cells += [
            Cell(f"{column}15", cost, "=-$C$6*$C$7" if year else "=-$C$6"),
            Cell(
                f"{column}16",
                labour if year else 0.0,
                f"=$C$5*$C$8*$C$9*{MONTHS_A_YEAR}" if year else "=0",
            ),
            Cell(f"{column}17", inputs.stock_saved if year else 0.0, "=$C$10" if year else "=0"),
            Cell(f"{column}18", flow[-1], f"=SUM({column}15:{column}17)"),
            Cell(f"{column}19", sum(flow), total),
        ]
    worth = flow[0] + sum(
        amount / (1 + DISCOUNT_RATE) ** year for year, amount in enumerate(flow) if year
    )
    payback = -flow[0] / flow[1] * MONTHS_A_YEAR
    return [
        *cells,
        Cell("C22", worth, "=C18+NPV(C11,D18:F18)"),
        Cell("C23", sum(flow) / inputs.price, "=F19/C6", "0.0%"),
        Cell("C24", payback, f"=-C18/D18*{MONTHS_A_YEAR}", "0.0"),
    ]


LABELS = (
    (5, "使用人数", "人"),
    (6, "首年采购总价（含税）", "元"),
    (7, "次年起运维费占比", "%"),
    (8, "人均每月节省工时", "小时"),
    (9, "人力成本", "元/小时"),
    (10, "每年减少的库存占用成本", "元"),
    (11, "折现率", "%"),
    (15, "投入", "元"),
    (16, "节省人力", "元"),
    (17, "库存成本下降", "元"),
    (18, "净现金流", "元"),
    (19, "累计净现金流", "元"),
    (22, "净现值（NPV）", "元"),
    (23, f"{YEARS} 年投资回报率（ROI）", "%"),
    (24, "静态回收期", "月"),
)
SECTIONS = ((4, "一、测算参数"), (13, "二、现金流测算"), (21, "三、测算结论"))


def _lay_out(sheet: Worksheet, brief: Brief) -> None:
    sheet["A1"] = f"{brief.customer.registered_name} 供应链协同平台 ROI 测算表（{EDITION}版）"
    sheet["A1"].font = Font(size=14, bold=True, color="FFFFFF")
    for column in "ABCDEF":
        sheet[f"{column}1"].fill = TITLE_FILL
    finance = brief.customer.contact("finance")
    sheet["A2"] = f"编制：{finance.name}（财务部） 日期：{brief.made_at:%Y-%m-%d} 单位：人民币元"
    for row, title in SECTIONS:
        sheet.cell(row, 1, title).font = Font(bold=True)
        for number in range(1, 7):
            sheet.cell(row, number).fill = HEAD_FILL
    for number, year in enumerate(("单位", "第 0 年", "第 1 年", "第 2 年", "第 3 年"), start=2):
        sheet.cell(14, number, year).alignment = Alignment(horizontal="center")
    for row, label, unit in LABELS:
        sheet.cell(row, 1, label)
        sheet.cell(row, 2, unit)
    sheet["A26"] = "演示文件：公司、人员与数据均为虚构"
    sheet.column_dimensions["A"].width = 30
    for column in "CDEF":
        sheet.column_dimensions[column].width = 17
    sheet.freeze_panes = "A4"


def _reword(sheet: Worksheet, words: Mapping[str, str]) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            cell.value = words.get(str(cell.value), cell.value)


def _put(sheet: Worksheet, cell: Cell) -> None:
    target = sheet[cell.ref]
    target.value = cell.formula or cell.value
    target.number_format = cell.form
    target.border = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
    if cell.formula is None:
        target.fill = INPUT_FILL


def _describe(book: Workbook, brief: Brief, dates: Dates) -> None:
    finance = brief.customer.contact("finance").name
    properties = book.properties
    properties.title = f"{brief.customer.name} ROI 测算表"
    properties.creator = finance
    properties.lastModifiedBy = finance
    properties.created = dates.created.astimezone(UTC).replace(tzinfo=None)


def _finish(raw: bytes, results: Mapping[str, float], dates: Dates) -> bytes:
    """Put the results beside the formulas, and times where openpyxl puts its own clock's."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as source, zipfile.ZipFile(output, "w") as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                part = _with_results(part.decode(), results).encode()
            if entry.filename == "docProps/core.xml":
                part = _with_modified(part.decode(), dates.modified).encode()
            made = zipfile.ZipInfo(entry.filename)
            target.writestr(made, part, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def _with_results(xml: str, results: Mapping[str, float]) -> str:
    for ref, value in results.items():
        xml = re.sub(
            rf'(<c r="{ref}"[^>]*><f>[^<]*</f>)<v></v>',
            rf"\g<1><v>{escape(repr(value))}</v>",
            xml,
        )
    return xml


def _with_modified(xml: str, modified: datetime) -> str:
    told = f"{modified.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{told}", xml)
