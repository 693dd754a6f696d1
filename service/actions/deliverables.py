"""Deliverables: received, judged, shown; what fails or stays open goes to a reviewer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from rules import gates
from service import access, paths
from service.actions import (
    comparisons,
    reuse_films,
    reuse_pages,
    reuse_texts,
    review_queue,
    stages,
)
from service.actions.trail import record
from service.errors import NotFound
from service.records import Deliverable, DeliverableState
from verification import codec, policies
from verification.content import Content, of_customer
from verification.films.forms import FORMATS as FILMS
from verification.terms import Request, Terms
from verification.values import Requirement, Signer, Text, Trust

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import BinaryIO

    from rules.kinds import TimeNeeds
    from service.actors import Actor
    from service.ports import Ports
    from service.ports.records import Unit
    from service.ports.storage import StoredFile
    from service.records import StageRequirement, Wanted
    from verification.values import Report

#: The kind of outbox row that asks for a verdict.
VERIFY = "verify_deliverable"
#: What a contact may be known by; the names are those of `Signer`.
_CONTACT_FIELDS = ("name", "email", "organisation", "seal", "certificate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that is stored already, and what its sender said of it."""

    #: Made safe to show; never a path.
    name: str
    declared_type: str | None
    stored: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """By what a deliverable is judged: fixed when it comes, whoever changes what afterwards."""

    policy: str
    requirement: Requirement


def receive(
    ports: Ports, unit: Unit, actor: Actor, *, wanted: Wanted, upload: Upload
) -> Deliverable:
    """Enter an upload and put its verification on the outbox, in the caller's transaction."""
    requirement = wanted.requirement
    deliverable = Deliverable(
        id=unit.new_id(),
        customer_id=requirement.customer_id,
        stage_id=requirement.stage_id,
        requirement_id=requirement.id,
        uploader_id=actor.person_id,
        name=upload.name,
        declared_type=upload.declared_type,
        sha256=upload.stored.sha256,
        size=upload.stored.size,
        received_at=unit.now(),
        asked=codec.to_json(_asked(ports, unit, wanted)),
        state=DeliverableState.PENDING,
    )
    unit.deliverables.add(deliverable)
    unit.outbox.put(
        key=f"verify:{deliverable.id}", kind=VERIFY, payload={"deliverable_id": deliverable.id}
    )
    record(unit, "deliverables.upload", after=deliverable, actor=actor)
    return deliverable


def get(unit: Unit, actor: Actor, deliverable_id: str) -> Deliverable:
    """Give a deliverable that the actor may see; NotFound for everybody else's."""
    scope = access.through_customer(access.scope(actor, "deliverables.read"))
    found = unit.deliverables.find({**scope, "id": deliverable_id}, limit=1)
    if not found:
        raise NotFound(Text(zh="找不到这份交付物。", en="There is no such deliverable."))
    return found[0]


def find(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, str] | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[Deliverable, ...]:
    """Give the deliverables that the actor may see, oldest first."""
    scope = access.through_customer(access.scope(actor, "deliverables.read"))
    return unit.deliverables.find({**scope, **(where or {})}, after=after, limit=limit)


def original(ports: Ports, deliverable: Deliverable) -> AbstractContextManager[BinaryIO]:
    """Open the bytes as they were uploaded, hashed again. Raises FileLost."""
    return ports.storage.open(deliverable.sha256)


def page(
    ports: Ports,
    deliverable: Deliverable,
    number: int,
    *,
    max_side: int = 1600,
    clip: tuple[float, float, float, float] | None = None,
    first_bytes: int | None = None,
) -> bytes:
    """Give a page, or a box of it in points, as PNG made in the sandbox.

    With `first_bytes` only the beginning of the file is drawn: a PDF as it was in an earlier
    revision.
    """
    with ports.storage.open(deliverable.sha256) as file:
        drawn = file if first_bytes is None else BytesIO(file.read(first_bytes))
        return ports.verifier.render(drawn, number, max_side=max_side, clip=clip)


def page_sizes(ports: Ports, deliverable: Deliverable) -> tuple[tuple[float, float], ...]:
    """Give width and height of each page: points for documents, pixels for pictures.

    Raises NotShowable where there is nothing to draw.
    """
    with ports.storage.open(deliverable.sha256) as file:
        return ports.verifier.page_sizes(file)


def verify(ports: Ports, deliverable_id: str) -> None:
    """Judge a pending deliverable; doing it twice changes nothing.

    The bytes are read outside any transaction; the comparison with other deliverables, the verdict,
    its review, the gate's answer and the audit entries are one.
    """
    with ports.records.read() as unit:
        deliverable = unit.deliverables.get(deliverable_id)
        if deliverable is None or deliverable.state is not DeliverableState.PENDING:
            return
    request = request_of(ports, deliverable)
    with ports.storage.open(deliverable.sha256) as file:
        report = ports.verifier.verify(file, request)
    comparers = comparisons.COMPARERS
    if request.terms.requirement.content.unseen:
        comparers = (*comparers, *_unseen(ports, deliverable, report))
    with ports.records.begin() as unit:
        if unit.effects.claim(f"verdict:{deliverable.id}"):
            policy = request.terms.policy
            seen = comparisons.compare(
                ports, unit, deliverable, report, policy=policy, comparers=comparers
            )
            _judge(ports, unit, deliverable, seen)


def _unseen(
    ports: Ports, deliverable: Deliverable, report: Report
) -> tuple[comparisons.Comparer, ...]:
    """Read by what a file is known again, and give what holds that against earlier ones."""
    form = report.type.format
    if form in FILMS:
        with ports.storage.open(deliverable.sha256) as file:
            film = ports.verifier.film_fingerprint(file, form)
        ahead = reuse_films.look_ahead(ports.records, deliverable, film)
        return (reuse_films.comparer(film, ahead),)
    with ports.storage.open(deliverable.sha256) as file:
        made = ports.verifier.fingerprints(file)
    with ports.storage.open(deliverable.sha256) as file:
        lines = ports.verifier.text_lines(file)
    known = reuse_pages.look_ahead(ports.records, deliverable, made.pages)
    pages = reuse_pages.comparer(made.pages, lines, known, unread=made.unread)
    return pages, reuse_texts.comparer(lines)


def quarantine(ports: Ports, deliverable_id: str, error: str) -> None:
    """Hand a deliverable to a reviewer when every attempt to verify it came to nothing."""
    with ports.records.begin() as unit:
        deliverable = unit.deliverables.get(deliverable_id)
        if deliverable is None or deliverable.state is not DeliverableState.PENDING:
            return
        if not unit.effects.claim(f"verdict:{deliverable.id}"):
            return
        after = unit.deliverables.replace(
            replace(deliverable, state=DeliverableState.QUARANTINED, judged_at=unit.now())
        )
        record(
            unit, "deliverables.quarantined", after=after, before=deliverable, reason=error[:500]
        )
        review_queue.open_review(unit, after, cause="QUARANTINED")
        stages.evaluate(ports, unit, after.stage_id, reason=f"deliverable {after.id}")


def _judge(ports: Ports, unit: Unit, deliverable: Deliverable, report: Report) -> None:
    after = unit.deliverables.replace(
        replace(
            deliverable,
            state=DeliverableState.JUDGED,
            verdict=report.verdict.value,
            sub_indication=report.sub_indication,
            report=codec.to_json(report),
            judged_at=unit.now(),
        )
    )
    record(
        unit,
        "deliverables.judged",
        after=after,
        before=deliverable,
        reason=report.sub_indication,
    )
    if report.verdict != "PASSED":
        review_queue.open_review(unit, after, cause=report.sub_indication or "UNEXPLAINED")
    stages.evaluate(ports, unit, after.stage_id, reason=f"deliverable {after.id}")


def _asked(ports: Ports, unit: Unit, wanted: Wanted) -> Asked:
    requirement = wanted.requirement
    needs = _time_needs(ports, wanted)
    best = needs.best_class
    return Asked(
        policy=requirement.policy,
        requirement=Requirement(
            id=requirement.item,
            formats=requirement.formats,
            not_before=_not_before(unit, requirement, needs),
            signer=_required_signer(wanted),
            best_time=None if best is None else Trust(best),
            contradictions_below_s=needs.contradictions_below_s,
            content=of_customer(
                codec.from_json(Content, requirement.content), wanted.registered_name
            ),
        ),
    )


def _time_needs(ports: Ports, wanted: Wanted) -> TimeNeeds:
    with ports.rules.using() as in_force:
        asked = in_force.gates.get(paths.kind_of(wanted.path), ())
        return gates.time_needs(asked, wanted.requirement.item)


def _not_before(unit: Unit, requirement: StageRequirement, needs: TimeNeeds) -> datetime | None:
    """Give the later of both ends: so many days before the upload, and before the stage began."""
    ends = []
    if requirement.max_age_days is not None:
        ends.append(unit.now() - timedelta(days=requirement.max_age_days))
    stage = None if needs.within_days is None else unit.stages.get(requirement.stage_id)
    if stage is not None and needs.within_days is not None:
        ends.append(stage.since - timedelta(days=needs.within_days))
    return max(ends, default=None)


def _required_signer(wanted: Wanted) -> Signer | None:
    """Name the contact who must sign; where the role is not filled yet, the role alone."""
    role = wanted.requirement.signer_role
    if role is None:
        return None
    label = paths.load(wanted.path).contacts.get(role, {"zh": role, "en": role})
    contact = wanted.contacts.get(role, {})
    known = {name: contact.get(name) for name in _CONTACT_FIELDS}
    return Signer(role=Text(zh=label["zh"], en=label["en"]), **known)


def request_of(ports: Ports, deliverable: Deliverable) -> Request:
    """Give the request by which it was judged.

    The clock of the examination is the receipt, so that a repeat gives the same report.
    """
    asked = codec.from_json(Asked, deliverable.asked)
    return Request(
        name=deliverable.name,
        media_type=deliverable.declared_type,
        received_at=deliverable.received_at,
        terms=Terms(
            at=deliverable.received_at,
            policy=policies.load(asked.policy),
            requirement=asked.requirement,
            anchors=ports.anchors,
            limits=ports.limits,
            mail_keys=ports.mail_keys,
            mail_servers=ports.mail_servers,
        ),
    )
