"""Facts meet rules: everything that follows from new facts of one kind, in one transaction.

1. Nobody else evaluates these subjects until the commit.
2. Most facts concern no rule, and that can be seen without their past: see `concerned`. Of their
   subjects neither windows nor states are read.
3. The other facts are taken in order of subject and period, each on top of those before. After
   each the subject's latest period is enriched and asked; a fact that no window of the latest
   period reaches changes nothing that is told.
4. Facts, changed states (compare-and-set), firings (unique keys) and the orders of their actions
   are written together; an ended episode lifts its measures.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from rules import features
from rules.kinds import WHOLE
from rules.looked_at import LookedAt
from service import chain
from service.actions.histories import Histories
from service.actions.whereabouts import EVERYWHERE, Whereabouts
from service.actors import SYSTEM
from service.records import AuditDraft
from service.rule_actions import put
from service.rule_actions.measures import lift_all
from service.rule_records import FiringRow, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from rules.evaluation import Outcome
    from rules.facts import FactKind
    from rules.history import Observed
    from rules.states import ClauseResult, Firing, RuleState
    from rules.text import Text
    from service.actions.fact_rows import Candidate
    from service.ports.records import Unit
    from service.ports.rule_book import InForce
    from service.ports.rule_records import StateKey
    from service.rule_records import FactRow, Subject

    States = dict[tuple[str, str], RuleState]


class Evaluation:
    """All that one transaction evaluates of one kind."""

    def __init__(self, unit: Unit, in_force: InForce, kind: FactKind, at: datetime) -> None:
        self._unit = unit
        self._in_force = in_force
        self._kind = kind
        self._at = at
        section = in_force.sections.get(kind.name)
        self._asked = section is not None
        self._features = () if section is None else section.features
        self._ageing = in_force.ageing.get(kind.name)
        self.histories = Histories(unit, kind, self._features)
        #: By subject, then by rule and subject.
        self._states: dict[str, States] = {WHOLE: {}}
        self._changed: dict[tuple[str, str], RuleState] = {}
        self._firings: list[Firing] = []
        self._reaches: dict[str, Reach] = {WHOLE: EVERYWHERE}
        self._together = kind.name in in_force.whole
        #: Of all known subjects, where a rule looks at all of them together.
        self._others: dict[str, Mapping[str, object]] = {}
        self._others_as_of: dict[str, datetime] = {}

    def prepare(self, first: dict[str, int], reaches: Mapping[str, Reach]) -> None:
        """Read windows and states of the subjects; `first` has each one's earliest period."""
        self._reaches.update(reaches)
        self.histories.load(first, self._at)
        if self._asked and (first or self._together):
            self._load_states(first)
        if self._together:
            self._load_others()

    def concerned(self, found: Sequence[Candidate], known: Mapping[str, int]) -> dict[str, int]:
        """Give the subjects that must be prepared, each with its earliest period.

        `found` is by subject and period, `known` has the latest period of subjects. Of the others
        nothing need be read: what comes after all that is known neither repeats nor corrects, and
        no rule can have anything to say to it.
        """
        first: dict[str, int] = {}
        for candidate in found:
            first.setdefault(candidate.subject, candidate.period)
        prepared: set[str] = set()
        if self._asked and first:
            prepared |= self._unit.rules.states.restless(self._kind.name, first)
        latest = dict(known)
        newer: list[Candidate] = []
        cannot_concern = self._ruling_out()
        for candidate in found:
            name, period = candidate.subject, candidate.period
            if name in prepared:
                continue
            before = latest.get(name)
            latest[name] = period
            if (before is not None and period <= before) or not cannot_concern(candidate):
                prepared.add(name)
            else:
                newer.append(candidate)
        look = self._in_force.glance.second_look(self._kind.name) if self._asked else None
        if look is not None:
            newer = [candidate for candidate in newer if candidate.subject not in prepared]
            prepared |= self.histories.concerned(look, newer, self._at)
        return {name: period for name, period in first.items() if name in prepared}

    @property
    def ages(self) -> bool:
        """Whether time alone changes anything of these facts."""
        return self._ageing is not None and self._ageing.passes

    def _ruling_out(self) -> Callable[[Candidate], bool]:
        if not self._asked:
            return lambda _: True
        if self._ageing is not None and self._ageing.looks_back:
            return lambda _: False
        cannot_concern = self._in_force.glance.ruling_out(self._kind.name, self._at)
        if not self.histories.has_times:
            return cannot_concern
        return lambda candidate: cannot_concern(self.histories.seen(candidate))

    def observe(self, fact: FactRow) -> None:
        """Take in one fact of a prepared subject; ask the rules, where it can change an answer."""
        latest = self.histories.put(fact).numbers[-1]
        if not self._asked:
            return
        if fact.period < latest and (
            features.affected(self._kind, self._features, fact.period) < latest
        ):
            return
        self._ask(fact.subject)

    def look_again(self, subject: str) -> None:
        """Ask the rules of what is known of a subject, as it is at the time of asking."""
        if self._asked and self.histories[subject].numbers:
            self._ask(subject)

    def planned(self, subject: Subject, last: Candidate | None = None) -> Subject:
        """Give a subject with the time at which it must be looked at again, if no fact comes.

        `last` is its latest fact, which tells enough of a subject that was not prepared.
        """
        if self._ageing is None:
            return replace(subject, due_at=None, due_by=None)
        history = self.histories.get(subject.subject)
        facts: Sequence[Observed] = () if history is None else history.facts
        if history is None and last is not None:
            facts = (self.histories.seen(last),)
        due = self._ageing.following(facts, self._at)
        return replace(subject, due_at=due, due_by=self._ageing.version)

    def standing(self, subject: str) -> Mapping[tuple[str, str], RuleState]:
        """Give how rules stand with a subject after what was asked so far."""
        return self._states[subject]

    def save(self, amend: Callable[[FiringRow], FiringRow] | None = None) -> tuple[FiringRow, ...]:
        """Write states, firings and what follows; gives the firings that are new.

        `amend` adds to a firing what the rules know nothing of.
        """
        if self._changed and self._in_force.inhibits and self._together:
            self._settle()
        self._unit.rules.states.save(
            tuple(self._changed.values()),
            kind=self._kind.name,
            shadows=self._in_force.shadows,
            reaches=self._reaches,
            at=self._at,
        )
        rows = [
            firing_row(self._unit, firing, self._kind.name, self._reaches)
            for firing in self._firings
        ]
        return tell(self._unit, rows if amend is None else [amend(row) for row in rows])

    def _ask(self, subject: str) -> None:
        fact, chosen = self.histories.enriched(subject, self._at)
        if not self._in_force.glance.concerns(
            self._kind.name, fact, self._states[subject].values()
        ):
            return
        last = chosen[-1]
        as_of = min(last.at, last.known_at)
        looked_at = LookedAt(
            kind=self._kind.name,
            subject=subject,
            fact=fact,
            fact_ids=tuple(one.id for one in reversed(chosen)),
            period=last.period,
            as_of=as_of,
            others={name: one for name, one in self._others.items() if name != subject},
            others_as_of=self._others_as_of,
        )
        states = self._states[subject]
        if self._together:
            self._others[subject], self._others_as_of[subject] = fact, as_of
            states = {**states, **self._states[WHOLE]}
        self._note(self._in_force.evaluator.observe(looked_at, states, self._at))

    def _note(self, outcome: Outcome) -> None:
        for state in outcome.states:
            key = (state.rule, state.subject)
            self._states[state.subject][key] = state
            self._changed[key] = state
        self._firings += outcome.firings

    def _settle(self) -> None:
        """Let the warning of one subject come back, or fall silent, for what another's did."""
        together = {key: state for known in self._states.values() for key, state in known.items()}
        self._note(self._in_force.evaluator.tick(together, self._at))

    def _load_states(self, names: Iterable[str]) -> None:
        for name in names:
            self._states.setdefault(name, {})
        wanted = {*self._states} if self._together else {*self._states} - {WHOLE}
        found = self._unit.rules.states.of(self._kind.name, wanted)
        for key, state in own_states(found, self._in_force.shadows).items():
            self._states[key[1]][key] = state

    def _load_others(self) -> None:
        """Enrich the latest fact of every known subject; one without a fact says nothing."""
        known = self._unit.rules.facts.subjects(self._kind.name)
        self.histories.load({name: one.period for name, one in known.items()}, self._at)
        self._others = {name: {} for name in Whereabouts(self._unit).all_of(self._kind)}
        for name in known:
            if self.histories[name].numbers:
                self._others[name], chosen = self.histories.enriched(name, self._at)
                self._others_as_of[name] = min(chosen[-1].at, chosen[-1].known_at)


def own_states(found: Mapping[StateKey, RuleState], shadows: frozenset[str]) -> States:
    """Leave the rows of the mode that each rule is in now."""
    return {
        (rule, subject): state
        for (rule, subject, shadow), state in found.items()
        if shadow == (rule in shadows)
    }


def firing_row(unit: Unit, firing: Firing, kind: str, reaches: Mapping[str, Reach]) -> FiringRow:
    """Give a firing as it is kept."""
    reach = reaches.get(firing.subject, Reach())
    return FiringRow(
        id=unit.new_id(),
        key=firing.key,
        rule=firing.rule,
        name=_both(firing.name),
        rule_set=firing.rule_set,
        kind=kind,
        subject=firing.subject,
        event=firing.event,
        episode=firing.episode,
        at=firing.at,
        level=firing.level,
        severity=firing.severity,
        facts=firing.facts,
        explanation=tuple(clause_json(result) for result in firing.explanation),
        sentence=_both(firing.sentence),
        actions=tuple(
            {"key": one.key, "name": one.name, "parameters": one.parameters}
            for one in firing.actions
        ),
        shadow=firing.shadow,
        share=firing.share,
        region=reach.region,
        team=reach.team,
        owner_id=reach.owner_id,
    )


def tell(unit: Unit, rows: Sequence[FiringRow]) -> tuple[FiringRow, ...]:
    """Keep firings that are not there yet, order their actions, lift what has ended."""
    fresh = unit.rules.fire(rows)
    for row in fresh:
        unit.audit.append(
            AuditDraft(
                action="rules.fired",
                object_kind="firing",
                object_id=row.id,
                after=firing_snapshot(row),
            ),
            actor=SYSTEM,
        )
        if not row.shadow:
            put(unit, row)
    lift_all(unit, fresh)
    return fresh


def firing_snapshot(row: FiringRow) -> dict[str, Any]:
    """Give what the trail records of a firing: its reasons and actions by their hash."""
    return {
        "key": row.key,
        "rule": row.rule,
        "rule_set": row.rule_set,
        "subject": row.subject,
        "event": row.event.value,
        "episode": row.episode,
        "at": row.at.astimezone(UTC).isoformat(),
        "shadow": row.shadow,
        "reasons": chain.digest([list(row.facts), list(row.explanation), list(row.actions)]),
    }


def clause_json(result: ClauseResult) -> dict[str, Any]:
    """Give one clause of an explanation as JSON has it."""
    value = result.value
    return {
        "part": result.part,
        "field": result.field,
        "label": _both(result.label),
        "operator": result.operator.value,
        "threshold": result.threshold,
        "value": value if value is None or isinstance(value, bool | int | float) else str(value),
        "passed": result.passed,
        "fact": result.fact,
        "sentence": _both(result.sentence),
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
