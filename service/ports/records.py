"""Rows and the transactions around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from service.records import (
        AuditDraft,
        AuditEntry,
        Customer,
        Deliverable,
        OutboxRow,
        Person,
        Reply,
        Review,
        Session,
        Stage,
        StageRequirement,
        Token,
    )

R = TypeVar("R")


class Rows(Protocol[R]):
    """One kind of record.

    `where` maps field → value (equal) or tuple (one of); the field ``customer.region`` (and
    ``.team``, ``.owner_id``) looks through the row's customer.
    """

    def get(self, row_id: str) -> R | None: ...

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        order: str = "id",
        after: str | None = None,
        limit: int | None = None,
    ) -> tuple[R, ...]:
        """Rows in ascending `order` (``-field``: descending; ties by id).

        `after` is the id of the last row of the page before.
        """

    def add(self, record: R) -> None:
        """Insert. Raises AlreadyThere where a unique field is taken."""

    def replace(self, record: R) -> R:
        """Compare-and-set on `version`: store with version + 1 and give that back.

        Raises StaleVersion when somebody was faster.
        """


class AuditTrail(Protocol):
    def append(self, draft: AuditDraft, *, actor: str, request_id: str | None = None) -> AuditEntry:
        """Add one link; the chain's head is locked until the transaction ends."""

    def entries(
        self, *, after: int = 0, limit: int = 1000, where: Mapping[str, Any] | None = None
    ) -> tuple[AuditEntry, ...]:
        """Links with seq > `after` in order."""


class Outbox(Protocol):
    """Work to be done after the transaction: at least once, harmless when repeated."""

    def put(self, *, key: str, kind: str, payload: Mapping[str, Any]) -> None:
        """Add work; a key that is there already changes nothing."""

    def lease(self, *, limit: int, seconds: float) -> tuple[OutboxRow, ...]:
        """Take ready rows and rows whose lease ran out; counts an attempt for each."""

    def finish(self, row_id: str) -> None: ...

    def fail(self, row_id: str, error: str) -> OutboxRow:
        """Note the error; give the row back as ready, or as quarantined after 3 attempts."""

    def depth(self) -> Mapping[str, int]:
        """How many rows are in each state."""


class Effects(Protocol):
    def claim(self, key: str) -> bool:
        """True the first time a key is claimed, False ever after (unique index)."""


class Replies(Protocol):
    def get(self, reply_id: str) -> Reply | None: ...

    def add(self, reply: Reply) -> None:
        """Raises AlreadyThere where the same key was answered meanwhile."""


class Unit(Protocol):
    """All rows, inside one transaction."""

    people: Rows[Person]
    sessions: Rows[Session]
    tokens: Rows[Token]
    customers: Rows[Customer]
    stages: Rows[Stage]
    requirements: Rows[StageRequirement]
    deliverables: Rows[Deliverable]
    reviews: Rows[Review]
    audit: AuditTrail
    outbox: Outbox
    effects: Effects
    replies: Replies

    def now(self) -> datetime:
        """The time at which this transaction began."""


class Records(Protocol):
    def begin(self) -> AbstractContextManager[Unit]:
        """A writing transaction: commits at the end of the block, rolls back on an exception."""

    def read(self) -> AbstractContextManager[Unit]:
        """A reading transaction; writing through it raises."""
