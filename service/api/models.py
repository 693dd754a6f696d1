"""/models and /champions: the registry, and who decides what pays."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from functools import wraps
from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint
from flask import request
from pydantic import Field

from service import keys
from service.actions import models as actions
from service.api.bodies import Body, NoQuery
from service.api.fields import Id, Line, Out, PageQuery
from service.api.identity import required
from service.api.multipart import received_file
from service.api.paging import listed
from service.api.site import site
from service.api.work import Work, deciding, reading, writing
from service.model_records import ModelName, ModelStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.champions import Reign
    from service.model_records import Model, ModelEvent
    from service.ports.records import Unit

models = APIBlueprint("models", __name__, url_prefix="/api/v1", tag="models")

#: A sealed model, at most (`models.artefact.parts.MOST_BYTES`).
MOST_BYTES = 128 * 1024 * 1024


class Reason(Body):
    reason: Line = Field(description="Stands in the audit trail")


class NewProposal(Reason):
    signs_for: list[str] = Field(
        default=[], max_length=20, description="Every gate that its training could not ask"
    )


class NewRollback(Reason):
    to: Id | None = Field(
        None, description="An earlier champion, or `none` for no model; the last one if left out"
    )


class ModelOut(Out):
    id: str
    name: ModelName
    sha256: str
    public_key: str
    author: str
    data_sha256: str
    code: str
    metrics: dict[str, float]
    not_asked: list[str]
    registered_at: datetime
    registered_by: str


class DecisionOut(Out):
    turn: int
    name: ModelName
    step: ModelStep
    model_id: str | None
    at: datetime
    person_id: str
    reason: str
    proposal: int | None
    signs_for: list[str]


class ReignOut(Out):
    model_id: str | None
    since: datetime
    until: datetime | None


class IntervalOut(Out):
    mean: float
    low: float
    high: float


class PayOut(Out):
    deals: int
    higher: int = Field(description="Deals that the model would pay more for")
    lower: int
    difference: IntervalOut | None = Field(
        description="Of the coefficient, model less paid, with its 95 % interval; null: fewer "
        "than two deals"
    )
    extra_paid: float = Field(description="Above coefficient 1, as a share of the deals' value")
    extra_by_model: float
    moved: float


class ComparisonOut(Out):
    model_id: str
    overall: PayOut
    slices: dict[str, PayOut] = Field(description="By `origin …` and `segment …`")
    unscored: dict[str, int] = Field(description="Why the model did not score an order → orders")


class ModelsOut(Out):
    items: list[ModelOut]
    next: str | None


class ModelDetail(ModelOut):
    decisions: list[DecisionOut]


class ChampionOut(Out):
    name: ModelName
    model_id: str | None = Field(description="null: the card's rule of high value alone pays")
    decisions: list[DecisionOut]
    reigns: list[ReignOut]


class ChampionsOut(Out):
    items: list[ChampionOut]


def _opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open what is decided for before the transaction: nobody waits, and it must open."""

    @wraps(view)
    def opened(**arguments: Any) -> Any:
        ports = site().ports
        model = ports.records.glance(lambda unit: _meant(unit, **arguments))
        if model is not None:
            actions.must_open(ports.tariffs, model)
        return view(**arguments)

    return opened


def _meant(unit: Unit, *, body: Body, model_id: str = "", name: str = "") -> Model | None:
    """Give the model that is named, or that a roll-back would bring back."""
    if isinstance(body, NewRollback):
        return actions.meant(unit, actions.named(name), body.to)
    return unit.models.models.get(model_id)


@models.get("/models")
@models.input(PageQuery, location="query", arg_name="query")
@models.output(ModelsOut)
@reading
def list_models(work: Work, query: PageQuery) -> Any:
    """List the registered models, the oldest first."""
    return listed(actions.find, work, query)


@models.get("/models/<model_id>")
@models.input(NoQuery, location="query")
@models.output(ModelDetail)
@reading
def show_model(work: Work, model_id: str, query_data: NoQuery) -> Any:
    """Show a model and every decision about it."""
    del query_data
    model, events = actions.get(work.unit, work.actor, model_id)
    decisions = [
        DecisionOut.model_validate(event) for event in events if event.model_id == model_id
    ]
    return ModelDetail(**ModelOut.model_validate(model).model_dump(), decisions=decisions)


@models.post("/models")
@models.output(ModelOut, status_code=201)
def register_model() -> Any:
    """Register a sealed model.

    The part `file` of the form is the ZIP. It is opened as scoring would: hashes, signature,
    models, a trial in a throw-away process, golden rows. Sending it again changes nothing.
    """
    with received_file(request, max_bytes=MOST_BYTES) as received:
        data = b"".join(received.chunks())
    here = site()
    seen = actions.verified(data, trusted=keys.trusted_models(here.settings))
    stored = here.ports.storage.put([data], max_bytes=len(data))
    with here.ports.records.begin() as unit:
        return actions.register(unit, required().actor, seen, stored)


@models.post("/models/<model_id>/shadow")
@models.input(Reason, arg_name="body")
@_opened
@writing
@models.output(DecisionOut)
def shadow_model(work: Work, model_id: str, body: Reason) -> Any:
    """Let a model score beside the champion; it pays nothing."""
    return actions.shadow(work.unit, work.actor, model_id, body.reason)


@models.post("/models/<model_id>/proposal")
@models.input(NewProposal, arg_name="body")
@_opened
@writing
@models.output(DecisionOut)
def propose_model(work: Work, model_id: str, body: NewProposal) -> Any:
    """Propose that a model pays; another person must agree."""
    return actions.propose(
        work.unit, work.actor, model_id, body.reason, signs_for=tuple(body.signs_for)
    )


@models.post("/models/<model_id>/promotion")
@models.input(Reason, arg_name="body")
@_opened
@deciding
@models.output(DecisionOut)
def promote_model(work: Work, model_id: str, body: Reason) -> Any:
    """Agree to somebody else's proposal: what closes from now on is paid by the model."""
    return actions.promote(work.unit, work.actor, model_id, body.reason)


@models.get("/models/<model_id>/comparison")
@models.input(NoQuery, location="query")
@models.output(ComparisonOut)
@reading
def compare_model(work: Work, model_id: str, query_data: NoQuery) -> Any:
    """Compare a model with what was paid while it stood beside the champion, deal by deal."""
    from service.actions import shadow_comparison  # noqa: PLC0415 - numpy

    del query_data
    found = shadow_comparison.compare(work.unit, work.actor, model_id)
    return ComparisonOut(
        model_id=found.model_id,
        overall=PayOut.model_validate(found.overall),
        slices={name: PayOut.model_validate(one) for name, one in found.slices.items()},
        unscored=dict(found.unscored),
    )


@models.get("/champions")
@models.input(NoQuery, location="query")
@models.output(ChampionsOut)
@reading
def list_champions(work: Work, query_data: NoQuery) -> Any:
    """Tell which model pays, and who decided what when."""
    del query_data
    return ChampionsOut(
        items=[_champion(name, *actions.history(work.unit, work.actor, name)) for name in ModelName]
    )


@models.post("/champions/<name>/rollback")
@models.input(NewRollback, arg_name="body")
@_opened
@deciding
@models.output(DecisionOut)
def roll_back(work: Work, name: str, body: NewRollback) -> Any:
    """Bring an earlier champion back; what was paid stays as it was."""
    return actions.roll_back(work.unit, work.actor, actions.named(name), body.reason, to=body.to)


def _champion(
    name: ModelName, events: tuple[ModelEvent, ...], reigns: tuple[Reign, ...]
) -> ChampionOut:
    return ChampionOut(
        name=name,
        model_id=reigns[-1].model_id if reigns else None,
        decisions=[DecisionOut.model_validate(event) for event in events],
        reigns=[ReignOut.model_validate(reign) for reign in reigns],
    )
