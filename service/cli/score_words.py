"""What `countermark score` says: JSON lines, the export with columns added, or a table."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Sheet

from models.origin import Origin
from service.cli.messages import say
from training.closed_orders import COLUMNS, MINOR
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.coefficient.card import RateCard
    from models.coefficient.deals import OrderLine
    from models.coefficient.scored import Coefficient
    from service.cli.score_files import Opened, Won

ORIGINS = {
    Origin.NATURAL: Text(zh="自然", en="natural"),
    Origin.ASSISTED: Text(zh="协助", en="assisted"),
    Origin.HARD_WON: Text(zh="攻坚", en="hard-won"),
}
#: Rows of the table for people; all are in --json and --csv.
MOST_ROWS = 40
ADDED = ("origin", "difficulty_band", "value_band", "coefficient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What a coefficient was computed with; None where there was no model."""

    card: str
    model: str | None
    data: str | None


def versions_of(card: RateCard, opened: Opened | None) -> Versions:
    held = None if opened is None else opened.artefact
    return Versions(
        card=f"{card.id}/{card.version}",
        model=None if held is None else held.sha256,
        data=None if held is None else held.manifest.origin.data_sha256,
    )


def as_object(one: Coefficient, versions: Versions) -> dict[str, Any]:
    """Give a coefficient as other programs read it."""
    return {
        "order": one.order,
        "coefficient": one.coefficient,
        "origin": one.origin.value,
        "origin_evidence": list(one.origin_evidence),
        "p_win": one.p_win,
        "difficulty_band": one.difficulty_band,
        "value_quantile": one.value_quantile,
        "value_band": one.value_band,
        "floor_applied": one.floor_applied,
        "reasons": [{"zh": text.zh, "en": text.en} for text in one.reasons],
        "review": [look.as_object() for look in one.review],
        "model": versions.model,
        "card": versions.card,
        "data": versions.data,
        "fallback": one.fallback,
    }


def print_lines(paid: Sequence[Coefficient], versions: Versions) -> None:
    for one in paid:
        typer.echo(json.dumps(as_object(one, versions), ensure_ascii=False))


def print_csv(paid: Sequence[Coefficient], won: Won) -> None:
    """Print the won rows as they came, with what was scored behind them.

    What a card reads by another name than the export's is added too: one can be tried on it.
    """
    place = won.table.header.index(won.columns["order"])
    scored = {one.order: one for one in paid}
    lines = {one.line.id: one.line for one in won.orders}
    more = [name for name in won.columns if not _is_named(name, won)]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*won.table.header, *more, *ADDED])
    for row in won.table.rows:
        if row.line in won.rejected_lines:
            continue
        one = scored.get(row.cells[place].strip())
        if one is not None:
            told = _told(lines[one.order])
            bands = (one.difficulty_band or 0, one.value_band or 0)
            added = [*(told[name] for name in more), one.origin.value, *bands, one.coefficient]
            writer.writerow([*row.cells, *added])


def _is_named(name: str, won: Won) -> bool:
    """Tell whether a card finds what it calls so in the column that it was read from."""
    return name in won.table.header or won.columns[name] == COLUMNS[name]


def _told(line: OrderLine) -> dict[str, str]:
    return {
        "order": line.id,
        "customer": line.customer,
        "closed_at": line.closed_at.isoformat(),
        "value": f"{line.value // MINOR}.{line.value % MINOR:02}",
    }


def print_table(paid: Sequence[Coefficient], versions: Versions) -> None:
    """Print the first orders for people, and what all of them come to."""
    heads = (
        Text(zh="订单", en="order"),
        Text(zh="系数", en="coefficient"),
        Text(zh="来源", en="origin"),
        Text(zh="理由", en="reasons"),
    )
    sheet = Sheet(*(say(head) for head in heads))
    for one in paid[:MOST_ROWS]:
        sentences = (*one.reasons, *(look.text for look in one.review))
        reasons = " ".join(say(Text(zh=text.zh, en=text.en)) for text in sentences)
        sheet.add_row(
            escape(one.order), f"{one.coefficient:.2f}", say(ORIGINS[one.origin]), escape(reasons)
        )
    Console().print(sheet)
    counts = Counter(one.origin for one in paid)
    floors = sum(one.floor_applied for one in paid)
    shares = Text(
        zh="，".join(f"{ORIGINS[one].zh} {counts[one]}" for one in Origin),
        en=", ".join(f"{counts[one]} {ORIGINS[one].en}" for one in Origin),
    )
    looked = sum(bool(one.review) for one in paid)
    model = (versions.model or "")[:12]
    told = Text(
        zh=f"{len(paid)} 个订单：{shares.zh}；{floors} 个按高客单下限；"
        f"{looked} 个的证据请人工查看。费率卡 {versions.card}，"
        + (f"模型 {model}。" if model else "没有模型：仅高客单规则有效。"),
        en=f"{len(paid)} orders: {shares.en}; {floors} by the floor; the evidence of {looked} "
        f"calls for a look. Card {versions.card}, "
        + (f"model {model}." if model else "no model: only the rule of high value pays."),
    )
    typer.echo(say(told))
