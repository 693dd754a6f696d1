"""Facts evaluated and kept, one by one and in batches of 1,000, on both databases (a minute).

One by one, eight threads send one fact each and wait for its commit, as eight connections of the
server would; those that wait at the same time share a commit. What a single sender gets is told
in the note.

Two hundred warnings look at each fact: thresholds of nine figures, one in ten of them over two days
running. Each fact is checked, its subject's window read, enriched, asked, and kept in one
transaction with changed states, firings, the orders of their actions and the audit entry, by the
same functions and settings as the service's (WAL, synchronous=FULL). The peer keeps the same
facts as bare rows with the same durability, in turns on the same disk: one row a transaction, then
1,000. It evaluates nothing.

Most facts are ruled out by themselves; a further figure is for rules that must read each fact's
past first.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol, cast

from benchmarks.promise import record
from benchmarks.uploads import POSTGRES, postgres_database
from rules import executors
from rules.conditions import Clause, Condition, Join
from rules.evaluation import Evaluator
from rules.facts import FactKind, Field, FieldType, Period
from rules.form import rule_set
from rules.kinds import Action, WarningRule
from rules.language.lowering import lower
from rules.language.timed import read_line
from rules.text import Text
from service import migrations
from service.actions import facts
from service.actions.fact_fates import Batch, Fate
from service.actors import Actor
from service.adapters.clock import system_clock
from service.adapters.database import DatabaseRecords
from service.ports.rule_book import in_force
from service.records import Role
from service.server import settle_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules.form import RuleSet
    from service.ports import Ports
    from service.ports.rule_book import InForce

RULES, SUBJECTS, MEASURES = 200, 1_000, 9
#: Rounds in turns with the peer; facts of a round one by one, and batches of a round.
ROUNDS, SINGLE, BATCHES, BATCH = 5, 800, 8, 1_000
#: Threads that send one by one, as many as the server answers at a time.
SENDERS = 8
AIM_SINGLE, AIM_BATCH = 2_000.0, 20_000.0
ACTOR = Actor(person_id="bench", name="bench", role=Role.SALES_OPS, region=None, team=None)
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def _text(word: str) -> Text:
    return Text(zh=word, en=word)


FIELDS = tuple(
    Field(name=f"m{n}", type=FieldType.NUMBER, label=_text(f"m{n}"), minimum=0, maximum=1)
    for n in range(MEASURES)
)
KIND = FactKind(
    name="daily",
    label=_text("daily"),
    fields=FIELDS,
    period=Period.DAY,
    subject=_text("outlet"),
)


def warnings(*, past: bool = False) -> RuleSet:
    """Give 200 warnings, of which about one in fifty facts makes one begin.

    With `past` the last one is about a mean of a week.
    """
    rules = tuple(_warning(number) for number in range(RULES - past))
    if past:
        rules = (*rules, _written(RULES - 1, "mean of 7 days < 0.1"))
    return rule_set((KIND,), rules, (lower(KIND, rules),))


def _warning(number: int) -> WarningRule:
    running = number % 10 == 0
    limit = 0.003 if running else (number + 1) * 0.0001 / RULES
    text = f"< {limit:.6f}" + (" for 2 consecutive days" if running else "")
    return _written(number, text)


def _written(number: int, text: str) -> WarningRule:
    clause = read_line(text, FIELDS[number % MEASURES], Period.DAY)
    assert isinstance(clause, Clause), clause
    return WarningRule(
        id=f"r{number}",
        name=_text(f"r{number}"),
        on=KIND.name,
        when=Condition(join=Join.ALL, parts=(clause,)),
        level="yellow",
        do=(Action(name="notify", parameters=(("template", "plain"), ("to", ["manager"]))),),
    )


def day_of_facts(day: int, rng: Random) -> list[dict[str, Any]]:
    """Give one fact a subject, as JSON has them."""
    period = (FIRST_DAY + timedelta(days=day)).date().isoformat()
    return [
        {
            "subject": f"outlet-{number}",
            "period": period,
            "values": {f"m{n}": rng.random() for n in range(MEASURES)},
        }
        for number in range(SUBJECTS)
    ]


class Book:
    """The rules of the benchmark, compiled for the executor that the service uses."""

    trouble = None

    def __init__(self, known: RuleSet) -> None:
        evaluator = Evaluator(known, executors.default(known))
        self._in_force = in_force(known, evaluator, files={}, since=system_clock())

    @contextmanager
    def using(self) -> Iterator[InForce]:
        yield self._in_force


class Ours:
    """The service's own way from rows to the disk."""

    def __init__(self, url: str, known: RuleSet) -> None:
        migrations.upgrade(url)
        self.records = DatabaseRecords(url)
        self.ports = cast(
            "Ports", SimpleNamespace(records=self.records, rules=Book(known), clock=system_clock)
        )
        self.fired = 0

    def keep(self, rows: list[dict[str, Any]]) -> None:
        receipt = facts.submit(self.ports, ACTOR, Batch(kind=KIND.name, rows=rows))
        assert receipt.count(Fate.ACCEPTED) == len(rows)
        self.fired += len(receipt.firings)

    def close(self) -> None:
        self.records.close()


class Bare(Protocol):
    """Rows inserted with the same durability, and nothing else."""

    def keep(self, rows: list[dict[str, Any]]) -> None: ...


def _bare(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(row["subject"], row["period"], json.dumps(row["values"])) for row in rows]


class BareSqlite:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(
            "CREATE TABLE facts (id INTEGER PRIMARY KEY, subject TEXT, period TEXT, value TEXT)"
        )

    def keep(self, rows: list[dict[str, Any]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO facts (subject, period, value) VALUES (?, ?, ?)", _bare(rows)
        )
        self._connection.execute("COMMIT")


class BarePostgres:
    def __init__(self, url: str) -> None:
        import psycopg  # noqa: PLC0415 - only where there is a server

        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(
            "CREATE TABLE bare (id bigserial PRIMARY KEY, subject text, period text, value json)"
        )

    def keep(self, rows: list[dict[str, Any]]) -> None:
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO bare (subject, period, value) VALUES (%s, %s, %s)", _bare(rows)
            )

    def close(self) -> None:
        self._connection.close()


def _rate(
    keep: Callable[[list[dict[str, Any]]], None], loads: list[list[Any]], senders: int = 1
) -> float:
    """Give the facts a second of so many threads that send one load after another."""
    began = time.perf_counter()
    if senders == 1:
        for rows in loads:
            keep(rows)
    else:
        with ThreadPoolExecutor(senders) as pool:
            list(pool.map(keep, loads))
    return sum(map(len, loads)) / (time.perf_counter() - began)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """So many loads of one size a round, sent by so many threads."""

    size: int
    count: int
    senders: int
    first_day: int


def _measure(ours: Ours, bare: Bare, course: Course) -> tuple[float, float]:
    """Give our facts a second and the peer's: medians of rounds in turns."""
    rng = Random(course.first_day)  # noqa: S311 - a workload, not a secret
    total = course.size * course.count
    own, peer = [], []
    for number in range(ROUNDS):
        first = course.first_day + number * 20
        days = range(first, first + -(-total // SUBJECTS))
        rows = [row for day in days for row in day_of_facts(day, rng)][:total]
        loads = [rows[start : start + course.size] for start in range(0, total, course.size)]
        own.append(_rate(ours.keep, loads, course.senders))
        peer.append(_rate(bare.keep, loads))
    return median(own), median(peer)


ALONE = Course(size=1, count=SINGLE, senders=1, first_day=10)
SHARED = Course(size=1, count=SINGLE, senders=SENDERS, first_day=150)
BATCHED = Course(size=BATCH, count=BATCHES, senders=1, first_day=300)


def _compare(url: str, bare: Bare, mark: str, how: str) -> None:
    """Measure one database, with the rules of the benchmark."""
    with closing(Ours(url, warnings())) as ours:
        _warm(ours, bare)
        alone, _ = _measure(ours, bare, ALONE)
        single = _measure(ours, bare, SHARED)
        batch = _measure(ours, bare, BATCHED)
        note = f"{RULES} rules a fact, {ours.fired} firings; {how}; peer evaluates nothing"
    shared = f"{SENDERS} senders share commits; one alone {alone:.0f} facts/s; {note}"
    _record(f"persist_single{mark}", single, AIM_SINGLE, shared)
    _record(f"persist_batch{mark}", batch, AIM_BATCH, note)


def _compare_past(url: str, bare: Bare) -> None:
    """Measure with a rule that no fact answers by itself, so that every window is read."""
    with closing(Ours(url, warnings(past=True))) as ours:
        _warm(ours, bare)
        batch = _measure(ours, bare, BATCHED)
    note = "one of the rules asks for a mean of 7 days: 7 facts are read for each that is kept"
    _record("persist_batch_past", batch, AIM_BATCH, note)


def _warm(ours: Ours, bare: Bare) -> None:
    for day in range(3):
        rows = day_of_facts(day, Random(day))  # noqa: S311 - a workload
        ours.keep(rows)
        bare.keep(rows)


def _record(name: str, found: tuple[float, float], aim: float, note: str) -> None:
    own, peer = found
    record(
        id=f"rules.{name}",
        value=round(own, 1),
        unit="facts/s",
        better="higher",
        aim=aim,
        peer="bare rows",
        peer_value=round(peer, 1),
        own_value=round(own, 1),
        n=ROUNDS,
        note=f"{note}; {own / peer:.2f} of the peer",
    )


def main() -> int:
    """Measure, print and record, whether or not the aims are met; 2 without PostgreSQL."""
    build = Path.cwd() / "build"
    build.mkdir(exist_ok=True)
    settle_in()
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(dir=build, prefix="bench-"))
        how = "SQLite, WAL, synchronous=FULL"
        _compare(f"sqlite:///{name}/ours.db", BareSqlite(Path(name) / "bare.db"), "", how)
        _compare_past(f"sqlite:///{name}/past.db", BareSqlite(Path(name) / "bare-past.db"))
        if POSTGRES not in os.environ:
            print(f"{POSTGRES} is not set: nothing measured on PostgreSQL", file=sys.stderr)
            return 2
        url = stack.enter_context(postgres_database())
        with closing(BarePostgres(url)) as bare:
            _compare(url, bare, "_postgres", "PostgreSQL, synchronous_commit as the server has it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
