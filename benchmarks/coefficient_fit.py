"""How well chances and values are learnt, beside peers in the same run (about five minutes).

Every lead of a set is predicted by models that never saw its customer (folds), ours and the peers'
alike; the choice between our two models is made inside each fold. Our parameters were not fitted to
these sets. The corpus holds a part of each set, so a model here learns from fewer leads than in the
published runs that the aims are taken from. Both halves (by the parity of a lead's place) are told.
Where outcomes are dealt out anew, every candidate must be refused.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _order_sets as sets
from benchmarks._win_peers import PEERS
from benchmarks.promise import record
from models.coefficient.calibration import chances
from training.coefficient import values
from training.coefficient.candidate import candidate
from training.coefficient.judging import judged_values
from training.coefficient.metrics import auc, ece, log_loss
from training.coefficient.split import folds
from training.coefficient.win import Training, chosen
from training.gates.gate import Answer
from training.run import asked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.coefficient.judging import JudgedValues
    from training.coefficient.leads import Leads

#: Set → folds: small sets lose less of what they learn from.
WIN_SETS = {"x-education": 10, "x-education-web": 10, "bank": 8, "hillstrom": 4, "repeat": 5}
#: Log-loss to reach.
AIMS = {"x-education-web": 0.420, "bank": 0.2855}
BESIDE, ECE_BESIDE, PINBALL, COVERAGE = 0.002, 0.01, 0.84, 0.03
#: Households by the remainder of their place: choices were made with 0 and 1 as judges.
SEEN, UNSEEN = (0, 1), 2
PARTS = 3
SEED = 7
#: Share of the leads that judge where they are split by time.
NEWEST = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """Chances of every lead of a set, out of fold, by name."""

    leads: Leads
    by: dict[str, NDArray[np.float64]]
    trees: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a promise is about, and ours and the peer's figures behind it."""

    value: float
    own: float
    peer: float


def main() -> int:
    corpora = os.environ.get("COUNTERMARK_CORPORA")
    if not corpora:
        print("COUNTERMARK_CORPORA is not set: no orders to learn from", file=sys.stderr)
        return 2
    orders = Path(corpora) / "orders"
    met = []
    for name, count in WIN_SETS.items():
        told = _predicted(sets.leads(name, orders), count)
        _print(name, told)
        met.extend(_promises(name, told))
    met.append(_by_time(sets.leads("x-education-web", orders)))
    met.extend(_values(sets.leads("complete-journey", orders)))
    met.append(_refusals(orders))
    return 0 if all(met) else 1


def _predicted(leads: Leads, count: int) -> Predicted:
    fold = folds(leads, count=count, seed=SEED)
    by = {name: np.zeros(leads.count) for name in ("ours", *PEERS)}
    trees = 0
    for held in range(count):
        learn, judge = leads.taken(fold != held), leads.taken(fold == held)
        own = chosen(learn, Training())
        trees += own.model.is_boosted
        by["ours"][fold == held] = chances(own.model.log_odds(judge.rows))
        for name, peer in PEERS.items():
            by[name][fold == held] = peer(learn, judge)
    return Predicted(leads=leads, by=by, trees=trees)


def _by_time(leads: Leads) -> bool:
    """The oldest three quarters learn and choose, the newest judges; leads are numbered by time."""
    first = int(leads.count * (1 - NEWEST))
    places = np.arange(leads.count)
    learn, judge = leads.taken(places[:first]), leads.taken(places[first:])
    loss = log_loss(judge.won, chances(chosen(learn, Training()).model.log_odds(judge.rows)))
    peers = {name: log_loss(judge.won, peer(learn, judge)) for name, peer in PEERS.items()}
    best = min(peers, key=peers.__getitem__)
    told = ", ".join(f"{name} {one:.4f}" for name, one in peers.items())
    print(f"x-education-web, by time: n {judge.count}, ours {loss:.4f}, {told}")
    figure = Figure(value=loss, own=loss, peer=peers[best])
    note = "oldest 75 % learn and choose, newest 25 % judge"
    aim = AIMS["x-education-web"]
    return _lower("loss_x_education_web_by_time", figure, aim, peer=best, n=judge.count, note=note)


def _print(name: str, told: Predicted) -> None:
    won = told.leads.won
    half = np.arange(won.size) % 2 == 0
    print(f"{name}: n {won.size}, won {won.mean():.3f}, trees chosen in {told.trees} folds")
    print(f"  {'':10} log-loss    AUC    ECE  | log-loss of even, odd leads")
    for who, chance in told.by.items():
        print(
            f"  {who:10} {log_loss(won, chance):8.4f} {auc(won, chance):6.4f} "
            f"{ece(won, chance):6.4f}  | {log_loss(won[half], chance[half]):.4f} "
            f"{log_loss(won[~half], chance[~half]):.4f}"
        )


def _promises(name: str, told: Predicted) -> list[bool]:
    won = told.leads.won
    loss = {who: log_loss(won, chance) for who, chance in told.by.items()}
    error = {who: ece(won, chance) for who, chance in told.by.items()}
    rival = min(("logistic", "lightgbm"), key=loss.__getitem__)
    calmest = min(PEERS, key=error.__getitem__)
    key = name.replace("-", "_")
    beside = Figure(value=loss["ours"] - loss[rival], own=loss["ours"], peer=loss[rival])
    calm = Figure(value=error["ours"] - error[calmest], own=error["ours"], peer=error[calmest])
    met = [
        _lower(f"loss_beside_{key}", beside, BESIDE, peer=rival, n=won.size),
        _lower(f"ece_beside_{key}", calm, ECE_BESIDE, peer=calmest, n=won.size),
    ]
    if name in AIMS:
        whole = Figure(value=loss["ours"], own=loss["ours"], peer=loss["lightgbm"])
        note = f"{WIN_SETS[name]} folds of the part that the corpus holds"
        met.append(_lower(f"loss_{key}", whole, AIMS[name], peer="lightgbm", n=won.size, note=note))
    return met


def _values(leads: Leads) -> list[bool]:
    """Learn from two thirds of the households, judge by the third."""
    part = leads.customer % PARTS
    by = {judges: _judged(leads, part == judges) for judges in (*SEEN, UNSEEN)}
    for judges, told in by.items():
        print(
            f"complete-journey, households {judges} of {PARTS}: n {told.count}, pinball "
            f"{told.pinball:.4f} / {told.unconditional:.4f} = "
            f"{told.pinball / told.unconditional:.4f}, coverage off {told.scored_error:.4f}"
        )
    own = sum(told.pinball * told.count for told in by.values()) / leads.count
    flat = sum(told.unconditional * told.count for told in by.values()) / leads.count
    kept = by[UNSEEN]
    unseen = Figure(
        value=kept.pinball / kept.unconditional, own=kept.pinball, peer=kept.unconditional
    )
    covered = Figure(value=kept.scored_error, own=kept.scored_error, peer=kept.still_error)
    peer, note = "unconditional quantiles", "households that no choice was made by"
    key = "complete_journey"
    return [
        _lower(f"pinball_{key}", unseen, PINBALL, peer=peer, n=kept.count, note=note),
        _lower(f"coverage_{key}", covered, COVERAGE, peer="its promise", n=kept.count, note=note),
        _lower(
            f"pinball_{key}_all",
            Figure(value=own / flat, own=own, peer=flat),
            PINBALL,
            peer=peer,
            n=leads.count,
            note="each household by models that never saw it; two of three parts were looked at",
        ),
    ]


def _judged(leads: Leads, judges: NDArray[np.bool_]) -> JudgedValues:
    """Judge without times: residuals that learned are the ones that judge, nothing rolls."""
    learn, judge = sets.undated(leads.taken(~judges)), sets.undated(leads.taken(judges))
    return judged_values(values.fitted(learn, Training()), learn, judge)


def _lower(name: str, figure: Figure, aim: float, *, peer: str, n: int, note: str = "") -> bool:
    return record(
        id=f"coefficient.{name}",
        value=figure.value,
        unit="nats" if name.startswith("loss") else "share",
        better="lower",
        aim=aim,
        peer=peer,
        peer_value=figure.peer,
        own_value=figure.own,
        n=n,
        note=note,
    )


def _refusals(orders: Path) -> bool:
    """Ask the gates about sets without a signal."""
    silent = {
        f"{name}, outcomes shuffled ({seed})": sets.shuffled(sets.leads(name, orders), seed)
        for name in ("x-education-web", "bank", "repeat")
        for seed in (1, 2)
    }
    silent["cdnow"] = sets.leads("cdnow", orders)
    refused = 0
    for name, leads in silent.items():
        gates = asked(candidate(leads))
        failed = [gate.id for gate in gates if gate.answer is Answer.FAILED]
        refused += "G2" in failed
        print(f"  {name}: {'refused by ' + ', '.join(failed) if failed else 'NOT REFUSED'}")
    return record(
        id="coefficient.refused_without_signal",
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
