"""Every time that a file claims, brought onto one line: interval, best class, contradictions.

What is dated is the file as it was handed in. A trusted time inside it (T3 or T5, or anything that
a signature covers at T3 and up) shows that the file got its present form not before then; a server
that we know (T4: our own receipt, first of all) and the examination itself show that it was there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.contradictions import (
    FUTURE,
    Contradiction,
    Placed,
    contradictions,
    place,
)
from verification.values import Trust

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from verification.values import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the claims come to, all times aware and UTC."""

    #: The file got its present form not before this; None: nothing trusted says.
    not_before: datetime | None = None
    #: The file was there at this time; None only for a timeline of nothing.
    not_after: datetime | None = None
    #: The best class among the file's own claims, our receipt left out; None: it claims no time.
    best: Trust | None = None
    #: Every claim that is a time, in order of time; clocks that were never set are left out.
    placed: tuple[Placed, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    #: Claims that are later than the examination by more than any zone explains.
    future: tuple[Placed, ...] = ()

    @property
    def own(self) -> tuple[Placed, ...]:
        """The claims that the file brought along: all but our receipt."""
        return tuple(one for one in self.placed if one.event != "receipt")


def reconcile(claims: Iterable[Claim], *, at: datetime) -> Timeline:
    """Put all claims on one line. Pure; the order of the claims does not matter.

    A further claim can only narrow the interval. `not_before` may come out later than `not_after`:
    then a trusted time is wrong, and a contradiction says which.
    """
    places = (place(claim) for claim in set(claims))
    placed = tuple(sorted((one for one in places if one is not None), key=_order))
    lower = [one.earliest for one in placed if _is_lower_bound(one)]
    upper = [one.latest for one in placed if one.claim.trust is Trust.T4]
    return Timeline(
        not_before=max(lower, default=None),
        not_after=min([at, *upper]),
        best=max((one.claim.trust for one in placed if one.event != "receipt"), default=None),
        placed=placed,
        contradictions=contradictions(placed),
        future=tuple(one for one in placed if one.event and one.earliest - at > FUTURE),
    )


def _order(one: Placed) -> tuple[datetime, datetime, str]:
    return one.earliest, one.latest, repr(one.claim)


def _is_lower_bound(one: Placed) -> bool:
    trust = one.claim.trust
    return trust in {Trust.T3, Trust.T5} or (trust >= Trust.T3 and one.claim.covered_by is not None)
