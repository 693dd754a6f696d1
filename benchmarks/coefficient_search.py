"""What a search of 30 settings gains beside the fixed one, and what it costs (about five minutes).

Every lead of a set is predicted by models that never saw its customer, with and without a search
inside the leads that learn, each time with the choice between trees and lines. Of the simulated
world, which alone has times, the newest quarter judges. What is searched was written down before
any of the sets was looked at. Where outcomes are dealt out anew, a search must find no signal.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _order_sets as sets
from benchmarks.promise import record
from models.coefficient.calibration import chances
from training.coefficient.candidate import candidate
from training.coefficient.metrics import interval, log_loss, losses
from training.coefficient.search import Search
from training.coefficient.split import folds
from training.coefficient.win import Training, chosen, fitted_boosted
from training.contract import contract_file
from training.contract.table import from_csv
from training.features import leads_of
from training.gates.gate import Answer
from training.run import asked, imported
from training.simulate.exports import CONTRACT, ended, leads_csv
from training.simulate.world import world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.coefficient.leads import Leads
    from training.coefficient.search import Searched
    from training.coefficient.win import Chosen, WinModel

SETS = ("x-education", "x-education-web", "bank", "hillstrom", "repeat")
FOLDS, SEED, TRIES = 4, 11, 30
#: A world of our own: its seed, its leads, days between those that learn and those that judge.
WORLD, LEADS, EMBARGO_DAYS = 101, 20_000, 60.0
#: What a search may cost in log-loss where it gains nothing.
BESIDE = 0.001


@dataclass(slots=True, kw_only=True)
class Told:
    """Losses of the judges, seconds of CPU and what the searches came to."""

    judges: int
    #: Without, with.
    seconds: list[float] = field(default_factory=lambda: [0.0, 0.0])
    #: Without, with; trees as they are fixed, and by the best setting whether it was proved or not.
    loss: NDArray[np.float64]
    searched: list[Searched] = field(default_factory=list)
    trees: list[int] = field(default_factory=lambda: [0, 0])


def main() -> int:
    corpora = os.environ.get("COUNTERMARK_CORPORA")
    if not corpora:
        print("COUNTERMARK_CORPORA is not set: no orders to learn from", file=sys.stderr)
        return 2
    orders = Path(corpora) / "orders"
    met = [_met(name, _by_folds(sets.leads(name, orders))) for name in SETS]
    met.append(_met("simulated", _by_time()))
    met.append(_refusals(orders))
    return 0 if all(met) else 1


def _by_folds(leads: Leads) -> Told:
    fold = folds(leads, count=FOLDS, seed=SEED)
    told = Told(judges=leads.count, loss=np.zeros((4, leads.count)))
    for held in range(FOLDS):
        learn, judge = leads.taken(fold != held), leads.taken(fold == held)
        for place, search in enumerate((None, Search(tries=TRIES))):
            began = time.process_time()
            own = chosen(learn, Training(), search)
            told.seconds[place] += (time.process_time() - began) / FOLDS
            told.loss[place, fold == held] = _losses(own.model, judge)
            _note(told, own, place)
        told.loss[2:, fold == held] = _unproved(own, learn, judge)
    return told


def _losses(model: WinModel, judge: Leads) -> NDArray[np.float64]:
    return losses(judge.won, chances(model.log_odds(judge.rows)))


def _unproved(own: Chosen, learn: Leads, judge: Leads) -> list[NDArray[np.float64]]:
    """Give losses of trees by the fixed setting, and by the best one as if nothing were asked."""
    searched = own.searched
    assert searched is not None
    best = searched.fixed if searched.best is None else searched.best.setting
    return [
        _losses(fitted_boosted(learn, Training(), setting), judge)
        for setting in (searched.fixed, best)
    ]


def _by_time() -> Told:
    made = world(WORLD, leads=LEADS)
    at = ended(made).timestamp()
    held = imported(from_csv(leads_csv(made).encode()), contract_file.read(CONTRACT), at=at)
    assert held.snapshot is not None
    leads = leads_of(held.snapshot, at=at)
    told: Told | None = None
    for place, tries in enumerate((0, TRIES)):
        began = time.process_time()
        own = candidate(leads, embargo_days=EMBARGO_DAYS, training=Training(search=tries))
        spent = time.process_time() - began
        told = told or Told(judges=own.judge.count, loss=np.zeros((4, own.judge.count)))
        told.seconds[place] = spent
        told.loss[place] = losses(own.judge.won, own.chances.still)
        _note(told, own.win, place)
    assert told is not None
    told.loss[2:] = _unproved(own.win, own.learn, own.judge)
    return told


def _note(told: Told, own: Chosen, place: int) -> None:
    told.trees[place] += own.model.is_boosted
    if own.searched is not None:
        told.searched.append(own.searched)


def _met(name: str, told: Told) -> bool:
    without, with_, *_ = told.loss.mean(axis=1).tolist()
    gap = interval(told.loss[1] - told.loss[0])
    taken = [one for one in told.searched if one.taken]
    print(
        f"{name}: n {told.judges}, log-loss {without:.4f} fixed, {with_:.4f} searched, "
        f"{gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f}); taken {len(taken)} of "
        f"{len(told.searched)}; trees chosen {told.trees[0]}, {told.trees[1]}; "
        f"{told.seconds[0]:.1f}, {told.seconds[1]:.1f} s of CPU a fit"
    )
    bare = interval(told.loss[3] - told.loss[2])
    print(f"  trees, the best always taken: {bare.mean:+.4f} ({bare.low:+.4f} to {bare.high:+.4f})")
    for one in told.searched:
        print(f"  {'taken' if one.taken else 'stays'} {one.parts} {one.difference} {one.used}")
    return record(
        id=f"coefficient.search_beside_{name.replace('-', '_')}",
        value=gap.mean,
        unit="nats",
        better="lower",
        aim=BESIDE,
        peer="the fixed setting",
        peer_value=without,
        own_value=with_,
        n=told.judges,
        note=f"95 %: {gap.low:+.4f} to {gap.high:+.4f}; {len(taken)} of {len(told.searched)} taken",
    )


def _refusals(orders: Path) -> bool:
    silent = {
        f"{name}, outcomes shuffled": sets.shuffled(sets.leads(name, orders), 1)
        for name in ("x-education-web", "bank")
    }
    silent["cdnow"] = sets.leads("cdnow", orders)
    refused = 0
    for name, leads in silent.items():
        own = candidate(leads, training=Training(search=TRIES))
        failed = [gate.id for gate in asked(own) if gate.answer is Answer.FAILED]
        refused += "G2" in failed
        loss = log_loss(own.judge.won, own.chances.scored)
        searched = own.win.searched
        assert searched is not None
        print(
            f"  {name}: {f'refused by {failed}' if failed else 'NOT REFUSED'}, log-loss "
            f"{loss:.4f}, tried {len(searched.tried)}, taken {searched.taken}"
        )
    return record(
        id="coefficient.search_refused_without_signal",
        value=refused / len(silent),
        unit="share",
        better="higher",
        aim=1.0,
        peer="every model is accepted",
        peer_value=0.0,
        own_value=refused / len(silent),
        n=len(silent),
    )


if __name__ == "__main__":
    raise SystemExit(main())
