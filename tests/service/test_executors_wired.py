"""The dispatcher as the server wires it: settings in, work done, everything stopped again."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from service import payment_records, rule_actions, tasks
from service.actions import deliverables
from service.adapters.celery_app import CeleryExecutor
from service.adapters.clock import system_clock
from service.adapters.database import open_records
from service.adapters.evidence_key import KeptEvidenceKey
from service.adapters.rule_book import FolderRules
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.adapters.thread_pool import ThreadPool
from service.dispatcher import KEEP_REPLIES, dispatching, open_executor, work
from service.errors import Invalid
from service.ports import Ports
from service.records import DeliverableState, Reply, ReviewState
from service.settings import Settings, load
from tests.service.laboratory import depth, wait_until
from tests.service.people import customer, deliverable, person, requirement, stage
from verification.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.adapters.database import DatabaseRecords
    from service.ports.verifier import Verifier


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    found = load({"COUNTERMARK_DATA": str(tmp_path / "data")})
    return replace(found, database_url=database_url)


@pytest.fixture
def live(settings: Settings) -> Iterator[DatabaseRecords]:
    records = open_records(settings)
    yield records
    records.close()


@pytest.fixture
def ports(settings: Settings, live: DatabaseRecords) -> Ports:
    """Ports without a sandbox: what is tested here never reaches a verdict."""
    return Ports(
        records=live,
        storage=open_storage(settings),
        verifier=cast("Verifier", None),
        clock=system_clock,
        anchors=(),
        limits=Limits(),
        rules=FolderRules(None, clock=system_clock),
        evidence_key=KeptEvidenceKey(settings),
        tariffs=KeptTariffs(settings, open_storage(settings)),
    )


def test_a_deliverable_whose_file_is_lost_ends_in_the_review_queue(
    settings: Settings, ports: Ports, live: DatabaseRecords
) -> None:
    with live.begin() as unit:
        unit.people.add(person("p1"))
        unit.customers.add(customer("c1", "p1"))
        unit.stages.add(replace(stage("s1", "c1"), key="tech_eval"))
        unit.requirements.add(requirement("r1", "c1", "s1"))
        unit.deliverables.add(deliverable("d1"))
        unit.outbox.put(key="verify:d1", kind=deliverables.VERIFY, payload={"deliverable_id": "d1"})
    with dispatching(settings, ports):
        wait_until(lambda: depth(live) == {"quarantined": 1})
    with live.read() as unit:
        row = unit.deliverables.get("d1")
        reviews = unit.reviews.find({"deliverable_id": "d1"})
        assert unit.audit.verify() == ()
    assert row is not None
    assert row.state is DeliverableState.QUARANTINED
    assert [(review.state, review.cause) for review in reviews] == [
        (ReviewState.WAITING, "QUARANTINED")
    ]


def test_old_replies_are_forgotten_and_young_ones_kept(
    settings: Settings, ports: Ports, live: DatabaseRecords
) -> None:
    now = system_clock()
    young = Reply(id="young", request_hash="h", status=200, body="", headers={}, created_at=now)
    old = replace(young, id="old", created_at=now - KEEP_REPLIES)
    with live.begin() as unit:
        unit.replies.add(young)
        unit.replies.add(old)
    with dispatching(settings, ports):
        wait_until(lambda: _reply(live, "old") is None)
    assert _reply(live, "young") == young


def test_after_stopping_no_thread_is_left(settings: Settings, ports: Ports) -> None:
    before = set(threading.enumerate())
    with dispatching(settings, ports):
        assert len(ports.records.on_work) == 1
    assert ports.records.on_work == []
    assert set(threading.enumerate()) <= before


def test_the_broker_decides_who_carries_out_the_work(settings: Settings, ports: Ports) -> None:
    here = open_executor(settings, ports, on_free=lambda: None)
    assert isinstance(here, ThreadPool)
    here.close(grace_s=0)
    there = replace(settings, broker_url="amqp://guest:guest@127.0.0.1:1//", queue="north")
    elsewhere = open_executor(there, ports, on_free=lambda: None)
    assert isinstance(elsewhere, CeleryExecutor)
    assert elsewhere.queue == "north"
    elsewhere.close(grace_s=0)


def test_a_worker_without_a_broker_is_told_what_to_do(settings: Settings, ports: Ports) -> None:
    with pytest.raises(Invalid, match="COUNTERMARK_BROKER_URL"):
        work(settings, ports)


def test_every_task_has_a_name_that_actions_use() -> None:
    assert set(tasks.TASKS) == {deliverables.VERIFY, rule_actions.ACT, payment_records.REPRODUCE}


def _reply(records: DatabaseRecords, row_id: str) -> Reply | None:
    with records.read() as unit:
        return unit.replies.get(row_id)
