"""What time alone changes in the rules: half-opening, repeats, releases, the end of validity.

Asked every few seconds by every process. One that finds something due takes the round, locks the
kinds, asks once more and writes; so nothing is told twice, and an idle service writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.evaluation import retired
from rules.kinds import WHOLE
from rules.states import RuleState
from service.actions.evaluation import firing_row, tell
from service.actions.whereabouts import EVERYWHERE
from service.ports.rule_book import shadows_of
from service.rule_records import Reach

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rules.evaluation import Outcome
    from rules.form import RuleSet
    from service.ports import RulePorts
    from service.ports.records import Unit
    from service.ports.rule_book import InForce
    from service.rule_records import FiringRow, StateRow

ROUND = "rules.tick"
#: Nobody looks again within it.
ROUND_S = 1.0


def tick(ports: RulePorts) -> tuple[FiringRow, ...]:
    """Do what is due now; gives the firings that followed."""
    with ports.rules.using() as in_force:
        with ports.records.read() as unit:
            rows = _moving(unit, in_force)
        if not rows or not _asked(in_force, rows, ports.clock()).states:
            return ()
        with ports.records.begin() as unit:
            return _tick(ports, unit, in_force)


def exchange(ports: RulePorts, before: RuleSet, after: RuleSet) -> tuple[FiringRow, ...]:
    """End the open episodes of rules that are gone, off or something else now."""
    with ports.records.begin() as unit:
        for kind in sorted({rule.on for rule in before.rules}):
            unit.rules.facts.lock(kind, None)
        at, shadows = ports.clock(), shadows_of(before)
        rows = tuple(
            row for row in unit.rules.states.moving() if row.shadow == (row.rule in shadows)
        )
        return _write(unit, rows, retired(before, after, _states(rows), at), shadows, at)


def _tick(ports: RulePorts, unit: Unit, in_force: InForce) -> tuple[FiringRow, ...]:
    if not unit.rules.rounds.take(ROUND, every_s=ROUND_S):
        return ()
    for kind in sorted(in_force.sections):
        unit.rules.facts.lock(kind, None)
    at = ports.clock()
    rows = _moving(unit, in_force)
    return _write(unit, rows, _asked(in_force, rows, at), in_force.shadows, at)


def _write(  # noqa: PLR0917 - the five go together
    unit: Unit,
    rows: Iterable[StateRow],
    outcome: Outcome,
    shadows: frozenset[str],
    at: datetime,
) -> tuple[FiringRow, ...]:
    kinds = {(row.rule, row.subject): row.kind for row in rows}
    reaches = {
        row.subject: Reach(region=row.region, team=row.team, owner_id=row.owner_id) for row in rows
    }
    reaches[WHOLE] = EVERYWHERE
    for kind in dict.fromkeys(kinds.values()):
        states = tuple(
            state for state in outcome.states if kinds[state.rule, state.subject] == kind
        )
        unit.rules.states.save(states, kind=kind, shadows=shadows, reaches=reaches, at=at)
    found = [
        firing_row(unit, firing, kinds[firing.rule, firing.subject], reaches)
        for firing in outcome.firings
    ]
    return tell(unit, found)


def _moving(unit: Unit, in_force: InForce) -> tuple[StateRow, ...]:
    """Give the rows of rules that are in force, in the mode that each is in now."""
    return tuple(
        row
        for row in unit.rules.states.moving()
        if row.rule in in_force.rules and row.shadow == (row.rule in in_force.shadows)
    )


def _asked(in_force: InForce, rows: Iterable[StateRow], at: datetime) -> Outcome:
    return in_force.evaluator.tick(_states(rows), at)


def _states(rows: Iterable[StateRow]) -> dict[tuple[str, str], RuleState]:
    return {(row.rule, row.subject): state_of(row) for row in rows}


def state_of(row: StateRow) -> RuleState:
    """Give what the machine knows of a row."""
    return RuleState(
        rule=row.rule,
        subject=row.subject,
        phase=row.phase,
        episode=row.episode,
        since=row.since,
        level=row.level,
        missing=row.missing,
        step=row.step,
        told_at=row.told_at,
        told_keys=row.told_keys,
        no_data=row.no_data,
        version=row.version,
    )
