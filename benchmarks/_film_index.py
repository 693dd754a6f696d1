"""How long a film is looked up among made-up ones that hold so many key frames.

A tenth of a made-up film's words are drawn as they stand on the films given, which are of few
places; the others lie evenly. The peer holds every point of the film against every one that is
kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from benchmarks._seen_index import in_bulk, insert_words
from benchmarks.uploads import POSTGRES, postgres_database
from service import migrations
from service.actions.reuse_films import FEWEST_VOTES, MOST_COMPARED
from service.adapters.database import DatabaseRecords
from service.adapters.database.tables import DELIVERABLES, SEEN_FILM_WORDS, SEEN_FILMS
from service.records import DeliverableState
from tests.service.people import deliverable, settle_in
from verification.films.forms import MOST_VIEWS
from verification.fingerprints import words
from verification.fingerprints.films import asked_words, kept_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.fingerprints.films import OpenedFilm

LOOKS, AT_ONCE = 15, 500
#: Share of the words that crowd.
CROWDED = 0.1
#: Points of a frame whose words are kept, and frames that the peer goes through.
_KEPT, _SAMPLE = 24, 2_000


def look_up(films: Sequence[OpenedFilm], frames: int) -> None:
    """Print how long the last film takes on each database, and the peer."""
    *others, asked = films
    kept = [np.array(kept_words(one), np.int64) for one in others]
    with tempfile.TemporaryDirectory() as folder:
        _time("SQLite", f"sqlite:///{folder}/seen.db", kept, asked, frames)
    if POSTGRES in os.environ:
        with postgres_database() as url:
            _time("PostgreSQL", url, kept, asked, frames)
    else:
        sys.stdout.write(f"{POSTGRES} is not set: PostgreSQL not measured\n")
    _every_point(asked, frames)


def _time(  # noqa: PLR0917 - one call each
    name: str, url: str, kept: Sequence[NDArray[np.int64]], asked: OpenedFilm, frames: int
) -> None:
    migrations.upgrade(url)
    records = DatabaseRecords(url)
    new = replace(deliverable("new"), requirement_id="other", sha256="f" * 64)
    times, found = [], 0
    try:
        _fill(records, kept, frames // MOST_VIEWS)
        _vacuum(url)
        sought = asked_words(asked)
        for _ in range(LOOKS):
            began = time.perf_counter()
            with records.read() as unit:
                likely = unit.seen_films.like(sought, new, fewest=FEWEST_VOTES, most=MOST_COMPARED)
            times.append(time.perf_counter() - began)
            found = len(likely)
    finally:
        records.close()
    middle, worst = 1e3 * float(np.median(times)), 1e3 * max(times)
    sys.stdout.write(
        f"look-up of {len(sought)} words in {frames:,} key frames, {name}: median {middle:.1f} ms, "
        f"worst {worst:.1f} ms, {found} films to compare\n"
    )
    sys.stdout.flush()


def _fill(records: DatabaseRecords, kept: Sequence[NDArray[np.int64]], films: int) -> None:
    chance = np.random.default_rng(3)
    pool = np.concatenate(kept)
    count = int(np.mean([len(one) for one in kept]))
    crowd = round(count * CROWDED)
    with records.begin() as unit:
        settle_in(unit)
        for number in range(films):
            row = replace(
                deliverable(f"d{number}"), sha256=f"{number:064}", state=DeliverableState.JUDGED
            )
            unit.deliverables.add(row)
    blank = {"width": 1, "height": 1, "times": b"", "smalls": b"", "points": b""}
    pairs: list[NDArray[np.int64]] = []
    for seq in range(films):
        even = chance.integers(0, words.SETS << words.BITS, count - crowd)
        both = np.unique(np.concatenate([pool[chance.integers(0, pool.size, crowd)], even]))
        pairs.append(np.column_stack([both, np.full(len(both), seq)]))
    with in_bulk(records) as connection:
        for start in range(0, films, AT_ONCE):
            many = range(start, min(films, start + AT_ONCE))
            rows = [{"seq": seq, "deliverable_id": f"d{seq}", **blank} for seq in many]
            connection.execute(sa.insert(SEEN_FILMS), rows)
            insert_words(
                connection, SEEN_FILM_WORDS, np.concatenate(pairs[start : start + AT_ONCE])
            )
    with in_bulk(records) as connection:
        for table in (SEEN_FILM_WORDS, SEEN_FILMS, DELIVERABLES):
            connection.execute(sa.text(f"ANALYZE {table.name}"))


def _vacuum(url: str) -> None:
    """Do what autovacuum does for a table that grew by a fifth; unvacuumed a look takes thrice."""
    if url.startswith("postgresql"):
        import psycopg  # noqa: PLC0415 - only where there is a server

        server = url.replace("postgresql+psycopg:", "postgresql:")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"VACUUM {SEEN_FILM_WORDS.name}".encode())


def _every_point(asked: OpenedFilm, frames: int) -> None:
    chance = np.random.default_rng(4)
    kept = chance.integers(0, 1 << 63, (_SAMPLE * _KEPT, 4), np.uint64)
    mine = asked.descriptions.copy().view(np.uint64)
    began = time.process_time()
    for point in mine:
        np.bitwise_count(kept ^ point).sum(axis=1, dtype=np.uint16).min()
    taken = (time.process_time() - began) * frames / _SAMPLE
    sys.stdout.write(
        f"every one of {len(mine)} points against all of {frames:,} key frames: {taken:.1f} s of "
        f"CPU (measured on {_SAMPLE:,})\n"
    )
