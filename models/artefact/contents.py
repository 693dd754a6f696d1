"""What the parts of an artefact say, each read by its strict reader; nothing is loaded here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from models.artefact import parts as names
from models.artefact.refusal import ArtefactRefused
from models.boosters.faults import BoosterRefused, Place
from models.boosters.reading import read as read_booster
from models.coefficient import calibration, logistic, offset, segments, value
from models.coefficient.features import FeatureContract, FeatureKind
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.boosters.trees import Booster
    from models.coefficient.calibration import Calibration
    from models.coefficient.logistic import Logistic
    from models.coefficient.offset import Offset
    from models.coefficient.segments import SegmentRates
    from models.coefficient.value import Residuals


T = TypeVar("T")
#: The readers raise a ValueError of their own; hostile numbers and nesting raise these before.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueContents:
    location: Booster
    scale: Booster
    residuals: Residuals


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    features: FeatureContract
    win: Booster | Logistic
    calibration: Calibration
    offset: Offset
    segments: SegmentRates
    #: None: the artefact knows nothing of values.
    value: ValueContents | None

    @property
    def boosters(self) -> dict[str, Booster]:
        """Give the boosters by the names of their parts."""
        found: dict[str, Booster] = {}
        if not isinstance(self.win, logistic.Logistic):
            found[names.WIN_TREES] = self.win
        if self.value is not None:
            found[names.LOCATION], found[names.SCALE] = self.value.location, self.value.scale
        return found


def read_contents(parts: Mapping[str, bytes]) -> Contents:
    """Read the parts that scoring needs. Raises ArtefactRefused."""
    features = _json(parts, names.FEATURES, FeatureContract.from_json)
    win: Booster | Logistic
    if names.WIN_TREES in parts:
        win = _booster(parts, names.WIN_TREES, features, objective="binary")
    else:
        win = _json(parts, names.WIN_LOGISTIC, lambda text: logistic.from_json(text, features))
    calibrated = calibration.NONE
    if names.CALIBRATION in parts:
        calibrated = _json(parts, names.CALIBRATION, calibration.from_json)
    valued = None
    if names.LOCATION in parts:
        valued = ValueContents(
            location=_booster(parts, names.LOCATION, features, objective="regression"),
            scale=_booster(parts, names.SCALE, features, objective="regression"),
            residuals=_json(parts, names.RESIDUALS, value.from_json),
        )
    return Contents(
        features=features,
        win=win,
        calibration=calibrated,
        offset=_json(parts, names.OFFSET, offset.from_json),
        segments=_json(parts, names.SEGMENTS, segments.from_json),
        value=valued,
    )


def _json(parts: Mapping[str, bytes], name: str, read: Callable[[str], T]) -> T:
    try:
        return read(parts[name].decode("utf-8"))
    except _UNREADABLE as error:
        told = str(error) or type(error).__name__
        text = Text(zh=told[:200], en=told[:200])
        raise ArtefactRefused("model", name, seen=told, expected="its form", told=text) from None


def _booster(
    parts: Mapping[str, bytes], name: str, features: FeatureContract, *, objective: str
) -> Booster:
    try:
        booster = read_booster(parts[name])
        _check_contract(booster, features, objective)
    except BoosterRefused as refused:
        raise ArtefactRefused(
            "model",
            name,
            seen=refused.seen,
            expected=refused.expected,
            told=refused.message,
        ) from None
    return booster


def _check_contract(booster: Booster, features: FeatureContract, objective: str) -> None:
    """The booster is for these features: as many, of these kinds, with these signs."""
    count = len(features.features)
    expected_names = tuple(f"f{place}" for place in range(count))
    if booster.names != expected_names:
        seen = f"{len(booster.names)} names, {booster.names[0]} …"
        _refuse("feature_names", seen, f"f0 … f{count - 1}")
    is_chance = booster.objective == "binary"
    if is_chance != (objective == "binary") or booster.objective == "lambdarank":
        _refuse("objective", booster.objective, objective)
    # Signs in the contract are those of the chance, not of the value.
    signs = features.monotone if is_chance else (0,) * count
    if booster.monotone != signs:
        _refuse("monotone_constraints", booster.monotone, signs)
    for place, (one, codes) in enumerate(zip(features.features, booster.categories, strict=True)):
        most = len(one.categories) if one.kind is FeatureKind.CATEGORY else -1
        if codes is not None and (most < 0 or max(codes, default=0) > most):
            _refuse("feature_infos", f"codes of f{place} up to {max(codes, default=0)}", f"{most}")
        if codes is None and most >= 0 and place in booster.features_used:
            _refuse("feature_infos", f"f{place} as a number", "a category")


def _refuse(field: str, seen: object, expected: object) -> None:
    raise BoosterRefused("contract", Place(field), seen=seen, expected=expected)
