"""`countermark models`: artefacts of models, checked before anything is believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import house
from service.cli.files import name_of, read_up_to, tell_unreadable, unwritable
from service.cli.messages import COULD_NOT, WRONG, give_up, say, tell
from verification.values import Text

if TYPE_CHECKING:
    from models.artefact.opening import Artefact
    from models.artefact.refusal import ArtefactRefused

group = typer.Typer(no_args_is_help=True)


@group.callback()
def about() -> None:
    """Models: their artefacts, and who vouches for them."""


@group.command()
def key() -> None:
    """Print the public key of this installation, for those who check its models."""
    from service import keys

    with house.telling_errors():
        typer.echo(keys.public_pem(keys.models_key(house.settings())), nl=False)


@group.command()
def verify(
    artefact: Annotated[Path, typer.Argument(help="The artefact: a ZIP or a folder.")],
    *,
    key: Annotated[
        Path | None,
        typer.Option(
            help="Public key (PEM) of its trainer; those that are trusted here if left out."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Open an artefact as scoring would: hashes, signature, models, trial, golden rows.

    Exit code 0: it opens; 1: it is refused, and why is told; 2: it could not be looked at.
    """
    _tell_opened(artefact, _opened(artefact, key, as_json=as_json), as_json=as_json)


def _opened(path: Path, key: Path | None, *, as_json: bool = False) -> Artefact:
    """Open an artefact, or end the command with the reason."""
    from models.artefact.containers import parts_of
    from models.artefact.opening import open_artefact
    from models.artefact.refusal import ArtefactRefused

    trusted = _trusted(key)
    try:
        return open_artefact(parts_of(path), trusted=trusted)
    except OSError as error:
        tell_unreadable(path, error)
        raise typer.Exit(COULD_NOT) from error
    except ArtefactRefused as refused:
        _tell_refused(path, refused, as_json=as_json)
        raise typer.Exit(WRONG) from refused


@group.command()
def export(
    artefact: Annotated[Path, typer.Argument(help="The sealed model (ZIP).", show_default=False)],
    *,
    mlflow: Annotated[
        Path, typer.Option(help="The MLflow model folder to write; it does not exist yet.")
    ],
    key: Annotated[
        Path | None,
        typer.Option(help="Public key (PEM) of its trainer; those that are trusted here else."),
    ] = None,
) -> None:
    """Write a sealed model as a folder that MLflow registers, serves and loads.

    Loading it needs countermark and a key that is trusted there. Exit code 0; 1: the model is
    refused, nothing is written; 2: a file could not be read or written.
    """
    from models.artefact.parts import MOST_BYTES
    from service.mlflow_flavour import folder
    from training.folder import write

    if mlflow.exists():
        give_up(
            Text(
                zh=f"{name_of(mlflow)} 已存在，不会覆盖。请给出新目录。",
                en=f"{name_of(mlflow)} exists and is not written over. Name a new folder.",
            )
        )
    data = read_up_to(artefact, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    made = folder(data, _opened(artefact, key))
    try:
        write(mlflow, made)
    except OSError as error:
        give_up(unwritable(mlflow, error))
    typer.echo(f"{name_of(mlflow)}  {len(made)} files")


def _trusted(path: Path | None) -> frozenset[bytes]:
    from service import keys

    with house.telling_errors():
        if path is not None:
            return frozenset({keys.read_public(path)})
        return keys.trusted_models(house.settings())


def _tell_refused(path: Path, refused: ArtefactRefused, *, as_json: bool) -> None:
    if as_json:
        told = {
            "artefact": name_of(path),
            "status": "refused",
            "code": refused.code,
            "part": refused.part,
            "seen": refused.seen,
            "expected": refused.expected,
            "message": {"zh": refused.message.zh, "en": refused.message.en},
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    name = name_of(path)
    tell(
        Text(
            zh=f"{name}：已拒绝。{refused.message.zh}\n请向训练方重新索取，原有模型不受影响。",
            en=f"{name}: refused. {refused.message.en}\n"
            "Ask whoever trained it for another; the model in use stays.",
        )
    )


def _tell_opened(path: Path, opened: Artefact, *, as_json: bool) -> None:
    origin = opened.manifest.origin
    told: dict[str, Any] = {
        "artefact": name_of(path),
        "status": "opened",
        "sha256": opened.sha256,
        "key": opened.manifest.public_key.hex(),
        "author": origin.author,
        "data_sha256": origin.data_sha256,
        "code_commit": origin.code_commit,
        "seeds": dict(origin.seeds),
        "threads": origin.threads,
        "software": dict(origin.software),
        "metrics": dict(origin.metrics),
        "features": list(opened.win.features.names),
        "values": opened.value is not None,
        "offset": {"version": opened.win.offset.version, "value": opened.win.offset.value},
    }
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    values = Text(zh="有", en="with") if opened.value else Text(zh="无", en="without")
    typer.echo(
        say(
            Text(
                zh=f"{told['artefact']}：成立。模型 {opened.sha256[:12]}，"
                f"训练者 {origin.author}，数据 {origin.data_sha256[:12]}，"
                f"{len(told['features'])} 个特征，{values.zh}价值模型。",
                en=f"{told['artefact']}: it holds. Model {opened.sha256[:12]} by {origin.author}, "
                f"data {origin.data_sha256[:12]}, {len(told['features'])} features, "
                f"{values.en} a model of values.",
            )
        )
    )
