"""What beside the figures of a fact keeps a rule quiet, or explains how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.kinds import Award, Breaker, Gate, Mode, WarningRule
from rules.periods import said
from rules.states import Phase
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rules.form import AnyRule
    from rules.states import RuleState


class Code(StrEnum):
    OFF = "off"
    #: It fires, but its actions are not carried out.
    SHADOW = "shadow"
    NOT_EFFECTIVE = "not_effective"
    INHIBITED = "inhibited"
    #: Told before in this episode, or of this key.
    TOLD = "told"
    #: A half-open or open breaker waits for time to pass.
    WAITS = "waits"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    code: Code
    sentence: Text
    #: It keeps the rule quiet; else it only explains.
    hinders: bool


def reasons(
    rule: AnyRule, state: RuleState | None, at: datetime, *, holds: bool | None
) -> tuple[Reason, ...]:
    """Give all that apply; `holds`: whether the condition that begins it holds."""
    found = [*_validity(rule, at)]
    if state is not None:
        found += _state(rule, state)
    if holds is None and not isinstance(rule, Gate):
        found.append(
            _reason(
                Code.NO_DATA,
                f"缺少数据，按 missing: {rule.missing} 处理。",
                f"Data is lacking; `missing: {rule.missing}` says what then.",
            )
        )
    return tuple(found)


def _validity(rule: AnyRule, at: datetime) -> Iterator[Reason]:
    if rule.mode is Mode.OFF:
        yield _reason(
            Code.OFF, "规则已停用（mode: off）。", "The rule is switched off (mode: off)."
        )
    if rule.mode is Mode.SHADOW:
        yield _reason(
            Code.SHADOW,
            "规则处于试运行（mode: shadow），只记录，不执行动作。",
            "The rule is in shadow mode: recorded, its actions are not carried out.",
            hinders=False,
        )
    begin, end = rule.effective_from, rule.effective_to
    if begin is not None and at < begin:
        yield _reason(
            Code.NOT_EFFECTIVE,
            f"规则从 {said(begin)} 起才生效。",
            f"The rule is in force from {said(begin)} on only.",
        )
    if end is not None and end <= at:
        yield _reason(
            Code.NOT_EFFECTIVE,
            f"规则已于 {said(end)} 失效。",
            f"The rule has not been in force since {said(end)}.",
        )


def _state(rule: AnyRule, state: RuleState) -> Iterator[Reason]:
    match rule:
        case WarningRule():
            yield from _warning(rule, state)
        case Award() if state.phase is Phase.GIVEN and state.told_at is not None:
            given, key = said(state.told_at), ", ".join(rule.dedupe.key)
            yield _reason(
                Code.TOLD,
                f"上一次奖励于 {given} 给予；同一去重键只奖励一次（{key}）。",
                f"It was given last at {given}; once a key ({key}).",
                hinders=False,
            )
        case Breaker() if state.phase is Phase.OPEN and rule.half_open_after is not None:
            due = said(state.since + timedelta(seconds=rule.half_open_after))
            yield _reason(
                Code.WAITS,
                f"已断开，{due} 之后半开，在那之前不会闭合。",
                f"It is open and half-opens at {due}; before that it does not close.",
                hinders=False,
            )
        case Breaker() if state.phase is Phase.HALF_OPEN:
            since = said(state.since)
            yield _reason(
                Code.WAITS,
                f"自 {since} 起半开，只有此后的数据才能使它闭合。",
                f"It has been half-open since {since}; only later facts can close it.",
                hinders=False,
            )
        case _:
            pass


def _warning(rule: WarningRule, state: RuleState) -> Iterator[Reason]:
    if state.phase is Phase.INHIBITED:
        by = "、".join(rule.inhibited_by)
        yield _reason(
            Code.INHIBITED,
            f"被更高级别的预警抑制（{by}），因此不提示。",
            f"A graver warning is active ({', '.join(rule.inhibited_by)}), so it keeps quiet.",
        )
    if state.phase is not Phase.ACTIVE:
        return
    told = None if state.level is None else state.told_at
    since = said(told or state.since)
    if told is None:
        yield _reason(
            Code.TOLD,
            "同一去重键已经提示过（dedupe），不再提示。",
            "The same key was told of before (dedupe), so it is not told again.",
        )
    else:
        yield _reason(
            Code.TOLD,
            f"已于 {since} 提示过，解除之前不重复提示。",
            f"It was told at {since} and is not told again until it clears.",
            hinders=False,
        )


def _reason(code: Code, zh: str, en: str, *, hinders: bool = True) -> Reason:
    return Reason(code=code, sentence=Text(zh=zh, en=en), hinders=hinders)
