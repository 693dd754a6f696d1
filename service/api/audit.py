"""/audit: the trail, in order."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from service import access
from service.actions import audit as actions
from service.api.bodies import NoQuery
from service.api.fields import Id, Out
from service.api.paging import page
from service.api.work import Work, reading

audit = APIBlueprint("audit", __name__, url_prefix="/api/v1/audit", tag="audit")

#: Sequence numbers are 64-bit in every database.
LAST_SEQ = 2**63 - 1


class AuditQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=100)
    after: int = Field(0, ge=0, le=LAST_SEQ, description="Entries with a greater `seq`")
    actor: Id | None = None
    action: str | None = Field(None, pattern=r"^[a-z_.]{1,64}$")
    object_kind: str | None = Field(None, pattern=r"^[a-z_]{1,64}$")
    object_id: Id | None = None


class EntryOut(Out):
    seq: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    before_hash: str | None
    after_hash: str | None
    after: dict[str, Any] | None
    reason: str | None
    request_id: str | None
    previous: str
    hash: str


class EntriesOut(Out):
    items: list[EntryOut]
    next: str | None


class HeadOut(Out):
    seq: int
    hash: str


@audit.get("")
@audit.input(AuditQuery, location="query", arg_name="query")
@audit.output(EntriesOut)
@reading
def list_entries(work: Work, query: AuditQuery) -> Any:
    """List entries in the order in which they were chained."""
    where = query.model_dump(exclude={"limit", "after"}, exclude_none=True)
    rows = actions.entries(
        work.unit, work.actor, where=where, after=query.after, limit=query.limit + 1
    )
    return page(rows, query.limit, lambda entry: str(entry.seq))


@audit.get("/head")
@audit.input(NoQuery, location="query")
@audit.output(HeadOut)
@reading
def show_head(work: Work, query_data: NoQuery) -> Any:
    """Show the end of the chain: note it elsewhere, and no end can be cut off unseen."""
    del query_data
    access.require(work.actor, "audit.read")
    head = work.unit.audit.head()
    return {"seq": 0, "hash": ""} if head is None else head
