"""How the command line speaks: to stderr, in the language of the terminal, with an exit code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from verification.values import Text

#: Something was found to be wrong (a verdict other than PASSED, a failed case, a finding).
WRONG = 1
#: It could not be done: usage, unreadable input, a wrong setting.
COULD_NOT = 2


def language() -> Literal["zh", "en"]:
    """Give ``zh`` or ``en`` as the terminal's locale says; English where it says neither."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "zh" if (locale or "").lower().startswith("zh") else "en"


def say(text: Text) -> str:
    """Give the sentence in the language of the terminal."""
    return text.zh if language() == "zh" else text.en


def tell(text: Text) -> None:
    """Write a message for people, to stderr."""
    typer.echo(say(text), err=True)


def give_up(text: Text, code: int = COULD_NOT) -> NoReturn:
    """Tell why it could not be done, and end."""
    tell(text)
    raise typer.Exit(code)
