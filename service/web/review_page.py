"""One deliverable: the document with its evidence, what was found, and what to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for

from service.actions import audit, deliverables, reviews
from service.api.identity import required
from service.api.site import site
from service.errors import FileLost, NotShowable
from service.records import Decision, DeliverableState, ReviewState
from service.web import (
    both_films,
    both_sides,
    both_texts,
    earlier,
    facts,
    findings,
    frame,
    troubles,
    views,
)
from service.web.outcome import read_outcome
from service.web.sheets import Sheets
from service.web.translation import say, say_stored
from service.web.words import DECISION_KEYS, DECISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from service.actors import Actor
    from service.errors import ServiceError
    from service.ports.records import Unit
    from service.records import AuditEntry, Deliverable, Review

#: Reviews looked at together when the next one for this reviewer is sought.
ROWS = 50
ICONS = {"eml": "✉", "msg": "✉", "xlsx": "▦", "xls": "▦", "csv": "▦", "zip": "▤"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The deliverable, and what it was uploaded for."""

    name: str
    verdict: str | None
    pending: bool
    address: str
    original: str
    #: The signed evidence pack; empty before there is a report.
    evidence: str
    format: str
    icon: str
    size: str
    customer: str
    customer_address: str
    stage: str
    requirement: str
    uploader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A decision that can be made, its key, and its reasons by code."""

    value: str
    title: str
    key: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    #: Where to send a decision.
    address: str
    decided: bool
    own: bool
    may_decide: bool
    decision: str
    reason: str
    comment: str
    decided_by: str
    decided_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was filled in when a decision was refused, so that nobody writes it twice."""

    decision: str = ""
    reason_code: str = ""
    comment: str = ""


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/deliverables/<deliverable_id>", "deliverable", show)


def show(
    deliverable_id: str, error: ServiceError | None = None, draft: Draft | None = None
) -> ResponseReturnValue:
    """Show everything on one page; after a refusal, why and what was filled in."""
    actor = required().actor
    with site().ports.records.read() as unit:
        deliverable = deliverables.get(unit, actor, deliverable_id)
        found = unit.reviews.find({"deliverable_id": deliverable.id}, order="-opened_at", limit=1)
        review = found[0] if found else None
        subject = _subject(unit, deliverable)
        review_view = _review(unit, actor, review) if review else None
        trail = _trail(unit, deliverable, review)
        following = next_address(unit, actor, after=review.id) if review else None
        outcome = read_outcome(unit, actor, request.args.get("decided"))
        seen = earlier.visible(unit, actor, deliverable)
    report = findings.read(deliverable)
    told = troubles.view(error) if error else None
    page = render_template(
        "review.html",
        deliverable=subject,
        review=review_view,
        report=report,
        sheets=_sheets(deliverable, report),
        pairs=both_sides.pairs(site().ports, deliverable, seen),
        texts=both_texts.texts(site().ports, deliverable, seen),
        films=both_films.films(deliverable, seen),
        facts=facts.of(deliverable),
        times=facts.times(deliverable),
        signatures=facts.signatures(deliverable),
        trail=trail,
        choices=_choices(),
        following=following,
        outcome=outcome,
        error=told,
        draft=draft or Draft(),
    )
    return make_response(page, told.status if told else 200)


def next_address(unit: Unit, actor: Actor, *, after: str, decided: str | None = None) -> str | None:
    """Give the next deliverable that waits for this reviewer: later ones, then from the start."""
    if not frame.may(actor, "reviews.decide"):
        return None
    following = _next(unit, actor, after=after) or _next(unit, actor, after=None)
    if following is None or following.id == after:
        return None
    return url_for("web.deliverable", deliverable_id=following.deliverable_id, decided=decided)


def _next(unit: Unit, actor: Actor, *, after: str | None) -> Review | None:
    where = {"state": ReviewState.WAITING.value}
    while found := reviews.find(unit, actor, where=where, after=after, limit=ROWS):
        for review in found:
            if review.uploader_id != actor.person_id:
                return review
        after = found[-1].id
    return None


def _subject(unit: Unit, deliverable: Deliverable) -> Subject:
    customer = unit.customers.get(deliverable.customer_id)
    stage = unit.stages.get(deliverable.stage_id)
    requirement = unit.requirements.get(deliverable.requirement_id)
    uploader = unit.people.get(deliverable.uploader_id)
    kind = (deliverable.report or {}).get("type", {}).get("format") or ""
    return Subject(
        name=deliverable.name,
        verdict=views.status_of(deliverable),
        pending=deliverable.state is DeliverableState.PENDING,
        address=url_for("web.deliverable", deliverable_id=deliverable.id),
        original=url_for("deliverables.send_original", deliverable_id=deliverable.id),
        evidence=url_for("deliverables.send_evidence_pack", deliverable_id=deliverable.id)
        if deliverable.report
        else "",
        format=kind,
        icon=ICONS.get(kind, "▯"),
        size=views.size(deliverable.size),
        customer=customer.name if customer else "",
        customer_address=url_for("web.customer", customer_id=deliverable.customer_id),
        stage=say_stored(stage.title if stage else None),
        requirement=say_stored(requirement.title if requirement else None),
        uploader=uploader.name if uploader else "",
    )


def _review(unit: Unit, actor: Actor, review: Review) -> ReviewView:
    decider = unit.people.get(review.decided_by) if review.decided_by else None
    return ReviewView(
        address=url_for("web.decide", review_id=review.id),
        decided=review.state is ReviewState.DECIDED,
        own=review.uploader_id == actor.person_id,
        may_decide=frame.may(actor, "reviews.decide"),
        decision=views.decided_title(review.decision),
        reason=views.reason_title(review.reason_code),
        comment=review.comment or "",
        decided_by=decider.name if decider else "",
        decided_at=views.clock(review.decided_at),
    )


def _trail(
    unit: Unit, deliverable: Deliverable, review: Review | None
) -> tuple[views.EventView, ...]:
    """Give what happened to the file, and what the stage's gate answered because of it."""
    causes = {f"deliverable {deliverable.id}"} | ({f"review {review.id}"} if review else set())
    objects = (deliverable.id, deliverable.stage_id) + ((review.id,) if review else ())
    entries = [
        entry for entry in audit.about(unit, objects) if _belongs(entry, deliverable, causes)
    ]
    people = unit.people.find({"id": tuple({entry.actor for entry in entries})})
    names: Mapping[str, str] = {person.id: person.name for person in people}
    return views.events(entries, {**names, "system": "countermark"})


def _belongs(entry: AuditEntry, deliverable: Deliverable, causes: set[str]) -> bool:
    return entry.object_id != deliverable.stage_id or entry.reason in causes


def _sheets(deliverable: Deliverable, report: findings.ReportView) -> Sheets:
    """Measure the pages in the sandbox; a file without pages says why there are none."""
    if deliverable.state is DeliverableState.PENDING:
        return Sheets.none("")
    try:
        sizes = deliverables.page_sizes(site().ports, deliverable)
    except (NotShowable, FileLost) as error:
        return Sheets.none(say(error.message))
    asked = request.args.get("page", report.first_page, type=int)
    return Sheets.lay_out(deliverable, sizes, report, asked)


def _choices() -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=decision.value,
            title=str(DECISIONS[decision]),
            key=DECISION_KEYS[decision],
            reasons=tuple((code, say(text)) for code, text in reviews.REASONS[decision].items()),
        )
        for decision in Decision
    )
