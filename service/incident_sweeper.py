"""A thread that looks every hour whether the funnel fell; of several processes one does it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from service.actions import incidents

if TYPE_CHECKING:
    from service.ports import Ports

LOG = logging.getLogger("countermark.service")

#: How often the turn is asked for, and how often one has it.
ASK_EVERY_S, LOOK_EVERY_S = 60.0, 3600.0
ROUND = "incidents"


class IncidentSweeper:
    """Looks beside the server and beside each worker; an outage does not end it."""

    def __init__(self, ports: Ports, *, ask_every_s: float = ASK_EVERY_S) -> None:
        self._ports = ports
        self._ask_every_s = ask_every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="incidents", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stop.wait(self._ask_every_s):
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next hour looks again
                LOG.warning("incidents.look_failed error=%s", error)

    def _look(self) -> None:
        with self._ports.records.read() as unit:
            if not unit.causes.stage_events.find(limit=1):
                return
        with self._ports.records.begin() as unit:
            mine = unit.rules.rounds.take(ROUND, every_s=LOOK_EVERY_S)
        if mine:
            incidents.detect(self._ports, None)
