"""Records while PostgreSQL cuts connections, locks and deadlocks: told in words, nothing kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from service.adapters.database import DatabaseRecords
from service.adapters.database.engine import connect
from service.errors import Unavailable
from tests.service.people import person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.ports.records import Unit

pytestmark = pytest.mark.postgres


@pytest.fixture
def records(postgres_url: str) -> Iterator[DatabaseRecords]:
    records = DatabaseRecords(postgres_url)
    yield records
    records.close()


def test_connections_that_were_cut_are_made_again(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.effects.claim("before")
    _cut_all(records)
    with records.begin() as unit:
        assert not unit.effects.claim("before")
    with records.read() as unit:
        assert unit.people.find() == ()


def test_all_connections_of_the_pool_may_be_cut_at_once(records: DatabaseRecords) -> None:
    with ExitStack() as together:
        for _ in range(5):
            together.enter_context(records.read())
    _cut_all(records)
    for key in ("a", "b"):
        with records.begin() as unit:
            assert unit.effects.claim(key)


def test_a_reading_transaction_sees_one_state_and_writes_nothing(
    records: DatabaseRecords,
) -> None:
    with records.read() as before:
        assert before.people.find() == ()
        with records.begin() as unit:
            unit.people.add(person("p1"))
        assert before.people.find() == ()
    with pytest.raises(sa.exc.DBAPIError, match="read-only"), records.read() as unit:
        unit.effects.claim("x")


def test_a_glance_writes_nothing_and_outlives_cut_connections(records: DatabaseRecords) -> None:
    def write(unit: Unit) -> None:
        unit.people.add(person("p1"))

    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        records.glance(write)
    with ExitStack() as together:
        for _ in range(3):
            together.enter_context(records._mine().glances.engine.connect())  # noqa: SLF001 - fills the pool
    _cut_all(records)
    assert records.glance(lambda unit: unit.people.find()) == ()


def test_what_is_done_together_outlives_cut_connections(records: DatabaseRecords) -> None:
    assert records.together(lambda unit: unit.effects.claim("before"))
    _cut_all(records)
    assert not records.together(lambda unit: unit.effects.claim("before"))

    def cut(unit: Unit) -> None:
        unit.effects.claim("half")
        _cut_all(records)
        unit.effects.claim("other half")

    with pytest.raises(Unavailable):
        records.together(cut)
    assert records.together(lambda unit: unit.effects.claim("half"))


def test_a_transaction_that_is_cut_off_keeps_nothing(records: DatabaseRecords) -> None:
    def write_while_cut() -> None:
        with records.begin() as unit:
            unit.effects.claim("half")
            _cut_all(records)
            unit.effects.claim("other half")

    with pytest.raises(Unavailable):
        write_while_cut()
    with records.begin() as unit:
        assert unit.effects.claim("half")


def test_of_two_in_a_deadlock_one_is_told_and_the_other_goes_on(records: DatabaseRecords) -> None:
    first, second = person("p1"), person("p2")
    with records.begin() as unit:
        unit.people.add(first)
        unit.people.add(second)
    together = threading.Barrier(2)

    def change_both(one_and_other: tuple[str, str]) -> bool:
        rows = {"p1": first, "p2": second}
        try:
            with records.begin() as unit:
                unit.people.replace(replace(rows[one_and_other[0]], name="x"))
                together.wait(20)
                unit.people.replace(replace(rows[one_and_other[1]], name="x"))
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(change_both, [("p1", "p2"), ("p2", "p1")]))
    assert sorted(ended) == [False, True]
    with records.read() as unit:
        assert [row.version for row in unit.people.find()] == [2, 2]


def _cut_all(records: DatabaseRecords) -> None:
    engine = connect(records.url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    engine.dispose()
