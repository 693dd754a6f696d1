"""`countermark users add` and `countermark tokens create`."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli import house
from service.cli.messages import tell
from service.records import Role
from verification.values import Text

users = typer.Typer(no_args_is_help=True)
tokens = typer.Typer(no_args_is_help=True)


@users.callback()
def about_users() -> None:
    """People who may sign in."""


@tokens.callback()
def about_tokens() -> None:
    """Tokens for programs."""
