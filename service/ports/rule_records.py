"""Rows of facts, states, firings and what follows from them, inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from rules.states import RuleState
    from service.ports.rows import Rows
    from service.rule_records import (
        FactRow,
        FiringRow,
        HeldFact,
        Measure,
        NewFact,
        Notice,
        Reach,
        StateRow,
        Subject,
    )

#: Rule, subject, and whether it is the state of a rule in shadow mode.
StateKey = tuple[str, str, bool]


class Facts(Protocol):
    """Append-only observations, and whom they are about."""

    def lock(self, kind: str, subject: str | None) -> None:
        """Keep others from evaluating this subject (None: any of the kind) until the commit.

        What was committed before is seen by what is read afterwards.
        """

    def subjects(self, kind: str, names: Collection[str] | None = None) -> dict[str, Subject]:
        """Give the subjects that are known, by name; None: all of the kind."""

    def latest_of(self, kind: str, names: Collection[str]) -> dict[str, int]:
        """Give the latest period of each of these subjects that is known."""

    def window(
        self, kind: str, names: Collection[str], periods: tuple[int, int]
    ) -> tuple[FactRow, ...]:
        """Give facts of these subjects from the first period to the last, both included.

        In order of subject, period and the time at which they became known; times among their
        values are text.
        """

    def values_in(
        self, kind: str, names: Collection[str], periods: tuple[int, int]
    ) -> Iterator[tuple[str, int, datetime, dict[str, Any]]]:
        """Give subject, period, end and values of what `window` gives, in its order."""

    def last_before(self, kind: str, subject: str, period: int) -> int | None:
        """Give the last period before this one of which the subject has a fact."""

    def latest(self, kind: str, subject: str, known_by: datetime) -> int | None:
        """Give the latest period of which the subject's fact was known at a time."""

    def get(self, fact_id: str) -> FactRow | None: ...

    def walk(self, *, after: str, limit: int) -> tuple[FactRow, ...]:
        """Give all facts by id, from the one after `after` on."""

    def add(self, facts: Sequence[FactRow | NewFact], texts: Sequence[str]) -> None:
        """Insert; `texts` are their values as JSON.

        Raises StaleVersion where one of them is there already.
        """

    def meet(self, subjects: Sequence[Subject]) -> None:
        """Insert or update by kind and name."""

    def advance(self, kind: str, latest: Mapping[str, int], at: datetime) -> None:
        """Note of subjects that are known the latest period, and when it was known."""

    def due(self, at: datetime, *, limit: int) -> tuple[tuple[str, str], ...]:
        """Give kind and name of those that are due by then, the earliest `limit`, by kind."""

    def unplanned(self, kind: str, version: str | None, *, limit: int) -> tuple[Subject, ...]:
        """Give some whose `due_by` is another version."""


class States(Protocol):
    """Where each rule is with each subject."""

    def of(self, kind: str, names: Collection[str]) -> dict[StateKey, RuleState]:
        """Give the states of these subjects."""

    def restless(self, kind: str, names: Collection[str]) -> frozenset[str]:
        """Name those of these subjects that have a state which is not at rest."""

    def moving(self) -> tuple[StateRow, ...]:
        """Give the states that time alone may change."""

    def save(
        self,
        states: Sequence[RuleState],
        *,
        kind: str,
        shadows: Collection[str],
        reaches: Mapping[str, Reach],
        at: datetime,
    ) -> None:
        """Compare-and-set each on its version; 0 means that it is new.

        `shadows` are the rules in shadow mode, whose rows are their own. Raises StaleVersion when
        somebody was faster with any of them.
        """


class Rounds(Protocol):
    def take(self, name: str, *, every_s: float) -> bool:
        """Say whether this round is ours: True once in `every_s` among all processes."""


class RuleRecords(Protocol):
    """All tables of facts and rules."""

    facts: Facts
    held_facts: Rows[HeldFact]
    states: States
    state_rows: Rows[StateRow]
    firings: Rows[FiringRow]
    measures: Rows[Measure]
    notices: Rows[Notice]
    rounds: Rounds

    def fire(self, firings: Sequence[FiringRow]) -> tuple[FiringRow, ...]:
        """Insert; gives those whose key was not there yet."""
