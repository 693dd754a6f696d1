"""What the service remembers of facts and rules: one frozen value a row.

Each row carries its subject's `region`, `team` and `owner_id` as they were when it was made: that
is what the permission table's relations look at. A row about the whole has the region ``*``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the adapters read the annotations at run time
from enum import StrEnum
from typing import Any, NamedTuple

from rules.history import Fact
from rules.states import Event, Phase  # noqa: TC001 - the adapters read them at run time


class HeldState(StrEnum):
    WAITING = "waiting"
    #: A corrected fact was taken in its place.
    REPAIRED = "repaired"
    DISCARDED = "discarded"


class MeasureState(StrEnum):
    #: A proposal, an award or a review that waits for a person or for a later step.
    WAITING = "waiting"
    IN_FORCE = "in_force"
    LIFTED = "lifted"
    #: Nothing more is to be done.
    DONE = "done"
    #: Three attempts to carry it out came to nothing.
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whose a subject is: which people of the permission table's relations reach it."""

    region: str | None = None
    team: str | None = None
    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Somebody or something that facts of a kind are about; locked while one is evaluated."""

    kind: str
    subject: str
    #: Number of the latest period that is known.
    period: int
    region: str | None
    team: str | None
    owner_id: str | None
    known_at: datetime
    #: When time alone changes next what rules see of it; None: never.
    due_at: datetime | None = None
    #: Version of what the rules ask about ages, by which `due_at` was found; None: nothing.
    due_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow(Fact):
    """An observation as it is kept; rows are only ever added."""

    #: SHA-256 (hex) of the values and of the hash of the fact that it corrects.
    hash: str
    #: The fact of the same period that this one takes the place of.
    corrects: str | None = None


class NewFact(NamedTuple):
    """What is written of a `FactRow` beside its values; a batch has a thousand, so a tuple."""

    id: str
    kind: str
    subject: str
    period: int
    at: datetime
    known_at: datetime
    hash: str
    corrects: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFact:
    """A row that was not taken, with the reason, kept for repair."""

    id: str
    kind: str
    subject: str | None
    period: str | None
    #: As it was sent.
    row: dict[str, Any]
    #: A word for programs, such as ``wrong-value``.
    code: str
    #: JSON pointer inside the row, or None for all of it.
    where: str | None
    reason: dict[str, Any]
    state: HeldState
    held_at: datetime
    held_by: str
    settled_at: datetime | None = None
    settled_by: str | None = None
    #: The fact that was taken in its place.
    fact: str | None = None
    region: str | None = None
    team: str | None = None
    owner_id: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """How a rule stands with a subject; a rule in shadow mode has rows of its own."""

    id: str
    rule: str
    subject: str
    shadow: bool
    phase: Phase
    episode: int
    since: datetime
    level: str | None
    missing: tuple[str, ...]
    step: int
    told_at: datetime | None
    told_keys: tuple[str, ...]
    no_data: bool
    kind: str
    region: str | None
    team: str | None
    owner_id: str | None
    changed_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringRow:
    """A change that was told, with its explanation clause by clause."""

    id: str
    #: Unique together with `shadow`: the same firing, the same key.
    key: str
    rule: str
    name: dict[str, Any]
    rule_set: str
    kind: str
    subject: str
    event: Event
    episode: int
    at: datetime
    level: str | None
    severity: str | None
    facts: tuple[str, ...]
    explanation: tuple[Any, ...]
    sentence: dict[str, Any]
    actions: tuple[Any, ...]
    shadow: bool
    #: What a half-open breaker lets through, in (0, 1).
    share: float | None
    region: str | None
    team: str | None
    owner_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What an action has put in force, proposed or credited."""

    id: str
    #: The action's key: the same action, the same measure.
    key: str
    action: str
    rule: str
    kind: str
    subject: str
    episode: int
    #: Id of the firing that ordered it.
    firing: str
    parameters: dict[str, Any]
    state: MeasureState
    at: datetime
    due_at: datetime | None = None
    ended_at: datetime | None = None
    #: A person's id, or ``system``.
    ended_by: str | None = None
    reason: str | None = None
    region: str | None = None
    team: str | None = None
    owner_id: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to one person."""

    id: str
    #: The action's key and the person: nobody is told twice of one action.
    key: str
    person_id: str
    firing: str
    action: str
    text: dict[str, Any]
    at: datetime
    read_at: datetime | None = None
    version: int = 1
