"""Tries the cases beside a rule file and says what they leave unshown."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules import executors, gates
from rules.errors import RulesError
from rules.language.case_file import load_cases
from rules.language.gate_rule import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.executors import Executor
    from rules.form import RuleSet
    from rules.gates import GateState
    from rules.kinds import Gate
    from rules.language.case_file import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A line of ``countermark rules test --json``; field names are JSON names."""

    file: str
    case: str
    passed: bool
    #: ``stage.cost: open``, or ``stage.cost: 待补全 (roi_sheet)``.
    expected: str
    #: The same, or the reason why there was no answer, in English.
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """The last line of ``countermark rules test --json``."""

    cases: int
    passed: int
    failed: int
    #: Share in 0..1 of what cases should show: each gate open, each locked, each item missing.
    coverage: float
    #: What no case showed: ``stage.cost/open``, ``stage.cost/missing/roi_sheet``.
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    results: tuple[CaseResult, ...]
    summary: CaseSummary


def run(
    rule_set: RuleSet, text: str | bytes, path: str, *, executor: Executor | None = None
) -> CaseReport:
    """Try every case of a file; the default executor is used where none is given.

    Raises RuleFileError when the file cannot be read.
    """
    cases = load_cases(rule_set, text, path)
    with nullcontext(executor) if executor else executors.default(rule_set) as chosen:
        tried = [_try(rule_set, chosen, case, path) for case in cases]
    seen = {point for _, points in tried for point in points}
    wanted = [point for gate in rule_set.gates for point in _points(gate)]
    uncovered = tuple(point for point in wanted if point not in seen)
    results = tuple(result for result, _ in tried)
    passed = sum(result.passed for result in results)
    summary = CaseSummary(
        cases=len(results),
        passed=passed,
        failed=len(results) - passed,
        coverage=1 - len(uncovered) / len(wanted),
        uncovered=uncovered,
    )
    return CaseReport(results=results, summary=summary)


def _try(
    rule_set: RuleSet, executor: Executor, case: Case, path: str
) -> tuple[CaseResult, frozenset[str]]:
    """Ask the gates; give the result and the points that the answer shows."""
    gate = next(gate for gate in rule_set.gates if gate.id == case.gate)
    states: tuple[GateState, ...] = ()
    got = f"{gate.id}: not asked"
    try:
        states = gates.evaluate(rule_set, executor, dict(case.fact), kind=gate.on).gates
    except RulesError as error:
        got = str(error)
    for state in states:
        if state.gate == gate.id:
            got = _said(gate.id, state.state, (item.item for item in state.missing))
    expected = _said(gate.id, case.state, case.missing)
    result = CaseResult(
        file=path, case=case.name, passed=got == expected, expected=expected, got=got
    )
    return result, frozenset(point for state in states for point in _shown(state))


def _said(gate: str, state: str, missing: Iterable[str]) -> str:
    listed = ", ".join(missing)
    return f"{gate}: {state} ({listed})" if listed else f"{gate}: {state}"


def _points(gate: Gate) -> tuple[str, ...]:
    items = (f"{gate.id}/missing/{item.item}" for item in gate.require)
    return (f"{gate.id}/{OPEN}", f"{gate.id}/locked", *items)


def _shown(state: GateState) -> tuple[str, ...]:
    items = (f"{state.gate}/missing/{item.item}" for item in state.missing)
    return (f"{state.gate}/{OPEN if state.open else 'locked'}", *items)
