"""The review queue: what waits for a decision, the longest waiting first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from service.actions import reviews
from service.api.identity import required
from service.api.site import site
from service.records import ReviewState
from service.web import findings, views
from service.web.outcome import read_outcome
from service.web.translation import gettext as _
from service.web.translation import say_stored
from service.web.words import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Customer, Deliverable, Review, Stage, StageRequirement

ROWS = 50
STATES = (*(state.value for state in ReviewState), "all")
VERDICTS = ("FAILED", "INDETERMINATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    address: str
    name: str
    requirement: str
    customer: str
    #: Stage and region.
    where: str
    verdict: str | None
    #: In one sentence.
    why: str
    cause: str
    uploader: str
    #: The reader uploaded it, so somebody else decides.
    own: bool
    decision: str
    opened_at: str
    opened: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is shown, as the address says; anything that is no filter is the usual one."""

    state: str
    verdict: str

    @property
    def where(self) -> dict[str, str]:
        chosen = {} if self.state == "all" else {"state": self.state}
        return {**chosen, "verdict": self.verdict} if self.verdict else chosen

    @property
    def usual(self) -> bool:
        return self.state == ReviewState.WAITING and not self.verdict


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/reviews", "queue", queue)


def queue() -> ResponseReturnValue:
    """Show what waits, and what has just been decided."""
    actor = required().actor
    chosen = _filters()
    with site().ports.records.read() as unit:
        found = reviews.find(
            unit, actor, where=chosen.where, after=request.args.get("after"), limit=ROWS + 1
        )
        rows = _rows(unit, actor, found[:ROWS])
        outcome = read_outcome(unit, actor, request.args.get("decided"))
    return render_template(
        "queue.html",
        rows=rows,
        count=f"{ROWS}+" if len(found) > ROWS else str(len(rows)),
        more=_more(chosen, found),
        chosen=chosen,
        outcome=outcome,
        states=(("waiting", _("Waiting")), ("decided", _("Decided")), ("all", _("All"))),
        verdicts=(("", _("All")), *((name, str(STATUSES[name])) for name in VERDICTS)),
    )


def _filters() -> Filters:
    state, verdict = request.args.get("state", ""), request.args.get("verdict", "")
    return Filters(
        state=state if state in STATES else ReviewState.WAITING.value,
        verdict=verdict if verdict in VERDICTS else "",
    )


def _more(chosen: Filters, found: tuple[Review, ...]) -> str | None:
    if len(found) <= ROWS:
        return None
    last = found[ROWS - 1].id
    return url_for("web.queue", state=chosen.state, verdict=chosen.verdict or None, after=last)


def _rows(unit: Unit, actor: Actor, found: tuple[Review, ...]) -> list[QueueRow]:
    if not found:
        return []
    files = views.by_id(unit.deliverables.find({"id": _ids(r.deliverable_id for r in found)}))
    about = _About(
        files=files,
        customers=views.by_id(unit.customers.find({"id": _ids(r.customer_id for r in found)})),
        stages=views.by_id(unit.stages.find({"id": _ids(f.stage_id for f in files.values())})),
        requirements=views.by_id(
            unit.requirements.find({"id": _ids(f.requirement_id for f in files.values())})
        ),
        names={
            person.id: person.name
            for person in unit.people.find({"id": _ids(r.uploader_id for r in found)})
        },
        now=unit.now(),
    )
    return [_row(review, actor, about) for review in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """All that the rows of one page of the queue need, read with one query a kind."""

    files: dict[str, Deliverable]
    customers: dict[str, Customer]
    stages: dict[str, Stage]
    requirements: dict[str, StageRequirement]
    names: dict[str, str]
    now: datetime


def _ids(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(set(ids))


def _row(review: Review, actor: Actor, about: _About) -> QueueRow:
    file, customer = about.files[review.deliverable_id], about.customers[review.customer_id]
    stage = say_stored(about.stages[file.stage_id].title)
    until = review.decided_at or about.now
    return QueueRow(
        address=url_for("web.deliverable", deliverable_id=file.id),
        name=file.name,
        requirement=say_stored(about.requirements[file.requirement_id].title),
        customer=customer.name,
        where=" · ".join(part for part in (stage, customer.region) if part),
        verdict=views.status_of(file),
        why=findings.why(file),
        cause=views.cause_title(review.cause),
        uploader=about.names.get(review.uploader_id, ""),
        own=review.uploader_id == actor.person_id,
        decision=views.decided_title(review.decision),
        opened_at=review.opened_at.isoformat(),
        opened=views.clock(review.opened_at),
        waiting=views.since(review.opened_at, until),
    )
