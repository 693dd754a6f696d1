"""How things stand with a rule and a subject, and what a change of it is told as.

The values only; `rules.machine` changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from rules.conditions import Operator
    from rules.text import Text


class Phase(StrEnum):
    """Where a rule is: warnings use the first three, gates two, breakers three, awards two."""

    CLEAR = "clear"
    ACTIVE = "active"
    #: Its condition holds, but a warning that inhibits it is active: nothing is told.
    INHIBITED = "inhibited"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    NOT_GIVEN = "not_given"
    GIVEN = "given"


class Event(StrEnum):
    """What a firing tells."""

    ENTERED = "entered"
    REPEATED = "repeated"
    CLEARED = "cleared"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    OPENED = "opened"
    HALF_OPENED = "half_opened"
    #: A further step of a half-open breaker.
    RELEASED = "released"
    REOPENED = "reopened"
    CLOSED = "closed"
    AWARDED = "awarded"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """One row: a rule and a subject. A rule edited under the same id keeps its row."""

    rule: str
    subject: str
    phase: Phase
    #: Counts episodes from 1; 0 before the first one.
    episode: int
    #: When the phase began.
    since: datetime
    #: The level that was told in this episode (warnings), else None.
    level: str | None = None
    #: Items of a locked gate, in the order of the rule.
    missing: tuple[str, ...] = ()
    #: How many steps of its release a half-open breaker has made, 0: none yet; of a warning, how
    #: often it was told again in this episode.
    step: int = 0
    #: When it was told of last in this episode.
    told_at: datetime | None = None
    #: What was told already and must not be told again.
    told_keys: tuple[str, ...] = ()
    #: A lack of data was told and has not ended; of a breaker that is open or half-open: its last
    #: fact left `open_when` undecided, told or not.
    no_data: bool = False
    #: For compare-and-set; the machine leaves it alone.
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseResult:
    """One clause, what it was asked of and what came out."""

    #: Where it stands: ``when``, ``until``, ``open_when``, ``close_when`` or ``require/ITEM``.
    part: str
    #: Name of the field or id of the feature.
    field: str
    label: Text
    operator: Operator
    #: As the file writes it.
    threshold: str
    #: What the fact has; None where it does not say.
    value: float | str | bool | None
    passed: bool
    #: The fact that the value is from; for a feature the one that was looked at.
    fact: str | None
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedAction:
    """An action of a firing, with the key that makes a repeat harmless."""

    #: SHA-256 (hex) of rule, subject, episode, event, dedupe key and the action's place.
    key: str
    name: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A change that is told: what, of whom, why, and what it orders."""

    #: SHA-256 (hex) of rule, subject, episode, event and dedupe key: the same firing, the same key.
    key: str
    rule: str
    name: Text
    #: Version of the rule set.
    rule_set: str
    subject: str
    event: Event
    episode: int
    at: datetime
    level: str | None
    severity: str | None
    #: Ids of the facts that it rests on.
    facts: tuple[str, ...]
    explanation: tuple[ClauseResult, ...]
    sentence: Text
    actions: tuple[OrderedAction, ...]
    #: Recorded only: it has no actions.
    shadow: bool
    #: What a half-open breaker lets through, in (0, 1); None: nothing yet, or not staged.
    share: float | None = None
