"""Stage events to the deals of one stage: when each came, whether it went on, what it was then.

Events may come in any order and twice. 1. A deal's first coming to a stage counts; 2. it has gone
on where it came to the next stage on the same day or later; 3. its region and the like are those of
that coming, or of its latest event before; what changed afterwards changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from models.rca.incident import UNKNOWN, Deal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from service.cause_records import StageEvent

#: Days are those of the business (one zone, no summer time).
BUSINESS_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDeals:
    """Deals of a stage, by id, and how many were odd."""

    deals: tuple[Deal, ...]
    #: Came to the next stage before this one: left out.
    out_of_order: int
    #: Came to the stage again: the first time counts.
    again: int
    #: Their dimensions changed afterwards: those of their coming count.
    moved: int


def day_of(at: datetime) -> date:
    """Give the calendar day of the business."""
    return at.astimezone(BUSINESS_ZONE).date()


def by_deal(events: Iterable[StageEvent]) -> dict[str, list[StageEvent]]:
    """Give each deal's events in order of time."""
    found: dict[str, list[StageEvent]] = {}
    for event in sorted(events, key=lambda one: (one.at, one.source, one.source_id)):
        found.setdefault(event.deal, []).append(event)
    return found


def deals_of(
    events: Mapping[str, Sequence[StageEvent]], stage: str, following: str, until: date
) -> StageDeals:
    """Give the deals that came to a stage up to a day, as they were known on it."""
    deals: list[Deal] = []
    odd = again = moved = 0
    for name in sorted(events):
        seen = [one for one in events[name] if day_of(one.at) <= until]
        comings = [one for one in seen if one.stage == stage]
        if not comings:
            continue
        again += len(comings) > 1
        first, goings = comings[0], [one for one in seen if one.stage == following]
        if goings and day_of(goings[0].at) < day_of(first.at):
            odd += 1
            continue
        before = [one for one in seen if (one.at, one.source_id) <= (first.at, first.source_id)]
        dims, rep = _known(before)
        moved += any(
            dims.get(key, value) != value for one in seen for key, value in one.dims.items()
        )
        went = day_of(goings[0].at) if goings else None
        deals.append(Deal(id=name, rep=rep, entered=day_of(first.at), converted=went, dims=dims))
    return StageDeals(deals=tuple(deals), out_of_order=odd, again=again, moved=moved)


def _known(events: Sequence[StageEvent]) -> tuple[dict[str, str], str]:
    dims: dict[str, str] = {}
    rep = UNKNOWN
    for one in events:
        dims |= one.dims
        rep = one.rep or rep
    return dims, rep
