"""A page beside the earlier one that it was taken from, the places that differ boxed on both.

Of the earlier side a person sees what the policy lets them see of that deliverable: its page, or
that there is one and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flask import url_for

from service.actions import deliverables
from service.actions.reuse import FIELD
from service.actions.reuse_pages import ID
from service.errors import FileLost, NotShowable
from service.web.sheets import place_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.ports import Ports
    from service.records import Deliverable

Box = tuple[float, float, float, float]
DRAWN = frozenset({"page_box", "image_box"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """A page in its own units, and the places on it that differ."""

    #: Which page, or which picture of an office document, in words.
    place: str
    image: str
    width: float
    height: float
    #: Left, top, width and height of each.
    boxes: tuple[Box, ...]
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    new: SideView
    #: None where whoever looks may not see the earlier deliverable, or it cannot be drawn.
    earlier: SideView | None
    may_see: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    source: str
    page: int
    size: tuple[float, float]
    here: tuple[Box, ...]
    there_page: int
    there: tuple[Box, ...]


def pairs(
    ports: Ports, deliverable: Deliverable, seen: Mapping[str, Deliverable]
) -> tuple[PairView, ...]:
    """Give each page that was told with the earlier one beside it, `seen` those one may see."""
    sizes = {source: _sizes(ports, one) for source, one in seen.items()}
    return tuple(
        PairView(
            new=_side(deliverable, pair.page, pair.size, pair.here),
            earlier=_earlier(seen.get(pair.source), sizes.get(pair.source, ()), pair),
            may_see=pair.source in seen,
        )
        for pair in _pairs(deliverable)
    )


def _sizes(ports: Ports, source: Deliverable) -> tuple[tuple[float, float], ...]:
    """Measure the pages of an earlier file; none where it cannot be drawn or is lost."""
    try:
        return deliverables.page_sizes(ports, source)
    except (NotShowable, FileLost):
        return ()


def _earlier(
    source: Deliverable | None, sizes: Sequence[tuple[float, float]], pair: _Pair
) -> SideView | None:
    if source is None or not 1 <= pair.there_page <= len(sizes):
        return None
    size = sizes[pair.there_page - 1]
    return _side(source, pair.there_page, size, pair.there) if min(size) > 0 else None


def _side(
    deliverable: Deliverable, number: int, size: tuple[float, float], boxes: Sequence[Box]
) -> SideView:
    return SideView(
        place=place_words(deliverable, number),
        image=url_for("deliverables.send_page", deliverable_id=deliverable.id, number=number),
        width=size[0],
        height=size[1],
        boxes=tuple((x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in boxes),
        name=deliverable.name,
        address=url_for("web.deliverable", deliverable_id=deliverable.id, page=number),
    )


def _pairs(deliverable: Deliverable) -> Iterator[_Pair]:
    """Read the pages that `reuse.page` told: a whole page, its earlier one, then what differs."""
    for check in (deliverable.report or {}).get("checks", []):
        evidence = check["evidence"]
        if check["id"] != ID or not evidence or evidence[0].get("source") != FIELD:
            continue
        starts = [
            place
            for place, (one, after) in enumerate(pairwise(evidence))
            if one["kind"] in DRAWN and after.get("source") == "page"
        ]
        for start, end in zip(starts, [*starts[1:], len(evidence)], strict=True):
            yield _pair(str(evidence[0]["value"]), evidence[start:end])


def _pair(source: str, told: Sequence[Mapping[str, Any]]) -> _Pair:
    whole, earlier, *changes = told
    return _Pair(
        source=source,
        page=int(whole.get("page", 1)),
        size=(float(whole["box"][2]), float(whole["box"][3])),
        here=tuple(_box(one["box"]) for one in changes if one["kind"] in DRAWN),
        there_page=int(earlier["value"]),
        there=tuple(
            _box(one["value"].split(",")) for one in changes if one.get("source") == "changed_box"
        ),
    )


def _box(edges: Sequence[Any]) -> Box:
    left, top, right, bottom = (float(edge) for edge in edges)
    return left, top, right, bottom
