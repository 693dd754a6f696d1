"""What the commands of `countermark rules` share: files to read, problems to tell."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules import RuleFileError
from rules.language import load_catalogue, render
from service.cli import messages
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, give_up, language
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules import Problem
    from rules.language import Catalogue

Paths = Annotated[list[Path], typer.Argument(help="Rule files and folders.", show_default=False)]
Metrics = Annotated[
    Path | None, typer.Option("--metrics", help="A metrics catalogue other than the shipped one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
#: A rule file is written by hand; more is another file given by mistake.
MOST_BYTES = 4 << 20
SUFFIXES, CASES = (".yaml", ".yml"), ".cases"
_CATALOGUE = re.compile(rb"^schema:[ \t]*['\"]?countermark-metrics/", re.MULTILINE)


def files_of(paths: list[Path]) -> Iterator[Path]:
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
            messages.tell(
                Text(
                    zh=f"{name}：目录里没有规则文件（*.yaml）。",
                    en=f"{name}: there is no rule file (*.yaml) in this folder.",
                )
            )
        yield from found


def is_catalogue(text: bytes) -> bool:
    """Tell a metrics catalogue from a file of rules."""
    return _CATALOGUE.search(text) is not None


def catalogue_of(path: Path) -> Catalogue:
    """Load a catalogue, or give up with exit code 2."""
    text = read_up_to(path, MOST_BYTES)
    if text is None:
        raise typer.Exit(COULD_NOT)
    try:
        return load_catalogue(text, name_of(path))
    except RuleFileError as error:
        give_up(Text(zh=error.message.zh, en=error.message.en))


def tell(problem: Problem, *, as_json: bool) -> None:
    """Print a problem as a line of JSON, or in the language of the terminal."""
    if as_json:
        typer.echo(json.dumps(asdict(problem), ensure_ascii=False))
    else:
        typer.echo(render(problem, language()))
