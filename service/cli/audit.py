"""`countermark audit`: anyone with the database can check the trail."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from service.cli import house
from service.cli.messages import WRONG, tell
from verification.values import Text

group = typer.Typer(no_args_is_help=True)


@group.callback()
def about() -> None:
    """The audit trail."""


@group.command()
def verify(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Walk the whole chain; exit code 1 if a link was changed, removed, inserted or swapped."""
    with house.open_records() as records, records.read() as unit:
        breaks, head = unit.audit.verify(), unit.audit.head()
    seq, digest = (head.seq, head.hash) if head else (0, "")
    if as_json:
        told = [
            {"seq": found.seq, "what": found.what, "expected": found.expected, "seen": found.seen}
            for found in breaks
        ]
        typer.echo(json.dumps({"seq": seq, "head": digest, "breaks": told}, ensure_ascii=False))
    for found in breaks:
        tell(
            Text(
                zh=f"第 {found.seq} 条：{found.reason.zh}",
                en=f"Entry {found.seq}: {found.reason.en}",
            )
        )
    if breaks:
        raise typer.Exit(WRONG)
    tell(
        Text(
            zh=f"审计链完整：{seq} 条，链头 {digest}。",
            en=f"The audit trail is whole: {seq} entries, head {digest}.",
        )
    )
