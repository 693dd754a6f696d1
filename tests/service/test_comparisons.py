"""What comparers add to a report, and that two at once never miss each other."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from service.actions import comparisons
from verification import policies
from verification.pipeline import verify
from verification.terms import Terms
from verification.values import Finding, Status, Submission, Text

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Deliverable
    from verification.values import Report

POLICY = policies.load("signed-or-not")
NOBODY = cast("Any", SimpleNamespace())
SAID = Text(zh="见过", en="seen before")


def report() -> Report:
    terms = Terms(at=datetime(2026, 6, 1, tzinfo=UTC), policy=POLICY)
    return verify(Submission(data=b"Dear all,\nit works.\n", name="a.txt"), terms)


def finding(status: Status) -> Finding:
    cause = None if status is Status.PASSED else "REUSED_DELIVERABLE"
    return Finding(
        id="reuse.exact", version=1, status=status, sub_indication=cause, message=SAID, remedy=SAID
    )


@pytest.mark.parametrize(
    ("status", "verdict", "cause"),
    [
        pytest.param(Status.FAILED, Status.FAILED, "REUSED_DELIVERABLE", id="a fact fails it"),
        pytest.param(
            Status.INDETERMINATE, Status.INDETERMINATE, "REUSED_DELIVERABLE", id="a doubt opens it"
        ),
        pytest.param(Status.PASSED, Status.PASSED, None, id="a pass changes nothing"),
    ],
)
def test_the_policy_judges_again(
    records: DatabaseRecords, status: Status, verdict: Status, cause: str | None
) -> None:
    before = report()
    assert before.verdict is Status.PASSED
    with records.begin() as unit:
        after = comparisons.compare(
            NOBODY, unit, NOBODY, before, policy=POLICY, comparers=[lambda *_: [finding(status)]]
        )
    assert after.checks == (*before.checks, finding(status))
    assert (after.verdict, after.sub_indication) == (verdict, cause)


def test_a_comparer_that_finds_nothing_leaves_the_report_alone(records: DatabaseRecords) -> None:
    before = report()
    with records.begin() as unit:
        after = comparisons.compare(
            NOBODY, unit, NOBODY, before, policy=POLICY, comparers=[lambda *_: []]
        )
    assert after == before


def test_of_several_at_once_each_sees_all_before_it(records: DatabaseRecords) -> None:
    together = threading.Barrier(4)

    counts: list[int] = []

    def look(_: Ports, unit: Unit, __: Deliverable, ___: Report) -> list[Finding]:
        before = unit.outbox.depth().get("ready", 0)
        time.sleep(0.05)  # long enough for the others to look as well, if they could
        unit.outbox.put(key=f"{before}:{threading.get_ident()}", kind="seen", payload={})
        counts.append(before)
        return []

    def act(_: int) -> None:
        together.wait(10)
        with records.begin() as unit:
            comparisons.compare(NOBODY, unit, NOBODY, report(), policy=POLICY, comparers=[look])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))
    # Without turns two of them would both have found nobody there.
    assert counts == [0, 1, 2, 3]
