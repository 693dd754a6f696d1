"""Training in one call: split, fit, judge; what the gates then look at.

1. The oldest leads learn, the newest judge, an embargo lies between.
2. P(win): two models, one chosen; a calibration where it helps.
3. The distribution of values of won orders, where values are known.
4. The judges are scored as they would have been, rolling states kept as of their day.
5. Three models of drawn-again leads tell how stable the bands are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.calibration import chances
from training.coefficient import values, win
from training.coefficient.judging import judged_chances, judged_values
from training.coefficient.search import Search
from training.coefficient.split import Split, split
from training.coefficient.win import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from training.coefficient.judging import JudgedChances, JudgedValues
    from training.coefficient.leads import Leads
    from training.coefficient.values import ValueModel
    from training.coefficient.win import Chosen

#: Models of leads drawn again.
REDRAWN = 3
STEPS = ("split", "win", "value", "judge", "stability")


class TooLittle(ValueError):
    """Leads that nothing can be learnt from or judged by; the message says what was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    learn: Leads
    judge: Leads
    split: Split
    win: Chosen
    chances: JudgedChances
    #: None where no values are known, or too few.
    value: ValueModel | None
    values: JudgedValues | None
    #: Chances of the judges by models of leads drawn again.
    redrawn: tuple[NDArray[np.float64], ...]


def candidate(
    leads: Leads,
    *,
    embargo_days: float = 0.0,
    weighed: bool = False,
    training: Training | None = None,
    progress: Callable[[str], None] = lambda _step: None,
) -> Candidate:
    """Train and judge. Raises TooLittle."""
    told = training or Training()
    progress("split")
    places = split(leads, embargo_days=embargo_days, seed=told.seed, weighed=weighed)
    learn = replace(leads.taken(places.learn), weight=places.weight)
    judge = leads.taken(places.judge)
    for name, part in (("learn", learn), ("judge", judge)):
        wins = int(part.won.sum())
        if min(wins, part.count - wins) < win.FOLDS:
            raise TooLittle(f"{name}: {wins} won of {part.count} leads")
    progress("win")
    search = Search(tries=told.search, embargo_days=embargo_days, weighed=weighed, seed=told.seed)
    chosen = win.chosen(learn, told, _told(search, progress))
    progress("value")
    valued, value_judges = _orders(learn), _orders(judge)
    model = None
    if valued.count >= values.FEWEST and value_judges.count >= values.FEWEST // 5:
        model = values.fitted(valued, told)
    progress("judge")
    told_chances = judged_chances(chosen, learn, judge)
    told_values = None if model is None else judged_values(model, valued, value_judges)
    progress("stability")
    return Candidate(
        learn=learn,
        judge=judge,
        split=places,
        win=chosen,
        chances=told_chances,
        value=model,
        values=told_values,
        redrawn=tuple(_redrawn(chosen, learn, judge, told)),
    )


def _told(search: Search, progress: Callable[[str], None]) -> Search | None:
    return replace(search, progress=lambda: progress("search")) if search.tries else None


def _orders(leads: Leads) -> Leads:
    return leads.taken(leads.won & (leads.value > 0))


def _redrawn(
    chosen: Chosen, learn: Leads, judge: Leads, training: Training
) -> list[NDArray[np.float64]]:
    found = []
    for draw in range(REDRAWN):
        rng = np.random.default_rng([training.seed, draw])
        again = learn.taken(np.sort(rng.integers(0, learn.count, learn.count)))
        boosted = chosen.model.is_boosted
        model = (
            win.fitted_boosted(again, training, chosen.way)
            if boosted
            else win.fitted_logistic(again)
        )
        found.append(chances(chosen.model.calibration.of(model.log_odds(judge.rows))))
    return found
