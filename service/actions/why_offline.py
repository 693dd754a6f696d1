"""The same question without a database: of a table of facts, played in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules import executors, explain, features, simulation
from rules.history import Fact
from rules.kinds import WHOLE
from rules.machine import whole
from service.actions import fact_csv, why
from service.actions.fact_rows import Fault, RowReader, times_of, with_times
from service.errors import Invalid, NotFound, Trouble
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rules.facts import FactKind
    from rules.form import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anybody:
    """Without a house every subject that the table names is there."""

    def knows(self, kind: FactKind, subject: str) -> tuple[bool, tuple[str, ...]]:
        del kind, subject
        return True, ()


def answer(known: RuleSet, table: str, question: why.Question, *, now: datetime) -> dict[str, Any]:
    """Answer from a CSV table in which each fact becomes known at the end of its period.

    Raises NotFound for a rule or a subject that is not there, Invalid for the table or a row.
    """
    rule = next((one for one in known.rules if one.id == question.rule), None)
    if rule is None:
        listed = ", ".join(one.id for one in known.rules)
        raise NotFound(
            Text(
                zh=f"文件中没有规则“{question.rule}”，有：{listed}。",
                en=f"The file has no rule {question.rule!r}; there are: {listed}.",
            )
        )
    kind = next(one for one in known.kinds if one.name == rule.on)
    at = question.at or now
    facts = _facts(kind, table, now)
    with executors.default(known) as executor:
        played = simulation.run(known, executor, facts, until=at)
    seen = [
        (one.subject, one.fact, one.fact_ids[0])
        for _, one in played.looked_at
        if one.kind == kind.name and question.subject in (one.subject, WHOLE)
    ]
    if not seen:
        raise NotFound(
            Text(
                zh=f"到 {at.isoformat()} 为止没有关于“{question.subject}”的事实。",
                en=f"There is no fact about {question.subject!r} until {at.isoformat()}.",
            )
        )
    subject, _, fact_id = seen[-1]
    fact = _as_of(known, [one for one in facts if one.subject == subject], at)
    state = played.states_at(at).get((rule.id, WHOLE if whole(rule) else question.subject))
    said = explain.why(rule, fact, state, at)
    looked_at = why.Known(subject=subject, fact=dict(fact), fact_id=fact_id)
    return why.as_json(said, question, at, known=looked_at, state=state, version=known.version)


def _as_of(known: RuleSet, facts: Sequence[Fact], at: datetime) -> dict[str, object]:
    """Give the latest fact as rules see it then: what has grown too old since is not in it."""
    history = features.current(facts, as_of=at)
    section = next(one for one in known.sections if one.kind.name == history[-1].kind)
    return features.enrich(section.kind, section.features, history, at)


def _facts(kind: FactKind, table: str, now: datetime) -> Sequence[Fact]:
    reader = RowReader(kind, _Anybody(), now)
    times = times_of(kind)
    facts = []
    for number, row in enumerate(fact_csv.read_table(kind, table, most=None), 1):
        try:
            found = reader.read(row)
        except Fault as fault:
            place = f"row {number}{fault.where or ''}"
            trouble = Trouble(
                where=place, seen="this row", expected="a fact", message=fault.message
            )
            message = Text(
                zh=f"第 {number} 行：{fault.message.zh}", en=f"Row {number}: {fault.message.en}"
            )
            raise Invalid(message, troubles=(trouble,)) from fault
        facts.append(
            Fact(
                id=f"row {number}",
                kind=kind.name,
                subject=found.subject,
                period=found.period,
                at=found.at,
                known_at=found.at,
                values=with_times(found.values, times),
            )
        )
    return facts
