"""A rule set at work: one observation in, changed states and firings out; the clock is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rules.executors import Executor
    from rules.form import RuleSet
    from rules.states import Firing, RuleState

    States = Mapping[tuple[str, str], RuleState]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """The latest fact of one subject, enriched, and what is known of the others."""

    kind: str
    subject: str
    #: Enriched: with derived fields and features, without fields that are too old.
    fact: Mapping[str, object]
    #: The fact that is looked at first, then others that a firing rests on.
    fact_ids: tuple[str, ...]
    period: int
    #: The earlier of the fact's time (the end of its period, or the moment) and when it was known;
    #: None: the moment of asking. A breaker is let go by facts only that are later than its phase.
    as_of: datetime | None = None
    #: For scope every and any: the enriched facts of all other known subjects of this kind; a
    #: known subject without a fact has an empty one.
    others: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    #: `as_of` of the others; one that is not there closes no breaker.
    others_as_of: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    #: Changed or new ones only.
    states: tuple[RuleState, ...] = ()
    #: In the order of the rules.
    firings: tuple[Firing, ...] = ()


class Evaluator:
    """A compiled rule set. Close it, or use it in a `with` block; it closes its executor."""

    def __init__(self, rule_set: RuleSet, executor: Executor) -> None:
        self._rule_set = rule_set
        self._executor = executor

    def observe(self, looked_at: LookedAt, states: States, at: datetime) -> Outcome:
        """Ask all rules that look at this kind of fact.

        `states` holds the rows of the subject and of `*`. Raises FactError for a fact that is not
        as declared, EngineError when no answer can be trusted.
        """
        self._executor.match(looked_at.kind, looked_at.fact)
        del states, at
        return Outcome()

    def tick(self, states: States, at: datetime) -> Outcome:
        """Do what time alone changes; `states` holds at least all rows that are not at rest."""
        del states, at
        return Outcome()

    def close(self) -> None:
        self._executor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
