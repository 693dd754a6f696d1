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
    from service.actions.audit import verify_chain

    with house.open_records() as records, records.read() as unit:
        result = verify_chain(unit)
    if as_json:
        breaks = [{"seq": found.seq, "reason": found.reason.en} for found in result.breaks]
        typer.echo(json.dumps({"entries": result.entries, "head": result.head, "breaks": breaks}))
    for found in result.breaks:
        tell(
            Text(
                zh=f"第 {found.seq} 条：{found.reason.zh}",
                en=f"Entry {found.seq}: {found.reason.en}",
            )
        )
    if result.breaks:
        raise typer.Exit(WRONG)
    tell(
        Text(
            zh=f"审计链完整：{result.entries} 条，链头 {result.head}。",
            en=f"The audit trail is whole: {result.entries} entries, head {result.head}.",
        )
    )
