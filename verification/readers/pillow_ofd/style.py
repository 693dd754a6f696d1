"""What objects look like and refer to: colours, line widths, pictures (GB/T 33190, 7.9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.readers.ofd.document import media_part
from verification.readers.ofd.package import (
    PartError,
    attribute,
    child_text,
    descend,
    named,
)

if TYPE_CHECKING:
    from verification.readers.lxml import Element
    from verification.readers.ofd.document import Document
    from verification.readers.ofd.package import Package

Colour = tuple[int, int, int, int]
BLACK: Colour = (0, 0, 0, 255)
#: What stands for a fill of patterns.
PATTERN: Colour = (208, 208, 208, 128)
#: Millimetres, where nothing is stated.
LINE_WIDTH = 0.353
_MOST_RELATIONS = 8


@dataclass(slots=True)
class Resources:
    """The resources of one document by their ids."""

    package: Package
    document: Document
    pictures: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Element] = field(default_factory=dict)
    composites: dict[str, Element] = field(default_factory=dict)

    def picture(self, reference: str) -> bytes | None:
        """Give the picture of that id; None where it is not there."""
        part = self.pictures.get(reference)
        try:
            return None if part is None else self.package.read(part)
        except PartError:
            return None


def gather(package: Package, document: Document) -> Resources:
    """Read the resource parts of a document; what cannot be read is left out."""
    found = Resources(package, document)
    for part in document.resources:
        try:
            root = package.xml(part)
        except PartError:
            continue
        folder = attribute(root, "BaseLoc")
        for item in descend(root, "MultiMedia"):
            place = media_part(package, document, (part, folder), child_text(item, "MediaFile"))
            if place is not None:
                found.pictures[attribute(item, "ID")] = place
        for item in descend(root, "DrawParam"):
            found.parameters[attribute(item, "ID")] = item
        for item in descend(root, "CompositeGraphicUnit"):
            found.composites[attribute(item, "ID")] = item
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How an object is drawn."""

    fill: Colour | None
    stroke: Colour | None
    width: float


def style_of(resources: Resources, item: Element, inherited: str) -> Style:
    """Give an object's own looks, else those of its drawing parameters, else the usual ones."""
    sources = [item, *_parameters(resources, attribute(item, "DrawParam") or inherited)]
    alpha = number(attribute(item, "Alpha"), 255) / 255
    width = next((attribute(s, "LineWidth") for s in sources if attribute(s, "LineWidth")), "")
    return Style(
        fill=_colour(sources, "FillColor", alpha),
        stroke=_colour(sources, "StrokeColor", alpha),
        width=number(width, LINE_WIDTH),
    )


def _parameters(resources: Resources, reference: str) -> list[Element]:
    found: list[Element] = []
    while reference in resources.parameters and len(found) < _MOST_RELATIONS:
        found.append(resources.parameters[reference])
        reference = attribute(found[-1], "Relative")
    return found


def _colour(sources: list[Element], name: str, alpha: float) -> Colour | None:
    for source in sources:
        for element in named(source, name):
            red, green, blue, own = read_colour(element)
            return red, green, blue, round(own * alpha)
    return None


def read_colour(element: Element) -> Colour:
    """Read grey, RGB or CMYK; of a gradient its first colour."""
    value = attribute(element, "Value")
    alpha = round(number(attribute(element, "Alpha"), 255))
    if next(named(element, "Pattern"), None) is not None:
        return PATTERN
    if not value:
        inner = next((c for c in descend(element, "Color") if attribute(c, "Value")), None)
        red, green, blue, _ = BLACK if inner is None else read_colour(inner)
        return red, green, blue, alpha
    levels = [_level(word) for word in value.split()]
    if len(levels) == 1:
        levels *= 3
    if len(levels) == 4:  # noqa: PLR2004 - CMYK
        black = 255 - levels[3]
        levels = [(255 - level) * black // 255 for level in levels[:3]]
    if len(levels) != 3:  # noqa: PLR2004 - RGB
        levels = [0, 0, 0]
    return levels[0], levels[1], levels[2], max(0, min(255, alpha))


def _level(word: str) -> int:
    try:
        level = int(word[1:], 16) if word.startswith("#") else round(float(word))
    except (ValueError, OverflowError):
        return 0
    return max(0, min(255, level))


def number(text: str, otherwise: float) -> float:
    """Read a finite number of a sane size."""
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return value if abs(value) < 1e6 else otherwise  # noqa: PLR2004 - false for NaN, too


def is_true(text: str, *, otherwise: bool) -> bool:
    return text.lower() in {"true", "1"} if text else otherwise
