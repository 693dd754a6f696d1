"""`countermark rules check`: every mistake in rule files at once."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules.language import Severity, check_catalogue, check_files, load_catalogue
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, language, tell
from service.cli.rule_files import (
    MOST_BYTES,
    AsJson,
    Metrics,
    Paths,
    catalogue_of,
    files_of,
    is_catalogue,
)
from service.cli.rule_files import tell as tell_problem
from service.cli.sarif import as_sarif
from verification.values import Text

if TYPE_CHECKING:
    from rules import Problem
    from rules.language import Catalogue


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


AsFormat = Annotated[Format, typer.Option("--format", help="How mistakes are printed.")]


def check(
    paths: Paths,
    *,
    metrics: Metrics = None,
    form: AsFormat = Format.TEXT,
    as_json: AsJson = False,
) -> None:
    """Find every mistake at once, each with line and column.

    Of a folder, every *.yaml and *.yml but the cases. Rules of all files may name one another. A
    metrics catalogue among the files is checked too, and used where --metrics names no other.

    Where there is none, stderr says how many rules were read. Exit code 0: none; 1: some; 2: a
    file could not be read.
    """
    from service.registered import registry

    form = Format.JSON if as_json else form
    files = [(path, read_up_to(path, MOST_BYTES)) for path in files_of(paths)]
    given = [(name_of(path), text) for path, text in files if text is not None]
    catalogues = [one for one in given if is_catalogue(one[1])]
    problems = [one for name, text in catalogues for one in check_catalogue(text, name)]
    catalogue = _catalogue(metrics, catalogues, faulty=bool(problems))
    found = check_files(
        [one for one in given if one not in catalogues], catalogue=catalogue, registry=registry()
    )
    problems += [problem for one in found for problem in one.problems]
    _print(problems, form)
    if not problems and files and len(given) == len(files):
        _nothing_wrong(sum(one.rules for one in found), len(files))
    code = WRONG if any(one.severity is Severity.ERROR for one in problems) else 0
    raise typer.Exit(COULD_NOT if len(given) < len(files) or not files else code)


def _nothing_wrong(rules: int, files: int) -> None:
    """Say so to people: on stderr, where it is in no program's way."""
    said_rules = "1 rule" if rules == 1 else f"{rules} rules"
    said_files = "1 file" if files == 1 else f"{files} files"
    tell(
        Text(
            zh=f"{files} 个文件，{rules} 条规则，没有发现问题。",
            en=f"{said_rules} in {said_files}, nothing wrong.",
        )
    )


def _catalogue(
    metrics: Path | None, given: list[tuple[str, bytes]], *, faulty: bool
) -> Catalogue | None:
    """Give the catalogue to check against; None: the shipped one."""
    if metrics is None:
        return load_catalogue(given[0][1], given[0][0]) if len(given) == 1 and not faulty else None
    return catalogue_of(metrics)


def _print(problems: list[Problem], form: Format) -> None:
    if form is Format.SARIF:
        typer.echo(json.dumps(as_sarif(problems, language()), ensure_ascii=False, indent=2))
        return
    for problem in problems:
        tell_problem(problem, as_json=form is Format.JSON)
