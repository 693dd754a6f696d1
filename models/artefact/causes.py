"""A ranker of root causes as an artefact: opened by the same steps as any other model.

Its parts: the booster's text, its scale (`ranker.json`), the evidence types that it was trained
with, golden rows. Golden rows here are candidates' rows with raw scores, bit for bit.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.artefact import canonical
from models.artefact.assembly import scores_of
from models.artefact.manifest import manifest_of
from models.artefact.opening import signed
from models.artefact.parts import (
    CAUSES_KIND,
    EVIDENCE,
    GOLDEN,
    MANIFEST,
    RANKER,
    RANKER_SCALE,
    SIGNATURE,
)
from models.artefact.refusal import ArtefactRefused
from models.artefact.sandbox.trial import LIMITS, TrialLimits, tried
from models.boosters.evaluation import Evaluated
from models.boosters.faults import BoosterRefused
from models.boosters.reading import read as read_booster
from models.rca.causes.dag_file import DagRefused, read_dag
from models.rca.causes.features import FEATURES
from models.rca.causes.ranker import Ranker, RankerRefused, check_booster, scale_from_json
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from models.artefact.manifest import Manifest, Origin
    from models.artefact.packing import Signer
    from models.boosters.trees import Booster
    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.ranker import RankerScale

    Floats = NDArray[np.float64]

FORMAT = "golden-causes/v1"
FEWEST, MOST = 8, 512


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesArtefact:
    """An opened ranker, with the evidence types that it was trained with."""

    #: Of the manifest, lower-case hexadecimal: this names the model.
    sha256: str
    manifest: Manifest
    ranker: Ranker
    dag: EvidenceDag


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesContents:
    booster: Booster
    scale: RankerScale
    dag: EvidenceDag


def open_causes(
    parts: Mapping[str, bytes], *, trusted: Collection[bytes], limits: TrialLimits = LIMITS
) -> CausesArtefact:
    """Open the parts of a ranker. Raises ArtefactRefused."""
    # 1. to 3. the parts, the manifest, the signature
    manifest, held = signed(parts, CAUSES_KIND, trusted=trusted)
    # 4. the contents
    contents = read_causes(held)
    rows, expected = _golden(held[GOLDEN])
    # 5. the trial
    _compare(Evaluated(contents.booster).rows(rows), expected, by="numpy")
    single, batch = tried({RANKER: contents.booster}, rows, limits)
    _compare(single[RANKER], expected, by="single rows")
    _compare(batch[RANKER], expected, by="batch")
    # 6. the load
    scores = scores_of(contents.booster)
    _compare(scores.rows(rows), expected, by="batch, loaded")
    return CausesArtefact(
        sha256=hashlib.sha256(parts[MANIFEST]).hexdigest(),
        manifest=manifest,
        ranker=Ranker(scale=contents.scale, scores=scores),
        dag=contents.dag,
    )


def pack_causes(
    parts: Mapping[str, bytes], origin: Origin, rows: Floats, signer: Signer
) -> dict[str, bytes]:
    """Give all parts: those given, golden rows, manifest and signature. Raises ArtefactRefused."""
    contents = read_causes(parts)
    raw = Evaluated(contents.booster).rows(rows)
    told = {
        "format": FORMAT,
        "rows": [[None if math.isnan(one) else float(one) for one in row] for row in rows],
        "raw": [float(one) for one in raw],
    }
    whole = {**parts, GOLDEN: canonical.written(told)}
    _golden(whole[GOLDEN])
    manifest = manifest_of(whole, origin, signer.public_key, CAUSES_KIND)
    return {**whole, MANIFEST: manifest, SIGNATURE: signer.sign(manifest)}


def read_causes(parts: Mapping[str, bytes]) -> CausesContents:
    """Read the parts that ranking needs, each by its strict reader. Raises ArtefactRefused."""
    try:
        booster = read_booster(parts[RANKER])
        check_booster(booster)
    except BoosterRefused as refused:
        raise ArtefactRefused(
            "model", RANKER, seen=refused.seen, expected=refused.expected, told=refused.message
        ) from None
    except RankerRefused as error:
        raise _refused(RANKER, error) from None
    try:
        scale = scale_from_json(parts[RANKER_SCALE].decode())
    except (RankerRefused, UnicodeDecodeError) as error:
        raise _refused(RANKER_SCALE, error) from None
    try:
        dag = read_dag(parts[EVIDENCE].decode())
    except (DagRefused, UnicodeDecodeError) as error:
        raise _refused(EVIDENCE, error) from None
    return CausesContents(booster=booster, scale=scale, dag=dag)


def _refused(part: str, error: Exception) -> ArtefactRefused:
    told = str(error)[:200]
    text = Text(zh=told, en=told)
    return ArtefactRefused("model", part, seen=told, expected="its form", told=text)


def _golden(data: bytes) -> tuple[Floats, Floats]:
    told = canonical.read(data, GOLDEN)
    rows, raw = told.get("rows"), told.get("raw")
    if told.keys() != {"format", "rows", "raw"} or told["format"] != FORMAT:
        raise _other(sorted(told), f"{FORMAT} with rows and raw")
    if not isinstance(rows, list) or not isinstance(raw, list) or len(rows) != len(raw):
        raise _other("rows and raw scores", "as many of each")
    if not FEWEST <= len(rows) <= MOST:
        raise _other(f"{len(rows)} rows", f"{FEWEST}..{MOST}")
    if any(not isinstance(row, list) or len(row) != len(FEATURES) for row in rows):
        raise _other("a row of another width", f"{len(FEATURES)}")
    table = [[_number(one, blank=True) for one in row] for row in rows]
    return np.array(table), np.array([_number(one, blank=False) for one in raw])


def _number(one: Any, *, blank: bool) -> float:
    if one is None and blank:
        return math.nan
    if type(one) is not float or not math.isfinite(one):
        raise _other(repr(one), "a finite number")
    return one


def _other(seen: object, expected: str) -> ArtefactRefused:
    return ArtefactRefused("schema", GOLDEN, seen=seen, expected=expected)


def _compare(seen: Floats, expected: Floats, *, by: str) -> None:
    wrong = np.flatnonzero(~(seen == expected)) if seen.shape == expected.shape else np.zeros(1)
    if wrong.size:
        row = int(wrong[0])
        told = f"row {row} by {by}"
        raise ArtefactRefused("golden", RANKER, seen=told, expected=f"{expected[row]!r}")
