"""Gates of stages: how a stage stands is a fact like any other, and its gates are asked of it.

The service makes these facts itself, one each time that deliverables, verdicts or decisions have
changed; fact, states of the gates and firings are written in the transaction of that change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules import gates, periods
from rules.kinds import Gate, Mode
from service import paths
from service.actions.evaluation import Evaluation
from service.actions.fact_hashes import batch_draft, fact_hash, values_text
from service.actions.gate_evidence import with_evidence
from service.actors import SYSTEM
from service.rule_records import FactRow, Reach, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rules.gates import GateState
    from service.ports import RulePorts
    from service.ports.records import Unit
    from service.ports.rule_book import InForce
    from service.records import Customer, Deliverable, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What there is of a stage."""

    customer: Customer
    stage: Stage
    values: Mapping[str, object]
    #: Item → all its deliverables.
    deliverables: Mapping[str, Sequence[Deliverable]]
    #: Why it is asked, for the trail.
    reason: str | None = None


def lock(unit: Unit, in_force: InForce, customer: Customer, stage_id: str) -> None:
    """Keep others from asking this stage's gates; what is read afterwards is the latest."""
    kind = paths.kind_of(customer.path)
    unit.rules.facts.lock(kind, None if kind in in_force.whole else stage_id)


def version(in_force: InForce, customer: Customer) -> str:
    """Give the version of the gates that a customer's stages have."""
    return in_force.versions[paths.kind_of(customer.path)]


def ask(ports: RulePorts, unit: Unit, in_force: InForce, case: Case) -> tuple[GateState, ...]:
    """Ask the gates of a stage that is locked already; give how the live ones stand.

    A gate that was never asked is not among them: it neither opens nor locks.
    """
    kind = in_force.kinds[paths.kind_of(case.customer.path)]
    subject = case.stage.id
    known = unit.rules.facts.subjects(kind.name, (subject,)).get(subject)
    at = ports.clock()
    if known is not None:
        # Clocks of several processes differ: what is known later is never about an earlier moment.
        at = max(at, periods.end(kind.period, known.period))
    evaluation = Evaluation(unit, in_force, kind, at)
    number = periods.number(kind.period, at)
    evaluation.prepare({subject: known.period if known else number}, {subject: _reach(case)})
    before = evaluation.histories[subject].facts[-1:]
    if before and before[0].values == case.values:
        evaluation.look_again(subject)
        number = before[0].period
    else:
        corrected = before[0] if before and before[0].period == number else None
        evaluation.observe(_enter(unit, case, number, at, corrected))
    now = evaluation.planned(_subject(case, kind.name, number, at))
    if known is None or (now.period, now.due_at, now.due_by) != (
        known.period,
        known.due_at,
        known.due_by,
    ):
        unit.rules.facts.meet((now,))
    evaluation.save(lambda firing: with_evidence(firing, case.deliverables))
    states = evaluation.standing(subject)
    return tuple(
        gates.recalled(rule, states[rule.id, subject].missing, case.values)
        for rule in in_force.rules.values()
        if isinstance(rule, Gate) and rule.mode is Mode.LIVE and (rule.id, subject) in states
    )


def _enter(  # noqa: PLR0917 - the five go together
    unit: Unit, case: Case, number: int, at: datetime, corrected: FactRow | None
) -> FactRow:
    text = values_text(case.values)
    fact = FactRow(
        id=unit.new_id(),
        kind=paths.kind_of(case.customer.path),
        subject=case.stage.id,
        period=number,
        at=at,
        known_at=at,
        values=case.values,
        hash=fact_hash(text, corrected.hash if corrected else ""),
        corrects=None if corrected is None else corrected.id,
    )
    unit.rules.facts.add((fact,), (text,))
    unit.audit.append(batch_draft((fact,), reason=case.reason), actor=SYSTEM)
    return fact


def _subject(case: Case, kind: str, period: int, at: datetime) -> Subject:
    customer = case.customer
    return Subject(
        kind=kind,
        subject=case.stage.id,
        period=period,
        region=customer.region,
        team=customer.team,
        owner_id=customer.owner_id,
        known_at=at,
    )


def _reach(case: Case) -> Reach:
    customer = case.customer
    return Reach(region=customer.region, team=customer.team, owner_id=customer.owner_id)
