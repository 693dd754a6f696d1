"""A report as pages show it: findings with the worst first, and their evidence, numbered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from service.web.translation import gettext as _
from service.web.translation import say_stored
from service.web.views import cause_title, status_of, status_title
from service.web.words import CHECKS, EARLIER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.records import Deliverable

ORDER = {"FAILED": 0, "INDETERMINATE": 1, "PASSED": 2}
DRAWN = frozenset({"page_box", "image_box", "video_box"})
#: No box is drawn narrower or lower than this, in the units of its page.
LEAST_SIDE = 2.0

#: Where a place is: page and box.
Place = tuple[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One place that a finding points at."""

    place: str
    #: A value or an address inside the file, shown as code; empty where there is none.
    detail: str
    caption: str
    #: Address of a picture of the place; None where there is nothing to draw.
    crop: str | None
    #: Number of the box on the page image; None where it has none.
    number: int | None
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    index: int
    id: str
    version: int
    title: str
    status: str
    cause: str
    message: str
    remedy: str
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    """A place on a page that findings point at, in the page's own units."""

    number: int
    page: int
    #: Index of the worst finding that points here.
    finding: int
    status: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    #: What did not pass, the worst first.
    open: tuple[FindingView, ...]
    passed: tuple[FindingView, ...]
    boxes: tuple[BoxView, ...]

    def on_page(self, page: int) -> tuple[BoxView, ...]:
        return tuple(box for box in self.boxes if box.page == page)

    @property
    def pages(self) -> tuple[int, ...]:
        """Pages on which there is something to see."""
        return tuple(sorted({box.page for box in self.boxes}))

    @property
    def first_page(self) -> int:
        """The page to begin with: where the worst finding points."""
        return self.boxes[0].page if self.boxes else 1


def read(deliverable: Deliverable) -> ReportView:
    """Give the report of a deliverable; an empty one while there is none."""
    checks = list(enumerate((deliverable.report or {}).get("checks", [])))
    said = [(index, check) for index, check in checks if check["status"] in ORDER]
    said.sort(key=lambda pair: (ORDER[pair[1]["status"]], pair[0]))
    boxes = _boxes(said)
    numbers = {place: box.number for place, box in boxes.items()}
    views = [_finding(index, check, deliverable, numbers) for index, check in said]
    return ReportView(
        open=tuple(view for view in views if view.status != "PASSED"),
        passed=tuple(view for view in views if view.status == "PASSED"),
        boxes=tuple(boxes.values()),
    )


def why(deliverable: Deliverable) -> str:
    """Give the message of the finding that made the verdict."""
    made = (deliverable.verdict, deliverable.sub_indication)
    for check in (deliverable.report or {}).get("checks", []):
        if (check["status"], check["sub_indication"]) == made:
            return say_stored(check["message"])
    return status_title(status_of(deliverable))


def _boxes(said: list[tuple[int, Mapping[str, Any]]]) -> dict[Place, BoxView]:
    """Number every place once, however many findings point at it; the worst gives its colour."""
    found: dict[Place, BoxView] = {}
    for index, check in said:
        for item in check["evidence"]:
            place = _place_of(item)
            if place is not None and place not in found:
                found[place] = _box(len(found) + 1, index, check, place)
    return found


def _place_of(item: Mapping[str, Any]) -> Place | None:
    """Give the place on the file as it is; an earlier revision, and a film, on its card only."""
    if item["kind"] not in DRAWN - {"video_box"} or item.get("revision") is not None:
        return None
    return int(item.get("page", 1)), tuple(item["box"])


def _box(number: int, index: int, check: Mapping[str, Any], place: Place) -> BoxView:
    page, (left, top, right, bottom) = place
    return BoxView(
        number=number,
        page=page,
        finding=index,
        status=check["status"],
        label=f"{number}. {_title(check)}: {say_stored(check['message'])}",
        x=left,
        y=top,
        width=max(right - left, LEAST_SIDE),
        height=max(bottom - top, LEAST_SIDE),
    )


def _title(check: Mapping[str, Any]) -> str:
    return str(CHECKS.get(check["id"], check["id"]))


def _finding(
    index: int, check: Mapping[str, Any], deliverable: Deliverable, numbers: Mapping[Place, int]
) -> FindingView:
    return FindingView(
        index=index,
        id=check["id"],
        version=check["version"],
        title=_title(check),
        status=check["status"],
        cause=cause_title(check["sub_indication"]),
        message=say_stored(check["message"]),
        remedy=say_stored(check["remedy"]),
        evidence=tuple(
            _evidence(item, _crop(deliverable, index, place, item), numbers)
            for place, item in enumerate(check["evidence"])
            if not _is_drawn_beside(item)
        ),
    )


def _crop(deliverable: Deliverable, check: int, place: int, item: Mapping[str, Any]) -> str | None:
    if item["kind"] not in DRAWN:
        return None
    return url_for(
        "deliverables.send_evidence", deliverable_id=deliverable.id, check=check, place=place
    )


def _evidence(
    item: Mapping[str, Any], crop: str | None, numbers: Mapping[Place, int]
) -> EvidenceView:
    place = _place_of(item)
    title, detail = _words(item)
    return EvidenceView(
        place=title,
        detail=detail,
        caption=say_stored(item.get("caption")),
        crop=crop,
        number=numbers.get(place) if place else None,
        page=place[0] if place else None,
    )


def _is_drawn_beside(item: Mapping[str, Any]) -> bool:
    """Say whether it is a place on an earlier page: boxed where both sides are shown."""
    return (item["kind"], item.get("source")) == ("field", "changed_box")


def _words(item: Mapping[str, Any]) -> tuple[str, str]:
    """Say where a locator points, and the value or the address inside that goes with it."""
    if item["kind"] == "page_box":
        return _page_words(item), ""
    if item["kind"] == "field" and item.get("value") and item["source"] in EARLIER:
        value = str(item["value"])
        is_moment = item["source"] == "earlier_moment"
        return str(EARLIER[item["source"]]), _moment(int(value)) if is_moment else value
    titles = {
        "image_box": _("Picture"),
        "video_box": _("Film"),
        "byte_range": _("Bytes of the file"),
        "part": _("Part of the package"),
        "header": _("Mail header"),
        "field": _("Metadata field"),
    }
    return titles[item["kind"]], _detail(item)


def _page_words(item: Mapping[str, Any]) -> str:
    page = _("Page %(page)s", page=item["page"])
    if item.get("revision") is None:
        return page
    revision = _("signed revision %(revision)s", revision=item["revision"])
    return f"{page} · {revision}"


def _frame(item: Mapping[str, Any]) -> str:
    """Say which frame of a picture it is where that is not the first, or told by its part."""
    number = item.get("page", 1)
    return "" if number == 1 or item.get("part") else str(number)


def _moment(t_ms: int) -> str:
    return f"{t_ms // 60_000}:{t_ms // 1000 % 60:02}.{t_ms % 1000 // 100}"


def _detail(item: Mapping[str, Any]) -> str:
    match item:
        case {"kind": "video_box", "t_ms": int(moment)}:
            return _moment(moment)
        case {"kind": "byte_range", "start": int(start), "end": int(end)}:
            return f"{start:,} – {end:,}"
        case {"kind": "part" | "image_box"}:
            said = item.get("part"), item.get("path") or _frame(item)
            return " › ".join(part for part in said if part)
        case {"kind": "header", "name": str(name)}:
            index = int(item.get("index") or 0)
            return f"{name} ({index + 1})" if index else name
        case {"kind": "field", "source": str(source)}:
            value = item.get("value")
            return f"{source} = {value}" if value else source
    return ""
