"""`countermark rules`: check and test rule files; needs no server."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import rules
from rules.language import Severity, render
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, language, say
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules import Problem, RuleSet
    from rules.cases import CaseReport

group = typer.Typer(no_args_is_help=True)
Paths = Annotated[list[Path], typer.Argument(help="Rule files.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
CASES = ".cases.yaml"
#: A rule file is written by hand; more is another file given by mistake.
MOST_BYTES = 4 << 20


@group.command()
def check(paths: Paths, *, as_json: AsJson = False) -> None:
    """Find every mistake at once, each with line and column.

    Exit code 0: none; 1: some; 2: a file could not be read.
    """
    code = 0
    for path, text in _texts(paths):
        if text is None:
            code = COULD_NOT
            continue
        problems = rules.check(text, name_of(path))
        for problem in problems:
            _tell(problem, as_json=as_json)
        if any(problem.severity is Severity.ERROR for problem in problems):
            code = max(code, WRONG)
    raise typer.Exit(code)


@group.command("test")
def run_cases(paths: Paths, *, as_json: AsJson = False) -> None:
    """Run the cases that stand beside each rule file (NAME.yaml, NAME.cases.yaml).

    Exit code 0: all passed; 1: some did not; 2: a file could not be read or has mistakes.
    """
    code = 0
    for path, text in _texts(paths):
        report = None if text is None else _run(path, text, as_json=as_json)
        if report is None:
            code = COULD_NOT
            continue
        _show(report, as_json=as_json)
        if report.summary.failed:
            code = max(code, WRONG)
    raise typer.Exit(code)


def _texts(paths: list[Path]) -> Iterator[tuple[Path, bytes | None]]:
    for path in paths:
        yield path, read_up_to(path, MOST_BYTES)


def _run(path: Path, text: bytes, *, as_json: bool) -> CaseReport | None:
    from rules import cases  # compiles; `check` does not need it

    beside = path.with_name(path.name.removesuffix(path.suffix) + CASES)
    case_text = read_up_to(beside, MOST_BYTES)
    if case_text is None:
        return None
    try:
        rule_set: RuleSet = rules.load_rule_set(text, name_of(path))
        return cases.run(rule_set, case_text, name_of(beside))
    except rules.RuleFileError as error:
        for problem in error.problems:
            _tell(problem, as_json=as_json)
        return None


def _tell(problem: Problem, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(problem), ensure_ascii=False))
    else:
        typer.echo(render(problem, language()))


def _show(report: CaseReport, *, as_json: bool) -> None:
    if as_json:
        lines = [asdict(result) for result in report.results] + [asdict(report.summary)]
        for line in lines:
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    for result in report.results:
        if not result.passed:
            typer.echo(f"✕ {result.file}: {result.case}")
            typer.echo(f"  - {result.expected}\n  + {result.got}")
    summary = report.summary
    typer.echo(
        say(
            Text(
                zh=f"{summary.cases} 个用例，通过 {summary.passed}，失败 {summary.failed}，"
                f"覆盖 {summary.coverage:.0%}",
                en=f"{summary.cases} cases: {summary.passed} passed, {summary.failed} failed, "
                f"{summary.coverage:.0%} covered",
            )
        )
    )
    for point in summary.uncovered:
        typer.echo(say(Text(zh=f"  没有用例走到：{point}", en=f"  no case shows {point}")))
