"""`countermark rules`: check and test rule files; needs no server."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from service.cli.messages import COULD_NOT, WRONG, language, tell
from verification.values import Text

group = typer.Typer(no_args_is_help=True)
Paths = Annotated[list[Path], typer.Argument(help="Rule files.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
