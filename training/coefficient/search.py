"""A search of settings for P(win), where it is asked for: on leads that learn, never on judges.

1. Those that learn are split as all leads were, with the same embargo: the newest quarter proves,
   the newest quarter of the others ranks, the rest teaches.
2. The fixed setting and others that a seeded sampler proposes are fitted on those that teach. The
   one nearest to those that rank is the best.
3. The best and the fixed are fitted on all that do not prove. The best takes the fixed one's place
   only where its loss on those that prove is lower with the whole 95 % interval: nothing was chosen
   by them, so a lucky one among many is not taken for a better one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.coefficient.calibration import chances
from training.coefficient.metrics import Interval, interval, log_loss, losses
from training.coefficient.split import split

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from training.coefficient.boosting import Setting
    from training.coefficient.leads import Leads
    from training.coefficient.tried import Tried

    #: Rows to log-odds.
    Model = Callable[[NDArray[np.float64]], NDArray[np.float64]]
    Fit = Callable[[Leads, Setting], Model]

#: With fewer wins or losses a part neither teaches, ranks nor proves.
FEWEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked for; embargo and weights as of the split from the judges."""

    tries: int
    seed: int = 20
    embargo_days: float = 0.0
    weighed: bool = False
    #: Called at each try.
    progress: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was asked, what was tried, and whether anything came of it."""

    #: How many were asked for; fewer were tried only where there was too little, and then none.
    tries: int
    fixed: Setting
    #: Of the fixed setting on the leads that rank; None where nothing was tried.
    fixed_loss: float | None = None
    tried: tuple[Tried, ...] = ()
    #: Leads that teach, rank and prove.
    parts: tuple[int, int, int] = (0, 0, 0)
    #: The best one's loss less the fixed one's, in nats a lead that proves: below 0 it is better.
    #: None where none was nearer to the leads that rank.
    difference: Interval | None = None

    @property
    def best(self) -> Tried | None:
        """The first of those nearest to the leads that rank."""
        return min(self.tried, key=lambda one: one.loss, default=None)

    @property
    def taken(self) -> bool:
        """Whether the best one takes the fixed one's place."""
        return self.difference is not None and self.difference.high < 0

    @property
    def used(self) -> Setting:
        return self.best.setting if self.taken and self.best is not None else self.fixed

    @property
    def figures(self) -> dict[str, float]:
        """Give what manifest and metrics tell of it, with the setting that is used."""
        told: dict[str, float] = {"tries": self.tries, "tried": len(self.tried)}
        told["taken"] = self.taken
        if self.best is not None and self.fixed_loss is not None:
            told |= {"loss_fixed": self.fixed_loss, "loss_best": self.best.loss}
        if (gap := self.difference) is not None:
            told |= {"difference": gap.mean, "difference_low": gap.low, "difference_high": gap.high}
        told |= self.used.numbers
        return {f"search_{name}": float(one) for name, one in told.items()}


def unsearched(search: Search, fixed: Setting) -> Searched:
    """Give a search that there is too little for."""
    return Searched(tries=search.tries, fixed=fixed)


def searched(learn: Leads, fixed: Setting, search: Search, fit: Fit) -> Searched:
    """Search on leads that learn. Raises ModuleNotFoundError without the extra `search`."""
    from training.coefficient.proposals import tried  # noqa: PLC0415 - loads a library when asked

    known, prove = _parted(learn, search)
    if min(_fewer(known), _fewer(prove)) < FEWEST:
        return unsearched(search, fixed)
    teach, rank = _parted(known, search)
    if min(_fewer(teach), _fewer(rank)) < FEWEST:
        return unsearched(search, fixed)

    def loss(setting: Setting) -> float:
        search.progress()
        return log_loss(rank.won, chances(fit(teach, setting)(rank.rows)))

    first, *others = tried(fixed, search.tries, search.seed, loss)
    found = Searched(
        tries=search.tries,
        fixed=fixed,
        fixed_loss=first.loss,
        tried=tuple(others),
        parts=(teach.count, rank.count, prove.count),
    )
    if found.best is None or found.best.loss >= first.loss:
        return found
    both = [
        losses(prove.won, chances(fit(known, setting)(prove.rows)))
        for setting in (found.best.setting, fixed)
    ]
    return replace(found, difference=interval(both[0] - both[1]))


def _parted(leads: Leads, search: Search) -> tuple[Leads, Leads]:
    """Split once more, older from newer; what a lead counts for is passed on."""
    places = split(
        leads, embargo_days=search.embargo_days, seed=search.seed, weighed=search.weighed
    )
    older = leads.taken(places.learn)
    return replace(older, weight=older.weight * places.weight), leads.taken(places.judge)


def _fewer(part: Leads) -> int:
    wins = int(part.won.sum())
    return min(wins, part.count - wins)
