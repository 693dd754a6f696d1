"""Rate cards that commands are given, and how the mistakes in a file are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, give_up, tell
from verification.values import Text

if TYPE_CHECKING:
    from pathlib import Path

    from models.coefficient.card import RateCard

MOST_CARD_BYTES = 1 << 20


def read_card(path: Path) -> RateCard:
    """Read a card, or end the command with its mistakes (1) or because it cannot be read (2)."""
    from models.coefficient.card_file import CardRefused, read

    data = read_up_to(path, MOST_CARD_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        return read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        give_up(Text(zh=f"{name_of(path)}：不是 UTF-8。", en=f"{name_of(path)}: this is no UTF-8."))
    except CardRefused as refused:
        for one in refused.problems:
            where = f"{name_of(path)}:{one.line}:{one.column}"
            message = Text(zh=one.message.zh, en=one.message.en)
            tell_problem(where, message, one.seen, Text(zh=one.expected, en=one.expected))
    raise typer.Exit(WRONG)


def tell_problem(where: str, what: Text, seen: str, expected: Text) -> None:
    """Tell one mistake: where, about what, what stands there, and what was expected."""
    tell(
        Text(
            zh=f"{where} {what.zh} 看到 {seen!r}，应为 {expected.zh}",
            en=f"{where} {what.en} Seen {seen!r}, expected {expected.en}",
        )
    )
