"""A thread that asks every few seconds what time has changed, and whether rule files have."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from service.actions import rule_ages, rule_clock, stage_renewal

if TYPE_CHECKING:
    from service.ports import RulePorts

LOG = logging.getLogger("countermark.service")

EVERY_S = 5.0


class RuleSweeper:
    """Ticks and reloads beside the server and beside each worker; an outage does not end it."""

    def __init__(self, ports: RulePorts, *, every_s: float = EVERY_S) -> None:
        self._ports = ports
        self._every_s = every_s
        #: Of each decision path, the gates whose stages were seen to.
        self._renewed: dict[str, str] = {}
        #: Of each kind of fact, the ages by which its subjects were planned.
        self._planned: dict[str, str | None] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="rules", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                exchanged = self._ports.rules.refresh()
                if exchanged is not None:
                    rule_clock.exchange(self._ports, *exchanged)
                rule_clock.tick(self._ports)
                rule_ages.plan(self._ports, self._planned)
                rule_ages.look_again(self._ports)
                stage_renewal.renew(self._ports, self._renewed)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next round asks again
                LOG.warning("rules.round_failed error=%s", error)
            self._stop.wait(self._every_s)
