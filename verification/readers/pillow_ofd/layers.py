"""A page object by object: templates, content, annotations, and the seals in their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.ofd.package import PartError, attribute, descend, local, named, numbers
from verification.readers.pillow_ofd.geometry import IDENTITY, Matrix, outlines, then
from verification.readers.pillow_ofd.pictures import rgba_picture
from verification.readers.pillow_ofd.style import (
    BLACK,
    Resources,
    is_true,
    number,
    style_of,
)

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.readers.lxml import Element
    from verification.readers.ofd.document import Page
    from verification.readers.pillow_ofd.painter import Painter

_MOST_DEPTH = 8
#: Objects that are drawn on one page; no page of a document has as many.
_MOST_OBJECTS = 200_000
_OBJECTS = ("TextObject", "PathObject", "ImageObject", "CompositeObject", "PageBlock")


@dataclass(slots=True)
class Drawing:
    """A page while it is being drawn."""

    painter: Painter
    resources: Resources
    limits: Limits
    left: int = _MOST_OBJECTS

    def page(self, page: Page) -> None:
        """Draw a page: templates behind, content, templates in front, annotations."""
        root = self._xml(page.part)
        if root is None:
            return
        templates = list(named(root, "Template"))
        behind = [t for t in templates if attribute(t, "ZOrder") != "Foreground"]
        for template in behind:
            self._template(template)
        self._content(root)
        for template in templates:
            if template not in behind:
                self._template(template)
        for part in self.resources.document.annotations.get(page.id, []):
            self._annotations(part)

    def _template(self, reference: Element) -> None:
        part = self.resources.document.templates.get(attribute(reference, "TemplateID"))
        root = None if part is None else self._xml(part)
        if root is not None:
            self._content(root)

    def _content(self, root: Element) -> None:
        for content in named(root, "Content"):
            for layer in named(content, "Layer"):
                self._group(layer, IDENTITY, attribute(layer, "DrawParam"), 0)

    def _annotations(self, part: str) -> None:
        root = self._xml(part)
        for item in () if root is None else descend(root, "Annot"):
            if not is_true(attribute(item, "Visible"), otherwise=True):
                continue
            for looks in named(item, "Appearance"):
                self._group(looks, _corner(looks), "", 0)

    def _group(self, holder: Element, matrix: Matrix, inherited: str, depth: int) -> None:
        """Draw the objects of a layer, block or composite."""
        for item in named(holder, *_OBJECTS) if depth < _MOST_DEPTH else ():
            self.left -= 1
            if self.left < 0:
                return
            if is_true(attribute(item, "Visible"), otherwise=True):
                self._object(item, matrix, inherited, depth)

    def _object(self, item: Element, matrix: Matrix, inherited: str, depth: int) -> None:
        kind = local(item)
        own = then(then(_own_matrix(item), _corner(item)), matrix)
        if kind == "PageBlock":
            self._group(item, matrix, inherited, depth + 1)
        elif kind == "TextObject":
            self._text(item, own, inherited)
        elif kind == "PathObject":
            self._path(item, own, inherited)
        elif kind == "ImageObject":
            self._image(item, own)
        else:
            unit = self.resources.composites.get(attribute(item, "ResourceID"))
            for content in () if unit is None else named(unit, "Content"):
                self._group(content, own, inherited, depth + 1)

    def _text(self, item: Element, matrix: Matrix, inherited: str) -> None:
        if not is_true(attribute(item, "Fill"), otherwise=True):
            return
        colour = style_of(self.resources, item, inherited).fill or BLACK
        size = number(attribute(item, "Size"), 0)
        wide = number(attribute(item, "HScale"), 1)
        at: list[float] = [0.0, 0.0]
        for code in named(item, "TextCode"):
            text = code.text or ""
            at = [number(attribute(code, name), at[index]) for index, name in enumerate("XY")]
            steps = [_steps(attribute(code, name), len(text)) for name in ("DeltaX", "DeltaY")]
            x, y = at
            for index, character in enumerate(text[: self.left]):
                place = then((wide, 0, 0, 1, x, y), matrix)
                if not character.isspace():
                    self.painter.glyph(character, size, place, colour)
                x += steps[0][index] if index < len(steps[0]) else 0
                y += steps[1][index] if index < len(steps[1]) else 0
            self.left -= len(text)

    def _path(self, item: Element, matrix: Matrix, inherited: str) -> None:
        style = style_of(self.resources, item, inherited)
        data = next((child.text or "" for child in named(item, "AbbreviatedData")), "")
        pieces = outlines(data)
        if not pieces:
            return
        if is_true(attribute(item, "Fill"), otherwise=False):
            self.painter.fill([points for points, _ in pieces], matrix, style.fill or BLACK)
        if is_true(attribute(item, "Stroke"), otherwise=True):
            colour = style.stroke or BLACK
            for points, closed in pieces:
                self.painter.stroke(points, matrix, colour, width=style.width, closed=closed)

    def _image(self, item: Element, matrix: Matrix) -> None:
        data = self.resources.picture(attribute(item, "ResourceID"))
        image = None if data is None else rgba_picture(data, self.limits)
        if image is not None:
            alpha = number(attribute(item, "Alpha"), 255) / 255
            self.painter.picture(image, matrix, max(0.0, min(1.0, alpha)))

    def _xml(self, part: str) -> Element | None:
        try:
            return self.resources.package.xml(part)
        except PartError:
            return None


def _corner(item: Element) -> Matrix:
    box = numbers(attribute(item, "Boundary"), 4)
    return (1, 0, 0, 1, box[0], box[1]) if box else IDENTITY


def _own_matrix(item: Element) -> Matrix:
    """Give the object's matrix; a picture without one fills its boundary."""
    written = numbers(attribute(item, "CTM"), 6)
    if written is not None:
        return written[0], written[1], written[2], written[3], written[4], written[5]
    box = numbers(attribute(item, "Boundary"), 4)
    if box is not None and local(item) == "ImageObject":
        return (box[2], 0, 0, box[3], 0, 0)
    return IDENTITY


def _steps(text: str, most: int) -> list[float]:
    """Read distances between characters, where ``g n x`` stands for n times x (11.3)."""
    found: list[float] = []
    words = iter(text.split())
    for word in words:
        if word == "g":
            count, step = number(next(words, "0"), 0), number(next(words, "0"), 0)
            found += [step] * max(0, min(int(count), most - len(found)))
        else:
            found.append(number(word, 0))
        if len(found) >= most:
            break
    return found
