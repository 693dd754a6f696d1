"""How long a page is looked up among 100,000: words crowd as those of real pages do.

Half of a made-up page's words are drawn as they stand on the pages given, so that the commonest
one is on a fifth of all; the others lie evenly. The page looked up is one of those given.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from benchmarks.uploads import POSTGRES, postgres_database
from service import migrations
from service.adapters.database import DatabaseRecords
from service.adapters.database.tables import DELIVERABLES, SEEN_PAGES, SEEN_WORDS
from service.records import DeliverableState
from tests.service.people import deliverable, settle_in
from verification.fingerprints import words
from verification.fingerprints.likeness import compared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from verification.fingerprints.pages import Opened

AT_ONCE, LOOKS = 5_000, 15
#: Of one deliverable.
PAGES = 10
#: A row as PostgreSQL's binary COPY reads it, and what stands before and after all rows.
_COPIED = np.dtype(
    [("fields", ">i2"), ("long", ">i4"), ("word", ">i8"), ("wide", ">i4"), ("seq", ">i8")]
)
_BEFORE, _AFTER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
#: Of a seq, in one number with its word.
_SEQ_BITS = 32


def look_up(pages: Sequence[Opened], indexed: int) -> None:
    """Print how long the last page takes against so many on each database, then 12 pairs."""
    *others, asked = pages
    kept = np.concatenate([words.words(one, words.KEPT) for one in others])
    with tempfile.TemporaryDirectory() as folder:
        _time("SQLite", f"sqlite:///{folder}/seen.db", kept, asked, indexed)
    if POSTGRES in os.environ:
        with postgres_database() as url:
            _time("PostgreSQL", url, kept, asked, indexed)
    else:
        sys.stdout.write(f"{POSTGRES} is not set: PostgreSQL not measured\n")
    began = time.process_time()
    list(compared(asked, [asked] * 12))
    sys.stdout.write(f"12 pairs: {1e3 * (time.process_time() - began):.0f} ms of CPU\n")


def _time(  # noqa: PLR0917 - one call each
    name: str, url: str, kept: NDArray[np.int64], asked: Opened, indexed: int
) -> None:
    migrations.upgrade(url)
    records = DatabaseRecords(url)
    new = replace(deliverable("new"), requirement_id="other", sha256="f" * 64)
    times, found = [], 0
    try:
        _fill(records, kept, indexed)
        sought = words.asked(asked)
        for _ in range(LOOKS):
            began = time.perf_counter()
            with records.read() as unit:
                found = len(unit.seen_pages.like(sought, new, fewest=4, most=12))
            times.append(time.perf_counter() - began)
    finally:
        records.close()
    middle, worst = 1e3 * float(np.median(times)), 1e3 * max(times)
    sys.stdout.write(
        f"look-up in {indexed:,} pages, {name}: median {middle:.1f} ms, worst {worst:.1f} ms, "
        f"{found} pages to compare\n"
    )
    sys.stdout.flush()


def _fill(records: DatabaseRecords, kept: NDArray[np.int64], indexed: int) -> None:
    chance = np.random.default_rng(3)
    with records.begin() as unit:
        settle_in(unit)
        for number in range(-(-indexed // PAGES)):
            row = replace(
                deliverable(f"d{number}"), sha256=f"{number:064}", state=DeliverableState.JUDGED
            )
            unit.deliverables.add(row)
    for start in range(0, indexed, AT_ONCE):
        many = range(start, min(indexed, start + AT_ONCE))
        with in_bulk(records) as connection:
            connection.execute(sa.insert(SEEN_PAGES), [_page(seq) for seq in many])
            insert_words(connection, SEEN_WORDS, _rows(chance, kept, many))
    with in_bulk(records) as connection:
        for table in (SEEN_WORDS, SEEN_PAGES, DELIVERABLES):
            connection.execute(sa.text(f"ANALYZE {table.name}"))


def insert_words(connection: sa.Connection, index: sa.Table, pairs: NDArray[np.int64]) -> None:
    """Insert words in bulk, as fast as each driver can."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        rows = map(tuple, pairs.tolist())
        driver.executemany(f"INSERT INTO {index.name} VALUES (?, ?)", rows)  # noqa: S608
        return
    table = np.empty(len(pairs), _COPIED)
    table["fields"], table["long"], table["wide"] = 2, 8, 8
    table["word"], table["seq"] = pairs.T
    with driver.cursor().copy(f"COPY {index.name} FROM STDIN (FORMAT binary)") as copy:
        copy.write(_BEFORE + table.tobytes() + _AFTER)


@contextmanager
def in_bulk(records: DatabaseRecords) -> Iterator[sa.Connection]:
    with records.begin() as unit:
        yield unit._scope.connection  # noqa: SLF001 - in bulk


def _page(seq: int) -> dict[str, Any]:
    blank = {"width": 1.0, "height": 1.0, "small_width": 1, "small_height": 1}
    return {
        **blank,
        "seq": seq,
        "deliverable_id": f"d{seq // PAGES}",
        "page": seq % PAGES + 1,
        "points": b"",
        "small": b"",
    }


def _rows(chance: Generator, kept: NDArray[np.int64], many: range) -> NDArray[np.int64]:
    """Give rows of word and seq, ascending, each once."""
    count = words.SETS * words.KEPT
    drawn = kept[chance.integers(0, kept.size, (len(many), count // 2))]
    sets = np.repeat(np.arange(words.SETS) << words.BITS, words.KEPT // 2)
    even = chance.integers(0, 1 << words.BITS, (len(many), len(sets))) + sets
    table = np.concatenate([drawn, even], axis=1)
    both = np.unique((table << _SEQ_BITS) + np.asarray(many)[:, None])
    return np.column_stack([both >> _SEQ_BITS, both & ((1 << _SEQ_BITS) - 1)])
