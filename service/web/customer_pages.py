"""Customers and their stages: what is open, what is 待补全, what is missing and why."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import make_response, render_template, request, url_for

from service import paths
from service.actions import customers, requirements, stages
from service.api.identity import required
from service.api.site import site
from service.records import DeliverableState, StageState
from service.web import frame, troubles, views
from service.web.outcome import stage_word
from service.web.translation import gettext as _
from service.web.translation import say_stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.errors import ServiceError
    from service.paths import DecisionPath
    from service.ports.records import Unit
    from service.records import Customer, Deliverable, Stage, StageRequirement

ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    address: str
    name: str
    registered_name: str
    #: The first stage that is not open, else the last.
    stage: str
    state: str
    word: str
    #: Stages that are open, of how many.
    progress: str
    region: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    name: str
    registered_name: str
    path: str
    region: str
    owner: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BecauseView:
    """A deliverable that is there and does not count."""

    address: str
    name: str
    status: str | None
    word: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingView:
    name: str
    sentence: str
    because: tuple[BecauseView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    address: str
    name: str
    verdict: str | None
    decision: str
    received: str
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementView:
    id: str
    title: str
    #: Formats, number, age and signer in one line.
    asks: str
    #: For the file chooser: what the requirement takes.
    accept: str
    #: Where to upload to; None where this person may not.
    upload: str | None
    #: Makes the same form sent twice one upload.
    key: str
    #: Something of it is being examined, so it is worth looking again.
    pending: bool
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    title: str
    state: str
    word: str
    since: str
    missing: tuple[MissingView, ...]
    requirements: tuple[RequirementView, ...]


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/customers", "customers", index)
    web.add_url_rule("/customers/<customer_id>", "customer", show)


def index() -> ResponseReturnValue:
    """List the customers that this person may see, with the stage each is at."""
    actor = required().actor
    with site().ports.records.read() as unit:
        found = customers.find(unit, actor, after=request.args.get("after"), limit=ROWS + 1)
        rows = _rows(unit, found[:ROWS])
    more = url_for("web.customers", after=found[ROWS - 1].id) if len(found) > ROWS else None
    return render_template("customers.html", rows=rows, more=more)


def show(customer_id: str, error: ServiceError | None = None) -> ResponseReturnValue:
    """Show one customer's path: each stage's state, what is missing, what was uploaded."""
    actor = required().actor
    with site().ports.records.read() as unit:
        customer = customers.get(unit, actor, customer_id)
        owner = unit.people.get(customer.owner_id)
        asked = requirements.of_customer(unit, customer)
        files = unit.deliverables.find({"customer_id": customer.id})
        path = stages.of_customer(unit, customer)
    plan = paths.load(customer.path)
    upload = frame.may(actor, "deliverables.upload")
    needs = {need.id: _requirement(need, files, plan, may_upload=upload) for need in asked}
    told = troubles.view(error) if error else None
    page = render_template(
        "customer.html",
        customer=_customer(customer, plan, owner.name if owner else ""),
        stages=[_stage(stage, asked, needs) for stage in path],
        received=_received(files, request.args.get("received")),
        renamed="renamed" in request.args,
        error=told,
    )
    return make_response(page, told.status if told else 200)


def _rows(unit: Unit, found: Sequence[Customer]) -> list[CustomerRow]:
    if not found:
        return []
    ids = tuple(customer.id for customer in found)
    owners = unit.people.find({"id": tuple({customer.owner_id for customer in found})})
    names = {owner.id: owner.name for owner in owners}
    steps: dict[str, list[Stage]] = {}
    for stage in unit.stages.find({"customer_id": ids}, order="position"):
        steps.setdefault(stage.customer_id, []).append(stage)
    return [_row(customer, steps[customer.id], names) for customer in found]


def _row(customer: Customer, path: Sequence[Stage], names: Mapping[str, str]) -> CustomerRow:
    at = next((stage for stage in path if stage.state is StageState.LOCKED), path[-1])
    reached = sum(stage.state is StageState.OPEN for stage in path)
    return CustomerRow(
        address=url_for("web.customer", customer_id=customer.id),
        name=customer.name,
        registered_name=customer.registered_name,
        stage=say_stored(at.title),
        state=at.state.value,
        word=stage_word(at),
        progress=_("%(open)s of %(all)s stages open", open=reached, all=len(path)),
        region=customer.region or "",
        owner=names.get(customer.owner_id, ""),
    )


def _customer(customer: Customer, plan: DecisionPath, owner: str) -> CustomerView:
    return CustomerView(
        name=customer.name,
        registered_name=customer.registered_name,
        path=say_stored(plan.title),
        region=customer.region or "",
        owner=owner,
        address=url_for("web.customer", customer_id=customer.id),
    )


def _stage(
    stage: Stage, asked: Iterable[StageRequirement], needs: Mapping[str, RequirementView]
) -> StageView:
    return StageView(
        title=say_stored(stage.title),
        state=stage.state.value,
        word=stage_word(stage),
        since=views.clock(stage.since),
        missing=tuple(_missing(item) for item in stage.missing),
        requirements=tuple(needs[need.id] for need in asked if need.stage_id == stage.id),
    )


def _missing(item: Mapping[str, Any]) -> MissingView:
    return MissingView(
        name=say_stored(item["name"]),
        sentence=" ".join(say_stored(clause["sentence"]) for clause in item["clauses"]),
        because=tuple(
            BecauseView(
                address=url_for("web.deliverable", deliverable_id=why["deliverable"]),
                name=why["name"],
                status=why["verdict"],
                word=views.decided_title(why["decision"]) or views.status_title(why["verdict"]),
                cause=views.cause_title(why["sub_indication"]),
            )
            for why in item["because"]
        ),
    )


def _requirement(
    need: StageRequirement, files: Iterable[Deliverable], plan: DecisionPath, *, may_upload: bool
) -> RequirementView:
    mine = [file for file in files if file.requirement_id == need.id]
    return RequirementView(
        id=need.id,
        title=say_stored(need.title),
        asks=_asks(need, plan),
        accept=",".join(f".{name}" for name in need.formats),
        upload=url_for("web.upload", requirement_id=need.id) if may_upload else None,
        key=secrets.token_hex(16),
        pending=any(file.state is DeliverableState.PENDING for file in mine),
        files=tuple(_file(file) for file in mine),
    )


def _file(file: Deliverable) -> FileRow:
    return FileRow(
        address=url_for("web.deliverable", deliverable_id=file.id),
        name=file.name,
        verdict=views.status_of(file),
        decision=views.decided_title(file.decision),
        received=views.clock(file.received_at),
        received_at=file.received_at.isoformat(),
    )


def _asks(need: StageRequirement, plan: DecisionPath) -> str:
    parts = [" / ".join(need.formats)] if need.formats else []
    if need.needed > 1:
        parts.append(_("%(number)s of them", number=need.needed))
    if need.max_age_days is not None:
        parts.append(_("not older than %(number)s days", number=need.max_age_days))
    if need.signer_role:
        role = say_stored(plan.contacts.get(need.signer_role)) or need.signer_role
        parts.append(_("signed by the customer's %(role)s", role=role))
    return " · ".join(parts)


def _received(files: Iterable[Deliverable], named: str | None) -> str:
    """Give the name of the file that has just come in, where the address names one of these."""
    return next((file.name for file in files if file.id == named), "")
