"""Work for executors to do in tests: tasks that leave a trace in the database, and a worker."""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from rules.history import Fact
from service import tasks
from service.adapters.celery_app import make_app, serve
from service.adapters.database import DatabaseRecords
from service.adapters.database.rule_tables import FACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.ports import Ports

#: Far beyond what any of these tests takes on a busy machine.
PATIENCE_S = 60.0


def ports_of(records: DatabaseRecords) -> Ports:
    """Ports for tasks that need nothing but records."""
    return cast("Ports", SimpleNamespace(records=records))


def all_facts(records: DatabaseRecords) -> list[Fact]:
    """Give every fact that is kept, as the leaf knows them."""
    names = tuple(Fact.__dataclass_fields__)
    with records.read() as unit:
        connection = unit._scope.connection  # noqa: SLF001 - all facts at once, which no port gives
        rows = connection.execute(sa.select(FACTS)).mappings()
        return [Fact(**{name: row[name] for name in names}) for row in rows]


def _note(ports: Ports, payload: Mapping[str, Any]) -> None:
    """Take as long as it says, then leave one effect, and one more if it was left before."""
    time.sleep(payload.get("seconds", 0))
    with ports.records.begin() as unit:
        if not unit.effects.claim(f"done:{payload['n']}"):
            unit.effects.claim(f"twice:{payload['n']}")


def _fail(ports: Ports, payload: Mapping[str, Any]) -> None:
    del ports
    raise ValueError(f"poison {payload['n']}")


def _bury(ports: Ports, payload: Mapping[str, Any], error: str) -> None:
    with ports.records.begin() as unit:
        unit.effects.claim(f"buried:{payload['n']}:{error}")


TASKS = {
    "note": tasks.Task(do=_note, give_up=_bury),
    "poison": tasks.Task(do=_fail, give_up=_bury),
}


def put(records: DatabaseRecords, count: int, *, kind: str = "note", **more: Any) -> None:
    """Put `count` pieces of work on the outbox in one transaction."""
    with records.begin() as unit:
        for number in range(count):
            key = f"{kind}:{number}"
            unit.outbox.put(key=key, kind=kind, payload={"n": number, **more})


def depth(records: DatabaseRecords) -> dict[str, int]:
    with records.read() as unit:
        return dict(unit.outbox.depth())


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again until it holds. Raises TimeoutError when patience runs out."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        threading.Event().wait(0.02)


def main(broker_url: str, queue: str, database_url: str) -> None:
    """Be a worker in a process of its own."""
    records = DatabaseRecords(database_url)
    run = partial(tasks.run, ports_of(records), tasks=TASKS)
    serve(make_app(broker_url, queue=queue), records, run, size=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
