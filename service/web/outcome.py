"""What a decision has led to, told on the page that comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from service.actions import reviews
from service.errors import NotFound
from service.records import StageState
from service.web import views
from service.web.translation import gettext as _
from service.web.translation import say_stored

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The decision, and how the stage stands since."""

    name: str
    address: str
    decision: str
    stage: str
    open: bool
    #: open, or what the gate calls it while locked.
    word: str
    customer_address: str


def read_outcome(unit: Unit, actor: Actor, review_id: str | None) -> Outcome | None:
    """Give what became of a review that the address names; None for whatever is not one."""
    if not review_id:
        return None
    try:
        review = reviews.get(unit, actor, review_id)
    except NotFound:
        return None
    deliverable = unit.deliverables.get(review.deliverable_id)
    stage = unit.stages.get(deliverable.stage_id) if deliverable else None
    if deliverable is None or stage is None or review.decision is None:
        return None
    return Outcome(
        name=deliverable.name,
        address=url_for("web.deliverable", deliverable_id=deliverable.id),
        decision=views.decided_title(review.decision),
        stage=say_stored(stage.title),
        open=stage.state is StageState.OPEN,
        word=stage_word(stage),
        customer_address=url_for("web.customer", customer_id=review.customer_id),
    )


def stage_word(stage: Stage) -> str:
    """Say how a stage stands: open, or as its gate calls it while locked."""
    if stage.state is StageState.OPEN:
        return _("Open")
    return _("To be completed") if stage.locked_as == "待补全" else stage.locked_as or ""
