"""Subjects that nobody reports on any more: looked at again when what is known has grown too old.

Each subject's row says when time alone changes next what rules see of it. Every process asks for
rows that are due; one that finds some locks their kind, asks once more, evaluates and writes
firings and the next time in one transaction. So nothing is told twice, and nothing is lost with a
process that dies.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from service import paths
from service.actions import stages
from service.actions.evaluation import Evaluation
from service.actions.histories import Histories
from service.rule_records import Reach

if TYPE_CHECKING:
    from collections.abc import Collection, MutableMapping

    from service.ports import RulePorts
    from service.ports.records import Unit
    from service.ports.rule_book import InForce
    from service.rule_records import FiringRow, Subject

#: Subjects that share a transaction.
MOST_AT_ONCE = 200


def look_again(ports: RulePorts) -> tuple[FiringRow, ...]:
    """Look at every subject that is due; gives the firings that followed."""
    fired: list[FiringRow] = []
    with ports.rules.using() as in_force:
        while due := _due(ports):
            for kind, found in groupby(due, key=lambda one: one[0]):
                fired += _look(ports, in_force, kind, [subject for _, subject in found])
    return tuple(fired)


def plan(ports: RulePorts, planned: MutableMapping[str, str | None]) -> None:
    """Say anew when subjects are due whose rules ask about other ages now.

    `planned` has, by kind, what this process has seen to already. Counted from when the latest
    fact was known: what has grown too old since is due at once.
    """
    with ports.rules.using() as in_force:
        for kind, ageing in in_force.ageing.items():
            if planned.get(kind, "") == ageing.version:
                continue
            while _plan(ports, in_force, kind):
                pass
            planned[kind] = ageing.version


def _due(ports: RulePorts) -> tuple[tuple[str, str], ...]:
    with ports.records.read() as unit:
        return unit.rules.facts.due(ports.clock(), limit=MOST_AT_ONCE)


def _look(
    ports: RulePorts, in_force: InForce, kind: str, names: Collection[str]
) -> tuple[FiringRow, ...]:
    if kind in paths.kinds() and kind in in_force.sections:
        for stage_id in names:
            with ports.records.begin() as unit:
                stages.evaluate(ports, unit, stage_id, reason="time has passed")
        return ()
    with ports.records.begin() as unit:
        unit.rules.facts.lock(kind, None)
        at = ports.clock()
        found = unit.rules.facts.subjects(kind, names)
        due = {
            name: one
            for name, one in sorted(found.items())
            if one.due_at is not None and one.due_at <= at
        }
        if kind not in in_force.sections:
            # No rule looks at them any more.
            unit.rules.facts.meet([replace(one, due_at=None, due_by=None) for one in due.values()])
            return ()
        evaluation = Evaluation(unit, in_force, in_force.kinds[kind], at)
        evaluation.prepare(
            {name: one.period for name, one in due.items()},
            {name: _reach(one) for name, one in due.items()},
        )
        for name in due:
            evaluation.look_again(name)
        fired = evaluation.save()
        unit.rules.facts.meet([evaluation.planned(one) for one in due.values()])
        return fired


def _plan(ports: RulePorts, in_force: InForce, kind: str) -> int:
    ageing = in_force.ageing[kind]
    with ports.records.read() as unit:
        if not unit.rules.facts.unplanned(kind, ageing.version, limit=1):
            return 0
    with ports.records.begin() as unit:
        unit.rules.facts.lock(kind, None)
        found = unit.rules.facts.unplanned(kind, ageing.version, limit=MOST_AT_ONCE)
        unit.rules.facts.meet(_planned(unit, in_force, kind, found))
        return len(found)


def _planned(unit: Unit, in_force: InForce, kind: str, found: Collection[Subject]) -> list[Subject]:
    ageing = in_force.ageing[kind]
    histories = Histories(unit, in_force.kinds[kind], in_force.sections[kind].features)
    planned = []
    for one in found:
        histories.load({one.subject: one.period}, one.known_at)
        facts = histories[one.subject].facts
        due = ageing.following(facts, facts[-1].known_at) if facts else None
        planned.append(replace(one, due_at=due, due_by=ageing.version))
    return planned


def _reach(one: Subject) -> Reach:
    return Reach(region=one.region, team=one.team, owner_id=one.owner_id)
