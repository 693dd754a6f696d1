"""Seals on pages: what is a seal among what is round or square and red, and what its ring says.

Filled discs (emblems, logos), tables, and stamps that are longer than high are none. Where a seal
is asked for and none in colour is there, black rings are looked for: a copy is told as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import MarkSource, Seen
from verification.marks import rings
from verification.readers import opencv_rings, opencv_seals
from verification.readers.opencv_pages import scaled
from verification.values import Mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from verification.content import Content
    from verification.examination import Examination
    from verification.marks.rings import Reading
    from verification.pages.raster import Raster
    from verification.readers.opencv_seals import Shape

    Pixels = NDArray[np.uint8]

FORMATS = frozenset({"pdf", "ofd", "png", "jpg", "webp", "tif", "gif", "bmp"})
#: The longer side of the picture that is searched: half of what a raster has.
_SEARCHED = 1170
#: How red ink must be, of 255: a seal as it is pressed, a faint one, and one that ran dry.
_CLEAR, _FAINT, _FAINTEST = 58, 26, 10
_GAP = 5
#: So many seals of a page are read; the surest of the clearest come first.
_MOST_READ = 6
#: Ink of a black copy; among words, circles of chance have .8 of their rim inked.
_BLACK = 90
_COPY_COVERED, _COPY_STROKES = 0.9, 12.0


def collect(examination: Examination) -> Seen:
    """Look at every page."""
    pages = examination.pages
    asked = examination.context.requirement.content.seal
    holder = None if asked is None else asked.holder
    found: list[Mark] = []
    for number in range(1, pages.count + 1):
        raster = pages.at(number)
        if raster is not None:
            found += in_colour(raster, holder=holder)
            if any("holder" in mark.traits for mark in found):
                holder = None  # one is enough: reading costs ten times what finding does
    if asked is not None and not found:
        for number in range(1, pages.count + 1):
            raster = pages.at(number)
            if raster is not None:
                found += in_black(raster)
    return Seen(marks=tuple(found))


def in_colour(raster: Raster, *, holder: str | None = None) -> list[Mark]:
    """Find the red seals of a page; read their rings only where somebody asks for a holder."""
    found, scale = outlines(raster)
    marks: list[Mark] = []
    for place, (shape, is_faint) in enumerate(found):
        read = None
        if holder is not None and shape.kind == "ring" and place < _MOST_READ:
            read = rings.read(opencv_rings.strips(raster.colour, shape, scale), holder)
        traits = [_form(shape)]
        traits += ["faint"] if is_faint else []
        traits += ["holder"] if read is not None and read.states_holder else []
        marks.append(_mark(raster, shape, scale, traits=tuple(traits), read=read))
    return marks


def outlines(raster: Raster) -> tuple[list[tuple[Shape, bool]], float]:
    """Give the seals in a smaller picture, whether each is faint, and by how much it is smaller."""
    small, scale = _searched(raster.colour)
    ink = opencv_seals.redness(small)
    if int((ink >= _FAINTEST).sum()) < _SEARCHED:  # less ink than a thin ring has
        return [], scale
    found: list[tuple[Shape, bool]] = []
    for level in (_CLEAR, _FAINT, _FAINTEST):
        for shape in _seals(opencv_seals.shapes(ink, level, _GAP)):
            if not any(_same(shape, one) for one, _ in found):
                found.append((shape, level != _CLEAR))
    return found, scale


def in_black(raster: Raster) -> list[Mark]:
    """Find rings with a name in them that are not red: copies of seals, or signs that look so."""
    small, scale = _searched(raster.grey)
    found = opencv_seals.circles(opencv_seals.darkness(small), _BLACK)
    return [
        _mark(raster, shape, scale, traits=(_form(shape), "colourless"))
        for shape in found
        if _is_seal(shape) and shape.covered >= _COPY_COVERED and shape.strokes >= _COPY_STROKES
    ]


def _searched(pixels: Pixels) -> tuple[Pixels, float]:
    height, width = pixels.shape[:2]
    scale = max(1.0, max(height, width) / _SEARCHED)
    size = max(1, round(width / scale)), max(1, round(height / scale))
    return (scaled(pixels, *size) if scale > 1 else pixels), scale


def _seals(shapes: list[Shape]) -> list[Shape]:
    """Give those that are seals, each once, the one whose rim is surest."""
    kept: list[Shape] = []
    for shape in sorted(filter(_is_seal, shapes), key=lambda one: -one.covered):
        if not any(_same(shape, one) for one in kept):
            kept.append(shape)
    return kept


def _is_seal(shape: Shape) -> bool:
    if shape.kind == "frame":
        return 0.08 <= shape.filled <= 0.75 and shape.strokes >= 3  # noqa: PLR2004 - measured bounds
    return (
        shape.covered >= 0.7  # noqa: PLR2004 - chance arcs of letters reach .62
        and shape.around <= 0.3  # noqa: PLR2004 - more: it is cut out of something larger
        and 0.02 <= shape.filled <= 0.58  # noqa: PLR2004 - empty rings, and discs (≥ .73)
        and shape.strokes >= 5  # noqa: PLR2004 - letters in the zone of the name
    )


def _same(one: Shape, other: Shape) -> bool:
    near = max(abs(one.x - other.x), abs(one.y - other.y))
    return near < 0.4 * max(one.a, one.b, other.a, other.b)


def _form(shape: Shape) -> str:
    if shape.kind == "frame":
        return "square"
    return "round" if min(shape.a, shape.b) > 0.88 * max(shape.a, shape.b) else "oval"


def _mark(
    raster: Raster,
    shape: Shape,
    scale: float,
    *,
    traits: tuple[str, ...],
    read: Reading | None = None,
) -> Mark:
    left, top, right, bottom = (edge * scale for edge in shape.box())
    sure = 0.6 * shape.covered + 0.3 * (1 - shape.around) + 0.1 * min(1.0, shape.strokes / 15)
    if not {"faint", "colourless"}.isdisjoint(traits):
        sure *= 0.8
    return Mark(
        kind="seal",
        page=raster.page,
        box=raster.to_file((left, top, right, bottom)),
        confidence=round(min(1.0, sure), 3),
        text=read.text if read else None,
        text_confidence=round(read.confidence, 3) if read else None,
        traits=traits,
    )


def _asked(content: Content) -> bool:
    return content.seal is not None


SOURCE = MarkSource(id="seals", formats=FORMATS, asked=_asked, collect=collect)
