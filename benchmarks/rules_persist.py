"""Facts evaluated and kept, one by one and in batches of 1,000, on SQLite (about a minute).

One by one, eight threads send one fact each and wait for its commit, as eight connections of the
server would; those that wait at the same time share a commit. What a single sender gets is told
in the note.

Two hundred warnings look at each fact: thresholds of nine figures, one in ten of them over two days
running. Each fact is checked, its subject's window read, enriched, asked, and kept in one
transaction with changed states, firings, the orders of their actions and the audit entry, by the
same functions and settings as the service's (WAL, synchronous=FULL). The peer keeps the same
facts as bare rows with the same durability, in turns on the same disk: one row a transaction, then
1,000. It evaluates nothing.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from benchmarks.promise import record
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
from service.server import SWITCH_S

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


def warnings() -> RuleSet:
    """Give 200 warnings, of which about one in fifty facts makes one begin."""
    rules = tuple(_warning(number) for number in range(RULES))
    return rule_set((KIND,), rules, (lower(KIND, rules),))


def _warning(number: int) -> WarningRule:
    running = number % 10 == 0
    limit = 0.003 if running else (number + 1) * 0.0001 / RULES
    text = f"< {limit:.6f}" + (" for 2 consecutive days" if running else "")
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

    def __init__(self) -> None:
        known = warnings()
        evaluator = Evaluator(known, executors.default(known))
        self._in_force = in_force(known, evaluator, files={}, since=system_clock())

    @contextmanager
    def using(self) -> Iterator[InForce]:
        yield self._in_force


class Ours:
    """The service's own way from rows to the disk."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/ours.db"
        migrations.upgrade(url)
        self.records = DatabaseRecords(url)
        self.ports = cast(
            "Ports", SimpleNamespace(records=self.records, rules=Book(), clock=system_clock)
        )
        self.fired = 0

    def keep(self, rows: list[dict[str, Any]]) -> None:
        receipt = facts.submit(self.ports, ACTOR, Batch(kind=KIND.name, rows=rows))
        assert receipt.count(Fate.ACCEPTED) == len(rows)
        self.fired += len(receipt.firings)


class Bare:
    """Rows inserted with the same durability, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(
            "CREATE TABLE facts (id INTEGER PRIMARY KEY, subject TEXT, period TEXT, value TEXT)"
        )

    def keep(self, rows: list[dict[str, Any]]) -> None:
        values = [(row["subject"], row["period"], json.dumps(row["values"])) for row in rows]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT INTO facts (subject, period, value) VALUES (?, ?, ?)", values
        )
        self._connection.execute("COMMIT")


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


def main() -> int:
    """Measure, print and record; 0 whether or not the aims are met."""
    build = Path.cwd() / "build"
    build.mkdir(exist_ok=True)
    # A server hands the interpreter on as often: see `service.server.SWITCH_S`.
    sys.setswitchinterval(SWITCH_S)
    with tempfile.TemporaryDirectory(dir=build, prefix="bench-") as name:
        ours, bare = Ours(Path(name)), Bare(Path(name))
        for day in range(3):
            rows = day_of_facts(day, Random(day))  # noqa: S311 - a workload
            ours.keep(rows)
            bare.keep(rows)
        alone, _ = _measure(ours, bare, Course(size=1, count=SINGLE, senders=1, first_day=10))
        single = _measure(ours, bare, Course(size=1, count=SINGLE, senders=SENDERS, first_day=150))
        batch = _measure(ours, bare, Course(size=BATCH, count=BATCHES, senders=1, first_day=300))
        fired = ours.fired
        ours.records.close()
    note = f"{RULES} rules a fact, {fired} firings; WAL, synchronous=FULL; peer evaluates nothing"
    notes = {
        "single": f"{SENDERS} senders share commits; one alone {alone:.0f} facts/s; {note}",
        "batch": note,
    }
    for word, (own, peer), aim in (("single", single, AIM_SINGLE), ("batch", batch, AIM_BATCH)):
        record(
            id=f"rules.persist_{word}",
            value=round(own, 1),
            unit="facts/s",
            better="higher",
            aim=aim,
            peer="bare sqlite3 rows",
            peer_value=round(peer, 1),
            own_value=round(own, 1),
            n=ROUNDS,
            note=f"{notes[word]}; {own / peer:.2f} of the peer",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
