"""The words of a Word document (ECMA-376, part 1, 17.3 and 17.4): paragraphs and tables.

A document has no pages until it is laid out. Rows are counted instead, and columns of a table
stand side by side, so that whoever reads cells by their places can read these too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.printed import Cell, Printed, Row
from verification.readers.lxml import XmlError, parse_xml
from verification.readers.opc import PackageError
from verification.readers.zip import ZipError, open_archive
from verification.values import PackagePart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits
    from verification.readers.lxml import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_BODY = "word/document.xml"
#: Twenty pages of text are a tenth of this.
_MOST_BYTES = 8 * 1024 * 1024
_MOST_ROWS = 2_000
_COLUMN, _HEIGHT = 100.0, 20.0
_WRAPPERS = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "body"}
#: What is crossed out, and what only a program reads.
_UNSEEN = {"del", "instrText", "delText", "moveFrom"}


def read_docx(data: bytes, limits: Limits) -> Printed:
    """Read head, body and foot. Raises PackageError, and LimitExceeded for the archive."""
    archive = open_archive(data, limits)
    if archive is None or archive.find(_BODY) is None:
        raise PackageError(_BODY, "no document part")
    names = [m.name for m in archive.members if m.name.startswith(("word/header", "word/footer"))]
    parts = [
        *sorted(n for n in names if "header" in n),
        _BODY,
        *sorted(n for n in names if "footer" in n),
    ]
    rows: list[Row] = []
    fonts: set[str] = set()
    for part in dict.fromkeys(parts):
        member = archive.find(part)
        if member is None:
            continue
        try:
            root = parse_xml(archive.read(member, _MOST_BYTES), _MOST_BYTES)
        except (ZipError, XmlError) as error:
            raise PackageError(part, str(error)) from error
        fonts |= _fonts(root)
        for cells in _rows(root, part):
            rows.append(Row(tuple(_placed(cells, len(rows)))))
            if len(rows) >= _MOST_ROWS:
                break
    return Printed(rows=tuple(rows), origin="text", fonts=tuple(sorted(fonts)))


def _name(element: Element) -> str:
    return str(element.tag).replace(_STRICT, "").replace(_W, "")


def _fonts(root: Element) -> set[str]:
    found = set()
    for element in root.iter(f"{_W}rFonts", f"{_STRICT}rFonts"):
        found |= {str(value)[:60] for key, value in element.attrib.items() if "Theme" not in key}
    return found


def _rows(root: Element, part: str) -> Iterator[list[tuple[int, str, PackagePart]]]:
    """Give what stands side by side: column, words, place."""
    tables = paragraphs = 0
    for element in _flat(root):
        if _name(element) == "tbl":
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
        if _name(child) in {"p", "tbl"}:
            yield child
        elif _name(child) in _WRAPPERS:
            yield from _flat(child)


def _table(table: Element, part: str, number: int) -> Iterator[list[tuple[int, str, PackagePart]]]:
    rows = [child for child in table.iter() if _name(child) == "tr"]
    for count, row in enumerate(rows, start=1):
        cells: list[tuple[int, str, PackagePart]] = []
        column = 0
        for cell in row:
            if _name(cell) != "tc":
                continue
            words = " ".join(filter(None, (_text(p).strip() for p in _flat(cell))))
            where = PackagePart(part=part, path=f"w:tbl[{number}]/w:tr[{count}]/w:tc[{column + 1}]")
            if words:
                cells.append((column, " ".join(words.split()), where))
            column += _span(cell)
        if cells:
            yield cells


def _span(cell: Element) -> int:
    for element in cell.iter():
        if _name(element) == "gridSpan":
            value = next((v for k, v in element.attrib.items() if str(k).endswith("val")), "1")
            return min(int(value), 100) if str(value).isdecimal() else 1
    return 1


def _text(element: Element) -> str:
    if _name(element) == "tbl":
        return " ".join(_text(child) for child in element.iter() if _name(child) == "p")
    pieces: list[str] = []
    _gather(element, pieces)
    return "".join(pieces)


def _gather(element: Element, pieces: list[str]) -> None:
    for child in element:
        name = _name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in {"tab", "br", "cr"}:
            pieces.append("\t" if name == "tab" else " ")
        elif name not in _UNSEEN and name not in {"pPr", "rPr"}:
            _gather(child, pieces)


def _placed(cells: list[tuple[int, str, PackagePart]], row: int) -> Iterator[Cell]:
    for column, words, where in cells:
        left, top = column * _COLUMN, row * _HEIGHT
        box = (left, top, left + 0.9 * _COLUMN, top + 0.9 * _HEIGHT)
        yield Cell(text=words, page=1, box=box, where=where)
