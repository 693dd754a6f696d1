"""`countermark train causes`: from simulated incidents, own history and verdicts to a ranker."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, give_up, say, tell
from service.cli.train import Author, Threads, require_new, write
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from models.rca import EvidenceDag
    from training.rca.quiet import Quiet
    from training.rca.run import CausesTrained, CausesTraining
    from training.rca.sealing import SealedCauses
    from training.rca.verdicts import Verdict

MOST_BYTES = 512 << 20
MODEL = "model.zip"

Verdicts = Annotated[
    Path | None,
    typer.Option("--verdicts", help="What people said of incidents: JSON Lines."),
]
History = Annotated[
    Path | None,
    typer.Option(
        "--history",
        help="Deals to inject causes into: CSV of id, rep, entered, converted and dimensions.",
    ),
]
QuietUntil = Annotated[
    datetime | None,
    typer.Option("--quiet-until", formats=["%Y-%m-%d"], help="The history's last quiet day."),
]
Types = Annotated[
    Path | None, typer.Option("--types", help="Evidence types (YAML); else those that ship.")
]
Incidents = Annotated[
    int, typer.Option("--incidents", min=0, max=100_000, help="Incidents that are drawn.")
]
Judges = Annotated[
    int, typer.Option("--judges", min=20, max=10_000, help="Fresh incidents that judge, a profile.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=10**6, help="What all is drawn by.")]
Out = Annotated[
    Path, typer.Option("--out", help="A folder that does not exist yet.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]

STEP_WORDS = {
    "draw": Text(zh="生成事件", en="Drawing incidents"),
    "fit": Text(zh="拟合排序", en="Fitting the ranker"),
    "judge": Text(zh="由新事件评判", en="Judging by fresh incidents"),
    "gates": Text(zh="逐一过闸", en="Asking the gates"),
}


def causes(
    out: Out = Path("candidate"),
    *,
    verdicts: Verdicts = None,
    history: History = None,
    quiet_until: QuietUntil = None,
    types: Types = None,
    incidents: Incidents = 2400,
    judges: Judges = 200,
    seed: Seed = 1,
    author: Author = "unnamed",
    threads: Threads = 1,
    as_json: AsJson = False,
) -> None:
    """Train the ranker of root causes, and ask every gate.

    Exit code 0: a candidate; 1: refused, by the data or by a gate; 2: a file could not be read.
    """
    from service.cli.train_words import print_causes
    from training.rca.run import CausesTraining
    from training.rca.sealing import told_parts

    require_new(out)
    evidence, dag = _evidence(types)
    judged, judged_hash = _verdicts(verdicts)
    quiet, quiet_hash = _quiet(history, quiet_until)
    training = CausesTraining(incidents=incidents, judges=judges, seed=seed, threads=threads)
    result = _trained(dag, replace(training, verdicts=tuple(judged), history=quiet))
    data = _sha(f"{_sha(evidence.encode())} {judged_hash} {quiet_hash}".encode())
    sealed = None if result.refused else _sealed(result, evidence, data, author)
    told = sealed.result if sealed else result
    write(out, {**told_parts(told), **({MODEL: sealed.archive} if sealed else {})})
    print_causes(told, out=out, sha256=sealed.sha256 if sealed else None, as_json=as_json)
    raise typer.Exit(WRONG if told.refused else 0)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _evidence(path: Path | None) -> tuple[str, EvidenceDag]:
    from models.rca import catalogue
    from models.rca.causes.evidence import catalogue_text
    from service.cli.causes import types_of

    if path is None:
        return catalogue_text(), catalogue()
    dag = types_of(path)
    return path.read_text("utf-8-sig"), dag


def _verdicts(path: Path | None) -> tuple[list[Verdict], str]:
    from training.rca.verdicts import VerdictRefused, read_verdicts, standing

    if path is None:
        return [], ""
    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        found = read_verdicts(data)
    except VerdictRefused as refused:
        name, told = name_of(path), refused.message
        give_up(Text(zh=f"{name} {told.zh}", en=f"{name} {told.en}"), WRONG)
    stands = standing(found)
    if twice := len(found) - len(stands):
        tell(
            Text(
                zh=f"{twice} 条判定不计：同一人对同一事件后来另有判定，或是同一行重复。",
                en=f"{twice} verdicts do not count: the same person judged the same incident "
                "later, or the same line stands twice.",
            )
        )
    return stands, _sha(data)


def _quiet(
    path: Path | None, until: datetime | None
) -> tuple[Callable[[np.random.Generator], Quiet] | None, str]:
    from models.rca import CaseRefused
    from service.cli.funnel import content, latest, tell_problems
    from training.rca.history_file import read_history, windows

    if path is None:
        return None, ""
    data = content(path)
    try:
        deals = read_history(data, until=latest())
        return windows(deals, until.date() if until else None), _sha(data)
    except CaseRefused as refused:
        tell_problems(path, refused.problems, refused.untold)
    raise typer.Exit(WRONG)


def _trained(dag: EvidenceDag, training: CausesTraining) -> CausesTrained:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from models.rca import IncidentRefused
    from training.rca.run import STEPS, TooFew, trained

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=len(STEPS))

    def step(name: str) -> None:
        bar.update(task, advance=1, description=say(STEP_WORDS[name]))

    try:
        with bar:
            return trained(dag, training, step)
    except IncidentRefused as refused:
        give_up(Text(zh=f"判定文件：{refused}", en=f"In the verdicts: {refused}"), WRONG)
    except TooFew as error:
        give_up(
            Text(
                zh=f"只有 {error.seen} 个事件可学，至少 {error.needed} 个：请增大 --incidents。",
                en=f"{error.seen} incidents to learn from, expected {error.needed} at least: "
                "raise --incidents.",
            ),
            WRONG,
        )


def _sealed(result: CausesTrained, evidence: str, data: str, author: str) -> SealedCauses:
    """Seal with this installation's key; a ranker that does not open is refused."""
    from models.artefact.refusal import ArtefactRefused
    from service.cli.train import workshop_of
    from training.rca.sealing import sealed

    with house.telling_errors():
        workshop = workshop_of(author)
    try:
        return sealed(result, evidence, data, workshop)
    except ArtefactRefused as refused:
        give_up(
            Text(
                zh=f"模型训练完成，但无法安全装载，没有写出：{refused.message.zh}",
                en=f"Trained, but it does not open and was not written: {refused.message.en}",
            ),
            WRONG,
        )
