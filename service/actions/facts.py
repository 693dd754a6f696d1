"""Facts arrive: each row is taken, recognised, or held with a reason, while the others go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rules import periods
from service import access, paths
from service.access import Relation
from service.actions.evaluation import Evaluation
from service.actions.fact_fates import (
    Batch,
    Fate,
    Late,
    Receipt,
    RowFate,
    as_sent,
    foreign,
    late_fault,
)
from service.actions.fact_hashes import batch_draft, fact_hash
from service.actions.fact_rows import Fault, RowReader
from service.actions.histories import EVER
from service.actions.holding import hold
from service.actions.whereabouts import Whereabouts, within
from service.errors import Invalid, NotFound, StaleVersion, Trouble
from service.rule_records import FactRow, NewFact, Reach, Subject
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from rules.facts import FactKind
    from service.actions.fact_rows import Candidate
    from service.actors import Actor
    from service.ports import RulePorts
    from service.ports.records import Unit
    from service.ports.rule_book import InForce

#: So many rows or fewer wait for one another's commit, so that one flush serves them all.
A_FEW = 10
COLLISIONS, COLLISION_REST_S = 8, 0.02


def submit(ports: RulePorts, actor: Actor, batch: Batch) -> Receipt:
    """Take a batch; begin again where somebody was faster.

    A few facts share a transaction with whoever sends some at the same time.
    """
    for _ in range(COLLISIONS):
        try:
            return _submit(ports, actor, batch)
        except StaleVersion:
            time.sleep(COLLISION_REST_S)
    return _submit(ports, actor, batch)


def _submit(ports: RulePorts, actor: Actor, batch: Batch) -> Receipt:
    if len(batch.rows) <= A_FEW:
        return ports.records.together(lambda unit: take(ports, unit, actor, batch))
    with ports.records.begin() as unit:
        return take(ports, unit, actor, batch)


def take(ports: RulePorts, unit: Unit, actor: Actor, batch: Batch) -> Receipt:
    """Take a batch in the caller's transaction.

    Raises NotFound for a kind that is not declared, StaleVersion where somebody else changed a
    state meanwhile.
    """
    access.require(actor, "facts.add")
    if batch.kind in paths.kinds():
        raise _not_sent(batch.kind)
    with ports.rules.using() as in_force:
        kind = kind_of(in_force, batch.kind)
        return _Intake(ports, unit, actor, kind).take(in_force, batch)


def kind_of(in_force: InForce, name: str) -> FactKind:
    """Give a kind by its name. Raises NotFound."""
    kind = in_force.kinds.get(name)
    if kind is None:
        listed = ", ".join(sorted(in_force.kinds))
        text = Text(
            zh=f"没有事实类型“{name[:80]}”，可以用：{listed}。",
            en=f"There is no kind of fact {name[:80]!r}; there are: {listed}.",
        )
        trouble = Trouble(where="/kind", seen=name[:80], expected=listed, message=text)
        raise NotFound(text, troubles=(trouble,))
    return kind


def _not_sent(kind: str) -> Invalid:
    text = Text(
        zh=f"“{kind}”由系统根据交付物的核验与审核自动生成，不能提交。请上传交付物。",
        en=f"{kind} is made by the service itself from deliverables, their verdicts and reviews; "
        "it cannot be sent. Upload the deliverable.",
    )
    trouble = Trouble(where="/kind", seen=kind, expected="a kind that is sent", message=text)
    return Invalid(text, troubles=(trouble,))


class _Intake:
    """One batch on its way through one transaction."""

    def __init__(self, ports: RulePorts, unit: Unit, actor: Actor, kind: FactKind) -> None:
        self._unit = unit
        self._actor = actor
        self._kind = kind
        self._relation = access.require(actor, "facts.add")
        self._whereabouts = Whereabouts(unit)
        self._ports = ports
        self._fates: dict[int, RowFate] = {}
        self._added: list[NewFact] = []
        #: What they were made of.
        self._taken: list[Candidate] = []
        self._reaches: dict[str, Reach] = {}
        #: Of those that are known the ones of whom more is asked than their latest period.
        self._subjects: dict[str, Subject] = {}

    def take(self, in_force: InForce, batch: Batch) -> Receipt:
        """Take the rows in order of subject and period."""
        found = self._read(batch)
        names = {candidate.subject for _, candidate in found}
        alone = len(names) == 1 and self._kind.name not in in_force.whole
        self._unit.rules.facts.lock(self._kind.name, next(iter(names)) if alone else None)
        # What holds the lock comes after all that was committed before: by the clock as well.
        at = self._ports.clock()
        known = self._unit.rules.facts.latest_of(self._kind.name, names) if names else {}
        evaluation = Evaluation(self._unit, in_force, self._kind, at)
        if evaluation.ages or self._relation is not Relation.ALL:
            self._look_up(known.keys())
        found = self._within_reach(found, batch)
        first = evaluation.concerned([candidate for _, candidate in found], known)
        self._look_up(known.keys() & first.keys())
        evaluation.prepare(first, {name: self._reach(name) for name in first})
        self._enter(evaluation, found, late=batch.late, at=at)
        self._unit.rules.facts.add(self._added, [one.text for one in self._taken])
        self._meet(evaluation, known, at)
        firings = evaluation.save()
        self._note()
        fates = tuple(self._fates[row] for row in range(1, len(batch.rows) + 1))
        return Receipt(fates=fates, firings=tuple(one.id for one in firings))

    def _read(self, batch: Batch) -> list[tuple[int, Candidate]]:
        reader = RowReader(self._kind, self._whereabouts, self._ports.clock())
        found = []
        for row, given in enumerate(batch.rows, 1):
            try:
                found.append((row, reader.read(given)))
            except Fault as fault:
                self._hold(row, given, fault)
        found.sort(key=lambda one: (one[1].subject, one[1].period))
        return found

    def _look_up(self, names: AbstractSet[str]) -> None:
        if not names <= self._subjects.keys():
            self._subjects |= self._unit.rules.facts.subjects(self._kind.name, names)

    def _within_reach(
        self, found: list[tuple[int, Candidate]], batch: Batch
    ) -> list[tuple[int, Candidate]]:
        """Leave rows about subjects that the actor may speak of."""
        if self._relation is Relation.ALL:
            return found
        kept = []
        for row, candidate in found:
            reach = self._reach(candidate.subject)
            if within(self._actor, self._relation, reach):
                kept.append((row, candidate))
            else:
                self._hold(row, batch.rows[row - 1], foreign(candidate.subject))
        return kept

    def _reach(self, name: str) -> Reach:
        found = self._reaches.get(name)
        if found is None:
            known = self._subjects.get(name)
            found = self._reaches[name] = (
                self._whereabouts.reach(self._kind, name) if known is None else _reach_of(known)
            )
        return found

    def _enter(
        self,
        evaluation: Evaluation,
        found: Sequence[tuple[int, Candidate]],
        *,
        late: Late,
        at: datetime,
    ) -> None:
        kind, ids = self._kind.name, self._unit.new_ids(len(found))
        for (row, candidate), new_id in zip(found, ids, strict=True):
            history, before = evaluation.histories.get(candidate.subject), None
            if history is not None:
                before = history.of(candidate.period)
                if self._is_settled(evaluation, row, candidate, late):
                    continue
            fact = NewFact(
                new_id,
                kind,
                candidate.subject,
                candidate.period,
                candidate.at,
                at,
                fact_hash(candidate.text, before.hash if before else ""),
                before.id if before else None,
            )
            self._added.append(fact)
            self._taken.append(candidate)
            self._fates[row] = RowFate(row=row, fate=Fate.ACCEPTED, fact=new_id)
            if history is not None:
                evaluation.observe(FactRow(**fact._asdict(), values=candidate.values))

    def _is_settled(
        self, evaluation: Evaluation, row: int, candidate: Candidate, late: Late
    ) -> bool:
        """Say whether a row of a prepared subject is no new fact: a repeat, or held."""
        history = evaluation.histories[candidate.subject]
        before = history.of(candidate.period)
        if before is not None and evaluation.histories.same(before, candidate.values):
            self._fates[row] = RowFate(row=row, fate=Fate.DUPLICATE, fact=before.id)
            return True
        if late is Late.ACCEPT:
            return False
        fault = late_fault(self._kind, candidate, history.numbers, corrects=before is not None)
        if fault is not None:
            self._hold(row, as_sent(self._kind, candidate), fault)
        return fault is not None

    def _hold(self, row: int, given: Mapping[str, Any], fault: Fault) -> None:
        held = hold(self._unit, self._actor, self._kind.name, row=given, fault=fault)
        self._fates[row] = RowFate(
            row=row,
            fate=Fate.HELD,
            held=held.id,
            code=fault.code,
            where=fault.where,
            reason=fault.message,
        )

    def _meet(self, evaluation: Evaluation, known: Mapping[str, int], at: datetime) -> None:
        """Note the latest period of each subject, when it is due, and those who are new."""
        # In order of subject and period.
        latest = {candidate.subject: candidate for candidate in self._taken}
        if evaluation.ages:
            met = self._planned(evaluation, latest, at)
        else:
            later = {
                name: last.period
                for name, last in latest.items()
                if name in known and known[name] < last.period
            }
            self._unit.rules.facts.advance(self._kind.name, later, at)
            met = [self._now(last, at) for name, last in latest.items() if name not in known]
        self._unit.rules.facts.meet(met)

    def _planned(
        self, evaluation: Evaluation, latest: Mapping[str, Candidate], at: datetime
    ) -> list[Subject]:
        met = []
        for name, last in latest.items():
            before = self._subjects.get(name)
            newer = before is None or before.period < last.period
            now = self._now(last, at) if newer or before is None else before
            now = evaluation.planned(now, last)
            if now != before:
                met.append(now)
        return met

    def _now(self, last: Candidate, at: datetime) -> Subject:
        reach = self._reach(last.subject)
        return _subject(self._kind, last.subject, period=last.period, reach=reach, at=at)

    def _note(self) -> None:
        """One entry a batch; its digest covers every fact that was taken."""
        if self._added:
            self._unit.audit.append(
                batch_draft(self._added),
                actor=self._actor.person_id,
                request_id=self._actor.request_id,
            )


def _subject(kind: FactKind, name: str, *, period: int, reach: Reach, at: datetime) -> Subject:
    return Subject(
        kind=kind.name,
        subject=name,
        period=period,
        region=reach.region,
        team=reach.team,
        owner_id=reach.owner_id,
        known_at=at,
    )


def of_subject(
    ports: RulePorts, unit: Unit, actor: Actor, *, kind: str, subject: str
) -> list[dict[str, Any]]:
    """Give what is known of a subject within the actor's reach, the latest first."""
    relation = access.require(actor, "facts.read")
    with ports.rules.using() as in_force:
        known = kind_of(in_force, kind)
    found = unit.rules.facts.subjects(kind, (subject,)).get(subject)
    if found is None or not within(actor, relation, _reach_of(found)):
        return []
    rows = unit.rules.facts.window(kind, (subject,), (-EVER, EVER))
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "subject": row.subject,
            "period": periods.text(known.period, row.period),
            "at": row.at,
            "known_at": row.known_at,
            "values": dict(row.values),
            "corrects": row.corrects,
        }
        for row in reversed(rows)
    ]


def _reach_of(subject: Subject) -> Reach:
    return Reach(region=subject.region, team=subject.team, owner_id=subject.owner_id)
