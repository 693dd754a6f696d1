"""`countermark rules test`: the cases beside rule files, told to people, programs or a CI."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import rules
from rules.language import render
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, language, say
from service.cli.rule_files import MOST_BYTES, AsJson, Paths, tell, texts
from verification.values import Text

if TYPE_CHECKING:
    from rules.cases import CaseReport, CaseSummary
    from rules.scenarios import Line

CASES = ".cases.yaml"
_NOTHING = "无"


class Format(StrEnum):
    #: For people, in the language of the terminal.
    TEXT = "text"
    #: One object a line, as docs/contracts says.
    JSON = "json"
    #: One XML document for all files, as build servers read it.
    JUNIT = "junit"


As = Annotated[Format, typer.Option("--format", help="For people, programs or build servers.")]


def run_cases(paths: Paths, *, as_json: AsJson = False, form: As = Format.TEXT) -> None:
    """Run the cases that stand beside each rule file (NAME.yaml, NAME.cases.yaml).

    Exit code 0: all passed; 1: some did not; 2: a file could not be read or has mistakes.
    """
    form = Format.JSON if as_json else form
    code = 0
    reports: list[CaseReport] = []
    for path, text in texts(paths):
        report = None if text is None else _run(path, text, form)
        if report is None:
            code = COULD_NOT
            continue
        reports.append(report)
        if form is not Format.JUNIT:
            _show(report, form)
        if report.summary.failed:
            code = max(code, WRONG)
    if form is Format.JUNIT:
        from service.cli.junit import as_junit

        typer.echo(as_junit(reports))
    raise typer.Exit(code)


def _run(path: Path, text: bytes, form: Format) -> CaseReport | None:
    from rules import cases  # compiles; `check` does not need it

    beside = path.with_name(path.name.removesuffix(path.suffix) + CASES)
    case_text = read_up_to(beside, MOST_BYTES)
    if case_text is None:
        return None
    try:
        rule_set = rules.load_rule_set(text, name_of(path))
        return cases.run(rule_set, case_text, name_of(beside))
    except rules.RuleFileError as error:
        for problem in error.problems:
            # An XML document must stay one: problems go to people.
            if form is Format.JUNIT:
                typer.echo(render(problem, language()), err=True)
            else:
                tell(problem, as_json=form is Format.JSON)
        return None


def _show(report: CaseReport, form: Format) -> None:
    if form is Format.JSON:
        for line in (*map(asdict, report.results), asdict(report.summary)):
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    for result, lines in zip(report.results, report.differences, strict=True):
        if not result.passed:
            typer.echo(f"✕ {result.file}: {result.case}")
            _show_differences(lines)
    _show_summary(report.summary)


def _show_differences(lines: tuple[Line, ...]) -> None:
    """Show what was expected and what came, with what its firings say."""
    from rules.scenarios import NOTHING

    chinese = language() == "zh"
    for line in lines:
        if line.asked is not None:
            typer.echo(f"  {line.where} {line.asked.zh if chinese else line.asked.en}")
        expected, got = (
            _NOTHING if chinese and said == NOTHING else said for said in (line.expected, line.got)
        )
        typer.echo(f"  - {expected}\n  + {got}")
        for sentence in line.told:
            typer.echo(f"      {sentence.zh if chinese else sentence.en}")


def _show_summary(summary: CaseSummary) -> None:
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
