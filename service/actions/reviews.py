"""Reviews: what did not simply pass waits here for a person to decide, with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service import access
from service.actions import stages
from service.actions.trail import record
from service.errors import AlreadyThere, Forbidden, Invalid, NotFound, Trouble
from service.records import Decision, Review, ReviewState
from verification.values import Text

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports import Ports
    from service.ports.records import Unit

#: Decision → reason code → what it says. The code is what statistics and rules will count.
REASONS: dict[Decision, dict[str, Text]] = {
    Decision.ACCEPT: {
        "original_seen": Text(zh="已核对原件", en="The original was seen"),
        "confirmed_by_customer": Text(zh="已向客户核实", en="The customer confirmed it"),
        "false_alarm": Text(zh="检查误报", en="The check was wrong"),
    },
    Decision.REJECT: {
        "altered": Text(zh="内容被改动", en="It was altered"),
        "wrong_signer": Text(zh="签署人不符", en="The wrong person signed"),
        "wrong_document": Text(zh="不是所要的文件", en="It is another document"),
        "outdated": Text(zh="文件已过期", en="It is too old"),
        "forged": Text(zh="疑似伪造", en="It looks forged"),
    },
    Decision.ASK_AGAIN: {
        "unreadable": Text(zh="无法辨认", en="It cannot be read"),
        "incomplete": Text(zh="内容不全", en="Something is missing"),
        "not_signed": Text(zh="缺少签名", en="It is not signed"),
        "not_understood": Text(zh="需要说明", en="It needs an explanation"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a reviewer decided; `reason_code` is one of REASONS for the decision."""

    decision: Decision
    reason_code: str
    comment: str | None = None


def get(unit: Unit, actor: Actor, review_id: str, *, action: str = "reviews.read") -> Review:
    """Give a review of a deliverable that the actor may see."""
    scope = access.through_customer(access.scope(actor, action))
    found = unit.reviews.find({**scope, "id": review_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这项审核。", en="There is no such review."))
    return found[0]


def find(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, str] | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[Review, ...]:
    """Give the reviews that the actor may see, the longest waiting first."""
    scope = access.through_customer(access.scope(actor, "reviews.read"))
    return unit.reviews.find({**scope, **(where or {})}, after=after, limit=limit)


def decide(ports: Ports, unit: Unit, actor: Actor, *, review_id: str, ruling: Ruling) -> Review:
    """Decide once; the deliverable and its stage's gate follow in the same transaction."""
    review = get(unit, actor, review_id, action="reviews.decide")
    _check(review, actor, ruling)
    deliverable = unit.deliverables.get(review.deliverable_id)
    if deliverable is None:
        raise NotFound(Text(zh="交付物已不存在。", en="The deliverable is gone."))
    after = unit.reviews.replace(
        replace(
            review,
            state=ReviewState.DECIDED,
            decision=ruling.decision,
            reason_code=ruling.reason_code,
            comment=ruling.comment,
            decided_by=actor.person_id,
            decided_at=unit.now(),
        )
    )
    judged = unit.deliverables.replace(replace(deliverable, decision=ruling.decision))
    record(
        unit, "reviews.decide", after=after, before=review, actor=actor, reason=ruling.reason_code
    )
    record(unit, "deliverables.decided", after=judged, before=deliverable, actor=actor)
    stages.evaluate(ports, unit, deliverable.stage_id, reason=f"review {review.id}")
    return after


def _check(review: Review, actor: Actor, ruling: Ruling) -> None:
    if actor.person_id == review.uploader_id:
        raise Forbidden(
            Text(
                zh="不能审核自己上传的交付物。",
                en="Nobody decides on what they uploaded themselves.",
            ),
            remedy=Text(zh="请交给另一位审核人员。", en="Leave it to another reviewer."),
        )
    if review.state is ReviewState.DECIDED:
        raise AlreadyThere(
            Text(zh="这项审核已经有结论。", en="This review has been decided already."),
            remedy=Text(zh="请从队列中取下一项。", en="Go on with the next item of the queue."),
        )
    known = REASONS[ruling.decision]
    if ruling.reason_code not in known:
        expected = ", ".join(known)
        text = Text(
            zh=f"理由代码“{ruling.reason_code}”不适用，可选：{expected}。",
            en=f"The reason {ruling.reason_code!r} does not fit; there are: {expected}.",
        )
        trouble = Trouble(
            where="/reason_code", seen=ruling.reason_code, expected=expected, message=text
        )
        raise Invalid(text, troubles=(trouble,))
