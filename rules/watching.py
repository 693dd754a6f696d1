"""What an evaluator keeps of each rule, and what a fact says to it: the machine's observations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rules import explain, gates
from rules.conditions import Condition, Join
from rules.errors import EngineError
from rules.kinds import WHOLE, Award, Breaker, Gate, Missing, Mode, Scope, WarningRule
from rules.machine import Observation, keys, whole
from rules.states import Phase
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rules.form import AnyRule
    from rules.looked_at import LookedAt
    from rules.machine.steps import Key
    from rules.states import RuleState

#: Of a subject whose facts have no time that is known: later than nothing.
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A rule that is not off."""

    rule: AnyRule
    id: str
    place: int
    #: Id of the row that says that it begins, and of the one that it ends.
    begin_row: str
    finish_row: str | None
    begin: Condition
    finish: Condition | None
    #: One state for all subjects.
    whole: bool
    #: It is asked of every fact: other subjects may fulfil it.
    eager: bool
    #: It tells a lack of data, so it must be asked when one of `fields` is not there.
    tells_lack: bool
    fields: frozenset[str]
    #: Rules that may inhibit it.
    inhibitors: tuple[AnyRule, ...]

    def asked_at(self, at: datetime) -> bool:
        """Say whether it is in force, or is to be ended because it no longer is."""
        begin = self.rule.effective_from
        return begin is None or begin <= at


def watch(rules: Sequence[AnyRule]) -> tuple[Watched, ...]:
    """Give the rules that are not off, a warning after those that inhibit it."""
    known = {rule.id: (place, rule) for place, rule in enumerate(rules)}
    ordered: dict[str, None] = {}
    for rule in rules:
        _place(rule, known, ordered, frozenset())
    return tuple(_watched(*known[rule_id], known) for rule_id in ordered if _on(known[rule_id][1]))


def _place(
    rule: AnyRule,
    known: Mapping[str, tuple[int, AnyRule]],
    ordered: dict[str, None],
    above: frozenset[str],
) -> None:
    """Put a rule behind its inhibitors; a circle of them, which no checker lets by, is cut."""
    if rule.id in ordered or rule.id in above:
        return
    for inhibitor in rule.inhibited_by if isinstance(rule, WarningRule) else ():
        if inhibitor in known:
            _place(known[inhibitor][1], known, ordered, above | {rule.id})
    ordered[rule.id] = None


def _watched(place: int, rule: AnyRule, known: Mapping[str, tuple[int, AnyRule]]) -> Watched:
    named = explain.parts(rule)
    begin_row, finish_row = _rows(rule)
    finish = named[1][1] if finish_row is not None else None
    inhibited_by = rule.inhibited_by if isinstance(rule, WarningRule) else ()
    inhibitors = (known[one][1] for one in inhibited_by if one in known)
    clauses = [clause for _, condition in named for clause in condition.clauses()]
    key = rule.dedupe.key if isinstance(rule, Award) else ()
    return Watched(
        rule=rule,
        id=rule.id,
        place=place,
        begin_row=begin_row,
        finish_row=finish_row,
        begin=named[0][1],
        finish=finish,
        whole=whole(rule),
        eager=whole(rule) and rule.scope is Scope.ANY,
        tells_lack=rule.missing is Missing.WARN and not isinstance(rule, Gate),
        fields=frozenset(clause.field.name for clause in clauses)
        | frozenset(key) - {keys.SUBJECT, keys.PERIOD},
        # What is only tried out keeps nothing quiet that is live.
        inhibitors=tuple(
            one for one in inhibitors if _on(one) and one.mode in {Mode.LIVE, rule.mode}
        ),
    )


def _on(rule: AnyRule) -> bool:
    return rule.mode is not Mode.OFF


def _rows(rule: AnyRule) -> tuple[str, str | None]:
    match rule:
        case WarningRule():
            return rule.enter, rule.clear if rule.until is not None else None
        case Breaker():
            return rule.open, rule.close
        case Award():
            return rule.given, None
        case Gate():
            return rule.asked, None


def observation(
    watched: Watched,
    matched: frozenset[str],
    looked_at: LookedAt,
    state: RuleState,
    *,
    inhibited: bool,
    at: datetime,
) -> Observation:
    """Find out what a fact says to a rule. Raises EngineError where executor and reference differ.

    Over several subjects a rule begins where every (or any) one fulfils the condition, and ends,
    whatever its scope, only where every one fulfils the other: one that is well does not speak for
    one that is not. To a breaker that is open or half-open, others whose facts are not later than
    its phase have said nothing yet.
    """
    rule, fact = watched.rule, looked_at.fact
    others, stale = _others(watched, looked_at, state)
    holds, ends = _truths(watched, matched, fact, others)
    missing = None
    if isinstance(rule, Gate) and holds:
        missing = tuple(one.item for one in gates.stand(rule, matched, fact).missing)
    return Observation(
        holds=holds,
        ends=ends,
        as_of=at if looked_at.as_of is None else looked_at.as_of,
        stale=stale,
        # What was told in this episode needs no key.
        key=_key(watched, looked_at) if state.level is None else (),
        inhibited=inhibited,
        missing=missing,
        fact_ids=looked_at.fact_ids,
    )


def _others(
    watched: Watched, looked_at: LookedAt, state: RuleState
) -> tuple[Collection[Mapping[str, object]], bool]:
    """Give the facts of the others, and whether some were left out because they are too old."""
    if not watched.whole:
        return (), False
    if state.phase not in {Phase.OPEN, Phase.HALF_OPEN}:
        return looked_at.others.values(), False
    times = looked_at.others_as_of
    later = [times.get(name, NEVER) > state.since for name in looked_at.others]
    facts = looked_at.others.values()
    return [one if is_later else {} for one, is_later in zip(facts, later, strict=True)], not all(
        later
    )


def _truths(
    watched: Watched,
    matched: frozenset[str],
    fact: Mapping[str, object],
    others: Collection[Mapping[str, object]],
) -> tuple[bool | None, bool | None]:
    holds = _checked(watched.begin, watched.begin_row, matched, fact)
    ends = None
    if watched.finish is not None and watched.finish_row is not None:
        ends = _checked(watched.finish, watched.finish_row, matched, fact)
    if watched.whole:
        join = Join.ALL if watched.rule.scope is Scope.EVERY else Join.ANY
        holds = _over(holds, join, watched.begin, others)
        if watched.finish is not None:
            ends = _over(ends, Join.ALL, watched.finish, others)
    return holds, ends


def _key(watched: Watched, looked_at: LookedAt) -> Key | None:
    rule = watched.rule
    if not isinstance(rule, WarningRule | Award):
        return ()
    subject = WHOLE if watched.whole else looked_at.subject
    return keys.values(rule.dedupe, subject, looked_at.period, looked_at.fact)


def _checked(
    condition: Condition, row: str, matched: frozenset[str], fact: Mapping[str, object]
) -> bool | None:
    held = explain.truth(condition, fact)
    if (held is True) != (row in matched):
        raise _contradiction(row)
    return held


def _over(
    first: bool | None,  # noqa: FBT001 - a truth among truths
    join: Join,
    condition: Condition,
    others: Iterable[Mapping[str, object]],
) -> bool | None:
    """Join the truth for the subject that is looked at with that for the others."""
    deciding = join is Join.ANY
    if first is deciding:
        return first
    answer = first
    for other in others:
        held = explain.truth(condition, other)
        if held is deciding:
            return deciding
        answer = None if held is None else answer
    return answer


def _contradiction(row: str) -> EngineError:
    return EngineError(
        Text(
            zh=f"规则执行器与规则的定义不一致（{row}），本次不作结论。请重新加载规则并报告此问题。",
            en=f"The executor and the definition of the rule differ ({row}); nothing was decided. "
            "Load the rules again and report this.",
        )
    )
