"""What may have brought a fall about, in words and a table, in the language of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.causes.report_words import chance
from service.cli.messages import say
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.table import Table

    from models.rca import Incident, RankedCause

ROLES = {
    "root": Text(zh="根因", en="root"),
    "contributing": Text(zh="促成", en="contributing"),
    "mediator": Text(zh="中间环节", en="mediator"),
    "symptom": Text(zh="表象", en="symptom"),
    "coincident": Text(zh="巧合", en="coincident"),
}
_COLUMNS = (
    Text(zh="名次", en="rank"),
    Text(zh="候选", en="candidate"),
    Text(zh="角色", en="role"),
    Text(zh="根因概率", en="P(root)"),
    Text(zh="少转化", en="short"),
    Text(zh="无法区分", en="tied with"),
)
_NUMBERS = frozenset({0, 3, 4})
#: Reasons are told of so many, the first ones.
MOST_EXPLAINED = 3


def ranking_table(found: Sequence[RankedCause]) -> Table:
    """Give a table with a row a candidate."""
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for place, column in enumerate(_COLUMNS):
        table.add_column(
            say(column), justify="right" if place in _NUMBERS else "left", overflow="fold"
        )
    for one in found:
        table.add_row(*(escape(cell) for cell in _row(one)))
    return table


def _row(one: RankedCause) -> tuple[str, ...]:
    short = one.figures.shortfall
    return (
        f"{one.rank}",
        one.id if one.type is None else f"{one.id} ({one.type})",
        say(ROLES[one.role]),
        chance(one.p_root),
        "" if short is None else f"{round(short):,}",
        ", ".join(one.tie),
    )


def ranking_words(incident: Incident, found: Sequence[RankedCause]) -> Iterator[str]:
    """Say why the first ones stand where they stand, and by what they were ranked."""
    if not found:
        yield say(
            Text(
                zh=f"事件 {incident.id} 没有证据，也没有定位到的单元，无从排序。",
                en=f"Incident {incident.id} has neither evidence nor localised cells to rank.",
            )
        )
        return
    for one in found[:MOST_EXPLAINED]:
        yield f"{one.rank}. {one.id}"
        yield from (f"   {say(Text(zh=text.zh, en=text.en))}" for text in one.reasons)
    if found[0].by == "rule":
        yield say(
            Text(
                zh="按人工规则排序：概率未经校准。",
                en="Ranked by the rule by hand: chances are not calibrated.",
            )
        )
