"""What decides: the card in force, and models of the registry that open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from models.artefact.opening import Artefact
    from models.coefficient.card import RateCard
    from training.contract.contract import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class CardInForce:
    card: RateCard
    #: Of the text.
    sha256: str
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedModel:
    """A model that holds, and how the rows that it was learnt from were read."""

    artefact: Artefact
    contract: Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerFiles:
    """A ranker of root causes that opened: its trees, its scale, and its evidence types."""

    trees: bytes
    scale: bytes
    dag: str


class Tariffs(Protocol):
    def card(self) -> CardInForce:
        """Give the card in force. Raises Invalid where its file holds none."""

    def keep(self, card: CardInForce) -> None:
        """Keep the text of a card that pays, so that `card_of` finds it."""

    def card_of(self, sha256: str) -> RateCard:
        """Give the card that a payment names. Raises FileLost."""

    def model(self, archive_sha256: str) -> OpenedModel | None:
        """Open a registered model; None, with the reason in the log, where it does not open."""

    def ranker(self, archive_sha256: str) -> RankerFiles | None:
        """Open a registered ranker of causes; None, with the reason in the log, as above."""
