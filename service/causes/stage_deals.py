"""Stage events to the deals of one stage: when each came, whether it went on, what it was then.

Events may come in any order and twice. 1. A deal's first coming to a stage counts; 2. it has gone
on where it came to the next stage on the same day or later; 3. its region and the like are those of
that coming, or of its latest event before; what changed afterwards changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from models.rca.causes.incident import UNKNOWN, Deal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from service.cause_records import StageEvent

    DatedEvents = Mapping[str, Sequence[tuple[date, StageEvent]]]

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


def by_deal(events: Iterable[StageEvent]) -> DatedEvents:
    """Give each deal's events with their days, in order of time."""
    found: dict[str, list[tuple[date, StageEvent]]] = {}
    for event in _in_order(events):
        found.setdefault(event.deal, []).append((day_of(event.at), event))
    return found


def deals_of(events: DatedEvents, stage: str, following: str, until: date) -> StageDeals:
    """Give the deals that came to a stage up to a day, as they were known on it."""
    deals: list[Deal] = []
    odd = again = moved = 0
    for name in sorted(events):
        seen = [one for one in events[name] if one[0] <= until]
        comings = [place for place, (_, one) in enumerate(seen) if one.stage == stage]
        if not comings:
            continue
        again += len(comings) > 1
        entered = seen[comings[0]][0]
        went = next((day for day, one in seen if one.stage == following), None)
        if went is not None and went < entered:
            odd += 1
            continue
        dims, rep = _known(one for _, one in seen[: comings[0] + 1])
        moved += any(_differs(dims, one.dims) for _, one in seen[comings[0] + 1 :])
        deals.append(Deal(id=name, rep=rep, entered=entered, converted=went, dims=dims))
    return StageDeals(deals=tuple(deals), out_of_order=odd, again=again, moved=moved)


def dims_of(events: Iterable[StageEvent], stage: str | None = None) -> dict[str, str]:
    """Give what a deal was when it first came to a stage, or is by now where it never did."""
    seen = _in_order(events)
    comings = (place for place, one in enumerate(seen, 1) if one.stage == stage)
    return _known(seen[: next(comings, len(seen))])[0]


def _in_order(events: Iterable[StageEvent]) -> list[StageEvent]:
    return sorted(events, key=lambda one: (one.at, one.source, one.source_id))


def _known(events: Iterable[StageEvent]) -> tuple[dict[str, str], str]:
    dims: dict[str, str] = {}
    rep = UNKNOWN
    for one in events:
        dims |= one.dims
        rep = one.rep or rep
    return dims, rep


def _differs(known: Mapping[str, str], later: Mapping[str, str]) -> bool:
    return any(known.get(key, value) != value for key, value in later.items())
