"""The words of a Word document (ECMA-376, part 1, 17.3 and 17.4): paragraphs and tables.

A document has no pages until it is laid out. Rows are counted instead, and columns of a table
stand side by side, so that whoever reads cells by their places can read these too.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from verification.printed import Cell, Printed, Row
from verification.readers.docx_shown import ReadTwoWays, name_of, settle, styles_that_hide
from verification.readers.opc import PackageError
from verification.readers.opc_package import PackageFault, open_package
from verification.values import PackagePart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits
    from verification.readers.lxml import Element
    from verification.readers.opc_package import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
#: Letters of formulas and of drawings.
_OTHER_LETTERS = frozenset(
    {
        "{http://schemas.openxmlformats.org/officeDocument/2006/math}t",
        "{http://schemas.openxmlformats.org/drawingml/2006/main}t",
    }
)
#: Twenty pages of text are a tenth of this.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_ROWS = 2_000
_COLUMN, _HEIGHT = 100.0, 20.0
_WRAPPERS = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body"}
#: What is crossed out, and what only a program reads.
_UNSEEN = {"del", "instrText", "delText", "moveFrom"}
_HEADS = {"headerReference": "header", "footerReference": "footer"}
_NOTE = {"footnote", "endnote"}
_NOTES = frozenset({"footnotes", "endnotes"})
#: Content that lies in a part of another kind and is shown in this place.
_ELSEWHERE = frozenset({"altChunk", "subDoc"})
#: Signs of picture fonts have numbers from here on, which are no letters.
_PRIVATE = 0xE000


def read_docx(data: bytes, limits: Limits) -> Printed:
    """Read head, body, notes and foot, as relationships lead to them and as they are shown.

    Raises PackageError, also where programs read the file in different ways, and LimitExceeded
    for the archive.
    """
    package = open_package(data, limits)
    if package is None:
        raise PackageError("ZIP", "no document part")
    rows: list[Row] = []
    fonts: set[str] = set()
    try:
        for part, root in _shown(package):
            fonts |= _fonts(root)
            for cells in islice(_rows(root, package.name_of(part)), _MOST_ROWS - len(rows)):
                rows.append(Row(tuple(_placed(cells, len(rows)))))
    except PackageFault as error:
        raise PackageError(error.part, str(error)) from error
    return Printed(rows=tuple(rows), origin="text", fonts=tuple(sorted(fonts)))


def _shown(package: Package) -> Iterator[tuple[str, Element]]:
    """Give the parts that are shown, in the order of a page. Raises PackageFault."""
    main = package.main()
    targets = {one.id: one for one in package.relationships(main) if not one.external}
    hidden = _styles_that_hide(package, [t.target for t in targets.values() if t.kind == "styles"])
    body = _settled(package, main, hidden)
    found: dict[str, list[str]] = {"header": [], "footer": []}
    for element in body.iter("*"):
        kind = _HEADS.get(name_of(element))
        told = targets.get(_reference(element)) if kind else None
        if told is not None and told.kind == kind:
            found[told.kind].append(told.target)
    notes = [one.target for one in targets.values() if one.kind in _NOTES]
    for part in dict.fromkeys(sorted(found["header"])):
        yield part, _settled(package, part, hidden)
    yield main, body
    for part in dict.fromkeys([*notes, *sorted(found["footer"])]):
        yield part, _settled(package, part, hidden)


def _reference(element: Element) -> str:
    return next((str(v) for k, v in element.attrib.items() if str(k).endswith("ships}id")), "")


def _styles_that_hide(package: Package, parts: list[str]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for part in parts:
        found |= styles_that_hide(package.tree(part, _MOST_BYTES))
    return found


def _settled(package: Package, part: str, hidden: frozenset[str]) -> Element:
    """Parse a part and take out what is not shown. Raises PackageFault."""
    root = package.tree(part, _MOST_BYTES)
    try:
        settle(root, hidden)
    except ReadTwoWays as error:
        raise PackageFault(part, str(error)) from error
    if any(name_of(element) in _ELSEWHERE for element in root.iter("*")):
        raise PackageFault(part, "content of another file is put in")
    return root


def _fonts(root: Element) -> set[str]:
    found = set()
    for element in root.iter(f"{_W}rFonts", f"{_STRICT}rFonts"):
        found |= {str(value)[:60] for key, value in element.attrib.items() if "Theme" not in key}
    return found


def _rows(root: Element, part: str) -> Iterator[list[tuple[int, str, PackagePart]]]:
    """Give what stands side by side: column, words, place."""
    tables = paragraphs = 0
    for element in _flat(root):
        if name_of(element) == "tbl":
            tables += 1
            yield from _table(element, part, tables)
            continue
        paragraphs += 1
        pieces = [piece.strip() for piece in _text(element).split("\t")]
        where = PackagePart(part=part, path=f"w:p[{paragraphs}]")
        if kept := [(n, piece, where) for n, piece in enumerate(pieces) if piece]:
            yield kept


def _flat(root: Element) -> Iterator[Element]:
    for child in root:
        if name_of(child) in {"p", "tbl"}:
            yield child
        elif name_of(child) in _WRAPPERS | _NOTE:
            yield from _flat(child)


def _table(table: Element, part: str, number: int) -> Iterator[list[tuple[int, str, PackagePart]]]:
    rows = [child for child in table.iter() if name_of(child) == "tr"]
    for count, row in enumerate(rows, start=1):
        cells: list[tuple[int, str, PackagePart]] = []
        column = 0
        for cell in _cells(row):
            words = " ".join(filter(None, (_text(p).strip() for p in _flat(cell))))
            where = PackagePart(part=part, path=f"w:tbl[{number}]/w:tr[{count}]/w:tc[{column + 1}]")
            if words:
                cells.append((column, " ".join(words.split()), where))
            column += _span(cell)
        if cells:
            yield cells


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if name_of(child) == "tc":
            yield child
        elif name_of(child) in _WRAPPERS:
            yield from _cells(child)


def _span(cell: Element) -> int:
    for element in cell.iter():
        if name_of(element) == "gridSpan":
            value = next((v for k, v in element.attrib.items() if str(k).endswith("val")), "1")
            return min(int(value), 100) if str(value).isdecimal() else 1
    return 1


def _text(element: Element) -> str:
    if name_of(element) == "tbl":
        return " ".join(_text(child) for child in element.iter() if name_of(child) == "p")
    pieces: list[str] = []
    _gather(element, pieces)
    return "".join(pieces)


def _gather(element: Element, pieces: list[str]) -> None:
    for child in element:
        name = name_of(child)
        if name == "t" or name in _OTHER_LETTERS:
            pieces.append(child.text or "")
        elif name == "sym":
            pieces.append(_sign(child))
        elif name in {"tab", "br", "cr"}:
            pieces.append("\t" if name == "tab" else " ")
        elif name not in _UNSEEN and name not in {"pPr", "rPr"}:
            _gather(child, pieces)


def _sign(element: Element) -> str:
    """Give the letter that a sign stands for; none for one of a picture font."""
    told = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}char")), "")
    try:
        code = int(told, 16)
    except ValueError:
        return ""
    return chr(code) if 0 < code < _PRIVATE and not code >= 0xD800 else ""  # noqa: PLR2004


def _placed(cells: list[tuple[int, str, PackagePart]], row: int) -> Iterator[Cell]:
    for column, words, where in cells:
        left, top = column * _COLUMN, row * _HEIGHT
        box = (left, top, left + 0.9 * _COLUMN, top + 0.9 * _HEIGHT)
        yield Cell(text=words, page=1, box=box, where=where)
