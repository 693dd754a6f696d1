"""How fairly a card pays where the truth is known, and what each cheat would gain (half a minute).

Worlds from seeds that the shipped card was shaped on, and from seeds that it never saw. "Gap
closed": of the distance between flat commission and paying by the true contribution (1 + half of
it), how much the card covers. The peer is the seed's rule: three times the mean pays 1.3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.promise import record
from models.coefficient import shipped_card
from models.coefficient.budget import Cells, cost, hard_won_ratio, solve, stretched
from models.coefficient.deals import deal_of
from models.origin import Origin
from training.simulate.cheating import gains, payroll_of
from training.simulate.claims import claims
from training.simulate.paying import coefficients, line_of, misallocated, pay
from training.simulate.world import world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.card import RateCard
    from training.simulate.claims import Claim
    from training.simulate.paying import Payroll
    from training.simulate.world import World

SHAPED_ON, KEPT_BACK = (1, 2, 3), (101, 102, 103, 104, 105)
CHEATERS = range(6)
#: The seed's rule, of single orders.
MULTIPLE, WEIGHT = 3, 1.3
#: The oracle pays 1 + this much of the true contribution.
HALF = 0.5
#: Beside the card's own: what more fairness would cost.
ENOUGH = 0.15
BUDGETS = (0.10, 0.12, ENOUGH)
#: Per cent above the mean from which a rarer floor would reach, under the card's own budget.
RARER = (300.0, 400.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Gaps closed 0..1, and the ratio of mean coefficients of targeted and other orders."""

    rule: float
    with_floor: float
    without_floor: float
    targeted_ratio: float
    pool_cost: float


def main() -> int:
    """Print both halves and every cheat; 1 where a promise is missed."""
    card = shipped_card()
    shaped = [_fairness(payroll_of(world(seed), card)) for seed in SHAPED_ON]
    _print("seeds that the card was shaped on", shaped)
    payrolls = [payroll_of(world(seed), card) for seed in KEPT_BACK]
    kept = [_fairness(one) for one in payrolls]
    _print("seeds kept back", kept)
    solved = _solved(card, payrolls)
    thrifty = solved[card.budget]
    met = [
        _promise("coefficient.gap_with_floor", kept, "with_floor", 0.60),
        _promise("coefficient.gap_without_floor", kept, "without_floor", 0.70),
        _promise("coefficient.targeted_ratio", kept, "targeted_ratio", 1.20),
        _promise("coefficient.gap_with_floor_solved", thrifty, "with_floor", 0.60),
        _promise("coefficient.gap_without_floor_solved", thrifty, "without_floor", 0.70),
        _promise("coefficient.targeted_ratio_solved", thrifty, "targeted_ratio", 1.20),
        _promise("coefficient.gap_with_floor_at_15", solved[ENOUGH], "with_floor", 0.60),
        _promise("coefficient.gap_without_floor_at_15", solved[ENOUGH], "without_floor", 0.70),
        _promise("coefficient.targeted_ratio_at_15", solved[ENOUGH], "targeted_ratio", 1.20),
    ]
    for name, gain in gains(payrolls[0], CHEATERS).items():
        print(f"  {name:18} {gain:+.4%} at most, of {len(CHEATERS)} cheaters")
        met.append(
            record(
                id=f"coefficient.gain_{name.replace(' ', '_').replace('-', '_')}",
                value=gain,
                unit="share of pay",
                better="lower",
                aim=1e-9 if name in ("split", "bundle") else 0.01,
                peer="honest claims",
                peer_value=0.0,
                own_value=gain,
                n=len(CHEATERS),
            )
        )
    return 0 if all(met) else 1


def _solved(card: RateCard, payrolls: list[Payroll]) -> dict[float, list[Fairness]]:
    """Give how fair the card is, solved to each budget on a world that it was shaped on."""
    known = world(SHAPED_ON[0])
    found = {}
    for budget in (card.budget, *BUDGETS):
        title = f"the same, the card solved to {budget:.0%} on seed {SHAPED_ON[0]}"
        found[budget] = _tight(replace(card, budget=budget), known, payrolls, title)
    for amount in RARER:
        rule = replace(card.high_value, amount=amount)
        title = f"solved to {card.budget:.0%}, the floor from {rule.multiple:g} times the mean"
        _tight(replace(card, high_value=rule), known, payrolls, title)
    return found


def _tight(card: RateCard, known: World, payrolls: list[Payroll], title: str) -> list[Fairness]:
    cells = _cells(payroll_of(known, card))
    tight = solve(cells, card)
    found = [_fairness(replace(one, card=tight)) for one in payrolls]
    _print(title, found)
    means = (mean(one.with_floor for one in found), mean(one.without_floor for one in found))
    ratio, paid = mean(one.targeted_ratio for one in found), mean(one.pool_cost for one in found)
    floor = cost(cells, tight).floor_share
    print(
        f"  mean: {means[0]:.1%} {means[1]:.1%} {ratio:.3f} {paid:.1%}; on seed {SHAPED_ON[0]} "
        f"hard-won/other {hard_won_ratio(cells, tight):.3f}, floor {floor:.1%}"
    )
    return found


def _fairness(payroll: Payroll) -> Fairness:
    honest = claims(payroll.world)
    won = np.flatnonzero(payroll.world.won)
    commission = payroll.world.commission[won].astype(float)
    share = payroll.world.truth.share[won]
    flat = misallocated(commission, share * commission)
    best = misallocated(commission * (1 + HALF * share), share * commission)

    def gap(paid: NDArray[np.float64]) -> float:
        return (flat - misallocated(paid, share * commission)) / (flat - best)

    rule = payroll.card.high_value
    no_floor = replace(payroll.card, high_value=replace(rule, weight=1.0))
    paid = _of(honest, payroll)
    value = payroll.world.value[won]
    by_rule = commission * np.where(value >= MULTIPLE * value.mean(), WEIGHT, 1.0)
    targeted = payroll.world.truth.targeted[won]
    rates = paid / np.maximum(commission, 1)
    return Fairness(
        rule=gap(by_rule),
        with_floor=gap(paid),
        without_floor=gap(_of(honest, replace(payroll, card=no_floor))),
        targeted_ratio=float(rates[targeted].mean() / rates[~targeted].mean()),
        pool_cost=float(paid.sum() / commission.sum() - 1),
    )


def _cells(payroll: Payroll) -> Cells:
    """Give the orders of a world as the solver takes them."""
    honest = claims(payroll.world)
    paid = coefficients(honest, payroll)
    lines = [line_of(claim, payroll.world) for claim in honest]
    found = [paid[deal_of(line)] for line in lines]
    # Where every rate is 1, the floor shows in whom it reaches.
    flat = coefficients(honest, replace(payroll, card=stretched(payroll.card, 0.0)))
    ranks = {origin: rank for rank, origin in enumerate(Origin)}
    return Cells(
        origin=np.array([ranks[one.origin] for one in found], dtype=np.uint8),
        difficulty_band=np.array([one.difficulty_band for one in found], dtype=np.uint8),
        value_band=np.array([one.value_band for one in found], dtype=np.uint8),
        commission=np.array([line.commission for line in lines], dtype=np.int64),
        qualifies=np.array([flat[deal_of(line)].floor_applied for line in lines]),
    )


def _of(entered: tuple[Claim, ...], payroll: Payroll) -> NDArray[np.float64]:
    paid = pay(entered, payroll)
    return np.array([paid[claim.order] for claim in entered])


def _print(title: str, found: list[Fairness]) -> None:
    print(f"{title} (n {len(found)}): seed's rule, with floor, without; targeted/other; pool cost")
    for one in found:
        print(
            f"  {one.rule:6.1%} {one.with_floor:6.1%} {one.without_floor:6.1%} "
            f"{one.targeted_ratio:6.3f} {one.pool_cost:6.1%}"
        )


def _promise(name: str, found: list[Fairness], field: str, aim: float) -> bool:
    values = [getattr(one, field) for one in found]
    return record(
        id=name,
        value=mean(values),
        unit="ratio" if field == "targeted_ratio" else "share",
        better="higher",
        aim=aim,
        peer="the seed's rule on single orders",
        peer_value=mean(one.rule for one in found),
        own_value=mean(values),
        n=len(found),
        note=f"worst world {min(values):.3f}; seeds that the card was not shaped on",
    )


if __name__ == "__main__":
    raise SystemExit(main())
