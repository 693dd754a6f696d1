"""Rate cards and data contracts that commands are given, and how mistakes in files are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import typer

from service.cli.files import name_of, read_up_to, text_of
from service.cli.messages import COULD_NOT, WRONG, tell
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from models.coefficient.card import RateCard
    from training.contract.contract import Contract

Held = TypeVar("Held")

MOST_BYTES = 1 << 20
MOST_TOLD = 20


def read_card(path: Path) -> RateCard:
    """Read a card, or end the command with its mistakes (1) or because it cannot be read (2)."""
    from models.coefficient.card_file import read

    return _read(path, read)


def read_contract(path: Path) -> Contract:
    """Read a data contract, or end the command as `read_card` does."""
    from training.contract.contract_file import read

    return _read(path, read)


def _read(path: Path, read: Callable[[str], Held]) -> Held:
    from models.coefficient.yaml_reading import Refused

    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        return read(text_of(path, data))
    except Refused as refused:
        for one in refused.problems[:MOST_TOLD]:
            where = f"{name_of(path)}:{one.line}:{one.column}"
            message = Text(zh=one.message.zh, en=one.message.en)
            expected = Text(zh=one.expected.zh, en=one.expected.en)
            tell_problem(where, message, one.seen, expected)
        tell_untold(len(refused.problems) - MOST_TOLD)
    raise typer.Exit(WRONG)


def tell_problem(where: str, what: Text, seen: str, expected: Text) -> None:
    """Tell one mistake: where, about what, what stands there, and what was expected."""
    tell(
        Text(
            zh=f"{where} {what.zh} 看到 {seen!r}，应为 {expected.zh}",
            en=f"{where} {what.en} Seen {seen!r}, expected {expected.en}",
        )
    )


def tell_untold(more: int) -> None:
    """Tell how many mistakes are not listed, where there are any."""
    if more > 0:
        tell(Text(zh=f"另有 {more} 处问题。", en=f"{more} more mistakes are not listed."))
