"""The outbox: work that must happen after the commit, held by leases while it is done."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from service.adapters.database.tables import OUTBOX
from service.records import MAX_ATTEMPTS, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.adapters.database.scope import Scope

#: How long a failed row rests after its first and its second attempt.
REST_S = (1.0, 5.0)
LONGEST_ERROR = 2000

_COLUMNS = [OUTBOX.c[field.name] for field in fields(OutboxRow)]


class TableOutbox:
    """`ports.records.Outbox` and `.Leases` over the table ``outbox``.

    A ready row with a `lease_until` rests until then.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        #: Whether this transaction put work that somebody should be told of.
        self.has_work = False

    def put(self, *, key: str, kind: str, payload: Mapping[str, Any]) -> None:
        row = {
            "id": self._scope.new_id(),
            "key": key,
            "kind": kind,
            "payload": dict(payload),
            "created_at": self._scope.now,
            "state": "ready",
            "attempts": 0,
        }
        self.has_work |= self._scope.put(OUTBOX, row)

    def lease(self, *, limit: int, seconds: float) -> tuple[OutboxRow, ...]:
        query = self._choose(self._free()).limit(limit)
        ids = self._scope.connection.execute(query).scalars().all()
        return self._hold(ids, seconds)

    def finish(self, row_id: str) -> None:
        self._change(
            OUTBOX.c.id == row_id,
            state="done",
            lease_until=None,
            announced_until=None,
            last_error=None,
        )

    def fail(self, row_id: str, error: str) -> OutboxRow:
        where = OUTBOX.c.id == row_id
        attempts = self._scope.connection.execute(
            sa.select(OUTBOX.c.attempts).where(where)
        ).scalar_one()
        gone = attempts >= MAX_ATTEMPTS
        (row,) = self._change(
            where,
            state="quarantined" if gone else "ready",
            lease_until=None if gone else self._in(REST_S[max(0, attempts - 1)]),
            announced_until=None,
            last_error=error[:LONGEST_ERROR],
        )
        return row

    def depth(self) -> Mapping[str, int]:
        query = sa.select(OUTBOX.c.state, sa.func.count()).group_by(OUTBOX.c.state)
        return {state: count for state, count in self._scope.connection.execute(query)}  # noqa: C416 - dict() of rows says nothing to the type checker

    def due(self) -> bool:
        query = sa.select(OUTBOX.c.id).where(self._free(), self._untold()).limit(1)
        return self._scope.connection.execute(query).first() is not None

    def announce(self, *, limit: int, seconds: float) -> tuple[str, ...]:
        told = sa.select(sa.func.count()).where(
            OUTBOX.c.state == "ready", OUTBOX.c.announced_until > self._scope.now
        )
        room = limit - self._scope.connection.execute(told).scalar_one()
        if room <= 0:
            return ()
        query = self._choose(sa.and_(self._free(), self._untold())).limit(room)
        ids = self._scope.connection.execute(query).scalars().all()
        rows = self._change(OUTBOX.c.id.in_(ids), announced_until=self._in(seconds))
        return tuple(row.id for row in rows)

    def take(self, row_id: str, *, seconds: float) -> OutboxRow | None:
        query = self._choose(sa.and_(OUTBOX.c.id == row_id, self._free()))
        rows = self._hold(self._scope.connection.execute(query).scalars().all(), seconds)
        return rows[0] if rows else None

    def renew(self, rows: tuple[OutboxRow, ...], *, seconds: float) -> None:
        for row in rows:
            self._change(_held(row), lease_until=self._in(seconds))

    def give_back(self, row: OutboxRow, *, seconds: float = 0) -> None:
        self._change(
            _held(row),
            state="ready",
            attempts=row.attempts - 1,
            lease_until=self._in(seconds),
            announced_until=None,
        )

    def _free(self) -> sa.ColumnElement[bool]:
        """Rows that nobody holds: ready and rested, or held by somebody who is gone."""
        over = sa.or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= self._scope.now)
        return sa.and_(OUTBOX.c.state.in_(("ready", "leased")), over)

    def _untold(self) -> sa.ColumnElement[bool]:
        until = OUTBOX.c.announced_until
        return sa.or_(until.is_(None), until <= self._scope.now)

    def _choose(self, which: sa.ColumnElement[bool]) -> sa.Select[str]:
        """Ids in the order of arrival; rows that another transaction is choosing are passed by.

        What was tried before stands behind what was not: one bad piece holds nobody up, and work
        that a dying process had in hand is not at once in the hands of the next one to die.
        """
        query = sa.select(OUTBOX.c.id).where(which).order_by(OUTBOX.c.attempts, OUTBOX.c.id)
        return query.with_for_update(skip_locked=True)

    def _hold(self, ids: Sequence[str], seconds: float) -> tuple[OutboxRow, ...]:
        return self._change(
            OUTBOX.c.id.in_(ids),
            state="leased",
            attempts=OUTBOX.c.attempts + 1,
            lease_until=self._in(seconds),
        )

    def _change(self, which: sa.ColumnElement[bool], **values: Any) -> tuple[OutboxRow, ...]:
        update = sa.update(OUTBOX).where(which).values(**values).returning(*_COLUMNS)
        found = self._scope.connection.execute(update).mappings()
        rows = [OutboxRow(**row) for row in found]
        return tuple(sorted(rows, key=lambda row: row.id))

    def _in(self, seconds: float) -> Any:
        return self._scope.now + timedelta(seconds=seconds)


def _held(row: OutboxRow) -> sa.ColumnElement[bool]:
    """The row while this very attempt still holds it."""
    return sa.and_(
        OUTBOX.c.id == row.id, OUTBOX.c.state == "leased", OUTBOX.c.attempts == row.attempts
    )
