"""/deliverables: upload, verdict with its report, the original, pages and pieces of evidence."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Any, BinaryIO

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, request, send_file
from pydantic import Field

from service.actions import deliverables as actions
from service.actions import evidence, requirements
from service.api import idempotency
from service.api.bodies import NoQuery
from service.api.crops import crop_of
from service.api.fields import Id, Out, PageQuery
from service.api.identity import required
from service.api.multipart import CHUNK_BYTES, ReceivedFile, received_file
from service.api.paging import listed
from service.api.problems import TroubleOut, told
from service.api.site import site
from service.api.troubles import NOTHING, trouble
from service.api.versions import etag
from service.api.work import Work, perform_together, reading
from service.errors import Invalid
from service.records import Decision, DeliverableState  # noqa: TC001 - pydantic reads them
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.api.idempotency import Attempt
    from service.ports.storage import StoredFile
    from service.records import Reply, Wanted

deliverables = APIBlueprint("deliverables", __name__, url_prefix="/api/v1", tag="deliverables")

#: Longest side of a page and of a piece of evidence, in pixels.
PAGE_SIDE, CROP_SIDE = 1600, 1200
#: Reading a smaller body costs less than asking the database twice.
LARGE_BYTES = 1024 * 1024


class DeliverablesQuery(PageQuery):
    customer_id: Id | None = None
    stage_id: Id | None = None
    requirement_id: Id | None = None
    uploader_id: Id | None = None
    state: DeliverableState | None = None
    verdict: Status | None = None


class DeliverableOut(Out):
    id: str
    customer_id: str
    stage_id: str
    requirement_id: str
    uploader_id: str
    name: str
    declared_type: str | None
    sha256: str
    size: int
    received_at: datetime
    state: DeliverableState
    verdict: str | None
    sub_indication: str | None
    judged_at: datetime | None
    decision: Decision | None
    version: int


class UploadedOut(DeliverableOut):
    notices: list[TroubleOut] = Field(description="What was changed about the name or the type")


class DeliverableDetail(DeliverableOut):
    report: dict[str, Any] | None = Field(
        description="As `countermark verify --json` prints it; null while pending"
    )


class DeliverablesOut(Out):
    items: list[DeliverableOut]
    next: str | None


@deliverables.post("/requirements/<requirement_id>/deliverables")
@deliverables.output(UploadedOut, status_code=201)
def upload_deliverable(requirement_id: str) -> Response:
    """Upload a file to a requirement.

    When the answer is there, the file, its row and the order to verify it are on disk. The part
    `file` of the form is the file; the Idempotency-Key is required, so that a repeat after a
    broken connection is never a second deliverable.
    """
    key_id = _key_id()
    if (request.content_length or LARGE_BYTES) >= LARGE_BYTES:
        # Who may not upload is told before a large body is read.
        _look(requirement_id, key_id)
    with received_file(request, max_bytes=site().settings.max_upload_bytes) as received:
        wanted, earlier = _look(requirement_id, key_id)
        if earlier is not None:
            # A repeat, or a key of another request, is told before anything is stored.
            return idempotency.again(earlier, _attempt(key_id, received, received.sha256()))
        return _keep(wanted, received, key_id)


@deliverables.get("/deliverables")
@deliverables.input(DeliverablesQuery, location="query", arg_name="query")
@deliverables.output(DeliverablesOut)
@reading
def list_deliverables(work: Work, query: DeliverablesQuery) -> Any:
    """List the deliverables within one's reach."""
    return listed(actions.find, work, query)


@deliverables.get("/deliverables/<deliverable_id>")
@deliverables.input(NoQuery, location="query")
@deliverables.output(DeliverableDetail)
@reading
def show_deliverable(work: Work, deliverable_id: str, query_data: NoQuery) -> Any:
    """Show a deliverable with its verdict and the whole report."""
    del query_data
    deliverable = actions.get(work.unit, work.actor, deliverable_id)
    return deliverable, 200, etag(deliverable.version)


@deliverables.get("/deliverables/<deliverable_id>/original")
@deliverables.input(NoQuery, location="query")
@deliverables.output(FileSchema(), content_type="application/octet-stream")
@reading
def send_original(work: Work, deliverable_id: str, query_data: NoQuery) -> Response:
    """Give the bytes as they were uploaded, as an attachment and never to be shown inline."""
    del query_data
    deliverable = actions.get(work.unit, work.actor, deliverable_id)
    opened = ExitStack()
    file = opened.enter_context(actions.original(work.ports, deliverable))
    response = send_file(
        file,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=deliverable.name,
        conditional=False,
        etag=False,
    )
    # Passed through directly, the file would outlive the response that keeps it open.
    response.direct_passthrough = False
    response.response = _read_to_the_end(file, opened)
    response.headers["Cache-Control"] = "no-store"
    response.content_length = deliverable.size
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.call_on_close(opened.close)
    return response


@deliverables.get("/deliverables/<deliverable_id>/pages/<int:number>")
@deliverables.input(NoQuery, location="query")
@deliverables.output(FileSchema(), content_type="image/png")
def send_page(deliverable_id: str, number: int, query_data: NoQuery) -> Response:
    """Give a page (from 1) as PNG, drawn in the sandbox."""
    del query_data
    deliverable = _seen(deliverable_id)
    ports = site().ports
    return _png(lambda: actions.page(ports, deliverable, number, max_side=PAGE_SIDE))


@deliverables.get("/deliverables/<deliverable_id>/evidence/<int:check>/<int:place>")
@deliverables.input(NoQuery, location="query")
@deliverables.output(FileSchema(), content_type="image/png")
def send_evidence(deliverable_id: str, check: int, place: int, query_data: NoQuery) -> Response:
    """Give what evidence `place` of check `check` (both from 0) points at, as PNG."""
    del query_data
    deliverable = _seen(deliverable_id)
    crop = crop_of(deliverable.report, check, place)
    ports = site().ports
    return _png(
        lambda: actions.page(
            ports,
            deliverable,
            crop.page,
            max_side=CROP_SIDE,
            clip=crop.box,
            first_bytes=crop.first_bytes,
        )
    )


@deliverables.get("/deliverables/<deliverable_id>/evidence")
@deliverables.input(NoQuery, location="query")
@deliverables.output(FileSchema(), content_type="application/zip")
def send_evidence_pack(deliverable_id: str, query_data: NoQuery) -> Response:
    """Give the signed evidence pack, which `countermark evidence verify` checks elsewhere."""
    del query_data
    pack = evidence.pack(site().ports, _seen(deliverable_id))
    response = Response(pack, mimetype="application/zip")
    response.headers["Cache-Control"] = "no-store"
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{deliverable_id}.evidence.zip"
    )
    return response


def _read_to_the_end(file: BinaryIO, opened: ExitStack) -> Iterator[bytes]:
    with opened:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _seen(deliverable_id: str) -> Any:
    """Read the row in a transaction of its own: drawing may take seconds."""
    with site().ports.records.read() as unit:
        return actions.get(unit, required().actor, deliverable_id)


def _png(draw: Callable[[], bytes]) -> Response:
    return Response(draw(), mimetype="image/png")


def _key_id() -> str:
    """Give the id of this upload's key. Raises Invalid where there is none."""
    found = idempotency.attempt_id(required().actor)
    if found is None:
        expected = Text(zh="一个键，例如 UUID", en="a key, such as a UUID")
        raise Invalid(
            Text(zh="上传必须带 Idempotency-Key。", en="An upload needs an Idempotency-Key."),
            troubles=(trouble(idempotency.HEADER, seen=NOTHING, expected=expected),),
            remedy=Text(
                zh="请为每个文件生成一个 UUID 作为 Idempotency-Key，重试时沿用。",
                en="Make a UUID for each file and send it as Idempotency-Key, in repeats as well.",
            ),
        )
    return found


def _attempt(key_id: str, received: ReceivedFile, sha256: str) -> Attempt:
    content = f"{sha256}\n{received.name}\n{received.declared_type}"
    return idempotency.attempt_under(key_id, content.encode())


def _look(requirement_id: str, key_id: str) -> tuple[Wanted, Reply | None]:
    """Give what is wanted now, and an earlier answer under this key. Raises NotFound."""
    actor = required().actor
    return site().ports.records.glance(
        lambda unit: requirements.for_upload(unit, actor, requirement_id, key_id)
    )


def _keep(wanted: Wanted, received: ReceivedFile, key_id: str) -> Response:
    """Store the file, then its row; a file without a row does no harm, the reverse would."""
    stored = site().ports.storage.put(received.chunks(), max_bytes=received.size)
    this = _attempt(key_id, received, stored.sha256)
    return perform_together(this, lambda work: _enter(work, wanted, received, stored))


def _enter(work: Work, wanted: Wanted, received: ReceivedFile, stored: StoredFile) -> Response:
    deliverable = actions.receive(
        site().ports,
        work.unit,
        work.actor,
        wanted=wanted,
        upload=actions.Upload(
            name=received.name, declared_type=received.declared_type, stored=stored
        ),
    )
    out = UploadedOut(
        **DeliverableOut.model_validate(deliverable).model_dump(),
        notices=[told(notice) for notice in received.notices],
    )
    headers = {
        **etag(deliverable.version),
        "Location": f"/api/v1/deliverables/{deliverable.id}",
    }
    return Response(out.model_dump_json(), 201, headers, mimetype="application/json")
