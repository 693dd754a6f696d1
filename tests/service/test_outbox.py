"""The outbox: every piece of work is held by one at a time, and by nobody for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from service.records import MAX_ATTEMPTS

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from service.records import OutboxRow
    from tests.service.conftest import TestClock


def test_the_same_work_put_twice_is_put_once(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.outbox.put(key="verify:d1", kind="verify", payload={"deliverable_id": "d1"})
        unit.outbox.put(key="verify:d1", kind="verify", payload={"deliverable_id": "other"})
    with records.begin() as unit:
        assert unit.outbox.depth() == {"ready": 1}
        (row,) = unit.outbox.lease(limit=9, seconds=10)
    assert (row.kind, row.payload, row.attempts) == ("verify", {"deliverable_id": "d1"}, 1)


def test_rows_are_leased_in_order_and_once(records: DatabaseRecords) -> None:
    _put(records, 5)
    with records.begin() as unit:
        first = unit.outbox.lease(limit=2, seconds=10)
    with records.begin() as unit:
        second = unit.outbox.lease(limit=9, seconds=10)
        third = unit.outbox.lease(limit=9, seconds=10)
    assert [row.key for row in first + second] == ["k0", "k1", "k2", "k3", "k4"]
    assert third == ()


def test_many_who_lease_together_get_different_rows(records: DatabaseRecords) -> None:
    _put(records, 24)
    together = Barrier(4)

    def lease(_: int) -> list[str]:
        together.wait(10)
        with records.begin() as unit:
            return [row.key for row in unit.outbox.lease(limit=6, seconds=10)]

    with ThreadPoolExecutor(4) as pool:
        keys = [key for batch in pool.map(lease, range(4)) for key in batch]
    assert len(keys) == len(set(keys))
    assert set(keys) <= {f"k{number}" for number in range(24)}


@pytest.mark.postgres
def test_a_row_that_is_being_leased_is_passed_by_not_waited_for(
    postgres_url: str, clock: TestClock
) -> None:
    from service.adapters.database import DatabaseRecords  # noqa: PLC0415 - as the fixture does

    records = DatabaseRecords(postgres_url, clock=clock)
    _put(records, 2)
    with records.begin() as one, records.begin() as other:
        assert [row.key for row in one.outbox.lease(limit=1, seconds=10)] == ["k0"]
        assert [row.key for row in other.outbox.lease(limit=2, seconds=10)] == ["k1"]
    records.close()


def test_a_lease_that_ran_out_is_taken_by_another(
    records: DatabaseRecords, clock: TestClock
) -> None:
    dead = _lease_one(records)
    clock.forward(9)
    with records.begin() as unit:
        assert unit.outbox.lease(limit=1, seconds=10) == ()
    clock.forward(1)
    with records.begin() as unit:
        (row,) = unit.outbox.lease(limit=1, seconds=10)
        assert (row.id, row.attempts) == (dead.id, 2)
    with records.begin() as unit:
        # Whoever was thought dead and comes back holds nothing any more.
        unit.leases.give_back(dead)
        unit.leases.renew((dead,), seconds=100)
    clock.forward(10)
    with records.begin() as unit:
        assert [again.attempts for again in unit.outbox.lease(limit=1, seconds=10)] == [3]


def test_what_was_tried_before_stands_behind_what_was_not(
    records: DatabaseRecords, clock: TestClock
) -> None:
    _put(records, 3)
    with records.begin() as unit:
        assert [row.key for row in unit.outbox.lease(limit=1, seconds=10)] == ["k0"]
    clock.forward(10)
    with records.begin() as unit:
        leased = [row.key for _ in range(3) for row in unit.outbox.lease(limit=1, seconds=10)]
    assert leased == ["k1", "k2", "k0"]


def test_a_renewed_lease_holds_longer(records: DatabaseRecords, clock: TestClock) -> None:
    row = _lease_one(records)
    clock.forward(8)
    with records.begin() as unit:
        unit.leases.renew((row,), seconds=10)
    clock.forward(8)
    with records.read() as unit:
        assert not unit.leases.due()
    clock.forward(2)
    with records.read() as unit:
        assert unit.leases.due()


def test_finished_work_is_never_leased_again(records: DatabaseRecords, clock: TestClock) -> None:
    row = _lease_one(records)
    with records.begin() as unit:
        unit.outbox.finish(row.id)
    clock.forward(1000)
    with records.begin() as unit:
        assert unit.outbox.lease(limit=9, seconds=10) == ()
        assert unit.outbox.depth() == {"done": 1}
        assert unit.leases.take(row.id, seconds=10) is None


def test_failed_work_rests_and_comes_back_until_its_attempts_are_used_up(
    records: DatabaseRecords, clock: TestClock
) -> None:
    _put(records, 1)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with records.begin() as unit:
            (row,) = unit.outbox.lease(limit=1, seconds=10)
            assert row.attempts == attempt
            failed = unit.outbox.fail(row.id, f"error {attempt}")
        assert failed.last_error == f"error {attempt}"
        assert failed.state == ("quarantined" if attempt == MAX_ATTEMPTS else "ready")
        with records.begin() as unit:
            assert unit.outbox.lease(limit=1, seconds=10) == ()
        clock.forward(10)
    with records.begin() as unit:
        assert unit.outbox.lease(limit=1, seconds=10) == ()
        assert unit.outbox.depth() == {"quarantined": 1}


def test_work_that_is_given_back_has_not_been_tried(
    records: DatabaseRecords, clock: TestClock
) -> None:
    row = _lease_one(records)
    with records.begin() as unit:
        unit.leases.give_back(row)
        (again,) = unit.outbox.lease(limit=1, seconds=10)
        assert again.attempts == 1
        unit.leases.give_back(again, seconds=5)
        assert unit.outbox.lease(limit=1, seconds=10) == ()
    clock.forward(5)
    with records.begin() as unit:
        assert len(unit.outbox.lease(limit=1, seconds=10)) == 1


def test_announced_rows_are_not_announced_again_too_soon(
    records: DatabaseRecords, clock: TestClock
) -> None:
    _put(records, 3)
    with records.begin() as unit:
        first = unit.leases.announce(limit=2, seconds=10)
        assert unit.leases.announce(limit=2, seconds=10) == ()
        assert unit.leases.due()
        second = unit.leases.announce(limit=9, seconds=10)
        assert not unit.leases.due()
    assert len(first + second) == len(set(first + second)) == 3
    clock.forward(10)
    with records.begin() as unit:
        assert unit.leases.announce(limit=9, seconds=10) == first + second
        assert unit.outbox.depth() == {"ready": 3}


def test_an_announced_row_is_taken_once(records: DatabaseRecords, clock: TestClock) -> None:
    _put(records, 1)
    with records.begin() as unit:
        (row_id,) = unit.leases.announce(limit=9, seconds=10)
        row = unit.leases.take(row_id, seconds=10)
        assert row is not None
        assert (row.state, row.attempts) == ("leased", 1)
        assert unit.leases.take(row_id, seconds=10) is None
        assert unit.leases.announce(limit=9, seconds=10) == ()
    clock.forward(10)
    with records.begin() as unit:
        assert unit.leases.announce(limit=9, seconds=10) == (row_id,)
        taken = unit.leases.take(row_id, seconds=10)
    assert taken is not None
    assert taken.attempts == 2


def test_an_id_that_never_was_is_taken_by_nobody(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        assert unit.leases.take("nothing", seconds=10) is None


def test_the_bell_rings_after_a_commit_with_work_and_only_then(records: DatabaseRecords) -> None:
    rung: list[int] = []

    def ring() -> None:
        with records.read() as unit:
            rung.append(sum(unit.outbox.depth().values()))

    def fail_half_way() -> None:
        with records.begin() as unit:
            unit.outbox.put(key="lost", kind="x", payload={})
            raise ZeroDivisionError

    records.on_work.append(ring)
    with records.begin() as unit:
        unit.effects.claim("no work")
    assert rung == []
    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert rung == []
    _put(records, 1)
    assert rung == [1]


def _put(records: DatabaseRecords, count: int) -> None:
    with records.begin() as unit:
        for number in range(count):
            unit.outbox.put(key=f"k{number}", kind="x", payload={"n": number})


def _lease_one(records: DatabaseRecords) -> OutboxRow:
    _put(records, 1)
    with records.begin() as unit:
        (row,) = unit.outbox.lease(limit=1, seconds=10)
    return row
