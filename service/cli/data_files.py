"""Exports of leads and orders that commands are given, and how what is wrong with them is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from service.cli.files import name_of, open_file, read_up_to, tell_unreadable
from service.cli.messages import COULD_NOT, tell
from service.cli.yaml_files import tell_problem, tell_untold
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.origin import Event
    from training.closed_orders import OrdersRefused
    from training.contract.staging import Reject
    from training.contract.table import Table

MOST_TOLD = 20
MOST_EVENTS_BYTES = 512 << 20


def table_of(path: Path, query: str | None = None) -> Table:
    """Read a table, or end the command (2): it cannot be read, or has no row below its header."""
    from training.contract.table import TableRefused, read

    file = open_file(path)
    if file is None:
        raise typer.Exit(COULD_NOT)
    file.close()
    try:
        table = read(path, query=query)
    except OSError as error:
        tell_unreadable(path, error)
        raise typer.Exit(COULD_NOT) from None
    except TableRefused as refused:
        tell_table(name_of(path), refused)
    else:
        if table.rows:
            return table
        zh = f"{name_of(path)}：只有表头，没有一行数据。请重新导出。"
        tell(Text(zh=zh, en=f"{name_of(path)}: a header and no row below it. Export it anew."))
    raise typer.Exit(COULD_NOT)


def tell_table(name: str, refused: object) -> None:
    """Tell why a table is refused as a whole: where, seen, expected, what to do."""
    from training.contract.table import TableRefused

    assert isinstance(refused, TableRefused)  # noqa: S101 - what the callers catch
    tell(
        Text(
            zh=f"{name}（{refused.where}）：看到 {refused.seen!r}，应为 {refused.expected.zh}。"
            f"{refused.remedy.zh}",
            en=f"{name} ({refused.where}): seen {refused.seen!r}, expected {refused.expected.en}. "
            f"{refused.remedy.en}",
        )
    )


def tell_orders(path: Path, refused: OrdersRefused) -> None:
    """Tell the mistakes of a file that is refused for its rows."""
    for one in refused.problems:
        where = f"{name_of(path)}:{one.line}"
        column = Text(zh=one.column or "这一行", en=one.column or "the line")
        tell_problem(where, column, one.seen, Text(zh=one.expected.zh, en=one.expected.en))
    tell_untold(refused.untold)


def tell_rejects(rejects: Sequence[Reject]) -> None:
    """Tell the first rows that are not taken, each with its reason."""
    for one in rejects[:MOST_TOLD]:
        zh, en = (f" {one.field}", f", {one.field}") if one.field else ("", "")
        tell(
            Text(
                zh=f"第 {one.line} 行{zh}：看到 {one.seen!r}，应为 {one.reason.zh}",
                en=f"line {one.line}{en}: seen {one.seen!r}, expected {one.reason.en}",
            )
        )


def events_of(path: Path | None) -> tuple[Event, ...]:
    """Read the log of contacts, or end the command with its mistakes; without one there is none."""
    from training.closed_orders import OrdersRefused
    from training.contract.table import TableRefused
    from training.event_rows import read

    if path is None:
        return ()
    data = read_up_to(path, MOST_EVENTS_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        return read(data)
    except OrdersRefused as refused:
        tell_orders(path, refused)
    except TableRefused as refused:
        tell_table(name_of(path), refused)
    raise typer.Exit(COULD_NOT)
