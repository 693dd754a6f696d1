"""Records in SQLite or PostgreSQL: `ports.records.Records` over SQLAlchemy Core."""

from __future__ import annotations

import os
import zlib
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from service.adapters.clock import system_clock
from service.adapters.database import engine, tables
from service.adapters.database.cause_rows import TableCauses
from service.adapters.database.glances import Glances
from service.adapters.database.holders import TableHolders
from service.adapters.database.kept import KeptConnection
from service.adapters.database.later import Later
from service.adapters.database.model_rows import TableModels
from service.adapters.database.once import TableEffects, TableReplies
from service.adapters.database.outbox import TableOutbox
from service.adapters.database.payment_rows import TablePayments
from service.adapters.database.prepared import own_cursor
from service.adapters.database.rows import TableRows
from service.adapters.database.rule_rows import TableRules
from service.adapters.database.scope import Scope
from service.adapters.database.seen_films import TableSeenFilms
from service.adapters.database.seen_pages import TableSeenPages
from service.adapters.database.seen_texts import TableSeenTexts
from service.adapters.database.together import Together
from service.adapters.database.trail import TableTrail, settle
from service.adapters.database.turns import Turns
from service.adapters.database.uploads import TableUploads
from service.adapters.ids import TimeSortedIds
from service.records import (
    Customer,
    Deliverable,
    Person,
    Review,
    Session,
    Stage,
    StageRequirement,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection

    from service.adapters.database.prepared import Prepared
    from service.adapters.database.together import Shared
    from service.ports import Clock
    from service.ports.cause_records import CauseRecords
    from service.ports.model_records import ModelRecords
    from service.ports.payments import Payments
    from service.ports.records import (
        AuditTrail,
        Effects,
        Holders,
        Leases,
        Outbox,
        Replies,
        Unit,
        Uploads,
    )
    from service.ports.rows import Rows
    from service.ports.rule_records import RuleRecords
    from service.ports.seen_films import SeenFilms
    from service.ports.seen_pages import SeenPages
    from service.ports.seen_texts import SeenTexts
    from service.settings import Settings

    Begin = Callable[[], AbstractContextManager[Shared]]

R = TypeVar("R")


#: What a unit makes when it is first asked for: most units are asked for two or three of them.
_MAKES: dict[str, Callable[[Scope], Any]] = {
    "people": lambda scope: TableRows(scope, tables.PEOPLE, Person),
    "sessions": lambda scope: TableRows(scope, tables.SESSIONS, Session),
    "tokens": lambda scope: TableRows(scope, tables.TOKENS, Token),
    "holders": TableHolders,
    "customers": lambda scope: TableRows(scope, tables.CUSTOMERS, Customer),
    "stages": lambda scope: TableRows(scope, tables.STAGES, Stage),
    "requirements": lambda scope: TableRows(scope, tables.REQUIREMENTS, StageRequirement),
    "uploads": TableUploads,
    "deliverables": lambda scope: TableRows(scope, tables.DELIVERABLES, Deliverable),
    "reviews": lambda scope: TableRows(scope, tables.REVIEWS, Review),
    "effects": TableEffects,
    "replies": TableReplies,
    "rules": TableRules,
    "seen_pages": TableSeenPages,
    "seen_texts": TableSeenTexts,
    "seen_films": TableSeenFilms,
    "models": TableModels,
    "payments": TablePayments,
    "causes": TableCauses,
}


class DatabaseUnit:
    """`ports.records.Unit`: all tables inside one transaction."""

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
    effects: Effects
    replies: Replies
    rules: RuleRecords
    seen_pages: SeenPages
    seen_texts: SeenTexts
    seen_films: SeenFilms
    models: ModelRecords
    payments: Payments
    causes: CauseRecords

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.trail = TableTrail(scope)
        self.work = TableOutbox(scope)
        self.audit: AuditTrail = self.trail
        self.outbox: Outbox = self.work
        self.leases: Leases = self.work

    def __getattr__(self, name: str) -> Any:
        make = _MAKES.get(name)
        if make is None:
            raise AttributeError(name, name=name, obj=self)
        made = make(self._scope)
        setattr(self, name, made)
        return made

    def new_id(self) -> str:
        return self._scope.new_id()

    def new_ids(self, count: int) -> list[str]:
        return self._scope.new_ids(count)

    def now(self) -> datetime:
        return self._scope.now

    def take_turn(self, name: str) -> None:
        # The one writer of SQLite has every turn already.
        if self._scope.on_postgresql:
            lock = sa.select(sa.func.pg_advisory_xact_lock(zlib.crc32(name.encode())))
            self._scope.connection.execute(lock)


class _Writing:
    """One transaction, and any number of units in it one after another."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.units: list[DatabaseUnit] = []

    def new_unit(self) -> DatabaseUnit:
        self.units.append(DatabaseUnit(self._scope))
        return self.units[-1]

    def flush(self) -> None:
        self._scope.flush()

    def settle(self) -> None:
        settle(self._scope, [unit.trail for unit in self.units])
        self.flush()

    @property
    def has_work(self) -> bool:
        return any(unit.work.has_work for unit in self.units)


class _Opened:
    """What belongs to one process: its connections and, for SQLite, its writers' queue."""

    def __init__(self, url: str, begin: Begin) -> None:
        self.pid = os.getpid()
        self.writing = engine.connect(url)
        self.statements: dict[object, Prepared] = {}
        self.reading = engine.for_reading(self.writing)
        self.glances = Glances(self.writing, self.reading)
        is_sqlite = self.writing.dialect.name == "sqlite"
        self._turns = Turns(patience_s=engine.LOCK_WAIT_S) if is_sqlite else None
        self.kept = KeptConnection(self.writing)
        self.together = Together(begin)

    def turn(self, *, first: bool) -> AbstractContextManager[None]:
        if self._turns is None:
            return nullcontext()
        return self._turns.first() if first else self._turns


class DatabaseRecords:
    """`ports.records.Records`. Safe to fork: a child opens connections of its own."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = system_clock,
    ) -> None:
        self.url = url
        self._clock = clock
        self._ids = TimeSortedIds()
        #: Per process, the parent's kept too: closing them in a child would disturb the parent.
        self._opened: list[_Opened] = []
        #: Called after a commit that put work on the outbox; must neither wait nor raise.
        self.on_work: list[Callable[[], None]] = []

    @contextmanager
    def begin(self, *, first: bool = False) -> Iterator[DatabaseUnit]:
        with self._writing(engine.transaction(self._mine().writing), first=first) as writing:
            yield writing.new_unit()

    def together(self, act: Callable[[Unit], R]) -> R:
        return self._mine().together.do(act)

    @contextmanager
    def _writing(
        self,
        transaction: AbstractContextManager[Connection],
        later: Later | None = None,
        *,
        first: bool = False,
    ) -> Iterator[_Writing]:
        mine = self._mine()
        with engine.InOurWords(), mine.turn(first=first), transaction as connection:
            writing = _Writing(self._scope(connection, mine, later))
            yield writing
            writing.settle()
        if writing.has_work:
            for tell in self.on_work:
                tell()

    def _sharing(self) -> AbstractContextManager[_Writing]:
        return self._writing(self._mine().kept.transaction(), Later())

    @contextmanager
    def read(self) -> Iterator[DatabaseUnit]:
        mine = self._mine()
        with (
            engine.InOurWords(reading=True),
            engine.transaction(mine.reading) as connection,
        ):
            unit = DatabaseUnit(self._scope(connection, mine))
            yield unit
            # Whatever was appended by mistake is refused aloud.
            unit.trail.settle()

    def glance(self, look: Callable[[Unit], R]) -> R:
        mine = self._mine()

        def once(connection: Connection) -> R:
            unit = DatabaseUnit(self._scope(connection, mine))
            found = look(unit)
            unit.trail.settle()
            return found

        with engine.InOurWords(reading=True):
            return mine.glances.look(once)

    def close(self) -> None:
        """Close this process's connections; the next transaction opens them again."""
        for opened in self._opened:
            if opened.pid == os.getpid():
                opened.glances.let_go()
                opened.kept.let_go()
                for used in (opened.writing, opened.reading, opened.glances.engine):
                    used.dispose()

    def _scope(self, connection: Connection, mine: _Opened, later: Later | None = None) -> Scope:
        return Scope(
            opened=connection,
            later=later,
            cursor=own_cursor(connection),
            now=self._clock(),
            new_id=self._ids,
            new_ids=self._ids.several,
            statements=mine.statements,
        )

    def _mine(self) -> _Opened:
        if not self._opened or self._opened[-1].pid != os.getpid():
            self._opened.append(_Opened(self.url, self._sharing))
        return self._opened[-1]


def open_records(settings: Settings) -> DatabaseRecords:
    """Give the records that the settings name; connects when first used."""
    return DatabaseRecords(settings.database_url)
