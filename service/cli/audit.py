"""`countermark audit`: anyone with the database can check the trail."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house
from service.cli.messages import WRONG, tell
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.actions.audit import Stray
    from service.chain import Break

group = typer.Typer(no_args_is_help=True)


@group.callback()
def about() -> None:
    """The audit trail."""


@group.command()
def verify(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Walk the whole chain, then hold every row against what the trail last said of it.

    Exit code 1: an entry was changed, removed, inserted or swapped, or a row is not as recorded.
    """
    from service.actions.audit import strays

    with house.open_records() as records, records.read() as unit:
        breaks, head = unit.audit.verify(), unit.audit.head()
        rows = () if breaks else strays(unit)
    seq, digest = (head.seq, head.hash) if head else (0, "")
    if as_json:
        told = {
            "seq": seq,
            "head": digest,
            "breaks": [asdict(found) for found in breaks],
            "rows": [asdict(found) for found in rows],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    _tell_breaks(breaks)
    _tell_rows(rows)
    if breaks or rows:
        raise typer.Exit(WRONG)
    tell(
        Text(
            zh=f"审计链完整，数据与之相符：{seq} 条，链头 {digest}。",
            en=f"The trail is whole and the rows agree with it: {seq} entries, head {digest}.",
        )
    )


def _tell_breaks(breaks: Iterable[Break]) -> None:
    for found in breaks:
        tell(
            Text(
                zh=f"第 {found.seq} 条：{found.reason.zh}",
                en=f"Entry {found.seq}: {found.reason.en}",
            )
        )


def _tell_rows(rows: Iterable[Stray]) -> None:
    for row in rows:
        tell(
            Text(
                zh=f"{row.kind} {row.id}：{row.reason.zh}。",
                en=f"{row.kind} {row.id}: {row.reason.en}.",
            )
        )
