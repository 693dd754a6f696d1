"""/facts and /held-facts: observations in, what was not taken, and its repair."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response, request
from pydantic import BaseModel, ConfigDict, Field

from service import access
from service.actions import fact_csv, held_facts
from service.actions import facts as actions
from service.actions.fact_fates import MOST_ROWS, Batch, Fate, Late
from service.api import idempotency
from service.api.bodies import JSON_BYTES, Body, NoQuery, require_media_type
from service.api.fields import Both, Line, Out, PageQuery
from service.api.identity import required
from service.api.paging import listed, page
from service.api.site import site
from service.api.troubles import trouble
from service.api.work import Work, perform, perform_shared, reading, writing
from service.errors import Invalid, StaleVersion
from service.rule_records import HeldState  # noqa: TC001 - pydantic reads it
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.actions.fact_fates import Receipt

facts = APIBlueprint("facts", __name__, url_prefix="/api/v1", tag="facts")

CSV = "text/csv"
Kind = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\u0000-\u0020\u007f]+$")]


class NewFacts(Body):
    kind: Kind = Field(description="A kind of fact of the catalogue, see GET /fact-kinds")
    facts: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MOST_ROWS,
        description="Each has `subject`, `period` and `values`; what is no fact is held by itself",
    )
    late: Late = Field(
        Late.HOLD,
        description="What becomes of corrections and of periods before the latest one",
    )


class CsvQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    late: Late = Late.HOLD


class RowOut(Out):
    row: int = Field(description="From 1")
    fate: Fate
    fact: str | None
    held: str | None = Field(description="Id among GET /held-facts")
    code: str | None
    where: str | None
    reason: Both | None


class ReceiptOut(Out):
    accepted: int
    duplicate: int
    held: int
    rows: list[RowOut] = Field(description="In the order of the request")
    firings: list[str] = Field(description="Ids of what fired at once")


class FactsQuery(PageQuery):
    kind: Kind
    subject: Line


class FactOut(Out):
    id: str
    kind: str
    subject: str
    period: str
    at: datetime
    known_at: datetime
    values: dict[str, Any]
    corrects: str | None


class FactsOut(Out):
    items: list[FactOut]
    next: str | None


class HeldQuery(PageQuery):
    kind: Kind | None = None
    state: HeldState | None = None
    code: str | None = Field(None, pattern=r"^[a-z-]{1,64}$")


class HeldOut(Out):
    id: str
    kind: str
    subject: str | None
    period: str | None
    row: dict[str, Any] = Field(description="As it was sent")
    code: str
    where: str | None
    reason: Both
    state: HeldState
    held_at: datetime
    held_by: str
    settled_at: datetime | None
    settled_by: str | None
    fact: str | None
    version: int


class HeldsOut(Out):
    items: list[HeldOut]
    next: str | None


class Repair(Body):
    row: dict[str, Any] | None = Field(
        None, description="The corrected row; without one the held row itself is accepted"
    )


class Discard(Body):
    reason: Line


@facts.post("/facts")
@facts.input(NewFacts, arg_name="body")
@facts.output(ReceiptOut)
def add_facts(body: NewFacts) -> Response:
    """Send facts of one kind, at most 1,000.

    Each row is taken, recognised as a duplicate, or held with its reason while the others go on.
    Facts, changed states, firings and the orders of their actions are committed together.
    """
    content = idempotency.canonical(body.model_dump(mode="json", exclude_unset=True))
    this = idempotency.attempt(required().actor, content)
    batch = Batch(kind=body.kind, rows=body.facts, late=body.late)
    how = perform_shared if len(batch.rows) <= actions.A_FEW else perform
    return _again(lambda: how(this, lambda work: _take(work, batch)))


@facts.post("/facts/csv")
@facts.input(CsvQuery, location="query", arg_name="query")
@facts.output(ReceiptOut)
def import_facts(query: CsvQuery) -> Response:
    """Send facts as a CSV table (UTF-8, or as the Content-Type's charset says)."""
    access.require(required().actor, "facts.add")
    require_media_type(request, CSV)
    request.max_content_length = JSON_BYTES
    data = request.get_data(cache=True)
    with site().ports.rules.using() as in_force:
        kind = actions.kind_of(in_force, query.kind)
    rows = list(fact_csv.read_table(kind, decoded(data)))
    if not rows:
        raise _empty()
    this = idempotency.attempt(required().actor, hashlib.sha256(data).digest())
    batch = Batch(kind=query.kind, rows=rows, late=query.late)
    return _again(lambda: perform(this, lambda work: _take(work, batch)))


@facts.get("/facts")
@facts.input(FactsQuery, location="query", arg_name="query")
@facts.output(FactsOut)
@reading
def list_facts(work: Work, query: FactsQuery) -> Any:
    """List what is known of one subject, the latest period first; corrected facts too."""
    rows = actions.of_subject(
        work.ports, work.unit, work.actor, kind=query.kind, subject=query.subject
    )
    start = 0
    if query.after is not None:
        start = 1 + next((i for i, row in enumerate(rows) if row["id"] == query.after), len(rows))
    return page(rows[start : start + query.limit + 1], query.limit, lambda row: row["id"])


@facts.get("/held-facts")
@facts.input(HeldQuery, location="query", arg_name="query")
@facts.output(HeldsOut)
@reading
def list_held_facts(work: Work, query: HeldQuery) -> Any:
    """List rows that were not taken, the oldest first."""
    return listed(held_facts.find, work, query)


@facts.get("/held-facts/<held_id>")
@facts.input(NoQuery, location="query")
@facts.output(HeldOut)
@reading
def show_held_fact(work: Work, held_id: str, query_data: NoQuery) -> Any:
    """Show a row that was not taken."""
    del query_data
    return held_facts.get(work.unit, work.actor, held_id)


@facts.post("/held-facts/<held_id>/repair")
@facts.input(Repair, arg_name="body")
@writing
@facts.output(HeldOut)
def repair_held_fact(work: Work, held_id: str, body: Repair) -> Any:
    """Take a corrected row in its place, or the very row where it is late but right."""
    held, _ = held_facts.repair(work.ports, work.unit, work.actor, held_id=held_id, row=body.row)
    return held


@facts.post("/held-facts/<held_id>/discard")
@facts.input(Discard, arg_name="body")
@writing
@facts.output(HeldOut)
def discard_held_fact(work: Work, held_id: str, body: Discard) -> Any:
    """Lay a held row aside, with a reason; it stays readable."""
    return held_facts.discard(work.unit, work.actor, held_id, reason=body.reason)


def _take(work: Work, batch: Batch) -> Response:
    receipt = actions.take(work.ports, work.unit, work.actor, batch)
    return make_response(jsonify(receipt_out(receipt).model_dump(mode="json")))


def receipt_out(receipt: Receipt) -> ReceiptOut:
    """Give a receipt as it is answered."""
    return ReceiptOut(
        accepted=receipt.count(Fate.ACCEPTED),
        duplicate=receipt.count(Fate.DUPLICATE),
        held=receipt.count(Fate.HELD),
        rows=[RowOut.model_validate(fate) for fate in receipt.fates],
        firings=list(receipt.firings),
    )


def _again(act: Callable[[], Response]) -> Response:
    """Begin again where somebody else changed a state meanwhile."""
    for _ in range(actions.COLLISIONS):
        try:
            return act()
        except StaleVersion:
            time.sleep(actions.COLLISION_REST_S)
    return act()


def decoded(data: bytes) -> str:
    """Give the text of a table in the charset of the request. Raises Invalid."""
    charset = request.mimetype_params.get("charset", "utf-8")
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError) as error:
        where = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else "Content-Type"
        found = trouble(
            where,
            seen=Text(zh=f"不是 {charset[:40]} 的内容", en=f"what is no {charset[:40]}"),
            expected=Text(zh="UTF-8，或 charset 所写的编码", en="UTF-8, or what charset says"),
        )
        raise Invalid(
            found.message,
            remedy=Text(
                zh="请另存为 UTF-8，或写明 charset=gb18030。",
                en="Save it as UTF-8, or say charset=gb18030.",
            ),
            troubles=(found,),
        ) from error


def _empty() -> Invalid:
    found = trouble(
        "line 2",
        seen=Text(zh="没有数据行", en="no row"),
        expected=Text(zh="至少一行数据", en="at least one row"),
    )
    return Invalid(found.message, troubles=(found,))
