"""The four kinds of rule: warnings, gates, breakers and awards, as the file declares them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from rules.conditions import Clause, Condition
    from rules.text import Text

#: The subject of a rule whose scope is EVERY or ANY.
WHOLE = "*"


class Mode(StrEnum):
    LIVE = "live"
    #: Evaluated and recorded; its actions are not carried out.
    SHADOW = "shadow"
    OFF = "off"


class Missing(StrEnum):
    """What a rule does where its fields are absent or too old to decide its condition."""

    #: The state stays as it is.
    HOLD = "hold"
    #: The condition counts as not fulfilled.
    FALSE = "false"
    #: The state stays, and a firing ``no_data`` says so once until there is data again.
    WARN = "warn"


class Scope(StrEnum):
    """Over which subjects a condition is asked."""

    #: Each subject has a state of its own.
    EACH = "each"
    #: One state, subject :data:`WHOLE`: every known subject must fulfil the condition.
    EVERY = "every"
    #: One state, subject :data:`WHOLE`: one subject is enough.
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a firing orders: a registered name with the parameters that the file gives."""

    name: str
    #: Sorted by name; values as JSON has them.
    parameters: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dedupe:
    """What makes two firings the same one."""

    #: Fields of the fact, or the words ``subject`` and ``period``.
    key: tuple[str, ...] = ("subject",)
    #: True: one firing an episode. False: one a key, whatever the episode.
    until_clear: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What rules of every kind have."""

    id: str
    name: Text
    #: The kind of fact that it looks at.
    on: str
    mode: Mode = Mode.LIVE
    #: It is asked only in [from, to); None: no end.
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    owner: str | None = None
    severity: str | None = None
    missing: Missing = Missing.HOLD
    scope: Scope = Scope.EACH


class Needs(StrEnum):
    ALL = "all"
    ANY = "any"


#: How much a time is worth, the best last; what each means is said by verification.
TIME_CLASSES = ("T0", "T1", "T2", "T3", "T4", "T5")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeNeeds:
    """When the file for an item must have been made; None: not asked."""

    #: The weakest class that its best time may have.
    best_class: str | None = None
    #: No two of its times may miss each other by so many seconds or more.
    contradictions_below_s: int | None = None
    #: At most so many days before the stage began.
    within_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateItem:
    """Something that must be there before the gate opens."""

    item: str
    name: Text
    needs: Needs
    clauses: tuple[Clause, ...]
    #: What is asked of each file that is handed in for it.
    time: TimeNeeds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Rule):
    """Locked until everything that it requires is there, and again when some of it goes."""

    when: tuple[Clause, ...]
    #: The state while anything is missing.
    locked_as: str
    require: tuple[GateItem, ...]

    @property
    def asked(self) -> str:
        """Id of the row that matches when this gate is the one to answer."""
        return f"{self.id}/asked"

    @property
    def unlock(self) -> str:
        """Id of the row that matches when everything is there."""
        return f"{self.id}/unlock"

    def met(self, item: GateItem, clause: Clause) -> str:
        """Id of the row that matches when the gate is asked and this clause holds."""
        return f"{self.id}/met/{item.item}/{clause.field.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRule(Rule):
    """Enters when `when` holds, stays until `until` holds; without `until`, until `when` fails."""

    when: Condition
    until: Condition | None = None
    level: str
    #: Ids of warnings; while one of them is active for the subject, this one keeps quiet.
    inhibited_by: tuple[str, ...] = ()
    dedupe: Dedupe = Dedupe()
    #: Seconds after which the firing is repeated while the episode lasts; None: never.
    repeat: float | None = None
    #: Ordered when an episode begins, and at each repeat.
    do: tuple[Action, ...] = ()
    #: Ordered when it ends.
    then: tuple[Action, ...] = ()

    @property
    def enter(self) -> str:
        """Id of the row that matches when `when` holds."""
        return f"{self.id}/enter"

    @property
    def clear(self) -> str:
        """Id of the row that matches when `until` holds; no such row without `until`."""
        return f"{self.id}/clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """How a half-open breaker lets go, step by step."""

    #: Shares in (0, 1), rising: what of the scope is let through.
    steps: tuple[float, ...]
    #: Seconds that each step lasts at least.
    every: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker(Rule):
    """closed → open → half-open → closed; open again where `open_when` holds meanwhile."""

    open_when: Condition
    #: Seconds after opening; None: it stays open until `close_when` holds.
    half_open_after: float | None = None
    close_when: Condition
    release: Release | None = None
    #: Ordered when it opens, in force until it closes.
    do: tuple[Action, ...] = ()
    #: Ordered when it closes.
    then: tuple[Action, ...] = ()

    @property
    def open(self) -> str:
        """Id of the row that matches when `open_when` holds."""
        return f"{self.id}/open"

    @property
    def close(self) -> str:
        """Id of the row that matches when `close_when` holds."""
        return f"{self.id}/close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award(Rule):
    """Fires once a key, ever."""

    when: Condition
    dedupe: Dedupe
    do: tuple[Action, ...]

    @property
    def given(self) -> str:
        """Id of the row that matches when `when` holds."""
        return f"{self.id}/given"
