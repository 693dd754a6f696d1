"""The book around its sheets: names, links, macros, properties (ECMA-376 part 1, 18.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from verification.readers.opc_package import PackageFault, open_package
from verification.readers.workbook.sheets import Count, SheetListener, Strings
from verification.readers.workbook.streaming import stream
from verification.readers.workbook.styles import Styles
from verification.readers.workbook.values import Ambiguous, Book, BookError, DefinedName, Sheet

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.readers.opc_package import Package, Relationship

_ON = frozenset({"1", "true"})
_STATES: dict[str, Literal["hidden", "veryHidden"]] = {
    "hidden": "hidden",
    "veryHidden": "veryHidden",
}
#: Where a sheet names its part: `r:id` in either form of the standard, and no other `id`.
_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_CELLS = "worksheet"
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet")
_SHEETS = frozenset({_CELLS, "chartsheet", "dialogsheet", *_MACRO_SHEETS})
_MOST_NAMES = 10_000
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
#: Of the extended properties the titles of sheets stand in the book itself.
_TOLD = ("title", "subject", "keywords", "description", "category", "contentStatus", "version")


class _Main:
    """The main part: sheets in order, names, the way of computing."""

    def __init__(self) -> None:
        self.sheets: list[dict[str, str]] = []
        self.names: list[DefinedName] = []
        self.date1904 = False
        self.unusual: str | None = None
        self.computed_later = False
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
            self.computed_later |= attributes.get("fullCalcOnLoad") in _ON

    def end(self, name: str, text: str) -> None:
        if name == "definedName" and len(self.names) < _MOST_NAMES:
            sheet = self._name.get("localSheetId", "")
            number = int(sheet) if sheet.isdecimal() and len(sheet) < 6 else None  # noqa: PLR2004
            told, hidden = self._name.get("name", ""), self._name.get("hidden") in _ON
            self.names.append(DefinedName(name=told, sheet=number, text=text, hidden=hidden))


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
    package = open_package(data, limits)
    if package is None:
        raise BookError("ZIP", "no ZIP archive can be found")
    try:
        return _read(package, limits)
    except PackageFault as error:
        raise BookError(error.part, str(error)) from error


def _read(package: Package, limits: Limits) -> Book:
    part = package.main()
    main = _Main()
    if not stream(package, part, main):
        raise BookError(part, "there is no such part")
    relations = package.relationships(part)
    sheets, styles = _sheets(package, part, main, Count(limits)), Styles()
    for one in relations:
        if one.kind == "styles":
            stream(package, one.target, styles)
    return Book(
        part=package.name_of(part),
        sheets=sheets,
        names=tuple(main.names),
        date1904=main.date1904,
        formats=styles.formats,
        faint=styles.faint,
        conditional=(*styles.conditional, *(one for sheet in sheets for one in sheet.conditional)),
        fonts=tuple(sorted(styles.fonts)),
        unusual=main.unusual,
        computed_later=main.computed_later,
        links=tuple(_links(package, relations)) + _sheet_links(package, relations),
        macros=tuple(
            package.name_of(one.target)
            for one in relations
            if one.kind.startswith(("vbaProject", *_MACRO_SHEETS))
        ),
        properties=_read_properties(package),
    )


def _sheets(package: Package, part: str, main: _Main, count: Count) -> tuple[Sheet, ...]:
    relations = {one.id: one for one in package.relationships(part) if not one.external}
    strings = Strings(count.limits.workbook_cells)
    shared = [one.target for one in relations.values() if one.kind == "sharedStrings"]
    for one in shared[:1]:
        stream(package, one, strings)
    sheets: list[Sheet] = []
    for told in main.sheets:
        relation = relations.get(next((told[key] for key in _IDS if key in told), ""))
        if relation is None or relation.kind not in _SHEETS:
            raise BookError(part, "a sheet leads to no part that is one")
        listener = SheetListener(strings.items, count, date1904=main.date1904)
        _listen(package, relation, listener)
        sheets.append(_sheet(told, package.name_of(relation.target), listener))
    if len({sheet.name.lower() for sheet in sheets}) != len(sheets):
        raise BookError(part, "two sheets have one name")
    return tuple(sheets)


def _listen(package: Package, relation: Relationship, listener: SheetListener) -> None:
    """Read one sheet and the filters of its tables."""
    where = relation.target
    is_there = relation.kind != _CELLS or stream(package, where, listener, aside=listener.aside)
    if not is_there:
        raise BookError(where, "there is no such part")
    for link in package.relationships(where):
        if link.kind == "table":
            stream(package, link.target, listener.filters)
    listener.hide_untold_columns()
    try:
        listener.spread_arrays()
    except Ambiguous as error:
        raise BookError(where, str(error)) from error


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
        conditional=tuple(read_.conditional),
    )


def _links(package: Package, relations: tuple[Relationship, ...]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in relations:
        where = package.name_of(one.target)
        if one.kind == "externalLink":
            targets = [r.target for r in package.relationships(one.target) if r.external]
            found += [(where, target) for target in targets] or [(where, "")]
        elif one.kind == "connections":
            found.append((where, ""))
        elif one.kind == "pivotCacheDefinition":
            found += [(where, r.target) for r in package.relationships(one.target) if r.external]
    return found


def _sheet_links(
    package: Package, relations: tuple[Relationship, ...]
) -> tuple[tuple[str, str], ...]:
    """Give what sheets show of other files, as linked objects; hyperlinks are no matter."""
    return tuple(
        (package.name_of(one.target), link.target)
        for one in relations
        if one.kind in _SHEETS and not one.external
        for link in package.relationships(one.target)
        if link.external and link.kind != "hyperlink"
    )


def _read_properties(package: Package) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for part in _PROPERTIES:
        listener = _Properties()
        stream(package, part.lower(), listener, None)
        found.update({(part, name): text for name, text in listener.found.items()})
    return found
