"""`countermark models compare`: a model beside what was paid, and beside the champion's chances."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house
from service.cli.compare_words import paid_json, paid_lines, paired_json, paired_lines
from service.cli.data_files import table_of, tell_rejects, tell_table
from service.cli.files import name_of
from service.cli.messages import COULD_NOT, WRONG, give_up
from service.model_records import ModelName
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.model_records import Model
    from service.ports.records import Unit
    from service.ports.tariffs import OpenedModel
    from training.contract.table import Table
    from training.paired import Judged, Paired

When = Annotated[
    datetime | None, typer.Option(help="Only leads assigned then or later, UTC; see above.")
]
At = Annotated[
    datetime | None, typer.Option("--at", help="The time the export is as of, UTC; else now.")
]


def compare(
    model: Annotated[str, typer.Argument(help="Id of the model, from `list`.", show_default=False)],
    *,
    data: Annotated[
        Path | None, typer.Option(help="An export of leads, won and lost (CSV, Parquet).")
    ] = None,
    since: When = None,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Compare a model with what was paid while it stood beside, deal by deal.

    With an export, its chances are compared with the champion's as well, lead by lead, on leads
    assigned since the later of the two was registered: neither can have learnt from those. Who
    gives another --since answers for that himself. Exit code 0; 1: too few leads; 2: a file or a
    model could not be read.
    """
    from service.actions.shadow_comparison import compared

    with house.open_records() as records:
        with records.read() as unit:
            found = compared(unit, model)
            both = () if data is None else _both(unit, model)
        told = None if data is None else _outcomes(data, both, at=at, since=since)
    if as_json:
        outcomes = None if told is None else paired_json(told)
        typer.echo(json.dumps({**paid_json(found), "outcomes": outcomes}, ensure_ascii=False))
        return
    typer.echo(paid_lines(found))
    if told is not None:
        typer.echo(paired_lines(told))


def _both(unit: Unit, model_id: str) -> tuple[Model, ...]:
    """Give the champion and the model, or end the command where they are not two."""
    from service.actions import models as actions

    champion = actions.champion(unit, ModelName.COEFFICIENT)
    model = unit.models.models.get(model_id)
    if champion is None or model is None or champion.id == model.id:
        give_up(
            Text(
                zh="没有可比的现任模型：尚无现任，或它自己就是现任。请去掉 --data。",
                en="There is no champion to compare with: nobody is, or it is the champion itself. "
                "Leave --data out to see the stored orders alone.",
            )
        )
    return champion, model


def _outcomes(
    data: Path, both: Sequence[Model], *, at: datetime | None, since: datetime | None
) -> Paired:
    """Compare chances; neither model can have learnt from leads assigned after both were there."""
    from service.adapters.storage import open_storage
    from service.adapters.tariffs import KeptTariffs

    chosen = house.settings()
    tariffs = KeptTariffs(chosen, open_storage(chosen))
    opened = [_opened(one, tariffs.model(one.archive_sha256)) for one in both]
    later = max(one.registered_at for one in both)
    begin = later if since is None else since.replace(tzinfo=UTC)
    return _paired(data, opened, at=at or datetime.now(UTC), since=begin)


def _opened(model: Model, opened: OpenedModel | None) -> OpenedModel:
    if opened is None:
        give_up(
            Text(
                zh=f"模型 {model.id} 无法打开；请恢复其归档，并确认其签名密钥仍在 model-keys 中。",
                en=f"The model {model.id} does not open: restore its archive, and see that its key "
                "still lies in model-keys.",
            )
        )
    return opened


def _paired(data: Path, opened: list[OpenedModel], *, at: datetime, since: datetime) -> Paired:
    from training.paired import TooFew, paired

    table = table_of(data)
    moment = at.replace(tzinfo=UTC).timestamp()
    one, other = (
        _judged(data, table, model, at=moment, since=since.timestamp()) for model in opened
    )
    try:
        return paired(one, other)
    except TooFew as error:
        give_up(
            Text(
                zh=f"{name_of(data)}：自 {since:%Y-%m-%d} 起分配且已有结果的线索太少（{error}）。",
                en=f"{name_of(data)}: too few leads assigned since {since:%Y-%m-%d} have an end "
                f"({error}); nothing to compare. Wait for more, or give --since and --at.",
            ),
            WRONG,
        )


def _judged(
    data: Path, table: Table, opened: OpenedModel, *, at: float, since: float
) -> dict[str, Judged]:
    from models.coefficient.features import FeaturesRefused
    from training.contract.staging import staged
    from training.contract.table import TableRefused
    from training.paired import judged
    from training.snapshot import snapshot

    try:
        rows = staged(table, opened.contract, at=at)
        tell_rejects(rows.rejects)
        taken = snapshot(rows.records, opened.contract)
        return judged(taken, opened.artefact.win, at=at, since=since)
    except TableRefused as refused:
        tell_table(name_of(data), refused)
        raise typer.Exit(COULD_NOT) from refused
    except FeaturesRefused as error:
        give_up(
            Text(
                zh=f"模型 {opened.artefact.sha256[:12]} 的数据契约与其特征不符：{error}。",
                en=f"The contract of the model {opened.artefact.sha256[:12]} holds other features "
                f"than it was learnt by: {error}.",
            )
        )
