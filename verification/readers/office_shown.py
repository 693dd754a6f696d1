"""Which pictures the pages of an office document show, and how large (ECMA-376, part 1, 20.2).

Pictures of headers, footers, masters and layouts are a template's, and are left out, as is what
no element refers to: nobody sees it.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from verification.readers.opc_package import BODY_BYTES, PackageFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.lxml import Element
    from verification.readers.opc_package import Package, Relationship

#: Relationships that lead from a document to where its own pictures are placed. The last is WPS's.
_LEADS = frozenset(
    {"slide", "worksheet", "chartsheet", "drawing", "footnotes", "endnotes", "richvaluerel"}
)
_WPS_CELLS = re.compile(r"http://www\.wps\.cn/officeDocument/\d+/cellImage")
#: Slides and sheets of one document, each with a drawing.
_MOST_PARTS = 1_000
#: What refers to a picture: DrawingML, VML, and cells that hold one.
_REFER = frozenset({"blip", "imagedata", "rel"})
_REFERENCES = frozenset({"embed", "id"})
#: Frames around a picture, from it outwards, of which one says how large it is.
_MOST_ABOVE = 8
_SIZED = frozenset({"ext", "extent"})
_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm|px|pc)?")
_PER_CM = {
    "pt": 72 / 2.54, "in": 1 / 2.54, "cm": 1.0, "mm": 10.0, "px": 96 / 2.54, "pc": 6 / 2.54,
}  # fmt: skip
#: English metric units (20.1.2.1) in a centimetre.
_EMU_PER_CM = 360_000
_MOST_DIGITS = 12

#: Width and height in centimetres.
Shown = tuple[float, float]


def shown_pictures(package: Package) -> dict[str, Shown | None]:
    """Give the keys of pictures, each as large as it is shown most; None where that is not said.

    Parts that cannot be read show none. Raises PackageFault where there is no document.
    """
    found: dict[str, Shown | None] = {}
    for part, relationships in _parts(package):
        images = {one.id: one.target for one in relationships if one.kind == "image"}
        if not images:
            continue
        try:
            root = package.tree(part, BODY_BYTES)
        except PackageFault:
            continue
        for reference, size in _placed(root):
            target = images.get(reference)
            if target is not None:
                found[target] = _larger(found[target], size) if target in found else size
    return found


def _parts(package: Package) -> Iterator[tuple[str, tuple[Relationship, ...]]]:
    """Give the parts that place pictures, and what each leads to."""
    waiting, seen = deque([package.main()]), set[str]()
    while waiting and len(seen) < _MOST_PARTS:
        part = waiting.popleft()
        if part in seen:
            continue
        seen.add(part)
        try:
            inside = [one for one in package.relationships(part) if not one.external]
        except PackageFault:
            continue
        yield part, tuple(inside)
        waiting += [one.target for one in inside if _leads(one)]


def _leads(one: Relationship) -> bool:
    return one.kind.lower() in _LEADS or _WPS_CELLS.fullmatch(one.type) is not None


def _placed(root: Element) -> Iterator[tuple[str, Shown | None]]:
    for element in root.iter("*"):
        if _local(element) not in _REFER:
            continue
        for name, value in element.attrib.items():
            spaced, _, local = str(name).rpartition("}")
            if spaced.endswith("/relationships") and local in _REFERENCES:
                yield str(value), _size(element)


def _size(element: Element) -> Shown | None:
    """Find the nearest frame that says how large it is."""
    above = element.getparent()
    for _ in range(_MOST_ABOVE):
        if above is None:
            return None
        size = _styled(above.get("style", "")) or _framed(above)
        if size is not None:
            return size
        above = above.getparent()
    return None


def _framed(frame: Element) -> Shown | None:
    for child in frame:
        name = _local(child)
        inner = [child] if name in _SIZED else ()
        if name in {"spPr", "xfrm"}:
            inner = [one for one in child.iter("*") if _local(one) in _SIZED]
        for one in inner:
            size = _emu(one.get("cx", "")), _emu(one.get("cy", ""))
            if all(size):
                return size
    return None


def _emu(said: str) -> float:
    fits = said.isascii() and said.isdecimal() and len(said) <= _MOST_DIGITS
    return int(said) / _EMU_PER_CM if fits else 0.0


def _styled(style: str) -> Shown | None:
    """Read the size of a shape of VML, as CSS writes it."""
    found = {
        name: float(number) / _PER_CM[unit or "px"]
        for name, number, unit in _LENGTH.findall(style[:2_000])
    }
    return (found["width"], found["height"]) if len(found) == 2 else None  # noqa: PLR2004 - both


def _larger(one: Shown | None, other: Shown | None) -> Shown | None:
    if one is None or other is None:
        return None
    return max(one, other, key=lambda size: size[0] * size[1])


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
