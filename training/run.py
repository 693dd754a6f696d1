"""One training, from a table and a contract to parts and gates; nothing is written here.

1. Rows against the contract; flaws of the whole refuse it.
2. The snapshot and its hash.
3. Leads as of their assignment, and the shuffled-future test.
4. Fit and judge.
5. The gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.coefficient.candidate import Candidate, candidate
from training.coefficient.win import Training
from training.contract.contract import OpenLeads
from training.contract.soundness import Flaw, flaws
from training.contract.staging import Staged, staged
from training.features import leads_of
from training.gates import conduct, honesty, skill
from training.gates.figures import NOTHING_ASKED
from training.gates.gate import Answer
from training.gates.limits import Limits
from training.leakage import future_moves
from training.pay_figures import Asking, figures
from training.snapshot import Snapshot, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.contract.contract import Contract
    from training.contract.table import Table
    from training.gates.figures import CardFigures
    from training.gates.gate import Gate

NOTHING_BESIDE = Asking()
STEPS = ("snapshot", "leads", "split", "win", "value", "judge", "stability", "gates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A table held against its contract; the snapshot is None where a flaw refuses it."""

    staged: Staged
    flaws: tuple[Flaw, ...]
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    candidate: Candidate
    gates: tuple[Gate, ...]
    #: What everything was drawn by.
    seed: int

    @property
    def refused(self) -> bool:
        return any(gate.answer is Answer.FAILED for gate in self.gates)


def imported(table: Table, contract: Contract, *, at: float) -> Imported:
    """Hold a table against its contract. Raises TableRefused for missing columns."""
    rows = staged(table, contract, at=at)
    found = flaws(rows, contract)
    taken = None if found else snapshot(rows.records, contract)
    return Imported(staged=rows, flaws=found, snapshot=taken)


def trained(
    taken: Snapshot,
    *,
    at: float,
    training: Training | None = None,
    asking: Asking = NOTHING_BESIDE,
    progress: Callable[[str], None] = lambda _step: None,
) -> Trained:
    """Train and ask every gate.

    Raises TooLittle, and FeaturesRefused where the champion knows other features.
    """
    contract = taken.contract
    told = training or Training()
    progress("leads")
    leads = leads_of(taken, at=at)
    moves = future_moves(taken, at=at)
    weighed = contract.open_leads is OpenLeads.IPCW
    embargo = (
        contract.embargo_days if weighed else max(contract.embargo_days, contract.horizon_days)
    )
    found = candidate(
        leads, embargo_days=embargo, weighed=weighed, training=told, progress=progress
    )
    progress("gates")
    signed = frozenset(field.name for field in contract.fields if field.signed)
    gates = asked(found, moves, figures(taken, found, asking, at=at), signed=signed)
    return Trained(candidate=found, gates=gates, seed=told.seed)


def asked(
    found: Candidate,
    moves: tuple[str, ...] = (),
    card: CardFigures = NOTHING_ASKED,
    limits: Limits | None = None,
    *,
    signed: frozenset[str] = frozenset(),
) -> tuple[Gate, ...]:
    """Ask every gate, in order.

    `signed`: audit groups whose proxies a named person accepts.
    """
    told = limits or Limits()
    learn, judge, scored = found.learn, found.judge, found.chances.scored
    return (
        skill.enough(int(learn.won.sum()), int((~learn.won).sum()), told),
        skill.skill(judge.won, scored, found.chances.prior, told),
        skill.simpler(found.win.gain, told, trees=found.win.model.is_boosted),
        skill.champion(found, card.champion, told),
        honesty.calibrated(judge, scored, told),
        honesty.covers(found.values, told),
        conduct.monotone(found.win.model, judge),
        conduct.stable(found, told, card.champion),
        conduct.budget(card, told),
        conduct.fair(learn, card.group_ratios, told, signed),
        conduct.cheats(card.cheat_gains, told),
        conduct.safe(None),
        honesty.leakage(found, told, future_moves=moves),
    )
