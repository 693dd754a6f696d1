"""The review queue, and one deliverable: read, look, decide, go on to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, render_template, request, url_for

from service.actions import audit, deliverables, reviews
from service.api.identity import required
from service.api.site import site
from service.errors import NotShowable, ServiceError
from service.records import Decision, ReviewState
from service.web import frame, views
from service.web.translation import gettext as _
from service.web.words import DECISION_KEYS, DECISIONS, STATUSES

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Deliverable, Review

ROWS = 50
VERDICTS = ("FAILED", "INDETERMINATE")


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/reviews", "queue", queue)
    web.add_url_rule("/deliverables/<deliverable_id>", "deliverable", show)
    web.add_url_rule("/reviews/<review_id>/decision", "decide", decide, methods=["POST"])


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    address: str
    name: str
    requirement: str
    customer: str
    stage: str
    region: str
    verdict: str | None
    why: str
    cause: str
    uploader: str
    own: bool
    decision: str
    opened_at: str
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The filters of the queue, as the address has them."""

    state: str
    verdict: str


def queue() -> ResponseReturnValue:
    """Show what waits, the longest waiting first."""
    actor = required().actor
    chosen = Chosen(
        state=request.args.get("state", ReviewState.WAITING.value),
        verdict=request.args.get("verdict", ""),
    )
    where = {"state": chosen.state} if chosen.state in set(ReviewState) else {}
    if chosen.verdict in VERDICTS:
        where["verdict"] = chosen.verdict
    after = request.args.get("after")
    with site().ports.records.read() as unit:
        found = reviews.find(unit, actor, where=where, after=after, limit=ROWS + 1)
        rows = _rows(unit, actor, found[:ROWS])
    last = found[ROWS - 1].id if len(found) > ROWS else None
    more = url_for("web.queue", state=chosen.state, verdict=chosen.verdict, after=last)
    return render_template(
        "queue.html",
        rows=rows,
        more=more if last else None,
        chosen=chosen,
        states=[("waiting", _("Waiting")), ("decided", _("Decided")), ("all", _("All"))],
        verdicts=[("", _("All")), *((name, str(STATUSES[name])) for name in VERDICTS)],
    )


def show(deliverable_id: str, error: ServiceError | None = None) -> ResponseReturnValue:
    """Show the document with its evidence, what was found, and what to decide."""
    actor = required().actor
    with site().ports.records.read() as unit:
        deliverable = deliverables.get(unit, actor, deliverable_id)
        found = unit.reviews.find({"deliverable_id": deliverable.id}, order="-opened_at", limit=1)
        place = _place(unit, deliverable)
        review = _review(unit, actor, found[0]) if found else None
        trail = _trail(unit, deliverable, found[0] if found else None)
    number = request.args.get("page", 1, type=int)
    sizes = _sizes(deliverable)
    shown = views.findings(deliverable)
    page = render_template(
        "review.html",
        deliverable=place,
        review=review,
        pages=_pages(deliverable, sizes, number),
        page_count=len(sizes),
        other_pages=[other for other in range(1, len(sizes) + 1) if other != number][:20],
        findings=[view for view in shown if view.status != "PASSED"],
        passed=[view for view in shown if view.status == "PASSED"],
        facts=_facts(deliverable),
        trail=trail,
        decisions=_decisions(),
        error=error and views.say({"zh": error.message.zh, "en": error.message.en}),
    )
    return make_response(page, error.status if error else 200)


def decide(review_id: str) -> ResponseReturnValue:
    """Decide, and go on to the next that waits."""
    ports, actor = site().ports, required().actor
    form = request.form
    try:
        ruling = reviews.Ruling(
            decision=Decision(form.get("decision", "")),
            reason_code=form.get("reason_code", ""),
            comment=form.get("comment", "").strip()[:2000] or None,
        )
    except ValueError:
        return redirect(url_for("web.queue"))
    try:
        with ports.records.begin() as unit:
            reviews.decide(ports, unit, actor, review_id=review_id, ruling=ruling)
    except ServiceError as error:
        with ports.records.read() as unit:
            review = reviews.get(unit, actor, review_id)
        return show(review.deliverable_id, error)
    with ports.records.read() as unit:
        waiting = reviews.find(unit, actor, where={"state": "waiting"}, limit=ROWS)
    theirs = [review for review in waiting if review.uploader_id != actor.person_id]
    if not theirs:
        return redirect(url_for("web.queue"))
    return redirect(url_for("web.deliverable", deliverable_id=theirs[0].deliverable_id))


def _rows(unit: Unit, actor: Actor, found: tuple[Review, ...]) -> list[QueueRow]:
    ids = tuple(review.deliverable_id for review in found)
    files = views.by_id(unit.deliverables.find({"id": ids}))
    customers = views.by_id(unit.customers.find({"id": tuple({r.customer_id for r in found})}))
    people = views.by_id(unit.people.find({"id": tuple({r.uploader_id for r in found})}))
    asked = {file.requirement_id for file in files.values()}
    requirements = views.by_id(unit.requirements.find({"id": tuple(asked)}))
    stages = views.by_id(
        unit.stages.find({"id": tuple({file.stage_id for file in files.values()})})
    )
    now = unit.now()
    rows = []
    for review in found:
        file, customer = files[review.deliverable_id], customers[review.customer_id]
        uploader = people.get(review.uploader_id)
        row = QueueRow(
            address=url_for("web.deliverable", deliverable_id=file.id),
            name=file.name,
            requirement=views.say(requirements[file.requirement_id].title),
            customer=customer.name,
            stage=views.say(stages[file.stage_id].title),
            region=customer.region or "",
            verdict=views.status_of(file),
            why=views.why(file),
            cause=review.cause,
            uploader=uploader.name if uploader else "",
            own=review.uploader_id == actor.person_id,
            decision=views.decision_title(review.decision),
            opened_at=review.opened_at.isoformat(),
            waiting=views.since(review.opened_at, now),
        )
        rows.append(row)
    return rows


def _place(unit: Unit, deliverable: Deliverable) -> dict[str, Any]:
    customer = unit.customers.get(deliverable.customer_id)
    stage = unit.stages.get(deliverable.stage_id)
    requirement = unit.requirements.get(deliverable.requirement_id)
    return {
        "name": deliverable.name,
        "verdict": views.status_of(deliverable),
        "customer": customer.name if customer else "",
        "stage": views.say(stage.title) if stage else "",
        "requirement": views.say(requirement.title) if requirement else "",
        "original": url_for("deliverables.send_original", deliverable_id=deliverable.id),
    }


def _review(unit: Unit, actor: Actor, review: Review) -> dict[str, Any]:
    decider = unit.people.get(review.decided_by) if review.decided_by else None
    known = reviews.REASONS[review.decision] if review.decision else {}
    reason = known.get(review.reason_code or "")
    return {
        "address": url_for("web.decide", review_id=review.id),
        "decided": review.state is ReviewState.DECIDED,
        "own": review.uploader_id == actor.person_id,
        "may_decide": frame.may(actor, "reviews.decide"),
        "decision": views.decision_title(review.decision),
        "reason": views.say({"zh": reason.zh, "en": reason.en}) if reason else "",
        "comment": review.comment,
        "decided_by": decider.name if decider else "",
        "decided_at": views.clock(review.decided_at),
    }


def _trail(
    unit: Unit, deliverable: Deliverable, review: Review | None
) -> tuple[views.EventView, ...]:
    objects = (deliverable.id, review.id) if review else (deliverable.id,)
    entries = audit.about(unit, objects)
    people = unit.people.find({"id": tuple({entry.actor for entry in entries})})
    names = {person.id: person.name for person in people} | {"system": "countermark"}
    return views.events(entries, names)


def _sizes(deliverable: Deliverable) -> tuple[tuple[float, float], ...]:
    try:
        return deliverables.page_sizes(site().ports, deliverable)
    except NotShowable:
        return ()


def _pages(
    deliverable: Deliverable, sizes: tuple[tuple[float, float], ...], number: int
) -> list[dict[str, Any]]:
    if not 1 <= number <= len(sizes):
        return []
    width, height = sizes[number - 1]
    address = url_for("deliverables.send_page", deliverable_id=deliverable.id, number=number)
    return [
        {
            "number": number,
            "image": address,
            "width": round(width),
            "height": round(height),
            "boxes": views.boxes(deliverable, number),
        }
    ]


def _facts(deliverable: Deliverable) -> list[tuple[str, str]]:
    report = deliverable.report or {}
    kind = report.get("type", {})
    facts = [
        (_("Format"), kind.get("format") or _("not recognised")),
        (_("Size"), f"{deliverable.size:,} B"),
        ("SHA-256", deliverable.sha256),
        (_("Received"), views.clock(deliverable.received_at)),
        (_("Policy"), report.get("policy", "")),
        (_("Sandbox"), report.get("sandbox", "")),
    ]
    facts += [
        (_("Signature"), f"{signature['signer'] or '?'} · {signature['status']}")
        for signature in report.get("signatures", [])
    ]
    facts += [
        (claim["source"], f"{claim['value']} ({claim['trust']})")
        for claim in report.get("claims", [])
        if claim["kind"] == "time"
    ]
    return [(title, value) for title, value in facts if value]


def _decisions() -> list[dict[str, Any]]:
    return [
        {
            "value": decision.value,
            "title": str(DECISIONS[decision]),
            "key": DECISION_KEYS[decision],
            "reasons": [
                (code, views.say({"zh": text.zh, "en": text.en}))
                for code, text in reviews.REASONS[decision].items()
            ],
        }
        for decision in Decision
    ]
