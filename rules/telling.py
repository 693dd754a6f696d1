"""From what the machine tells to firings: the key, the actions and the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules import periods
from rules.kinds import WHOLE, Mode
from rules.machine import keys
from rules.states import Event, Firing, OrderedAction
from rules.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from rules.form import AnyRule
    from rules.machine import Told
    from rules.states import ClauseResult

#: A rule over many subjects has a long explanation; its sentence stays readable.
MOST_SAID = 8

_HAPPENED = {
    Event.ENTERED: Text(zh="触发", en="began"),
    Event.REPEATED: Text(zh="仍在持续", en="goes on"),
    Event.CLEARED: Text(zh="解除", en="cleared"),
    Event.LOCKED: Text(zh="锁定", en="locked"),
    Event.UNLOCKED: Text(zh="放行", en="unlocked"),
    Event.OPENED: Text(zh="熔断断开", en="opened"),
    Event.HALF_OPENED: Text(zh="熔断半开", en="half-opened"),
    Event.RELEASED: Text(zh="继续放开", en="released a further step"),
    Event.REOPENED: Text(zh="熔断再次断开", en="opened again"),
    Event.CLOSED: Text(zh="熔断闭合", en="closed"),
    Event.AWARDED: Text(zh="奖励给予", en="was given"),
    Event.NO_DATA: Text(zh="缺少数据，无法判断", en="cannot be decided: data is lacking"),
}


def firing(
    rule: AnyRule,
    subject: str,
    told: Told,
    *,
    rule_set: str,
    at: datetime,
    facts: tuple[str, ...] = (),
    explanation: tuple[ClauseResult, ...] = (),
    reason: Text | None = None,
) -> Firing:
    """Make a firing; `reason` is what did it where it was no fact.

    In shadow it orders nothing: it cannot be carried out by mistake.
    """
    shadow = rule.mode is Mode.SHADOW
    return Firing(
        key=keys.digest((rule.id, *told.key)),
        rule=rule.id,
        name=rule.name,
        rule_set=rule_set,
        subject=subject,
        event=told.event,
        episode=told.episode,
        at=at,
        level=told.level,
        severity=rule.severity,
        facts=facts,
        explanation=explanation,
        sentence=sentence(rule, subject, told, explanation, reason=reason),
        actions=() if shadow else _ordered(rule, told),
        shadow=shadow,
        share=told.share,
    )


def _ordered(rule: AnyRule, told: Told) -> tuple[OrderedAction, ...]:
    return tuple(
        OrderedAction(
            key=keys.digest((rule.id, *told.key, place)),
            name=action.name,
            parameters=dict(action.parameters),
        )
        for place, action in enumerate(told.actions)
    )


def no_longer_valid(rule: AnyRule, at: datetime) -> Text | None:
    """Say that the days in which a rule counts are over; None: they are not."""
    end = rule.effective_to
    if end is None or at < end:
        return None
    said = periods.said(end)
    return Text(
        zh=f"规则的有效期到 {said} 为止，因此结束。",
        en=f"It ended because the rule was valid until {said}.",
    )


def sentence(
    rule: AnyRule,
    subject: str,
    told: Told,
    explanation: tuple[ClauseResult, ...],
    *,
    reason: Text | None = None,
) -> Text:
    """Say what happened to whom, and by which figures or for which other reason."""
    happened = _HAPPENED[told.event]
    zh, en = f"{rule.name.zh}{happened.zh}", f"{rule.name.en} {happened.en}"
    if told.level is not None:
        zh, en = f"{zh}（{told.level}）", f"{en} ({told.level})"
    if told.share is not None:
        zh, en = f"{zh}，放开 {told.share:.0%}", f"{en}, {told.share:.0%} is let through"
    if subject != WHOLE:
        zh, en = f"{subject}：{zh}", f"{subject}: {en}"
    else:
        zh, en = f"全部：{zh}", f"All: {en}"
    reasons = [] if reason is None else [reason]
    reasons += [result.sentence for result in explanation[:MOST_SAID]]
    more = len(explanation) - MOST_SAID
    if more > 0:
        reasons.append(Text(zh=f"另有 {more} 条。", en=f"And {more} more."))
    return Text(
        zh=f"{zh}。" + "".join(reason.zh for reason in reasons),
        en=" ".join([f"{en}.", *(reason.en for reason in reasons)]),
    )
