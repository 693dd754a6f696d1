"""`countermark models register|list|shadow|compare|propose|promote|rollback|history`."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.written import is_line
from service.cli import compare, house
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, give_up
from service.cli.registry_words import decided, event_json, history_lines, model_json, model_lines
from service.model_records import ModelName
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.actors import Actor
    from service.model_records import Model, ModelEvent
    from service.ports.records import Unit

#: Whose token it is that decides; the command line of a machine is nobody in particular.
TOKEN = "COUNTERMARK_TOKEN"  # noqa: S105 - the name of a variable

#: As the API takes it.
MOST_REASON = 200


def _said(reason: str) -> str:
    """Give a reason without blanks around it; one that says nothing ends the command."""
    told = reason.strip()
    if not 0 < len(told) <= MOST_REASON or not is_line(told):
        zh = f"--reason 应为一行 1 到 {MOST_REASON} 个字符的理由，它会写入审计记录。"
        en = f"--reason takes one line of 1 to {MOST_REASON} characters: the audit trail keeps it."
        give_up(Text(zh=zh, en=en))
    return told


ModelId = Annotated[str, typer.Argument(help="Id of the model, from `list`.", show_default=False)]
Reason = Annotated[
    str,
    typer.Option(help="Why; stands in the audit trail.", show_default=False, callback=_said),
]
Name = Annotated[ModelName, typer.Option(help="What the models are for.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, an object a line.")]


def register(
    archive: Annotated[Path, typer.Argument(help="The sealed model (ZIP).", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Open a sealed model as scoring would, and enter it; it pays nothing yet.

    Exit code 0; 2: refused, or it could not be read. The champion stays in either case.
    """
    from models.artefact.parts import MOST_BYTES
    from service import keys
    from service.actions import models as actions
    from service.adapters.storage import open_storage

    data = read_up_to(archive, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    chosen = house.settings()
    with house.open_records() as records:
        seen = actions.verified(data, trusted=keys.trusted_models(chosen))
        with records.read() as unit:
            _actor(unit)
        stored = open_storage(chosen).put([data], max_bytes=len(data))
        with records.begin() as unit:
            model = actions.register(unit, _actor(unit), seen, stored)
    typer.echo(
        json.dumps(model_json(model), ensure_ascii=False)
        if as_json
        else f"{model.id}  {name_of(archive)}"
    )


def list_models(*, as_json: AsJson = False) -> None:
    """List the registered models, and which one pays."""
    from service.champions import champion_of, shadows_of

    with house.open_records() as records, records.read() as unit:
        known = unit.models.models.find()
        events = {
            name: unit.models.events.find({"name": name.value}, order="turn") for name in ModelName
        }
    pays = {champion_of(of_name) for of_name in events.values()}
    beside = shadows_of(events[ModelName.COEFFICIENT])
    if as_json:
        for model in known:
            told = {**model_json(model), "champion": model.id in pays, "shadow": model.id in beside}
            typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(model_lines(known, pays - {None}, beside))


def history(*, name: Name = ModelName.COEFFICIENT, as_json: AsJson = False) -> None:
    """Tell who decided what about the models, and which one paid from when to when."""
    from service.champions import reigns

    with house.open_records() as records, records.read() as unit:
        events = unit.models.events.find({"name": name.value}, order="turn")
        people = {person.id: person.login for person in unit.people.find()}
    if as_json:
        for event in events:
            typer.echo(json.dumps(event_json(event, people), ensure_ascii=False))
        return
    typer.echo(history_lines(events, reigns(events), people))


def shadow(model: ModelId, *, reason: Reason, as_json: AsJson = False) -> None:
    """Let a model score beside the champion; it pays nothing."""
    from service.actions import models as actions

    with _deciding(lambda unit: unit.models.models.get(model)) as (unit, actor):
        event = actions.shadow(unit, actor, model, reason)
    _tell(event, as_json=as_json)


def propose(
    model: ModelId,
    *,
    reason: Reason,
    signs_for: Annotated[
        list[str] | None,
        typer.Option(help="A gate that training could not ask, e.g. G4; once for each."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose that a model pays; another person must `promote` it."""
    from service.actions import models as actions

    with _deciding(lambda unit: unit.models.models.get(model)) as (unit, actor):
        event = actions.propose(unit, actor, model, reason, signs_for=signs_for or ())
    _tell(event, as_json=as_json)


def promote(model: ModelId, *, reason: Reason, as_json: AsJson = False) -> None:
    """Agree to a proposal of somebody else: what closes from now on is paid by the model."""
    from service.actions import models as actions

    with _deciding(lambda unit: unit.models.models.get(model)) as (unit, actor):
        event = actions.promote(unit, actor, model, reason)
    _tell(event, as_json=as_json)


def rollback(
    *,
    reason: Reason,
    to: Annotated[
        str | None,
        typer.Option(help="Id of an earlier champion, or `none`; the last one if left out."),
    ] = None,
    name: Name = ModelName.COEFFICIENT,
    as_json: AsJson = False,
) -> None:
    """Bring an earlier champion back; what was paid stays as it was."""
    from service.actions import models as actions

    with _deciding(lambda unit: actions.meant(unit, name, to)) as (unit, actor):
        event = actions.roll_back(unit, actor, name, reason, to=to)
    _tell(event, as_json=as_json)


def add_to(group: typer.Typer) -> None:
    """Put the commands into `countermark models`."""
    group.command("list")(list_models)
    group.command("compare")(compare.compare)
    for command in (register, shadow, propose, promote, rollback, history):
        group.command()(command)


@contextmanager
def _deciding(meant: Callable[[Unit], Model | None]) -> Iterator[tuple[Unit, Actor]]:
    """Open what is decided for, by whoever may speak; then give what the decision needs."""
    from service.actions.models import must_open
    from service.adapters.storage import open_storage
    from service.adapters.tariffs import KeptTariffs

    chosen = house.settings()
    with house.open_records() as records:
        with records.read() as unit:
            _actor(unit)
            model = meant(unit)
        if model is not None:
            must_open(KeptTariffs(chosen, open_storage(chosen)), model)
        with records.begin() as unit:
            yield unit, _actor(unit)


def _actor(unit: Unit) -> Actor:
    """Give whose token it is. Two persons promote a model: a machine's shell is neither."""
    from service.actions import accounts, tokens

    secret = os.environ.get(TOKEN, "").strip()
    if not secret:
        give_up(
            Text(
                zh=f"请用 {TOKEN} 说明是谁：countermark tokens create 登录名 可创建访问令牌。",
                en=f"Say who you are in {TOKEN}: `countermark tokens create LOGIN` makes a token.",
            )
        )
    person, token = tokens.identify_token(unit, secret)
    return accounts.actor_of(person, scopes=token.scopes)


def _tell(event: ModelEvent, *, as_json: bool) -> None:
    typer.echo(json.dumps(event_json(event, {}), ensure_ascii=False) if as_json else decided(event))
