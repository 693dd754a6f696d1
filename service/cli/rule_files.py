"""What the commands of `countermark rules` share: files to read, problems to tell."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules.language import render
from service.cli.files import read_up_to
from service.cli.messages import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules import Problem

Paths = Annotated[list[Path], typer.Argument(help="Rule files.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
#: A rule file is written by hand; more is another file given by mistake.
MOST_BYTES = 4 << 20


def texts(paths: list[Path]) -> Iterator[tuple[Path, bytes | None]]:
    """Give each path with what is in it; None, after telling why, where it cannot be read."""
    for path in paths:
        yield path, read_up_to(path, MOST_BYTES)


def tell(problem: Problem, *, as_json: bool) -> None:
    """Print a problem as a line of JSON, or in the language of the terminal."""
    if as_json:
        typer.echo(json.dumps(asdict(problem), ensure_ascii=False))
    else:
        typer.echo(render(problem, language()))
