"""The gates' limits; each can be set otherwise, and is printed beside its value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Shares and probabilities in 0..1, log-loss in nats a lead."""

    #: G1: wins, and losses; with fewer than `FEWEST_FOR_TREES` logistic regression alone.
    fewest: int = 100
    #: G2, G3: the low end of the gain's 95 % interval lies above this.
    gain: float = 0.0
    #: G4: the high end of the loss beside the champion, overall and in a slice.
    worse: float = 0.002
    worse_slice: float = 0.01
    #: A slice of fewer is not judged by itself.
    slice_rows: int = 300
    #: G5: expected calibration error, and with so many judges or more.
    ece: float = 0.05
    ece_many: float = 0.03
    many: int = 20_000
    #: G5: observed over expected, in a slice: within 1 ± this.
    ratio: float = 0.1
    #: G6
    coverage: float = 0.03
    pinball: float = 0.95
    #: G8: leads that move by two bands or more, of models drawn again and beside the champion.
    moves: float = 0.10
    moves_champion: float = 0.05
    #: G9: the pool beside its target; anybody's pay.
    pool: float = 0.01
    pay: float = 0.10
    #: G10: mean coefficients of two groups: within 1 ± this; AUC of guessing a group.
    groups: float = 0.10
    proxy: float = 0.60
    #: G11: share of pay.
    cheat: float = 0.01
    #: G13: AUC of one feature alone; AUC of a random split above that of a split by time.
    single: float = 0.90
    gap: float = 0.03
