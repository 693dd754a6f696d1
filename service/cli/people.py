"""`countermark users add` and `countermark tokens create`: for whoever runs the machine."""

from __future__ import annotations

import sys
from datetime import timedelta
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


@users.command("add")
def add_user(  # noqa: PLR0913, RUF100 - one option a field
    login: Annotated[str, typer.Argument(help="What one signs in with.", show_default=False)],
    *,
    role: Annotated[Role, typer.Option(help="What this person does.", show_default=False)],
    name: Annotated[str, typer.Option(help="As others see it; the login if left out.")] = "",
    region: Annotated[str | None, typer.Option(help="E.g. 华东.")] = None,
    team: Annotated[str | None, typer.Option(help="Name of the team.")] = None,
    locale: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Add a person; the password is asked for, or read from standard input when that is a pipe."""
    from service.actions import accounts

    password = _password()
    draft = accounts.PersonDraft(
        login=login,
        name=name or login,
        role=role,
        region=region,
        team=team,
        password=password,
        locale=locale,
    )
    with house.open_records() as records, records.begin() as unit:
        person = accounts.add_person(unit, accounts.OPERATOR, draft)
    tell(Text(zh=f"已添加 {person.login}。", en=f"Added {person.login}."))


@tokens.command("create")
def create_token(
    login: Annotated[str, typer.Argument(help="Whose token it is.", show_default=False)],
    *,
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    scope: Annotated[
        list[str] | None, typer.Option(help="An action it may do; all if left out.")
    ] = None,
    days: Annotated[int, typer.Option(help="Valid for so many days.", min=1, max=366)] = 90,
) -> None:
    """Make a token; its secret is printed once, to standard output, and kept nowhere."""
    from service.actions import accounts
    from service.actions import tokens as actions

    with house.open_records() as records, records.begin() as unit:
        person = accounts.get_person(unit, login)
        draft = actions.TokenDraft(
            name=name,
            scopes=tuple(scope or ("*",)),
            expires_at=unit.now() + timedelta(days=days),
        )
        _, secret = actions.create_token(
            unit,
            accounts.OPERATOR,
            person_id=person.id,
            draft=draft,
        )
    typer.echo(secret)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
