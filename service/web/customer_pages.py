"""Customers and their stages: what is open, what is 待补全, what is missing and why."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, render_template, request, url_for

from service import paths
from service.actions import customers, deliverables, requirements, stages
from service.api.identity import required
from service.api.site import site
from service.errors import Invalid, ServiceError
from service.records import StageState
from service.web import frame, views
from service.web.translation import gettext as _
from verification.intake import safe_name
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from service.ports.records import Unit
    from service.records import Customer, Deliverable, Stage, StageRequirement

ROWS = 50
CHUNK_BYTES = 1 << 20


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/customers", "customers", index)
    web.add_url_rule("/customers/<customer_id>", "customer", show)
    web.add_url_rule(
        "/requirements/<requirement_id>/deliverables", "upload", upload, methods=["POST"]
    )


def index() -> ResponseReturnValue:
    """List the customers that this person may see, with the stage each is at."""
    actor = required().actor
    after = request.args.get("after")
    with site().ports.records.read() as unit:
        found = customers.find(unit, actor, after=after, limit=ROWS + 1)
        rows = [_row(unit, customer) for customer in found[:ROWS]]
    last = found[ROWS - 1].id if len(found) > ROWS else None
    more = url_for("web.customers", after=last) if last else None
    return render_template("customers.html", rows=rows, more=more)


def show(customer_id: str, error: ServiceError | None = None) -> ResponseReturnValue:
    """Show one customer's path: each stage's state, what is missing, what was uploaded."""
    actor = required().actor
    with site().ports.records.read() as unit:
        customer = customers.get(unit, actor, customer_id)
        owner = unit.people.get(customer.owner_id)
        asked = requirements.of_customer(unit, customer)
        files = unit.deliverables.find({"customer_id": customer.id})
        may_upload = frame.may(actor, "deliverables.upload")
        rows = [
            _stage(stage, asked, files, may_upload=may_upload)
            for stage in stages.of_customer(unit, customer)
        ]
    page = render_template(
        "customer.html",
        customer={
            "name": customer.name,
            "registered_name": customer.registered_name,
            "path": views.say(paths.load(customer.path).title),
            "region": customer.region or "",
            "owner": owner.name if owner else "",
        },
        stages=rows,
        error=error and views.say({"zh": error.message.zh, "en": error.message.en}),
    )
    return make_response(page, error.status if error else 200)


def upload(requirement_id: str) -> ResponseReturnValue:
    """Take one file for a requirement; the same form sent twice is one upload."""
    ports, actor = site().ports, required().actor
    file = request.files.get("file")
    with ports.records.read() as unit:
        customer_id = requirements.get(unit, actor, requirement_id).customer_id
    try:
        if file is None or not file.filename:
            raise Invalid(Text(zh="请先选择文件。", en="Choose a file first."))
        stored = ports.storage.put(_chunks(file), max_bytes=ports.limits.file_bytes)
        sent = deliverables.Upload(
            name=safe_name(file.filename), declared_type=file.mimetype or None, stored=stored
        )
        key = f"upload:{actor.person_id}:{request.form.get('idempotency_key', '')[:64]}"
        with ports.records.begin() as unit:
            if unit.effects.claim(key):
                deliverables.receive(unit, actor, requirement_id=requirement_id, upload=sent)
    except ServiceError as error:
        return show(customer_id, error)
    return redirect(url_for("web.customer", customer_id=customer_id))


def _chunks(file: FileStorage) -> Iterator[bytes]:
    while part := file.stream.read(CHUNK_BYTES):
        yield part


def _row(unit: Unit, customer: Customer) -> dict[str, Any]:
    path = stages.of_customer(unit, customer)
    at = next((stage for stage in path if stage.state is StageState.LOCKED), path[-1])
    owner = unit.people.get(customer.owner_id)
    return {
        "address": url_for("web.customer", customer_id=customer.id),
        "name": customer.name,
        "registered_name": customer.registered_name,
        "state": at.state.value,
        "stage": f"{views.say(at.title)} · {_word(at)}",
        "region": customer.region or "",
        "owner": owner.name if owner else "",
    }


def _word(stage: Stage) -> str:
    if stage.state is StageState.OPEN:
        return _("Open")
    return _("To be completed") if stage.locked_as == "待补全" else stage.locked_as or ""


def _stage(
    stage: Stage,
    asked: Iterable[StageRequirement],
    files: Iterable[Deliverable],
    *,
    may_upload: bool,
) -> dict[str, Any]:
    rows = list(files)
    return {
        "title": views.say(stage.title),
        "state": stage.state.value,
        "word": _word(stage),
        "since": views.clock(stage.since),
        "missing": [_missing(item) for item in stage.missing],
        "requirements": [
            _requirement(need, rows, may_upload=may_upload)
            for need in asked
            if need.stage_id == stage.id
        ],
    }


def _missing(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": views.say(item["name"]),
        "sentence": " ".join(views.say(clause["sentence"]) for clause in item["clauses"]),
        "because": [
            {
                "address": url_for("web.deliverable", deliverable_id=why["deliverable"]),
                "name": why["name"],
                "status": why["verdict"],
                "word": views.decision_title(why["decision"]) or views.status_title(why["verdict"]),
                "cause": why["sub_indication"] or "",
            }
            for why in item["because"]
        ],
    }


def _requirement(
    need: StageRequirement, files: Iterable[Deliverable], *, may_upload: bool
) -> dict[str, Any]:
    return {
        "id": need.id,
        "title": views.say(need.title),
        "asks": _asks(need),
        "upload": url_for("web.upload", requirement_id=need.id) if may_upload else None,
        "key": secrets.token_hex(16),
        "deliverables": [
            {
                "address": url_for("web.deliverable", deliverable_id=file.id),
                "name": file.name,
                "verdict": views.status_of(file),
                "decision": views.decision_title(file.decision),
                "received": views.clock(file.received_at),
                "received_at": file.received_at.isoformat(),
            }
            for file in files
            if file.requirement_id == need.id
        ],
    }


def _asks(need: StageRequirement) -> str:
    parts = [" / ".join(need.formats)] if need.formats else []
    if need.needed > 1:
        parts.append(_("%(number)s of them", number=need.needed))
    if need.max_age_days is not None:
        parts.append(_("not older than %(number)s days", number=need.max_age_days))
    if need.signer_role:
        parts.append(_("signed by the customer's %(role)s", role=need.signer_role))
    return " · ".join(parts)
