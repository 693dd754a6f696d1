"""`countermark templates`: what a path's `content` must know of a template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.files import name_of, open_file
from service.cli.messages import COULD_NOT, tell
from verification.values import Text

if TYPE_CHECKING:
    from verification.sandbox.client import Sandbox

group = typer.Typer(no_args_is_help=True)


@group.callback()
def templates() -> None:
    """Templates that deliverables must follow."""


@group.command("fingerprint")
def fingerprint(
    paths: Annotated[list[Path], typer.Argument(help="Templates (xlsx).", show_default=False)],
    *,
    version: Annotated[
        str | None, typer.Option(help="Their version; what they declare if left out.")
    ] = None,
) -> None:
    """Print the structure of cost sheets, as `content.cost_sheet.known` of a path holds it.

    Exit code 0; 2: a file could not be read.
    """
    from verification.limits import Limits
    from verification.sandbox.client import Sandbox

    known: list[dict[str, object]] = []
    code = 0
    with Sandbox.start(limits=Limits()) as sandbox:
        for path in paths:
            made = _known(sandbox, path, version)
            code = code if made else COULD_NOT
            known += [made] if made else []
    typer.echo(json.dumps({"known": known}, ensure_ascii=False, indent=2))
    raise typer.Exit(code)


def _known(sandbox: Sandbox, path: Path, version: str | None) -> dict[str, object] | None:
    """Give one version; None after telling why there is none."""
    from verification.codec import to_json
    from verification.sandbox.outcome import Death

    file = open_file(path)
    if file is None:
        return None
    with file:
        order = json.dumps(to_json(sandbox.limits)).encode()
        came = sandbox.run("fingerprint", order, file.read(sandbox.limits.file_bytes))
    said = {} if isinstance(came, Death) else json.loads(came.report)
    if "fingerprint" not in said:
        name = name_of(path)
        tell(
            Text(
                zh=f"{name}：不是可以读取的 xlsx 工作簿。请另存为 xlsx 后重试。",
                en=f"{name}: no workbook (xlsx) that can be read. Save it as xlsx and try again.",
            )
        )
        return None
    told = version or next(iter(said["versions"]), "?")
    return {"version": told, "fingerprints": [said["fingerprint"]]}
