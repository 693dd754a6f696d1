"""What the gates are told of pay: by a card, a champion and the simulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFigures:
    """None: nobody has asked, or the contract does not say what the card needs."""

    #: What coefficients add to the commission of the judges' orders, as a share of it.
    pool: float | None = None
    #: What it shall be: the champion's share, else the card's budget.
    target: float = 0.0
    #: So many orders were paid.
    orders: int = 0
    #: Seller → change against the champion, of those for whom nobody has signed.
    pay_changes: Mapping[str, float] = field(default_factory=dict)
    signed_pay: tuple[str, ...] = ()
    #: Audit group → its mean coefficient over that of all.
    group_ratios: Mapping[str, float] | None = None
    cheat_gains: Mapping[str, float] | None = None
    #: The champion's chances of the judges.
    champion: NDArray[np.float64] | None = None


NOTHING_ASKED = CardFigures()
