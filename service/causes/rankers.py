"""The ranker by its two files, kept beside the snapshots: an answer is computed again by it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from models.boosters.evaluation import Evaluated
from models.boosters.library import LibraryMissing, Native
from models.boosters.reading import read
from models.rca.causes.cold_start import SCALE, TREES
from models.rca.causes.dag_file import read_dag
from models.rca.causes.ranker import Ranker, check_booster, scale_from_json
from service.sources import code_hash

if TYPE_CHECKING:
    from models.rca.causes.evidence import EvidenceDag


def shipped() -> tuple[bytes, bytes] | None:
    """Give the trees and the scale of the ranker that ships; None where none does."""
    folder = files("models.rca.causes.cold_start")
    parts = [folder.joinpath(name) for name in (TREES, SCALE)]
    if not all(part.is_file() for part in parts):
        return None
    return parts[0].read_bytes(), parts[1].read_bytes()


def program() -> str:
    """Give the hash of the sources that examine: of other ones the answer may be another."""
    return code_hash("models/rca", "models/boosters", "service/causes")


def hashes(parts: tuple[bytes, bytes]) -> tuple[str, str]:
    """Give the SHA-256 of each."""
    trees, scale = (hashlib.sha256(part).hexdigest() for part in parts)
    return trees, scale


@lru_cache(maxsize=4)
def opened(trees: bytes, scale: bytes) -> Ranker:
    """Open a ranker by the strict readers. Raises RankerRefused and what they raise."""
    booster = read(trees)
    check_booster(booster)
    told = scale_from_json(scale.decode())
    try:
        return Ranker(scale=told, scores=Native(booster))
    except LibraryMissing:
        return Ranker(scale=told, scores=Evaluated(booster))


@lru_cache(maxsize=4)
def graph(text: str) -> EvidenceDag:
    """Read a file of evidence types, once for all examinations. Raises DagRefused."""
    return read_dag(text)
