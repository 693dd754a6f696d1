"""`countermark facts`: import tables of facts into the service's own data."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import house
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, give_up, say, tell
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

group = typer.Typer(no_args_is_help=True)
MOST_BYTES = 512 << 20


@group.callback()
def about() -> None:
    """Facts that rules look at."""


@group.command("import")
def import_table(
    path: Annotated[Path, typer.Argument(help="A CSV table: subject, period, fields.")],
    *,
    kind: Annotated[str, typer.Option(help="The kind of fact, as in metrics.yaml.")],
    late: Annotated[
        bool, typer.Option("--late", help="Accept corrections and periods before the latest.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="utf-8, gb18030, …")] = "utf-8",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Take the rows in batches of 1,000; what is no fact is held with its reason.

    Exit code 0: all taken or there already; 1: some are held; 2: it could not be done.
    """
    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError):
        give_up(
            Text(
                zh=f"{name_of(path)} 不是 {encoding} 编码。请用 --encoding 指明，例如 gb18030。",
                en=f"{name_of(path)} is no {encoding}. Say --encoding, such as gb18030.",
            )
        )
    counts = _import(text, kind=kind, late=late, as_json=as_json)
    tell(
        Text(
            zh=f"接收 {counts['accepted']} 行，已有 {counts['duplicate']} 行，"
            f"待处理 {counts['held']} 行，触发 {counts['firings']} 次。",
            en=f"{counts['accepted']} rows taken, {counts['duplicate']} there already, "
            f"{counts['held']} held, {counts['firings']} firings.",
        )
    )
    raise typer.Exit(WRONG if counts["held"] else 0)


def _import(text: str, *, kind: str, late: bool, as_json: bool) -> Counter[str]:
    from service.actions import fact_csv, facts
    from service.actions.accounts import OPERATOR
    from service.actions.fact_fates import Batch, Fate, Late
    from service.records import Role

    # Whoever may write to the database may import; the trail names the operator.
    actor = replace(OPERATOR, role=Role.SALES_OPS)
    counts: Counter[str] = Counter()
    with house.open_rules() as ports, ports.rules.using() as in_force:
        rows = fact_csv.read_table(facts.kind_of(in_force, kind), text, most=None)
        for first, batch in _batches(rows):
            choice = Late.ACCEPT if late else Late.HOLD
            receipt = facts.submit(ports, actor, Batch(kind=kind, rows=batch, late=choice))
            counts.update({fate.value: receipt.count(fate) for fate in Fate})
            counts["firings"] += len(receipt.firings)
            _show(receipt.fates, after=first, as_json=as_json)
    return counts


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    first = 0
    while batch := list(islice(rows, 1000)):
        yield first, batch
        first += len(batch)


def _show(fates: Iterable[Any], *, after: int, as_json: bool) -> None:
    for fate in fates:
        row = after + fate.row
        if as_json:
            typer.echo(json.dumps({**asdict(fate), "row": row}, ensure_ascii=False))
        elif fate.reason is not None:
            zh, en = f"第 {row} 行：{fate.reason.zh}", f"row {row}: {fate.reason.en}"
            typer.echo(say(Text(zh=zh, en=en)))
