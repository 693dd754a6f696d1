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
from service.cli.rule_files import (
    CASES,
    MOST_BYTES,
    AsJson,
    Metrics,
    Paths,
    catalogue_of,
    files_of,
    is_catalogue,
    tell,
)
from verification.values import Text

if TYPE_CHECKING:
    from rules.cases import CaseReport, CaseSummary
    from rules.language import Catalogue
    from rules.scenarios import Line

_NOTHING = "无"


class Format(StrEnum):
    #: For people, in the language of the terminal.
    TEXT = "text"
    #: One object a line, as docs/contracts says.
    JSON = "json"
    #: One XML document for all files, as build servers read it.
    JUNIT = "junit"


As = Annotated[Format, typer.Option("--format", help="For people, programs or build servers.")]


def run_cases(
    paths: Paths, *, metrics: Metrics = None, as_json: AsJson = False, form: As = Format.TEXT
) -> None:
    """Run the cases that stand beside each rule file (NAME.yaml, NAME.cases.yaml).

    Of a folder, those of every rule file in it. Exit code 0: all passed; 1: some did not; 2: a
    file could not be read or has mistakes.
    """
    form = Format.JSON if as_json else form
    catalogue = None if metrics is None else catalogue_of(metrics)
    files = [(path, read_up_to(path, MOST_BYTES)) for path in files_of(paths)]
    asked = [file for file in files if file[1] is None or not is_catalogue(file[1])]
    reports = [_report(path, text, catalogue, form) for path, text in asked]
    done = [report for report in reports if report is not None]
    if form is Format.JUNIT:
        from service.cli.junit import as_junit

        typer.echo(as_junit(done))
    code = WRONG if any(report.summary.failed for report in done) else 0
    raise typer.Exit(code if done and len(done) == len(reports) else COULD_NOT)


def _report(
    path: Path, text: bytes | None, catalogue: Catalogue | None, form: Format
) -> CaseReport | None:
    """Run the cases beside a file and show them; None, after telling why, where that cannot be."""
    beside = path.with_name(f"{path.name.removesuffix(path.suffix)}{CASES}{path.suffix}")
    case_text = None if text is None else read_up_to(beside, MOST_BYTES)
    if text is None or case_text is None:
        return None
    from rules import cases  # compiles; `check` does not need it
    from service.registered import registry

    try:
        rule_set = rules.load_rule_set(
            text, name_of(path), catalogue=catalogue, registry=registry()
        )
        report = cases.run(rule_set, case_text, name_of(beside))
    except rules.RuleFileError as error:
        for problem in error.problems:
            # An XML document must stay one: problems go to people.
            if form is Format.JUNIT:
                typer.echo(render(problem, language()), err=True)
            else:
                tell(problem, as_json=form is Format.JSON)
        return None
    if form is not Format.JUNIT:
        _show(report, form)
    return report


def _show(report: CaseReport, form: Format) -> None:
    if form is Format.JSON:
        for line in (*map(asdict, report.results), asdict(report.summary)):
            typer.echo(json.dumps(line, ensure_ascii=False))
        return
    for result, lines in zip(report.results, report.differences, strict=True):
        if not result.passed:
            typer.echo(f"✕ {result.file}: {result.case}")
            _show_differences(lines)
    _show_summary(report.results[0].file, report.summary)


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


def _show_summary(file: str, summary: CaseSummary) -> None:
    passed, failed, covered = summary.passed, summary.failed, f"{summary.coverage:.0%}"
    zh = f"{file}：{summary.cases} 个用例，通过 {passed}，失败 {failed}，覆盖 {covered}"
    en = f"{file}: {summary.cases} cases, {passed} passed, {failed} failed, {covered} covered"
    typer.echo(say(Text(zh=zh, en=en)))
    for point in summary.uncovered:
        typer.echo(say(Text(zh=f"  没有用例走到：{point}", en=f"  no case shows {point}")))
