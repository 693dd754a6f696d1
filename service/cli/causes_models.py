"""A sealed ranker from the disk, opened as the service would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from service.cli import house
from service.cli.files import name_of, read_up_to
from service.cli.messages import COULD_NOT, WRONG, give_up
from verification.values import Text

if TYPE_CHECKING:
    from pathlib import Path

    from models.artefact.causes import CausesArtefact


def opened(path: Path) -> CausesArtefact:
    """Open a sealed ranker, or end the command with the reason why it is refused."""
    from models.artefact.causes import open_causes
    from models.artefact.containers import parts_of_zip
    from models.artefact.parts import MOST_BYTES
    from models.artefact.refusal import ArtefactRefused
    from service import keys

    data = read_up_to(path, MOST_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    with house.telling_errors():
        trusted = keys.trusted_models(house.settings())
    try:
        return open_causes(parts_of_zip(data), trusted=trusted)
    except ArtefactRefused as refused:
        give_up(
            Text(
                zh=f"{name_of(path)}：模型被拒绝：{refused.message.zh}",
                en=f"{name_of(path)}: refused: {refused.message.en}",
            ),
            WRONG,
        )
