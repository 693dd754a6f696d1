"""A candidate sealed as an artefact: packed, signed, opened as scoring would, asked G12.

1. The parts as they were trained, packed and opened: golden rows bit for bit, in a process that is
   thrown away.
2. What that said is gate G12; it goes into the figures and the model card.
3. Told anew with these, the models' bytes untouched; hashes and signature are checked once more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.artefact.canonical import zipped
from models.artefact.manifest import Origin
from models.artefact.opening import open_artefact, signed
from models.artefact.packing import Examples, Signer, pack, told_anew
from models.artefact.parts import COEFFICIENT_KIND, MANIFEST
from training.coefficient.parts import metrics
from training.folder import artefact_parts, told
from training.gates import conduct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.coefficient.candidate import Candidate
    from training.run import Imported, Trained
    from training.snapshot import Snapshot

#: Golden rows: judges from the least likely to the likeliest.
GOLDEN_ROWS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Who trains, with what; told in the manifest and believed by nobody without the signature."""

    author: str
    #: Commit, or a hash of the sources.
    code: str
    #: Library → version.
    software: Mapping[str, str]
    signer: Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    #: With G12 answered.
    result: Trained
    archive: bytes
    #: Of the manifest: this names the model.
    sha256: str


def sealed(held: Imported, result: Trained, workshop: Workshop) -> Sealed:
    """Seal a candidate that no gate refused. Raises ArtefactRefused where it does not open."""
    if held.snapshot is None:
        raise ValueError("a refused import is not sealed")
    key = workshop.signer.public_key
    origin = _origin(held.snapshot, result, workshop)
    # 1. packed and opened
    parts = artefact_parts(held, result)
    first = pack(parts, origin, _examples(result.candidate), workshop.signer)
    open_artefact(first, trusted={key})
    # 2. G12
    gates = tuple(conduct.safe(0) if gate.id == "G12" else gate for gate in result.gates)
    said = replace(result, gates=gates)
    # 3. told anew
    whole = told_anew(first, told(held.snapshot, said), origin, workshop.signer)
    signed(whole, COEFFICIENT_KIND, trusted={key})
    sha256 = hashlib.sha256(whole[MANIFEST]).hexdigest()
    return Sealed(result=said, archive=zipped(whole), sha256=sha256)


def _origin(taken: Snapshot, result: Trained, workshop: Workshop) -> Origin:
    figures = metrics(result.candidate)
    return Origin(
        data_sha256=taken.sha256,
        code_commit=workshop.code,
        seeds={"training": result.seed},
        # Trees do not depend on the threads that grew them.
        threads=1,
        author=workshop.author,
        software=workshop.software,
        metrics={name: one for name, one in figures.items() if type(one) is float},
    )


def _examples(candidate: Candidate) -> Examples:
    """Take judges evenly by their chance, with their own value or the middle one of all."""
    judge = candidate.judge
    order = np.argsort(candidate.chances.still, kind="stable")
    places = order[np.linspace(0, order.size - 1, min(GOLDEN_ROWS, order.size)).astype(np.int64)]
    known = judge.value[judge.won & (judge.value > 0)]
    middle = float(np.median(known)) if known.size else 1.0
    values = np.where(judge.won & (judge.value > 0), judge.value, middle)
    return Examples(rows=judge.rows[places], values=values[places])
