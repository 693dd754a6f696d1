"""A rate card in words and tables, in the language of the terminal."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.coefficient.card import Basis, Compare
from models.origin import Origin
from service.cli.messages import say
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from models.coefficient.card import HighValue, RateCard
    from models.coefficient.high_value import Reading
    from training.card_cost import WhatIf

ORIGINS = {
    Origin.NATURAL: Text(zh="自然成交", en="natural"),
    Origin.ASSISTED: Text(zh="协助成交", en="assisted"),
    Origin.HARD_WON: Text(zh="攻坚单", en="hard-won"),
}
_BASES = {
    Basis.MEAN: Text(zh="均值", en="the mean"),
    Basis.TRIMMED_MEAN: Text(zh="截尾均值", en="the trimmed mean"),
    Basis.MEDIAN: Text(zh="中位数", en="the median"),
    Basis.QUANTILE: Text(zh="分位数", en="the quantile"),
}
_SCOPES = {
    "company": Text(zh="全公司", en="the company"),
    "segment": Text(zh="同细分市场", en="the segment"),
    "product": Text(zh="同产品线", en="the product line"),
}
#: Money is kept in minor units.
MINOR = 100


def tables(card: RateCard) -> Iterator[Table]:
    """Give a table for each origin: a row a difficulty band, a column a value band."""
    from rich.table import Table

    for origin in Origin:
        table = Table(title=say(ORIGINS[origin]))
        table.add_column(say(Text(zh="难度 \\ 价值分位", en="difficulty \\ value quantile")))
        for edges in _ranges(card.value_from):
            table.add_column(edges, justify="right")
        rows = zip(_ranges(card.difficulty_from), card.rates[origin], strict=True)
        for edges, rates in rows:
            table.add_row(edges, *(f"{rate:.2f}" for rate in rates))
        yield table


def rule_words(rule: HighValue) -> Text:
    """Say the rule of high value so that nobody takes it for its other reading."""
    basis, scope = _BASES[rule.basis], _SCOPES[rule.scope]
    excess = rule.compare is Compare.EXCEEDS_BY_PCT
    zh = f"（即超出 {rule.amount:g}%）" if excess else ""
    en = f"{rule.amount:g} % above, that is " if excess else ""
    return Text(
        zh=f"客户一个季度的金额达到{scope.zh}前 {rule.window_days} 天{basis.zh}的"
        f" {rule.multiple:g} 倍{zh}时，系数不低于 {rule.weight:.2f}。",
        en=f"A customer's quarter of {en}{rule.multiple:g} times {basis.en} of {scope.en} in the "
        f"{rule.window_days} days before it pays {rule.weight:.2f} at least.",
    )


def cost_words(tried: WhatIf) -> Text:
    """Say what the whole card would have cost."""
    if tried.cost is None:
        return Text(
            zh=f"{tried.orders} 个订单（{tried.deals} 个客户季度）没有评分，只试算高客单规则：",
            en=f"{tried.orders} orders ({tried.deals} customer-quarters) carry no scores; "
            "the rule of high value alone:",
        )
    cost = tried.cost
    return Text(
        zh=f"{tried.orders} 个订单（{tried.deals} 个客户季度）：佣金池增加 {cost.share:.1%}，"
        f"其中仅下限就占 {cost.floor_share:.1%}。",
        en=f"{tried.orders} orders ({tried.deals} customer-quarters): {cost.share:.1%} more of the "
        f"commission pool; the floor alone {cost.floor_share:.1%}.",
    )


def reading_words(one: Reading) -> Text:
    """Say what one reading of the rule would have done."""
    limit = one.limit / MINOR
    return Text(
        zh=f"  按 {one.rule.multiple:g} 倍（门槛 {limit:,.2f}）："
        f"{one.orders_share:.1%} 的订单达到，"
        f"佣金池增加 {one.pool_cost:.1%}；"
        f"若按单笔计，{one.bundling_exposure:.1%} 的订单可靠并单达到。",
        en=f"  {one.rule.multiple:g} times (from {limit:,.2f}): {one.orders_share:.1%} of the "
        f"orders, {one.pool_cost:.1%} of the pool; by single orders {one.bundling_exposure:.1%} "
        "could be bundled up to it.",
    )


def _ranges(begin: Sequence[float]) -> list[str]:
    ends = [0.0, *begin, 1.0]
    return [f"{low:g}–{high:g}" for low, high in pairwise(ends)]
