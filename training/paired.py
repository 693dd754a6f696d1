"""Two models on the same leads, won and lost: whose chances were nearer to what happened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.coefficient.metrics import ece, interval, losses
from training.contract.contract import Role
from training.features import matrix_of, outcomes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.coefficient.scoring import WinModel
    from training.coefficient.metrics import Interval
    from training.snapshot import Snapshot

#: Smaller slices say nothing.
SLICE_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A lead whose end is known, and the chance that a model gave it."""

    won: bool
    chance: float
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The challenger's loss less the champion's: below 0 it is better. Log-loss in nats."""

    leads: int
    won: int
    difference: Interval
    champion_loss: float
    challenger_loss: float
    #: Calibration errors.
    champion_ece: float
    challenger_ece: float
    #: Segment → leads and difference.
    slices: Mapping[str, tuple[int, Interval]]
    #: Leads that only one of the contracts takes, or whose ends they tell apart.
    unpaired: int


class TooFew(ValueError):
    """Fewer than two leads that both models judge."""


def judged(snapshot: Snapshot, win: WinModel, *, at: float, since: float) -> dict[str, Judged]:
    """Score the leads assigned at `since` or later whose end is known at `at`, by their ids.

    Raises FeaturesRefused where the contract holds other features than the model. Earlier leads
    count for the histories of customers alone.
    """
    order, segment = snapshot.contract.one(Role.ORDER), snapshot.contract.one(Role.SEGMENT)
    counts, won, assigned = outcomes_of(snapshot, at=at)
    chances = win.p_win(matrix_of(snapshot, win.features))
    found = {}
    for place in np.flatnonzero(counts & (assigned >= since)).tolist():
        record = snapshot.records[place]
        name = str(place) if order is None else str(record[order.name])
        found[name] = Judged(
            won=bool(won[place]),
            chance=float(chances[place]),
            segment="" if segment is None else str(record[segment.name]),
        )
    return found


def paired(champion: Mapping[str, Judged], challenger: Mapping[str, Judged]) -> Paired:
    """Compare lead by lead. Raises TooFew."""
    both = [name for name in sorted(challenger) if _same(champion.get(name), challenger[name])]
    if len(both) < 2:  # noqa: PLR2004 - an interval needs two
        raise TooFew(f"{len(both)} leads")
    won = np.array([challenger[name].won for name in both])
    one = np.array([champion[name].chance for name in both])
    other = np.array([challenger[name].chance for name in both])
    worse = losses(won, other) - losses(won, one)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(both):
        places[challenger[name].segment].append(place)
    return Paired(
        leads=len(both),
        won=int(won.sum()),
        difference=interval(worse),
        champion_loss=float(losses(won, one).mean()),
        challenger_loss=float(losses(won, other).mean()),
        champion_ece=ece(won, one),
        challenger_ece=ece(won, other),
        slices={
            name: (len(some), interval(worse[some]))
            for name, some in sorted(places.items())
            if name and len(some) >= SLICE_ROWS
        },
        unpaired=len(champion.keys() | challenger.keys()) - len(both),
    )


def _same(one: Judged | None, other: Judged) -> bool:
    return one is not None and one.won == other.won
