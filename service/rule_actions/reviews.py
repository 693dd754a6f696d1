"""A rule sends a deliverable to the review queue, or asks reviewers to look at something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.actions import review_queue
from service.records import ReviewState, Role
from service.registered import roles_of
from service.rule_actions.measures import wait_for
from service.rule_actions.messages import tell
from verification.values import Text

if TYPE_CHECKING:
    from service.ports.records import Unit
    from service.rule_actions.order import Order

#: What the queue calls the cause; the measure has the rule's words.
CAUSE = "RULE"
TO_REVIEW = Text(
    zh="“{rule}”（{subject}）需要审核。{sentence}",
    en="{rule} ({subject}) waits for a review. {sentence}",
)


def open_review(unit: Unit, order: Order) -> None:
    """Open a review of the subject where it is a deliverable; else tell reviewers what waits."""
    wait_for(unit, order)
    deliverable = unit.deliverables.get(order.firing.subject)
    if deliverable is None:
        to = order.parameters.get("to")
        tell(unit, order, roles_of(to) if to else (Role.REVIEWER,), TO_REVIEW)
        return
    waiting = {"deliverable_id": deliverable.id, "state": ReviewState.WAITING.value}
    if not unit.reviews.find(waiting, limit=1):
        review_queue.open_review(unit, deliverable, cause=CAUSE)
