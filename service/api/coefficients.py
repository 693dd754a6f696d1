"""/coefficients and /payments: what closed orders would be paid, and what they are."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

from apiflask import APIBlueprint
from pydantic import AwareDatetime, Field, StringConstraints

from models.origin import Doubt, Event, EventKind, Origin
from service.api.bodies import Body, NoQuery
from service.api.fields import Both, Key, Line, Moment, Out, PageQuery
from service.api.paging import listed
from service.api.site import site
from service.api.work import Work, reading, writing
from service.errors import Unavailable
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from service.actions.coefficients import Asked, Settled
    from service.payment_records import Payment

coefficients = APIBlueprint("coefficients", __name__, url_prefix="/api/v1", tag="coefficients")

#: A body holds a megabyte at most.
MOST_ORDERS, MOST_EVENTS = 1000, 5000
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}(\.[0-9]{1,2})?$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class NewOrder(Body):
    order: Key
    customer: Key = Field(description="By the register of companies, not as typed")
    closed_at: Moment
    assigned_at: Moment | None = Field(
        None, description="When its lead was assigned; `closed_at` if left out"
    )
    value: Amount = Field(description="In major units, two decimals at most; above 0")
    currency: Currency | None = Field(None, description="One for all; nothing is converted")
    claimed: Origin | None = Field(None, description="What the seller entered; it changes no pay")
    lead: dict[str, Any] = Field(
        default={}, description="What was known at assignment, by the columns of the contract"
    )


class NewEvent(Body):
    id: Key
    kind: EventKind
    customer: Key
    at: Moment
    known_at: Moment = Field(description="When the system wrote it down")
    by_system: bool
    answers: Key | None = Field(None, description="Of a response: the outreach")


class NewCoefficients(Body):
    orders: list[NewOrder] = Field(min_length=1, max_length=MOST_ORDERS)
    events: list[NewEvent] = Field(default=[], max_length=MOST_EVENTS)


class ReviewOut(Both):
    doubt: Doubt
    events: list[str] = Field(description="Ids of the events that raise it")


class CoefficientOut(Out):
    order: str
    coefficient: float
    origin: Origin
    origin_evidence: list[str]
    p_win: float | None
    difficulty_band: int | None
    value_quantile: float | None
    value_band: int | None
    floor_applied: bool
    reasons: list[Both]
    review: list[ReviewOut] = Field(description="Why a person should look at the evidence")
    model: str | None
    card: str
    data: str | None
    fallback: bool = Field(description="There was no valid model: only the card's floor paid")


class CoefficientsOut(Out):
    items: list[CoefficientOut]


class PaymentOut(CoefficientOut):
    id: str
    turn: int = Field(description="1 at the closing; more where the deal's coefficient moved")
    replaces: str | None
    customer: str
    closed_at: AwareDatetime
    value: str
    card_sha256: str
    offset_version: int | None
    paid_at: AwareDatetime
    paid_by: str


class ClosedOut(Out):
    items: list[PaymentOut] = Field(
        description="As sent; then orders of the same deals whose coefficient moved"
    )


class PaymentsOut(Out):
    items: list[PaymentOut]
    next: str | None


class PaymentsQuery(PageQuery):
    order_id: Line | None = None
    customer: Line | None = None


def _opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open the models that a request needs, before a transaction waits for them."""

    @wraps(view)
    def opened(**arguments: Any) -> Any:
        _actions().open_models(site().ports, _asked(arguments["body"]))
        return view(**arguments)

    return opened


@coefficients.post("/coefficients")
@coefficients.input(NewCoefficients, arg_name="body")
@coefficients.output(CoefficientsOut)
@_opened
@reading
def score_orders(work: Work, body: NewCoefficients) -> Any:
    """Score closed orders; nothing is kept.

    Orders of one customer and quarter are a deal and have one coefficient. What was paid before
    counts for the deal and for the floor.
    """
    found = _actions().score(work.ports, work.unit, work.actor, _asked(body))
    return {"items": [_scored(one) for one in found]}


@coefficients.post("/payments")
@coefficients.input(NewCoefficients, arg_name="body")
@_opened
@writing
@coefficients.output(ClosedOut)
def close_orders(work: Work, body: NewCoefficients) -> Any:
    """Close orders: their coefficients are fixed, with model, card, data and inputs.

    An order that was closed already comes back as it is. Where an order moves its deal's
    coefficient, what was paid for the others of the deal gets a payment that replaces it.
    """
    found = _actions().close(work.ports, work.unit, work.actor, _asked(body))
    return {"items": [_paid(one.payment) for one in found]}


@coefficients.get("/payments")
@coefficients.input(PaymentsQuery, location="query", arg_name="query")
@coefficients.output(PaymentsOut)
@reading
def list_payments(work: Work, query: PaymentsQuery) -> Any:
    """List payments, the oldest first."""
    rows, headers = listed(_actions().find, work, query)
    return {**rows, "items": [_paid(one) for one in rows["items"]]}, headers


@coefficients.get("/payments/<payment_id>")
@coefficients.input(NoQuery, location="query")
@coefficients.output(PaymentOut)
@reading
def show_payment(work: Work, payment_id: str, query_data: NoQuery) -> Any:
    """Show what was paid, by what, and why."""
    del query_data
    return _paid(_actions().get(work.unit, work.actor, payment_id))


def _actions() -> ModuleType:
    """Give the actions; they need numpy, which a service without coefficients does not."""
    try:
        from service.actions import coefficients as actions  # noqa: PLC0415
    except ImportError as error:
        raise Unavailable(
            Text(
                zh=f"系数计算所需的库未安装：{error.name}。",
                en=f"A library that coefficients need is not installed: {error.name}.",
            ),
            remedy=Text(
                zh="请执行 pip install 'countermark[models]'。",
                en="Run pip install 'countermark[models]'.",
            ),
        ) from error
    return actions


def _asked(body: NewCoefficients) -> Asked:
    from service.actions.closed_leads import ClosedLead  # noqa: PLC0415 - numpy

    orders = tuple(
        ClosedLead(
            place=place,
            order=one.order,
            customer=one.customer,
            closed_at=one.closed_at,
            assigned_at=one.assigned_at or one.closed_at,
            value=int(Decimal(one.value) * 100),
            currency=one.currency,
            claimed=one.claimed,
            lead=one.lead,
        )
        for place, one in enumerate(body.orders)
    )
    events = tuple(Event(**one.model_dump()) for one in body.events)
    asked: Asked = _actions().Asked(orders=orders, events=events)
    return asked


def _scored(one: Settled) -> dict[str, Any]:
    return {**json.loads(one.figures), **_sentences(one.reasons)}


def _sentences(told: tuple[Any, ...]) -> dict[str, Any]:
    """Part what explains the coefficient from what calls a person."""
    return {
        "reasons": [one for one in told if "doubt" not in one],
        "review": [one for one in told if "doubt" in one],
    }


def _paid(payment: Payment | None) -> dict[str, Any]:
    if payment is None:
        raise ValueError("a closed order has a payment")
    return {
        **json.loads(payment.figures),
        **_sentences(payment.reasons),
        "id": payment.id,
        "turn": payment.turn,
        "replaces": payment.replaces,
        "customer": payment.customer,
        "closed_at": payment.closed_at,
        "value": f"{payment.value // 100}.{payment.value % 100:02}",
        "card_sha256": payment.card_sha256,
        "offset_version": payment.offset_version,
        "paid_at": payment.paid_at,
        "paid_by": payment.paid_by,
    }
