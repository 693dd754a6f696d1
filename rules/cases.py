"""Tries the cases beside a rule file and says what they leave unshown."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules import coverage, executors, gates, scenarios
from rules.errors import RulesError
from rules.executors.python import PythonExecutor
from rules.language.case_file import Case, load_cases
from rules.scenarios import Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.executors import Executor
    from rules.form import RuleSet
    from rules.language.case_file import AnyCase
    from rules.language.scenario import Scenario

#: What an answer is compared with where there is none.
AN_ANSWER = "an answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A line of ``countermark rules test --json``; field names are JSON names."""

    file: str
    case: str
    passed: bool
    #: ``software.cost: 待补全 (roi_sheet)``; of a case over time a line for each thing expected:
    #: ``2026-W03 华东 fires: target.weekly.yellow entered``.
    expected: str
    #: The same, or the reason why there was no answer, in English.
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """The last line of ``countermark rules test --json``."""

    cases: int
    passed: int
    failed: int
    #: Share in 0..1 of what cases should show; see :mod:`rules.coverage`.
    coverage: float
    #: What no case showed: ``software.cost/open``, ``software.cost/missing/roi_sheet``.
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    results: tuple[CaseResult, ...]
    summary: CaseSummary
    #: For each result the lines that are not as expected; none where it passed.
    differences: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    lines: tuple[Line, ...]
    #: What of :func:`rules.coverage.wanted` the case showed.
    points: frozenset[str] = frozenset()


def run(
    rule_set: RuleSet, text: str | bytes, path: str, *, executor: Executor | None = None
) -> CaseReport:
    """Try every case of a file, on each executor that there is where none is given.

    Raises RuleFileError when the file cannot be read.
    """
    cases = load_cases(rule_set, text, path)
    with ExitStack() as stack:
        chosen = [executor] if executor else _available(rule_set, stack)
        tried = [_on_each(rule_set, chosen, case) for case in cases]
    results = tuple(_result(path, case, one) for case, one in zip(cases, tried, strict=True))
    return CaseReport(
        results=results,
        summary=_summary(rule_set, results, {point for one in tried for point in one.points}),
        differences=tuple(tuple(line for line in one.lines if not line.right) for one in tried),
    )


def _summary(rule_set: RuleSet, results: tuple[CaseResult, ...], seen: set[str]) -> CaseSummary:
    wanted = coverage.wanted(rule_set)
    uncovered = tuple(point for point in wanted if point not in seen)
    passed = sum(result.passed for result in results)
    return CaseSummary(
        cases=len(results),
        passed=passed,
        failed=len(results) - passed,
        coverage=(len(wanted) - len(uncovered)) / len(wanted) if wanted else 1.0,
        uncovered=uncovered,
    )


def _available(rule_set: RuleSet, stack: ExitStack) -> list[Executor]:
    first = stack.enter_context(executors.default(rule_set))
    if type(first) is PythonExecutor:
        return [first]
    return [first, stack.enter_context(PythonExecutor(rule_set))]


def _result(path: str, case: AnyCase, tried: _Tried) -> CaseResult:
    return CaseResult(
        file=path,
        case=case.name,
        passed=all(line.right for line in tried.lines),
        expected="\n".join(_said(line, line.expected) for line in tried.lines),
        got="\n".join(_said(line, line.got) for line in tried.lines),
    )


def _said(line: Line, what: str) -> str:
    return f"{line.where} {line.asked.en}: {what}" if line.asked else what


def _on_each(rule_set: RuleSet, chosen: list[Executor], case: AnyCase) -> _Tried:
    """Try a case on every executor; where one answers otherwise, its lines are added."""
    tried = [_try(rule_set, executor, case) for executor in chosen]
    first, *others = tried
    strange = [line for other in others if other != first for line in other.lines]
    return _Tried(lines=(*first.lines, *strange), points=first.points)


def _try(rule_set: RuleSet, executor: Executor, case: AnyCase) -> _Tried:
    try:
        if isinstance(case, Case):
            return _ask(rule_set, executor, case)
        return _play(rule_set, executor, case)
    except RulesError as error:
        expected = _gate(case.gate, case.state, case.missing) if isinstance(case, Case) else ""
        line = Line(where="", asked=None, expected=expected or AN_ANSWER, got=str(error))
        return _Tried(lines=(line,))


def _play(rule_set: RuleSet, executor: Executor, case: Scenario) -> _Tried:
    played = scenarios.play(rule_set, executor, case)
    points = frozenset(coverage.by_timeline(rule_set, played.timeline))
    return _Tried(lines=played.lines, points=points)


def _ask(rule_set: RuleSet, executor: Executor, case: Case) -> _Tried:
    """Ask the gates about one fact."""
    gate = next(gate for gate in rule_set.gates if gate.id == case.gate)
    answer = gates.evaluate(rule_set, executor, dict(case.fact), kind=gate.on)
    got = f"{gate.id}: not asked"
    points = set(coverage.by_fact(rule_set, gate.on, dict(case.fact)))
    for state in answer.gates:
        points |= set(coverage.by_gate(state))
        if state.gate == gate.id:
            got = _gate(gate.id, state.state, (item.item for item in state.missing))
    expected = _gate(case.gate, case.state, case.missing)
    line = Line(where="", asked=None, expected=expected, got=got)
    return _Tried(lines=(line,), points=frozenset(points))


def _gate(gate: str, state: str, missing: Iterable[str]) -> str:
    listed = ", ".join(missing)
    return f"{gate}: {state} ({listed})" if listed else f"{gate}: {state}"
