"""Facts over time: what was observed of whom, about which period, and since when it is known.

Facts are only ever added. A correction is a later fact about the same period; among facts of one
kind, subject and period the one known last counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Observed(Protocol):
    """What features are computed from: a :class:`Fact`, or what may become one."""

    @property
    def period(self) -> int: ...

    @property
    def at(self) -> datetime: ...

    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One observation, checked against its kind."""

    id: str
    kind: str
    #: Whom it is about: a region, a person, a deal.
    subject: str
    #: Number of its period (:func:`rules.periods.number`); of a moment, whole microseconds since
    #: 1970 UTC. Facts of one subject are in order of it.
    period: int
    #: The end of the period, or the moment; aware.
    at: datetime
    #: When it was known; aware.
    known_at: datetime
    #: Field → value, as :class:`rules.facts.Encoder` takes them. Derived fields are no part of it.
    values: Mapping[str, Any]
