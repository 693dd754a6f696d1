"""`countermark train`: from a history of leads to a candidate that passed its gates, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house
from service.cli.data_files import table_of, tell_table
from service.cli.files import name_of
from service.cli.messages import WRONG, give_up, say
from service.cli.yaml_files import read_card, read_contract
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.contract.contract import Contract
    from training.contract.table import Table
    from training.run import CardFigures, Imported, Trained
    from training.sealing import Sealed
    from training.snapshot import Snapshot

group = typer.Typer(no_args_is_help=True)

Data = Annotated[
    Path,
    typer.Option(
        "--data", help="Leads: CSV (also .gz), Parquet or a SQLite file.", show_default=False
    ),
]
ContractFile = Annotated[
    Path, typer.Option("--contract", help="The data contract (YAML).", show_default=False)
]
Out = Annotated[
    Path, typer.Option("--out", help="A folder that does not exist yet.", show_default=False)
]
Query = Annotated[str | None, typer.Option("--query", help="One SELECT, for a SQLite file.")]
At = Annotated[
    datetime | None, typer.Option("--at", help="The time the data is as of, UTC; else now.")
]
CardFile = Annotated[
    Path | None,
    typer.Option("--card", help="The rate card that will pay: cheats are tried on it (G11)."),
]
Author = Annotated[str, typer.Option("--author", help="Who trains: stands in the manifest.")]
Against = Annotated[
    Path | None,
    typer.Option("--against", help="An earlier snapshot.jsonl.gz; with --dry-run."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check the data and tell what would change; train not.")
]
Threads = Annotated[
    int, typer.Option(min=1, max=64, help="Threads that grow trees; the model stays the same.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]


@group.callback()
def train() -> None:
    """Train models, through gates."""


@group.command("coefficient")
def coefficient(
    data: Data,
    contract: ContractFile,
    out: Out = Path("candidate"),
    *,
    query: Query = None,
    at: At = None,
    card: CardFile = None,
    author: Author = "unnamed",
    against: Against = None,
    threads: Threads = 1,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Train the models of the attack coefficient, and ask every gate.

    Exit code 0: a candidate; 1: refused, by the data or by a gate; 2: a file could not be read.
    """
    from service.cli.train_words import print_import, print_trained
    from training.folder import files
    from training.run import CardFigures

    if not dry_run:
        _require_new(out)
    moment = (at or datetime.now(UTC)).replace(tzinfo=UTC).timestamp()
    held = _imported(table_of(data, query), read_contract(contract), moment)
    if dry_run:
        print_import(held, _rows(against), as_json=as_json)
        raise typer.Exit(0 if held.snapshot else WRONG)
    if held.snapshot is None:
        print_import(held, None, as_json=as_json)
        raise typer.Exit(WRONG)
    figures = CardFigures(cheat_gains=_cheat_gains(card))
    result = _trained(held.snapshot, moment, figures, threads)
    sealed = None if result.refused else _sealed(held, result, author)
    told = sealed.result if sealed else result
    _write(out, files(held, told, sealed.archive if sealed else None))
    print_trained(told, out=out, sha256=sealed.sha256 if sealed else None, as_json=as_json)
    raise typer.Exit(WRONG if told.refused else 0)


def _require_new(out: Path) -> None:
    if out.exists():
        give_up(
            Text(
                zh=f"{name_of(out)} 已存在，不会覆盖。请用 --out 给出新目录。",
                en=f"{name_of(out)} exists and is not written over. Name a new folder by --out.",
            )
        )


def _imported(table: Table, contract: Contract, at: float) -> Imported:
    from training.contract.table import TableRefused
    from training.run import imported

    try:
        return imported(table, contract, at=at)
    except TableRefused as refused:
        tell_table(contract.id, refused)
    raise typer.Exit(WRONG)


def _rows(against: Path | None) -> dict[str, str] | None:
    from training.snapshot import SnapshotRefused, rows_of

    if against is None:
        return None
    try:
        return dict(rows_of(against.read_bytes()))
    except (OSError, SnapshotRefused) as error:
        give_up(
            Text(
                zh=f"{name_of(against)} 不是可读的快照：{error}",
                en=f"{name_of(against)} is no snapshot that can be read: {error}",
            )
        )


def _cheat_gains(card: Path | None) -> Mapping[str, float] | None:
    if card is None:
        return None
    from training.simulate.cheating import gains_under

    return gains_under(read_card(card))


def _trained(snapshot: Snapshot, at: float, card: CardFigures, threads: int) -> Trained:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from service.cli.train_words import STEP_WORDS
    from training.coefficient.candidate import TooLittle
    from training.coefficient.win import Training
    from training.run import STEPS, trained

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=len(STEPS))

    def step(name: str) -> None:
        bar.update(task, advance=1, description=say(STEP_WORDS[name]))

    try:
        with bar:
            training = Training(threads=threads)
            return trained(snapshot, at=at, training=training, card=card, progress=step)
    except TooLittle as error:
        give_up(
            Text(
                zh=f"成熟的线索不足以学习或评判：{error}",
                en=f"Too few leads whose end is known to learn from or to judge by: {error}",
            ),
            WRONG,
        )


def _sealed(held: Imported, result: Trained, author: str) -> Sealed:
    """Seal with this installation's key; a candidate that does not open is refused."""
    from models.artefact.packing import Signer
    from models.artefact.refusal import ArtefactRefused
    from service import keys
    from service.cli.workshop import code_hash, software
    from training.sealing import Workshop, sealed

    with house.telling_errors():
        key = keys.models_key(house.settings())
    workshop = Workshop(
        author=author,
        code=code_hash(),
        software=software(),
        signer=Signer(sign=key.sign, public_key=keys.public_bytes(key)),
    )
    try:
        return sealed(held, result, workshop)
    except ArtefactRefused as refused:
        give_up(
            Text(
                zh=f"模型训练完成，但无法安全装载，没有写出：{refused.message.zh}",
                en=f"Trained, but it does not open and was not written: {refused.message.en}",
            ),
            WRONG,
        )


def _write(out: Path, made: Mapping[str, bytes]) -> None:
    from training.folder import write

    try:
        write(out, made)
    except OSError as error:
        give_up(
            Text(
                zh=f"{name_of(out)}：无法写入（{error.strerror}）。请检查路径和权限。",
                en=f"{name_of(out)}: cannot be written ({error.strerror}). Check path and rights.",
            )
        )
