"""A world with known truth: the card pays fairly in it, and no cheat pays."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.coefficient import shipped_card
from models.origin import OriginPolicy
from training.simulate.cheats import CHEATS
from training.simulate.claims import Claim, claims
from training.simulate.paying import Payroll, ledger, misallocated, pay
from training.simulate.plain import PlainScorer
from training.simulate.world import world

#: Of a cheater's honest pay; what splitting leaves is the rounding of floating point.
NOTHING = 1e-9


@cache
def payroll() -> Payroll:
    made = world(11, leads=3_000)
    return Payroll(
        world=made,
        known=ledger(made, claims(made)),
        scorer=PlainScorer(made),
        card=shipped_card(),
        policy=OriginPolicy(),
    )


@cache
def honest() -> tuple[Claim, ...]:
    return claims(payroll().world)


def gain(cheat: str, rep: int) -> float:
    mine = tuple(claim for claim in honest() if claim.rep == rep)
    others = tuple(claim for claim in honest() if claim.rep != rep)
    entered = CHEATS[cheat](mine)
    assert entered != mine
    before, after = pay(honest(), payroll()), pay((*others, *entered), payroll())
    own = sum(before[claim.order] for claim in mine)
    return sum(after[claim.order] for claim in entered) / own - 1


def test_the_same_seed_makes_the_same_world() -> None:
    assert np.array_equal(world(5, leads=200).value, world(5, leads=200).value)
    assert not np.array_equal(world(5, leads=200).value, world(6, leads=200).value)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(["split", "bundle"]), st.integers(0, 19))
def test_how_orders_are_written_down_changes_nothing(cheat: str, rep: int) -> None:
    assert abs(gain(cheat, rep)) <= NOTHING


@pytest.mark.parametrize("cheat", [name for name in CHEATS if name not in ("split", "bundle")])
def test_no_cheat_gains(cheat: str) -> None:
    assert gain(cheat, 3) <= 0.01


def test_the_card_pays_work_better_than_the_rule_of_three_times_the_mean() -> None:
    made, won = payroll().world, payroll().world.won
    paid = pay(honest(), payroll())
    commission = made.commission[won].astype(float)
    deserved = made.truth.share[won] * commission
    by_card = misallocated(np.array([paid[claim.order] for claim in honest()]), deserved)
    value = made.value[won]
    by_rule = misallocated(commission * np.where(value >= 3 * value.mean(), 1.3, 1), deserved)
    flat = misallocated(commission, deserved)
    best = misallocated(commission * (1 + made.truth.share[won] / 2), deserved)
    assert flat - by_card > 0.6 * (flat - best)
    assert flat - by_rule < 0.3 * (flat - best)
