"""Rows and the transactions around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from service.chain import Break
    from service.ports.cause_records import CauseRecords
    from service.ports.model_records import ModelRecords
    from service.ports.payments import Payments
    from service.ports.rows import Rows
    from service.ports.rule_records import RuleRecords
    from service.ports.seen_films import SeenFilms
    from service.ports.seen_pages import SeenPages
    from service.ports.seen_texts import SeenTexts
    from service.records import (
        AuditDraft,
        AuditEntry,
        AuditHead,
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
        Wanted,
    )

R = TypeVar("R")


class AuditTrail(Protocol):
    def append(self, draft: AuditDraft, *, actor: str, request_id: str | None = None) -> None:
        """Add one link at the end of the transaction.

        It gets its place in the chain just before the commit: the head is locked last and
        shortest, so no two transactions can wait for one another because of it.
        """

    def entries(
        self, *, after: int = 0, limit: int = 1000, where: Mapping[str, Any] | None = None
    ) -> tuple[AuditEntry, ...]:
        """Links with seq > `after` in order."""

    def head(self) -> AuditHead | None: ...

    def verify(self) -> tuple[Break, ...]:
        """Walk the whole chain; rows that cannot be read are breaks too."""


class Outbox(Protocol):
    """Work to be done after the transaction: at least once, harmless when repeated."""

    def put(self, *, key: str, kind: str, payload: Mapping[str, Any]) -> None:
        """Add work; a key that is there already changes nothing."""

    def lease(self, *, limit: int, seconds: float) -> tuple[OutboxRow, ...]:
        """Take ready rows and rows whose lease ran out; counts an attempt for each."""

    def finish(self, row_id: str) -> None: ...

    def fail(self, row_id: str, error: str) -> OutboxRow:
        """Note the error; give the row back as ready, or as quarantined after 3 attempts.

        A ready one waits a little longer after each attempt.
        """

    def depth(self) -> Mapping[str, int]:
        """How many rows are in each state."""


class Leases(Protocol):
    """The dispatcher's and the workers' side of the outbox.

    A lease is a row with its attempt: whoever was overtaken (the lease ran out, another took the
    row) holds nothing any more.
    """

    def due(self) -> bool:
        """Whether a row waits that nobody holds and nobody was told of."""

    def announce(self, *, limit: int, seconds: float) -> tuple[str, ...]:
        """Give ids to send to workers, at most `limit` being under way; counts no attempt.

        A row is not given again before `seconds` are over.
        """

    def take(self, row_id: str, *, seconds: float) -> OutboxRow | None:
        """Lease one announced row, counting an attempt; None where it is done or held."""

    def renew(self, rows: tuple[OutboxRow, ...], *, seconds: float) -> None:
        """Hold on to what is being worked at."""

    def give_back(self, row: OutboxRow, *, seconds: float = 0) -> None:
        """Let go of a row through no fault of its own: the attempt does not count.

        Nobody gets it before `seconds` are over.
        """


class Effects(Protocol):
    def claim(self, key: str) -> bool:
        """True the first time a key is claimed, False ever after (unique index)."""


class Replies(Protocol):
    def get(self, reply_id: str) -> Reply | None: ...

    def add(self, reply: Reply) -> None:
        """Raises AlreadyThere where the same key was answered meanwhile."""

    def purge(self, before: datetime) -> int:
        """Forget answers given earlier than `before`; gives how many."""


class Holders(Protocol):
    """Tokens with the people whose they are."""

    def of_secret(self, secret_hash: str) -> tuple[Token, Person] | None: ...


class Uploads(Protocol):
    """What an upload needs to know.

    `where` is about one requirement, as for `Rows`, with one value or none for a field.
    """

    def asked(
        self, where: Mapping[str, str | tuple[str, ...]], reply_id: str
    ) -> tuple[Wanted, Reply | None] | None:
        """Give what is wanted, and the answer kept under an id; None: no such requirement."""


class Unit(Protocol):
    """All rows, inside one transaction."""

    people: Rows[Person]
    sessions: Rows[Session]
    tokens: Rows[Token]
    holders: Holders
    customers: Rows[Customer]
    stages: Rows[Stage]
    requirements: Rows[StageRequirement]
    uploads: Uploads
    deliverables: Rows[Deliverable]
    reviews: Rows[Review]
    audit: AuditTrail
    outbox: Outbox
    leases: Leases
    effects: Effects
    replies: Replies
    rules: RuleRecords
    seen_pages: SeenPages
    seen_films: SeenFilms
    seen_texts: SeenTexts
    models: ModelRecords
    payments: Payments
    causes: CauseRecords

    def new_id(self) -> str:
        """Give a fresh id that sorts after all earlier ones."""

    def new_ids(self, count: int) -> list[str]:
        """Give fresh ids, ascending."""

    def now(self) -> datetime:
        """The time at which this transaction began."""

    def take_turn(self, name: str) -> None:
        """Wait until no other transaction has the turn of this name; it is kept to the end.

        What is read afterwards includes what those before committed. Whoever takes a turn takes
        it before locking any row that others with the same turn may wait for.
        """


class Records(Protocol):
    #: Called after a commit that put work on the outbox; must neither wait nor raise.
    on_work: list[Callable[[], None]]

    def begin(self, *, first: bool = False) -> AbstractContextManager[Unit]:
        """A writing transaction: commits at the end of the block, rolls back on an exception.

        `first`: before all who wait to write. For what people seldom decide and others wait for.
        """

    def together(self, act: Callable[[Unit], R]) -> R:
        """Do something in a writing transaction that it may share with other threads' work.

        As with `begin`, it is committed when this returns, and nothing of it is kept when it
        raises. It may run twice, and must touch nothing but its unit. For what many do at once.
        Rows are inserted with those of the others: AlreadyThere may be raised after `act`.
        """

    def read(self) -> AbstractContextManager[Unit]:
        """A reading transaction; writing through it raises."""

    def glance(self, look: Callable[[Unit], R]) -> R:
        """Read without a transaction: each statement sees the state of its own moment.

        For one statement, or several whose answers need not fit together. Writing raises; `look`
        may run twice.
        """
