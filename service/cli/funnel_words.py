"""What was found in a funnel, in words and tables, in the language of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.messages import say
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from models.rca import Answer, Cause, Cell, FunnelCase

_EVERYTHING = Text(zh="（全部）", en="(everything)")
_COLUMNS = (
    Text(zh="单元", en="cell"),
    Text(zh="预期", en="expected"),
    Text(zh="实际", en="observed"),
    Text(zh="少成交（95% 区间）", en="shortfall (95 %)"),
    Text(zh="把握", en="p"),
    Text(zh="无法区分", en="tied with"),
)


#: More are counted: such a table has one mistake, not hundreds.
MOST_ALIKE = 5


def alike_words(case: FunnelCase) -> Iterator[Text]:
    """Say which values count apart, though they differ in case, width or blanks alone."""
    from models.rca.spelling import alike

    found = list(alike(case.dimensions, case.values))
    for name, ways in found[:MOST_ALIKE]:
        told = ", ".join(map(repr, ways))
        yield Text(
            zh=f"注意：{name} 的取值 {told} 只有大小写、全半角或空格不同，按不同取值计算，"
            "下降会被拆散。若是同一个，请在导出时统一。",
            en=f"Note: {name} has {told}, which differ in case, width or blanks alone and count "
            "apart: a fall is torn between them. Write them alike if they are one.",
        )
    if (more := len(found) - MOST_ALIKE) > 0:
        yield Text(zh=f"还有 {more} 组这样的取值。", en=f"{more} more values are written so.")


def causes_table(answer: Answer) -> Table:
    """Give a table with a row a cause, the costliest first."""
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for place, column in enumerate(_COLUMNS):
        is_number = 0 < place < len(_COLUMNS) - 1
        table.add_column(say(column), justify="right" if is_number else "left", overflow="fold")
    for cause in answer.causes:
        table.add_row(*(escape(cell) for cell in _row(cause)))
    return table


def _row(cause: Cause) -> tuple[str, ...]:
    low, high = cause.interval
    return (
        say(cell_words(cause.cell)),
        f"{cause.expected:z,.1f}",
        f"{cause.observed:,}",
        f"{cause.shortfall:z,.1f} ({low:z,.1f} … {high:z,.1f})",
        f"{cause.p:.2f}",
        "; ".join(say(cell_words(cell)) for cell in cause.tie),
    )


def cell_words(cell: Cell) -> Text:
    told = " & ".join(f"{dimension}={value}" for dimension, value in cell)
    return Text(zh=told, en=told) if cell else _EVERYTHING


def answer_words(answer: Answer) -> Iterator[Text]:
    """Say what the table shows, and how the change splits into mix and rate."""
    yield _scope_words(answer)
    change = answer.change
    yield Text(
        zh=f"总转化率 {change.before:.1%} → {change.now:.1%}："
        f"构成变化 {change.mix:+.2%}，单元内转化率变化 {change.rate:+.2%}。",
        en=f"Total rate {change.before:.1%} → {change.now:.1%}: "
        f"{change.mix:+.2%} by the mix, {change.rate:+.2%} by rates within it.",
    )


def _scope_words(answer: Answer) -> Text:
    if answer.scope == "all":
        return Text(zh="各处都下降了，不限于某个单元。", en="Everything fell, no cell alone.")
    if answer.scope == "cells":
        return Text(
            zh=f"{len(answer.causes)} 个单元解释了下降；其余部分没有超出构成变化的下降。",
            en=f"Fallen: {len(answer.causes)} of the cells; the rest fell by no more than its mix.",
        )
    if answer.change.before == 0:
        return Text(
            zh="历史上没有一个转化，谈不上下降。请核对 k_hist 列和历史窗口。",
            en="Nothing ever converted in history, so no fall can be told. Check the column "
            "k_hist and the window of history.",
        )
    if answer.needed is None:
        return Text(
            zh="没有哪个单元的下降超出构成变化和正常波动。",
            en="No cell fell beyond a change of mix and the usual spread.",
        )
    return Text(
        zh=f"尚无法定位：商机太少，每个窗口大约需要 {answer.needed:,} 个。",
        en=f"Not localisable yet: n too small, needed about {answer.needed:,} deals a window.",
    )
