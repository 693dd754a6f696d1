"""Our three executors, asked as the peers are; columns in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rules.executors.columns import ColumnsExecutor, Values
from rules.executors.durable import DurableExecutor
from rules.executors.python import PythonExecutor

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks._rules_workload import Facts, Matched, Workload
    from rules.executors import Executor

#: How many times the facts of a workload are put into columns: history is gone through in
#: stretches of so many facts, so that answers stay in memory that is warm.
COPIES = 5


def durable(workload: Workload) -> Callable[[Facts], Matched]:
    return _one_by_one(DurableExecutor(workload.rule_set()))


def durable_asked(workload: Workload) -> Callable[[Facts], Matched]:
    """Ask the engine about every fact: it may not answer from memory."""
    return _one_by_one(DurableExecutor(workload.rule_set(), remembers=False))


def python(workload: Workload) -> Callable[[Facts], Matched]:
    return _one_by_one(PythonExecutor(workload.rule_set()))


def _one_by_one(executor: Executor) -> Callable[[Facts], Matched]:
    match = executor.match
    return lambda facts: [match(kind, fact) for kind, fact in facts]


class Columns:
    """All facts, several times, as history keeps them: a typed column for each field."""

    def __init__(self, workload: Workload) -> None:
        self._executor = ColumnsExecutor(workload.rule_set())
        #: Which facts are of a kind, by their place.
        self._places: dict[str, list[int]] = {}
        for place, (kind, _) in enumerate(workload.facts):
            self._places.setdefault(kind, []).append(place)
        self._columns = {
            kind: self._typed([workload.facts[place][1] for place in places])
            for kind, places in self._places.items()
        }
        self._facts = len(workload.facts)

    def ask(self) -> dict[str, dict[str, Any]]:
        return {
            kind: self._executor.match(kind, columns, COPIES * len(self._places[kind]))
            for kind, columns in self._columns.items()
        }

    def matched(self, answers: dict[str, dict[str, Any]]) -> Matched:
        """Give what matched fact by fact. Raises ValueError where copies of a fact differ."""
        found: list[list[str]] = [[] for _ in range(self._facts)]
        for kind, places in self._places.items():
            for row, truth in answers[kind].items():
                copies = truth.reshape(COPIES, len(places))
                if (copies != copies[0]).any():
                    raise ValueError(f"{row}: copies of one fact are answered differently")
                for number in np.flatnonzero(copies[0]).tolist():
                    found[places[number]].append(row)
        return [tuple(rows) for rows in found]

    @staticmethod
    def _typed(facts: list[dict[str, object]]) -> dict[str, Values]:
        names = facts[0].keys()
        return {
            name: Values(values=np.tile(np.array([fact[name] for fact in facts]), COPIES))
            for name in names
        }
