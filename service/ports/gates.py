"""Whoever answers whether a stage opens: the rule set of a decision path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.gates import GateAnswer
    from rules.kinds import TimeNeeds


class Gates(Protocol):
    def answer(self, path: str, fact: Mapping[str, object]) -> GateAnswer:
        """Ask the gate of the stage that the fact names. Raises FactError for a wrong fact."""

    def version(self, path: str) -> str:
        """Content hash of the rule set in force for this path."""

    def time_needs(self, path: str, item: str) -> TimeNeeds:
        """Give what the rules of this path ask of the times of an item's files."""
