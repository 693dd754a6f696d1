"""ROI workbooks whose figures Python works out, without our evaluator: formula and result in pairs.

Rates of return come from numpy's roots of polynomials, payments from a loan paid month by month,
dates from the calendar; nothing here imports `verification.formulas`.
"""

# ruff: noqa: E501 - a line of a book stays one line

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.verification.booking import F

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Draft:
    """Cells, and which of those with a constant were typed in for a formula."""

    rng: random.Random
    cells: dict[str, object] = field(default_factory=dict)
    row: int = 1

    def put(self, label: str, text: str, value: object) -> None:
        """Write one line: a label and a formula with its result."""
        self.cells[f"A{self.row}"] = label
        self.cells[f"C{self.row}"] = F(text, value)
        self.row += 1


def _amount(rng: random.Random) -> float:
    size = float(10 ** rng.randint(1, 7))
    return round(rng.uniform(-1, 1) * size, rng.choice((0, 2, 2, 5)))


def flow(draft: Draft) -> None:
    """Several years of cost and gain, filled to the right, with sums below and beside."""
    rng, top, years = draft.rng, draft.row, draft.rng.randint(3, 8)
    letters = "CDEFGHIJK"[:years]
    price, gain, rate = (
        float(rng.randint(10_000, 900_000)),
        float(rng.randint(9_000, 600_000)),
        rng.choice((0.06, 0.08, 0.1)),
    )
    draft.cells |= {
        f"A{top}": "采购价",
        f"C{top}": price,
        f"A{top + 1}": "折现率",
        f"C{top + 1}": rate,
    }
    net: list[float] = []
    for year, letter in enumerate(letters):
        cost = -price if not year else -price * 0.15
        come = gain * year if year else 0.0
        net.append(cost + come)
        draft.cells[f"{letter}{top + 3}"] = F(f"-$C${top}*{'0.15' if year else '1'}", cost)
        draft.cells[f"{letter}{top + 4}"] = F(f"{float(gain)!r}*{year}", come)
        draft.cells[f"{letter}{top + 5}"] = F(
            f"SUM({letter}{top + 3}:{letter}{top + 4})", sum((cost, come))
        )
        before = letters[year - 1] if year else ""
        text = f"{before}{top + 6}+{letter}{top + 5}" if year else f"{letter}{top + 5}"
        draft.cells[f"{letter}{top + 6}"] = F(text, sum(net))
    for offset, label in enumerate(("投入", "收益", "净现金流", "累计")):
        draft.cells[f"A{top + 3 + offset}"] = label
    draft.row = top + 8
    last = letters[-1]
    worth = net[0] + sum(one / (1 + rate) ** year for year, one in enumerate(net) if year)
    draft.put("净现值", f"C{top + 5}+NPV(C{top + 1},D{top + 5}:{last}{top + 5})", worth)
    draft.put("投资回报率", f"ROUND({last}{top + 6}/C{top},4)", _half_up(sum(net) / price, 4))
    _rate(draft, net, f"C{top + 5}:{last}{top + 5}")


def _rate(draft: Draft, net: list[float], cells: str) -> None:
    turns = sum((a > 0) != (b > 0) for a, b in pairwise(net))
    roots = [1 / r.real - 1 for r in np.roots(net[::-1]) if abs(r.imag) < 1e-9 and r.real > 0]
    likely = [one for one in roots if -0.8 < one < 8]
    if turns == 1 and len(likely) == 1:
        draft.put("内部收益率", f"IRR({cells})", float(likely[0]))


def _half_up(value: float, places: int) -> float:
    """Round as people do on paper."""
    unit = float(10**places)
    scaled = abs(float(f"{value:.15g}")) * unit
    return (1 if value >= 0 else -1) * float(int(float(f"{scaled:.15g}") + 0.5)) / unit


def table(draft: Draft) -> None:  # noqa: PLR0915 - a line of the book a statement
    """A price list, and what is looked up, counted and summed in it."""
    rng, top, count = draft.rng, draft.row, draft.rng.randint(4, 12)
    names = [f"项目{n}" for n in range(count)]
    kinds = [rng.choice(("软件", "硬件", "服务")) for _ in names]
    prices = [abs(_amount(rng)) + 1 for _ in names]
    counts = [float(rng.randint(1, 40)) for _ in names]
    for n in range(count):
        row = top + n
        draft.cells |= {f"A{row}": names[n], f"B{row}": kinds[n], f"C{row}": prices[n]}
        draft.cells |= {f"D{row}": counts[n], f"E{row}": F(f"C{row}*D{row}", prices[n] * counts[n])}
    end = top + count - 1
    amounts = [p * c for p, c in zip(prices, counts, strict=True)]
    draft.row = end + 2
    kind, pick, limit = rng.choice(kinds), rng.randrange(count), sorted(prices)[count // 2]
    chosen = [a for a, k in zip(amounts, kinds, strict=True) if k == kind]
    box = f"${top}:$%s${end}"
    a, b, c, d, e = (f"${x}{box % x}" for x in "ABCDE")
    both = [a_ for a_, k, p in zip(amounts, kinds, prices, strict=True) if k == kind and p > limit]
    draft.put("合计", f"SUM({e})", sum(amounts))
    draft.put("分类", f'SUMIF({b},"{kind}",{e})', sum(chosen))
    draft.put("多条件", f'SUMIFS({e},{b},"{kind}",{c},">{limit!r}")', sum(both))
    draft.put("计数", f'COUNTIF({b},"{kind}")', float(len(chosen)))
    draft.put("乘积和", f"SUMPRODUCT({c},{d})", sum(amounts))
    draft.put("条件乘积", f'SUMPRODUCT(({b}="{kind}")*{c}*{d})', sum(chosen))
    draft.put("查单价", f'VLOOKUP("{names[pick]}",$A${top}:$E${end},3,FALSE)', prices[pick])
    draft.put(
        "查名称", f"INDEX({a},MATCH({prices[pick]!r},{c},0))", names[prices.index(prices[pick])]
    )
    draft.put("查不到", f'IFERROR(VLOOKUP("没有",$A${top}:$E${end},2,0),"无")', "无")
    draft.put("均价", f"AVERAGE({c})", sum(prices) / count)
    draft.put("最贵", f"MAX({c})-MIN({c})", max(prices) - min(prices))
    draft.put("占比", f"E{top}/SUM({e})", amounts[0] / sum(amounts))


def loan(draft: Draft) -> None:
    """A loan: the payment is right when month after month leaves nothing."""
    rng = draft.rng
    amount, months, rate = (
        float(rng.randint(1, 900) * 1000),
        rng.randint(6, 60),
        rng.uniform(0.002, 0.01),
    )
    top = draft.row
    draft.cells |= {
        f"A{top}": "贷款",
        f"C{top}": amount,
        f"A{top + 1}": "月利率",
        f"C{top + 1}": rate,
    }
    draft.row += 2
    left, one = amount, 0.0  # what is left is linear in the payment
    for _ in range(months):
        left, one = left * (1 + rate), one * (1 + rate) + 1
    payment = left / one
    draft.put("月供", f"PMT(C{top + 1},{months},C{top})", -payment)
    draft.put("终值", f"FV(C{top + 1},{months},0,-C{top})", left)
    worth = sum(payment / (1 + rate) ** month for month in range(1, months + 1))
    draft.put("现值", f"PV(C{top + 1},{months},{-payment!r})", worth)
    draft.put("本息", f"{months}*C{top + 2}", -payment * months)


def odds(draft: Draft) -> None:
    """Precedence, coercions, errors, dates, rounding."""
    rng = draft.rng
    a, b = float(rng.randint(2, 99)), float(rng.randint(2, 9))
    day = dt.date(rng.randint(2001, 2030), rng.randint(1, 12), rng.randint(1, 28))
    serial = float((day - dt.date(1899, 12, 30)).days)
    top = draft.row
    draft.cells |= {f"A{top}": "甲", f"C{top}": a, f"A{top + 1}": "乙", f"C{top + 1}": b}
    draft.row += 2
    x, y = f"C{top}", f"C{top + 1}"
    lines: list[tuple[str, object]] = [
        (f"-{x}^2", a * a), (f"{x}-{y}^2", a - b * b), (f"{x}*{y}%", a * b / 100), (f"2^{y}^2", (2**b) ** 2),
        (f"IF(AND({x}>{y},NOT({y}>5)),{x},{y})", a if a > b and b <= 5 else b), (f"{x}/(Z99*1)", "#DIV/0!"),
        (f'IF({x}/{y}>3,"高","低")&"值"', ("高" if a / b > 3 else "低") + "值"), (f'"{int(a)}"+{y}', a + b),
        (f"MOD({x},{y})", float(int(a) % int(b))), (f"INT({x}/{y})", float(int(a) // int(b))),
        (f"ROUND({x}/{y},2)", _half_up(a / b, 2)), (f"POWER({x},0.5)", a**0.5), (f"ABS({y}-{x})", abs(b - a)),
        (f"DATE({day.year},{day.month},{day.day})", serial), (f"MONTH({serial!r})", float(day.month)),
        (f"OR({x}={y},{x}<>{y})", True), (f"COUNT({x}:{y},Z1)", 2.0), (f"{x}>{y}", a > b),
    ]  # fmt: skip
    for number, (text, value) in enumerate(lines):
        draft.put(f"算式{number}", text, value)


_BLOCKS: tuple[Callable[[Draft], None], ...] = (flow, table, loan, odds)


def generated(seed: int) -> dict[str, object]:
    """Make the cells of one book."""
    rng = random.Random(seed)  # noqa: S311 - seeded books
    draft = Draft(rng)
    for block in rng.sample(_BLOCKS, rng.randint(2, 4)):
        block(draft)
        draft.row += 2
    return draft.cells


def altered(cells: dict[str, object], rng: random.Random) -> tuple[dict[str, object], str]:
    """Change one saved number by at least a thousandth, and say where."""
    names = [n for n, c in cells.items() if isinstance(c, F) and type(c.value) is float]
    name = rng.choice(names)
    old: Any = cells[name]
    value = old.value * rng.choice((1.001, 0.9, 1.2, 10.0)) + (0.5 if not old.value else 0.0)
    return {**cells, name: F(old.text, value)}, name


def typed_in(cells: dict[str, object], rng: random.Random) -> tuple[dict[str, object], str, str]:
    """Put a number in place of a formula, say where and beside which label."""
    names = [n for n, c in cells.items() if isinstance(c, F) and type(c.value) is float and c.value]
    name = rng.choice(names)
    old: Any = cells[name]
    label = str(cells.get(f"A{name[1:]}", ""))
    return {**cells, name: old.value}, name, label
