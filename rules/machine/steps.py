"""What goes into a step of the machine and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.kinds import Missing
from rules.states import Event, Phase

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from rules.form import AnyRule
    from rules.kinds import Action, Rule
    from rules.states import RuleState

Key = tuple["Hashable", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a fact says of one rule and one subject."""

    #: Whether the condition that begins holds (`when`, `open_when`); None: undecided.
    holds: bool | None
    #: Whether the condition that ends holds (`until`, `close_when`); None also where there is none.
    ends: bool | None = None
    #: The earlier of the looked-at fact's time and when it was known.
    as_of: datetime
    #: Other subjects' facts were left out because they are not later than the breaker's phase.
    stale: bool = False
    #: Values of the dedupe key; None: the fact does not have all of them.
    key: Key | None = ()
    #: A warning that inhibits this one is active.
    inhibited: bool = False
    #: Items that a gate lacks; None: it was not asked.
    missing: tuple[str, ...] | None = None
    #: The looked-at fact first.
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something to tell: what a firing is made of, but for its reasons."""

    event: Event
    episode: int
    #: What the firing's key is a hash of, beside the rule.
    key: Key
    actions: tuple[Action, ...] = ()
    level: str | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step: the state after it, the very same object where nothing changed."""

    state: RuleState
    told: tuple[Told, ...] = ()

    def then(self, later: Change) -> Change:
        """Give this step and a later one as one."""
        return Change(state=later.state, told=self.told + later.told)


def decided(rule: Rule, *, held: bool | None) -> bool | None:
    """Give the truth of a condition as `missing` has it where the fact leaves it open."""
    return False if held is None and rule.missing is Missing.FALSE else held


def lack(rule: AnyRule, state: RuleState, seen: Observation, at: datetime) -> Change:
    """Note that a fact leaves the condition open; it is told once until there is data again."""
    if rule.missing is not Missing.WARN or state.no_data:
        return Change(state=state)
    told = Told(
        event=Event.NO_DATA,
        episode=state.episode,
        key=(state.subject, state.episode, Event.NO_DATA, seen.fact_ids, mark(state)),
    )
    return Change(state=replace(state, no_data=True, told_at=at), told=(told,))


def known(state: RuleState) -> RuleState:
    """Note that there is data again, where it was lacking."""
    return replace(state, no_data=False) if state.no_data else state


def mark(state: RuleState) -> str:
    """Tell apart what may happen several times in an episode: by what was told before it.

    The time alone does not do: several things may be told at one instant.
    """
    return f"{state.step} {'' if state.told_at is None else state.told_at.isoformat()}"


def at_rest(state: RuleState) -> bool:
    """Say whether neither time nor a fact that matches nothing can change this state."""
    return not state.no_data and state.phase not in _MOVING


_MOVING = frozenset({Phase.ACTIVE, Phase.INHIBITED, Phase.OPEN, Phase.HALF_OPEN})
