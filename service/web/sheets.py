"""The pages of a document on screen: one page image with its boxes, and the way to the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from service.web.translation import gettext as _
from verification.identify.formats import OFFICE

if TYPE_CHECKING:
    from service.records import Deliverable
    from service.web.findings import BoxView, ReportView

#: A page is so wide, in its own units, when a number tag on it is one unit of type high.
USUAL_WIDTH = 600.0
#: Width of a number tag, in the height of its type.
TAG_WIDTH = 1.5
#: Up to so many pages each has its link.
FEW = 12


def shows_pictures(deliverable: Deliverable) -> bool:
    """Say whether what is drawn of a file are pictures within it, not its pages."""
    return (deliverable.report or {}).get("type", {}).get("format") in OFFICE


def place_words(deliverable: Deliverable, number: int) -> str:
    """Say which page it is, or which picture."""
    if shows_pictures(deliverable):
        return _("Picture %(number)s in the document", number=number)
    return _("Page %(page)s", page=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page, in its own units: points for documents, pixels for pictures."""

    place: str
    alt: str
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
    place: str
    address: str
    current: bool
    #: How many places on it findings point at.
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    count: int
    #: They are pictures within the document, not its pages.
    pictures: bool
    shown: Sheet | None
    links: tuple[PageLink, ...]
    previous: str | None
    following: str | None
    #: Why there is nothing to see.
    reason: str

    @classmethod
    def none(cls, reason: str) -> Sheets:
        return cls(
            count=0,
            pictures=False,
            shown=None,
            links=(),
            previous=None,
            following=None,
            reason=reason,
        )

    @classmethod
    def lay_out(
        cls,
        deliverable: Deliverable,
        sizes: tuple[tuple[float, float], ...],
        report: ReportView,
        asked: int,
    ) -> Sheets:
        """Show the page that was asked for, or the nearest that there is."""
        if not sizes:
            return cls.none(_("The file has no pages."))
        count = len(sizes)
        number = min(max(asked, 1), count)
        shown = _sheet(deliverable, number, sizes[number - 1], report)

        def address(page: int) -> str | None:
            if not 1 <= page <= count:
                return None
            return url_for("web.deliverable", deliverable_id=deliverable.id, page=page)

        listed = range(1, count + 1) if count <= FEW else [p for p in report.pages if p <= count]
        return cls(
            count=count,
            pictures=shows_pictures(deliverable),
            shown=shown,
            links=tuple(
                PageLink(
                    number=page,
                    place=place_words(deliverable, page),
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
    deliverable: Deliverable, number: int, size: tuple[float, float], report: ReportView
) -> Sheet | None:
    width, height = size
    if not width or not height:
        return None
    place = place_words(deliverable, number)
    pictures = shows_pictures(deliverable)
    return Sheet(
        place=place,
        alt=place if pictures else _("Page %(number)s of the document", number=number),
        image=url_for("deliverables.send_page", deliverable_id=deliverable.id, number=number),
        width=width,
        height=height,
        unit=max(width, height / 1.5) / USUAL_WIDTH * 13,
        boxes=report.on_page(number),
    )
