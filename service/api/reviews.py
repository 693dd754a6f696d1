"""/reviews: the queue, and decisions with their reason."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Any

from apiflask import APIBlueprint
from pydantic import Field

from service.actions import reviews as actions
from service.api.bodies import Body, NoQuery
from service.api.fields import Both, Id, Name, Out, PageQuery, Paragraph
from service.api.paging import listed
from service.api.versions import etag
from service.api.work import Work, reading, writing
from service.records import Decision, ReviewState  # noqa: TC001 - pydantic reads them
from verification.values import Status  # noqa: TC001 - pydantic reads it

reviews = APIBlueprint("reviews", __name__, url_prefix="/api/v1/reviews", tag="reviews")


class QueueQuery(PageQuery):
    state: ReviewState | None = None
    customer_id: Id | None = None
    uploader_id: Id | None = None
    verdict: Status | None = None
    cause: str | None = Field(
        None, pattern=r"^[A-Z_]{1,64}$", description="A sub-indication, or QUARANTINED"
    )


class NewDecision(Body):
    decision: Decision
    reason_code: Name = Field(description="One that fits the decision, see GET /reviews/{id}")
    comment: Paragraph | None = None


class ReviewOut(Out):
    id: str
    deliverable_id: str
    customer_id: str
    uploader_id: str
    state: ReviewState
    cause: str
    verdict: str | None
    opened_at: datetime
    decision: Decision | None
    reason_code: str | None
    comment: str | None
    decided_by: str | None
    decided_at: datetime | None
    version: int


class ReviewDetail(ReviewOut):
    reasons: dict[str, dict[str, Both]] = Field(description="Decision → reason code → what it says")


class ReviewsOut(Out):
    items: list[ReviewOut]
    next: str | None


@reviews.get("")
@reviews.input(QueueQuery, location="query", arg_name="query")
@reviews.output(ReviewsOut)
@reading
def list_reviews(work: Work, query: QueueQuery) -> Any:
    """List the reviews within one's reach, the longest waiting first."""
    return listed(actions.find, work, query)


@reviews.get("/<review_id>")
@reviews.input(NoQuery, location="query")
@reviews.output(ReviewDetail)
@reading
def show_review(work: Work, review_id: str, query_data: NoQuery) -> Any:
    """Show a review, and the reasons that a decision may give."""
    del query_data
    review = actions.get(work.unit, work.actor, review_id)
    reasons = {
        decision.value: {code: Both.model_validate(text) for code, text in known.items()}
        for decision, known in actions.REASONS.items()
    }
    known = ReviewOut.model_validate(review).model_dump()
    return ReviewDetail(**known, reasons=reasons), 200, etag(review.version)


@reviews.post("/<review_id>/decision")
@reviews.input(NewDecision, arg_name="body")
@writing
@reviews.output(ReviewOut)
def decide_review(work: Work, review_id: str, body: NewDecision) -> Any:
    """Accept, reject or ask again; the stage's gate is asked in the same transaction."""
    ruling = actions.Ruling(**body.model_dump())
    review = actions.decide(work.ports, work.unit, work.actor, review_id=review_id, ruling=ruling)
    return review, 200, etag(review.version)
