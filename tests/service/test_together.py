"""Work that shares a transaction with that of other threads: each has its own result."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from service.errors import AlreadyThere, Invalid
from service.records import AuditDraft, Reply
from tests.service.people import person
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from service.adapters.database import DatabaseRecords
    from service.ports.records import Unit

AT_ONCE = 12
WAIT_S = 20
REFUSED = Invalid(Text(zh="不行。", en="No."))


def test_each_gets_its_own_result_and_all_is_committed(records: DatabaseRecords) -> None:
    ends = [end.result() for end in _at_once(records, [_enter(n) for n in range(AT_ONCE)])]
    assert ends == list(range(AT_ONCE))
    assert _kept(records) == {f"o{n}" for n in range(AT_ONCE)}


def test_the_chain_holds_through_a_shared_transaction(records: DatabaseRecords) -> None:
    _at_once(records, [_enter(n) for n in range(AT_ONCE)])
    with records.read() as unit:
        assert unit.audit.verify() == ()
        assert [entry.seq for entry in unit.audit.entries()] == list(range(1, AT_ONCE + 1))


def test_who_fails_keeps_nothing_and_spoils_nobody_elses(records: DatabaseRecords) -> None:
    ends = _at_once(records, [_enter(n, fails=n % 4 == 1) for n in range(AT_ONCE)])
    failed = [n for n, end in enumerate(ends) if end.exception() is not None]
    assert failed == [1, 5, 9]
    assert all(isinstance(ends[n].exception(), Invalid) for n in failed)
    assert _kept(records) == {f"o{n}" for n in range(AT_ONCE) if n not in failed}
    with records.read() as unit:
        assert unit.audit.verify() == ()


def test_who_puts_what_is_there_already_is_refused_and_the_others_are_kept(
    records: DatabaseRecords,
) -> None:
    """Rows are inserted at the end, with everybody's: one that is taken spoils nobody else's."""
    ends = _at_once(records, [_reply(n, key="same" if n < 3 else f"k{n}") for n in range(AT_ONCE)])
    failed = [end.exception() for end in ends if end.exception() is not None]
    assert [type(error) for error in failed] == [AlreadyThere, AlreadyThere]
    assert len(_kept(records)) == AT_ONCE - 2


def test_a_piece_reads_what_it_put(records: DatabaseRecords) -> None:
    def put_and_read(unit: Unit) -> str | None:
        unit.people.add(person("p1"))
        found = unit.people.get("p1")
        return found.name if found else None

    assert records.together(put_and_read) == person("p1").name


def test_a_glance_sees_what_is_committed_and_writes_nothing(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        unit.people.add(person("p1"))
    assert [found.id for found in records.glance(lambda unit: unit.people.find())] == ["p1"]
    with pytest.raises(DBAPIError, match=r"read-?only"):
        records.glance(lambda unit: unit.people.add(person("p2")))
    assert records.glance(lambda unit: unit.people.get("p2")) is None


def test_nobody_is_answered_before_the_commit(records: DatabaseRecords) -> None:
    """Whatever another transaction sees after the answer holds it."""

    def check(n: int) -> bool:
        records.together(_enter(n))
        return f"o{n}" in _kept(records)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert all(pool.map(check, range(AT_ONCE)))


def test_the_bell_rings_for_work_that_was_put_together(records: DatabaseRecords) -> None:
    rung: list[int] = []
    records.on_work.append(lambda: rung.append(1))
    records.together(lambda unit: unit.outbox.put(key="k", kind="x", payload={}))
    assert rung == [1]


def test_after_a_failure_the_next_one_leads(records: DatabaseRecords) -> None:
    with pytest.raises(Invalid):
        records.together(_enter(1, fails=True))
    assert records.together(_enter(2)) == 2
    assert _kept(records) == {"o2"}


def test_what_ends_a_thread_ends_its_own_and_leaves_nobody_waiting(
    records: DatabaseRecords,
) -> None:

    def end(unit: Unit) -> int:
        del unit
        raise SystemExit

    ends = _at_once(records, [_enter(0), _enter(1, fails=True), end, _enter(3)])
    assert [type(end.exception()) for end in ends] == [type(None), Invalid, SystemExit, type(None)]
    assert _kept(records) == {"o0", "o3"}
    assert records.together(_enter(4)) == 4


def test_threads_that_wait_while_another_writes_share_one_commit(
    records: DatabaseRecords,
) -> None:
    """What gathers behind a transaction is done in the next one: they see one time."""
    began, go_on = threading.Event(), threading.Event()

    def hold(unit: Unit) -> None:
        del unit
        began.set()
        assert go_on.wait(WAIT_S)

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        first = pool.submit(records.together, hold)
        assert began.wait(WAIT_S)
        others = [pool.submit(records.together, _unit_of) for _ in range(AT_ONCE)]
        waiting = records._mine().together._waiting  # noqa: SLF001 - nobody else can tell
        while len(waiting) < AT_ONCE:
            pass
        go_on.set()
        first.result()
        assert len({end.result() for end in others}) == 1


def _unit_of(unit: Unit) -> int:
    return id(unit.audit._scope)  # type: ignore[attr-defined] # noqa: SLF001 - one a transaction


def _enter(n: int, *, fails: bool = False) -> Callable[[Unit], int]:
    def act(unit: Unit) -> int:
        draft = AuditDraft(action="x", object_kind="x", object_id=f"o{n}", after={"n": n})
        unit.audit.append(draft, actor="a")
        unit.effects.claim(f"k{n}")
        if fails:
            raise REFUSED
        return n

    return act


def _at_once(records: DatabaseRecords, acts: list[Callable[[Unit], int]]) -> list[Future[int]]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [pool.submit(records.together, act) for act in acts]


def _kept(records: DatabaseRecords) -> set[str]:
    with records.read() as unit:
        return {entry.object_id for entry in unit.audit.entries()}


def _reply(n: int, *, key: str) -> Callable[[Unit], int]:
    def act(unit: Unit) -> int:
        draft = AuditDraft(action="x", object_kind="x", object_id=f"o{n}", after={"n": n})
        unit.audit.append(draft, actor="a")
        unit.replies.add(
            Reply(
                id=key,
                request_hash=str(n),
                status=201,
                body="{}",
                headers={},
                created_at=unit.now(),
            )
        )
        return n

    return act
