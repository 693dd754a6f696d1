"""A house's own deals, to inject causes into: quiet weeks are cut from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.rca.case import CaseProblem, CaseRefused
from models.rca.deal_table import read_deals
from models.text import Text
from training.rca.quiet import AFTER_DAYS, HISTORY_DAYS, Quiet, cut

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import numpy as np

    from models.rca.causes.incident import Deals

COLUMNS = ("id", "rep", "entered", "converted")
#: Windows with fewer deals a day teach little.
LEAST_DEALS_A_DAY = 10


def read_history(data: bytes, *, until: date | None = None) -> Deals:
    """Give the deals of a CSV file, of one stage. Raises CaseRefused with its mistakes.

    A day after `until` (None: any will do) is one.
    """
    stages = read_deals(data, needed=COLUMNS, until=until)
    if len(stages) != 1:
        expected = Text(zh="一个阶段的商机", en="deals of one stage")
        raise CaseRefused((_problem("stage", ", ".join(stages), expected),))
    return next(iter(stages.values()))


def windows(
    deals: Deals, quiet_until: date | None = None
) -> Callable[[np.random.Generator], Quiet]:
    """Give a drawer of quiet weeks. Raises CaseRefused where there are too few days or deals."""
    last = int(deals.entered.max()) if quiet_until is None else quiet_until.toordinal()
    first, days = int(deals.entered.min()), HISTORY_DAYS + AFTER_DAYS
    span = last - first + 1
    inside = int((deals.entered <= last).sum())
    if span < days or inside < LEAST_DEALS_A_DAY * span or not deals.dimensions:
        expected = Text(
            zh=f"至少 {days} 天、每天 {LEAST_DEALS_A_DAY} 个商机、有维度列的平稳历史",
            en=f"{days} quiet days at least, with {LEAST_DEALS_A_DAY} deals a day and a dimension",
        )
        seen = f"{max(span, 0)} days, {inside} deals, {len(deals.dimensions)} dimensions"
        raise CaseRefused((_problem("entered", seen, expected),))

    def draw(generator: np.random.Generator) -> Quiet:
        return cut(deals, first + int(generator.integers(0, span - days + 1)))

    return draw


def _problem(column: str, seen: str, expected: Text) -> CaseProblem:
    return CaseProblem(line=1, column=column, seen=seen[:80], expected=expected)
