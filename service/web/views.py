"""What several pages show, made from records: plain words, times and sizes as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, TypeVar

from service.actions import reviews
from service.web.translation import gettext as _
from service.web.translation import say
from service.web.words import CAUSES, DECIDED, EVENTS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.records import AuditEntry, Deliverable

R = TypeVar("R")

#: The business reads its clocks in China (one zone, no summer time).
BUSINESS_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
MINUTE, HOUR, DAY = 60, 3600, 86_400
KIB, MIB = 1024, 1024 * 1024


def clock(moment: datetime | None) -> str:
    """Give a time as people read it, in the business's zone."""
    return moment.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def since(moment: datetime, now: datetime) -> str:
    """Say how long ago that was, in its largest unit."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < MINUTE:
        return _("under a minute")
    if seconds < HOUR:
        return _("%(number)s min", number=seconds // MINUTE)
    if seconds < DAY:
        return _("%(number)s h", number=seconds // HOUR)
    return _("%(number)s d", number=seconds // DAY)


def size(count: int) -> str:
    """Give a number of bytes in the unit that people think in."""
    if count < KIB:
        return f"{count} B"
    return f"{count / KIB:.1f} kB" if count < MIB else f"{count / MIB:.1f} MB"


def status_of(deliverable: Deliverable) -> str | None:
    """Give the word of STATUSES that fits: the verdict, or why there is none."""
    if deliverable.verdict is None and deliverable.judged_at is not None:
        return "QUARANTINED"
    return deliverable.verdict


def status_title(status: str | None) -> str:
    return str(STATUSES.get(status, status))


def cause_title(cause: str | None) -> str:
    """Say what a sub-indication means; a new one that has no word yet is shown as it is."""
    return str(CAUSES.get(cause, cause)) if cause else ""


def decided_title(decision: str | None) -> str:
    return str(DECIDED[decision]) if decision else ""


def reason_title(code: str | None) -> str:
    """Say what a reason code of a decision means."""
    for known in reviews.REASONS.values():
        if code in known:
            return say(known[code])
    return code or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One step of a trail."""

    title: str
    at: str
    actor: str
    #: Number in the audit chain.
    seq: int
    reason: str


def events(entries: Iterable[AuditEntry], names: Mapping[str, str]) -> tuple[EventView, ...]:
    """Give audit entries as a timeline; `names` maps person ids to names."""
    return tuple(
        EventView(
            title=str(EVENTS.get(entry.action, entry.action)),
            at=clock(entry.at),
            actor=names.get(entry.actor, entry.actor),
            seq=entry.seq,
            reason=_reason(entry),
        )
        for entry in entries
    )


def _reason(entry: AuditEntry) -> str:
    if entry.action == "reviews.decide":
        after = entry.after or {}
        return f"{decided_title(after.get('decision'))} · {reason_title(entry.reason)}"
    if entry.action.startswith("stages."):
        return ""  # names the row that it followed from, which this trail is about
    return cause_title(entry.reason)


def by_id(rows: Iterable[R]) -> dict[str, R]:
    return {row.id: row for row in rows}  # type: ignore[attr-defined] # every record has an id
