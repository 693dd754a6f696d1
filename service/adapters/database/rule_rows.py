"""All tables of facts and rules inside one transaction, and the rounds of their chores."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database import rule_tables as tables
from service.adapters.database.facts import TableFacts
from service.adapters.database.rows import TableRows, plain
from service.adapters.database.states import TableStates
from service.rule_records import FiringRow, HeldFact, Measure, Notice, StateRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.adapters.database.scope import Scope
    from service.ports.rows import Rows
    from service.ports.rule_records import Facts, Rounds, States


class TableRounds:
    """`ports.rule_records.Rounds`: one row a chore, moved on by whoever takes the round."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def take(self, name: str, *, every_s: float) -> bool:
        rounds = tables.ROUNDS
        now = self._scope.now
        following = {"name": name, "next_at": now + timedelta(seconds=every_s)}
        if self._scope.insert_if_new(rounds, following):
            return True
        due = sa.and_(rounds.c.name == name, rounds.c.next_at <= now)
        update = sa.update(rounds).where(due).values(next_at=following["next_at"])
        return self._scope.connection.execute(update).rowcount == 1


class TableRules:
    """`ports.rule_records.RuleRecords`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.facts: Facts = TableFacts(scope)
        self.states: States = TableStates(scope)
        self.rounds: Rounds = TableRounds(scope)
        self.held_facts: Rows[HeldFact] = TableRows(scope, tables.HELD_FACTS, HeldFact)
        self.state_rows: Rows[StateRow] = TableRows(scope, tables.RULE_STATES, StateRow)
        self.firings: Rows[FiringRow] = TableRows(scope, tables.FIRINGS, FiringRow)
        self.measures: Rows[Measure] = TableRows(scope, tables.MEASURES, Measure)
        self.notices: Rows[Notice] = TableRows(scope, tables.NOTICES, Notice)

    def fire(self, firings: Sequence[FiringRow]) -> tuple[FiringRow, ...]:
        if not firings:
            return ()
        self._scope.flush()
        added = set(self._scope.insert_new(tables.FIRINGS, [plain(one) for one in firings]))
        return tuple(firing for firing in firings if firing.id in added)
