"""The parts of an artefact: their names, how large each may be, and which must be there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.artefact.refusal import ArtefactRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a model is for; each has parts of its own.
COEFFICIENT_KIND, CAUSES_KIND = "coefficient", "causes"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
WIN_TREES, WIN_LOGISTIC = "win.lgb.txt", "win.logistic.json"
LOCATION, SCALE, RESIDUALS = "value_loc.lgb.txt", "value_scale.lgb.txt", "residual_cdf.json"
FEATURES, CALIBRATION, OFFSET = "features.json", "calibration.json", "offset.json"
SEGMENTS, CONTRACT = "segments.json", "contract.json"
GOLDEN, METRICS, MODEL_CARD = "golden.json", "metrics.json", "MODEL_CARD.md"
RANKER, RANKER_SCALE, EVIDENCE = "ranker.lgb.txt", "ranker.json", "evidence.yaml"
#: Those of the values come together or not at all.
VALUE = (LOCATION, SCALE, RESIDUALS)
ALWAYS = (FEATURES, OFFSET, SEGMENTS, GOLDEN, METRICS, MODEL_CARD)
_SOMETIMES = (WIN_TREES, WIN_LOGISTIC, *VALUE, CALIBRATION)
#: Of a ranker of root causes: these and no others but what is for people.
CAUSES = (RANKER, RANKER_SCALE, EVIDENCE, GOLDEN, METRICS, MODEL_CARD)
#: Scoring never reads these: how rows were read, and what is for people.
_TOLD = (CONTRACT, "MODEL_CARD.zh.md", "gates.json")
#: Pictures of the model card; scoring never reads them.
_PLOT = re.compile(r"plots/[a-z0-9][a-z0-9_-]{0,60}\.(?:svg|png)", re.ASCII)

_MIB = 1 << 20
MOST_BYTES = 128 * _MIB
MOST_PARTS = 100
_MOST = {WIN_TREES: 64 * _MIB, LOCATION: 64 * _MIB, SCALE: 64 * _MIB, FEATURES: 32 * _MIB}
_MOST |= {RANKER: 64 * _MIB, WIN_LOGISTIC: 32 * _MIB, MANIFEST: _MIB, SIGNATURE: 64}


def most_bytes(name: str) -> int | None:
    """Give how large a part may be; None for one that is none of ours."""
    if name in _MOST:
        return _MOST[name]
    known = name in (*ALWAYS, *_SOMETIMES, *CAUSES, *_TOLD) or _PLOT.fullmatch(name)
    return 4 * _MIB if known else None


def for_people(name: str) -> bool:
    """Whether scoring never reads a part."""
    return name in (METRICS, MODEL_CARD, *_TOLD) or _PLOT.fullmatch(name) is not None


def check_names(names: Iterable[str], kind: str) -> None:
    """Raise ArtefactRefused for a set of parts (without manifest and signature) that is not one."""
    held = set(names)
    needed, others = (CAUSES, ()) if kind == CAUSES_KIND else (ALWAYS, _SOMETIMES)
    for name in sorted(held):
        is_ours = name in (*needed, *others, *_TOLD) or _PLOT.fullmatch(name)
        if name in {MANIFEST, SIGNATURE} or not is_ours:
            raise ArtefactRefused("part_unknown", name, seen="a part", expected="known names")
    for name in needed:
        if name not in held:
            raise ArtefactRefused("part_missing", name, seen="nothing", expected="a part")
    if kind == COEFFICIENT_KIND:
        _check_coefficient(held)


def _check_coefficient(held: set[str]) -> None:
    if len(held & {WIN_TREES, WIN_LOGISTIC}) != 1:
        seen = "both" if WIN_TREES in held else "neither"
        raise ArtefactRefused("part_missing", WIN_TREES, seen=seen, expected=f"or {WIN_LOGISTIC}")
    valued = held & set(VALUE)
    if valued and len(valued) != len(VALUE):
        missing = next(name for name in VALUE if name not in held)
        raise ArtefactRefused("part_missing", missing, seen="nothing", expected="all of the values")
