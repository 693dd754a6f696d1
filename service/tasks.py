"""The work on the outbox, by kind: the same functions for threads and for workers.

Each is done at least once and changes nothing when repeated.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service import rule_actions
from service.actions import deliverables
from service.errors import StaleVersion, Unavailable
from service.payment_records import REPRODUCE
from service.records import MAX_ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.ports import Ports
    from service.records import OutboxRow

LOG = logging.getLogger("countermark.service")

#: What changed a row under our hands is soon done: so often, and so long, we begin again.
COLLISIONS, COLLISION_REST_S = 8, 0.05
#: A database or store that does not answer, or one row that everybody changes: nobody's fault, so
#: no attempt is counted.
OUTAGE_REST_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How one kind of work is done, and what follows when every attempt came to nothing."""

    do: Callable[[Ports, Mapping[str, Any]], None]
    #: Gets the last error. Runs again if the process dies in between.
    give_up: Callable[[Ports, Mapping[str, Any], str], None]


def _verify(ports: Ports, payload: Mapping[str, Any]) -> None:
    deliverables.verify(ports, payload["deliverable_id"])


def _quarantine(ports: Ports, payload: Mapping[str, Any], error: str) -> None:
    deliverables.quarantine(ports, payload["deliverable_id"], error)


def _reproduce(ports: Ports, payload: Mapping[str, Any]) -> None:
    from service.actions import reproducing  # noqa: PLC0415 - numpy, LightGBM

    reproducing.check(ports, payload["payment_id"])


def _not_reproduced(ports: Ports, payload: Mapping[str, Any], error: str) -> None:
    """Tell the log; the row stays in quarantine, and what was paid stays as it is.

    Nothing goes into the audit trail: an entry with the row as it is now would vouch for it.
    """
    del ports
    LOG.error("payments.not_reproduced id=%s error=%s", payload["payment_id"], error)


TASKS: Mapping[str, Task] = {
    deliverables.VERIFY: Task(do=_verify, give_up=_quarantine),
    REPRODUCE: Task(do=_reproduce, give_up=_not_reproduced),
    rule_actions.ACT: Task(do=rule_actions.carry_out, give_up=rule_actions.give_up),
}


def run(ports: Ports, row: OutboxRow, *, tasks: Mapping[str, Task] = TASKS) -> None:
    """Do the work of a leased row and settle it: done, to be tried again, or quarantined.

    Raises nothing. Where even settling fails the lease runs out and somebody takes the row again.
    """
    try:
        _attempt(ports, row, tasks)
    except (Unavailable, StaleVersion) as error:
        LOG.warning("work.postponed id=%s kind=%s error=%s", row.id, row.kind, error)
        _settle(ports, lambda unit: unit.leases.give_back(row, seconds=OUTAGE_REST_S))
    except Exception as error:
        LOG.exception("work.failed id=%s kind=%s attempt=%s", row.id, row.kind, row.attempts)
        _fail(ports, row, tasks, f"{type(error).__name__}: {error}")
    else:
        _settle(ports, lambda unit: unit.outbox.finish(row.id))


def _attempt(ports: Ports, row: OutboxRow, tasks: Mapping[str, Task]) -> None:
    if row.kind not in tasks:
        raise LookupError(f"no task is called {row.kind!r}; there are {', '.join(tasks)}")
    if row.attempts > MAX_ATTEMPTS:
        raise RuntimeError(f"{MAX_ATTEMPTS} attempts ended with the death of their process")
    for _ in range(COLLISIONS):
        try:
            return tasks[row.kind].do(ports, row.payload)
        except StaleVersion:
            time.sleep(COLLISION_REST_S)
    return tasks[row.kind].do(ports, row.payload)


def _fail(ports: Ports, row: OutboxRow, tasks: Mapping[str, Task], error: str) -> None:
    if row.attempts >= MAX_ATTEMPTS and row.kind in tasks:
        # First what follows, then the row: a death in between repeats both.
        try:
            tasks[row.kind].give_up(ports, row.payload, error)
        except Exception:
            LOG.exception("work.stuck id=%s kind=%s", row.id, row.kind)
            return
    _settle(ports, lambda unit: unit.outbox.fail(row.id, error))


def _settle(ports: Ports, how: Callable[[Any], object]) -> None:
    try:
        with ports.records.begin() as unit:
            how(unit)
    except Unavailable as error:
        LOG.warning("work.unsettled error=%s", error)
