"""From checked contents to models that are ready to score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.boosters.library import LibraryMissing, Native
from models.boosters.package import Packaged
from models.coefficient.logistic import Logistic
from models.coefficient.scoring import ValueModel, WinModel

if TYPE_CHECKING:
    from models.artefact.contents import Contents
    from models.boosters.trees import Booster
    from models.coefficient.scoring import RawScores


def scores_of(booster: Booster) -> RawScores:
    """Load a checked booster: into LightGBM's library, or its package where that lacks a call."""
    try:
        return Native(booster)
    except LibraryMissing:
        return Packaged(booster)


def win_model(contents: Contents) -> WinModel:
    win = contents.win
    return WinModel(
        features=contents.features,
        model=win if isinstance(win, Logistic) else scores_of(win),
        calibration=contents.calibration,
        offset=contents.offset,
    )


def value_model(contents: Contents) -> ValueModel | None:
    if contents.value is None:
        return None
    return ValueModel(
        features=contents.features,
        location=scores_of(contents.value.location),
        scale=scores_of(contents.value.scale),
        residuals=contents.value.residuals,
    )
