"""A case over time, as it was read: facts, and what must have happened at given times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rules.history import Fact
    from rules.states import Event, Phase

#: A parameter as the case writes it: a value, or a list of values.
Written = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAction:
    name: str
    #: Those that the case names; others may be there.
    parameters: tuple[tuple[str, Written], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLevels:
    """All levels that are in force, in order of their words; empty: none is."""

    #: None: whoever it is, or the subject of the expectation.
    subject: str | None
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must be so at a time, and what must have fired since the expectation before."""

    at: datetime
    #: The time as the case writes it.
    written: str
    #: None: whoever it is.
    subject: str | None
    #: Exactly these, in any order.
    fires: tuple[tuple[str, Event], ...]
    #: Rules that did not fire and are not in force.
    quiet: tuple[str, ...]
    states: tuple[tuple[str, Phase], ...]
    #: Of each subject that is named; empty: nothing is said of them.
    levels: tuple[ExpectedLevels, ...]
    #: In order; None: nothing is said of them.
    actions: tuple[ExpectedAction, ...] | None
    #: Items of locked gates; None: nothing is said of them.
    missing: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A case with facts over time."""

    name: str
    facts: tuple[Fact, ...]
    #: In order of time; never empty.
    expectations: tuple[Expectation, ...]
