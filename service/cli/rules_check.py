"""`countermark rules check`: every mistake in rule files at once."""

from __future__ import annotations

import typer

import rules
from rules.language import Severity
from service.cli.files import name_of
from service.cli.messages import COULD_NOT, WRONG
from service.cli.rule_files import AsJson, Paths, tell, texts


def check(paths: Paths, *, as_json: AsJson = False) -> None:
    """Find every mistake at once, each with line and column.

    Exit code 0: none; 1: some; 2: a file could not be read.
    """
    code = 0
    for path, text in texts(paths):
        if text is None:
            code = COULD_NOT
            continue
        problems = rules.check(text, name_of(path))
        for problem in problems:
            tell(problem, as_json=as_json)
        if any(problem.severity is Severity.ERROR for problem in problems):
            code = max(code, WRONG)
    raise typer.Exit(code)
