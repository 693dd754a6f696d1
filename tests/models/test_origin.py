"""Where an order came from: what counts, what does not, and what makes a person look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.origin import Closing, Doubt, Event, EventKind, Origin, OriginPolicy, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOSED = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLOSING = Closing(order="o1", customer="c1", closed_at=CLOSED)
POLICY = OriginPolicy()


def event(kind: EventKind, days_before: float, answers: str | None = None) -> Event:
    at = CLOSED - timedelta(days=days_before)
    name = f"{kind}-{days_before:g}"
    return Event(
        id=name, kind=kind, customer="c1", at=at, known_at=at, by_system=True, answers=answers
    )


def came(days_before: float) -> Event:
    return event(EventKind.INBOUND, days_before)


def contact(days_before: float) -> tuple[Event, Event]:
    """A contact and, an hour later, its answer."""
    asked = event(EventKind.OUTREACH, days_before)
    return asked, event(EventKind.RESPONSE, days_before - 1 / 24, asked.id)


def contacts(*days_before: float) -> tuple[Event, ...]:
    return tuple(one for day in days_before for one in contact(day))


TYPED = tuple(replace(one, by_system=False) for one in contacts(30, 29, 28))
LATE = tuple(replace(one, known_at=one.at + timedelta(days=3)) for one in contacts(30, 29, 28))
OTHERS = tuple(replace(one, customer="c2") for one in contacts(30, 29, 28))
ALONE = tuple(event(EventKind.OUTREACH, day) for day in range(1, 38))
UNASKED = tuple(event(EventKind.RESPONSE, day, "nothing") for day in (30, 29, 28))


@pytest.mark.parametrize(
    ("events", "origin", "doubts"),
    [
        pytest.param((), Origin.NATURAL, (), id="nothing is known: nothing shows work"),
        pytest.param((came(20),), Origin.NATURAL, (), id="he walked in"),
        pytest.param(ALONE, Origin.NATURAL, (), id="37 contacts that nobody answered"),
        pytest.param(
            contacts(30, 20, 10), Origin.HARD_WON, (), id="answered on three days, never came"
        ),
        pytest.param(
            (*contacts(30, 20, 10), came(5)),
            Origin.HARD_WON,
            (),
            id="answered on three days before he came",
        ),
        pytest.param(
            (*contacts(30, 20, 10), came(40)),
            Origin.ASSISTED,
            (),
            id="he came first, the same contacts follow",
        ),
        pytest.param(contacts(30, 20), Origin.ASSISTED, (), id="answered on two days"),
        pytest.param(
            contacts(30, 29.9, 29.8), Origin.ASSISTED, (), id="answered three times on one day"
        ),
        pytest.param(TYPED, Origin.NATURAL, (), id="contacts that a person typed in"),
        pytest.param(
            LATE,
            Origin.NATURAL,
            (Doubt.WRITTEN_LATE,),
            id="contacts written down three days later",
        ),
        pytest.param(
            OTHERS, Origin.NATURAL, (Doubt.OTHER_CUSTOMER,), id="contacts of another customer"
        ),
        pytest.param(UNASKED, Origin.NATURAL, (Doubt.ANSWERS_NOTHING,), id="answers to nothing"),
        pytest.param(
            contacts(-1, -2, -3), Origin.NATURAL, (Doubt.AFTER_CLOSE,), id="after the closing"
        ),
        pytest.param(contacts(300, 290, 280), Origin.NATURAL, (), id="longer ago than the window"),
    ],
)
def test_origin(events: Sequence[Event], origin: Origin, doubts: tuple[Doubt, ...]) -> None:
    traced = trace(CLOSING, events, POLICY)
    assert traced.origin is origin
    assert tuple(doubt for doubt, _ in traced.doubts) == doubts
    assert traced.needs_review == bool(doubts)


def test_contradicting_systems_make_it_assisted_at_most_and_call_a_person() -> None:
    twice = (came(40), replace(came(40), at=CLOSED))
    traced = trace(CLOSING, (*contacts(30, 20, 10), *twice), POLICY)
    assert traced.origin is Origin.ASSISTED
    assert traced.doubts == ((Doubt.ID_TAKEN_TWICE, ("inbound-40",)),)


def test_the_sellers_word_changes_nothing_and_is_looked_at() -> None:
    boast = replace(CLOSING, claimed=Origin.HARD_WON)
    traced = trace(boast, (came(20),), POLICY)
    assert (traced.origin, traced.doubts) == (Origin.NATURAL, ((Doubt.CLAIMS_MORE, ()),))
    modest = replace(CLOSING, claimed=Origin.NATURAL)
    assert not trace(modest, contacts(30, 20, 10), POLICY).needs_review


def test_the_evidence_is_the_answers_and_his_coming() -> None:
    traced = trace(CLOSING, (*contacts(30, 20, 10, 2), came(5)), POLICY)
    answers = [f"response-{day - 1 / 24:g}" for day in (30, 20, 10)]
    assert traced.evidence == (*answers, "inbound-5")
    assert traced.answered_days == 3


EAST = timezone(timedelta(hours=8))


def again(events: Sequence[Event], zone: timezone) -> tuple[Event, ...]:
    """The same contacts as another system wrote them down, under its own ids and clock."""
    return tuple(
        replace(
            one,
            id=f"{one.id}'",
            answers=one.answers and f"{one.answers}'",
            at=one.at.astimezone(zone),
            known_at=one.known_at.astimezone(zone),
        )
        for one in events
    )


@pytest.mark.parametrize(
    ("hour", "zone", "days"),
    [
        pytest.param(0.4, EAST, 2, id="on the next day by the other clock: still two days"),
        pytest.param(0.0, EAST, 2, id="on the same day by both"),
        pytest.param(0.4, UTC, 2, id="twice by one clock"),
    ],
)
def test_a_contact_that_two_systems_logged_is_one_day(
    hour: float, zone: timezone, days: int
) -> None:
    log = contacts(30 - hour, 20 - hour)
    both = (*log, *again(log, zone))
    assert trace(CLOSING, both, POLICY).answered_days == days
    own = replace(POLICY, one_calendar=False)
    assert trace(CLOSING, both, own).answered_days == (4 if hour and zone is EAST else 2)


def test_more_days_than_the_cap_add_nothing() -> None:
    many = contacts(*range(5, 60))
    assert trace(CLOSING, many, POLICY).answered_days == POLICY.most_days


@given(st.permutations((*contacts(30, 20, 10, 8), came(15), *TYPED, *OTHERS)))
def test_the_order_in_which_events_come_changes_nothing(events: list[Event]) -> None:
    assert trace(CLOSING, events, POLICY) == trace(CLOSING, sorted(events, key=str), POLICY)


@given(st.lists(st.sampled_from((*contacts(30, 20, 10), came(15))), max_size=12))
def test_events_handed_in_twice_count_once(events: list[Event]) -> None:
    assert trace(CLOSING, events * 2, POLICY) == trace(CLOSING, events, POLICY)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"hard_won_days": 0}, id="no day at all"),
        pytest.param({"hard_won_days": 21}, id="more days than the cap"),
        pytest.param({"window": timedelta(0)}, id="no window"),
    ],
)
def test_a_policy_that_nothing_could_meet_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"hard_won_days|window"):
        replace(POLICY, **changed)
