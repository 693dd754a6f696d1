"""/stage-events and /evidence-items: what root causes are looked for in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response, request
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter, ValidationError

from service import access
from service.actions import cause_evidence, stage_event_csv, stage_events
from service.api import idempotency
from service.api.bodies import Body, require_media_type
from service.api.facts import decoded
from service.api.fields import Both, Line, Out, PageQuery
from service.api.identity import required
from service.api.paging import listed
from service.api.troubles import invalid
from service.api.work import Work, perform, reading, writing
from service.causes.collectors import collected
from service.causes.evidence_sent import NewEvidence
from service.causes.stage_deals import day_of
from service.errors import NotFound
from verification.values import Text

if TYPE_CHECKING:
    from service.actions.stage_events import Receipt
    from service.cause_records import EvidenceRow

causes = APIBlueprint("causes", __name__, url_prefix="/api/v1", tag="root causes")

CSV = "text/csv"
#: A table of stage events, at most.
MOST_BYTES = 8 * 1024 * 1024
Source = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Day = Annotated[date, Field(strict=False), PlainSerializer(date.isoformat)]


class NewStageEvents(Body):
    source: Source = Field(description="The system that the rows are from")
    events: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=stage_events.MOST_ROWS,
        description="`source_id`, `deal`, `stage`, `at`; where known `rep` and dimensions",
    )


class SourceQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source


class RefusedOut(Out):
    row: int = Field(description="From 1")
    where: str
    seen: str
    expected: Both


class StageReceiptOut(Out):
    accepted: int
    duplicate: int
    refused: list[RefusedOut] = Field(description="Rows that were not taken; the others were")


class NewItem(Body):
    source: Source
    source_id: Line
    type: Line = Field(description="A type of the graph of evidence, docs/causes.md")
    at: Day
    until: Day | None = None
    title: Both
    exposure: dict[str, Any] | None = Field(
        None, description="`all`, `cells`, `reps`, `deals` or `share`; nobody knows: left out"
    )
    stream: dict[str, Any] | None = Field(None, description="`first_day` and `counts` a day")
    figures: dict[str, float | int | bool | str] = Field(default={}, max_length=20)


class NewItems(Body):
    items: list[NewItem] = Field(min_length=1, max_length=cause_evidence.MOST_ITEMS)


class ItemOut(Out):
    id: str
    source: str
    source_id: str
    type: str
    day: str
    until: str | None
    title: Both
    exposure: dict[str, Any] | None
    stream: dict[str, Any] | None
    figures: dict[str, Any]
    received_at: datetime
    received_by: str


class ItemsOut(Out):
    items: list[ItemOut]
    next: str | None


class ItemsQuery(PageQuery):
    type: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    source: Source | None = None


class Edit(Body):
    rep: Line
    day: Day
    moved_days: float = Field(ge=-3650, le=3650, description="Later: above 0")


class Attendance(Body):
    session: Line
    day: Day
    rep: Line
    attended: bool
    quiz: bool


class SurveyAnswer(Body):
    id: Line
    deal: Line
    day: Day
    text: str = Field(max_length=2000)


class Client(Body):
    client: Line
    synced: Day | None = Field(description="null: not yet")
    reps: list[Line] | Literal["all"] = Field(description="Who uses it")


class Release(Body):
    id: Line
    title: Both
    day: Day
    clients: list[Client] = Field(min_length=1, max_length=100)


class NewRows(Body):
    source: Source
    rows: list[dict[str, Any]] = Field(min_length=1, max_length=20_000)
    correction: bool = Field(
        default=False,
        description="What was counted otherwise before is kept, and looked at no more",
    )


#: What each collector is fed with.
CONTRACTS: dict[str, TypeAdapter[Any]] = {
    "close-date-edits": TypeAdapter(list[Edit]),
    "training": TypeAdapter(list[Attendance]),
    "surveys": TypeAdapter(list[SurveyAnswer]),
    "releases": TypeAdapter(list[Release]),
}


@causes.post("/stage-events")
@causes.input(NewStageEvents, arg_name="body")
@writing
@causes.output(StageReceiptOut)
def add_stage_events(work: Work, body: NewStageEvents) -> Any:
    """Send that deals came to stages; each row is taken, known already, or refused by itself."""
    return stage_events.take(work.unit, work.actor, body.source, body.events)


@causes.post("/stage-events/csv")
@causes.input(SourceQuery, location="query", arg_name="query")
@causes.output(StageReceiptOut)
def import_stage_events(query: SourceQuery) -> Response:
    """Send them as a CSV table (UTF-8, or as the Content-Type's charset says), at most 8 MB."""
    access.require(required().actor, "causes.feed")
    require_media_type(request, CSV)
    request.max_content_length = min(request.max_content_length or MOST_BYTES, MOST_BYTES)
    data = request.get_data(cache=True)
    rows = stage_event_csv.read(decoded(data))
    this = idempotency.attempt(required().actor, hashlib.sha256(data).digest())

    def take(work: Work) -> Response:
        receipt = stage_events.take(work.unit, work.actor, query.source, rows)
        return make_response(jsonify(_receipt(receipt).model_dump(mode="json")))

    return perform(this, take)


@causes.post("/evidence-items")
@causes.input(NewItems, arg_name="body")
@writing
@causes.output(ItemsOut)
def add_evidence(work: Work, body: NewItems) -> Any:
    """Send dated evidence; all of it is kept or none. The same again changes nothing."""
    told = [NewEvidence(**one.model_dump(mode="json")) for one in body.items]
    return _items(cause_evidence.add(work.unit, work.actor, told))


@causes.post("/evidence-items/collected/<collector>")
@causes.input(NewRows, arg_name="body")
@writing
@causes.output(ItemsOut)
def collect_evidence(work: Work, collector: str, body: NewRows) -> Any:
    """Send what a system logged; what is evidence in it is counted out of it and kept.

    Contracts of the rows are in docs/causes.md.
    """
    access.require(work.actor, "causes.feed")
    if collector not in CONTRACTS:
        names = ", ".join(CONTRACTS)
        raise NotFound(
            Text(zh=f"没有这个采集器：{collector[:80]}。", en=f"No collector {collector[:80]!r}."),
            remedy=Text(zh=f"可用：{names}。", en=f"There are {names}."),
        )
    rows = _checked(CONTRACTS[collector], body.rows)
    found = collected(collector, body.source, rows, today=day_of(work.unit.now()))
    kept = cause_evidence.add_collected(work.unit, work.actor, found, corrects=body.correction)
    return _items(kept)


@causes.get("/evidence-items")
@causes.input(ItemsQuery, location="query", arg_name="query")
@causes.output(ItemsOut)
@reading
def list_evidence(work: Work, query: ItemsQuery) -> Any:
    """List dated evidence, the latest sent first."""
    return listed(cause_evidence.find, work, query)


def _checked(contract: TypeAdapter[Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give a collector's rows as plain JSON by its contract. Raises Invalid with the troubles."""
    try:
        return list(contract.dump_python(contract.validate_python(rows), mode="json"))
    except ValidationError as error:
        raise invalid(error, "json") from error


def _items(rows: tuple[EvidenceRow, ...]) -> ItemsOut:
    return ItemsOut(items=[ItemOut.model_validate(row) for row in rows], next=None)


def _receipt(receipt: Receipt) -> StageReceiptOut:
    return StageReceiptOut.model_validate(receipt)
