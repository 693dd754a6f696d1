"""A thread that takes the same step again and again beside the server and beside each worker."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger("countermark.service")


class Rounds:
    """Takes `step` every `every_s` until stopped, the first time `first_after_s` from the start.

    An outage does not end it: whatever a step raises is logged, and the next round tries again.
    """

    def __init__(
        self, name: str, step: Callable[[], None], *, every_s: float, first_after_s: float = 0.0
    ) -> None:
        self._name = name
        self._step = step
        self._every_s = every_s
        self._first_after_s = first_after_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _loop(self) -> None:
        wait_s = self._first_after_s
        while not self._stop.wait(wait_s):
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next round asks again
                LOG.warning("%s.round_failed error=%s", self._name, error)
            wait_s = self._every_s
