"""The audit trail: entries wait until the transaction ends, then get their place in the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from service import chain
from service.adapters.database.rows import plain
from service.adapters.database.scope import conditions
from service.adapters.database.tables import AUDIT, AUDIT_HEAD
from service.records import AuditEntry, AuditHead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.adapters.database.scope import Scope
    from service.records import AuditDraft

#: Entries read at a time while the whole chain is walked.
PAGE = 1000
HEAD = (AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)


class TableTrail:
    """`ports.records.AuditTrail` over the tables ``audit`` and ``audit_head``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._drafts: list[tuple[AuditDraft, str, str | None]] = []

    def append(self, draft: AuditDraft, *, actor: str, request_id: str | None = None) -> None:
        self._drafts.append((draft, actor, request_id))

    @property
    def waiting(self) -> bool:
        """Whether something was appended that has no place in the chain yet."""
        return bool(self._drafts)

    def settle(self) -> None:
        """Chain what was appended; the head stays locked from here to the commit."""
        settle(self._scope, [self])

    def links(self, head: AuditHead) -> Iterator[AuditEntry]:
        """Give what was appended as links behind a locked head."""
        for draft, actor, request_id in self._drafts:
            entry = self._link(head, draft, actor=actor, request_id=request_id)
            head = AuditHead(seq=entry.seq, hash=entry.hash)
            yield entry
        self._drafts.clear()

    def entries(
        self, *, after: int = 0, limit: int = 1000, where: Mapping[str, Any] | None = None
    ) -> tuple[AuditEntry, ...]:
        self.settle()
        query = sa.select(AUDIT).where(AUDIT.c.seq > after, *conditions(AUDIT, where))
        rows = self._scope.connection.execute(query.order_by(AUDIT.c.seq).limit(limit))
        return tuple(AuditEntry(**row) for row in rows.mappings())

    def head(self) -> AuditHead | None:
        query = sa.select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)
        row = self._scope.connection.execute(query).mappings().one_or_none()
        return None if row is None else AuditHead(**row)

    def verify(self) -> tuple[chain.Break, ...]:
        self.settle()
        return chain.verify(self._walk(), self.head())

    def _link(
        self, head: AuditHead, draft: AuditDraft, *, actor: str, request_id: str | None
    ) -> AuditEntry:
        return chain.sealed(
            {
                "seq": head.seq + 1,
                "at": self._scope.now,
                "actor": actor,
                "action": draft.action,
                "object_kind": draft.object_kind,
                "object_id": draft.object_id,
                "before_hash": None if draft.before is None else chain.digest(draft.before),
                "after": draft.after,
                "reason": draft.reason,
                "request_id": request_id,
                "previous": head.hash,
            }
        )

    def _walk(self) -> Iterator[AuditEntry | chain.Break]:
        query = sa.select(AUDIT.c.seq).order_by(AUDIT.c.seq)
        numbers = list(self._scope.connection.execute(query).scalars())
        for start in range(0, len(numbers), PAGE):
            page = numbers[start : start + PAGE]
            try:
                entries = self._read(AUDIT.c.seq.between(page[0], page[-1]))
            except (ValueError, TypeError, sa.exc.OperationalError):
                yield from (self._read_one(seq) for seq in page)
            else:
                yield from entries

    def _read(self, which: sa.ColumnElement[bool]) -> list[AuditEntry]:
        query = sa.select(AUDIT).where(which).order_by(AUDIT.c.seq)
        rows = self._scope.connection.execute(query).mappings()
        return [AuditEntry(**row) for row in rows]

    def _read_one(self, seq: int) -> AuditEntry | chain.Break:
        """Read one row; what the columns cannot even decode is a break, not an accident."""
        try:
            return self._read(AUDIT.c.seq == seq)[0]
        except (ValueError, TypeError, sa.exc.OperationalError) as error:
            return chain.Break(seq=seq, what="unreadable", expected="an entry", seen=str(error))


def settle(scope: Scope, trails: Sequence[TableTrail]) -> None:
    """Chain what was appended in one transaction; the head is locked once, until the commit."""
    waiting = [trail for trail in trails if trail.waiting]
    if not waiting:
        return
    query = ("head", lambda: sa.select(*HEAD).with_for_update())
    ((seq, known),) = scope.run(*query, {}, gives=HEAD)
    head, entries = AuditHead(seq=seq, hash=known), []
    for trail in waiting:
        for entry in trail.links(head):
            head = AuditHead(seq=entry.seq, hash=entry.hash)
            entries.append(plain(entry))
    scope.insert_all(AUDIT, entries, sa.update(AUDIT_HEAD), plain(head))
