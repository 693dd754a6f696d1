"""/health: whether the service can do its work. Public, hence terse."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import structlog
from apiflask import APIBlueprint
from pydantic import Field

from service.api.bodies import NoQuery
from service.api.fields import Both, Out
from service.api.site import site
from service.errors import FileLost

health = APIBlueprint("health", __name__, url_prefix="/api/v1/health", tag="health")
#: `/health`, where load balancers and containers look; the document names the long address.
in_short = APIBlueprint("health_in_short", __name__, enable_openapi=False)

#: A file of ours that is written once and read back each time.
PROBE = b"countermark: storage answers\n"
PROBE_SHA256 = hashlib.sha256(PROBE).hexdigest()


class HealthOut(Out):
    status: Literal["ok", "degraded"]
    database: Literal["ok", "down"]
    storage: Literal["ok", "down"]
    sandbox: str
    queue: dict[str, int] | None
    rules: Both | None = Field(description="Why rule files are not in force; null: they are")


@health.get("")
@health.input(NoQuery, location="query")
@health.output(HealthOut)
def show_health(query_data: NoQuery) -> Any:
    """Say whether database and storage answer, how strong the sandbox is, how long the queue."""
    del query_data
    queue, stored = _queue(), _storage_answers()
    working = queue is not None and stored
    out = HealthOut(
        status="ok" if working else "degraded",
        database="down" if queue is None else "ok",
        storage="ok" if stored else "down",
        sandbox=site().ports.verifier.level,
        queue=queue,
        rules=_rules(),
    )
    return out, 200 if working else 503


in_short.add_url_rule("/health", view_func=show_health)


def _rules() -> Both | None:
    """The rules that run go on running, so this degrades nothing."""
    trouble = site().ports.rules.trouble
    return None if trouble is None else Both.model_validate(trouble)


def _queue() -> dict[str, int] | None:
    try:
        with site().ports.records.read() as unit:
            return dict(unit.outbox.depth())
    except Exception as error:  # noqa: BLE001 - whatever a database's driver raises means down
        structlog.get_logger("service").warning("database_down", error=type(error).__name__)
        return None


def _storage_answers() -> bool:
    storage = site().ports.storage
    try:
        try:
            with storage.open(PROBE_SHA256) as file:
                return file.read() == PROBE
        except FileLost:
            storage.put([PROBE], max_bytes=len(PROBE))
    except Exception as error:  # noqa: BLE001 - whatever a store raises means down
        structlog.get_logger("service").warning("storage_down", error=type(error).__name__)
        return False
    return True
