"""How a file looks beside its signed revision, to two tolerant engines: MuPDF and PDFium.

Either of them objecting is enough. What both repair in the same way, strict parsing has to find.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.dots import Below, differences, is_covered
from verification.readers.pymupdf_revisions import View
from verification.readers.pypdfium2 import CannotOpen, Pages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.readers.dots import Box
    from verification.readers.pymupdf_revisions import Word

#: Pages drawn at most for one pair of revisions.
MAX_DRAWN = 40
#: So many pages, from the first, PDFium draws whatever MuPDF thinks of them.
ALWAYS_DRAWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A place that looks different; points from top left, `page` from 1."""

    page: int
    box: Box
    #: Ink that was there is gone under something that was permitted to be added.
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the file as it is looks beside the signed revision."""

    pages_before: int
    pages_after: int
    regions: tuple[Region, ...]
    #: The file as it is had to be repaired, the signed revision had not.
    repaired: bool


class Revision:
    """One revision, opened by both engines until it is closed."""

    def __init__(self, data: bytes) -> None:
        """Open `data`. Raises what MuPDF raises; PDFium may stay out of it."""
        self.view = View(data)
        try:
            self.second: Pages | None = Pages(data)
        except CannotOpen:
            self.second = None

    def close(self) -> None:
        self.view.close()
        if self.second is not None:
            self.second.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """Numbers of the widgets whose places may look different: new ones, and filled-in ones."""

    added: frozenset[int] = frozenset()
    altered: frozenset[int] = frozenset()
    #: Those of earlier signatures: a later one may lie on them, but not on the page below.
    signatures: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Places:
    """Boxes of those widgets, by page counted from 0."""

    added: dict[int, list[Box]]
    altered: dict[int, list[Box]]
    signatures: dict[int, list[Box]]

    def on(self, page: int) -> list[Box]:
        return [*self.added.get(page, ()), *self.altered.get(page, ())]


def compare(before: Revision, after: Revision, permitted: Permitted, max_pages: int) -> Look:
    """Look at both revisions side by side."""
    old, new = before.view, after.view
    common = min(old.pages, new.pages, max_pages)
    suspects = [page for page in range(common) if old.may_differ(new, page)][:MAX_DRAWN]
    places = _Places(
        _by_page(new.places(permitted.added).values()),
        _by_page(new.places(permitted.altered).values()),
        _by_page(old.places(permitted.signatures).values()),
    )
    regions = [region for page in suspects for region in _look(old, new, page, (places, permitted))]
    known = {(region.page, region.hidden) for region in regions}
    pages = list(dict.fromkeys([*suspects, *range(min(common, ALWAYS_DRAWN))]))
    again = _look_again(before, after, pages, places)
    regions += [region for region in again if (region.page, region.hidden) not in known]
    counts = (old.pages, new.pages)
    if counts[0] == counts[1] and before.second and after.second:
        counts = (before.second.count, after.second.count)
    return Look(
        pages_before=counts[0],
        pages_after=counts[1],
        regions=tuple(regions),
        repaired=new.repaired and not old.repaired,
    )


def _look(old: View, new: View, page: int, lawful: tuple[_Places, Permitted]) -> list[Region]:
    """Let MuPDF compare dots, what is hidden, and words."""
    places, permitted = lawful
    added, altered = places.added.get(page, []), places.altered.get(page, [])
    regions: list[Region] = []
    if added or altered:
        content = old.draw(page, annotations=False)
        regions += [
            Region(page=page + 1, box=box, hidden=True)
            for box, free in _loose(places, page)
            if is_covered(old.draw(page), new.draw(page), box, Below(content, free))
        ]
    box = differences(old.draw(page), new.draw(page), places.on(page))
    said = Counter(new.words_in(page, permitted.added | permitted.altered))
    said += Counter(old.words_in(page, permitted.altered))
    box = box or _reworded(old, new, page, (places.on(page), said))
    return [*regions, Region(page=page + 1, box=box)] if box else regions


def _loose(places: _Places, page: int) -> list[tuple[Box, list[Box]]]:
    """Give what may lie on the page, each with the boxes whose own ink may go.

    A field may drop the text that it held itself, but nothing of the page below it.
    """
    loose = [(box, places.signatures.get(page, [])) for box in places.added.get(page, ())]
    return [*loose, *((box, [box]) for box in places.altered.get(page, ()))]


def _below(pages: Pages, page: int, free: list[Box]) -> Below | None:
    content = pages.draw(page, annotations=False) if free else None
    return None if content is None else Below(content, free)


def _look_again(
    before: Revision, after: Revision, pages: list[int], places: _Places
) -> list[Region]:
    """Let PDFium compare dots, and what new widgets hide."""
    regions: list[Region] = []
    if before.second is None or after.second is None:
        return regions
    for page in pages:
        one, other = before.second.draw(page), after.second.draw(page)
        if one is None or other is None:
            continue
        regions += [
            Region(page=page + 1, box=box, hidden=True)
            for box, free in _loose(places, page)
            if is_covered(one, other, box, _below(before.second, page, free))
        ]
        box = differences(one, other, places.on(page))
        regions += [Region(page=page + 1, box=box)] if box else []
    return regions


def _by_page(places: Iterable[tuple[int, Box]]) -> dict[int, list[Box]]:
    boxes: dict[int, list[Box]] = {}
    for page, box in places:
        boxes.setdefault(page - 1, []).append(box)
    return boxes


def _reworded(
    before: View, after: View, page: int, lawful: tuple[list[Box], Counter[Word]]
) -> Box | None:
    """Give the box around words that a copy or a search would find only in one revision.

    Lawful are words within the permitted boxes, and what the permitted fields themselves say: an
    appearance is cut at its own edge, and a letter that the edge cuts has its middle beyond it.
    """
    permitted, said = lawful
    old, new = before.words(page), after.words(page)
    if [word for _, word in old] == [word for _, word in new]:
        return None
    kept = {word for _, word in old} & {word for _, word in new}
    boxes = [
        entry[0]
        for entry in old + new
        if entry[1] not in kept and not _within(entry[0], permitted) and not said[entry]
    ]
    if not boxes:
        return None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def _within(box: Box, permitted: list[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in permitted)
