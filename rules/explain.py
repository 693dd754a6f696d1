"""Why a rule fired and why it did not: clause by clause, in three values, with the nearest change.

This is the reference for what a condition means; engines are held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules import nearest, sentences
from rules.clauses import clause_holds
from rules.conditions import Condition, Join
from rules.kinds import Award, Breaker, Gate, Mode, Needs, WarningRule
from rules.reasons import Reason, reasons
from rules.states import ClauseResult, Phase
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rules.conditions import Clause
    from rules.form import AnyRule
    from rules.nearest import FieldChange
    from rules.states import RuleState


class Verdict(StrEnum):
    #: It fires on this fact, or fired before and is still in force; of a gate: it is open.
    FIRED = "fired"
    NOT_FIRED = "not_fired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The answer to "why" and "why not"."""

    rule: str
    name: Text
    verdict: Verdict
    #: Whether the condition that was asked holds of the fact; None: undecided.
    holds: bool | None
    #: Every clause, in the order of the rule.
    results: tuple[ClauseResult, ...]
    #: What beside the figures keeps it quiet or explains its state.
    reasons: tuple[Reason, ...]
    #: The part that `change` would flip: ``when``, ``until``, ``open_when``, ``close_when``; of a
    #: gate ``require``.
    part: str
    #: The fewest fields, changed the least, that would flip it; empty: nothing of that kind would.
    change: tuple[FieldChange, ...]
    sentence: Text

    @property
    def fired(self) -> bool:
        return self.verdict is Verdict.FIRED


def truth(condition: Condition, fact: Mapping[str, object]) -> bool | None:
    """Say whether a condition holds; None: fields that the fact does not have leave it open."""
    # One part decides ANY and NOT by holding, ALL by not holding.
    deciding = condition.join is not Join.ALL
    answer: bool | None = not deciding
    for part in condition.parts:
        held = truth(part, fact) if isinstance(part, Condition) else _clause(part, fact)
        if held is deciding:
            answer = deciding
            break
        if held is None:
            answer = None
    return answer if condition.join is not Join.NOT or answer is None else not answer


def _clause(clause: Clause, fact: Mapping[str, object]) -> bool | None:
    value = fact.get(clause.field.name)
    return None if value is None else clause_holds(clause, value)


def results(
    part: str, condition: Condition, fact: Mapping[str, object], fact_id: str | None
) -> tuple[ClauseResult, ...]:
    """Give every clause of a condition with what the fact has and whether it holds."""
    return tuple(_result(part, clause, fact, fact_id) for clause in condition.clauses())


def _result(
    part: str, clause: Clause, fact: Mapping[str, object], fact_id: str | None
) -> ClauseResult:
    value = fact.get(clause.field.name)
    return ClauseResult(
        part=part,
        field=clause.field.name,
        label=clause.field.label,
        operator=clause.operator,
        threshold=clause.threshold,
        value=value if isinstance(value, int | float | str) else None,
        passed=clause_holds(clause, value),
        fact=fact_id if value is not None else None,
        sentence=sentences.judged(clause, value),
    )


def parts(rule: AnyRule) -> tuple[tuple[str, Condition], ...]:
    """Give the conditions of a rule with their names, the one that begins first."""
    match rule:
        case WarningRule():
            until = (("until", rule.until),) if rule.until is not None else ()
            return ("when", rule.when), *until
        case Breaker():
            return ("open_when", rule.open_when), ("close_when", rule.close_when)
        case Award():
            return (("when", rule.when),)
        case Gate():
            asked = Condition(join=Join.ALL, parts=rule.when)
            items = tuple(
                (
                    f"require/{item.item}",
                    Condition(
                        join=Join.ALL if item.needs is Needs.ALL else Join.ANY, parts=item.clauses
                    ),
                )
                for item in rule.require
            )
            return ("when", asked), *items


def why(rule: AnyRule, fact: Mapping[str, object], state: RuleState | None, at: datetime) -> Why:
    """Say how a rule stands with one subject's enriched fact, and what would change that.

    `state` is the row as it was at the time; None: the rule never had anything to do with the
    subject.
    """
    named = parts(rule)
    part, condition, wanted = _asked(rule, state)
    holds = truth(condition, fact)
    begins = _whole(rule) if isinstance(rule, Gate) else named[0][1]
    found = reasons(rule, state, at, holds=truth(begins, fact))
    verdict = _verdict(rule, state, found, holds=truth(begins, fact))
    flips = holds is not wanted
    change = nearest.change(condition, fact, wanted=wanted) if flips else ()
    listed = tuple(result for name, one in named for result in results(name, one, fact, None))
    return Why(
        rule=rule.id,
        name=rule.name,
        verdict=verdict,
        holds=holds,
        results=listed,
        reasons=found,
        part=part,
        change=change or (),
        sentence=_sentence(
            rule,
            verdict,
            listed,
            *(reason.sentence for reason in found),
            _would(part, change, wanted=wanted),
        ),
    )


def _asked(rule: AnyRule, state: RuleState | None) -> tuple[str, Condition, bool]:
    """Give the condition that decides what comes next, and the truth that brings it about."""
    phase = None if state is None else state.phase
    match rule:
        case Gate():
            return "require", _whole(rule), phase is not Phase.UNLOCKED
        case WarningRule() if phase in {Phase.ACTIVE, Phase.INHIBITED}:
            if rule.until is None:
                return "when", rule.when, False
            return "until", rule.until, True
        case Breaker() if phase in {Phase.OPEN, Phase.HALF_OPEN}:
            return "close_when", rule.close_when, True
        case _:
            name, condition = parts(rule)[0]
            return name, condition, True


def _whole(gate: Gate) -> Condition:
    return Condition(join=Join.ALL, parts=tuple(condition for _, condition in parts(gate)))


_FORCE = frozenset({Phase.OPEN, Phase.HALF_OPEN})


def _verdict(
    rule: AnyRule, state: RuleState | None, found: tuple[Reason, ...], *, holds: bool | None
) -> Verdict:
    if isinstance(rule, Gate) or state is None:
        fired = holds is True and not any(reason.hinders for reason in found)
    elif state.phase is Phase.ACTIVE:
        fired = state.level is not None
    else:
        quiet = any(reason.hinders for reason in found)
        fired = state.phase in _FORCE or (holds is True and not quiet)
    return Verdict.FIRED if fired and rule.mode is not Mode.OFF else Verdict.NOT_FIRED


def _would(part: str, change: tuple[FieldChange, ...] | None, *, wanted: bool) -> Text | None:
    if change is None:
        return Text(
            zh=f"没有哪种数据能使“{part}”{'成立' if wanted else '不成立'}。",
            en=f"No figures would make `{part}` {'hold' if wanted else 'fail'}.",
        )
    if not change:
        return None
    zh = "，并且".join(one.sentence.zh for one in change)
    en = " and ".join(one.sentence.en for one in change)
    return Text(
        zh=f"只要{zh}，“{part}”就会{'成立' if wanted else '不再成立'}。",
        en=f"`{part}` would {'hold' if wanted else 'fail'} if {en}.",
    )


_HEAD = {
    Verdict.FIRED: Text(zh="“{}”触发。", en="{}: fired."),
    Verdict.NOT_FIRED: Text(zh="“{}”没有触发。", en="{}: did not fire."),
}
_GATE_HEAD = {
    Verdict.FIRED: Text(zh="“{}”已放行。", en="{}: open."),
    Verdict.NOT_FIRED: Text(zh="“{}”没有放行。", en="{}: not open."),
}


def _sentence(
    rule: AnyRule, verdict: Verdict, listed: tuple[ClauseResult, ...], *further: Text | None
) -> Text:
    """Say it all: the verdict, the clauses that made it, the reasons, the nearest change."""
    head = (_GATE_HEAD if isinstance(rule, Gate) else _HEAD)[verdict]
    first = parts(rule)[0][0]
    said = [one for one in listed if one.part == first or isinstance(rule, Gate)]
    said = [one for one in said if verdict is Verdict.FIRED or not one.passed] or said
    texts = [*(one.sentence for one in said), *(text for text in further if text)]
    return Text(
        zh=head.zh.format(rule.name.zh) + "".join(text.zh for text in texts),
        en=" ".join([head.en.format(rule.name.en), *(text.en for text in texts)]),
    )
