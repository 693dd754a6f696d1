"""Packing an artefact: the same parts, origin and key give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.artefact import canonical, golden
from models.artefact.assembly import value_model, win_model
from models.artefact.contents import read_contents
from models.artefact.golden import Golden
from models.artefact.manifest import Origin, manifest_of
from models.artefact.parts import GOLDEN, MANIFEST, SIGNATURE, for_people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """`sign` gives the 64 bytes of Ed25519; `public_key` are the 32 bytes that belong to it."""

    sign: Callable[[bytes], bytes]
    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Rows of the feature matrix, and a value for each, that become the golden rows."""

    rows: NDArray[np.float64]
    values: NDArray[np.float64]


def pack(
    parts: Mapping[str, bytes], origin: Origin, examples: Examples, signer: Signer
) -> dict[str, bytes]:
    """Give all parts of the artefact: those given, golden rows, manifest and signature.

    Raises ArtefactRefused for what would not be opened.
    """
    contents = read_contents(parts)
    win, value = win_model(contents), value_model(contents)
    rows = np.asarray(examples.rows, dtype=np.float64)
    values = np.asarray(examples.values, dtype=np.float64)
    made = golden.written(
        Golden(
            rows=rows,
            values=values,
            raw=golden.raw_scores(contents, rows),
            p_win=win.p_win(rows),
            below=np.zeros(0) if value is None else value.quantiles(rows, values),
        )
    )
    golden.read(made, contents)
    return _signed({**parts, GOLDEN: made}, origin, signer)


def told_anew(
    packed: Mapping[str, bytes], told: Mapping[str, bytes], origin: Origin, signer: Signer
) -> dict[str, bytes]:
    """Give a packed artefact with other words and figures for people: no model can change by it.

    Raises ValueError where a part is told that scoring reads.
    """
    if read := [name for name in told if not for_people(name)]:
        raise ValueError(f"{', '.join(read)}: scoring reads it, pack it anew")
    held = {name: one for name, one in packed.items() if name not in {MANIFEST, SIGNATURE}}
    return _signed({**held, **told}, origin, signer)


def _signed(parts: Mapping[str, bytes], origin: Origin, signer: Signer) -> dict[str, bytes]:
    manifest = manifest_of(parts, origin, signer.public_key)
    return {**parts, MANIFEST: manifest, SIGNATURE: signer.sign(manifest)}


def packed(parts: Mapping[str, bytes], origin: Origin, examples: Examples, signer: Signer) -> bytes:
    """Give the artefact as ZIP."""
    return canonical.zipped(pack(parts, origin, examples, signer))
