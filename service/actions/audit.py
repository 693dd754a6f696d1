"""The audit trail, for those who check the checkers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service import access, chain
from service.actions import fact_trail
from service.actions.evaluation import firing_snapshot
from service.actions.trail import snapshot
from service.rule_records import FiringRow
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.actors import Actor
    from service.ports.records import Unit
    from service.ports.rows import Rows
    from service.records import AuditEntry

#: What the trail calls facts that were taken together.
FACTS = "facts"
#: Rows and entries read at a time.
PAGE = 1000

WHAT = {
    "changed": Text(
        zh="与审计链中最后一次记录的状态不符", en="is not as the trail last recorded it"
    ),
    "gone": Text(zh="审计链中有记录，但数据已不存在", en="is in the trail and gone from its table"),
    "unrecorded": Text(
        zh="存在，但审计链中没有任何记录", en="is there and in no entry of the trail"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A row that was changed by somebody who did not go through an action."""

    kind: str
    id: str
    #: A key of WHAT.
    what: str

    @property
    def reason(self) -> Text:
        """What is wrong, for people."""
        return WHAT[self.what]


def entries(
    unit: Unit,
    actor: Actor,
    *,
    where: dict[str, str] | None = None,
    after: int = 0,
    limit: int = 50,
) -> tuple[AuditEntry, ...]:
    """Give entries in order, those with seq > `after`."""
    access.require(actor, "audit.read")
    return unit.audit.entries(after=after, limit=limit, where=where)


def about(unit: Unit, object_ids: tuple[str, ...]) -> tuple[AuditEntry, ...]:
    """Give the entries of objects that the caller has been allowed to see already."""
    return unit.audit.entries(where={"object_id": object_ids})


def strays(unit: Unit) -> tuple[Stray, ...]:
    """Hold every row against the state that the trail last recorded of it.

    Passwords, secrets and reports are not in the trail, so they are not covered.
    """
    recorded = {
        (entry.object_kind, entry.object_id): entry.after_hash for entry in _all_entries(unit)
    }
    kinds = _kinds(unit)
    found = [
        stray
        for kind, rows in kinds.items()
        for row in _all(rows)
        for stray in _compare(kind, row.id, _state(row), recorded.pop((kind, row.id), None))
    ]
    begun = {row_id for kind, row_id in recorded if kind == FACTS}
    for first, state in fact_trail.batches(unit, begun):
        found += _compare(FACTS, first, state, recorded.pop((FACTS, first), None))
    found += [Stray(kind=FACTS, id=one, what="changed") for one in fact_trail.altered(unit)]
    found += [
        Stray(kind=kind, id=row_id, what="gone")
        for kind, row_id in recorded
        if kind in kinds or kind == FACTS
    ]
    return tuple(found)


def _state(row: Any) -> dict[str, Any]:
    return firing_snapshot(row) if isinstance(row, FiringRow) else snapshot(row)


def _compare(
    kind: str, row_id: str, state: dict[str, Any], expected: str | None
) -> Iterator[Stray]:
    if expected is None:
        yield Stray(kind=kind, id=row_id, what="unrecorded")
    elif expected != chain.digest(state):
        yield Stray(kind=kind, id=row_id, what="changed")


def _kinds(unit: Unit) -> dict[str, Rows[Any]]:
    return {
        "customer": unit.customers,
        "deliverable": unit.deliverables,
        "firing": unit.rules.firings,
        "held_fact": unit.rules.held_facts,
        "measure": unit.rules.measures,
        "notice": unit.rules.notices,
        "person": unit.people,
        "requirement": unit.requirements,
        "review": unit.reviews,
        "session": unit.sessions,
        "stage": unit.stages,
        "token": unit.tokens,
    }


def _all(rows: Rows[Any]) -> Iterator[Any]:
    page = rows.find(limit=PAGE)
    while page:
        yield from page
        page = rows.find(after=page[-1].id, limit=PAGE)


def _all_entries(unit: Unit) -> Iterator[AuditEntry]:
    page = unit.audit.entries(limit=PAGE)
    while page:
        yield from page
        page = unit.audit.entries(after=page[-1].seq, limit=PAGE)
