"""What `countermark train coefficient` is given beside its data: card, contacts, champion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.data_files import events_of
from service.cli.yaml_files import read_card
from training.pay_figures import Asking
from training.simulate.cheating import gains_under

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


def asking(
    card: Path | None,
    events: Path | None,
    champion: Path | None,
    *,
    owners: Mapping[str, str],
    signed_pay: Collection[str] | None,
) -> Asking:
    """Read the files, or end the command with what is wrong with one of them.

    `owners`: order → seller.
    """
    from service.cli.score_files import open_model

    told = None if card is None else read_card(card)
    seen = events_of(events)
    return Asking(
        card=told,
        events=seen,
        champion=None if champion is None else open_model(champion, None).models,
        cheat_gains=None if told is None else gains_under(told),
        owners=owners,
        signed_pay=frozenset(signed_pay or ()),
    )
