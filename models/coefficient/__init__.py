"""The attack coefficient: scores by the model, money by the published card."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.coefficient.card import RateCard


def shipped_card() -> RateCard:
    """Give the card that ships; sales ops put their own in its place."""
    from models.coefficient.card_file import read  # noqa: PLC0415 - scoring needs no YAML

    return read(files("models.coefficient").joinpath("attack.card.yaml").read_text("utf-8"))
