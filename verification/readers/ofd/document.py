"""What a reader of the document gets to see, and from which parts: pages, templates, resources.

The walk goes the way of a viewer (GB/T 33190, 7): OFD.xml, Document.xml, pages and their
templates, resources with fonts and pictures, annotations, attachments. Beside it lies what is only
carried: tags, extensions, versions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
    #: What a part names and the package does not hold.
    missing: list[str] = field(default_factory=list)

    @property
    def folder(self) -> str:
        return self.root.rpartition("/")[0]

    def page(self, reference: str) -> Page | None:
        """Find a page by its object id."""
        return next((page for page in self.pages if page.id == reference), None)


def documents(package: Package) -> list[Document]:
    """Walk every document of the package. Raises PartError where OFD.xml cannot be read."""
    found: list[Document] = []
    for body in list(named(package.xml(ROOT_PART), "DocBody"))[:MOST_DOCUMENTS]:
        written = child_text(body, "DocRoot")
        root = package.look_up(ROOT_PART, written)
        listing = child_text(body, "Signatures")
        document = Document(root=root or written)
        if listing:
            document.signatures = package.locate(ROOT_PART, listing, document.folder)
        if root is None:
            document.missing.append(written)
        else:
            _Walk(package, document, sum(len(earlier.pages) for earlier in found)).go()
            document.shown += [
                part for part in _others(package, body) if part not in document.shown
            ]
        found.append(document)
    return found


def _others(package: Package, body: Element) -> Iterator[str]:
    """Give what else a viewer may open in place of the document: a second root, a version.

    Only OFD.xml says so, which some makers of seals leave unsealed.
    """
    roots = [(item.text or "").strip() for item in named(body, "DocRoot")][1:]
    versions = [attribute(item, "BaseLoc") for item in descend(body, "Version")]
    for written in [*roots, *versions][:MOST_DOCUMENTS]:
        part = package.look_up(ROOT_PART, written) if written else None
        if part is not None:
            yield part


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
            if found is None:
                self._document.missing.append(written)
            else:
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
        if not written:
            return None
        found = self._package.look_up(base, written, self._document.folder)
        if found is None:
            self._document.missing.append(written)
        return found

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
