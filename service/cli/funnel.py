"""`countermark funnel`: where a funnel fell, and when, from a table of counts."""

from __future__ import annotations

import gzip
import io
import json
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.files import name_of, read_up_to
from service.cli.messages import NOTHING_WORKED_OUT, WRONG, give_up, say, tell
from verification.values import Text

if TYPE_CHECKING:
    from datetime import date

    from models.rca import Answer, CaseProblem, Cause, Cell, FunnelCase

group = typer.Typer(no_args_is_help=True)

MOST_BYTES = 512 << 20
GZIP = b"\x1f\x8b"

Table = Annotated[
    Path,
    typer.Argument(
        help="Counts (CSV, or that in gzip): any dimensions, then n_hist, k_hist, n_cur, k_cur.",
        show_default=False,
    ),
]
Deals = Annotated[
    Path,
    typer.Argument(
        help="Deals (CSV, or that in gzip): stage, entered, converted (dates; empty: not yet).",
        show_default=False,
    ),
]
Explainable = Annotated[
    Path,
    typer.Argument(
        help="Counts as for localise, or deals (CSV): entered, converted; where there are any "
        "stage, id, rep and dimensions.",
        show_default=False,
    ),
]
FalseAlarms = Annotated[
    float, typer.Option("--false-alarms", help="False alarms a year that are put up with.")
]
#: More often than weekly, an alarm says nothing.
MOST_FALSE_ALARMS = 52
Renamed = Annotated[
    list[str] | None,
    typer.Option(
        "--renamed",
        metavar="OLD=NEW",
        help="A stage that was renamed; once for each.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@group.callback()
def funnel() -> None:
    """Where a funnel fell, and when."""


@group.command("localise")
def localise(table: Table, *, as_json: AsJson = False) -> None:
    """Name the cells whose fall explains a funnel's, or say that everything fell, or nothing.

    Exit code 0 whatever was found; 1: the table has mistakes, each is told with its line;
    2: it could not be read.
    """
    from models.rca import localise as localised

    case = _case(table)
    _tell_alike(case)
    started = time.process_time()
    answer = localised(case)
    cpu_ms = 1000 * (time.process_time() - started)
    if as_json:
        told = _as_json(answer) | {"cpu_ms": round(cpu_ms, 1)}
        name = name_of(Path(table.name)).removesuffix(".gz").removesuffix(".csv")
        typer.echo(json.dumps({"case": name} | told, ensure_ascii=False))
        return
    from rich.console import Console

    from service.cli.funnel_words import answer_words, causes_table

    if answer.causes:
        Console().print(causes_table(answer))
    for text in answer_words(answer):
        typer.echo(say(text))


@group.command("detect")
def detect(
    deals: Deals,
    *,
    false_alarms: FalseAlarms = 0.5,
    renamed: Renamed = None,
    as_json: AsJson = False,
) -> None:
    """Say for each stage whether and since when fewer deals convert than are due at their age.

    The last 60 days are watched against the history before them. Exit code 0 whatever was found;
    1: the table has mistakes, each is told with its line; 2: it could not be read.
    """
    from models.rca import CaseRefused
    from models.rca.deals import read
    from models.rca.stage_names import renamings
    from service.cli import funnel_stages
    from service.cli.funnel_watch import as_json as watched_json
    from service.cli.funnel_watch import words

    _check_false_alarms(false_alarms)
    names = funnel_stages.read_renamed(renamed or ())
    try:
        stages = read(content(deals), until=latest(), renamed=names)
    except CaseRefused as refused:
        tell_problems(deals, refused.problems, refused.untold)
        raise typer.Exit(WRONG) from None
    found = renamings({stage.name: stage.span for stage in stages})
    if as_json:
        told = [watched_json(stage, false_alarms) for stage in stages]
        others = funnel_stages.as_json(found)
        typer.echo(json.dumps({"stages": told, "perhaps_renamed": others}, ensure_ascii=False))
        return
    for stage in stages:
        typer.echo(say(words(stage, false_alarms)))
    funnel_stages.tell_renamings(found)


@group.command("explain")
def explain(
    table: Explainable,
    *,
    false_alarms: FalseAlarms = 0.5,
    renamed: Renamed = None,
    as_json: AsJson = False,
) -> None:
    """Split a fall into parts that add up: cells, mix and rates, stages; with the deals behind.

    Exit code 0 whatever was found; 1: the table has mistakes, each is told with its line;
    2: it could not be read.
    """
    from models.rca import CaseRefused
    from service.cli import funnel_stages
    from service.cli.funnel_explain import explained, print_explained

    _check_false_alarms(false_alarms)
    names = funnel_stages.read_renamed(renamed or ())
    try:
        found = explained(content(table), false_alarms, until=latest(), renamed=names)
    except CaseRefused as refused:
        tell_problems(table, refused.problems, refused.untold)
        raise typer.Exit(WRONG) from None
    for case in (one.case for one in found if one.case is not None):
        _tell_alike(case)
    answers = {
        place: _as_json(one.answer) for place, one in enumerate(found) if one.answer is not None
    }
    print_explained(found, answers, as_json=as_json)


def latest() -> date:
    """Give the last day that a deal may name: today, wherever on earth that is."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


def _check_false_alarms(false_alarms: float) -> None:
    if not 0 < false_alarms <= MOST_FALSE_ALARMS:
        zh = f"--false-alarms 为 {false_alarms}，应大于 0，不超过 {MOST_FALSE_ALARMS}。"
        en = f"--false-alarms is {false_alarms}, expected above 0, at most {MOST_FALSE_ALARMS}."
        give_up(Text(zh=zh, en=en))


def content(path: Path) -> bytes:
    """Give the bytes of a table, unpacked where it is packed; ends the command if it cannot."""
    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(2)
    if not data.startswith(GZIP):
        return data
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        name = name_of(path)
        zh = f"{name}：gzip 数据损坏。请重新导出这个文件。"
        give_up(Text(zh=zh, en=f"{name}: damaged gzip data ({error}). Export the file anew."))
    if len(unpacked) > MOST_BYTES:
        name, mib = name_of(path), MOST_BYTES >> 20
        zh = f"{name}：解压后超过 {mib} MiB。请按时间拆分。"
        give_up(Text(zh=zh, en=f"{name}: more than {mib} MiB once unpacked. Split it by time."))
    return unpacked


def tell_problems(path: Path, problems: tuple[CaseProblem, ...], untold: int) -> None:
    """Tell each mistake of a table with its line and column, to stderr."""
    for one in problems:
        where = f"{name_of(path)}:{one.line}"
        tell(
            Text(
                zh=f"{where} {one.column or '这一行'} 看到 {one.seen!r}，应为 {one.expected.zh}",
                en=f"{where} {one.column or 'the line'} Seen {one.seen!r}, "
                f"expected {one.expected.en}",
            )
        )
    if untold:
        zh = f"另有 {untold} 处问题。"
        tell(Text(zh=zh, en=f"{untold} more mistakes are not listed."))
    tell(NOTHING_WORKED_OUT)


def _tell_alike(case: FunnelCase) -> None:
    from service.cli.funnel_words import alike_words

    for text in alike_words(case):
        tell(text)


def _case(path: Path) -> FunnelCase:
    from models.rca import CaseRefused, read

    try:
        return read(content(path))
    except CaseRefused as refused:
        tell_problems(path, refused.problems, refused.untold)
    raise typer.Exit(WRONG)


def _as_json(answer: Answer) -> dict[str, object]:
    change = answer.change
    return {
        "scope": answer.scope,
        "causes": [_cause(one) for one in answer.causes],
        "change": {
            "before": round(change.before, 6),
            "now": round(change.now, 6),
            "mix": round(change.mix, 6),
            "rate": round(change.rate, 6),
        },
        "needed": answer.needed,
    }


def _cause(one: Cause) -> dict[str, object]:
    return {
        "cell": _cell(one.cell),
        "tie": [_cell(other) for other in one.tie],
        "expected": round(one.expected, 1),
        "observed": one.observed,
        "shortfall": round(one.shortfall, 1),
        "interval": [round(end, 1) for end in one.interval],
        "llr": round(one.llr, 1),
        "p": round(one.p, 3),
    }


def _cell(cell: Cell) -> dict[str, str]:
    return dict(cell)
