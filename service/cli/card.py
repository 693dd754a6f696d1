"""`countermark card`: read a rate card aloud, try it on closed orders, bring it into its budget."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.data_files import tell_orders
from service.cli.files import read_up_to
from service.cli.messages import COULD_NOT, WRONG, give_up, say, tell
from service.cli.yaml_files import read_card
from verification.values import Text

if TYPE_CHECKING:
    from models.coefficient.card import RateCard
    from models.coefficient.high_value import Reading
    from training.card_cost import WhatIf
    from training.closed_orders import ClosedOrder

group = typer.Typer(no_args_is_help=True)

MOST_ORDERS_BYTES = 512 << 20
MOST_CARD_BYTES = 1 << 20
#: What sales ops write who mean one of two readings, and the card that what-if tells both of.
BARE = re.compile(r"^high_value:[ ]*['\"]?([0-9]+)[ ]*%['\"]?[ ]*(?:#.*)?$", re.MULTILINE)
SPELT_OUT = (
    r"high_value: {basis: mean, scope: company, window_days: 180, "
    r"compare: exceeds_by_pct, amount: \1, weight: 1.3}"
)

Card = Annotated[Path, typer.Argument(help="The rate card (YAML).", show_default=False)]
Orders = Annotated[
    Path,
    typer.Argument(
        help="Closed orders (CSV): order, customer, closed_at, value, commission; scored ones also "
        "origin, difficulty_band, value_band.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@group.callback()
def card() -> None:
    """The rate card of the attack coefficient."""


@group.command("explain")
def explain(card: Card) -> None:
    """Read a card aloud: its rates and its rule of high value, in words.

    Exit code 0; 1: the card has mistakes, each is told with its line; 2: it could not be read.
    """
    from rich.console import Console

    from service.cli.card_words import rule_words, tables

    read = read_card(card)
    console = Console()
    for table in tables(read):
        console.print(table)
    console.print(say(rule_words(replace(read.high_value, weight=read.floor))))


@group.command("what-if")
def what_if(card: Card, orders: Orders, *, as_json: AsJson = False) -> None:
    """Tell what a card would have cost on closed orders, and what 2x and 3x would.

    A bare ``high_value: 200%`` is refused, and both of its readings are told with their cost.
    Exit code 0; 1: the card or the orders have mistakes; 2: a file could not be read.
    """
    try:
        read = read_card(card)
    except typer.Exit:
        _preview_bare(card, orders)
        raise
    _print(_tried(read, _orders(orders)), as_json=as_json)


@group.command("solve")
def solve(card: Card, orders: Orders) -> None:
    """Print the card with its rates drawn to where they cost its budget on scored orders.

    Comments and everything beside the rates stay. On stderr: what the floor takes of the budget,
    and what budget would pay hard-won orders fairly. Exit code 0; 1: the card or the orders have
    mistakes, or the floor alone costs more than the budget; 2: a file could not be read.
    """
    from models.coefficient.budget import OverBudget
    from models.coefficient.budget import solve as solved
    from models.coefficient.card_file import rewritten
    from service.cli.card_words import needed_words, solved_words

    read = read_card(card)
    tried = _tried(read, _orders(orders))
    if tried.cells is None:
        give_up(
            Text(
                zh="订单没有评分列（来源、难度档、价值档）。请先用 countermark score 评分。",
                en="The orders have no origin, difficulty_band, value_band. Score them first.",
            )
        )
    try:
        found = solved(tried.cells, read)
    except OverBudget as error:
        zh = (
            f"仅高客单下限就占佣金池的 {error.floor_share:.1%}，超出预算 {read.budget:.1%}："
            "请提高 budget，或提高 high_value 的 amount。"
        )
        tell(Text(zh=zh, en=f"{error}."))
        for text in needed_words(tried.cells, read):
            tell(text)
        raise typer.Exit(WRONG) from error
    typer.echo(rewritten(card.read_text("utf-8-sig"), found), nl=False)
    for text in solved_words(tried.cells, read, found):
        tell(text)


def _preview_bare(card: Path, orders: Path) -> None:
    """Tell on stderr what both readings of a bare ``high_value: 200%`` cost; else do nothing."""
    from models.coefficient.card_file import CardRefused
    from models.coefficient.card_file import read as read_text
    from service.cli.card_words import reading_words

    data = read_up_to(card, MOST_CARD_BYTES) or b""
    spelt, count = BARE.subn(SPELT_OUT, data.decode("utf-8", "replace"))
    if count != 1:
        return
    try:
        read = read_text(spelt)
    except CardRefused:
        return
    for one in _tried(read, _orders(orders)).readings:
        tell(reading_words(one))


def _orders(path: Path) -> tuple[ClosedOrder, ...]:
    from training.closed_orders import OrdersRefused, read

    data = read_up_to(path, MOST_ORDERS_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        return read(data)
    except OrdersRefused as refused:
        tell_orders(path, refused)
    raise typer.Exit(WRONG)


def _tried(card: RateCard, orders: tuple[ClosedOrder, ...]) -> WhatIf:
    from training.card_cost import NoScope, NoSuchBand, what_if

    try:
        return what_if(orders, card)
    except NoScope as error:
        zh = (
            f"费率卡按 {card.high_value.scope} 计基准，订单里没有这一列：请用 scope: company 试算。"
        )
        en = f"{error}: try it with scope: company."
    except NoSuchBand as error:
        zh = "订单按档数更多的费率卡评分：请用这张卡重新评分，或换用当时的卡。"
        en = f"{error}: score the orders by this card, or try the card they were scored by."
    except ValueError as error:
        zh = f"{len(orders)} 个订单不足以试算：基准至少需要 30 个客户季度，请提供更长的历史。"
        en = f"{error}: give a longer history."
    tell(Text(zh=zh, en=en))
    raise typer.Exit(WRONG)


def _print(tried: WhatIf, *, as_json: bool) -> None:
    from service.cli.card_words import cost_words, reading_words

    if not as_json:
        for text in (cost_words(tried), *(reading_words(one) for one in tried.readings)):
            typer.echo(say(text))
        return
    known = tried.cost
    told = {
        "orders": tried.orders,
        "deals": tried.deals,
        "cost": None if known is None else known.share,
        "floor_cost": None if known is None else known.floor_share,
        "readings": [_as_json(one) for one in tried.readings],
    }
    typer.echo(json.dumps(told, ensure_ascii=False))


def _as_json(one: Reading) -> dict[str, object]:
    return {
        "compare": one.rule.compare,
        "amount": one.rule.amount,
        "limit": one.limit,
        "orders_share": one.orders_share,
        "pool_cost": one.pool_cost,
        "bundling_exposure": one.bundling_exposure,
    }
