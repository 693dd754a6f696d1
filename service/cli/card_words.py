"""A rate card in words and tables, in the language of the terminal."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.coefficient.budget import budget_for, cost, hard_won_ratio
from models.coefficient.card import Basis, Compare
from models.origin import Origin
from service.cli.messages import say
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from models.coefficient.budget import Cells
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
#: Means of hard-won orders over those of others, at least; the second one is what closed 60 % of
#: the gap in worlds whose truth is known (`python -m benchmarks fairness`).
TARGETED_RATIO, FAIR_RATIO = 1.20, 1.31
_WHY = {
    TARGETED_RATIO: Text(
        zh="攻坚单明显多得的下限", en="the least at which hard-won orders clearly earn more"
    ),
    FAIR_RATIO: Text(
        zh="在真相已知的模拟中，与按真实贡献付酬的差距由此缩小六成",
        en="where simulated worlds with known truth closed 60 % of the gap to paying by "
        "contribution",
    ),
}


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


def solved_words(cells: Cells, published: RateCard, solved: RateCard) -> list[Text]:
    """Say where the budget goes, how fair that is, and what budget fairness would need."""
    told = [_spent_words(cells, solved)]
    ratio = hard_won_ratio(cells, solved)
    if ratio is None:
        return told
    told.append(
        Text(
            zh=f"攻坚单的平均系数是其他订单的 {ratio:.2f} 倍。",
            en=f"Hard-won orders are paid {ratio:.2f} times as much as others.",
        )
    )
    return [*told, *needed_words(cells, published, above=ratio)]


def needed_words(cells: Cells, published: RateCard, *, above: float = 0.0) -> list[Text]:
    """Say what budget each aim above a ratio would need."""
    aims = [aim for aim in (TARGETED_RATIO, FAIR_RATIO) if aim > above]
    return [_needed_words(aim, budget_for(cells, published, aim)) for aim in aims]


def _spent_words(cells: Cells, solved: RateCard) -> Text:
    spent, budget = cost(cells, solved), solved.budget
    floor = spent.floor_share / budget if budget else 0.0
    return Text(
        zh=f"佣金池增加 {spent.share:.1%}（预算 {budget:.1%}）；"
        f"仅高客单下限就占 {spent.floor_share:.1%}，即预算的 {floor:.0%}。"
        "预算不足时先降自然成交，再降协助成交，最后才降攻坚单。",
        en=f"{spent.share:.1%} more of the commission pool (budget {budget:.1%}); the floor "
        f"of high value alone {spent.floor_share:.1%}, {floor:.0%} of the budget. Where it is "
        "short, natural orders lose their rates first, then assisted ones, hard-won ones last.",
    )


def _needed_words(aim: float, needed: float | None) -> Text:
    why = _WHY[aim]
    if needed is None:
        return Text(
            zh=f"要达到 {aim:.2f} 倍（{why.zh}），这张费率卡的攻坚单费率不够高：请提高它们。",
            en=f"{aim:.2f} times ({why.en}) is beyond this card: raise its hard-won rates.",
        )
    return Text(
        zh=f"要达到 {aim:.2f} 倍（{why.zh}），预算需为 {needed:.1%}，或提高 high_value 的 amount。",
        en=f"{aim:.2f} times ({why.en}) needs a budget of {needed:.1%}, or a larger amount of "
        "high_value.",
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
