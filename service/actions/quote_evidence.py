"""Quotes that verification has judged: which have an outdated cost sheet, as evidence."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from service.actions import cause_evidence
from service.actors import SYSTEM
from service.causes.collectors import Quote, cost_sheets
from service.causes.stage_deals import BUSINESS_ZONE, day_of
from service.records import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rules.incident_breaker import Cell
    from service.cause_records import EvidenceRow
    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Deliverable

SOURCE = "verification"
#: The check of a quote's cost sheet.
CHECK, VALID, NOT_VALID = "cost_sheet.version", "PASSED", "FAILED"
#: What the check says of a sheet that calls itself an older one, whatever its structure.
OUTDATED = "TEMPLATE_OUTDATED"
#: The only dimension that is known of a quote's customer.
REGION = "region"
#: So many reports are held at once.
PORTION = 200
#: Quotes of so many days are looked at together.
DAYS = 14


def judged(unit: Unit, since: datetime, scope: Sequence[Cell] = ((),)) -> tuple[Quote, ...]:
    """Give the quotes that were received after a moment and judged, the first one first.

    One whose sheet could not be read, or is of no known template, is neither outdated nor sound;
    one whose customer is known to be outside the scope says nothing of it.
    """
    found: list[Quote] = []
    for file in _received(unit, since):
        if not _may_be_in(unit, scope, file.customer_id):
            continue
        for check in (file.report or {}).get("checks", ()):
            outdated = check["status"] == NOT_VALID or check["sub_indication"] == OUTDATED
            if check["id"] == CHECK and (outdated or check["status"] == VALID):
                day = day_of(file.received_at).isoformat()
                found.append(Quote(id=file.id, day=day, outdated=outdated))
    return tuple(reversed(found))


def _received(unit: Unit, since: datetime) -> Iterator[Deliverable]:
    """Give what was received and judged, the last one first; reports are long, so by portions."""
    after: str | None = None
    while True:
        rows = unit.deliverables.find({"state": "judged"}, order="-id", after=after, limit=PORTION)
        for file in rows:
            if file.received_at <= since:
                return
            yield file
        if len(rows) < PORTION:
            return
        after = rows[-1].id


def _may_be_in(unit: Unit, scope: Sequence[Cell], customer_id: str) -> bool:
    """Tell whether a customer may be in a scope: of the dimensions only its region is known."""
    regions = {dict(cell).get(REGION) for cell in scope}
    if None in regions:
        return True
    customer = unit.customers.get(customer_id)
    return customer is None or customer.region is None or customer.region in regions


def is_valid(file: Deliverable) -> bool:
    """Tell whether a quote was judged, its cost sheet found valid, and itself not refused."""
    by_itself, taken = file.verdict != NOT_VALID, file.decision is Decision.ACCEPT
    return (by_itself if file.decision is None else taken) and any(
        check["id"] == CHECK and check["status"] == VALID
        for check in (file.report or {}).get("checks", ())
    )


def collect(ports: Ports, until: date) -> None:
    """Keep evidence of outdated sheets up to a day, where there is any that is new."""
    first = until - timedelta(days=DAYS)
    since = datetime.combine(first, time(), BUSINESS_ZONE).astimezone(UTC)
    with ports.records.read() as unit:
        quotes = [one for one in judged(unit, since) if one.day <= until.isoformat()]
    items = cost_sheets(SOURCE, quotes, first)
    if items:
        with ports.records.begin() as unit:
            cause_evidence.put(unit, items, by=SYSTEM)


def latest(rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Leave of what is collected here the latest count alone: each takes the one before in."""
    ours = [one for one in rows if one.source == SOURCE]
    newest = max(ours, key=lambda one: one.id, default=None)
    return [one for one in rows if one.source != SOURCE or one is newest]
