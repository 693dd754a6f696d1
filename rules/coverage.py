"""What the cases of a rule file should show, and what they did show.

Each gate open, locked and without each of its items; each warning entered, held on and cleared;
each breaker opened, half-opened and closed; each award given and refused the second time; each
clause once true and once false. A rule that is off is asked nothing.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rules.clauses import clause_holds
from rules.explain import truth
from rules.kinds import WHOLE, Award, Breaker, Gate, Mode, Scope, WarningRule
from rules.language.gate_rule import OPEN
from rules.states import Event, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from rules.conditions import Clause
    from rules.form import AnyRule, RuleSet
    from rules.gates import GateState
    from rules.looked_at import LookedAt
    from rules.simulation import Timeline
    from rules.states import RuleState

    #: When, what was looked at, and the states after that.
    _Step = tuple[datetime, LookedAt, Mapping[tuple[str, str], RuleState]]

#: Of these the cases show that they were told; the other events are ways on from them.
_TOLD = {
    Event.ENTERED: "entered",
    Event.CLEARED: "cleared",
    Event.OPENED: "opened",
    Event.HALF_OPENED: "half-opened",
    Event.CLOSED: "closed",
    Event.AWARDED: "given",
}
LOCKED = "locked"
HELD = "held"
REFUSED = "refused the second time"


def wanted(rule_set: RuleSet) -> tuple[str, ...]:
    """Give every point that the cases of a rule set should show."""
    asked = [rule for rule in rule_set.rules if rule.mode is not Mode.OFF]
    return tuple(dict.fromkeys(point for rule in asked for point in _points(rule)))


def _points(rule: AnyRule) -> Iterator[str]:
    match rule:
        case Gate():
            yield from (f"{rule.id}/{OPEN}", f"{rule.id}/{LOCKED}")
            yield from (f"{rule.id}/missing/{item.item}" for item in rule.require)
        case WarningRule():
            yield from (f"{rule.id}/entered", f"{rule.id}/{HELD}", f"{rule.id}/cleared")
        case Breaker():
            yield f"{rule.id}/opened"
            if rule.half_open_after is not None:
                yield f"{rule.id}/half-opened"
            yield f"{rule.id}/closed"
        case Award():
            yield from (f"{rule.id}/given", f"{rule.id}/{REFUSED}")
    for part, clause in _clauses(rule):
        yield from (_clause(rule, part, clause, holds=holds) for holds in (True, False))


def _clauses(rule: AnyRule) -> Iterator[tuple[str, Clause]]:
    match rule:
        case Gate():
            yield from (("when", clause) for clause in rule.when)
            for item in rule.require:
                yield from ((f"require/{item.item}", clause) for clause in item.clauses)
        case WarningRule():
            yield from (("when", clause) for clause in rule.when.clauses())
            if rule.until is not None:
                yield from (("until", clause) for clause in rule.until.clauses())
        case Breaker():
            yield from (("open_when", clause) for clause in rule.open_when.clauses())
            yield from (("close_when", clause) for clause in rule.close_when.clauses())
        case Award():
            yield from (("when", clause) for clause in rule.when.clauses())


def _clause(rule: AnyRule, part: str, clause: Clause, *, holds: bool) -> str:
    asked = f"{clause.field.name} {clause.operator} {clause.threshold}"
    return f"{rule.id}/{part}/{asked}/{'true' if holds else 'false'}"


def by_fact(rule_set: RuleSet, kind: str, fact: Mapping[str, object]) -> Iterator[str]:
    """Give which clauses an enriched fact shows true, and which false."""
    for rule in rule_set.rules:
        if rule.on != kind:
            continue
        asked = not isinstance(rule, Gate) or all(
            clause_holds(clause, fact.get(clause.field.name)) for clause in rule.when
        )
        for part, clause in _clauses(rule):
            value = fact.get(clause.field.name)
            # To a gate silence is an answer: what is not there is missing.
            known = value is not None or isinstance(rule, Gate)
            if known and (asked or part == "when"):
                yield _clause(rule, part, clause, holds=clause_holds(clause, value))


def by_gate(state: GateState) -> Iterator[str]:
    """Give what the answer of a gate shows."""
    yield f"{state.gate}/{OPEN if state.open else LOCKED}"
    yield from (f"{state.gate}/missing/{item.item}" for item in state.missing)


def by_timeline(rule_set: RuleSet, timeline: Timeline) -> Iterator[str]:
    """Give what a case over time shows."""
    for firing in timeline.firings:
        if firing.event in _TOLD:
            yield f"{firing.rule}/{_TOLD[firing.event]}"
    given = _given(timeline)
    for step in _walk(timeline):
        looked_at = step[1]
        yield from by_fact(rule_set, looked_at.kind, looked_at.fact)
        for rule in rule_set.rules:
            if rule.on == looked_at.kind:
                yield from _shown(rule, step, given.get(rule.id, frozenset()))


def _shown(rule: AnyRule, step: _Step, given: frozenset[str]) -> Iterator[str]:
    """Give what one observation shows of a rule."""
    at, looked_at, states = step
    whose = looked_at.subject if rule.scope is Scope.EACH else WHOLE
    state = states.get((rule.id, whose))
    match rule:
        case WarningRule() if state is not None:
            yield from _held(rule, state, at)
        case Gate() if state is not None:
            yield from _stood(rule, state)
        case Award():
            yield from _refused(rule, looked_at, given)
        case _:
            pass


def _walk(timeline: Timeline) -> Iterator[_Step]:
    """Give what was looked at, with the states after everything of that instant."""
    states: dict[tuple[str, str], RuleState] = {}
    changes = deque(timeline.changes)
    for at, looked_at in timeline.looked_at:
        while changes and changes[0][0] <= at:
            state = changes.popleft()[1]
            states[state.rule, state.subject] = state
        yield at, looked_at, states


def _given(timeline: Timeline) -> dict[str, frozenset[str]]:
    """Give the facts for which each award was given."""
    given: dict[str, set[str]] = {}
    for firing in timeline.firings:
        if firing.event is Event.AWARDED:
            given.setdefault(firing.rule, set()).update(firing.facts[:1])
    return {rule: frozenset(facts) for rule, facts in given.items()}


def _held(rule: WarningRule, state: RuleState, at: datetime) -> Iterator[str]:
    """A further fact was looked at, and the warning went on."""
    if state.phase is Phase.ACTIVE and state.since < at:
        yield f"{rule.id}/{HELD}"


def _refused(rule: Award, looked_at: LookedAt, given: frozenset[str]) -> Iterator[str]:
    """A further fact fulfilled `when`, and nothing was given for it."""
    if given and given.isdisjoint(looked_at.fact_ids[:1]) and truth(rule.when, looked_at.fact):
        yield f"{rule.id}/{REFUSED}"


def _stood(rule: Gate, state: RuleState) -> Iterator[str]:
    yield f"{rule.id}/{OPEN if state.phase is Phase.UNLOCKED else LOCKED}"
    yield from (f"{rule.id}/missing/{item}" for item in state.missing)
