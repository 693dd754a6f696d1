"""Records under many threads and processes: nothing lost, nobody starved, forks safe."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import RFC_4122, UUID

import pytest

from service.adapters.database.turns import Turns
from service.adapters.ids import TimeSortedIds
from service.errors import StaleVersion, Unavailable
from service.records import AuditDraft
from tests.service.people import person

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords


def test_the_chain_holds_when_many_threads_append(records: DatabaseRecords) -> None:
    def append(number: int) -> None:
        with records.begin() as unit:
            for part in range(2):
                draft = AuditDraft(
                    action="a", object_kind="o", object_id=f"{number}.{part}", after={"n": number}
                )
                unit.audit.append(draft, actor="p1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))
    with records.read() as unit:
        entries = unit.audit.entries()
        assert unit.audit.verify() == ()
    assert [entry.seq for entry in entries] == list(range(1, 81))
    # What one transaction appended stays together.
    assert all(a.after == b.after for a, b in zip(entries[::2], entries[1::2], strict=True))


def test_of_two_who_change_one_row_the_slower_is_told(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.people.add(person("p1"))
    together = threading.Barrier(4)

    def rename(name: str) -> bool:
        with records.read() as unit:
            seen = unit.people.get("p1")
        assert seen is not None
        together.wait(10)
        try:
            with records.begin() as unit:
                unit.people.replace(replace(seen, name=name))
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(rename, "abcd"))
    assert won.count(True) == 1
    with records.read() as unit:
        row = unit.people.get("p1")
    assert row is not None
    assert row.version == 2


def test_an_effect_is_claimed_by_one_of_many(records: DatabaseRecords) -> None:
    def claim(_: int) -> bool:
        with records.begin() as unit:
            return unit.effects.claim("once")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(claim, range(16))).count(True) == 1


def test_a_forked_child_has_connections_of_its_own(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.people.add(person("p1"))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with records.begin() as unit:
                unit.people.add(person("p2"))
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    with records.begin() as unit:
        unit.people.add(person("p3"))
        assert len(unit.people.find()) == 3


def test_a_turn_inside_a_turn_is_a_fault_not_a_hang() -> None:
    turns = Turns(patience_s=10)
    with turns, pytest.raises(RuntimeError), turns:
        pass
    with turns:
        pass


def test_turns_are_taken_in_the_order_of_asking() -> None:
    turns = Turns(patience_s=10)
    order: list[int] = []
    threads = []

    def take(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        for number in range(6):
            thread = threading.Thread(target=take, args=(number,))
            thread.start()
            _wait_for_queue(turns, number + 1)
            threads.append(thread)
    for thread in threads:
        thread.join(10)
    assert order == list(range(6))


def test_who_goes_first_waits_for_nobody_but_the_one_who_writes_and_those_like_him() -> None:
    turns = Turns(patience_s=10)
    order: list[str] = []
    threads = []

    def take(name: str) -> None:
        with turns.first() if name.startswith("decision") else turns:
            order.append(name)

    with turns:
        for place, name in enumerate(("a", "b", "decision 1", "c", "decision 2")):
            thread = threading.Thread(target=take, args=(name,))
            thread.start()
            _wait_for_queue(turns, place + 1)
            threads.append(thread)
    for thread in threads:
        thread.join(10)
    assert order == ["decision 1", "decision 2", "a", "b", "c"]


def test_whoever_waits_too_long_is_told_and_leaves_the_queue() -> None:
    turns = Turns(patience_s=0.01)
    told: list[bool] = []

    def wait_in_vain() -> None:
        try:
            with turns:
                told.append(False)
        except Unavailable:
            told.append(True)

    with turns:
        thread = threading.Thread(target=wait_in_vain)
        thread.start()
        thread.join(10)
    assert told == [True]
    with turns:
        pass


def test_ids_rise_however_many_threads_ask() -> None:
    new_id = TimeSortedIds()
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: [new_id() for _ in range(500)], range(4)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({row_id for batch in batches for row_id in batch}) == 2000
    assert all(row_id[14] == "7" and row_id[19] in "89ab" for row_id in batches[0])


def test_ids_given_together_lie_between_those_before_and_after() -> None:
    new_id = TimeSortedIds()
    ids = [new_id(), *new_id.several(500), *new_id.several(0), *new_id.several(1), new_id()]
    assert ids == sorted(set(ids))
    assert len(ids) == 503
    assert all(UUID(one).version == 7 and UUID(one).variant == RFC_4122 for one in ids)


def _wait_for_queue(turns: Turns, length: int) -> None:
    while turns.waiting < length:
        threading.Event().wait(0.001)
