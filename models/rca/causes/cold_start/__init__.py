"""The ranker that ships: learned from simulated incidents alone, for a house without verdicts.

Its two files are code: reviewed, versioned and read by the same strict readers as an artefact's.
They are written by ``python -m training.rca``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from models.boosters.evaluation import Evaluated
from models.boosters.library import LibraryMissing, Native
from models.boosters.reading import read
from models.rca.causes.ranker import Ranker, check_booster, scale_from_json

TREES, SCALE = "ranker.lgb.txt", "ranker.json"


@cache
def cold_start() -> Ranker:
    """Give the ranker; without LightGBM's library it ranks alike, but gives no contributions."""
    folder = files(__name__)
    booster = read(folder.joinpath(TREES).read_bytes())
    check_booster(booster)
    scale = scale_from_json(folder.joinpath(SCALE).read_text("utf-8"))
    try:
        return Ranker(scale=scale, scores=Native(booster))
    except LibraryMissing:
        return Ranker(scale=scale, scores=Evaluated(booster))
