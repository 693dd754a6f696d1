"""What a seller could try in order to be paid more for the same work.

Each takes honest claims and gives the claims that he would hand in instead. He can type what he
likes and log as much as he likes; he can neither make customers answer nor change what systems
wrote down, and the register of companies knows his customers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from models.origin import Event, EventKind, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from training.simulate.claims import Claim

    Cheat = Callable[[tuple[Claim, ...]], tuple[Claim, ...]]

#: How far events are dated back, and how often a contact is logged once more.
BACK = timedelta(days=40)
MORE = 3
SMALLEST = 0


def split(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Enter each order as two."""
    return tuple(part for claim in honest for part in _halves(claim))


def bundle(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Enter the orders of a customer that close within one quarter as one, under the dearest.

    Systems have seen the events of all of them.
    """
    ordered = sorted(honest, key=_customer_and_quarter)
    return tuple(_one(list(some)) for _, some in groupby(ordered, key=_customer_and_quarter))


def rekey(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Enter each customer under a new key, as if he had never bought."""
    return tuple(replace(claim, typed_customer=f"new-{claim.order}") for claim in honest)


def relabel(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Enter every lead as hard-won."""
    return tuple(replace(claim, claimed=Origin.HARD_WON) for claim in honest)


def log_effort(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Make each contact three times; two of them nobody answers, and some are only typed."""
    return tuple(replace(claim, events=tuple(_busy(claim))) for claim in honest)


def understate_size(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Enter each customer one size smaller, so that his order looks larger."""
    return tuple(replace(claim, typed_size=max(SMALLEST, claim.typed_size - 1)) for claim in honest)


def back_date(honest: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Date all answered contacts back to before the customer came by himself."""
    return tuple(
        replace(claim, events=tuple(_earlier(event) for event in claim.events)) for claim in honest
    )


CHEATS: dict[str, Cheat] = {
    "split": split,
    "bundle": bundle,
    "re-key customer": rekey,
    "relabel source": relabel,
    "log effort x3": log_effort,
    "understate size": understate_size,
    "back-date": back_date,
}


def _halves(claim: Claim) -> tuple[Claim, Claim]:
    value, commission = claim.value // 2, claim.commission // 2
    return (
        replace(claim, order=f"{claim.order}a", value=value, commission=commission),
        replace(
            claim,
            order=f"{claim.order}b",
            value=claim.value - value,
            commission=claim.commission - commission,
        ),
    )


def _customer_and_quarter(claim: Claim) -> tuple[int, int, int]:
    closed = claim.closed_at
    return claim.registered, closed.year, (closed.month - 1) // 3


def _one(some: list[Claim]) -> Claim:
    dearest = max(some, key=lambda claim: claim.value)
    return replace(
        dearest,
        value=sum(claim.value for claim in some),
        commission=sum(claim.commission for claim in some),
        events=tuple(event for claim in some for event in claim.events),
    )


def _busy(claim: Claim) -> Iterable[Event]:
    yield from claim.events
    for event in claim.events:
        if event.kind is not EventKind.OUTREACH:
            continue
        for time in range(1, MORE):
            yield replace(event, id=f"{event.id}-{time}")
        typed = replace(event, id=f"{event.id}-typed", by_system=False)
        yield typed
        yield replace(typed, id=f"{typed.id}-r", kind=EventKind.RESPONSE, answers=typed.id)


def _earlier(event: Event) -> Event:
    if event.kind is EventKind.INBOUND:
        return event
    return replace(event, at=event.at - BACK)
