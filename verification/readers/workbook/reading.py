"""The book around its sheets: names, links, macros, properties (ECMA-376 part 1, 18.2)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Literal

from verification.readers.workbook.sheets import Count, SheetListener, Strings
from verification.readers.workbook.streaming import stream
from verification.readers.workbook.styles import Styles
from verification.readers.workbook.values import Book, BookError, DefinedName, Sheet
from verification.readers.zip import open_archive

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.readers.zip import Archive

_ON = frozenset({"1", "true"})
_STATES: dict[str, Literal["hidden", "veryHidden"]] = {
    "hidden": "hidden",
    "veryHidden": "veryHidden",
}
_MOST_NAMES = 10_000
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
#: Of the extended properties the titles of sheets stand in the book itself.
_TOLD = ("title", "subject", "keywords", "description", "category", "contentStatus", "version")


class _Relations:
    """Id → kind (last word of its address), target and whether it lies outside."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str, bool]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and len(self.found) < _MOST_NAMES:
            kind = attributes.get("Type", "").rpartition("/")[2]
            outside = attributes.get("TargetMode") == "External"
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""), outside)

    def end(self, name: str, text: str) -> None:
        pass


class _Main:
    """The main part: sheets in order, names, the way of computing."""

    def __init__(self) -> None:
        self.sheets: list[dict[str, str]] = []
        self.names: list[DefinedName] = []
        self.date1904 = False
        self.unusual: str | None = None
        self._name: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and len(self.sheets) < _MOST_NAMES:
            self.sheets.append(attributes)
        elif name == "workbookPr":
            self.date1904 = attributes.get("date1904") in _ON
        elif name == "definedName":
            self._name = attributes
        elif name == "calcPr":
            if attributes.get("iterate") in _ON:
                self.unusual = "iteration"
            if attributes.get("fullPrecision") in {"0", "false"}:
                self.unusual = "precision as displayed"

    def end(self, name: str, text: str) -> None:
        if name == "definedName" and len(self.names) < _MOST_NAMES:
            sheet = self._name.get("localSheetId", "")
            number = int(sheet) if sheet.isdecimal() and len(sheet) < 6 else None  # noqa: PLR2004
            self.names.append(DefinedName(name=self._name.get("name", ""), sheet=number, text=text))


class _Properties:
    """Core, extended and custom properties: name → text."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._custom = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "property":
            self._custom = attributes.get("name", "")

    def end(self, name: str, text: str) -> None:
        told = self._custom or name
        if text.strip() and (self._custom or name in _TOLD) and len(self.found) < _MOST_NAMES:
            self.found[told] = text.strip()
        if name == "property":
            self._custom = ""


def read(data: bytes, limits: Limits) -> Book:
    """Read a book. Raises BookError and LimitExceeded."""
    archive = open_archive(data, limits)
    if archive is None:
        raise BookError("ZIP", "no ZIP archive can be found")
    top = _relations(archive, "")
    part = next(
        (_inside("", target) for kind, target, _ in top.values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    main = _Main()
    if not stream(archive, part, main):
        raise BookError(part, "there is no such part")
    relations = _relations(archive, part)
    styles = Styles()
    for kind, target, _ in relations.values():
        if kind == "styles":
            stream(archive, _inside(part, target), styles)
    return Book(
        part=part,
        sheets=_sheets(archive, part, main, Count(limits)),
        names=tuple(main.names),
        date1904=main.date1904,
        formats=styles.formats,
        fonts=tuple(sorted(styles.fonts)),
        unusual=main.unusual,
        links=tuple(_links(archive, part, relations)),
        macros=tuple(
            _inside(part, target)
            for kind, target, _ in relations.values()
            if kind.startswith(("vbaProject", "xlMacrosheet", "xlIntlMacrosheet"))
        ),
        properties=_read_properties(archive),
    )


def _sheets(archive: Archive, part: str, main: _Main, count: Count) -> tuple[Sheet, ...]:
    relations = _relations(archive, part)
    strings = Strings(count.limits.workbook_cells)
    shared = [_inside(part, target) for kind, target, _ in relations.values()
              if kind == "sharedStrings"]  # fmt: skip
    for one in shared[:1]:
        stream(archive, one, strings)
    sheets: list[Sheet] = []
    for told in main.sheets:
        relation = next((v for k, v in told.items() if k.rpartition(":")[2] == "id"), "")
        kind, target, _ = relations.get(relation, ("", "", False))
        listener = SheetListener(strings.items, count, date1904=main.date1904)
        where = _inside(part, target)
        if kind == "worksheet" and not stream(archive, where, listener):
            raise BookError(where, "there is no such part")
        for link, table, _ in _relations(archive, where).values():
            if link == "table":
                stream(archive, _inside(where, table), listener.filters)
        listener.spread_arrays()
        sheets.append(_sheet(told, where, listener))
    return tuple(sheets)


def _sheet(told: dict[str, str], part: str, read_: SheetListener) -> Sheet:
    return Sheet(
        name=told.get("name", ""),
        part=part,
        state=_STATES.get(told.get("state", ""), "visible"),
        cells=read_.cells,
        hidden_rows=frozenset(read_.hidden_rows),
        filtered=tuple(read_.filters.rows),
        hidden_columns=tuple(read_.hidden_columns),
        merged=tuple(read_.merged),
        margins=tuple(read_.margins),
    )


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str, bool]]:
    folder, _, name = part.rpartition("/")
    found = _Relations()
    stream(archive, posixpath.join(folder, "_rels", f"{name}.rels"), found)
    return found.found


def _inside(part: str, target: str) -> str:
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _links(
    archive: Archive, part: str, relations: dict[str, tuple[str, str, bool]]
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for kind, target, _ in relations.values():
        where = _inside(part, target)
        if kind == "externalLink":
            targets = [t for _, t, outside in _relations(archive, where).values() if outside]
            found += [(where, one) for one in targets] or [(where, "")]
        elif kind == "connections":
            found.append((where, ""))
    return found


def _read_properties(archive: Archive) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for part in _PROPERTIES:
        listener = _Properties()
        stream(archive, part, listener)
        found.update({(part, name): text for name, text in listener.found.items()})
    return found
