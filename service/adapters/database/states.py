"""Where rules stand with their subjects: rows that change by compare-and-set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.states import Phase, RuleState
from service.adapters.database.driver import Driver
from service.adapters.database.json_columns import json_text, read_json
from service.adapters.database.rule_tables import RULE_STATES
from service.errors import StaleVersion
from service.rule_records import Reach, StateRow
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from service.adapters.database.scope import Scope
    from service.ports.rule_records import StateKey

MOVING = ("active", "inhibited", "open", "half_open")
_PHASES = ", ".join(map(repr, MOVING))
#: `rules.machine.at_rest`, turned round.
_RESTLESS = f"(no_data OR phase IN ({_PHASES}))"
_STATE = (
    "rule, subject, phase, episode, since, level, missing, step, told_at, told_keys, no_data, "
    "version"
)
_ADD = (
    "INSERT INTO rule_states (phase, episode, since, level, missing, step, told_at, told_keys, "
    "no_data, changed_at, rule, subject, shadow, id, kind, region, team, owner_id, version) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING"
)
_CHANGE = (
    "UPDATE rule_states SET phase = ?, episode = ?, since = ?, level = ?, missing = ?, step = ?, "
    "told_at = ?, told_keys = ?, no_data = ?, changed_at = ?, version = version + 1 "
    "WHERE rule = ? AND subject = ? AND shadow = ? AND version = ?"
)
NOBODY = Reach()


class TableStates:
    """`ports.rule_records.States` over the table ``rule_states``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._driver = Driver(scope)

    def of(self, kind: str, names: Collection[str]) -> dict[StateKey, RuleState]:
        condition, parameter = self._driver.among("subject", names)
        sql = f"SELECT {_STATE}, shadow FROM rule_states WHERE {condition} AND kind = ?"  # noqa: S608 - of names alone
        found = self._driver.run(sql, (parameter, kind))
        return {(row[0], row[1], bool(row[12])): self._state(row) for row in found}

    def restless(self, kind: str, names: Collection[str]) -> frozenset[str]:
        condition, parameter = self._driver.among("subject", names)
        sql = f"SELECT subject FROM rule_states WHERE {condition} AND kind = ? AND {_RESTLESS}"  # noqa: S608 - of names alone
        return frozenset(row[0] for row in self._driver.run(sql, (parameter, kind)))

    def moving(self) -> tuple[StateRow, ...]:
        query = sa.select(RULE_STATES).where(sa.text(f"phase IN ({_PHASES})"))
        rows = self._scope.connection.execute(query.order_by(RULE_STATES.c.id)).mappings()
        return tuple(StateRow(**row) for row in rows)

    def save(
        self,
        states: Sequence[RuleState],
        *,
        kind: str,
        shadows: Collection[str],
        reaches: Mapping[str, Reach],
        at: datetime,
    ) -> None:
        changed_at = self._driver.moment(at)
        fresh, changed = [], []
        for state in states:
            shadow = state.rule in shadows
            values = (*self._values(state), changed_at, state.rule, state.subject, shadow)
            if state.version:
                changed.append((*values, state.version))
                continue
            reach = reaches.get(state.subject, NOBODY)
            whose = (reach.region, reach.team, reach.owner_id)
            fresh.append((*values, self._scope.new_id(), kind, *whose))
        done = self._driver.run_many(_ADD, fresh) + self._driver.run_many(_CHANGE, changed)
        if done != len(states):
            raise StaleVersion(
                Text(zh="规则状态刚刚被更新。", en="The state of a rule has just been changed."),
                remedy=Text(zh="请重试。", en="Try again."),
            )

    def _values(self, state: RuleState) -> tuple[Any, ...]:
        return (
            state.phase.value,
            state.episode,
            self._driver.moment(state.since),
            state.level,
            json_text(state.missing),
            state.step,
            self._driver.moment(state.told_at),
            json_text(state.told_keys),
            state.no_data,
        )

    def _state(self, row: Any) -> RuleState:
        return RuleState(
            rule=row[0],
            subject=row[1],
            phase=Phase(row[2]),
            episode=row[3],
            since=self._driver.read_moment(row[4]),
            level=row[5],
            missing=tuple(read_json(row[6])),
            step=row[7],
            told_at=self._driver.read_moment(row[8]),
            told_keys=tuple(read_json(row[9])),
            no_data=bool(row[10]),
            version=row[11],
        )
