"""Whether two aligned pages are one document: what differs where one lies on the other.

Points alone do not say: two forms of one template share most of theirs, and of a page that is
nearly all template even the ink is nearly all alike. So the places that differ are counted: a form
that was filled in anew differs in many small ones, a copy in hardly any.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from verification.fingerprints.alignment import align, moved
from verification.fingerprints.bending import fineness, shifted
from verification.fingerprints.pages import KEPT_SIDE, SEEN_SIDE
from verification.fingerprints.photographs import agreement, shown
from verification.fingerprints.residual import residual, sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from verification.fingerprints.alignment import Alignment
    from verification.fingerprints.pages import Opened
    from verification.fingerprints.photographs import Agreement
    from verification.fingerprints.residual import Residual, Sheet

Kind = Literal["same", "same_but_changed", "same_template", "different"]
Box = tuple[float, float, float, float]

#: Pixels of a picture of 600 a cell is wide and high: letters of a word touch, rows of a table do
#: not.
_WIDE, _HIGH = 5, 3
#: Pixels with ink that must be there.
_FEWEST_INKED = 600
#: Places where ink came or went: a stamp, a signature, a note.
MOST_ADDED = 3
#: In all: short fields that were filled in anew seem to be added where little stood there.
_MOST_PLACES = 4
#: Share of the inked pixels that ink came to or went from: more stayed than was added.
_MOST_ADDED = 0.5
#: What went may be so much of what came (or the reverse) where one was laid over the other.
_ONE_SIDED = 0.3
#: Pairs of points that must agree before anything is compared.
_FEWEST_PAIRS = 10
#: With fewer it may be the page in a mirror, or a negative of it.
_SURE_PAIRS = 60
#: Longer side above which both must have been kept to be held finely against each other: with
#: little more than `SEEN_SIDE` nothing more is read, and a sheet that is bent is laid less well.
_LEAST_FINE = 750
#: What differs as usual in copies of one drawing, and the noise of its paper, at most.
_EXACT, _CLEAN = 0.004, 0.0002
#: Of photographs of places: pairs that must agree, share of windows that go alike, and windows that
#: touch and do not, for a place that is told.
_FEWEST_PAIRS_OF_PLACE, _LEAST_ALIKE, _FEWEST_APART = 20, 0.88, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """What is told where two pages lie so well."""

    #: Pixels that must differ in one place: where something else is written (on a finer picture as
    #: much of the page), and where ink only came or went, as it seems to along the strokes of a
    #: sharp scan that was turned.
    replaced_pixels: int
    added_pixels: int
    #: Places where something else may be written in one document (another name), and the share of
    #: the inked pixels that they may take.
    most_replaced: int
    most_replaced_share: float


#: Of one drawing; of a photo; of copies in another size or turned. Where small print cannot be told
#: from what copying does, hardly anything may be other than it was.
_BARS = {
    "exact": _Bar(replaced_pixels=10, added_pixels=60, most_replaced=2, most_replaced_share=0.0135),
    "photo": _Bar(replaced_pixels=10, added_pixels=60, most_replaced=0, most_replaced_share=0),
    "copy": _Bar(replaced_pixels=24, added_pixels=60, most_replaced=3, most_replaced_share=0.003),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    kind: Kind
    #: Pairs of points that agree.
    pairs: int = 0
    #: Share of the inked pixels on which something else is written, 0..1.
    replaced: float = 1.0
    #: Share of the inked pixels that ink came to or went from, 0..1.
    added: float = 1.0
    #: Changed places on the later page, and the same on the earlier one, in each page's units.
    here: tuple[Box, ...] = ()
    there: tuple[Box, ...] = ()
    #: The later page is the earlier one in a mirror, or dark for light.
    mirrored: bool = False
    negative: bool = False


DIFFERENT = Likeness(kind="different")


def compare(later: Opened, earlier: Opened) -> Likeness:
    """Hold a page against an earlier one."""
    return next(compared(later, [earlier]))


def compared(later: Opened, many: Iterable[Opened]) -> Iterator[Likeness]:
    """Hold a page against each of several; what is done with it alone is done once."""
    plain, *others = _looks(later)
    for earlier in many:
        held, alignment = plain, align(plain.page, earlier)
        # Letters and tables that are their own mirror make a few pairs agree.
        for other in others if _pairs(alignment) < _SURE_PAIRS else ():
            if _pairs(found := align(other.page, earlier)) > _pairs(alignment):
                held, alignment = other, found
        if alignment is None or alignment.pairs < _FEWEST_PAIRS:
            yield DIFFERENT
            continue
        yield held.laid(alignment, earlier)


def _looks(page: Opened) -> list[_Held]:
    """Give the page as it is, and in a mirror and a negative where that is described."""
    looks = [_Held(page)]
    if len(page.mirrored):
        looks.append(_Held(page.in_a_mirror(), is_mirrored=True))
    if len(page.negative):
        looks.append(_Held(page.as_negative(), is_negative=True))
    return looks


def _pairs(alignment: Alignment | None) -> int:
    return 0 if alignment is None else alignment.pairs


class _Held:
    """A page that is held against others; what is done with it alone is done once."""

    def __init__(
        self, page: Opened, *, is_mirrored: bool = False, is_negative: bool = False
    ) -> None:
        self.page = page
        self._is_mirrored, self._is_negative = is_mirrored, is_negative
        self._coarse = page.no_larger(SEEN_SIDE)
        self._ready: dict[tuple[int, bool], Sheet] = {}

    def laid(self, alignment: Alignment, earlier: Opened) -> Likeness:
        """Say how like the two are where the one lies on the other."""
        here, there = self._coarse, earlier.no_larger(SEEN_SIDE)
        lie = alignment.on_pictures(here, there)
        what = shown(here.small, there.small, lie)
        if what == "place":
            like = _judged_place(agreement(here.small, there.small, lie), lie, here, there)
        else:
            like = self._as_print(alignment, earlier, is_light_on_dark=what == "light on dark")
        return replace(like, mirrored=self._is_mirrored, negative=self._is_negative)

    def _as_print(
        self, alignment: Alignment, earlier: Opened, *, is_light_on_dark: bool
    ) -> Likeness:
        """Hold what is printed against what was, as finely as both pictures are."""
        held = min(max(self.page.small.shape), max(earlier.small.shape))
        # Bowed sheets and pages of earlier versions were kept less finely than others are.
        side = KEPT_SIDE if held > _LEAST_FINE else SEEN_SIDE
        here, there = self._coarse if side == SEEN_SIDE else self.page, earlier.no_larger(side)
        one, other = here.small, there.small
        if is_light_on_dark:
            one, other = 255 - one, 255 - other
        if (side, is_light_on_dark) not in self._ready:
            self._ready[side, is_light_on_dark] = sheet(one)
        lie = alignment.on_pictures(here, there)
        found = residual(self._ready[side, is_light_on_dark], other, lie)
        return _judged(found, lie, here, there)


def _judged_place(
    found: Agreement, alignment: Alignment, later: Opened, earlier: Opened
) -> Likeness:
    pairs = alignment.pairs
    if pairs < _FEWEST_PAIRS_OF_PLACE or found.share < _LEAST_ALIKE:
        return Likeness(kind="different", pairs=pairs)
    groups = sorted((one for one in _touching(found.differ) if len(one) >= _FEWEST_APART), key=len)
    boxes = [_box_of([found.box(*cell) for cell in cells]) for cells in groups[-MOST_ADDED:]]
    return Likeness(
        kind="same_but_changed" if boxes else "same",
        pairs=pairs,
        replaced=0,
        added=1 - found.share,
        here=tuple(_around(_rim(box), later) for box in boxes),
        there=tuple(_around(moved(alignment.projection, _rim(box)), earlier) for box in boxes),
    )


def _judged(found: Residual, alignment: Alignment, later: Opened, earlier: Opened) -> Likeness:
    inked = int(found.inked.sum())
    if inked < _FEWEST_INKED:
        return DIFFERENT
    is_drawn_anew = later.was_made_flat or earlier.was_made_flat or found.usual > _EXACT
    places, bar = _places(found, is_drawn_anew=is_drawn_anew)
    added = [place for place in places if place.one_sided]
    others = [place for place in places if not place.one_sided]
    replaced = sum(place.pixels for place in others) / inked
    more = sum(place.pixels for place in added) / inked
    is_same = (
        len(others) <= bar.most_replaced
        and len(added) <= MOST_ADDED
        and len(places) <= _MOST_PLACES
        and replaced <= bar.most_replaced_share
        and more <= _MOST_ADDED
    )
    if not is_same:
        return Likeness(kind="same_template", pairs=alignment.pairs, replaced=replaced, added=more)
    return Likeness(
        kind="same_but_changed" if places else "same",
        pairs=alignment.pairs,
        replaced=replaced,
        added=more,
        here=tuple(_around(_rim(place.box), later) for place in places),
        there=tuple(_around(_laid(place.box, found, alignment), earlier) for place in places),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Cells that touch."""

    box: Box
    #: Of the later small picture, that differ; ink that came there, and that went.
    pixels: float
    came: float
    went: float

    @property
    def is_one_sided(self) -> bool:
        """Say whether ink only came or only went: a stamp covers text, other text replaces it."""
        return min(self.came, self.went) < _ONE_SIDED * max(self.came, self.went)

    def is_alike(self, other: _Group) -> bool:
        """Say whether ink came on both, or went from both."""
        return other.is_one_sided and (self.came > self.went) == (other.came > other.went)

    def overlaps(self, other: _Group) -> bool:
        x0, y0, x1, y1 = self.box
        left, top, right, bottom = other.box
        return x0 < right and left < x1 and y0 < bottom and top < y1

    def with_(self, other: _Group) -> _Group:
        x0, y0, x1, y1 = self.box
        left, top, right, bottom = other.box
        return _Group(
            box=(min(x0, left), min(y0, top), max(x1, right), max(y1, bottom)),
            pixels=self.pixels + other.pixels,
            came=self.came + other.came,
            went=self.went + other.went,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    box: Box
    pixels: int
    one_sided: bool


def _places(found: Residual, *, is_drawn_anew: bool) -> tuple[list[_Place], _Bar]:
    """Give the places that differ, specks being noise, and the bar for them."""
    bar = _BARS["copy" if is_drawn_anew else "exact" if found.noise <= _CLEAN else "photo"]
    places: list[_Place] = []
    replaced_pixels = bar.replaced_pixels * fineness(found.inked.shape) ** 2
    groups = _groups(found)
    # Of a copy in another size or turned, strokes seem to come and go: values of a form would be
    # taken for one mark.
    for group in groups if is_drawn_anew else _marks(groups, bar.added_pixels):
        one_sided = group.is_one_sided
        if one_sided and group.pixels < bar.added_pixels:
            # A figure set for another; strokes of a scan that was turned seem to lose ink.
            one_sided = is_drawn_anew or found.noise > _CLEAN
        if group.pixels >= (bar.added_pixels if one_sided else replaced_pixels):
            pixels = round(group.pixels)
            places.append(_Place(box=group.box, pixels=pixels, one_sided=one_sided))
    return sorted(places, key=lambda place: place.box), bar


def _groups(found: Residual) -> list[_Group]:
    """Give the groups of cells that touch."""
    cells = [
        _sums(part * found.differs) for part in (np.ones_like(found.came), found.came, found.went)
    ]
    wide, high = _cell(found.differs.shape)
    groups: list[_Group] = []
    for group in _touching(cells[0] > 0):
        rows, columns = zip(*group, strict=True)
        pixels, came, went = (float(part[rows, columns].sum()) for part in cells)
        box = (
            float(wide * min(columns)),
            float(high * min(rows)),
            float(wide * (max(columns) + 1)),
            float(high * (max(rows) + 1)),
        )
        groups.append(_Group(box=box, pixels=pixels, came=came, went=went))
    return groups


def _touching(cells: NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
    """Give the groups of marked cells that touch, by rows and columns."""
    left = {(int(row), int(column)) for row, column in np.argwhere(cells)}
    groups: list[list[tuple[int, int]]] = []
    while left:
        group, edge = [], [left.pop()]
        while edge:
            row, column = edge.pop()
            group.append((row, column))
            near = {(row + dy, column + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & left
            left -= near
            edge += sorted(near)
        groups.append(group)
    return groups


def _marks(groups: list[_Group], fewest: int) -> list[_Group]:
    """Put together what was added in pieces: a ring is torn by what is written under it.

    Pieces of one mark lie in one another's boxes, and ink came in each (or went from each).
    """
    left = sorted(groups, key=lambda one: (-one.pixels, one.box))
    done: list[_Group] = []
    while left:
        mark = left.pop(0)
        while mark.is_one_sided and mark.pixels >= fewest:
            parts = [one for one in left if mark.overlaps(one) and mark.is_alike(one)]
            if not parts:
                break
            mark = mark.with_(parts[0])
            left.remove(parts[0])
        done.append(mark)
    return done


def _cell(shape: tuple[int, ...]) -> tuple[int, int]:
    """Give how wide and high a cell is on a picture of that size."""
    fine = fineness(shape)
    return round(_WIDE * fine), round(_HIGH * fine)


def _sums(field: NDArray[np.float32]) -> NDArray[np.float32]:
    wide, high = _cell(field.shape)
    rows, columns = field.shape[0] // high, field.shape[1] // wide
    cut = field[: rows * high, : columns * wide].reshape(rows, high, columns * wide)
    return np.asarray(cut.sum(1).reshape(rows, columns, wide).sum(2))


def _box_of(boxes: list[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _rim(box: Box) -> NDArray[np.float64]:
    """Give corners of a box and middles of its sides: on a bowed sheet these may stand out most."""
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return np.array([(x0, y0), (x, y0), (x1, y0), (x1, y), (x1, y1), (x, y1), (x0, y1), (x0, y)])


def _laid(box: Box, found: Residual, alignment: Alignment) -> NDArray[np.float64]:
    """Give where a box comes to lie on the earlier small picture."""
    x, y = np.asarray(_rim(box).T, np.float32)
    places = np.stack(shifted(found.bend, x, y, found.inked.shape), axis=1)
    return moved(alignment.projection, places.astype(np.float64))


def _around(places: NDArray[np.float64], page: Opened) -> Box:
    """Give the box, in the page's own units, around places in pixels of its small picture."""
    there = page.on_page(places)
    (left, top), (right, bottom) = there.min(0), there.max(0)
    return float(left), float(top), float(right), float(bottom)
