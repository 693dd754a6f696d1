"""Where an order came from: by itself, with help, or hard-won. Verified system events decide.

No model and nobody's own word: what counts is written by a system when it happens, and work counts
only where the customer answered it. A seller can log as much as he likes; he cannot make the
customer reply. Every answer names the events that it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Origin(StrEnum):
    """From the least to the most that the seller did for it."""

    NATURAL = "natural"
    ASSISTED = "assisted"
    HARD_WON = "hard_won"


class EventKind(StrEnum):
    #: The customer came by himself: walked in, wrote, called, was referred.
    INBOUND = "inbound"
    #: The seller turned to the customer. By itself it shows effort, not effect.
    OUTREACH = "outreach"
    #: The customer answered or attended; `answers` names the outreach.
    RESPONSE = "response"


class Doubt(StrEnum):
    """Why a person should look; an order with a doubt about system events is never hard-won."""

    #: Two events with one id differ.
    ID_TAKEN_TWICE = "id_taken_twice"
    #: A response names an outreach that is not there, is later, or is of another customer.
    ANSWERS_NOTHING = "answers_nothing"
    #: A system wrote it down long after it is said to have happened.
    WRITTEN_LATE = "written_late"
    #: It happened after the order was closed, and was handed in as evidence for it.
    AFTER_CLOSE = "after_close"
    #: It belongs to another customer.
    OTHER_CUSTOMER = "other_customer"
    #: The seller's word (source of the lead) says more than the events do; it changes nothing.
    CLAIMS_MORE = "claims_more"


#: Doubts about what systems wrote contradict the evidence; the others only call for a look.
_CONTRADICTIONS = frozenset({Doubt.ID_TAKEN_TWICE, Doubt.WRITTEN_LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    id: str
    kind: EventKind
    customer: str
    at: datetime
    #: When the system wrote it down.
    known_at: datetime
    #: False where a person entered it: it is shown to reviewers and counts for nothing.
    by_system: bool
    answers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The order, as far as its origin is concerned."""

    order: str
    customer: str
    closed_at: datetime
    #: What the seller entered as the source of the lead; None where nothing was.
    claimed: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginPolicy:
    """What sales ops decide about evidence; days are calendar days where the events were logged."""

    #: Events so long before the closing count.
    window: timedelta = timedelta(days=180)
    #: Customer-days with a response, before the customer came by himself, that make it hard-won.
    hard_won_days: int = 3
    #: More customer-days than these add nothing, so that nobody collects them.
    most_days: int = 20
    #: A system writes down what happens within so long.
    written_within: timedelta = timedelta(days=2)
    #: Where systems log in several zones, all days are put on the calendar of one of them, the one
    #: that counts fewest; else one contact that two of them logged might be two days.
    one_calendar: bool = True

    def __post_init__(self) -> None:
        """Raise ValueError for limits that no order could meet."""
        if not 1 <= self.hard_won_days <= self.most_days:
            raise ValueError(
                f"hard_won_days {self.hard_won_days} is outside 1..most_days ({self.most_days})"
            )
        if min(self.window, self.written_within) <= timedelta(0):
            raise ValueError("window and written_within must be longer than nothing")


def is_foretold(event: Event, policy: OriginPolicy) -> bool:
    """Tell whether it was written down long before it is said to have happened.

    No system does that, so whoever sent it sent it wrongly; clocks that differ are forgiven.
    """
    return event.at - event.known_at > policy.written_within


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """The origin of one order, and what it rests on."""

    order: str
    origin: Origin
    #: Ids of the events that decided, in the order of their times.
    evidence: tuple[str, ...]
    #: Customer-days with an answered contact before the customer came by himself; capped.
    answered_days: int
    #: Doubt → ids of the events that raise it.
    doubts: tuple[tuple[Doubt, tuple[str, ...]], ...] = ()

    @property
    def needs_review(self) -> bool:
        return bool(self.doubts)


def trace(closing: Closing, events: Iterable[Event], policy: OriginPolicy) -> Traced:
    """Give the origin of an order from its events, in whatever order they come.

    1. What a person entered, what is outside the window, and what is doubtful is left out.
    2. Customer-days count on which the customer answered an outreach made before the answer.
    3. Enough of them before the customer came by himself: hard-won; some, or later: assisted;
       none: natural. No evidence at all is natural too: nothing shows work that was not there.
    4. Where systems contradict one another the order is assisted at most, and goes to a person.
    """
    doubts: dict[Doubt, list[str]] = {}
    since = closing.closed_at - policy.window
    credible = _credible(closing, events, policy, doubts)
    inbounds = [one for one in credible if one.kind is EventKind.INBOUND and one.at >= since]
    inbound = min((one.at for one in inbounds), default=None)
    answered = [one for one in _answered(credible, doubts) if one.at >= since]
    before = [one for one in answered if inbound is None or one.at < inbound]
    days = _days(before, policy)
    origin = _origin_of(min(days, policy.most_days), bool(answered), policy)
    if origin is Origin.HARD_WON and doubts.keys() & _CONTRADICTIONS:
        origin = Origin.ASSISTED
    if closing.claimed is not None and _rank(closing.claimed) > _rank(origin):
        doubts.setdefault(Doubt.CLAIMS_MORE, [])
    firsts = [one for one in inbounds if one.at == inbound]
    return Traced(
        order=closing.order,
        origin=origin,
        evidence=_ids(firsts + (before if origin is Origin.HARD_WON else answered)),
        answered_days=min(days, policy.most_days),
        doubts=tuple((doubt, tuple(sorted(ids))) for doubt, ids in sorted(doubts.items())),
    )


def _credible(
    closing: Closing,
    events: Iterable[Event],
    policy: OriginPolicy,
    doubts: dict[Doubt, list[str]],
) -> list[Event]:
    """Leave out what a person entered and what raises a doubt, and note the latter."""
    by_id: dict[str, Event] = {}
    for event in events:
        if not event.by_system:
            continue
        if by_id.setdefault(event.id, event) != event:
            doubts.setdefault(Doubt.ID_TAKEN_TWICE, []).append(event.id)
    for taken in doubts.get(Doubt.ID_TAKEN_TWICE, ()):
        by_id.pop(taken, None)
    credible = []
    for event in by_id.values():
        doubt = _doubt_of(event, closing, policy)
        if doubt is None:
            credible.append(event)
        else:
            doubts.setdefault(doubt, []).append(event.id)
    return sorted(credible, key=lambda event: (event.at, event.id))


def _doubt_of(event: Event, closing: Closing, policy: OriginPolicy) -> Doubt | None:
    if event.customer != closing.customer:
        return Doubt.OTHER_CUSTOMER
    if event.at > closing.closed_at:
        return Doubt.AFTER_CLOSE
    if event.known_at - event.at > policy.written_within:
        return Doubt.WRITTEN_LATE
    return None


def _answered(events: Sequence[Event], doubts: dict[Doubt, list[str]]) -> list[Event]:
    """Give the responses to an outreach that was there before them, in the order of time."""
    made = {event.id: event.at for event in events if event.kind is EventKind.OUTREACH}
    answered = []
    for event in events:
        if event.kind is not EventKind.RESPONSE:
            continue
        asked_at = made.get(event.answers or "")
        if asked_at is None or asked_at > event.at:
            doubts.setdefault(Doubt.ANSWERS_NOTHING, []).append(event.id)
        else:
            answered.append(event)
    return answered


def _days(answered: Sequence[Event], policy: OriginPolicy) -> int:
    """Count the days."""
    if not policy.one_calendar:
        return len({event.at.date() for event in answered})
    offsets = {event.at.utcoffset() for event in answered}
    calendars = [timezone(one) for one in offsets if one is not None]
    return min(
        (len({one.at.astimezone(zone).date() for one in answered}) for zone in calendars),
        default=0,
    )


def _origin_of(days: int, any_answer: bool, policy: OriginPolicy) -> Origin:  # noqa: FBT001
    if days >= policy.hard_won_days:
        return Origin.HARD_WON
    return Origin.ASSISTED if any_answer else Origin.NATURAL


def _ids(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(event.id for event in sorted(events, key=lambda event: (event.at, event.id)))


def _rank(origin: Origin) -> int:
    return list(Origin).index(origin)
