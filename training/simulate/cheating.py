"""What cheats gain under a card, in a world whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.origin import OriginPolicy
from training.simulate.cheats import CHEATS
from training.simulate.claims import claims
from training.simulate.paying import Payroll, ledger, pay
from training.simulate.plain import PlainScorer
from training.simulate.world import world

#: How large a world, and how many cheaters, a gate looks at; the benchmark looks at more.
_LEADS, _CHEATERS, _SEED = 3000, range(3), 1

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.coefficient.card import RateCard
    from training.simulate.world import World


def gains_under(card: RateCard) -> Mapping[str, float]:
    """Give what each cheat gains under a card, in seconds: what gate G11 asks."""
    return gains(payroll_of(world(_SEED, leads=_LEADS), card), _CHEATERS)


def payroll_of(made: World, card: RateCard) -> Payroll:
    """Give all that decides what is paid, with the plainest models of the world's records."""
    return Payroll(
        world=made,
        known=ledger(made, claims(made)),
        scorer=PlainScorer(made),
        card=card,
        policy=OriginPolicy(),
    )


def gains(payroll: Payroll, cheaters: Iterable[int]) -> Mapping[str, float]:
    """Give the most that each cheat gains any of the cheaters, as a share of his honest pay."""
    honest = claims(payroll.world)
    before = pay(honest, payroll)
    found = dict.fromkeys(CHEATS, -1.0)
    for rep in cheaters:
        mine = tuple(claim for claim in honest if claim.rep == rep)
        others = tuple(claim for claim in honest if claim.rep != rep)
        own = sum(before[claim.order] for claim in mine)
        for name, cheat in CHEATS.items():
            entered = cheat(mine)
            after = pay((*others, *entered), payroll)
            gain = sum(after[claim.order] for claim in entered) / own - 1
            found[name] = max(found[name], gain)
    return found
