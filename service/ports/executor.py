"""Whoever carries out the work on the outbox: threads here, or workers behind a queue."""

from __future__ import annotations

from typing import Protocol


class Executor(Protocol):
    def take_on(self) -> int:
        """Take as much waiting work as fits now; gives how much that was. Does not wait for it."""

    def close(self, *, grace_s: float) -> None:
        """Take nothing more, let running work end within the grace, give the rest back."""
