"""Workbooks made so that Excel shows other cells than a careless reader sees."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.verification.booking import F, Tab, book, roi
from tests.verification.typed import zipped
from verification.identify import dissect
from verification.limits import Limits
from verification.values import Status

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK, _ROWS = "xl/workbook.xml", "_rels/.rels"
HONEST = {"A1": "成本", "B1": 10.0, "B2": 30.0, "B3": F("B2-B1", 20.0)}
#: What a person sees: a figure that the formula does not give.
FALSE: dict[str, object] = {**HONEST, "B3": F("B2-B1", 90.0)}
#: The cell as it would have to be.
CELL = '<{0}c r="B3"><{0}f>B2-B1</{0}f><{0}v>20</{0}v></{0}c>'
DIFFERS = [(Status.FAILED, "FIGURE_DIFFERS")]
UNREAD = [(Status.INDETERMINATE, "FORMAT_FAILURE")]
GOOD = [(Status.PASSED, None)]


def recomputed(data: bytes) -> list[tuple[Status, str | None]]:
    return [(one.status, one.sub_indication) for one in roi(data, "roi.recompute")]


def changed(data: bytes, **parts: tuple[str, str]) -> bytes:
    """Replace some text in parts, which must hold it; `book` and `rows` name the usual ones."""
    names = {_BOOK: parts.get("book"), _ROWS: parts.get("rows")}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            change = names.get(name)
            if change is not None:
                assert change[0] in text
                text = text.replace(change[0], change[1], 1)
            new.writestr(name, text)
    return stream.getvalue()


def tab(cells: dict[str, object], after: str) -> bytes:
    return book({"S": Tab(cells, after=after)})


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(f"<extLst><ext>{CELL.format('')}</ext></extLst>", id="an extension"),
        pytest.param(CELL.format("x:").replace("c ", 'c xmlns:x="urn:x" ', 1), id="a namespace"),
        pytest.param(
            f'<x:x xmlns:x="urn:x"><row r="3">{CELL.format("")}</row></x:x>', id="below another's"
        ),
    ],
)
def test_a_cell_that_excel_does_not_know_replaces_none(after: str) -> None:
    assert recomputed(tab(FALSE, after)) == DIFFERS
    assert recomputed(tab(HONEST, after.replace("20", "90"))) == GOOD


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(f'<sheetData><row r="3">{CELL.format("")}</row></sheetData>', id="twice"),
        pytest.param(
            f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x"><sheetData/>'
            "</mc:Choice></mc:AlternateContent>",
            id="cells for some programs only",
        ),
    ],
)
def test_cells_that_programs_read_differently_are_not_read(after: str) -> None:
    assert recomputed(tab(HONEST, after)) == UNREAD


def test_branches_for_programs_that_hold_no_cells_are_no_matter() -> None:
    after = (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14"><controls/>'
        "</mc:Choice></mc:AlternateContent>"
    )
    assert recomputed(tab(HONEST, after)) == GOOD
    assert recomputed(tab(FALSE, after)) == DIFFERS


def test_a_sheet_is_the_one_that_its_relation_names() -> None:
    both = book({"S": FALSE, "T": Tab(HONEST, state="hidden")})
    assert recomputed(changed(both, book=('r:id="s1"', 'x:id="s2" xmlns:x="urn:x" r:id="s1"'))) == (
        DIFFERS
    )
    assert recomputed(changed(both, book=('r:id="s1"', 'x:id="s2" xmlns:x="urn:x"'))) == UNREAD
    assert recomputed(changed(both, book=('name="T"', 'name="s"'))) == UNREAD


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        pytest.param(f"{_OFFICE}/officeDocument", UNREAD, id="two books"),
        pytest.param("urn:x/officeDocument", DIFFERS, id="a relation of another's"),
    ],
)
def test_the_book_is_the_one_to_which_the_package_leads(
    kind: str, answer: list[tuple[Status, str | None]]
) -> None:
    decoy = f'<workbook xmlns="{_MAIN}"><sheets/></workbook>'
    data = book({"S": FALSE}, parts={"xl/decoy.xml": decoy})
    row = f'<Relationship Id="0" Type="{kind}" Target="xl/decoy.xml"/><Relationship Id="a"'
    assert recomputed(changed(data, rows=('<Relationship Id="a"', row))) == answer


def test_a_package_is_what_office_opens_it_as() -> None:
    kinds = "application/vnd.openxmlformats-officedocument."
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/a.xml" ContentType="{kinds}wordprocessingml.document'
        f'.main+xml"/><Override PartName="/b.xml" ContentType="{kinds}spreadsheetml.sheet.main+xml"'
        "/></Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="a" Type="urn:x/officeDocument" Target="a.xml"/>'
        f'<Relationship Id="b" Type="{_OFFICE}/officeDocument" Target="b.xml"/></Relationships>',
        "a.xml": "<document/>",
        "b.xml": "<workbook/>",
    }
    assert dissect(zipped(parts), Limits()).file_type.format == "xlsx"
