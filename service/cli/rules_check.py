"""`countermark rules check`: every mistake in rule files at once."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules import RuleFileError
from rules.language import Severity, check_catalogue, check_files, load_catalogue
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, give_up, language, tell
from service.cli.rule_files import MOST_BYTES, AsJson
from service.cli.rule_files import tell as tell_problem
from service.cli.sarif import as_sarif
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules import Problem
    from rules.language import Catalogue

SUFFIXES, CASES = (".yaml", ".yml"), ".cases"
_CATALOGUE = re.compile(rb"^schema:[ \t]*['\"]?countermark-metrics/", re.MULTILINE)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


Paths = Annotated[list[Path], typer.Argument(help="Rule files and folders.", show_default=False)]
Metrics = Annotated[
    Path | None, typer.Option("--metrics", help="A metrics catalogue other than the shipped one.")
]
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

    Exit code 0: none; 1: some; 2: a file could not be read.
    """
    from service.registered import registry

    form = Format.JSON if as_json else form
    files = [(path, read_up_to(path, MOST_BYTES)) for path in _files(paths)]
    given = [(name_of(path), text) for path, text in files if text is not None]
    catalogues = [one for one in given if _CATALOGUE.search(one[1])]
    problems = [one for name, text in catalogues for one in check_catalogue(text, name)]
    catalogue = _catalogue(metrics, catalogues, faulty=bool(problems))
    found = check_files(
        [one for one in given if one not in catalogues], catalogue=catalogue, registry=registry()
    )
    problems += [problem for one in found for problem in one]
    _print(problems, form)
    code = WRONG if any(one.severity is Severity.ERROR for one in problems) else 0
    raise typer.Exit(COULD_NOT if len(given) < len(files) or not files else code)


def _files(paths: list[Path]) -> Iterator[Path]:
    """Give the files, those of a folder in the order of their names."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = [
            one
            for one in sorted(path.rglob("*"))
            if one.suffix in SUFFIXES and not one.stem.endswith(CASES) and one.is_file()
        ]
        if not found:
            name = name_of(path)
            tell(
                Text(
                    zh=f"{name}：目录里没有规则文件（*.yaml）。",
                    en=f"{name}: there is no rule file (*.yaml) in this folder.",
                )
            )
        yield from found


def _catalogue(
    metrics: Path | None, given: list[tuple[str, bytes]], *, faulty: bool
) -> Catalogue | None:
    """Give the catalogue to check against; None: the shipped one."""
    if metrics is None:
        return load_catalogue(given[0][1], given[0][0]) if len(given) == 1 and not faulty else None
    return catalogue_of(metrics)


def catalogue_of(path: Path) -> Catalogue:
    """Load a catalogue, or give up with exit code 2."""
    text = read_up_to(path, MOST_BYTES)
    if text is None:
        raise typer.Exit(COULD_NOT)
    try:
        return load_catalogue(text, name_of(path))
    except RuleFileError as error:
        give_up(Text(zh=error.message.zh, en=error.message.en))


def _print(problems: list[Problem], form: Format) -> None:
    if form is Format.SARIF:
        typer.echo(json.dumps(as_sarif(problems, language()), ensure_ascii=False, indent=2))
        return
    for problem in problems:
        tell_problem(problem, as_json=form is Format.JSON)
