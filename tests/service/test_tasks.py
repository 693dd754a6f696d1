"""What counts as an attempt at a piece of work, and what is nobody's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service import tasks
from service.errors import FileLost, StaleVersion, Unavailable
from tests.service.laboratory import ports_of, put
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.adapters.database import DatabaseRecords
    from service.ports import Ports
    from tests.service.conftest import TestClock

WORDS = Text(zh="测试", en="a test")


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        pytest.param(Unavailable(WORDS), 0, id="a database that does not answer: no attempt"),
        pytest.param(StaleVersion(WORDS), 0, id="a row that everybody changes: no attempt"),
        pytest.param(FileLost(WORDS), 1, id="a file that is gone: an attempt"),
        pytest.param(ValueError("?"), 1, id="a fault of ours: an attempt"),
    ],
)
def test_only_what_is_the_works_own_fault_counts(
    records: DatabaseRecords, clock: TestClock, error: Exception, attempts: int
) -> None:
    def fail(ports: Ports, payload: Mapping[str, Any]) -> None:
        del ports, payload
        raise error

    def give_up(ports: Ports, payload: Mapping[str, Any], last: str) -> None:
        del ports, payload
        raise AssertionError(last)

    put(records, 1)
    with records.begin() as unit:
        (row,) = unit.outbox.lease(limit=1, seconds=10)
    tasks.run(ports_of(records), row, tasks={"note": tasks.Task(do=fail, give_up=give_up)})
    with records.begin() as unit:
        assert unit.outbox.lease(limit=1, seconds=10) == ()
    clock.forward(tasks.OUTAGE_REST_S)
    with records.begin() as unit:
        (again,) = unit.outbox.lease(limit=1, seconds=10)
    assert again.attempts == attempts + 1
