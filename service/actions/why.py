"""Why a rule fired and why it did not: asked of what was known at a time.

The facts are those that were known then, enriched as they would have been. The rule is the one in
force now. How things stood is read from the firings told until then, or, of now, from the state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rules import explain
from rules.kinds import WHOLE, Scope
from rules.states import Event, Phase, RuleState
from service import access
from service.actions.evaluation import clause_json
from service.actions.histories import Histories
from service.actions.whereabouts import EVERYWHERE, within
from service.errors import NotFound
from service.rule_records import Reach
from verification.values import Text

if TYPE_CHECKING:
    from rules.explain import Why
    from rules.form import AnyRule
    from service.actors import Actor
    from service.ports import RulePorts
    from service.ports.records import Unit
    from service.ports.rule_book import InForce

#: The phase that follows from what was told last.
PHASES = {
    Event.ENTERED: Phase.ACTIVE,
    Event.REPEATED: Phase.ACTIVE,
    Event.CLEARED: Phase.CLEAR,
    Event.LOCKED: Phase.LOCKED,
    Event.UNLOCKED: Phase.UNLOCKED,
    Event.OPENED: Phase.OPEN,
    Event.REOPENED: Phase.OPEN,
    Event.HALF_OPENED: Phase.HALF_OPEN,
    Event.RELEASED: Phase.HALF_OPEN,
    Event.CLOSED: Phase.CLOSED,
    Event.AWARDED: Phase.GIVEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    rule: str
    subject: str
    #: None: now.
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was known of one subject: its enriched fact, and the fact's id."""

    subject: str
    fact: dict[str, object]
    fact_id: str | None


def answer(ports: RulePorts, unit: Unit, actor: Actor, question: Question) -> dict[str, Any]:
    """Answer from the database. Raises NotFound for a rule or subject that is not there."""
    relation = access.require(actor, "firings.read")
    with ports.rules.using() as in_force:
        rule = in_force.rules.get(question.rule)
        if rule is None:
            raise _no_rule(question.rule, in_force)
        subjects = unit.rules.facts.subjects(rule.on)
        known = subjects.get(question.subject)
        reach = EVERYWHERE
        if known is not None:
            reach = Reach(region=known.region, team=known.team, owner_id=known.owner_id)
        whole = rule.scope is not Scope.EACH and question.subject == WHOLE
        if not whole and (known is None or not within(actor, relation, reach)):
            raise NotFound(
                Text(
                    zh=f"没有关于“{question.subject[:80]}”的事实。",
                    en=f"There are no facts about {question.subject[:80]!r}.",
                )
            )
        at = question.at or ports.clock()
        names = tuple(sorted(subjects)) if whole else (question.subject,)
        found = [_known(unit, in_force, rule, name, at) for name in names]
        looked_at = _telling(rule, found, whole=whole)
        target = question.subject if rule.scope is Scope.EACH else WHOLE
        state = _state(unit, in_force, rule, target, question.at)
        said = explain.why(rule, looked_at.fact, state, at)
        version = in_force.rule_set.version
        return as_json(said, question, at, known=looked_at, state=state, version=version)


def as_json(
    said: Why,
    question: Question,
    at: datetime,
    *,
    known: Known,
    state: RuleState | None,
    version: str,
) -> dict[str, Any]:
    """Give the answer as the API and the command line print it."""
    return {
        "rule": said.rule,
        "name": _both(said.name),
        "subject": question.subject,
        "looked_at": known.subject,
        "at": at,
        "rule_set": version,
        "fired": said.fired,
        "holds": said.holds,
        "part": said.part,
        "phase": None if state is None else state.phase,
        "fact": known.fact_id,
        "known": {name: plain(value) for name, value in known.fact.items()},
        "clauses": [{**clause_json(one), "fact": known.fact_id} for one in said.results],
        "reasons": [
            {"code": one.code.value, "sentence": _both(one.sentence)} for one in said.reasons
        ],
        "changes": [
            {
                "field": one.field,
                "label": _both(one.label),
                "seen": one.seen,
                "to": one.to,
                "sentence": _both(one.sentence),
            }
            for one in said.change
        ],
        "sentence": _both(said.sentence),
    }


def _known(unit: Unit, in_force: InForce, rule: AnyRule, subject: str, at: datetime) -> Known:  # noqa: PLR0917 - the five go together
    section = in_force.sections[rule.on]
    histories = Histories(unit, in_force.kinds[rule.on], section.features, known_by=at)
    latest = unit.rules.facts.latest(rule.on, subject, at)
    if latest is None:
        return Known(subject=subject, fact={}, fact_id=None)
    histories.load({subject: latest}, at)
    fact, chosen = histories.enriched(subject, at)
    return Known(subject=subject, fact=fact, fact_id=chosen[-1].id)


def _telling(rule: AnyRule, found: list[Known], *, whole: bool) -> Known:
    """Of all subjects, give one that decides: for `every` one that stands in the way."""
    if not found:
        return Known(subject=WHOLE, fact={}, fact_id=None)
    if not whole:
        return found[0]
    condition = explain.parts(rule)[0][1]
    deciding = rule.scope is Scope.ANY
    for one in found:
        if (explain.truth(condition, one.fact) is True) is deciding:
            return one
    return found[0]


def _state(  # noqa: PLR0917 - the five go together
    unit: Unit, in_force: InForce, rule: AnyRule, subject: str, at: datetime | None
) -> RuleState | None:
    shadow = rule.id in in_force.shadows
    if at is None:
        states = unit.rules.states.of(rule.on, (subject,))
        return states.get((rule.id, subject, shadow))
    where = {"rule": rule.id, "subject": subject, "shadow": shadow}
    for firing in unit.rules.firings.find(where, order="-id"):
        if firing.at <= at and firing.event in PHASES:
            return RuleState(
                rule=rule.id,
                subject=subject,
                phase=PHASES[firing.event],
                episode=firing.episode,
                since=firing.at,
                level=firing.level,
                told_at=firing.at,
            )
    return None


def _no_rule(name: str, in_force: InForce) -> NotFound:
    listed = ", ".join(sorted(in_force.rules)[:30])
    return NotFound(
        Text(
            zh=f"没有生效的规则“{name[:80]}”，现有：{listed}。",
            en=f"No rule {name[:80]!r} is in force; there are: {listed}.",
        )
    )


def plain(value: object) -> Any:
    """Give a value of an enriched fact as JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value


def _both(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
