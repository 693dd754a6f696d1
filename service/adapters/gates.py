"""The gates of the decision paths, compiled once a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import rules
from rules import executors, gates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.executors import Executor
    from rules.form import RuleSet
    from rules.gates import GateAnswer
    from rules.kinds import TimeNeeds


class PackGates:
    """Answers from the packs that ship with `rules`, one pack a decision path.

    Create it after a fork: the engine's handles belong to one process.
    """

    def answer(self, path: str, fact: Mapping[str, object]) -> GateAnswer:
        rule_set, executor = _loaded(path)
        return gates.evaluate(rule_set, executor, fact)

    def version(self, path: str) -> str:
        return _loaded(path)[0].version

    def time_needs(self, path: str, item: str) -> TimeNeeds:
        return gates.time_needs(_loaded(path)[0], item)


@cache
def _loaded(path: str) -> tuple[RuleSet, Executor]:
    rule_set = rules.load_rule_set(rules.pack(path), f"{path}.yaml")
    return rule_set, executors.default(rule_set)
