"""`countermark train`: from a history of leads to a candidate that passed its gates, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from service.cli import house
from service.cli.data_files import table_of, tell_table
from service.cli.files import name_of, unwritable
from service.cli.messages import WRONG, give_up, say
from service.cli.yaml_files import read_contract
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.coefficient.win import Training
    from training.contract.contract import Contract
    from training.contract.table import Table
    from training.pay_figures import Asking
    from training.run import Imported, Trained
    from training.sealing import Sealed, Workshop
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
    typer.Option("--card", help="The rate card that will pay: G9, G10 and G11 ask about it."),
]
EventsFile = Annotated[
    Path | None,
    typer.Option("--events", help="The log of contacts, for --card; without one all is natural."),
]
ChampionFile = Annotated[
    Path | None,
    typer.Option("--champion", help="The sealed model that pays now: G4, G8 and G9 ask about it."),
]
SignedPay = Annotated[
    list[str] | None,
    typer.Option("--signed-pay", help="A seller whose change of pay you vouch for (G9)."),
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
Search = Annotated[
    int,
    typer.Option(
        "--search",
        min=0,
        max=1000,
        help="Settings of P(win) to try beside the fixed one (extra: search); 0 tries none.",
    ),
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
    events: EventsFile = None,
    champion: ChampionFile = None,
    signed_pay: SignedPay = None,
    author: Author = "unnamed",
    against: Against = None,
    threads: Threads = 1,
    search: Search = 0,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Train the models of the attack coefficient, and ask every gate.

    Exit code 0: a candidate; 1: refused, by the data or by a gate; 2: a file could not be read.
    """
    from service.cli.train_asking import asking
    from service.cli.train_words import print_import
    from training.coefficient.win import Training
    from training.pay_figures import owners_of

    require_search(search)
    if not dry_run:
        require_new(out)
    moment = (at or datetime.now(UTC)).replace(tzinfo=UTC).timestamp()
    held = _imported(table := table_of(data, query), told := read_contract(contract), moment)
    if dry_run or held.snapshot is None:
        print_import(held, _rows(against) if dry_run else None, as_json=as_json)
        raise typer.Exit(0 if held.snapshot else WRONG)
    beside = asking(card, events, champion, owners=owners_of(table, told), signed_pay=signed_pay)
    training = Training(threads=threads, search=search)
    result = _trained(held.snapshot, moment, beside, training)
    sealed = None if result.refused else _sealed(held, result, author)
    _end(out, held, sealed or result, as_json=as_json)


def _end(out: Path, held: Imported, made: Sealed | Trained, *, as_json: bool) -> NoReturn:
    """Write what came of it, a sealed model or a refusal, and tell it."""
    from service.cli.train_words import print_trained
    from training.folder import files
    from training.sealing import Sealed

    sealed = made if isinstance(made, Sealed) else None
    final = made.result if isinstance(made, Sealed) else made
    write(out, files(held, final, sealed.archive if sealed else None))
    print_trained(final, out=out, sha256=sealed.sha256 if sealed else None, as_json=as_json)
    raise typer.Exit(WRONG if final.refused else 0)


def require_search(tries: int) -> None:
    """End the command where a search is asked for and its library is not installed."""
    if not tries or find_spec("optuna") is not None:
        return
    give_up(
        Text(
            zh=f"--search {tries} 需要 optuna，尚未安装。请执行 pip install 'countermark[search]'，"
            "或去掉 --search。",
            en=f"--search {tries} needs optuna, which is not installed. Run "
            "pip install 'countermark[search]', or leave --search out.",
        )
    )


def require_new(out: Path) -> None:
    """End the command where the folder exists, or where it could not be written in the end."""
    from training import folder

    try:
        if not out.exists():
            folder.check(out)
            return
    except OSError as error:
        give_up(unwritable(out, error))
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


def _trained(snapshot: Snapshot, at: float, asking: Asking, training: Training) -> Trained:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from models.coefficient.features import FeaturesRefused
    from service.cli.train_words import STEP_WORDS
    from training.coefficient.candidate import TooLittle
    from training.run import STEPS, trained

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    # A search tries the fixed setting too.
    more = training.search + 1 if training.search else 0
    task = bar.add_task("", total=len(STEPS) + more)

    def step(name: str) -> None:
        bar.update(task, advance=1, description=say(STEP_WORDS[name]))

    try:
        with bar:
            return trained(snapshot, at=at, training=training, asking=asking, progress=step)
    except FeaturesRefused as error:
        give_up(
            Text(
                zh=f"现任模型要的字段这份契约没有：{error}。请补上，或去掉 --champion。",
                en=f"The champion asks for fields that this contract lacks: {error}. Add them, or "
                "leave --champion out.",
            ),
            WRONG,
        )
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
    from models.artefact.refusal import ArtefactRefused
    from training.sealing import sealed

    with house.telling_errors():
        workshop = workshop_of(author, *_sampler(result))
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


def _sampler(result: Trained) -> tuple[str, ...]:
    """Name the library that proposed settings, where any was tried."""
    searched = result.candidate.win.searched
    return ("optuna",) if searched is not None and searched.tried else ()


def workshop_of(author: str, *libraries: str) -> Workshop:
    """Give who trains here and signs, with this installation's key."""
    from models.artefact.packing import Signer
    from service import keys
    from service.cli.workshop import code_hash, software
    from training.sealing import Workshop

    key = keys.models_key(house.settings())
    return Workshop(
        author=author,
        code=code_hash(),
        software=software(*libraries),
        signer=Signer(sign=key.sign, public_key=keys.public_bytes(key)),
    )


def write(out: Path, made: Mapping[str, bytes]) -> None:
    """Write the folder, or end the command with the reason why it cannot be written."""
    from training import folder

    try:
        folder.write(out, made)
    except OSError as error:
        give_up(unwritable(out, error))
