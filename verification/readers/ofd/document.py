"""What a reader of the document gets to see, and from which parts: pages, templates, resources.

The walk goes the way of a viewer (GB/T 33190, 7): OFD.xml, Document.xml, pages and their
templates, resources with fonts and pictures, annotations, attachments. Beside it lies what is only
carried: tags, extensions, versions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from verification.readers.ofd.package import (
    ROOT_PART,
    PartError,
    attribute,
    child_text,
    descend,
    local,
    named,
    numbers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.lxml import Element
    from verification.readers.ofd.package import Package

#: More pages are not looked at; `Limits.pdf_pages` stops the drawing of pages long before.
MOST_PAGES = 5_000
MOST_DOCUMENTS = 100
#: Elements of OFD.xml that are looked at; a list of a hundred documents has fewer.
MOST_NAMED = 10_000
#: A4 in millimetres, for a page that does not state its area.
A4 = (0.0, 0.0, 210.0, 297.0)
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its number in the package from 1, its object id, its part."""

    number: int
    id: str
    part: str
    #: Left, top, width, height in millimetres.
    area: tuple[float, ...]


@dataclass(slots=True, kw_only=True)
class Document:
    """One document of the package."""

    root: str
    #: Where its signatures are listed; None where it has none.
    signatures: str | None = None
    area: tuple[float, ...] = A4
    pages: list[Page] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)
    resources: list[str] = field(default_factory=list)
    #: Page id to the part that holds its annotations.
    annotations: dict[str, list[str]] = field(default_factory=dict)
    #: Everything that is drawn, and what decides what is drawn.
    shown: list[str] = field(default_factory=list)

    @property
    def folder(self) -> str:
        return self.root.rpartition("/")[0]

    def page(self, reference: str) -> Page | None:
        """Find a page by its object id."""
        return next((page for page in self.pages if page.id == reference), None)


def documents(package: Package) -> list[Document]:
    """Walk every document of the package. Raises PartError where OFD.xml cannot be read."""
    found: list[Document] = []
    top = package.xml(ROOT_PART)
    for body in list(named(top, "DocBody"))[:MOST_DOCUMENTS]:
        written = child_text(body, "DocRoot")
        root = package.look_up(ROOT_PART, written)
        listing = child_text(body, "Signatures")
        document = Document(root=root or written)
        if listing:
            document.signatures = package.locate(ROOT_PART, listing, document.folder)
        if root is None:
            # Other programs may find what we do not: then OFD.xml alone says what is shown.
            document.shown.append(package.find(ROOT_PART) or ROOT_PART)
        else:
            _Walk(package, document, sum(len(earlier.pages) for earlier in found)).go()
        found.append(document)
    others = _others(package, top)
    for document in found:
        document.shown += [part for part in others if part not in document.shown]
    return found


def _others(package: Package, top: Element) -> list[str]:
    """Give what else OFD.xml leads to: a second root, a version, a body where none belongs.

    Only OFD.xml says so, which some makers of seals leave unsealed, and programs differ in where
    in it they look: whatever names a part counts, unless it is where the standard has it.
    """
    bodies = list(named(top, "DocBody"))[:MOST_DOCUMENTS]
    usual = [child for body in bodies for child in _usual(body)]
    expected = {item: (item.text or "").strip() for item in usual}
    found: dict[str, None] = {}
    for count, item in enumerate(top.iter("*")):
        if count > MOST_NAMED:
            return [package.find(ROOT_PART) or ROOT_PART]
        texts = [*_texts(item, expected=item in expected), item.tail, *item.attrib.values()]
        for text in filter(None, (str(one or "").strip() for one in texts)):
            part = package.look_up(ROOT_PART, text) or package.look_up(ROOT_PART, unquote(text))
            found |= {part: None} if part is not None else {}
    known = {package.look_up(ROOT_PART, text) for text in expected.values()}
    return [part for part in found if part not in known]


def _texts(item: Element, *, expected: bool) -> Iterator[str | None]:
    """Give an element's text, as the one and the other reads it where a child cuts it in two."""
    if not expected:
        yield item.text
    if expected and len(item):
        yield "".join(str(one) for one in item.itertext())


def _usual(body: Element) -> Iterator[Element]:
    """Give the elements of a body that name a part by right; of its cover no page is drawn."""
    for name in ("DocRoot", "Signatures"):
        yield from list(named(body, name))[:1]
    for info in named(body, "DocInfo"):
        yield from named(info, "Cover")


class _Walk:
    """The walk through one document."""

    def __init__(self, package: Package, document: Document, pages_before: int) -> None:
        self._pages_before = pages_before
        self._package = package
        self._document = document
        #: Areas of page parts: a part that is named twice is read once.
        self._areas: dict[str, tuple[float, ...] | None] = {}

    def go(self) -> None:
        root = self._show(self._document.root)
        if root is None:
            return
        for common in named(root, "CommonData"):
            self._common(common)
        for holder in named(root, "Pages"):
            for entry in list(named(holder, "Page"))[:MOST_PAGES]:
                self._page(entry)
        for listing in named(root, "Annotations"):
            self._annotations((listing.text or "").strip())
        for listing in named(root, "Attachments"):
            self._attachments((listing.text or "").strip())

    def _common(self, common: Element) -> None:
        document = self._document
        for area in named(common, "PageArea"):
            document.area = _area(area) or document.area
        for entry in named(common, "PublicRes", "DocumentRes"):
            self._resources(document.root, (entry.text or "").strip())
        for entry in named(common, "TemplatePage"):
            part = self._find(document.root, attribute(entry, "BaseLoc"))
            if part is not None:
                document.templates[attribute(entry, "ID")] = part
                self._page_resources(part, self._show(part))

    def _page(self, entry: Element) -> None:
        document = self._document
        part = self._find(document.root, attribute(entry, "BaseLoc"))
        if part is None:
            return
        if part not in self._areas:
            root = self._show(part)
            area = None if root is None else next(named(root, "Area"), None)
            self._areas[part] = None if area is None else _area(area)
            self._page_resources(part, root)
        document.pages.append(
            Page(
                number=self._pages_before + len(document.pages) + 1,
                id=attribute(entry, "ID"),
                part=part,
                area=self._areas[part] or document.area,
            )
        )

    def _page_resources(self, part: str, root: Element | None) -> None:
        for entry in () if root is None else named(root, "PageRes"):
            self._resources(part, (entry.text or "").strip())

    def _resources(self, base: str, written: str) -> None:
        part = self._find(base, written)
        if part is None or part in self._document.resources:
            return
        self._document.resources.append(part)
        root = self._show(part)
        if root is None:
            return
        folder = attribute(root, "BaseLoc")
        for entry in descend(root, "MediaFile", "FontFile"):
            self._media(part, folder, (entry.text or "").strip())
        for entry in descend(root, "ColorSpace"):
            self._media(part, folder, attribute(entry, "Profile"))

    def _media(self, part: str, folder: str, written: str) -> None:
        if written:
            found = media_part(self._package, self._document, (part, folder), written)
            if found is not None:
                self._note(found)

    def _annotations(self, written: str) -> None:
        part = self._find(self._document.root, written)
        root = None if part is None else self._show(part)
        if root is None or part is None:
            return
        for entry in descend(root, "Page"):
            location = child_text(entry, "FileLoc") or attribute(entry, "FileLoc")
            found = self._find(part, location)
            if found is not None:
                self._show(found)
                pages = self._document.annotations
                pages.setdefault(attribute(entry, "PageID"), []).append(found)

    def _attachments(self, written: str) -> None:
        """Note what a viewer offers to open."""
        part = self._find(self._document.root, written)
        root = None if part is None else self._show(part)
        if root is None or part is None:
            return
        for entry in descend(root, "Attachment"):
            location = child_text(entry, "FileLoc") or attribute(entry, "FileLoc")
            found = self._find(part, location)
            if found is not None:
                self._note(found)

    def _find(self, base: str, written: str) -> str | None:
        return self._package.look_up(base, written, self._document.folder) if written else None

    def _show(self, part: str) -> Element | None:
        """Note a part that is shown, and parse it; None where that fails or was done before."""
        if part in self._document.shown:
            return None
        self._note(part)
        try:
            return self._package.xml(part)
        except PartError:
            return None

    def _note(self, part: str) -> None:
        if part not in self._document.shown:
            self._document.shown.append(part)


def media_part(
    package: Package, document: Document, resource: tuple[str, str], written: str
) -> str | None:
    """Find a font or picture that a resource part names; `resource` is the part and its BaseLoc."""
    part, folder = resource
    below = f"{part.rpartition('/')[0]}/{folder}" if not folder.startswith("/") else folder
    inside = f"{document.folder}/{folder}"
    return package.look_up(f"{below}/x", written, inside, f"{document.folder}/Res", document.folder)


def _area(element: Element) -> tuple[float, ...] | None:
    boxes = {local(child): numbers(child.text or "", 4) for child in element}
    for name in ("PhysicalBox", "ApplicationBox", "CropBox", "ContentBox"):
        box = boxes.get(name)
        if box is not None and box[2] > 0 and box[3] > 0:
            return box
    return None
