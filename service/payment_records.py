"""What was paid by which versions: a row an order, and another where a later one took its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the adapters read the annotations at run time
from enum import StrEnum
from typing import Any

#: Work on the outbox: compute a payment again from its row alone, in another thread or process.
REPRODUCE = "payments.reproduce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A coefficient that is fixed. Rows are added and never changed."""

    id: str
    order_id: str
    #: 1 at the closing; more where a later order of the same deal moved the deal's coefficient.
    turn: int
    customer: str
    #: The deal's quarter, counted from year 0.
    period: int
    closed_at: datetime
    #: Minor units.
    value: int
    #: Of all payments; None where no order has said.
    currency: str | None
    coefficient: float
    #: No valid model was the champion: only the card's rule of high value paid.
    fallback: bool
    #: Of the model's manifest, and of its archive in the storage; None: there was none.
    model_sha256: str | None
    archive_sha256: str | None
    #: Hash of the snapshot that the model was learnt from.
    data_sha256: str | None
    card: str
    #: Of the card's text in the storage.
    card_sha256: str
    #: Version of the rolling offset; its value is in the inputs.
    offset_version: int | None
    #: What a customer's period had to reach, in minor units; None: too few deals before it.
    limit_value: float | None
    #: Canonical JSON (`models.coefficient.payment`): what decided, and what came of it.
    inputs: str
    figures: str
    #: Each in zh and en.
    reasons: tuple[Any, ...]
    paid_at: datetime
    paid_by: str
    #: The payment whose place this one takes.
    replaces: str | None = None


class ShadowTrouble(StrEnum):
    """Why a model beside the champion did not score what was paid."""

    #: Its archive is gone, or its key is trusted no more.
    UNOPENED = "unopened"
    #: The lead as it was sent does not do for its contract.
    LEAD = "lead"
    #: The deal's first lead was closed before the model stood beside.
    EARLIER = "earlier"
    #: It opened and gave no score.
    SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowScore:
    """What a model beside the champion would have paid in a payment's place. Never changed."""

    id: str
    model_id: str
    payment_id: str
    scored_at: datetime
    #: Canonical JSON, as a payment's; None where there is a trouble instead.
    inputs: str | None
    figures: str | None
    trouble: ShadowTrouble | None = None
