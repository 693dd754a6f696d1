"""The pages of a document on screen: one page image with its boxes, and the way to the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from service.web.translation import gettext as _

if TYPE_CHECKING:
    from service.web.findings import BoxView, ReportView

#: A page is so wide, in its own units, when a number tag on it is one unit of type high.
USUAL_WIDTH = 600.0
#: Width of a number tag, in the height of its type.
TAG_WIDTH = 1.5
#: Up to so many pages each has its link.
FEW = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page, in its own units: points for documents, pixels for pictures."""

    number: int
    image: str
    width: float
    height: float
    #: Height of a number tag's type.
    unit: float
    boxes: tuple[BoxView, ...]

    def tag_x(self, box: BoxView) -> float:
        """Say where the number of a box goes: right of it where there is room, else left."""
        right, width = box.x + box.width, TAG_WIDTH * self.unit
        return right if right + width <= self.width else max(box.x - width, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    number: int
    address: str
    current: bool
    #: How many places on it findings point at.
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    count: int
    shown: Sheet | None
    links: tuple[PageLink, ...]
    previous: str | None
    following: str | None
    #: Why there is nothing to see.
    reason: str

    @classmethod
    def none(cls, reason: str) -> Sheets:
        return cls(count=0, shown=None, links=(), previous=None, following=None, reason=reason)

    @classmethod
    def lay_out(
        cls,
        deliverable_id: str,
        sizes: tuple[tuple[float, float], ...],
        report: ReportView,
        asked: int,
    ) -> Sheets:
        """Show the page that was asked for, or the nearest that there is."""
        if not sizes:
            return cls.none(_("The file has no pages."))
        count = len(sizes)
        number = min(max(asked, 1), count)
        shown = _sheet(deliverable_id, number, sizes[number - 1], report)

        def address(page: int) -> str | None:
            if not 1 <= page <= count:
                return None
            return url_for("web.deliverable", deliverable_id=deliverable_id, page=page)

        listed = range(1, count + 1) if count <= FEW else [p for p in report.pages if p <= count]
        return cls(
            count=count,
            shown=shown,
            links=tuple(
                PageLink(
                    number=page,
                    address=address(page) or "",
                    current=page == number,
                    places=len(report.on_page(page)),
                )
                for page in listed
            ),
            previous=address(number - 1),
            following=address(number + 1),
            reason="" if shown else _("This page cannot be drawn."),
        )


def _sheet(
    deliverable_id: str, number: int, size: tuple[float, float], report: ReportView
) -> Sheet | None:
    width, height = size
    if not width or not height:
        return None
    return Sheet(
        number=number,
        image=url_for("deliverables.send_page", deliverable_id=deliverable_id, number=number),
        width=width,
        height=height,
        unit=max(width, height / 1.5) / USUAL_WIDTH * 13,
        boxes=report.on_page(number),
    )
