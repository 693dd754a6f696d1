"""How the command line speaks: to stderr, in the language of the terminal, with an exit code."""

from __future__ import annotations

import os
from typing import Literal, NoReturn

import typer

from verification.values import Text

#: Something was found to be wrong (a verdict other than PASSED, a failed case, a finding).
WRONG = 1
#: It could not be done: usage, unreadable input, a wrong setting.
COULD_NOT = 2

NOTHING_WORKED_OUT = Text(
    zh="什么都没有计算。请改好这些地方后再运行。",
    en="Nothing was worked out. Correct these places and run it again.",
)


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
