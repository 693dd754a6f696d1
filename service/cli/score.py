"""`countermark score`: closed orders to coefficients, with their reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.cli.data_files import events_of
from service.cli.messages import WRONG, give_up
from service.cli.yaml_files import read_card
from verification.values import Text

Orders = Annotated[
    Path,
    typer.Argument(help="The export of leads: CSV (also .gz), Parquet.", show_default=False),
]
Model = Annotated[
    Path | None,
    typer.Option(help="The sealed model; without one the card's floor alone pays."),
]
Key = Annotated[
    Path | None,
    typer.Option(help="Public key (PEM) of its trainer; else those trusted here."),
]
Card = Annotated[Path | None, typer.Option(help="The rate card (YAML); else the one that ships.")]
Events = Annotated[
    Path | None, typer.Option(help="The log of contacts (CSV); without one all is natural.")
]
At = Annotated[
    datetime | None, typer.Option("--at", help="The time the export is as of, UTC; else now.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object an order.")]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="The export's won rows with what was scored added.")
]


def score(
    orders: Orders,
    *,
    model: Model = None,
    key: Key = None,
    card: Card = None,
    events: Events = None,
    at: At = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Score closed orders: coefficient, bands, origin with its evidence, reasons.

    With a model the export is read by the model's own data contract; without one it needs the
    columns order, customer, closed_at, value, commission. Exit code 0; 1: rows were rejected and
    the others scored, or the model is refused; 2: no file, no row taken, or no model and a mistake.
    """
    from models.coefficient import shipped_card
    from models.coefficient.floors import ScopeUnknown
    from models.coefficient.orders import Tariff, coefficients
    from service.cli.score_files import closed_orders_of, open_model
    from service.cli.score_words import print_csv, print_lines, print_table, versions_of

    tariff_card = shipped_card() if card is None else read_card(card)
    seen = events_of(events)
    moment = (at or datetime.now(UTC)).replace(tzinfo=UTC)
    opened = None if model is None else open_model(model, key)
    won = closed_orders_of(orders, opened, moment)
    tariff = Tariff(card=tariff_card, models=None if opened is None else opened.models)
    try:
        paid = coefficients(won.orders, seen, tariff)
    except ScopeUnknown as error:
        scope = tariff_card.high_value.scope
        zh = f"费率卡按 {scope} 计基准，订单里没有这一列：请用 scope: company。"
        give_up(Text(zh=zh, en=f"{error}: use scope: company."), WRONG)
    if as_csv:
        print_csv(paid, won)
    else:
        (print_lines if as_json else print_table)(paid, versions_of(tariff_card, opened))
    raise typer.Exit(WRONG if won.rejected else 0)
