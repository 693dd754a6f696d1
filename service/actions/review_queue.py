"""How a deliverable comes into the review queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.actions.trail import record
from service.records import Review, ReviewState

if TYPE_CHECKING:
    from service.ports.records import Unit
    from service.records import Deliverable


def open_review(unit: Unit, deliverable: Deliverable, *, cause: str) -> Review:
    """Put a deliverable into the queue, inside the transaction that gave the reason."""
    review = Review(
        id=unit.new_id(),
        deliverable_id=deliverable.id,
        customer_id=deliverable.customer_id,
        uploader_id=deliverable.uploader_id,
        state=ReviewState.WAITING,
        cause=cause,
        verdict=deliverable.verdict,
        opened_at=unit.now(),
    )
    unit.reviews.add(review)
    record(unit, "reviews.open", after=review, reason=cause)
    return review
