"""What the pages show, made from records: plain words, addresses, nothing to compute later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from flask import url_for
from flask_babel import get_locale

from service.web.translation import gettext as _
from service.web.words import CHECKS, DECISIONS, EVENTS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.records import AuditEntry, Deliverable

R = TypeVar("R")

#: The business reads its clocks in China (one zone, no summer time).
BUSINESS_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
MINUTE, HOUR, DAY = 60, 3600, 86_400


def language() -> str:
    """Give ``zh`` or ``en``, as the page is shown."""
    return "zh" if str(get_locale()).startswith("zh") else "en"


def say(text: Mapping[str, str] | None) -> str:
    """Give the sentence of a bilingual value in the page's language."""
    return text[language()] if text else ""


def clock(moment: datetime | None) -> str:
    """Give a time as people read it, in the business's zone."""
    return moment.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def since(moment: datetime, now: datetime) -> str:
    """Say how long ago that was, in its largest unit."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < HOUR:
        return _("%(number)s min", number=seconds // MINUTE)
    if seconds < DAY:
        return _("%(number)s h", number=seconds // HOUR)
    return _("%(number)s d", number=seconds // DAY)


def status_of(deliverable: Deliverable) -> str | None:
    """Give the word of STATUSES that fits: the verdict, or why there is none."""
    if deliverable.verdict is None and deliverable.judged_at is not None:
        return "QUARANTINED"
    return deliverable.verdict


def status_title(status: str | None) -> str:
    return str(STATUSES.get(status, status))


def decision_title(decision: str | None) -> str:
    return str(DECISIONS[decision]) if decision else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    place: str
    caption: str
    #: Address of a picture of the place; None where there is nothing to draw.
    crop: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    index: int
    id: str
    version: int
    title: str
    status: str
    sub_indication: str | None
    message: str
    remedy: str
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    """A box over the page's picture, in the units of its viewBox."""

    finding: int
    status: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    title: str
    at: str
    actor: str
    seq: int
    reason: str


def findings(deliverable: Deliverable) -> tuple[FindingView, ...]:
    """Give every finding that says something, the worst first."""
    checks = (deliverable.report or {}).get("checks", [])
    shown = [
        _finding(index, check, deliverable)
        for index, check in enumerate(checks)
        if check["status"] != "NOT_APPLICABLE"
    ]
    order = {"FAILED": 0, "INDETERMINATE": 1, "PASSED": 2}
    return tuple(sorted(shown, key=lambda view: (order[view.status], view.index)))


def why(deliverable: Deliverable) -> str:
    """Give the message of the finding that made the verdict."""
    for view in findings(deliverable):
        if view.status == deliverable.verdict:
            return view.message
    return status_title(status_of(deliverable))


def boxes(deliverable: Deliverable, page: int) -> tuple[BoxView, ...]:
    """Give the evidence that lies on one page of the file as it is."""
    return tuple(
        _box(view, item["box"])
        for view in findings(deliverable)
        for item in (deliverable.report or {})["checks"][view.index]["evidence"]
        if (item["kind"] == "page_box" and item["page"] == page)
        or (item["kind"] == "image_box" and page == 1)
    )


def events(entries: Iterable[AuditEntry], names: Mapping[str, str]) -> tuple[EventView, ...]:
    """Give audit entries as a timeline; `names` maps person ids to names."""
    return tuple(
        EventView(
            title=str(EVENTS.get(entry.action, entry.action)),
            at=clock(entry.at),
            actor=names.get(entry.actor, entry.actor),
            seq=entry.seq,
            reason=entry.reason or "",
        )
        for entry in entries
    )


def by_id(rows: Iterable[R]) -> dict[str, R]:
    return {row.id: row for row in rows}  # type: ignore[attr-defined] # every record has an id


def _finding(index: int, check: Mapping[str, Any], deliverable: Deliverable) -> FindingView:
    return FindingView(
        index=index,
        id=check["id"],
        version=check["version"],
        title=str(CHECKS.get(check["id"], check["id"])),
        status=check["status"],
        sub_indication=check["sub_indication"],
        message=say(check["message"]),
        remedy=say(check["remedy"]),
        evidence=tuple(
            _evidence(item, url_for_crop(deliverable, index, place))
            for place, item in enumerate(check["evidence"])
        ),
    )


def url_for_crop(deliverable: Deliverable, check: int, place: int) -> str:
    return url_for("api.evidence_crop", deliverable_id=deliverable.id, check=check, place=place)


def _evidence(item: Mapping[str, Any], crop: str) -> EvidenceView:
    drawn = item["kind"] in {"page_box", "image_box"}
    return EvidenceView(
        place=_place(item), caption=say(item.get("caption")), crop=crop if drawn else None
    )


def _place(item: Mapping[str, Any]) -> str:
    page = _("Page %(page)s", page=item.get("page"))
    revision = _("revision %(revision)s", revision=item.get("revision"))
    value = item.get("value")
    return {
        "page_box": page if item.get("revision") is None else f"{page}, {revision}",
        "image_box": _("Picture"),
        "byte_range": _("Bytes %(start)s to %(end)s", start=item.get("start"), end=item.get("end")),
        "part": " › ".join(part for part in (item.get("part"), item.get("path")) if part),
        "header": _("Header %(name)s", name=item.get("name")),
        "field": f"{item.get('source')} = {value}" if value else str(item.get("source")),
    }[str(item["kind"])]


def _box(view: FindingView, box: list[float]) -> BoxView:
    return BoxView(
        finding=view.index,
        status=view.status,
        label=f"{view.title}: {view.message}",
        x=box[0],
        y=box[1],
        width=max(box[2] - box[0], 1.0),
        height=max(box[3] - box[1], 1.0),
    )
