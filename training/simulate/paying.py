"""Claims to coefficients, as the service would pay them, and how fair the pay is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.coefficient.deals import OrderLine, by_deal, deal_of
from models.coefficient.high_value import FEWEST, basis_of
from models.coefficient.scored import Scores, coefficient
from models.origin import Closing, OriginPolicy, trace
from training.simulate.claims import BEGAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from models.coefficient.card import RateCard
    from models.coefficient.deals import Deal
    from models.coefficient.scored import Coefficient
    from models.origin import Event, Origin, Traced
    from training.simulate.claims import Claim
    from training.simulate.world import World


class Scorer(Protocol):
    """Models fitted on the world's records."""

    def p_win(self) -> NDArray[np.float64]:
        """Give P(win | ordinary handling) of each lead."""

    def p_segment(self) -> NDArray[np.float64]:
        """Give the same for each lead's segment as a whole."""

    def value_quantile(
        self, lead: NDArray[np.int64], value: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Give where each value lies among customers like the lead's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What systems know of the deals, whatever a seller enters: their leads and last closings."""

    first_lead: Mapping[Deal, int]
    closed_at: Mapping[Deal, datetime]


def ledger(world: World, honest: Sequence[Claim]) -> Ledger:
    """Read off the systems' records which lead of each deal was assigned first."""
    grouped = by_deal(line_of(claim, world) for claim in honest)
    return Ledger(
        first_lead={deal: int(lines[0].id[1:]) for deal, lines in grouped.items()},
        closed_at={deal: max(line.closed_at for line in lines) for deal, lines in grouped.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Payroll:
    """Everything beside the claims that decides what is paid."""

    world: World
    known: Ledger
    scorer: Scorer
    card: RateCard
    policy: OriginPolicy


def coefficients(entered: Sequence[Claim], payroll: Payroll) -> dict[Deal, Coefficient]:
    """Give the coefficient of each deal that was entered."""
    grouped = by_deal(line_of(claim, payroll.world) for claim in entered)
    deals = list(grouped)
    sums = np.array([sum(line.value for line in grouped[deal]) for deal in deals])
    traced = _traced(entered, payroll)
    scores = _scores(deals, sums, payroll)
    reached = _qualifies(deals, sums, payroll.card)
    return {
        deal: coefficient(traced[deal], score, payroll.card, qualifies=qualifies)
        for deal, score, qualifies in zip(deals, scores, reached, strict=True)
    }


def _traced(entered: Sequence[Claim], payroll: Payroll) -> dict[Deal, Traced]:
    """Give each deal's origin from the events of all its orders."""
    events: defaultdict[Deal, list[Event]] = defaultdict(list)
    claimed: dict[Deal, Origin | None] = {}
    for claim in entered:
        deal = deal_of(line_of(claim, payroll.world))
        events[deal].extend(claim.events)
        claimed[deal] = claim.claimed or claimed.get(deal)
    return {
        deal: trace(
            Closing(
                order=deal.customer,
                customer=deal.customer,
                closed_at=payroll.known.closed_at[deal],
                claimed=claimed[deal],
            ),
            seen,
            payroll.policy,
        )
        for deal, seen in events.items()
    }


def _scores(deals: Sequence[Deal], sums: NDArray[np.int64], payroll: Payroll) -> list[Scores]:
    leads = np.array([payroll.known.first_lead[deal] for deal in deals])
    columns = (
        payroll.scorer.p_win()[leads],
        payroll.scorer.p_segment()[leads],
        payroll.scorer.value_quantile(leads, sums),
    )
    return [
        Scores(p_win=win, p_segment=segment, value_quantile=quantile)
        for win, segment, quantile in zip(*(one.tolist() for one in columns), strict=True)
    ]


def pay(entered: Sequence[Claim], payroll: Payroll) -> dict[str, float]:
    """Give commission times coefficient of each order entered, in minor units."""
    paid = coefficients(entered, payroll)
    grouped = by_deal(line_of(claim, payroll.world) for claim in entered)
    return {
        line.id: line.commission * paid[deal].coefficient
        for deal, lines in grouped.items()
        for line in lines
    }


def misallocated(paid: NDArray[np.float64], deserved: NDArray[np.float64]) -> float:
    """Give the share of a pot that goes to the wrong orders, 0..1 (total variation)."""
    return float(np.abs(paid / paid.sum() - deserved / deserved.sum()).sum() / 2)


def _qualifies(deals: Sequence[Deal], sums: NDArray[np.int64], card: RateCard) -> list[bool]:
    """Compare each deal with the basis of the periods before its own."""
    periods = np.array([deal.period for deal in deals])
    limits = {}
    for period in set(periods.tolist()):
        before = sums[periods < period]
        known = before.size >= FEWEST
        limits[period] = (
            basis_of(before, card.high_value) * card.high_value.multiple if known else np.inf
        )
    return [
        bool(value >= limits[period])
        for value, period in zip(sums.tolist(), periods.tolist(), strict=True)
    ]


def line_of(claim: Claim, world: World) -> OrderLine:
    """Give a claim as scoring takes it."""
    return OrderLine(
        id=claim.order,
        customer=f"c{claim.registered}",
        closed_at=claim.closed_at,
        value=claim.value,
        commission=claim.commission,
        assigned_at=BEGAN + timedelta(days=int(world.leads.day[claim.lead])),
    )
